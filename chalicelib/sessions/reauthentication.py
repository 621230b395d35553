"""Ask for password and code again before an action for which a stolen session isn't enough."""

from dataclasses import dataclass, replace

from chalicelib.identity.account import (
    Account,
    Authenticator,
    IncorrectCredentials,
    IncorrectSecondFactorCode,
)
from chalicelib.identity.account_repository import (
    AccountRepository,
    VerifiedLogin,
    account_repository,
)
from chalicelib.platform import log
from chalicelib.platform.errors import Unauthenticated
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.items import Write
from chalicelib.sessions import authentication
from chalicelib.sessions.rate_limiter import (
    TOO_MANY_CHANGES_MESSAGE,
    FixedWindowPolicy,
    RateLimiter,
    SubjectWindow,
    rate_limiter_with_account_keys,
)
from chalicelib.sessions.session import ClientContext, CurrentUser

FIELD = "currentPassword"
CODE_FIELD = "code"
_INCORRECT = FieldError("incorrect_password", "Your current password is incorrect.")
CODE_REQUIRED = FieldError(
    "required", "Enter the 6-digit code from your authenticator app, or a recovery code."
)
INCORRECT_CODE = FieldError("incorrect_code", IncorrectSecondFactorCode.message)


PASSWORD_CHANGES_PER_ACCOUNT = FixedWindowPolicy(
    "password change account", 5, message=TOO_MANY_CHANGES_MESSAGE
)


@dataclass(frozen=True, slots=True)
class Reauthenticated:
    """The result of a reauthentication: a signed-in user has sent the password again.

    Attributes:
        account: the current state of the account, with its credentials.
        refund_writes: the writes that refund the attempts, for the transaction that follows.
        authenticator: the account's authenticator after the code was used; None without one.
    """

    account: Account
    refund_writes: tuple[Write, ...]
    authenticator: Authenticator | None = None

    def use_code(self, account: Account) -> Account:
        """Return the account as read again, with the code used up. A code works once.

        Raises:
            InvalidFields: its authenticator isn't the one whose code was verified.
        """
        if account.authenticator != self.account.authenticator:
            raise InvalidFields({CODE_FIELD: INCORRECT_CODE})
        return replace(account, authenticator=self.authenticator)


class Reauthentication:
    """Verifies the password of a signed-in user, and a code if the account has a second factor."""

    def __init__(self, accounts: AccountRepository, rate_limiter: RateLimiter) -> None:
        """Use a repository of accounts and a rate limiter."""
        self._accounts = accounts
        self._rate_limiter = rate_limiter

    def verify(
        self, current_user: CurrentUser, password: str, context: ClientContext
    ) -> Reauthenticated:
        """Verify the current user's password alone (OWASP ASVS 5.0 6.2.3).

        An attempt counts as a sign-in does, on the same counters, so that the holder of a stolen
        session gets no additional guesses.

        Raises:
            InvalidFields: the password is wrong.
            PasskeySignInRequired: staff with a passkey must sign in with it first.
            Unauthenticated: the session has ended since.
            TooManyAttempts: the limit of attempts is reached.
        """
        authentication.require_passkey_of_staff(current_user)
        account_id = current_user.account.id

        def verify_password(account: Account | None) -> VerifiedLogin:
            if account is None or account.session_version != current_user.account.session_version:
                raise Unauthenticated
            return self._accounts.verify_password(account, password)

        try:
            login, refund_writes = self._rate_limiter.verify_sign_in_within_limits(
                account_id, context, self._accounts.login_reads(account_id), verify_password
            )
        except IncorrectCredentials:
            log.emit(log.LogEvent.WRONG_PASSWORD, address=context.address)
            raise InvalidFields({FIELD: _INCORRECT}) from None
        return Reauthenticated(login.account, refund_writes, login.account.authenticator)

    def verify_all(
        self, current_user: CurrentUser, password: str, code: str | None, context: ClientContext
    ) -> Reauthenticated:
        """Verify the current user's password and, if there is one, second factor (ASVS 7.5.1).

        Args:
            current_user: the signed-in user.
            password: the password.
            code: a code of the authenticator app, or a recovery code; ignored without a second
                factor.
            context: the client of the request.

        Raises:
            InvalidFields: the password or the code is wrong, or the code is missing.
            Unauthenticated: the session has ended since.
            TooManyAttempts: the limit of attempts is reached.
        """
        # Before counting an attempt: a client that doesn't know of the code must not delay the
        # owner.
        if current_user.account.second_factor and code is None:
            raise InvalidFields({CODE_FIELD: CODE_REQUIRED})
        verified = self.verify(current_user, password, context)
        return self.verify_code(verified, code, context)

    @staticmethod
    def verify_code(
        verified: Reauthenticated, code: str | None, context: ClientContext
    ) -> Reauthenticated:
        """Verify the second factor in addition, if the account has one.

        Raises:
            InvalidFields: the code is wrong or missing.
            TooManyAttempts: the limit of attempts is reached.
        """
        if verified.authenticator is None:
            return verified
        # Imported here, because only accounts with a second factor need it.
        from chalicelib.sessions.code_check import code_verifier

        try:
            consumed_code = code_verifier().consume(
                verified.account, code or "", context.received_at
            )
        except IncorrectSecondFactorCode:
            log.emit(log.LogEvent.WRONG_CODE, address=context.address)
            raise InvalidFields({CODE_FIELD: INCORRECT_CODE}) from None
        refund_writes = (*verified.refund_writes, *consumed_code.refund_writes)
        return Reauthenticated(verified.account, refund_writes, consumed_code.authenticator)

    def new_password_writes(
        self, reauthenticated: Reauthenticated, context: ClientContext
    ) -> tuple[Write, ...]:
        """Return the additional writes of a password change by the account's owner.

        They count the change, refund the attempt, and reset the backoff for sign-ins. The write
        that counts the change raises TooManyAttempts.
        """
        account_id = reauthenticated.account.id
        count_write = self._rate_limiter.count_request_write(
            _change_limit(account_id), context.received_at
        )
        reset_write = self._rate_limiter.reset_sign_in_backoff_write(account_id)
        # On a device that isn't trusted, the refund is the same write as the reset. A transaction
        # must not write an item twice.
        refund_writes = (write for write in reauthenticated.refund_writes if write != reset_write)
        return (*refund_writes, reset_write, count_write)


def reauthentication() -> Reauthentication:
    """Return the reauthentication for the stage of this process."""
    return Reauthentication(account_repository(), rate_limiter_with_account_keys())


def _change_limit(account_id: str) -> SubjectWindow:
    """Return the limit of password changes, which the service emails the owner about."""
    return PASSWORD_CHANGES_PER_ACCOUNT.for_subject(account_id)
