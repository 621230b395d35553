"""Email verification: a mailed link, used in a session of the account, proves an address."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.accounts import letters
from chalicelib.accounts.account import Account
from chalicelib.accounts.directory import Directory, directory
from chalicelib.accounts.links import Link, Links, links
from chalicelib.accounts.one_time_token import Purpose
from chalicelib.accounts.recovery import usable
from chalicelib.accounts.recovery_store import RecoveryStore
from chalicelib.accounts.store import AccountChanged
from chalicelib.platform import audit, mail, settings
from chalicelib.platform.dynamodb import Write, database
from chalicelib.platform.errors import InvalidFields, Unavailable
from chalicelib.platform.letters import is_wanted
from chalicelib.sessions import attempts as limits
from chalicelib.sessions.attempts import Attempts, attempts

_NOT_VALID = "This link isn't valid for your account. It may have expired or was already used."
_NO_EMAIL = "Your account has no email address."
_NOT_SENT = "The mail could not be sent. Please try again in a while."


class Verification:
    """The verification of emails on one stage."""

    def __init__(
        self, store: RecoveryStore, accounts: Directory, tries: Attempts, made: Links
    ) -> None:
        """Use what belongs to the stage: a store, accounts, tries and links."""
        self._store = store
        self._accounts = accounts
        self._tries = tries
        self._links = made

    def take_in(self, account: Account, also: Sequence[Write], now: datetime) -> None:
        """Take in a new account, and mail the link by which its email is verified, if it has one.

        No mail keeps anybody from signing up: where it cannot be sent, its owner asks for another.

        Raises:
            IdentityTaken: somebody has its username or email.
        """
        link = self.link(account, now) if is_wanted(settings.SIGNED_UP) else None
        if link is None:
            self._accounts.add(account, also)
            return
        self._accounts.add(link.account, [*also, link.write])
        send(link)

    def link(self, account: Account, now: datetime) -> Link | None:
        """Prepare a link; None where there is no address to mail it to, or no mail at all."""
        possible = settings.current().sends_mail and self._links.can_be_made
        return self._links.make(Purpose.EMAIL, account, now) if account.email and possible else None

    def count(self, account: Account, now: datetime) -> None:
        """Count a mail to an address that nobody has verified.

        Raises:
            TooManyAttempts: there were too many.
        """
        self._tries.use(limits.verification_of_account(account.id), now)

    def ask(self, account: Account, now: datetime) -> None:
        """Mail a link to an account's email. What is verified already needs none.

        Raises:
            InvalidFields: it has no email.
            TooManyAttempts: it was asked too often.
            Unavailable: nobody has set where the service is reached, the mail is not taken, or
                the account changed at the same moment.
        """
        if account.email is None:
            raise InvalidFields({"email": _NO_EMAIL})
        if account.email_verified:
            return
        self.count(account, now)
        link = self._links.make(Purpose.EMAIL, account, now)
        try:
            self._store.announce(account, link.account, [link.write])
        except AccountChanged:
            raise Unavailable(cause="lost a race for an account") from None
        if not send(link):
            raise Unavailable(_NOT_SENT, cause="the mail was not taken")

    def verify(self, account: Account, token: str, request: str, now: datetime) -> Account:
        """Record that an account's owner receives the mail to its email address.

        The link alone is not enough. An account may name a stranger's address, by mistake or on
        purpose: the stranger has the link, and only the account's owner has a session of it.

        Args:
            account: of the session that came with the token.
            token: as the link carries it.
            request: the request's identifier.
            now: when.

        Returns:
            The account as it is then.

        Raises:
            InvalidFields: the token is unknown, expired, used, or another account's, or the account
                has another email since; the client does not learn which.
        """
        kept = usable(self._store, token, Purpose.EMAIL, now)
        if kept is None or kept.account_id != account.id:
            raise _not_valid()
        recorded = audit.entry(
            subject=account.id,
            actor=account.id,
            action="account.email_verified",
            fields=["emailVerified"],
            request=request,
            now=now,
        )
        self._store.verify(kept, account, now, [recorded], otherwise=_not_valid)
        return replace(account, email_verified=True, updated_at=now)


def _not_valid() -> InvalidFields:
    return InvalidFields({"token": _NOT_VALID})


def send(link: Link) -> bool:
    """Mail a link to the email that it verifies; say whether it is on its way."""
    account = link.account
    if account.email is None:
        return False
    return mail.send(letters.with_link(account.email, account, letters.VERIFICATION, link.url))


def verification() -> Verification:
    """Return the verification of this process's stage."""
    return Verification(RecoveryStore(database()), directory(), attempts(), links())
