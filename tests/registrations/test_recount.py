"""Who waits is recounted after a rollback: the earlier release moves people without counting."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.events.places import PlaceService
from chalicelib.platform import clock
from chalicelib.registrations import schedule
from tests.registrations.test_schedule import (
    NOW,
    offers,
    run_at,
    store_waiting_list,
    taken_offered_waiting,
)
from tests.support.aws_calls import recorded_calls
from tests.support.events import EVENT

PLACES = {"id": f"{EVENT}#places"}
LATER = NOW + timedelta(hours=2)


def registration_key(user_id):
    return {"userId": user_id, "eventId": EVENT}


def put_by_earlier_release(backend, user_id, status):
    """Write a registration as the earlier release does: it drops the mark, and counts no one."""
    backend.change("registrations", registration_key(user_id), status=status)
    backend.change("registrations", registration_key(user_id), eventStatus=f"{EVENT}#{status}")
    backend.drop("registrations", registration_key(user_id), "waitlistedAt")


@pytest.fixture
def full_event(backend):
    """An event that is full, with five who wait, all of them counted."""
    people = store_waiting_list(backend, people=5, taken=1)
    run_at(NOW)
    assert taken_offered_waiting(backend) == (1, 0, 5)
    return people


def test_an_applicant_whom_the_earlier_release_moved_off_the_list_is_not_counted(
    backend, full_event
):
    for user_id in full_event[:2]:
        put_by_earlier_release(backend, user_id, "Withdrawn")

    run_at(LATER)

    assert taken_offered_waiting(backend) == (1, 0, 3)


def test_an_applicant_whom_the_earlier_release_put_on_the_list_is_counted(backend, full_event):
    # An edit by the earlier release drops the mark; the person has been counted all along.
    put_by_earlier_release(backend, full_event[0], "Waitlisted")
    put_by_earlier_release(backend, full_event[1], "Withdrawn")
    backend.change("events", PLACES, waiting=2)

    run_at(LATER)
    run_at(LATER + timedelta(minutes=10))

    assert taken_offered_waiting(backend) == (1, 0, 4)
    rows = {row["userId"]: row for row in backend.rows("registrations")}
    assert rows[full_event[0]]["waitlistedAt"] == rows[full_event[0]]["submittedAt"]
    assert rows[full_event[0]]["version"] == 2


def test_repeated_recounts_change_nothing(backend, full_event):
    put_by_earlier_release(backend, full_event[0], "Waitlisted")
    run_at(LATER)
    run_at(LATER + timedelta(minutes=10))
    before = backend.everything()

    run_at(LATER + timedelta(minutes=20))

    assert taken_offered_waiting(backend) == (1, 0, 5)
    assert backend.everything() == before


def test_an_applicant_with_an_offer_is_not_counted_as_waiting(backend):
    people = store_waiting_list(backend, people=3)
    run_at(NOW)
    assert offers(backend) == people[:1]
    backend.change("events", PLACES, waiting=9)

    run_at(NOW + timedelta(minutes=10))

    assert taken_offered_waiting(backend) == (1, 1, 2)


def test_a_waiting_list_is_recounted_once_an_hour(backend, full_event):
    with recorded_calls() as calls:
        run_at(NOW + timedelta(minutes=50))
    assert [call.operation for call in calls] == ["Query", "Query", "BatchGetItem"]

    with recorded_calls() as calls:
        run_at(NOW + timedelta(minutes=60))
    assert [call.operation for call in calls[3:]] == ["GetItem", "Query", "TransactWriteItems"]


def test_the_counter_is_not_set_while_the_waiting_list_changes(backend, full_event):
    put_by_earlier_release(backend, full_event[0], "Withdrawn")
    backend.change("events", PLACES, waitingChangedAt=clock.to_text(LATER))

    run_at(LATER + timedelta(seconds=59))
    assert taken_offered_waiting(backend) == (1, 0, 5)

    run_at(LATER + timedelta(minutes=10))
    assert taken_offered_waiting(backend) == (1, 0, 4)


def test_a_recount_does_not_undo_what_happens_during_it(backend, full_event):
    put_by_earlier_release(backend, full_event[0], "Withdrawn")
    recount = PlaceService.recount

    def after_a_change(self, event_id, read, in_line, now):
        # One joins and another leaves: as many wait as before, but not the same.
        backend.change("events", PLACES, waitingChangedAt=clock.to_text(now))
        recount(self, event_id, read, in_line, now)

    with mock.patch.object(PlaceService, "recount", after_a_change):
        run_at(LATER)
    assert taken_offered_waiting(backend) == (1, 0, 5)

    run_at(LATER + timedelta(minutes=10))
    assert taken_offered_waiting(backend) == (1, 0, 4)


def test_a_counter_that_is_too_high_keeps_no_newcomer_waiting_for_long(backend):
    store_waiting_list(backend, people=1)
    [row] = backend.rows("registrations")
    put_by_earlier_release(backend, row["userId"], "Withdrawn")

    run_at(NOW)
    run_at(NOW + timedelta(minutes=10))

    assert taken_offered_waiting(backend) == (0, 0, 0)


@pytest.mark.parametrize("database_engine", ["dynamodb-local"], indirect=True)
def test_several_runs_at_once_count_everyone_once(database_engine):
    people = store_waiting_list(database_engine, people=8, taken=1)
    for user_id in people:
        database_engine.drop("registrations", registration_key(user_id), "waitlistedAt")
    database_engine.change("events", PLACES, waiting=0)

    with mock.patch.object(clock, "now", return_value=NOW), ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: schedule.run(), range(4)))
    assert taken_offered_waiting(database_engine) == (1, 0, 8)

    run_at(LATER)
    assert taken_offered_waiting(database_engine) == (1, 0, 8)
