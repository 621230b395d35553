"""Many people submit at once for fewer places, which several shards count."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest

from chalicelib.events.places import place_service
from chalicelib.events.service import event_service
from chalicelib.identity.account_repository import account_repository
from chalicelib.platform import clock, dynamodb
from chalicelib.platform.dynamodb import Database, database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.registrations.service import Actor, RegistrationService
from chalicelib.registrations.store import RegistrationStore
from chalicelib.registrations.workflow import ActorType, Status
from tests.support.events import (
    EVENT,
    create_event,
    make_registration,
    place_counters,
    store_registrations,
)
from tests.support.slow import slow

# DynamoDB Local runs one transaction at a time, so it never reports a conflict.
CONFLICTS = 0.2
try_transaction = Database._try_transaction


def with_conflicts(self, items):
    """Fail now and then as DynamoDB does, before it writes anything."""
    if random.random() < CONFLICTS:  # noqa: S311
        return ["TransactionConflict", *["None"] * (len(items) - 1)]
    return try_transaction(self, items)


def submit(number):
    """Submit one person's draft, again after a 503 as a client does; return the status."""
    user_id, store = f"person-{number:05}", RegistrationStore(database())
    actor = Actor(user_id, ActorType.APPLICANT, "request", clock.now())
    accounts = account_repository()
    service = RegistrationService(store, event_service(), place_service(), accounts, actor)
    while True:
        try:
            return service.retry_on_conflict(
                lambda: service.read(user_id, EVENT),
                lambda snapshot: service.change_status(snapshot, Status.SUBMITTED, 1),
            ).status
        except ServiceUnavailable:
            continue


@pytest.mark.parametrize("database_engine", ["dynamodb-local"], indirect=True)
@pytest.mark.parametrize(
    ("people", "places", "counter_shards"), [(24, 14, 4), *slow((500, 300, 16))]
)
def test_exactly_as_many_submissions_at_once_get_a_place_as_there_are_places(
    database_engine, people, places, counter_shards
):
    create_event(capacity=places, counter_shards=counter_shards)
    drafts = (make_registration(n, status=Status.DRAFT, submitted_at=None) for n in range(people))
    store_registrations(*drafts)

    with (
        mock.patch.object(Database, "_try_transaction", with_conflicts),
        mock.patch.object(dynamodb, "_BASE_DELAY_SECONDS", 0.002),
        ThreadPoolExecutor(24) as crowd,
    ):
        statuses = Counter(crowd.map(submit, range(people)))

    assert statuses == {Status.SUBMITTED: places, Status.WAITLISTED: people - places}
    counted = place_counters(database_engine)
    assert counted == {
        "taken": places, "offered": 0, "waiting": people - places, "places": places
    }  # fmt: skip
    shards = [row for row in database_engine.rows("events") if "taken" in row]
    assert len(shards) == counter_shards
    assert all(row["taken"] == row["places"] for row in shards)
