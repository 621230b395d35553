"""The current time, and its text format."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current time in UTC, truncated to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def to_text(moment: datetime) -> str:
    """Write an aware datetime as RFC 3339 in UTC, for example ``2026-11-22T20:08:33Z``."""
    universal = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{universal.isoformat(timespec='seconds')}Z"


def from_text(text: str) -> datetime:
    """Read a datetime that :func:`to_text` wrote.

    Raises:
        ValueError: the text is not an RFC 3339 time.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment


def from_seconds(seconds: int) -> datetime:
    """Read seconds since 1970, the format of DynamoDB's expiry and of tokens.

    Raises:
        TypeError, ValueError, OverflowError, OSError: the value is not a number or out of range.
    """
    return datetime.fromtimestamp(seconds, UTC)
