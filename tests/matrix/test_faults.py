"""The fault matrix: a fault in any AWS call leaves no partial change."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

import pytest
from chalice.test import Client

from app import app
from chalicelib.functions import all_endpoints
from chalicelib.platform.errors import InternalError
from tests.matrix import faults
from tests.matrix.scenarios import SCENARIOS
from tests.matrix.stored import comparable, settled, tries
from tests.support import permissions
from tests.support.environments import forget_keys, stage

ONCE, EACH_TIME = 1, 1000
# A rejected sign-in may leave its try with the account and with the address: one of each.
LEFT_BEHIND = 2
WRITES = {
    *("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
    *("dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "ses:SendEmail"),
}
THE_GUARDS = SCENARIOS["look at their account"]
# Of a read that is told from others by nothing but what it asks.
OF_A_READ = (faults.throttled, faults.timed_out_before)
# These end as others do: a lost connection as a time-out, a failure within as throttling. And once,
# throttling is got over as a time-out is. make kills tries all of them, in every scenario.
ALIKE = (faults.fails_inside, faults.reset_before, faults.reset_after)
ALIKE_ONCE = (faults.throttled,)
# An erasure has many steps, one like the other; make kills tries all there, too.
OF_A_STEP = (faults.throttled, faults.timed_out_after)
# One for each way that an action writes, and for each table; make kills tells all the others, too.
REPRESENTATIVE = {
    *("sign up", "sign in", "sign in with a code", "sign out", "end a session"),
    *(
        "look at their account",
        "look at their account after a while",
        "fetch what is held about themselves",
    ),
    *("verify an email", "choose a password", "forget their password", "be erased"),
    *("save a first draft", "submit", "accept an offer", "withdraw", "correct a registration"),
    *("move many", "write a note", "export an event's registrations", "list people"),
    *("make an event", "give a role", "add a passkey"),
    *("start an export", "download an export"),
    *("create an API key", "revoke an API key", "read with an API key"),
}
ENDPOINTS = {endpoint.view.__name__: endpoint for endpoint in all_endpoints()}


@pytest.fixture(scope="module")
def stage_without_delays(local_endpoint):
    """One stage on DynamoDB Local for the whole matrix, without the pauses between retries."""
    with stage(local_endpoint) as backend, mock.patch("time.sleep"):
        yield backend


@pytest.fixture
def written_tables(stage_without_delays):
    """The tables that a call of this test may have written to."""
    with stage_without_delays.written() as tables_written:
        yield tables_written


class RepeatableScenario:
    """A scenario that runs repeatedly from the same initial state."""

    def __init__(self, stage_without_delays, scenario, tables_written):
        self._world, self._scenario, self._written = stage_without_delays, scenario, tables_written
        self._person = scenario.begin(stage_without_delays, Client(app))
        self._beginning = self._found = stage_without_delays.everything()
        tables_written.clear()
        self.before = comparable(self._beginning)

    def begin(self):
        """Return the user that the scenario is about, with the caches of a new function."""
        self._world.restore(self._beginning, self._found)
        forget_keys()
        return replace(self._person)

    def stored(self):
        """Return what is stored by now; what nothing has written to is as it was."""
        self._found = self._beginning | self._world.everything(self._written)
        return comparable(self._found)

    def as_it_should_go(self):
        """Run it without a fault; return its calls and the stored items."""
        person, calls = self.begin(), {}
        with faults.watched(lambda number, outgoing: calls.setdefault(number, outgoing) and None):
            response = self._scenario.request(person)
        assert response.status in successes(ENDPOINTS[self._scenario.action])
        return calls, self.stored()


def test_every_endpoint_has_a_scenario():
    assert {scenario.action for scenario in SCENARIOS.values()} == ENDPOINTS.keys()


def test_representatives_write_in_every_way_and_to_every_table():
    recorded = permissions.recorded()
    written = {
        name: {part for need in needs if need.split()[0] in WRITES for part in need.split()[:2]}
        for name, needs in recorded.items()
    }
    tried = {SCENARIOS[name].action for name in REPRESENTATIVE}

    of_all, of_tried = (set().union(*map(written.get, names)) for names in (ENDPOINTS, tried))
    assert of_all - of_tried == set()


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


def strikes(calls, scenario, *, every):
    """All faults for a write, and two faults for a read.

    What else may become of a read is tried where the guard reads, and with strangers' stories:
    nothing is told apart by it but where it is asked.

    Args:
        calls: the calls of the action, by number.
        scenario: the story.
        every: whether faults that end alike are all tried.
    """
    for number, call in calls.items():
        writes = call.operation in faults.WRITES
        few = ()
        if not writes and scenario is not THE_GUARDS and scenario.signed_in:
            few = OF_A_READ
        elif scenario.stepwise and not every:
            few = OF_A_STEP
        for fault in faults.that_can_happen_to(call.operation, call.conditions):
            for times in how_often(fault, few, every=every):
                yield Strike(number, call.operation, fault, times)


def how_often(fault, few, *, every):
    """How many times a fault befalls a call, each in a telling of its own.

    Args:
        fault: which.
        few: the only ones that are tried at this call; empty where all are.
        every: whether faults that end alike are all tried.
    """
    if few:
        return (EACH_TIME,) if fault in few else ()
    if every or fault not in (*ALIKE, *ALIKE_ONCE):
        return (ONCE, EACH_TIME)
    return (EACH_TIME,) if fault in ALIKE_ONCE else ()


def scenario_params():
    for name, scenario in SCENARIOS.items():
        if name in REPRESENTATIVE:
            yield pytest.param(scenario, False, id=name)
        yield pytest.param(scenario, True, id=f"{name}, every fault", marks=pytest.mark.slow)


@pytest.mark.parametrize(("scenario", "every"), [*scenario_params()])
def test_a_fault_in_any_call_leaves_no_partial_change(
    stage_without_delays, written_tables, scenario, every
):
    telling, endpoint = (
        RepeatableScenario(stage_without_delays, scenario, written_tables),
        ENDPOINTS[scenario.action],
    )
    calls, after = telling.as_it_should_go()
    before = telling.before

    left_behind = LEFT_BEHIND + scenario.takes_code + scenario.counts_twice
    for strike in strikes(calls, scenario, every=every):
        person = telling.begin()
        with strike.falling():
            response = scenario.request(person)
        stored = telling.stored()

        # A browser that comes back from a provider is sent on, with a problem if there is one.
        if "problem=" in response.headers.get("Location", ""):
            assert settled(stored) in (settled(before), settled(after)), strike
        elif succeeded(response, scenario):
            assert settled(stored) == settled(after), strike
            more_or_fewer = {0, int(scenario.counts_twice), -int(scenario.counts_or_not)}
            assert tries(stored) - tries(after) in more_or_fewer, strike
        else:
            whole = settled(stored) in (settled(before), settled(after))
            assert whole or scenario.stepwise, strike
            assert tries(stored) <= max(tries(before), tries(after)) + left_behind, strike
            assert response.set_cookie is None, strike
            assert is_declared(response, endpoint), (strike, response)
            again = scenario.request(person)
            then = telling.stored()
            if succeeded(again, scenario):
                once = settled(then) == settled(after)
                assert once or (scenario.adds and settled(stored) == settled(after)), strike
                assert tries(then) <= tries(after) + left_behind, strike
            else:
                assert is_declared(again, endpoint), (strike, again)
                assert settled(then) == settled(stored) == settled(after), strike


def successes(endpoint):
    return {endpoint.status, 201} if endpoint.may_return_201 else {endpoint.status}


def succeeded(response, scenario):
    """Whether an answer says that all of it was done."""
    return response.status in successes(ENDPOINTS[scenario.action]) and scenario.succeeded(response)


def is_declared(response, endpoint):
    """Whether an action may reject so; a fault of our own is no error."""
    codes = {(error.STATUS_CODE, error.code) for error in endpoint.errors}
    if response.status in successes(endpoint):
        return {item["code"] for item in response.json["items"]} <= {code for _, code in codes}
    return response.code != InternalError.code and (response.status, response.code) in codes
