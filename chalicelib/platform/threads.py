"""Two things at once: a call waits for the network while this thread computes."""

import contextvars
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")
OtherResult = TypeVar("OtherResult")


class _Background(Generic[Result]):
    """A function that runs in a thread, with the context of the thread that starts it."""

    def __init__(self, function: Callable[[], Result]) -> None:
        self._function = function
        self._results: list[Result] = []
        self._error: BaseException | None = None
        context = contextvars.copy_context()
        self._thread = threading.Thread(target=context.run, args=[self._run])
        self._thread.start()

    def _run(self) -> None:
        try:
            self._results.append(self._function())
        except BaseException as error:  # noqa: BLE001 # raised by result()
            self._error = error

    def wait(self) -> None:
        self._thread.join()

    def result(self) -> Result:
        if self._error:
            raise self._error
        return self._results[0]


def run_concurrently(
    background: Callable[[], Result], foreground: Callable[[], OtherResult]
) -> tuple[Result, OtherResult]:
    """Run one function in a thread while the other one runs here; return when both have ended.

    Args:
        background: the function that waits, for example for DynamoDB.
        foreground: the function that computes.

    Returns:
        Both results.

    Raises:
        Exception: what ``background`` raised, whether or not ``foreground`` succeeded; otherwise
            what ``foreground`` raised.
    """
    running = _Background(background)
    try:
        result = foreground()
    finally:
        running.wait()
        # An error here replaces that of the foreground, which the caller must not learn.
        background_result = running.result()
    return background_result, result
