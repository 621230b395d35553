"""The fault matrix of the functions without endpoints: no email and no event is lost.

Any call of a function fails in any way, or the function is killed there. Then its trigger delivers
again. At most one duplicate may come of each kill.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import pytest

from chalicelib.delivery.webhook_request import NotDelivered
from chalicelib.functions import HANDLERS
from tests.matrix import faults
from tests.matrix.consumers import CASES, sent_messages
from tests.matrix.faults import KILLS, TAKE_EFFECT, Killed, Outgoing
from tests.matrix.triggers import POST, Triggers
from tests.support import permissions
from tests.support.aws_calls import recorded_calls
from tests.support.environments import READS, clear_queues, stage


def not_delivered_before(_: Outgoing) -> None:
    raise NotDelivered("TimeoutError")


def not_delivered_after(outgoing: Outgoing) -> None:
    outgoing.send()
    raise NotDelivered("TimeoutError")


OF_A_POST = (not_delivered_before, not_delivered_after)
ONCE, EACH_TIME = 1, 1000
# A trigger delivers an hour or longer; after a fault, the next delivery suffices.
DELIVERIES = 4
# Writes about items of earlier versions, which are a part of a transaction that a case makes, and
# what lists with filters read in the place of another index.
LEFT_OUT = {
    "waiting-list": {"dynamodb:DeleteItem search", "dynamodb:UpdateItem registrations"},
    "export-writer": {
        *(f"dynamodb:Query registrations/by{index}" for index in ("Name", "Phone1", "Phone2")),
        *("dynamodb:Query registrations/byReference", "dynamodb:Query registrations/byStatus"),
        *("dynamodb:Query registrations/forSummary", "dynamodb:Query search"),
        *("dynamodb:BatchGetItem registrations", "dynamodb:GetItem identities"),
    },
}
# These end as others do; make kills tries all of them.
REPRESENTATIVE = (
    *(faults.throttled, faults.timed_out_before, faults.timed_out_after, faults.condition_failed),
    *(faults.rejected_by_the_queue, faults.rejected_by_the_bus, faults.left_unprocessed),
    *OF_A_POST,
)


@dataclass
class Strike:
    """A fault of one call of a function's first invocation: once, or for each attempt."""

    number: int
    fault: Callable[[Outgoing], Any]
    times: int
    struck: int = field(default=0)

    def show(self, number: int, outgoing: Outgoing) -> Any:
        if number != self.number or self.struck >= self.times:
            return None
        self.struck += 1
        return self.fault(outgoing)


@pytest.fixture(scope="module")
def stage_without_delays():
    with stage() as backend, mock.patch("time.sleep"):
        yield backend


def run(backend, case, strike=None):
    """Have a function do its work, with a fault in the first invocation; return the effects."""
    backend.clear()
    clear_queues()
    sent_messages().clear()
    triggers = Triggers(backend)
    invoke = case.begin(triggers)
    is_done = False
    for delivery in range(DELIVERIES):
        if delivery == 0 and strike:
            triggers.show = strike.show
        with suppress(Killed):
            is_done = invoke()
        triggers.show = lambda *_: None
        if is_done:
            break
    assert is_done, strike
    return case.effects(backend)


def calls_of(backend, case):
    """The calls of a function, by number, and what comes of them."""
    calls: dict[int, Outgoing] = {}

    class Recording(Strike):
        def show(self, number, outgoing):
            calls.setdefault(number, outgoing)

    return run(backend, case, Recording(0, faults.throttled, 0)), calls


def strikes(calls: dict[int, Outgoing], *, every: bool) -> Iterator[tuple[Outgoing, Strike]]:
    """All faults of each call; or kills at writes, and other faults of the first of its kind."""
    operations: set[str] = set()
    for number, call in calls.items():
        if call.operation == POST:
            possible = OF_A_POST
        else:
            possible = faults.that_can_happen_to(call.operation, call.conditions)
        if not every:
            is_new = call.operation not in operations
            possible = [fault for fault in possible if is_new and fault in REPRESENTATIVE]
        operations.add(call.operation)
        for fault in possible:
            yield call, Strike(number, fault, EACH_TIME)
            if every:
                yield call, Strike(number, fault, ONCE)
        # Killed at a read, a function has done what it has after the write before.
        for kill in KILLS if every or call.operation not in READS else ():
            yield call, Strike(number, kill, ONCE)


def most_duplicates(case, call, strike):
    """How often the receivers may get something again."""
    takes_effect = strike.fault in (*TAKE_EFFECT, not_delivered_after)
    return (
        strike.struck * case.receivers if takes_effect and call.operation in case.repeatable else 0
    )


@pytest.mark.parametrize("function", HANDLERS)
def test_cases_of_a_function_make_every_call_that_its_role_allows(stage_without_delays, function):
    with recorded_calls() as calls:
        for case in CASES.values():
            if case.function == function:
                run(stage_without_delays, case)

    made = {
        request.need
        for call in calls
        for request in permissions.requests(call.service, call.operation, call.parameters)
    }
    allowed = permissions.needs_of(function) - permissions.lambdas_needs(function)
    left_out = LEFT_OUT.get(function, set())
    assert {need for need in allowed if "=" not in need} - made == left_out


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_after_a_fault_at_any_call_nothing_is_lost_and_nothing_repeated_that_need_not_be(
    stage_without_delays, case, every
):
    expected, calls = calls_of(stage_without_delays, case)
    assert expected
    assert set(expected.values()) == {1}

    for call, strike in strikes(calls, every=every):
        if strike.fault in case.believed:
            continue
        effects = run(stage_without_delays, case, strike)
        lost, repeated = expected - effects, effects - expected
        told = (strike, call.operation, effects)
        assert strike.struck, told
        assert not lost, told
        assert repeated.total() <= most_duplicates(case, call, strike), told
