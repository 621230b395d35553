"""Retries AWS calls for a minute or two: throttling passes, and a long command outlives it."""

import time
from collections.abc import Callable
from typing import Any

from chalicelib.platform.errors import ServiceUnavailable

# DynamoDB throttles a client that writes much more than before; it adapts within minutes.
_ATTEMPTS = 8
_MAX_PAUSE_SECONDS = 20.0


class AwsUnavailable(RuntimeError):
    """AWS throttled, rejected, or did not respond to every attempt. The message has the cause."""


def with_retries(call: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function, and call it again while AWS throttles or doesn't respond.

    Args:
        call: a function that raises ``Unavailable`` when AWS does not do its work.
        *arguments: its arguments.

    Returns:
        What the function returns.

    Raises:
        AwsUnavailable: the last attempt failed too.
    """
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(min(0.2 * 3 ** (attempt - 1), _MAX_PAUSE_SECONDS))
        try:
            return call(*arguments)
        except ServiceUnavailable as unavailable:
            cause = unavailable.cause
    raise AwsUnavailable(f"AWS does not answer ({cause}). Run it again later: it will go on.")
