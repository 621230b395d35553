"""How long registrations are kept: hidden when due, with notes and history, and replaceable."""

from datetime import UTC, date, datetime, timedelta
from unittest import mock

import pytest

from chalicelib.identity.account import Role
from chalicelib.platform import clock
from tests.support.accounts import signed_in_staff
from tests.support.environments import environment
from tests.support.events import EVENT, FORM, create_event

OWN = f"/registrations/{EVENT}"
ALL = f"/admin/events/{EVENT}/registrations"
LAST_DAY = datetime(2027, 9, 19, tzinfo=UTC)
KEYS = {
    "registrations": ("userId", "eventId"),
    "notes": ("registration", "id"),
    "history": ("registration", "id"),
}


@pytest.fixture
def now():
    """Stops the clock."""
    with mock.patch.object(clock, "now", return_value=clock.now()) as frozen:
        yield frozen.return_value


@pytest.fixture
def ada(client):
    return signed_in_staff(client, "ada", Role.ADMIN)


@pytest.fixture
def theirs(now, river, ada):
    """The path of a registration that staff have moved and noted something about."""
    create_event()
    assert river.ask("PUT", OWN, {"form": FORM}).status == 201
    assert river.post(f"{OWN}/submit").status == 200
    path = f"{ALL}/{river.account['id']}"
    assert ada.post(f"{path}/notes", {"text": "Came by.", "id": "one"}).status == 201
    moved = {"status": "InReview", "version": 2, "note": "Looks good."}
    assert ada.post(f"{path}/status", moved).status == 200
    return path


def fall_due(backend, moment):
    """Have all there is be due at a moment; DynamoDB has not deleted it yet."""
    for table, key in KEYS.items():
        for row in backend.rows(table):
            backend.change(table, {name: row[name] for name in key}, ttl=int(moment.timestamp()))


@pytest.mark.parametrize(
    ("seconds", "status", "listed"), [(1, 200, 1), (0, 404, 0)], ids=["a second before", "due"]
)
def test_expired_data_is_hidden_while_its_items_still_exist(
    river, ada, theirs, backend, now, seconds, status, listed
):
    fall_due(backend, now + timedelta(seconds=seconds))

    assert river.get(OWN).status == status
    assert len(river.get("/registrations").json["items"]) == listed
    assert len(river.get("/me/export").json["registrations"]) == listed
    assert ada.get(theirs).status == status
    assert ada.get(f"{theirs}/history").status == status
    assert len(ada.get(ALL).json["items"]) == listed
    assert len(ada.get(f"{ALL}?lastName=oka").json["items"]) == listed
    assert sum(ada.get(f"/admin/events/{EVENT}/summary").json["byStatus"].values()) == listed
    assert ada.post(f"{theirs}/notes", {"text": "Late."}).status == (201 if listed else 404)
    assert backend.rows("registrations")


def test_registration_notes_and_history_are_deleted_at_one_moment(theirs, backend):
    due = LAST_DAY + timedelta(days=400)

    assert {row["ttl"] for table in KEYS for row in backend.rows(table)} == {due.timestamp()}


def test_a_new_registration_replaces_an_expired_one_and_reveals_nothing_of_it(
    river, ada, theirs, backend, now
):
    fall_due(backend, now)
    saved = river.ask("PUT", OWN, {"form": FORM | {"city": "Shakopee"}})

    assert (saved.status, saved.json["version"], saved.json["status"]) == (201, 1, "Draft")
    assert river.post(f"{OWN}/submit").status == 200
    assert ada.get(theirs).json["notes"] == []
    history = ada.get(f"{theirs}/history").json["items"]
    assert [change["action"] for change in history] == ["submitted"]


def test_an_unexpired_registration_is_not_replaced(river, theirs, backend, now):
    fall_due(backend, now + timedelta(seconds=1))

    assert river.ask("PUT", OWN, {"form": FORM | {"city": "Eagan"}}).code == "stale_version"


def test_an_expired_note_does_not_block_a_new_one(river, ada, theirs, backend, now):
    fall_due(backend, now)
    told = f"?reference={river.ask('PUT', OWN, {'form': FORM}).json['reference']}"
    assert ada.post(f"{theirs}/notes{told}", {"text": "Anew.", "id": "one"}).status == 201

    assert [note["text"] for note in ada.get(f"{theirs}{told}").json["notes"]] == ["Anew."]


def test_a_registration_follows_its_event_with_its_next_change(ada, theirs, backend):
    create_event(version=2, ends_on=date(2027, 9, 29))
    change = {"form": {"city": "Shakopee"}, "version": 3}
    assert ada.ask("PATCH", theirs, change).status == 200

    [row] = backend.rows("registrations")
    assert row["ttl"] == (LAST_DAY + timedelta(days=410)).timestamp()


@pytest.mark.parametrize("days", [2, 3650])
def test_how_long_is_a_setting(backend, river, days):
    create_event()
    with environment(KEPT_DAYS_AFTER_EVENT=str(days)):
        assert river.ask("PUT", OWN, {"form": FORM}).status == 201

    [row] = backend.rows("registrations")
    assert row["ttl"] == (LAST_DAY + timedelta(days=days)).timestamp()
