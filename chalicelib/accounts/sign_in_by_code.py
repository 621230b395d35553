"""Sign-in with an emailed code, in the browser that asked for it."""

from chalicelib.accounts import sign_in_code
from chalicelib.accounts.sign_in_code_store import SignInCodeStore
from chalicelib.identity.account import Account, IncorrectEmailCode
from chalicelib.identity.account_repository import (
    AccountRepository,
    VerifiedLogin,
    account_repository,
)
from chalicelib.platform import log, settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.items import Write
from chalicelib.sessions.rate_limiter import (
    RateLimiter,
    SubjectWindow,
    address_windows,
    rate_limiter_with_account_keys,
)
from chalicelib.sessions.service import SessionService, session_service
from chalicelib.sessions.session import ClientContext, FirstFactor, NewSession


class SignInByCode:
    """Sign-ins with emailed codes of one stage."""

    def __init__(
        self,
        codes: SignInCodeStore,
        accounts: AccountRepository,
        rate_limiter: RateLimiter,
        sessions: SessionService,
    ) -> None:
        """Use the stage's sign-in codes, accounts, rate limiter, and sessions."""
        self._codes = codes
        self._accounts = accounts
        self._rate_limiter = rate_limiter
        self._sessions = sessions

    def sign_in(
        self,
        email_code: str,
        browser_secret: str | None,
        context: ClientContext,
        code: str | None,
    ) -> NewSession:
        """Start a session for the owner of an account who has read the emailed code.

        The code is used up in the transaction that starts the session; see also :meth:`verify`.

        Args:
            email_code: the emailed code, exactly as the client sent it.
            browser_secret: the secret in the browser's cookie; None without one.
            context: the client of the request.
            code: the second-factor code; None without one.

        Raises:
            IncorrectEmailCode: the code is wrong, used, or expired, or not of this browser; its
                account has changed; or the attempts are used up.
            SecondFactorRequired: the account has a second factor, and no code was given.
            IncorrectSecondFactorCode: the second-factor code is wrong.
            TooManyAttempts: the limit of attempts is reached.
        """
        account, writes = self.verify(email_code, browser_secret, context)
        login = VerifiedLogin(account)
        return self._sessions.start_session(login, context, code, FirstFactor.EMAIL_CODE, writes)

    def verify(
        self, email_code: str, browser_secret: str | None, context: ClientContext
    ) -> tuple[Account, list[Write]]:
        """Verify an emailed code.

        An attempt counts for the code and, unless the device is known, for the IP address. It does
        not count as an attempt to enter the password, so that a stranger can't delay the owner's
        sign-in. A decoy takes the same reads and writes as the code of an account.

        Returns:
            The account with its credentials, and the writes that use up the code.

        Raises:
            IncorrectEmailCode: as for :meth:`sign_in`.
            TooManyAttempts: the limit of attempts is reached.
        """
        typed = sign_in_code.canonical(email_code)
        if browser_secret is None or typed is None:
            raise IncorrectEmailCode
        stored = self._codes.get(sign_in_code.hash_request(browser_secret))
        if stored is None or stored.expires_at <= context.received_at:
            raise IncorrectEmailCode
        account = self._codes.account_with(self._accounts.login_reads(stored.account_id))
        log.bind_account(account.id if account else None)
        device = context.trusted_device
        is_known = account is not None and device is not None and device.is_trusted_by(account)
        limits = () if is_known else _limits(context.address)
        count_writes = [
            self._rate_limiter.count_request_write(limit, context.received_at) for limit in limits
        ]
        self._codes.count_attempt(stored, count_writes)
        if account is None or not stored.matches(browser_secret, typed, account):
            raise IncorrectEmailCode
        # What the code's hash doesn't cover: the account was disabled, or staff's factor removed.
        if account.sign_in_code_address is None:
            raise IncorrectEmailCode
        refunded = [
            self._rate_limiter.refund_request_write(limit, context.received_at) for limit in limits
        ]
        return account, [self._codes.consume_write(stored), *refunded]


def sign_in_by_code() -> SignInByCode:
    """Return the sign-ins with emailed codes of this process's stage."""
    return SignInByCode(
        SignInCodeStore(database()),
        account_repository(),
        rate_limiter_with_account_keys(),
        session_service(),
    )


def _limits(address: str) -> tuple[SubjectWindow, ...]:
    """Return the limits of wrong codes from an IP address, as many as of wrong passwords."""
    limit = settings.current().sign_in_tries_per_address
    return address_windows("email code address", limit, address)
