"""How long registrations are kept: hidden when due, with notes and history, and replaceable."""

from datetime import UTC, date, datetime, timedelta
from unittest import mock

import pytest

from chalicelib.identity.account import Role
from chalicelib.platform import clock
from tests.support.accounts import signed_in_staff
from tests.support.environments import environment
from tests.support.events import EVENT, FORM, create_event

REGISTRATION_PATH = f"/registrations/{EVENT}"
STAFF_PATH = f"/admin/events/{EVENT}/registrations"
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
def admin(client):
    return signed_in_staff(client, "ada", Role.ADMIN)


@pytest.fixture
def registration_path(now, applicant, admin):
    """The path of a registration that staff have moved and noted something about."""
    create_event()
    assert applicant.request("PUT", REGISTRATION_PATH, {"form": FORM}).status == 201
    assert applicant.post(f"{REGISTRATION_PATH}/submit").status == 200
    path = f"{STAFF_PATH}/{applicant.account['id']}"
    assert admin.post(f"{path}/notes", {"text": "Came by.", "id": "one"}).status == 201
    moved = {"status": "InReview", "version": 2, "note": "Looks good."}
    assert admin.post(f"{path}/status", moved).status == 200
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
    applicant, admin, registration_path, backend, now, seconds, status, listed
):
    fall_due(backend, now + timedelta(seconds=seconds))

    assert applicant.get(REGISTRATION_PATH).status == status
    assert len(applicant.get("/registrations").json["items"]) == listed
    assert len(applicant.get("/me/export").json["registrations"]) == listed
    assert admin.get(registration_path).status == status
    assert admin.get(f"{registration_path}/history").status == status
    assert len(admin.get(STAFF_PATH).json["items"]) == listed
    assert len(admin.get(f"{STAFF_PATH}?lastName=oka").json["items"]) == listed
    assert admin.post(f"{registration_path}/notes", {"text": "Late."}).status == (
        201 if listed else 404
    )
    assert backend.rows("registrations")


def test_registration_notes_and_history_are_deleted_at_one_moment(registration_path, backend):
    due = LAST_DAY + timedelta(days=400)

    assert {row["ttl"] for table in KEYS for row in backend.rows(table)} == {due.timestamp()}


def test_a_new_registration_replaces_an_expired_one_and_reveals_nothing_of_it(
    applicant, admin, registration_path, backend, now
):
    fall_due(backend, now)
    saved = applicant.request("PUT", REGISTRATION_PATH, {"form": FORM | {"city": "Shakopee"}})

    assert (saved.status, saved.json["version"], saved.json["status"]) == (201, 1, "Draft")
    assert applicant.post(f"{REGISTRATION_PATH}/submit").status == 200
    assert admin.get(registration_path).json["notes"] == []
    history = admin.get(f"{registration_path}/history").json["items"]
    assert [change["action"] for change in history] == ["submitted"]


def test_an_unexpired_registration_is_not_replaced(applicant, registration_path, backend, now):
    fall_due(backend, now + timedelta(seconds=1))

    assert (
        applicant.request("PUT", REGISTRATION_PATH, {"form": FORM | {"city": "Eagan"}}).code
        == "stale_version"
    )


def test_an_expired_note_does_not_block_a_new_one(
    applicant, admin, registration_path, backend, now
):
    fall_due(backend, now)
    draft = applicant.request("PUT", REGISTRATION_PATH, {"form": FORM}).json
    query = f"?reference={draft['reference']}"
    assert (
        admin.post(f"{registration_path}/notes{query}", {"text": "Anew.", "id": "one"}).status
        == 201
    )

    assert [note["text"] for note in admin.get(f"{registration_path}{query}").json["notes"]] == [
        "Anew."
    ]


def test_a_registration_follows_its_event_with_its_next_change(admin, registration_path, backend):
    create_event(version=2, ends_on=date(2027, 9, 29))
    change = {"form": {"city": "Shakopee"}, "version": 3}
    assert admin.request("PATCH", registration_path, change).status == 200

    [row] = backend.rows("registrations")
    assert row["ttl"] == (LAST_DAY + timedelta(days=410)).timestamp()


@pytest.mark.parametrize("days", [2, 3650])
def test_how_long_is_a_setting(backend, applicant, days):
    create_event()
    with environment(KEPT_DAYS_AFTER_EVENT=str(days)):
        assert applicant.request("PUT", REGISTRATION_PATH, {"form": FORM}).status == 201

    [row] = backend.rows("registrations")
    assert row["ttl"] == (LAST_DAY + timedelta(days=days)).timestamp()
