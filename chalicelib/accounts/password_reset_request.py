"""Requesting a password reset: a link is emailed to the account's verified address."""

import contextlib
from datetime import datetime

from chalicelib.accounts.links import Link, Links, links
from chalicelib.accounts.one_time_token import Purpose
from chalicelib.accounts.one_time_token_store import OneTimeTokenStore
from chalicelib.identity import emails
from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import AccountRepository, account_repository, is_decoy
from chalicelib.identity.store import AccountChanged
from chalicelib.platform import log, mail, settings, timing
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.sessions.rate_limiter import (
    FixedWindow,
    KeyedWindow,
    RateLimiter,
    rate_limited_network,
    rate_limiter,
)

# After so many conflicting changes the client gets a 503.
MAX_RETRIES = 3
# The time of the other work: a few calls to DynamoDB on a cold start.
SECONDS_BESIDE_MAIL = 0.5


# Enough for owners who look in the wrong folder, and few enough not to annoy owners who didn't
# ask.
RESET_LINKS_OF_ACCOUNT = FixedWindow("reset link account", 5)


class PasswordResetRequests:
    """Password reset requests of one stage."""

    def __init__(
        self,
        tokens: OneTimeTokenStore,
        accounts: AccountRepository,
        rate_limiter: RateLimiter,
        links: Links,
    ) -> None:
        """Use the stage's one-time tokens, accounts, rate limiter, and links."""
        self._tokens = tokens
        self._accounts = accounts
        self._rate_limiter = rate_limiter
        self._links = links

    def request(self, name: str, address: str, now: datetime) -> None:
        """Email a link to an account with a verified email address that may sign in.

        The response does not reveal whether the account exists (OWASP ASVS 5.0 6.3.8). An unknown
        name, or an account that gets no email, causes the same counts, reads, and writes. Sending
        an email does not change the response time, which is at least as long as sending takes.

        Args:
            name: a username or an email address, in any of its forms.
            address: the client's IP address.
            now: the current time.

        Raises:
            TooManyAttempts: it was asked too often for this name or from this address.
            ServiceUnavailable: the service's public URL isn't set.
        """
        with timing.at_least(mail.max_send_seconds() + SECONDS_BESIDE_MAIL):
            account_id = self._accounts.find_by_login(name)
            log.bind_account(None if is_decoy(account_id) else account_id)
            self._rate_limiter.hit_all(_limits(account_id, address), now)
            if link := self._start(account_id, now):
                self._send(link)

    def _start(self, account_id: str, now: datetime) -> Link | None:
        """Create a link, or a decoy that takes the same time."""
        for _ in range(MAX_RETRIES):
            account = self._accounts.get(account_id)
            with contextlib.suppress(AccountChanged):
                if account is None or not _can_reset(account):
                    self._tokens.put(self._links.decoy_write(now))
                    return None
                link = self._links.create(Purpose.PASSWORD, account, now)
                self._tokens.put_reset_link(account, link.account, [link.write])
                return link
        raise ServiceUnavailable(cause=f"{MAX_RETRIES} concurrent changes to an account")

    def _send(self, link: Link) -> None:
        if to := link.account.verified_email:
            mail.send(emails.with_link(to, link.account, emails.FORGOTTEN, link.url))


def password_reset_requests() -> PasswordResetRequests:
    """Return the password reset requests of this process's stage."""
    return PasswordResetRequests(
        OneTimeTokenStore(database()), account_repository(), rate_limiter(), links()
    )


def _can_reset(account: Account) -> bool:
    return account.verified_email is not None and not account.disabled


def _limits(account: str, address: str) -> tuple[KeyedWindow, KeyedWindow]:
    """Return the limits of a password reset request.

    Args:
        account: the account ID, or the decoy ID of an unknown name.
        address: the client's IP address.
    """
    window = FixedWindow("reset link address", settings.current().reset_links_per_address)
    return RESET_LINKS_OF_ACCOUNT.for_key(account), window.for_key(rate_limited_network(address))
