"""After a fault at any call of a run nothing is lost, and the next run makes everything right."""

import itertools
from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.registrations import schedule
from tests.matrix import faults
from tests.registrations.test_schedule import (
    NIGHT,
    NOW,
    offers,
    run_at,
    status,
    store_waiting_list,
    taken_offered_waiting,
)
from tests.support.environments import stage

# Before and after DynamoDB did it, rejected or lost: the other faults end like one of these.
FAULTS = (faults.throttled, faults.timed_out_after, faults.conflicted)
ONCE, EACH_TIME = 1, 1000
# At each call of a run, which has many. The others strike with make kills.
STRIKES = [(faults.timed_out_after, ONCE), (faults.throttled, EACH_TIME)]
STRIKES += [(faults.conflicted, ONCE)]


@pytest.fixture(scope="module")
def stage_without_delays(local_endpoint):
    """A stage on DynamoDB Local, without the pauses between retries."""
    with stage(local_endpoint) as backend, mock.patch("time.sleep"):
        yield backend


@pytest.fixture(scope="module")
def waiting_people(stage_without_delays):
    """An event in which one offer has expired; another spot is free since, and three wait."""
    people = store_waiting_list(stage_without_delays, people=4)
    run_at(NOW)
    stage_without_delays.change("events", {"id": "harvest-fair#places"}, places=2)
    return people, stage_without_delays.everything()


def calls_of_a_run():
    calls = {}
    with faults.watched(lambda number, outgoing: calls.setdefault(number, outgoing) and None):
        run_at(NIGHT)
    return {number: call for number, call in calls.items() if call.operation != "SendEmail"}


def is_right(stage_without_delays, people):
    """Whether the first offer has ended, the next two are made, and the last person waits."""
    return (
        set(offers(stage_without_delays)) == set(people[1:3])
        and taken_offered_waiting(stage_without_delays) == (2, 2, 1)
        and status(stage_without_delays, people[0]) == "Withdrawn"
    )


def every_strike():
    for fault, times in itertools.product(FAULTS, (ONCE, EACH_TIME)):
        marks = () if (fault, times) in STRIKES else pytest.mark.slow
        name = f"{fault.__name__}-{'once' if times == ONCE else 'each time'}"
        yield pytest.param(fault, times, id=name, marks=marks)


@pytest.mark.parametrize(("fault", "times"), [*every_strike()])
def test_after_a_fault_at_any_call_the_next_run_makes_it_right(
    stage_without_delays, waiting_people, fault, times
):
    people, beginning = waiting_people
    stage_without_delays.restore(beginning, stage_without_delays.everything())
    calls = calls_of_a_run()
    assert is_right(stage_without_delays, people)
    writes = {number for number, call in calls.items() if call.operation in faults.WRITES}
    assert len(writes) >= 3

    for number in writes if fault is faults.conflicted else calls:
        stage_without_delays.restore(beginning, stage_without_delays.everything())
        left = iter(range(times))

        def strike(at, outgoing, number=number, left=left):
            struck = at == number and next(left, None) is not None
            return fault(outgoing) if struck else None

        failed = False
        with faults.watched(strike):
            try:
                run_at(NIGHT)
            except schedule.RunFailed:
                failed = True

        # The line keeps its order: the third is offered a spot only after the second.
        offered = [people.index(user_id) for user_id in offers(stage_without_delays)]
        assert {2, 3}.isdisjoint(offered) or 1 in offered, number
        assert failed or is_right(stage_without_delays, people), number
        run_at(NIGHT + timedelta(minutes=10))
        assert is_right(stage_without_delays, people), number
