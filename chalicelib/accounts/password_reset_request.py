"""Requesting a password reset: the function ``reset-links`` emails a link to the verified address.

The request answers at once, and stores the same item whether there is an account or not. Its
function is not even allowed to find out by what follows (:mod:`chalicelib.accounts.reset_links`).
"""

from datetime import datetime

from chalicelib.accounts.links import Links, links
from chalicelib.identity.account_repository import AccountRepository, account_repository, is_decoy
from chalicelib.platform import log, outbox, settings
from chalicelib.platform.dynamodb import Database, database
from chalicelib.platform.identifiers import derived_identifier
from chalicelib.platform.outbox import Queue
from chalicelib.sessions.rate_limiter import (
    FixedWindowPolicy,
    RateLimiter,
    SubjectWindow,
    address_windows,
    rate_limiter_with_account_keys,
)

# Enough for owners who look in the wrong folder, and few enough not to annoy owners who didn't
# ask.
RESET_LINKS_PER_ACCOUNT = FixedWindowPolicy("reset link account", 5)


class PasswordResetRequests:
    """Password reset requests of one stage."""

    def __init__(
        self,
        database: Database,
        accounts: AccountRepository,
        rate_limiter: RateLimiter,
        links: Links,
    ) -> None:
        """Use the stage's database, accounts, rate limiter, and links."""
        self._database = database
        self._accounts = accounts
        self._rate_limiter = rate_limiter
        self._links = links

    def request(self, name: str, address: str, now: datetime) -> None:
        """Store a request for a link, which is emailed if the account can get one.

        The response does not reveal whether the account exists (OWASP ASVS 5.0 6.3.8): each name
        causes the same counts, reads, and writes.

        Args:
            name: a username or an email address, in any of its forms.
            address: the client's IP address.
            now: the current time.

        Raises:
            TooManyAttempts: it was asked too often for this name or from this address.
            ServiceUnavailable: the service's public URL isn't set.
        """
        self._links.require_site()
        account_id = self._accounts.find_by_login(name)
        log.bind_account(None if is_decoy(account_id) else account_id)
        limits = _limits(account_id, address)
        # A decoy ID contains the name, and people type passwords in its place.
        stored_id = derived_identifier(account_id) if is_decoy(account_id) else account_id
        asked = outbox.enqueue_write(Queue.PASSWORD_RESET_REQUESTS, {"account": stored_id}, now)
        count_writes = [self._rate_limiter.count_request_write(limit, now) for limit in limits]
        self._database.transact([*count_writes, asked])


def password_reset_requests() -> PasswordResetRequests:
    """Return the password reset requests of this process's stage."""
    return PasswordResetRequests(
        database(), account_repository(), rate_limiter_with_account_keys(), links()
    )


def _limits(account: str, address: str) -> tuple[SubjectWindow, ...]:
    """Return the limits of a password reset request.

    Args:
        account: the account ID, or the decoy ID of an unknown name.
        address: the client's IP address.
    """
    limit = settings.current().reset_links_per_address
    windows = address_windows("reset link address", limit, address)
    return RESET_LINKS_PER_ACCOUNT.for_subject(account), *windows
