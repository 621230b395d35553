"""A confirmation: the signed-in owner has just proved the password and the second factor.

Only ``accounts`` can verify them. A confirmation permits another function one change of how the
account signs in. It is an item of the table ``one-time-tokens``.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.accounts import confirmation_store
from chalicelib.accounts.one_time_token import TOKEN_BYTES, Purpose
from chalicelib.identity.account_repository import (
    AccountRepository,
    VerifiedLogin,
    account_repository,
)
from chalicelib.platform.dynamodb import Database, database
from chalicelib.platform.errors import ApiError
from chalicelib.platform.items import Write
from chalicelib.platform.languages import N_
from chalicelib.sessions.reauthentication import Reauthentication, reauthentication
from chalicelib.sessions.session import ClientContext, CurrentUser

LIFETIME = timedelta(minutes=5)


class ConfirmationRequired(ApiError):
    """The owner must prove the password and the second factor again, with /me/confirmation."""

    STATUS_CODE = 409
    code = "confirmation_required"
    message = N_("Enter your password again. For your security, it’s valid for 5 minutes.")


class Factors(Protocol):
    """What the owner has sent: the password, and a code if the account has a second factor."""

    current_password: str
    code: str | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A new confirmation, which the service doesn't store.

    Attributes:
        confirmation: 32 random bytes in base64url; also the challenge of a new passkey.
        expires_at: when it expires.
    """

    confirmation: str
    expires_at: datetime


class Confirmations:
    """The confirmations of one stage."""

    def __init__(
        self, database: Database, accounts: AccountRepository, reauthentication: Reauthentication
    ) -> None:
        """Use the stage's database, accounts, and reauthentication."""
        self._database = database
        self._accounts = accounts
        self._reauthentication = reauthentication

    def create(
        self, current_user: CurrentUser, factors: Factors, context: ClientContext
    ) -> Confirmation:
        """Verify the current user's factors; return a confirmation for the current session.

        Raises:
            InvalidFields: the password or the code is wrong, or the code is missing.
            Unauthenticated: the session has ended since.
            TooManyAttempts: the limit of attempts is reached.
        """
        verified = self._reauthentication.verify_all(
            current_user, factors.current_password, factors.code, context
        )
        token = secrets.token_urlsafe(TOKEN_BYTES)
        expires_at = context.received_at + LIFETIME
        key, account_id = _hash(token, current_user), current_user.account.id
        put_write = confirmation_store.put_write(key, account_id, expires_at)
        writes = [put_write, *verified.refund_writes]
        if verified.authenticator:
            login = VerifiedLogin(verified.account)
            writes += self._accounts.consume_code_writes(login, verified.authenticator)
        self._database.transact(writes)
        return Confirmation(token, expires_at)


def require_confirmation(
    token: str, current_user: CurrentUser, database: Database, now: datetime
) -> Write:
    """Require a confirmation of the current session; return the write that uses it up.

    The write raises ConfirmationRequired if another request has used it in the meantime.

    Raises:
        ConfirmationRequired: it's wrong, used, or expired, or of another session.
    """
    key = _hash(token, current_user)
    expires_at = database.get(confirmation_store.expiry_read(key))
    if expires_at is None or expires_at <= now:
        raise ConfirmationRequired
    return confirmation_store.use_write(key, ConfirmationRequired)


def _hash(token: str, current_user: CurrentUser) -> str:
    """Return the key of a confirmation, which is bound to the session."""
    text = f"{Purpose.CONFIRMATION}:{current_user.session.id}:{token}"
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def confirmations() -> Confirmations:
    """Return the confirmations of this process's stage."""
    return Confirmations(database(), account_repository(), reauthentication())
