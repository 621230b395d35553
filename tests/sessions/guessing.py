"""Sends wrong passwords at times that a test chooses."""

from contextlib import contextmanager
from datetime import timedelta
from unittest import mock

from chalicelib.platform import clock

# A full hour to come: the key signs then, and a quota's hour begins.
NOON = clock.from_seconds((int(clock.now().timestamp()) // 3600 + 2) * 3600)


@contextmanager
def at(moment):
    """Have every clock of the service say this."""
    with mock.patch.object(clock, "now", return_value=moment):
        yield


def clock_after(**duration):
    return at(NOON + timedelta(**duration))


def fail(person, times, name=None):
    """Send a wrong password, and assert that the service rejects it."""
    for _ in range(times):
        assert person.sign_in(name, "a wrong password").status == 401


def retry_after(response):
    assert (response.status, response.code) == (429, "too_many_attempts")
    return int(response.headers["Retry-After"])
