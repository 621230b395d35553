"""The counts of an event's registrations stay exact through every kind of change."""

import random
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.events.places import place_service
from chalicelib.identity.account import Role
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from chalicelib.registrations.note import HistoryAction
from chalicelib.registrations.registration_item import from_item
from chalicelib.registrations.store import RegistrationStore
from chalicelib.registrations.summary_row import count, to_row
from chalicelib.registrations.summary_store import SummaryStore
from chalicelib.registrations.workflow import Status
from ops import recount
from tests.support.accounts import signed_in_staff
from tests.support.aws_calls import recorded_calls
from tests.support.clients import PASSWORD, Person
from tests.support.clocks import clock_at
from tests.support.environments import STAGE
from tests.support.events import EVENT, FORM, create_event, make_registration, store_registrations

OWN = f"/registrations/{EVENT}"
LIST = f"/admin/events/{EVENT}/registrations"
SUMMARY = f"/admin/events/{EVENT}/summary"
SUBMITTED_KEY = {"id": f"{EVENT}#Submitted#0"}


@pytest.fixture
def admin(client):
    return signed_in_staff(client, "ada", Role.ADMIN)


def stored_counts():
    """What the counters say, without what has become zero."""
    shards = place_service().counts(EVENT).most_shards
    counts = SummaryStore(database()).read(EVENT, shards).counts
    return {status: +numbers for status, numbers in counts.items() if +numbers}


def stored(backend):
    """What the registrations say."""
    return count(map(to_row, map(from_item, backend.rows("registrations"))))


def applicant(client, name):
    person = Person(client, name)
    assert person.sign_up().status == 201
    assert person.request("PUT", OWN, {"form": FORM}).status == 201
    return person


def move(admin, person, status):
    path = f"{LIST}/{person.account['id']}"
    version = admin.get(path).json["version"]
    moved = admin.post(f"{path}/status", {"status": status, "version": version})
    assert moved.status == 200


@pytest.mark.parametrize("counter_shards", [1, 3])
def test_every_kind_of_change_is_counted(client, backend, admin, counter_shards):
    create_event(capacity=2, counter_shards=counter_shards)
    a, b, c, d = (applicant(client, name) for name in ("anna", "bo.ek", "cleo", "dana"))
    assert stored_counts() == {"Draft": {"total": 4}} == stored(backend)

    for person in (a, b, c):
        assert person.post(f"{OWN}/submit").status == 200
    assert stored_counts() == stored(backend)
    assert stored_counts()["Waitlisted"]["job.animals"] == 1

    changed = {"form": FORM | {"eventJobs": ["cleaning"], "shifts": ["day"]}, "version": 2}
    assert a.request("PUT", OWN, changed).status == 200
    assert stored_counts() == stored(backend)

    corrected = {"form": {"age": "TwentyonePlus"}, "version": 3}
    assert admin.request("PATCH", f"{LIST}/{a.account['id']}", corrected).status == 200
    for status in ("InReview", "Interview", "Hired"):
        move(admin, a, status)
        assert stored_counts() == stored(backend)

    assert b.post(f"{OWN}/withdraw").status == 200
    assert c.post(f"{OWN}/offer/accept").status == 200
    assert stored_counts() == stored(backend)

    assert d.delete(OWN).status == 200
    assert c.post("/me/delete", {"currentPassword": PASSWORD}).status == 200
    assert stored_counts() == stored(backend)
    assert {name: numbers["total"] for name, numbers in stored_counts().items()} == {
        "Hired": 1,
        "Withdrawn": 1,
    }
    assert admin.get(SUMMARY).json["byJob"] == {"cleaning": 1, "animals": 1}


def test_a_submission_counts_on_its_date_in_the_events_time_zone(client, backend, admin):
    """It keeps that date when the event's time zone changes."""
    create_event(time_zone="America/Chicago")
    a, b = (applicant(client, name) for name in ("anna", "bo.ek"))
    with clock_at(datetime(2026, 11, 3, 5, 59, 59, tzinfo=UTC)):
        assert a.post(f"{OWN}/submit").status == 200
    with clock_at(datetime(2026, 11, 3, 6, tzinfo=UTC)):
        assert b.post(f"{OWN}/submit").status == 200
    assert admin.get(SUMMARY).json["byDate"] == {"2026-11-02": 1, "2026-11-03": 1}

    backend.change("events", {"id": EVENT}, timeZone="UTC")
    assert a.post(f"{OWN}/withdraw").status == 200
    withdrawn = admin.get(f"{SUMMARY}?status=Withdrawn").json
    assert withdrawn["byDate"] == {"2026-11-02": 1}
    assert stored_counts() == stored(backend)


def test_a_summary_takes_the_same_round_trips_however_many_have_registered(backend, admin):
    create_event()
    store_registrations(*(make_registration(n) for n in range(5)))
    with recorded_calls() as calls:
        assert admin.get(SUMMARY).json["byStatus"] == {"Submitted": 5}

    # The session; the event; the counts.
    assert [call.operation for call in calls] == ["BatchGetItem"] * 3
    [counts] = calls[2].parameters["RequestItems"].values()
    assert len(counts["Keys"]) == len(Status)


def test_after_the_retention_period_nothing_is_counted(backend, admin):
    long_ago = clock.now().date() - timedelta(days=402)
    create_event(starts_on=long_ago, ends_on=long_ago)
    store_registrations(make_registration(0))

    assert admin.get(SUMMARY).json["byStatus"] == {}
    backend.change("events", {"id": EVENT}, endsOn=(long_ago + timedelta(days=5)).isoformat())
    assert admin.get(SUMMARY).json["byStatus"] == {"Submitted": 1}


