"""A minimum duration, so that the response time doesn't reveal the result."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Clock = Callable[[], float]


@contextmanager
def at_least(seconds: float) -> Iterator[None]:
    """Make a block take at least this long, whether it succeeds or raises.

    Args:
        seconds: longer than the block ever takes.
    """
    began = _monotonic()
    try:
        yield
    finally:
        _sleep(max(0.0, began + seconds - _monotonic()))


# Tests replace these.
_monotonic: Clock = time.monotonic
_sleep: Callable[[float], None] = time.sleep
