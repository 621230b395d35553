"""The fault matrix: whatever becomes of whichever call, nothing is half done."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import pytest
from chalice.test import Client

from app import ROOMS, app
from chalicelib.platform.errors import InternalError
from chalicelib.sessions import keys
from tests.matrix import faults
from tests.matrix.scenarios import SCENARIOS, comparable
from tests.people import Person
from tests.stages import stage

ONCE, EACH_TIME = 1, 1000
ACTIONS = {action.view.__name__: action for room in ROOMS for action in room.actions}


@pytest.fixture(scope="module")
def world(local_endpoint):
    """One stage on DynamoDB Local for the whole matrix, without the pauses between retries."""
    with stage(local_endpoint) as made, mock.patch("time.sleep"):
        yield made


def begin(world, name):
    """Bring about a scenario's circumstances in empty tables; the function has just started."""
    world.clear()
    person = SCENARIOS[name].begin(Person(Client(app)))
    keys.session_keys.cache_clear()
    return person


def calls_of(world, name):
    """Run a scenario as it should go; return its calls, its reply, and what is stored then."""
    person = begin(world, name)
    calls = {}
    with faults.watched(lambda number, outgoing: calls.setdefault(number, outgoing) and None):
        reply = SCENARIOS[name].ask(person)
    stored = comparable(world.everything())
    return calls, reply, stored


def test_every_action_has_a_scenario():
    assert SCENARIOS.keys() == ACTIONS.keys()


@dataclass(frozen=True)
class Strike:
    """A fault that befalls one call of an action: once, or each time that it is tried."""

    number: int
    operation: str
    fault: Callable[[faults.Outgoing], Any]
    times: int

    def __str__(self):
        return f"{self.fault.__name__} × {self.times} at call {self.number}, {self.operation}"

    @contextmanager
    def falling(self):
        left = iter(range(self.times))

        def show(number, outgoing):
            struck = number == self.number and next(left, None) is not None
            return self.fault(outgoing) if struck else None

        with faults.watched(show):
            yield


def strikes(calls):
    for number, call in calls.items():
        for fault in faults.that_can_happen_to(call.operation, call.conditions):
            for times in (ONCE, EACH_TIME):
                yield Strike(number, call.operation, fault, times)


@pytest.mark.parametrize("name", ACTIONS)
def test_whatever_becomes_of_a_call_nothing_is_half_done(world, name):
    calls, usual, after = calls_of(world, name)
    assert usual.status == ACTIONS[name].status

    for strike in strikes(calls):
        person = begin(world, name)
        before = comparable(world.everything())
        with strike.falling():
            reply = SCENARIOS[name].ask(person)
        stored = comparable(world.everything())

        if reply.status == ACTIONS[name].status:
            assert stored == after, strike
        else:
            assert stored in (before, after), strike
            assert reply.set_cookie is None, strike
            assert is_declared(reply, ACTIONS[name]), (strike, reply)
            again = SCENARIOS[name].ask(person)
            assert is_set_right(again, ACTIONS[name], stored, world, after), (strike, again)


def is_declared(reply, action):
    """Whether an action may refuse so; a fault of our own is no refusal."""
    codes = {(refusal.STATUS_CODE, refusal.code) for refusal in action.refusals}
    return reply.code != InternalError.code and (reply.status, reply.code) in codes


def is_set_right(again, action, stored, world, after):
    """Whether whoever asks again gets there, or learns that they were there already."""
    then = comparable(world.everything())
    if again.status != action.status:
        return is_declared(again, action) and then == stored == after
    return then == after or (SCENARIOS[action.view.__name__].adds and stored == after)