def test_only_the_store_writes_registrations_and_it_counts_each_change():
    """Each other module that could write one would have to count it."""
    root = Path(recount.__file__).parents[1]
    found = [
        file.relative_to(root).as_posix()
        for file in sorted((root / "chalicelib").rglob("*.py"))
        if re.search(r'"(Put|Delete)",\s+REGISTRATIONS', file.read_text())
    ]
    assert found == ["chalicelib/registrations/store.py"]


def test_an_edit_of_a_draft_writes_no_count(client, backend):
    create_event()
    person = applicant(client, "anna")
    with recorded_calls() as calls:
        changed = {"form": FORM | {"shifts": ["day"]}, "version": 1}
        assert person.request("PUT", OWN, changed).status == 200

    assert "-summaries" not in str([call.parameters for call in calls])


def test_an_event_of_an_earlier_version_is_counted_from_its_registrations(backend, admin):
    create_event()
    store_registrations(make_registration(0), make_registration(1, status=Status.HIRED))
    backend.drop("events", {"id": f"{EVENT}#places"}, "summarized")
    backend.remove("summaries", SUBMITTED_KEY)

    assert admin.get(SUMMARY).json["byStatus"] == {"Submitted": 1, "Hired": 1}


@pytest.mark.parametrize("database_engine", ["dynamodb-local"], indirect=True)
def test_changes_at_once_are_all_counted(database_engine):
    create_event(counter_shards=3)
    people = [make_registration(n) for n in range(20)]
    store_registrations(*people)
    store, rng = RegistrationStore(database()), random.Random(1)  # noqa: S311 (reproducible)
    statuses = [rng.choice(list(Status)) for _ in people]

    def change(number):
        one = make_registration(number, status=statuses[number], version=2)
        action = HistoryAction.STATUS_CHANGED
        store.save(people[number], one, actor="ada", action=action, shard_count=3)

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(change, range(20)))

    totals = Counter({status: numbers["total"] for status, numbers in stored_counts().items()})
    assert totals == Counter(statuses)
    assert stored_counts() == stored(database_engine)


@pytest.fixture
def wrong(backend, admin):
    """An event whose counters an earlier version has left wrong, a while ago."""
    create_event(capacity=5, counter_shards=2)
    store_registrations(
        *(make_registration(n) for n in range(3)), make_registration(3, status=Status.WITHDRAWN)
    )
    # Two places are taken that no counter has, and one status too many is counted.
    # And no date, which the version before didn't count.
    past = {"changedAt": clock.to_text(clock.now() - timedelta(minutes=5))}
    for row in backend.rows("summaries"):
        backend.change("summaries", {"id": row["id"]}, **past)
        backend.drop("summaries", {"id": row["id"]}, "date.2026-11-02")
    backend.change("summaries", SUBMITTED_KEY, total=9, **past)
    backend.change("events", {"id": f"{EVENT}#places"}, taken=1)


def run_recount(monkeypatch, **options):
    monkeypatch.setattr(recount, "use_stage", lambda _: None)
    return recount.run(STAGE, None, **options)


def test_a_recount_corrects_counts_and_places(backend, wrong, monkeypatch, capsys):
    assert run_recount(monkeypatch) == 0
    told = capsys.readouterr().out
    assert f"{EVENT}: 4 registrations, corrected\n" in told
    assert "  Submitted total: -6\n" in told
    assert "  Submitted date.2026-11-02: +3\n" in told
    assert "  places taken: +2\n" in told

    assert stored_counts() == stored(backend)
    places = place_service().counts(EVENT)
    assert (places.taken, places.has_free_place) == (3, True)
    assert sum(shard.free for shard in places.shards) == 2
    assert run_recount(monkeypatch) == 0
    assert f"{EVENT}: 4 registrations, all counted\n" in capsys.readouterr().out


def test_a_dry_run_of_a_recount_writes_nothing(backend, wrong, monkeypatch, capsys):
    before = backend.everything()

    assert run_recount(monkeypatch, dry_run=True) == 1
    assert "counters differ" in capsys.readouterr().out
    assert backend.everything() == before


def test_a_recount_leaves_an_event_that_changes_as_it_is(backend, wrong, monkeypatch, capsys):
    backend.change("summaries", SUBMITTED_KEY, changedAt=clock.to_text(clock.now()))

    assert run_recount(monkeypatch) == 1
    assert "not corrected, because the event changes" in capsys.readouterr().out
    assert stored_counts() != stored(backend)


def test_a_recount_makes_the_counters_of_an_event_of_an_earlier_version(
    backend, admin, monkeypatch
):
    create_event(capacity=3)
    for number, status in enumerate((Status.SUBMITTED, Status.HIRED, Status.DRAFT)):
        store_registrations(make_registration(number, status=status))
    backend.clear("summaries")
    backend.drop("events", {"id": f"{EVENT}#places"}, "summarized")
    backend.change("events", {"id": f"{EVENT}#places"}, taken=2)

    assert run_recount(monkeypatch) == 0
    assert stored_counts() == stored(backend)
    assert place_service().counts(EVENT).is_summarized
    with recorded_calls() as calls:
        assert admin.get(SUMMARY).json["byStatus"] == {"Submitted": 1, "Hired": 1, "Draft": 1}
    assert "Query" not in [call.operation for call in calls]
