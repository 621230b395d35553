"""Many withdraw, submit, accept, decline, and expire at once, on DynamoDB Local."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.events.places import places
from chalicelib.events.service import event_service
from chalicelib.identity.account_repository import account_repository
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ApiError
from chalicelib.registrations.service import Actor, RegistrationService
from chalicelib.registrations.store import RegistrationStore
from chalicelib.registrations.waiting_list import waiting_list
from chalicelib.registrations.workflow import HOLDS_PLACE, ActorType, Status
from tests.support.events import EVENT, a_registration, hold_event, hold_registrations

CAPACITY, PEOPLE, THREADS = 4, 16, 8


def identifier(number):
    return f"person-{number:05}"


class Applicant:
    """One person's changes at one moment."""

    def __init__(self, number, now):
        self.user_id, self.now = identifier(number), now
        actor = Actor(self.user_id, ActorType.APPLICANT, "request", now)
        store = RegistrationStore(database())
        self.service = RegistrationService(
            store, event_service(), places(), account_repository(), actor
        )

    def do(self, what):
        """Submit, withdraw, accept or decline; an error is an answer like any other."""

        def attempt(snapshot):
            if what in {"accept", "decline"}:
                return self.service.answer_offer(snapshot, accepts=what == "accept")
            status = Status.SUBMITTED if what == "submit" else Status.WITHDRAWN
            return self.service.move(snapshot, status, snapshot.require_registration().version)

        try:
            self.service.retry_on_conflict(lambda: self.service.read(self.user_id, EVENT), attempt)
        except ApiError as refusal:
            return refusal.code
        finally:
            waiting_list().update_offers(EVENT, self.now)
        return what


def standing(stage):
    """Each person's status, whether they hold an offer, and the event's counters."""
    rows = stage.rows("events")
    [counters] = [row for row in rows if row["id"].endswith("#places")]
    offers = {row["userId"] for row in rows if row.get("kind") == "offer"}
    return {r["userId"]: r for r in stage.rows("registrations")}, offers, counters


@pytest.mark.parametrize("either_engine", ["dynamodb-local"], indirect=True)
@pytest.mark.parametrize("seed", [1, 2])
def test_concurrent_changes_keep_places_counters_and_order_consistent(either_engine, seed):
    chance, now = random.Random(seed), clock.now()  # noqa: S311 (a story, told again)
    hold_event(capacity=CAPACITY, offer_hours=1)
    drafts = [a_registration(n, status=Status.DRAFT, submitted_at=None) for n in range(PEOPLE * 2)]
    hold_registrations(*drafts)
    for number in range(PEOPLE):
        assert Applicant(number, now + timedelta(seconds=number)).do("submit") == "submit"
    waiting = [identifier(number) for number in range(CAPACITY, PEOPLE)]

    # From now on people who submit for the first time come after all who wait.
    steps = [(n, "withdraw") for n in chance.sample(range(CAPACITY), 2)]
    steps += [(n, chance.choice(["decline", "accept"])) for n in range(CAPACITY, PEOPLE)]
    steps += [(n, "submit") for n in range(PEOPLE, PEOPLE * 2)]
    steps += [(n, "accept") for n in range(CAPACITY, PEOPLE)]
    chance.shuffle(steps)

    def step(each):
        at, (number, what) = each
        # Some come after the deadline of the first offers.
        return Applicant(number, now + timedelta(minutes=5, seconds=90 * at)).do(what)

    with ThreadPoolExecutor(THREADS) as crowd:
        answers = list(crowd.map(step, enumerate(steps)))
    assert answers.count("internal_error") == 0
    waiting_list().update_offers(EVENT, now + timedelta(hours=3), seconds=30)

    people, offers, counters = standing(either_engine)
    taken = [one for one in people.values() if one["status"] in HOLDS_PLACE]
    on_the_list = {u for u, one in people.items() if one["status"] == Status.WAITLISTED}
    assert offers <= on_the_list
    assert counters["taken"] == len(taken) + len(offers) <= CAPACITY
    assert counters["offered"] == len(offers)
    assert counters["waiting"] == len(on_the_list - offers)
    # No place is lost while people wait.
    assert counters["taken"] == CAPACITY or not on_the_list - offers
    # The service offers places in order: each waiting applicant joined after those with an offer.
    history = either_engine.rows("history")
    asked = {row["registration"].split("#")[1] for row in history if row["action"] == "offered"}
    unasked = [one for one in waiting if one in on_the_list and one not in asked]
    assert all(one < first for first in unasked for one in asked)
    # And no newcomer has a place that someone who was waiting before was never offered.
    served = {one["userId"] for one in taken} | offers
    assert not unasked or not [one for one in served if one >= identifier(PEOPLE)]
