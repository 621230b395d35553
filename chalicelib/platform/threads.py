"""Two things at once: a call waits for the network while this thread computes."""

import contextvars
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

Result = TypeVar("Result")
OtherResult = TypeVar("OtherResult")


def run_concurrently(
    background: Callable[[], Result], foreground: Callable[[], OtherResult]
) -> tuple[Result, OtherResult]:
    """Run one function in a thread while the other one runs here; return when both have ended.

    Args:
        background: the function that waits, for example for DynamoDB. It runs with a copy of this
            thread's context.
        foreground: the function that computes.

    Returns:
        Both results.

    Raises:
        Exception: what ``background`` raised, whether or not ``foreground`` succeeded; otherwise
            what ``foreground`` raised.
    """
    running = _threads().submit(contextvars.copy_context().run, background)
    try:
        result = foreground()
    finally:
        # An error here replaces that of the foreground, which the caller must not learn.
        background_result = running.result()
    return background_result, result


@functools.cache
def _threads() -> "ThreadPoolExecutor":
    """Return the threads of this process. They wait for the next request: to start one is slow."""
    from concurrent.futures import ThreadPoolExecutor  # most requests need no thread

    return ThreadPoolExecutor()
