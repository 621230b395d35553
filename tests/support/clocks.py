"""Stop the service's clock at a time that a test chooses."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from unittest import mock

from chalicelib.platform import clock

# A full hour to come: the key of the tests signs then, and the hour of a fixed window begins.
NOON = clock.from_seconds((int(clock.now().timestamp()) // 3600 + 2) * 3600)


def clock_at(moment: datetime) -> AbstractContextManager[mock.Mock]:
    return mock.patch.object(clock, "now", return_value=moment)


def clock_advanced_by(**duration: float) -> AbstractContextManager[mock.Mock]:
    return clock_at(clock.now() + timedelta(**duration))


def clock_after_noon(**duration: float) -> AbstractContextManager[mock.Mock]:
    return clock_at(NOON + timedelta(**duration))
