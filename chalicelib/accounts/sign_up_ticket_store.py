"""The DynamoDB store of sign-up tickets: items of the table ``one-time-tokens``."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.accounts import sign_in_ticket_store
from chalicelib.accounts.one_time_token import Purpose
from chalicelib.accounts.sign_up_ticket import SignUpTicket, hash_secret
from chalicelib.identity.account import IncorrectPasskey
from chalicelib.identity.passkeys_item import PASSKEYS, passkeys_key
from chalicelib.identity.store import ONE_TIME_TOKENS
from chalicelib.platform import clock
from chalicelib.platform.items import Item, Read, Write


def redeem_writes(ticket: SignUpTicket | None, now: datetime) -> list[Write]:
    """Return the writes that use a ticket, and store the passkey as added with the account.

    They raise IncorrectPasskey if another request has used it in the meantime.

    Args:
        ticket: the ticket; None for a new account without a passkey.
        now: the current time.
    """
    if ticket is None:
        return []
    added = {"addedAt": clock.to_text(now)}
    passkeys = {name: {**passkey, **added} for name, passkey in ticket.passkeys.items()}
    stored = Write(
        "Put",
        PASSKEYS,
        {**passkeys_key(ticket.account_id), **passkeys},
        {"ConditionExpression": "attribute_not_exists(userId)"},
        on_condition_failed=IncorrectPasskey,
    )
    return [sign_in_ticket_store.use_write(ticket.hash, IncorrectPasskey), stored]


def put_if_absent_write(
    ticket: SignUpTicket, on_condition_failed: Callable[[], Exception]
) -> Write:
    """Return the write that stores a ticket.

    It is kept as long as its challenge is valid, so that another one can't have the same key.

    Args:
        ticket: the ticket.
        on_condition_failed: returns the error to raise if there was one.
    """
    item = {
        "tokenHash": ticket.hash,
        "purpose": Purpose.PASSKEY_SIGN_UP.value,
        "userId": ticket.account_id,
        "passkeys": ticket.passkeys,
        "tries": 0,
        "expiresAt": clock.to_text(ticket.expires_at),
        "ttl": int(ticket.expires_at.timestamp()),
    }
    condition = {"ConditionExpression": "attribute_not_exists(tokenHash)"}
    return Write("Put", ONE_TIME_TOKENS, item, condition, on_condition_failed=on_condition_failed)


def read(browser_secret: str) -> Read[SignUpTicket]:
    """Return the read of the ticket of a browser."""
    return Read(ONE_TIME_TOKENS, {"tokenHash": hash_secret(browser_secret)}, _from_item)


def _from_item(item: Item) -> SignUpTicket:
    return SignUpTicket(
        hash=item["tokenHash"],
        account_id=item["userId"],
        passkeys=item["passkeys"],
        expires_at=clock.from_text(item["expiresAt"]),
    )
