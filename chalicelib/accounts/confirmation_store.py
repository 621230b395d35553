"""The DynamoDB store of confirmations: items of the table ``one-time-tokens``."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.accounts.one_time_token import Purpose
from chalicelib.identity.store import ONE_TIME_TOKENS
from chalicelib.platform import clock
from chalicelib.platform.items import Item, Read, Write


def put_write(key: str, account_id: str, expires_at: datetime) -> Write:
    """Return the write that stores a confirmation.

    Args:
        key: a hash of its token.
        account_id: whose it is.
        expires_at: when it expires.
    """
    item = {
        "tokenHash": key,
        "purpose": Purpose.CONFIRMATION.value,
        "userId": account_id,
        "expiresAt": clock.to_text(expires_at),
        "ttl": int(expires_at.timestamp()),
    }
    return Write("Put", ONE_TIME_TOKENS, item)


def expiry_read(key: str) -> Read[datetime]:
    """Return the read of when a confirmation expires."""
    return Read(ONE_TIME_TOKENS, {"tokenHash": key}, _expires_at)


def use_write(key: str, on_condition_failed: Callable[[], Exception]) -> Write:
    """Return the write that uses up a confirmation; of two at once, one fails."""
    return Write(
        "Delete",
        ONE_TIME_TOKENS,
        {"tokenHash": key},
        {"ConditionExpression": "attribute_exists(tokenHash)"},
        on_condition_failed=on_condition_failed,
    )


def _expires_at(item: Item) -> datetime:
    return clock.from_text(item["expiresAt"])
