"""One-time links: made for the owner of an account, to be opened within an hour or a day."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.accounts import one_time_token
from chalicelib.accounts.one_time_token import Purpose
from chalicelib.accounts.one_time_token_store import OneTimeTokenStore
from chalicelib.identity.account import Account
from chalicelib.platform import settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.items import Write

_PAGES = {
    Purpose.PASSWORD_RESET: "reset",
    Purpose.EMAIL_VERIFICATION: "verify",
    Purpose.SIGN_UP: "signup/email",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is not stored yet.

    Attributes:
        url: the URL for the owner. The service shows or emails it once and does not store it.
        account: the owner's account after the write, in which every earlier link is invalid.
        write: the write that stores the token.
    """

    url: str
    account: Account
    write: Write


@dataclass(frozen=True, slots=True)
class AddressLink:
    """A link that is not stored yet, for the owner of an email address without an account.

    Attributes:
        url: the URL for the owner. The service emails it once and does not store it.
        write: the write that stores the token.
    """

    url: str
    write: Write


class Links:
    """The links of one stage."""

    def __init__(self, store: OneTimeTokenStore, public_url: str | None) -> None:
        """Use a store, and the URL below which links are opened."""
        self._store = store
        self._public_url = public_url

    @property
    def can_be_made(self) -> bool:
        """Whether the service's public URL is set."""
        return self._public_url is not None

    def create(
        self,
        purpose: Purpose,
        account: Account,
        now: datetime,
        lifetime: timedelta = one_time_token.TOKEN_LIFETIME,
        token: str | None = None,
    ) -> Link:
        """Prepare a link for the owner of an account.

        The token follows the ``#``, which browsers don't send to servers, so neither a server's
        log nor an email scanner can use it. The URL is a setting, never a header of the
        request (OWASP's forgot-password cheat sheet).

        Args:
            purpose: what the link permits.
            account: the owner's account.
            now: the current time.
            lifetime: how long the link works.
            token: the token of a passphrase that stands for the link; None for a random one.

        Raises:
            ServiceUnavailable: the service's public address isn't set.
        """
        token = token or secrets.token_urlsafe(one_time_token.TOKEN_BYTES)
        url = self._url(purpose, token)
        stored_token = one_time_token.stored_account_token(token, purpose, account, now, lifetime)
        if purpose is Purpose.PASSWORD_RESET:
            after = replace(account, reset_token_hash=stored_token.token_hash)
        else:
            after = replace(account, verification_token_hash=stored_token.token_hash)
        return Link(url, after, self._store.put_write(stored_token))

    def for_sign_up(self, email: str, now: datetime) -> AddressLink:
        """Prepare a sign-up link for the owner of an address.

        Raises:
            ServiceUnavailable: the service's public address isn't set.
        """
        token = secrets.token_urlsafe(one_time_token.TOKEN_BYTES)
        url = self._url(Purpose.SIGN_UP, token)
        return AddressLink(
            url, self._store.put_write(one_time_token.stored_sign_up_token(token, email, now))
        )

    def page(self, path: str) -> str:
        """Return the URL of a page that needs no token.

        Raises:
            ServiceUnavailable: the service's public address isn't set.
        """
        return f"{self._site()}/{path}"

    def _url(self, purpose: Purpose, token: str) -> str:
        return f"{self._site()}/{_PAGES[purpose]}#token={token}"

    def sign_in_page(self, code: str) -> str:
        """Return the URL of the page that redeems an emailed code, with the code after its ``#``.

        Raises:
            ServiceUnavailable: the service's public address isn't set.
        """
        return f"{self._site()}/signin/email#code={code}"

    def decoy_write(self, now: datetime) -> Write:
        """Return the write of a decoy token, which takes as long as the write of a valid one.

        Raises:
            ServiceUnavailable: the service's public address isn't set.
        """
        self.require_site()  # the same errors as for an existing account
        token = secrets.token_urlsafe(one_time_token.TOKEN_BYTES)
        return self._store.put_write(one_time_token.stored_decoy_token(token, now))

    def require_site(self) -> None:
        """Require that links can be made.

        Raises:
            ServiceUnavailable: the service's public address isn't set.
        """
        self._site()

    def _site(self) -> str:
        if self._public_url is None:
            raise ServiceUnavailable(cause="PUBLIC_URL is not set")
        return self._public_url


def links() -> Links:
    """Return the links of this process's stage."""
    return Links(OneTimeTokenStore(database()), settings.current().public_url)
