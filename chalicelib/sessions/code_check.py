"""Verify second-factor codes: limit attempts, and accept each code once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.identity.account import Account, Authenticator, IncorrectSecondFactorCode
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.identity.credentials import Credentials, with_credentials
from chalicelib.platform.items import Write
from chalicelib.sessions import totp
from chalicelib.sessions.keys import Keys, account_keys
from chalicelib.sessions.rate_limiter import (
    TOO_MANY_CHANGES_MESSAGE,
    BackoffPolicy,
    FixedWindowPolicy,
    RateLimiter,
    SubjectBackoff,
    SubjectWindow,
    rate_limiter_with_account_keys,
)

_PURPOSE = "second factor"


# Codes are short, and a client reaches this check only with the right password. So the delays
# affect no other person. They grow to 1 hour; a sign-in, or a year, resets them.
CODES_PER_ACCOUNT = BackoffPolicy(
    "code account", max_delay=timedelta(hours=1), reset_after=timedelta(days=365)
)
SECOND_FACTOR_CHANGES_PER_ACCOUNT = FixedWindowPolicy(
    "second factor account", 5, message=TOO_MANY_CHANGES_MESSAGE
)


@dataclass(frozen=True, slots=True)
class ConsumedCode:
    """A verified code.

    Attributes:
        authenticator: the account's authenticator, with the code marked as used.
        refund_writes: the writes that refund the attempt, for the transaction that uses the code.
    """

    authenticator: Authenticator
    refund_writes: tuple[Write, ...]

    def is_recovery_code_of(self, account: Account) -> bool:
        """Return whether the code was a recovery code of an account, as it was before."""
        return len(self.authenticator.recovery_codes) != account.recovery_codes_left


class CodeVerifier:
    """Verifies second-factor codes."""

    def __init__(self, accounts: AccountRepository, rate_limiter: RateLimiter, keys: Keys) -> None:
        """Use a repository of accounts, a rate limiter, and the session keys."""
        self._accounts = accounts
        self._rate_limiter = rate_limiter
        self._keys = keys

    def consume(self, account: Account, code: str, now: datetime) -> ConsumedCode:
        """Verify the code of an account whose password was verified.

        The function counts the attempt before it verifies the code. An account has one counter for
        all devices, and a password reset doesn't reset it.

        Args:
            account: the account as it was read, with its credentials. The transaction that uses the
                code requires that its authenticator hasn't changed.
            code: the code, exactly as the client sent it.
            now: the time of the request.

        Raises:
            IncorrectSecondFactorCode: the code is wrong, or was used before.
            TooManyAttempts: the limit of attempts is reached.
        """
        # Don't count a text that cannot be a code as an attempt.
        if account.authenticator is None or not totp.is_well_formed(code):
            raise IncorrectSecondFactorCode
        _, refund_writes = self._count_attempt(account, now)
        authenticator = totp.consume(account.authenticator, code, self._key, account.id, now)
        return ConsumedCode(authenticator, refund_writes)

    def check_first(
        self, account: Account, code: str, now: datetime
    ) -> tuple[str, int, tuple[Write, ...]]:
        """Verify the first code of the app that an account is setting up.

        Returns:
            The app's seed, the code's time step, and the writes that refund the attempt.

        Raises:
            IncorrectSecondFactorCode: the code is wrong, or no setup is in progress.
            TooManyAttempts: the limit of attempts is reached.
        """
        if account.pending_authenticator is None or not totp.is_well_formed(code):
            raise IncorrectSecondFactorCode
        credentials, refund_writes = self._count_attempt(account, now)
        setup = (
            with_credentials(account, credentials).pending_authenticator
            or account.pending_authenticator
        )
        step = totp.accepted_step(self.secret(account, setup.seed), code, now, 0)
        if step is None:
            raise IncorrectSecondFactorCode
        return setup.seed, step, refund_writes

    def count_change_write(self, account: Account, now: datetime) -> Write:
        """Return the write that counts a change of an account's second factor.

        The service emails the owner about each. The condition raises TooManyAttempts.
        """
        return self._rate_limiter.count_request_write(_change_limit(account.id), now)

    def secret(self, account: Account, seed: str) -> str:
        """Return the secret of an account's app, in base 32."""
        return totp.secret(seed, account.id, self._key)

    @staticmethod
    def remaining_recovery_codes_email_writes(
        account: Account, consumed_code: ConsumedCode, now: datetime
    ) -> list[Write]:
        """Return the writes that email the owner how many recovery codes are left.

        There are none unless the code was one of them.

        Args:
            account: the account before the sign-in.
            consumed_code: the code with which the owner signs in.
            now: the current time.
        """
        if not consumed_code.is_recovery_code_of(account):
            return []
        from chalicelib.identity import emails  # for this rare case only

        codes_left = len(consumed_code.authenticator.recovery_codes)
        return emails.remaining_recovery_codes_email_writes(account, codes_left, now)

    @property
    def _key(self) -> bytes:
        return self._keys.derived_key(_PURPOSE)

    def _count_attempt(
        self, account: Account, now: datetime
    ) -> tuple[Credentials | None, tuple[Write, ...]]:
        """Count an attempt; return the account's credentials, and the writes that refund it."""
        reads = self._accounts.login_reads(account.id)
        return self._rate_limiter.count_attempt_and_read(
            _code_limit(account.id), now, reads.credentials
        )


def code_verifier() -> CodeVerifier:
    """Return the code verification for the stage of this process."""
    return CodeVerifier(account_repository(), rate_limiter_with_account_keys(), account_keys())


def _code_limit(account_id: str) -> SubjectBackoff:
    """Return the backoff of an account's second-factor codes, for all clients."""
    return CODES_PER_ACCOUNT.for_subject(account_id)


def _change_limit(account_id: str) -> SubjectWindow:
    """Return the limit of second-factor changes, which the service emails the owner about."""
    return SECOND_FACTOR_CHANGES_PER_ACCOUNT.for_subject(account_id)
