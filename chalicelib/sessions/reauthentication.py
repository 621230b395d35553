"""Ask for the password again before an action for which a stolen session must not be enough."""

from dataclasses import dataclass

from chalicelib.identity.account import Account, IncorrectCredentials
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.platform import log
from chalicelib.platform.errors import InvalidFields, Unauthenticated
from chalicelib.platform.items import Write
from chalicelib.sessions.rate_limiter import CHANGED_OFTEN, FixedWindow, RateLimiter, rate_limiter
from chalicelib.sessions.session import ClientContext, CurrentUser

FIELD = "currentPassword"
_WRONG = "Your current password is incorrect."


PASSWORD_CHANGES_OF_ACCOUNT = FixedWindow("password change account", 5, message=CHANGED_OFTEN)


@dataclass(frozen=True, slots=True)
class Reauthenticated:
    """A signed-in user has sent the password again.

    Attributes:
        account: the account as it is now.
        writes: the writes that refund the attempt, for the transaction that follows.
    """

    account: Account
    writes: tuple[Write, ...]


class Reauthentication:
    """The reauthentication of one stage."""

    def __init__(self, accounts: AccountRepository, rate_limiter: RateLimiter) -> None:
        """Use the stage's accounts and rate limiter."""
        self._accounts = accounts
        self._rate_limiter = rate_limiter

    def verify(self, caller: CurrentUser, password: str, context: ClientContext) -> Reauthenticated:
        """Verify the caller's password (OWASP ASVS 5.0 6.2.3, 7.5.1).

        An attempt counts as a sign-in does, on the same counters, so that the holder of a stolen
        session gets no additional guesses.

        Raises:
            InvalidFields: the password is wrong.
            Unauthenticated: the session has ended since.
            TooManyAttempts: the limit of attempts is reached.
        """
        reading = self._accounts.account_read(caller.account.id)
        account, refund = self._rate_limiter.claim_sign_in(caller.account.id, context, reading)
        if account is None or account.session_version != caller.account.session_version:
            raise Unauthenticated
        try:
            self._accounts.verify_password(account, password)
        except IncorrectCredentials:
            log.emit(log.LogEvent.WRONG_PASSWORD, address=context.address)
            raise InvalidFields({FIELD: _WRONG}) from None
        return Reauthenticated(account, refund)

    def new_password_writes(
        self, known: Reauthenticated, context: ClientContext
    ) -> tuple[Write, ...]:
        """Return the additional writes of a password change by the account's owner.

        They count the change, refund the attempt, and reset the backoff for sign-ins. One of
        them raises TooManyAttempts.
        """
        changed = self._rate_limiter.hit_write(_change_limit(known.account.id), context.at)
        cleared = self._rate_limiter.reset_sign_ins_write(known.account.id)
        # On a device that isn't trusted, the account's own counter gets the refund. A transaction
        # touches an item once.
        given_back = (write for write in known.writes if write != cleared)
        return (*given_back, cleared, changed)


def reauthentication() -> Reauthentication:
    """Return the reauthentication of this process's stage."""
    return Reauthentication(account_repository(), rate_limiter())


def _change_limit(account: str) -> FixedWindow:
    """Return the limit of password changes, which the service emails the owner about."""
    return PASSWORD_CHANGES_OF_ACCOUNT.for_key(account)
