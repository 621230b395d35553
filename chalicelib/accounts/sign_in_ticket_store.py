"""The DynamoDB store of sign-in tickets: items of the table ``one-time-tokens``."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.accounts.one_time_token import Purpose
from chalicelib.accounts.sign_in_ticket import SignInTicket, hash_secret
from chalicelib.identity.store import ONE_TIME_TOKENS
from chalicelib.platform import clock
from chalicelib.platform.items import Item, Read, Write


def put_if_absent_write(
    ticket: SignInTicket, kept_until: datetime, on_condition_failed: Callable[[], Exception]
) -> Write:
    """Return the write that stores a ticket.

    Args:
        ticket: the ticket.
        kept_until: until when no other ticket may have the same key.
        on_condition_failed: returns the error to raise if there was one.
    """
    item = {
        "tokenHash": ticket.hash,
        "purpose": Purpose.PASSKEY.value,
        "userId": ticket.account_id,
        "sessionVersion": ticket.session_version,
        "tries": 0,
        "expiresAt": clock.to_text(ticket.expires_at),
        "ttl": int(kept_until.timestamp()),
    }
    condition = {"ConditionExpression": "attribute_not_exists(tokenHash)"}
    return Write("Put", ONE_TIME_TOKENS, item, condition, on_condition_failed=on_condition_failed)


def read(browser_secret: str) -> Read[SignInTicket]:
    """Return the read of the ticket of a browser."""
    key = {"tokenHash": hash_secret(browser_secret)}
    return Read(ONE_TIME_TOKENS, key, _from_item)


def use_write(ticket_hash: str, on_condition_failed: Callable[[], Exception]) -> Write:
    """Return the write that uses a ticket; of two at once, one fails.

    Args:
        ticket_hash: its key, or that of a sign-up ticket.
        on_condition_failed: returns the error to raise if it was used.
    """
    return Write(
        "Update",
        ONE_TIME_TOKENS,
        {"tokenHash": ticket_hash},
        {
            "UpdateExpression": "SET tries = tries + :one",
            "ConditionExpression": "tries < :one",
        },
        {":one": 1},
        on_condition_failed=on_condition_failed,
    )


def _from_item(item: Item) -> SignInTicket:
    return SignInTicket(
        hash=item["tokenHash"],
        account_id=item["userId"],
        session_version=item["sessionVersion"],
        expires_at=clock.from_text(item["expiresAt"]),
    )
