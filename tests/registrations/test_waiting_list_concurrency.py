"""Concurrent withdrawals, submissions, acceptances, and expiries, on DynamoDB Local."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.events.places import place_service
from chalicelib.events.service import event_service
from chalicelib.identity.account_repository import account_repository
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ApiError
from chalicelib.registrations.service import Actor, RegistrationService
from chalicelib.registrations.store import RegistrationStore
from chalicelib.registrations.waiting_list import waiting_list_service
from chalicelib.registrations.workflow import STATUSES_HOLDING_PLACE, ActorType, Status
from tests.support.events import (
    EVENT,
    create_event,
    make_registration,
    place_counters,
    store_registrations,
)

CAPACITY, APPLICANT_COUNT, THREADS = 4, 16, 8


def applicant_id(number):
    return f"person-{number:05}"


FIRST_NEWCOMER_ID = applicant_id(APPLICANT_COUNT)


class Applicant:
    """One applicant, acting at a fixed time."""

    def __init__(self, number, now):
        self.user_id, self.now = applicant_id(number), now
        actor = Actor(self.user_id, ActorType.APPLICANT, "request", now)
        store = RegistrationStore(database())
        self.service = RegistrationService(
            store, event_service(), place_service(), account_repository(), actor
        )

    def perform(self, action):
        """Submit, withdraw, accept, or decline; return the action, or the code of an error."""

        def attempt(snapshot):
            if action in {"accept", "decline"}:
                return self.service.answer_offer(snapshot, accepts=action == "accept")
            status = Status.SUBMITTED if action == "submit" else Status.WITHDRAWN
            return self.service.change_status(
                snapshot, status, snapshot.require_registration().version
            )

        try:
            self.service.retry_on_conflict(lambda: self.service.read(self.user_id, EVENT), attempt)
        except ApiError as error:
            return error.code
        finally:
            waiting_list_service().expire_and_make_offers(EVENT, self.now)
        return action


class StoredState:
    """The stored state after all requests."""

    def __init__(self, backend):
        rows = backend.rows("events")
        self.counters = place_counters(backend)
        self.with_open_offer = {row["userId"] for row in rows if row.get("kind") == "offer"}
        statuses = {row["userId"]: row["status"] for row in backend.rows("registrations")}
        self.holding_place = {
            user_id for user_id, status in statuses.items() if status in STATUSES_HOLDING_PLACE
        }
        self.waitlisted = {
            user_id for user_id, status in statuses.items() if status == Status.WAITLISTED
        }
        self.ever_offered = {
            row["registration"].split("#")[1]
            for row in backend.rows("history")
            if row["action"] == "offered"
        }

    def assert_counters_match(self):
        assert self.with_open_offer <= self.waitlisted
        assert (
            self.counters["taken"]
            == len(self.holding_place) + len(self.with_open_offer)
            <= CAPACITY
        )
        assert self.counters["offered"] == len(self.with_open_offer)
        assert self.counters["waiting"] == len(self.waitlisted - self.with_open_offer)

    def assert_no_place_is_free_while_applicants_wait(self):
        assert self.counters["taken"] == CAPACITY or not self.waitlisted - self.with_open_offer

    def assert_offers_are_in_order(self, initially_waiting):
        """No applicant was offered a place ahead of one who joined the waiting list earlier."""
        never_offered = self.never_offered(initially_waiting)
        assert all(offered < waiting for waiting in never_offered for offered in self.ever_offered)

    def assert_newcomers_come_last(self, initially_waiting):
        """No newcomer has a place while an earlier applicant was never offered one."""
        newcomers = {
            user_id
            for user_id in self.holding_place | self.with_open_offer
            if user_id >= FIRST_NEWCOMER_ID
        }
        assert not (self.never_offered(initially_waiting) and newcomers)

    def never_offered(self, initially_waiting):
        return self.waitlisted.intersection(initially_waiting) - self.ever_offered


@pytest.mark.parametrize("database_engine", ["dynamodb-local"], indirect=True)
@pytest.mark.parametrize(("seed", "counter_shards"), [(1, 1), (2, 3)])
def test_concurrent_changes_keep_places_counters_and_order_consistent(
    database_engine, seed, counter_shards
):
    rng, now = random.Random(seed), clock.now()  # noqa: S311 (the same steps in each run)
    create_event(capacity=CAPACITY, offer_hours=1, counter_shards=counter_shards)
    drafts = [
        make_registration(n, status=Status.DRAFT, submitted_at=None)
        for n in range(APPLICANT_COUNT * 2)
    ]
    store_registrations(*drafts)
    for number in range(APPLICANT_COUNT):
        assert Applicant(number, now + timedelta(seconds=number)).perform("submit") == "submit"
    initially_waiting = [applicant_id(number) for number in range(CAPACITY, APPLICANT_COUNT)]

    # Applicants who submit from now on are newcomers: they join the list after all others.
    steps = [(n, "withdraw") for n in rng.sample(range(CAPACITY), 2)]
    steps += [(n, rng.choice(["decline", "accept"])) for n in range(CAPACITY, APPLICANT_COUNT)]
    steps += [(n, "submit") for n in range(APPLICANT_COUNT, APPLICANT_COUNT * 2)]
    steps += [(n, "accept") for n in range(CAPACITY, APPLICANT_COUNT)]
    rng.shuffle(steps)

    def perform(numbered_step):
        index, (number, action) = numbered_step
        # Some steps are after the deadline of the first offers.
        return Applicant(number, now + timedelta(minutes=5, seconds=90 * index)).perform(action)

    with ThreadPoolExecutor(THREADS) as executor:
        # An exception other than an API error, of any of the steps, is raised here.
        list(executor.map(perform, enumerate(steps)))
    waiting_list_service().expire_and_make_offers(
        EVENT, now + timedelta(hours=3), time_limit_seconds=30
    )

    state = StoredState(database_engine)
    state.assert_counters_match()
    state.assert_no_place_is_free_while_applicants_wait()
    state.assert_offers_are_in_order(initially_waiting)
    state.assert_newcomers_come_last(initially_waiting)
