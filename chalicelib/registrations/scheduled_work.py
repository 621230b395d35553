"""What the scheduled runs have in common: a failure of one event mustn't stop the others."""

import traceback
from collections.abc import Callable

from chalicelib.platform import log
from chalicelib.platform.errors import ServiceUnavailable


class RunFailed(Exception):
    """A part of a run failed, and the next run tries it again.

    The log says what failed. Lambda counts the run as an error, which an alarm watches.
    """


def run_and_log_errors(task: Callable[[], bool]) -> bool:
    """Run a task; if it raises an error, log the error and return False."""
    try:
        return task()
    except ServiceUnavailable as error:
        log.emit(log.LogEvent.UNAVAILABLE, cause=error.cause)
    # For example, if an item can't be parsed. The other events must be updated all the same.
    except Exception:  # noqa: BLE001
        log.emit(log.LogEvent.INTERNAL_ERROR, traceback=traceback.format_exc())
    return False
