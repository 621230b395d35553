"""A forgotten password: a link to choose another, mailed to whoever is known to be the owner."""

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
    RateLimiter,
    rate_limit_prefix,
    rate_limiter,
)

# After so many lost races the caller is asked to come back.
MAX_RETRIES = 3
# All but the mail: a handful of calls to DynamoDB, cold.
SECONDS_BESIDE_MAIL = 0.5


# Enough for whoever looks in the wrong folder of their mail, and no nuisance for whoever did not
# ask.
RESET_LINKS_OF_ACCOUNT = FixedWindow("reset link account", 5)


class PasswordResetRequests:
    """The forgotten passwords of one stage."""

    def __init__(
        self,
        tokens: OneTimeTokenStore,
        accounts: AccountRepository,
        rate_limiter: RateLimiter,
        links: Links,
    ) -> None:
        """Use the stage's one-time tokens, its accounts, what was tried, and its links."""
        self._tokens = tokens
        self._accounts = accounts
        self._tries = rate_limiter
        self._links = links

    def request(self, name: str, address: str, now: datetime) -> None:
        """Mail a link to the owner of a name, if their email is verified and they may sign in.

        Nobody learns whether there is such an account (OWASP ASVS 5.0 6.3.8): for an unknown name,
        and for whoever gets no mail, the same is counted, read and written, and whether a mail is
        sent takes no time that could be seen, since no answer comes sooner than a mail takes.

        Args:
            name: a username or an email, in any of its forms.
            address: the caller's.
            now: when.

        Raises:
            TooManyAttempts: it was asked too often for this name or from this address.
            ServiceUnavailable: nobody has set where the service is reached.
        """
        with timing.at_least(mail.max_send_seconds() + SECONDS_BESIDE_MAIL):
            account_id = self._accounts.find_by_login(name)
            log.bind_account(None if is_decoy(account_id) else account_id)
            self._tries.hit_all(_limits(account_id, address), now)
            if link := self._start(account_id, now):
                self._send(link)

    def _start(self, account_id: str, now: datetime) -> Link | None:
        """Make a link, or something that looks like it to whoever has a clock."""
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
    """Return the forgotten passwords of this process's stage."""
    return PasswordResetRequests(
        OneTimeTokenStore(database()), account_repository(), rate_limiter(), links()
    )


def _can_reset(account: Account) -> bool:
    return account.verified_email is not None and not account.disabled


def _limits(account: str, address: str) -> tuple[FixedWindow, FixedWindow]:
    """Return what asking for a link to choose a password counts for.

    Args:
        account: the account's id, or whatever stands for a name that nobody has.
        address: the caller's.
    """
    window = FixedWindow("reset link address", settings.current().reset_links_per_address)
    return RESET_LINKS_OF_ACCOUNT.for_key(account), window.for_key(rate_limit_prefix(address))
