"""The scheduled run of the waiting lists: in a night without requests, offers are still passed on.

EventBridge invokes the Lambda function ``waiting-list`` every few minutes, and that calls
:func:`run`. A request or another run may do the same work at the same moment: each step is a
transaction whose conditions let only one of them through.
"""

from typing import Any

from chalicelib.platform import clock, log
from chalicelib.registrations.scheduled_work import RunFailed
from chalicelib.registrations.waiting_list import waiting_list_service

# Well within the function's timeout.
RUN_SECONDS = 30.0


def run(_event: Any = None, _context: Any = None) -> None:
    """End the expired offers of all events, and offer free places to those who wait.

    Lambda passes an event and a context, which don't matter.

    Raises:
        RunFailed: a part of it failed.
    """
    log.bind_account(None)
    if not waiting_list_service().expire_and_make_offers_for_all_events(clock.now(), RUN_SECONDS):
        raise RunFailed("The waiting lists of some events weren't settled. The next run does it.")
