"""Sign-in with a passkey that the function ``passkeys`` has verified."""

from chalicelib.accounts import sign_in_ticket_store
from chalicelib.identity.account import Account, IncorrectPasskey
from chalicelib.identity.account_repository import (
    AccountRepository,
    VerifiedLogin,
    account_repository,
)
from chalicelib.identity.credentials import with_credentials
from chalicelib.platform import log
from chalicelib.platform.dynamodb import Database, database
from chalicelib.platform.items import Write
from chalicelib.sessions.service import SessionService, session_service
from chalicelib.sessions.session import ClientContext, FirstFactor, NewSession


class SignInByPasskey:
    """Sign-ins with passkeys of one stage."""

    def __init__(
        self, database: Database, accounts: AccountRepository, sessions: SessionService
    ) -> None:
        """Use the stage's database, accounts, and sessions."""
        self._database = database
        self._accounts = accounts
        self._sessions = sessions

    def sign_in(self, browser_secret: str | None, context: ClientContext) -> NewSession:
        """Start a session for the owner of the passkey that this browser has shown.

        The ticket is used up in the transaction that starts the session.

        Args:
            browser_secret: the secret in the browser's cookie; None without one.
            context: the client of the request.

        Raises:
            IncorrectPasskey: no ticket is valid in this browser, or its account has changed.
        """
        account, writes = self.verify(browser_secret, context)
        return self._sessions.start_session(
            VerifiedLogin(account),
            context,
            None,
            FirstFactor.PASSKEY,
            writes,
            has_both_factors=True,
        )

    def verify(
        self, browser_secret: str | None, context: ClientContext
    ) -> tuple[Account, list[Write]]:
        """Verify the ticket of a browser.

        Returns:
            The account with its credentials, and the writes that use up the ticket.

        Raises:
            IncorrectPasskey: as for :meth:`sign_in`.
        """
        if browser_secret is None:
            raise IncorrectPasskey
        ticket = self._database.get(sign_in_ticket_store.read(browser_secret))
        if ticket is None or ticket.expires_at <= context.received_at:
            raise IncorrectPasskey
        reads = self._accounts.login_reads(ticket.account_id)
        account: Account | None
        account, credentials = self._database.batch_get(reads.account, reads.credentials)
        if account is None or account.disabled:
            raise IncorrectPasskey
        log.bind_account(account.id)
        if account.session_version != ticket.session_version:
            raise IncorrectPasskey
        used = sign_in_ticket_store.use_write(ticket.hash, IncorrectPasskey)
        return with_credentials(account, credentials), [used]


def sign_in_by_passkey() -> SignInByPasskey:
    """Return the sign-ins with passkeys of this process's stage."""
    return SignInByPasskey(database(), account_repository(), session_service())
