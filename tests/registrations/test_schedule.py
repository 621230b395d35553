"""The scheduled run: in a night without requests, offers expire and the next ones are made."""

import json
from collections import Counter
from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.events.places import PlacesChanged
from chalicelib.platform import clock
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.registrations import schedule
from chalicelib.registrations.waiting_list import WaitingListService
from chalicelib.registrations.workflow import Status
from tests.matrix import faults
from tests.support.accounts import store_account
from tests.support.aws_calls import recorded_calls
from tests.support.events import EVENT, create_event, make_registration, store_registrations

NOW = clock.now()
# Long after the offers of an hour, and before any request of the morning.
NIGHT = NOW + timedelta(hours=2)


def run_at(moment):
    with mock.patch.object(clock, "now", return_value=moment):
        schedule.run({"source": "aws.events"}, None)


def store_waiting_list(backend, event_id=EVENT, people=3, taken=0, capacity=1):
    """Write an event and the people on its waiting list, whose accounts mail can reach."""
    create_event(id=event_id, capacity=capacity, offer_hours=1)
    registrations = []
    for number in range(people):
        name = f"{event_id}.{number}"
        account = store_account(name, email=f"{name}@e.co", email_verified=True)
        applicant_fields = {"user_id": account.id, "event_id": event_id, "username": name}
        since = NOW - timedelta(days=1, seconds=-number)
        waits = {"status": Status.WAITLISTED, "submitted_at": since, "waitlisted_at": since}
        registrations.append(make_registration(number, **applicant_fields, **waits))
    store_registrations(*registrations)
    backend.change("events", {"id": f"{event_id}#places"}, waiting=people, taken=taken, offered=0)
    return [registration.user_id for registration in registrations]


def offers(backend):
    """Who is offered a spot."""
    return [row["userId"] for row in backend.rows("events") if row.get("kind") == "offer"]


def taken_offered_waiting(backend, event_id=EVENT):
    """Places taken or offered, offered, and people waiting."""
    [row] = [row for row in backend.rows("events") if row["id"] == f"{event_id}#places"]
    return row["taken"], row["offered"], row["waiting"]


def status(backend, user_id):
    [row] = [row for row in backend.rows("registrations") if row["userId"] == user_id]
    return row["status"]


