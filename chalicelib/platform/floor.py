"""A floor under the time that something takes, so that nobody learns from it how it went."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Clock = Callable[[], float]


@contextmanager
def lasting(seconds: float) -> Iterator[None]:
    """Have whatever is done inside take so long at least, whether it succeeds or not.

    Args:
        seconds: more than it ever takes.
    """
    began = _monotonic()
    try:
        yield
    finally:
        _sleep(max(0.0, began + seconds - _monotonic()))


# Names of their own, for whoever tells the time in a test.
_monotonic: Clock = time.monotonic
_sleep: Callable[[float], None] = time.sleep
