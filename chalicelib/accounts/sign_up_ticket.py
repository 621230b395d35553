"""A sign-up ticket: another function says which passkey a browser has created for a new account.

The function ``passkeys`` verifies passkeys, but only ``accounts`` may create accounts and start
sessions. So ``passkeys`` stores a ticket under the hash of the secret in the browser's cookie, and
``accounts`` redeems it. An item of the table ``one-time-tokens``; it stays when it was used, so
that its challenge can't be used again.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.accounts.one_time_token import Purpose
from chalicelib.identity.account import Account
from chalicelib.platform.items import Item


@dataclass(frozen=True, slots=True)
class SignUpTicket:
    """A ticket.

    Attributes:
        hash: its key; see :func:`hash_secret`.
        account_id: the ID of the new account, which the authenticator stores with the passkey.
        passkeys: the passkey by its ID, as an item of the table ``passkeys`` has it.
        expires_at: when it expires.
    """

    hash: str
    account_id: str
    passkeys: Item
    expires_at: datetime

    def owner(self, account: Account) -> Account:
        """Return a new account, as the owner of the passkey."""
        # No password was set, so no time of it is known.
        return replace(
            account, id=self.account_id, passkey_count=len(self.passkeys), password_set_at=None
        )


def hash_secret(browser_secret: str) -> str:
    """Return the key of the ticket of a browser. The secret has 256 bits, and isn't stored."""
    text = f"{Purpose.PASSKEY_SIGN_UP}:{browser_secret}"
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