def logged(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_free_place_is_offered_in_a_night_without_requests(backend):
    first, *_ = store_waiting_list(backend)

    run_at(NOW)

    assert offers(backend) == [first]
    assert taken_offered_waiting(backend) == (1, 1, 2)


def test_a_scheduled_run_passes_an_expired_offer_to_the_next_in_line(backend, mailbox):
    first, second, third = store_waiting_list(backend)
    run_at(NOW)
    run_at(NOW + timedelta(minutes=50))
    assert offers(backend) == [first]

    run_at(NIGHT)
    assert offers(backend) == [second]
    assert status(backend, first) == "Withdrawn"

    run_at(NIGHT + timedelta(hours=2))
    assert offers(backend) == [third]
    subjects = Counter(message["Subject"] for message in mailbox())
    assert subjects == {"A spot is free for you": 3, "Your offer of a spot expired": 2}


def test_an_offer_that_expires_after_the_first_day_of_the_event_ends(backend):
    first, second, _ = store_waiting_list(backend)
    run_at(NOW)

    run_at(NOW + timedelta(days=600))

    assert offers(backend) == []
    assert (status(backend, first), status(backend, second)) == ("Withdrawn", "Waitlisted")


def test_an_idle_run_takes_two_queries(backend):
    with recorded_calls() as calls:
        run_at(NOW)

    assert [call.operation for call in calls] == ["Query", "Query"]


def test_the_counters_of_all_coming_events_take_one_more_call(backend):
    for number in range(5):
        create_event(id=f"event-{number}")
    # Who waits is recounted in the first run, and then once an hour.
    run_at(NOW)
    with recorded_calls() as calls:
        run_at(NOW)

    assert [call.operation for call in calls] == ["Query", "Query", "BatchGetItem"]


def test_more_than_a_hundred_coming_events_are_read_in_several_calls(backend):
    for number in range(101):
        create_event(id=f"event-{number:03}")
    store_waiting_list(backend, "zzz")
    run_at(NOW)

    assert len(offers(backend)) == 1


def test_repeated_runs_change_nothing(backend):
    store_waiting_list(backend)
    run_at(NOW)
    run_at(NOW + timedelta(minutes=10))
    before = backend.everything()

    run_at(NOW + timedelta(minutes=20))
    assert backend.everything() == before


def test_failure_of_one_event_does_not_stop_the_others(backend, capsys):
    store_waiting_list(backend, "a-broken")
    store_waiting_list(backend, "b-good")
    store_waiting_list(backend, "c-good")
    [broken] = [row for row in backend.rows("registrations") if row["username"] == "a-broken.0"]
    key = {"userId": broken["userId"], "eventId": "a-broken"}
    backend.drop("registrations", key, "reference")

    with pytest.raises(schedule.RunFailed):
        run_at(NOW)

    assert sorted(usernames(backend)) == ["b-good.0", "c-good.0"]
    errors = [line for line in logged(capsys) if line["event"] == "internal_error"]
    assert errors
    assert all("KeyError: 'reference'" in line["traceback"] for line in errors)
    backend.change("registrations", key, reference=broken["reference"])
    run_at(NOW)
    assert sorted(usernames(backend)) == ["a-broken.0", "b-good.0", "c-good.0"]


def test_an_expiry_brings_the_search_up_to_date_as_any_change_does(backend):
    first, *_ = store_waiting_list(backend)
    key = {"userId": first, "eventId": EVENT}
    backend.change("registrations", key, searchTerms=["former"])
    backend.clear("search")
    run_at(NOW)

    run_at(NIGHT)
    assert status(backend, first) == "Withdrawn"
    assert [row for row in backend.rows("search") if row["userId"] == first]


def test_an_applicant_waiting_since_an_earlier_version_is_offered_a_place(backend):
    store_waiting_list(backend, people=1)
    [row] = backend.rows("registrations")
    key = {"userId": row["userId"], "eventId": EVENT}
    backend.drop("registrations", key, "waitlistedAt")

    run_at(NOW)
    assert offers(backend) == [row["userId"]]


def test_an_offer_whose_registration_moved_on_in_an_earlier_version_ends(backend):
    first, second, _ = store_waiting_list(backend)
    run_at(NOW)
    moved = {"status": "Withdrawn", "eventStatus": f"{EVENT}#Withdrawn"}
    backend.change("registrations", {"userId": first, "eventId": EVENT}, **moved)

    run_at(NIGHT)
    assert offers(backend) == [second]


def usernames(backend):
    """The usernames of those who are offered a spot."""
    names = {row["userId"]: row["username"] for row in backend.rows("registrations")}
    return [names[user_id] for user_id in offers(backend)]


def test_failing_dynamodb_is_logged_and_the_next_run_does_the_work(backend, capsys):
    first, *_ = store_waiting_list(backend)
    with (
        mock.patch("time.sleep"),
        faults.watched(lambda _, outgoing: faults.throttled(outgoing)),
        pytest.raises(schedule.RunFailed),
    ):
        run_at(NOW)

    [line] = logged(capsys)
    assert (line["event"], line["cause"]) == ("unavailable", "Query: ThrottlingException")
    run_at(NOW)
    assert offers(backend) == [first]


def test_a_dynamodb_failure_for_one_event_does_not_stop_the_others(backend):
    store_waiting_list(backend, "a-good")
    store_waiting_list(backend, "b-good")
    update_event = WaitingListService._update_event

    def fail_for_one_event(self, event_id, call):
        if event_id == "b-good":
            raise ServiceUnavailable(cause="injected")
        return update_event(self, event_id, call)

    fault = mock.patch.object(WaitingListService, "_update_event", fail_for_one_event)
    with fault, pytest.raises(schedule.RunFailed):
        run_at(NOW)

    assert usernames(backend) == ["a-good.0"]


def test_overlapping_runs_offer_each_place_once(backend):
    people = store_waiting_list(backend, people=4, capacity=2)
    offering = WaitingListService._try_to_offer_place
    inside = iter([True])

    def overlapping(self, *arguments):
        if next(inside, False):
            run_at(NOW)
        return offering(self, *arguments)

    with mock.patch.object(WaitingListService, "_try_to_offer_place", overlapping):
        run_at(NOW)

    assert sorted(offers(backend)) == sorted(people[:2])
    assert taken_offered_waiting(backend) == (2, 2, 2)


def test_an_offer_that_always_conflicts_ends_with_a_logged_failure(backend, capsys):
    store_waiting_list(backend)
    conflict = mock.patch.object(
        WaitingListService, "_try_to_offer_place", side_effect=PlacesChanged
    )
    with conflict, pytest.raises(schedule.RunFailed):
        run_at(NOW)

    [line] = logged(capsys)
    assert line["cause"] == "5 concurrent changes to an event's places"


def test_events_share_the_time_of_a_run(backend):
    store_waiting_list(backend, "a-good")
    store_waiting_list(backend, "b-good")
    shares = []

    def settle(self, event_id, now, seconds):
        shares.append(seconds)
        return True

    with mock.patch.object(WaitingListService, "expire_and_make_offers", settle):
        run_at(NOW)

    assert shares == [pytest.approx(15, abs=1), pytest.approx(30, abs=2)]
