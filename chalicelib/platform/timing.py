"""A minimum duration, so that the response time doesn't reveal the result."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chalicelib.platform.errors import TooManyAttempts

Clock = Callable[[], float]


@contextmanager
def at_least(seconds: float) -> Iterator[None]:
    """Make a block take at least this long, whether it succeeds or raises.

    Only a request over a rate limit is rejected at once: the limit is the same for each account and
    each unknown name, and waiting would keep a function busy (OWASP ASVS 5.0 15.2.2).

    Args:
        seconds: longer than the block ever takes.
    """
    began, waits = _monotonic(), True
    try:
        yield
    except TooManyAttempts:
        waits = False
        raise
    finally:
        if waits:
            _sleep(max(0.0, began + seconds - _monotonic()))


# Tests replace these.
_monotonic: Clock = time.monotonic
_sleep: Callable[[float], None] = time.sleep
