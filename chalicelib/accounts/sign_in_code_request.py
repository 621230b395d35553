"""Requesting a sign-in code: it is emailed to the account's verified address."""

from chalicelib.accounts import sign_in_code
from chalicelib.accounts.links import Links, links
from chalicelib.accounts.sign_in_code_store import SignInCodeStore
from chalicelib.identity import emails, login_names
from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import AccountRepository, account_repository, is_decoy
from chalicelib.platform import log, outbox, settings
from chalicelib.platform.dynamodb import database
from chalicelib.sessions.ip_networks import limited_network
from chalicelib.sessions.rate_limiter import (
    TOO_MANY_EMAILS_MESSAGE,
    FixedWindowPolicy,
    RateLimiter,
    SubjectWindow,
    address_windows,
    rate_limiter_with_account_keys,
)
from chalicelib.sessions.session import ClientContext

CODES_PER_MAILBOX = FixedWindowPolicy("sign-in code mailbox", 5, message=TOO_MANY_EMAILS_MESSAGE)
# Lower than the limit of the mailbox: a single stranger can't use up the owner's limit.
CODES_PER_REQUESTER = FixedWindowPolicy(
    "sign-in code requester", 3, message=TOO_MANY_EMAILS_MESSAGE
)
# A known device has its own limit, so that strangers can't keep its owner from asking.
CODES_PER_DEVICE = FixedWindowPolicy("sign-in code device", 5, message=TOO_MANY_EMAILS_MESSAGE)


class SignInCodeRequests:
    """Requests for sign-in codes of one stage."""

    def __init__(
        self,
        codes: SignInCodeStore,
        accounts: AccountRepository,
        rate_limiter: RateLimiter,
        links: Links,
    ) -> None:
        """Use the stage's sign-in codes, accounts, rate limiter, and links."""
        self._codes = codes
        self._accounts = accounts
        self._rate_limiter = rate_limiter
        self._links = links

    def request(self, name: str, browser_secret: str | None, context: ClientContext) -> str:
        """Email a code to an account with a verified email address that may sign in with one.

        The response does not reveal whether the account exists (OWASP ASVS 5.0 6.3.8). An unknown
        name, or an account that gets no code, causes the same counts, reads, and writes: the code
        and the email are then decoys.

        A browser has one code. A new one replaces it, also if it is for another account.
        Codes that other browsers asked for stay valid: otherwise a stranger could cancel each code
        of the owner.

        Args:
            name: a username or an email address, in any of its forms.
            browser_secret: the secret in the browser's cookie; None without one.
            context: the client of the request.

        Returns:
            The secret for the browser's cookie.

        Raises:
            TooManyAttempts: it was asked too often for this mailbox, from this address, or on this
                device.
            ServiceUnavailable: the service's public URL isn't set.
        """
        now = context.received_at
        account_id = self._accounts.find_by_login(name)
        log.bind_account(None if is_decoy(account_id) else account_id)
        account = self._accounts.get(account_id)
        to = account.sign_in_code_address if account else None
        code = sign_in_code.create(account if to else None, now)
        url = self._links.sign_in_page(code.text)
        limits = _limits(account, account_id, name, context)
        replaced = sign_in_code.hash_request(browser_secret) if browser_secret else None
        count_writes = [self._rate_limiter.count_request_write(limit, now) for limit in limits]
        email = emails.with_code(to, account, code.text, url)
        self._codes.put(code.stored, replaced, [*count_writes, *outbox.email_writes(now, email)])
        return code.browser_secret


def sign_in_code_requests() -> SignInCodeRequests:
    """Return the requests for sign-in codes of this process's stage."""
    return SignInCodeRequests(
        SignInCodeStore(database()), account_repository(), rate_limiter_with_account_keys(), links()
    )


def _limits(
    account: Account | None, account_id: str, name: str, context: ClientContext
) -> tuple[SubjectWindow, ...]:
    """Return the limits of a request.

    Args:
        account: the account; None for an unknown name.
        account_id: its ID, or the decoy ID of the name.
        name: the name as it was typed.
        context: the client of the request.
    """
    device = context.trusted_device
    if account and device and device.is_trusted_by(account):
        return (CODES_PER_DEVICE.for_subject(device.id),)
    address = account.email if account else login_names.email_in(name)
    mailbox = login_names.mailbox(address) if address else account_id
    network = limited_network(context.address)
    limit = settings.current().reset_links_per_address
    return (
        CODES_PER_REQUESTER.for_subject(f"{network} {mailbox}"),
        *address_windows("sign-in code address", limit, context.address),
        CODES_PER_MAILBOX.for_subject(mailbox),
    )
