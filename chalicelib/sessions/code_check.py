"""Checking a code: tried no oftener than may be, and taken once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.identity.account import Account, Authenticator, IncorrectCode
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.platform.items import Write
from chalicelib.sessions import totp
from chalicelib.sessions.keys import Keys, session_keys
from chalicelib.sessions.rate_limiter import (
    CHANGED_OFTEN,
    Backoff,
    FixedWindow,
    RateLimiter,
    rate_limiter,
)

_PURPOSE = "second factor"


# Codes are few, and reached only with the right password: nobody else is kept out by their waits,
# which grow to an hour, and nothing but a completed sign-in, or a year, makes them forgotten.
CODES_OF_ACCOUNT = Backoff(
    "code account", max_delay=timedelta(hours=1), reset_after=timedelta(days=365)
)
SECOND_FACTOR_CHANGES_OF_ACCOUNT = FixedWindow("second factor account", 5, message=CHANGED_OFTEN)


@dataclass(frozen=True, slots=True)
class UsedCode:
    """A code that was right.

    Attributes:
        after: the authenticator, once the code is used.
        writes: what gives the try back, to go along with whatever uses the code up.
    """

    after: Authenticator
    writes: tuple[Write, ...]


class CodeCheck:
    """The codes of one stage."""

    def __init__(self, accounts: AccountRepository, rate_limiter: RateLimiter, keys: Keys) -> None:
        """Use the stage's accounts, tries and keys."""
        self._accounts = accounts
        self._rate_limiter = rate_limiter
        self._keys = keys

    def use(self, account: Account, code: str, now: datetime) -> UsedCode:
        """Check the code of an account whose password is known to be right.

        The try is claimed before the code is looked at. Its counter is the account's alone, on
        whatever device, and outlives a reset of the password.

        Args:
            account: as it was read; whatever uses the code up holds it to that.
            code: as it was typed.
            now: when.

        Raises:
            IncorrectCode: it is wrong, or was used before.
            TooManyAttempts: it was tried too often.
        """
        # A text that cannot be a code is not an attempt to guess one.
        if account.authenticator is None or not totp.is_well_formed(code):
            raise IncorrectCode
        writes = self._claim(account, now)
        after = totp.use(account.authenticator, code, self._key, account.id, now)
        return UsedCode(after, writes)

    def check_first(
        self, account: Account, code: str, now: datetime
    ) -> tuple[int, tuple[Write, ...]]:
        """Check the first code of the app that an account is setting up.

        Returns:
            The code's time step, and what gives the try back.

        Raises:
            IncorrectCode: it is wrong, or nothing is being set up.
            TooManyAttempts: it was tried too often.
        """
        if account.setup is None or not totp.is_well_formed(code):
            raise IncorrectCode
        writes = self._claim(account, now)
        step = totp.accepted_step(self.secret(account, account.setup.seed), code, now, 0)
        if step is None:
            raise IncorrectCode
        return step, writes

    def change_hit_write(self, account: Account, now: datetime) -> Write:
        """Return the write that counts a change of an account's second factor.

        Its owner is told of each by mail. Its condition raises TooManyAttempts.
        """
        return self._rate_limiter.hit_write(_change_limit(account.id), now)

    def secret(self, account: Account, seed: str) -> str:
        """Return the secret that an app of an account is given, in base 32."""
        return totp.secret(seed, account.id, self._key)

    @staticmethod
    def email_codes_left(account: Account, used: UsedCode) -> None:
        """Tell an owner by mail when a recovery code was used and few are left.

        Args:
            account: as it was before.
            used: the code that signed in, once that is written.
        """
        left = len(used.after.recovery_codes)
        if left != account.recovery_codes_left:
            from chalicelib.identity import emails  # for this rare case only

            emails.email_recovery_codes_left(account, left)

    @property
    def _key(self) -> bytes:
        return self._keys.derived_key(_PURPOSE)

    def _claim(self, account: Account, now: datetime) -> tuple[Write, ...]:
        reading = self._accounts.account_read(account.id)
        _, writes = self._rate_limiter.claim(_code_limit(account.id), now, reading)
        return writes


def code_check() -> CodeCheck:
    """Return the codes of this process's stage."""
    return CodeCheck(account_repository(), rate_limiter(), session_keys())


def _code_limit(account: str) -> Backoff:
    """Return what a code of an account's second factor counts for, wherever it comes from."""
    return CODES_OF_ACCOUNT.for_key(account)


def _change_limit(account: str) -> FixedWindow:
    """Return what setting up or removing an app counts for, of which its owner is told by mail."""
    return SECOND_FACTOR_CHANGES_OF_ACCOUNT.for_key(account)
