"""A sign-in ticket: another function says whose passkey a browser has shown.

The function ``passkeys`` verifies passkeys, but only ``accounts`` may start sessions. So
``passkeys`` stores a ticket under the hash of the secret in the browser's cookie, and ``accounts``
redeems it. An item of the table ``one-time-tokens``; it stays when it was used, so that its
challenge can't be used again.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts.one_time_token import Purpose

LIFETIME = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignInTicket:
    """A ticket.

    Attributes:
        hash: its key; see :func:`hash_secret`.
        account_id: whose passkey it was.
        session_version: the account's session version. A change that ends sessions makes the
            ticket invalid.
        expires_at: when it expires.
    """

    hash: str
    account_id: str
    session_version: int
    expires_at: datetime


def hash_secret(browser_secret: str) -> str:
    """Return the key of the ticket of a browser. The secret has 256 bits, and isn't stored."""
    text = f"{Purpose.PASSKEY}:{browser_secret}"
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
