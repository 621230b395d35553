"""The time, and its one written form."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment in UTC, to the whole second."""
    return datetime.now(UTC).replace(microsecond=0)


def to_text(moment: datetime) -> str:
    """Write an aware moment as RFC 3339 in UTC, for example ``2026-11-22T20:08:33Z``."""
    universal = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{universal.isoformat(timespec='seconds')}Z"


def from_text(text: str) -> datetime:
    """Read a moment that :func:`to_text` wrote.

    Raises:
        ValueError: the text is no RFC 3339 time.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} does not say in which zone")
    return moment


def from_seconds(seconds: int) -> datetime:
    """Read seconds since 1970, as DynamoDB's expiry and tokens count them.

    Raises:
        TypeError, ValueError, OverflowError, OSError: they are none, or beyond every calendar.
    """
    return datetime.fromtimestamp(seconds, UTC)
