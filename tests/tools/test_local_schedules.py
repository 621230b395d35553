"""The schedules on this machine: ``make dev`` and ``chalice local`` run them, too."""

import threading

from chalicelib.functions import SCHEDULES
from chalicelib.registrations import reminders, schedule
from tools import local


def test_a_handler_runs_again_after_it_failed_until_it_is_stopped():
    stopped, runs = threading.Event(), []

    def handler():
        runs.append(len(runs))
        if len(runs) == 3:
            stopped.set()
        raise schedule.RunFailed

    local.run_again_and_again(handler, 0.001, stopped)

    assert runs == [0, 1, 2]


def test_every_schedule_of_lambda_runs_on_this_machine(monkeypatch):
    started = []
    monkeypatch.setattr(
        local, "run_again_and_again", lambda handler, seconds, _: started.append((handler, seconds))
    )

    local.start_schedules()

    assert started == [(schedule.run, 600), (reminders.run, 600)]
    assert len(SCHEDULES) == len(started)
