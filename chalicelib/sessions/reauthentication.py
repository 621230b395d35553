"""Asking for the password again before something that a stolen session should not be enough for."""

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
    """Somebody signed in has given their password again.

    Attributes:
        account: theirs, as it is now.
        writes: what gives their try back, to go along with whatever follows.
    """

    account: Account
    writes: tuple[Write, ...]


class Reauthentication:
    """Passwords that are asked for again, on one stage."""

    def __init__(self, accounts: AccountRepository, rate_limiter: RateLimiter) -> None:
        """Use the stage's accounts and tries."""
        self._accounts = accounts
        self._rate_limiter = rate_limiter

    def verify(self, caller: CurrentUser, password: str, context: ClientContext) -> Reauthenticated:
        """Make sure that a caller knows their password (OWASP ASVS 5.0 6.2.3, 7.5.1).

        It counts as a sign-in does, on the same counters: whoever has taken over a session gets no
        more guesses than anybody else.

        Raises:
            InvalidFields: it is another.
            Unauthenticated: the session has ended meanwhile.
            TooManyAttempts: it was tried too often.
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
        """Return what goes along with a new password of an account whose owner is known.

        The change is counted, its owner's attempt is given back, and no sign-in to the account
        waits any more. One of them raises TooManyAttempts.
        """
        changed = self._rate_limiter.hit_write(_change_limit(known.account.id), context.at)
        cleared = self._rate_limiter.reset_sign_ins_write(known.account.id)
        # On an unknown device the counter to give back is the account's own. A transaction touches
        # an item once.
        given_back = (write for write in known.writes if write != cleared)
        return (*given_back, cleared, changed)


def reauthentication() -> Reauthentication:
    """Return the reauthentication of this process's stage."""
    return Reauthentication(account_repository(), rate_limiter())


def _change_limit(account: str) -> FixedWindow:
    """Return what a change of a password counts for, of which its owner is told by mail."""
    return PASSWORD_CHANGES_OF_ACCOUNT.for_key(account)
