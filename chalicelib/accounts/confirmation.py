"""A confirmation: the signed-in owner has just proved to be the account's.

Only ``accounts`` can verify passwords and codes. A confirmation permits one change of how the
account signs in, which another function may make, or its deletion. It is an item of the table
``one-time-tokens``.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.accounts import confirmation_store
from chalicelib.accounts.confirmation_required import ConfirmationRequired
from chalicelib.accounts.one_time_token import TOKEN_BYTES, Purpose
from chalicelib.identity.account import Account, IncorrectEmailCode, IncorrectPasskey
from chalicelib.identity.account_repository import (
    AccountRepository,
    VerifiedLogin,
    account_repository,
)
from chalicelib.identity.credentials import has_password, with_credentials
from chalicelib.platform.dynamodb import Database, database
from chalicelib.platform.errors import Unauthenticated
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.items import Write
from chalicelib.sessions import authentication
from chalicelib.sessions.reauthentication import (
    CODE_FIELD,
    CODE_REQUIRED,
    FIELD,
    Reauthenticated,
    Reauthentication,
    reauthentication,
)
from chalicelib.sessions.session import ClientContext, CurrentUser

LIFETIME = timedelta(minutes=5)
_PASSWORD_REQUIRED = FieldError("required", "Enter your current password.")
_INCORRECT_EMAIL_CODE = FieldError("incorrect_code", IncorrectEmailCode.message)


class Factors(Protocol):
    """What the owner has sent: the password or an emailed code, and a second-factor code if needed.

    Without password and emailed code, the browser has shown a passkey.
    """

    current_password: str | None
    email_code: str | None
    code: str | None


class OwnerProof(Protocol):
    """What the owner has sent with a change: the password and a code, or a confirmation."""

    current_password: str | None
    code: str | None
    confirmation: str | None


@dataclass(frozen=True, slots=True)
class BrowserSecrets:
    """The secrets in the browser's cookies; None without one.

    Attributes:
        email_code: of the browser that asked for an emailed code.
        passkey: of the browser that has shown a passkey.
    """

    email_code: str | None
    passkey: str | None


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
        self.reauthentication = reauthentication

    def create(
        self,
        current_user: CurrentUser,
        factors: Factors,
        browser: BrowserSecrets,
        context: ClientContext,
    ) -> Confirmation:
        """Verify the current user's factors; return a confirmation for the current session.

        Raises:
            InvalidFields: the password, the emailed code, or the second-factor code is wrong or
                missing; or the account has a password, and an emailed code was sent instead.
            IncorrectPasskey: the browser has shown no passkey of the account.
            Unauthenticated: the session has ended since.
            TooManyAttempts: the limit of attempts is reached.
        """
        if factors.current_password is not None:
            verified = self.reauthentication.verify_all(
                current_user, factors.current_password, factors.code, context
            )
        elif factors.email_code is not None:
            verified = self._verify_email_code(current_user, factors, browser, context)
        else:
            verified = self._verify_passkey(current_user, browser, context)
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

    def verify_owner(
        self, current_user: CurrentUser, owner: OwnerProof, context: ClientContext
    ) -> Reauthenticated:
        """Verify the current user's password and code, or a confirmation instead.

        Raises:
            InvalidFields: the password or the code is wrong or missing.
            ConfirmationRequired: the confirmation isn't valid.
            Unauthenticated: the session has ended since.
            TooManyAttempts: the limit of attempts is reached.
        """
        if owner.confirmation is None:
            if owner.current_password is None:
                raise InvalidFields({FIELD: _PASSWORD_REQUIRED})
            return self.reauthentication.verify_all(
                current_user, owner.current_password, owner.code, context
            )
        used = require_confirmation(
            owner.confirmation, current_user, self._database, context.received_at
        )
        reads = self._accounts.login_reads(current_user.account.id)
        account: Account | None
        account, credentials = self._database.batch_get(reads.account, reads.credentials)
        if account is None or account.session_version != current_user.account.session_version:
            raise Unauthenticated
        account = with_credentials(account, credentials)
        return Reauthenticated(account, (used,), account.authenticator)

    def _verify_email_code(
        self,
        current_user: CurrentUser,
        factors: Factors,
        browser: BrowserSecrets,
        context: ClientContext,
    ) -> Reauthenticated:
        """Verify an emailed code, which an account with a password can't use here.

        The owner of the mailbox can set a password with a link and sign in with that. But a link
        ends all sessions, and this doesn't: so it's only for people who have no password to enter.
        """
        # Imported here: the function ``passkeys``, which uses confirmations up, does without.
        from chalicelib.accounts.sign_in_by_code import sign_in_by_code

        authentication.require_passkey_of_staff(current_user)
        if current_user.account.second_factor and factors.code is None:
            raise InvalidFields({CODE_FIELD: CODE_REQUIRED})
        try:
            account, writes = sign_in_by_code().verify(
                factors.email_code or "", browser.email_code, context
            )
            _require_same(account, current_user, IncorrectEmailCode)
        except IncorrectEmailCode as error:
            raise InvalidFields({"emailCode": _INCORRECT_EMAIL_CODE}) from error
        if has_password(account):
            raise InvalidFields({FIELD: _PASSWORD_REQUIRED})
        verified = Reauthenticated(account, tuple(writes), account.authenticator)
        return self.reauthentication.verify_code(verified, factors.code, context)

    def _verify_passkey(
        self, current_user: CurrentUser, browser: BrowserSecrets, context: ClientContext
    ) -> Reauthenticated:
        """Verify the passkey that the browser has shown: it proves both factors."""
        from chalicelib.accounts.sign_in_by_passkey import sign_in_by_passkey

        account, writes = sign_in_by_passkey().verify(browser.passkey, context)
        _require_same(account, current_user, IncorrectPasskey)
        return Reauthenticated(account, tuple(writes))


def _require_same(
    account: Account, current_user: CurrentUser, error: Callable[[], Exception]
) -> None:
    """Raise an error for another account than the current user's, or after its sessions ended."""
    own = current_user.account
    if (account.id, account.session_version) != (own.id, own.session_version):
        raise error()


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
