"""The migration that counts who was on a waiting list before."""

import pytest

from chalicelib.registrations.workflow import Status
from ops import migrate
from ops.migrations import checkpoint, engine, waiting_lists
from tests.support.environments import STAGE
from tests.support.events import EVENT, create_event, make_registration, store_registrations


@pytest.fixture(autouse=True)
def _one_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "WRITERS", 1)
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path)


@pytest.fixture
def uncounted_event(backend):
    """An event of an earlier version, with one place that's taken, and three who wait."""
    create_event(capacity=1)
    statuses = [Status.SUBMITTED, *[Status.WAITLISTED] * 3, Status.WITHDRAWN]
    store_registrations(*(make_registration(n, status=s) for n, s in enumerate(statuses)))
    backend.change("events", {"id": f"{EVENT}#places"}, taken=1)
    backend.drop("events", {"id": f"{EVENT}#places"}, "waiting", "counted")


def run():
    return migrate.run(STAGE, migrations=waiting_lists.MIGRATIONS)


def waiting_and_counted(backend):
    [row] = [row for row in backend.rows("events") if row["id"].endswith("#places")]
    return row.get("waiting"), row.get("counted")


def test_everyone_on_a_waiting_list_is_counted_once_however_often_it_runs(backend, uncounted_event):
    assert run() == run() == 0

    assert waiting_and_counted(backend) == (3, True)
    waiting = [row for row in backend.rows("registrations") if "waitlistedAt" in row]
    assert [row["status"] for row in waiting] == ["Waitlisted"] * 3
    assert all(row["waitlistedAt"] == row["submittedAt"] for row in waiting)


def test_a_registration_that_is_counted_is_not_counted_again(backend, uncounted_event):
    backend.change("events", {"id": f"{EVENT}#places"}, waiting=1)
    key = {"userId": "person-00002", "eventId": EVENT}
    backend.change("registrations", key, waitlistedAt="2026-11-02T00:00:02Z")

    assert run() == 0
    assert waiting_and_counted(backend) == (3, True)


def test_a_dry_run_counts_no_one(backend, uncounted_event):
    before = backend.everything()

    assert migrate.run(STAGE, dry_run=True, migrations=waiting_lists.MIGRATIONS) == 0
    assert backend.everything() == before
