"""Changes that are decided again when another request was faster (optimistic locking)."""

import contextlib
from collections.abc import Callable
from typing import TypeVar

from chalicelib.platform.errors import ServiceUnavailable

MAX_ATTEMPTS = 5

Value = TypeVar("Value")
Result = TypeVar("Result")


def retry_on_conflict(
    value: Value,
    attempt: Callable[[Value], Result],
    read_again: Callable[[], Value],
    *conflicts: type[Exception],
    resource: str,
) -> Result:
    """Attempt a change, and after each conflict attempt it again with a value read anew.

    Args:
        value: the value that the change is decided by, for example an account.
        attempt: decides and writes; raises one of ``conflicts`` if the value has changed since.
        read_again: returns the current value, or raises an error that ends the attempts.
        conflicts: the errors that mean a conflict.
        resource: what the concurrent requests change, for the log.

    Returns:
        The result of the attempt that had no conflict.

    Raises:
        ServiceUnavailable: every attempt had a conflict.
    """
    for _ in range(MAX_ATTEMPTS):
        with contextlib.suppress(*conflicts):
            return attempt(value)
        value = read_again()
    raise ServiceUnavailable(cause=f"{MAX_ATTEMPTS} concurrent changes to {resource}")
