"""Email verification: a mailed link, used in a session of the account, proves an address."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.accounts.account_settings_store import AccountSettingsStore
from chalicelib.accounts.address_claims import AddressClaims, address_claims
from chalicelib.accounts.links import Link, Links, links
from chalicelib.accounts.one_time_token import Purpose, StoredToken
from chalicelib.accounts.one_time_token_store import OneTimeTokenStore
from chalicelib.accounts.password_reset import find_valid_token
from chalicelib.identity import emails, login_names
from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.identity.store import AccountChanged
from chalicelib.platform import audit, outbox, settings
from chalicelib.platform.conflicts import retry_on_conflict
from chalicelib.platform.dynamodb import database
from chalicelib.platform.emails import is_enabled
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.items import Write
from chalicelib.platform.languages import N_
from chalicelib.sessions.rate_limiter import (
    TOO_MANY_EMAILS_MESSAGE,
    FixedWindowPolicy,
    RateLimiter,
    SubjectWindow,
    rate_limiter_with_account_keys,
)

_INVALID_TOKEN = FieldError(
    "invalid_token",
    "This link isn’t valid for your account. It may have expired or already been used. "
    "Go to your account to get a new one.",
)
_NO_EMAIL_ERROR = FieldError("no_email", "There’s no email address on your account.")
_EMAIL_STOPPED_ERROR = FieldError(
    "email_stopped",
    "We don’t send email to this address anymore. On your account page, start it again.",
)
_NOT_SENT_MESSAGE = N_("We couldn’t send the email. Try again later.")


VERIFICATIONS_PER_ACCOUNT = FixedWindowPolicy(
    "verification account", 5, message=TOO_MANY_EMAILS_MESSAGE
)
# A limit for all accounts with one mailbox: ``river+1@`` and ``river+2@`` belong to one person or
# family.
VERIFICATIONS_PER_MAILBOX = FixedWindowPolicy(
    "verification mailbox", 10, message=TOO_MANY_EMAILS_MESSAGE
)


class EmailVerification:
    """The verification of emails on one stage."""

    def __init__(
        self,
        store: OneTimeTokenStore,
        account_settings: AccountSettingsStore,
        accounts: AccountRepository,
        claims: AddressClaims,
        rate_limiter: RateLimiter,
        links: Links,
    ) -> None:
        """Use the stage's store, accounts, addresses, rate limiter, and links."""
        self._store = store
        self._account_settings = account_settings
        self._claims = claims
        self._accounts = accounts
        self._rate_limiter = rate_limiter
        self._links = links

    def create_account(
        self, account: Account, extra_writes: Sequence[Write], now: datetime
    ) -> None:
        """Create an account, and email the link that verifies its email address, if it has one.

        The emails to one mailbox are limited, because a stranger may enter any address.

        Raises:
            IdentityTaken: another account has its username or email.
            TooManyAttempts: the limit of emails to the mailbox is reached.
        """
        link = self.create_link(account, now) if is_enabled(settings.SIGNED_UP) else None
        if link is None or (address := account.email_to_verify) is None:
            self._accounts.add(account, extra_writes)
            return
        count_write = self._rate_limiter.count_request_write(_mailbox_window(address), now)
        email_writes = link_writes(link, now)
        self._accounts.add(link.account, [*extra_writes, link.write, count_write, *email_writes])

    def create_link(self, account: Account, now: datetime) -> Link | None:
        """Prepare a link; None without an address, or if the stage sends no email."""
        can_send_links = settings.current().sends_mail and self._links.can_be_made
        if account.email_to_verify is None or not can_send_links:
            return None
        return self._links.create(Purpose.EMAIL_VERIFICATION, account, now)

    def is_used_by_another_account(self, address: str, account_id: str) -> bool:
        """Return whether another account holds an address that it has not verified.

        Raises:
            IdentityTaken: another account has verified it.
        """
        return self._claims.holder_of(address, account_id) is not None

    def count_email(self, account: Account, email: str, now: datetime) -> None:
        """Count an email to an unverified address, for the account and the mailbox.

        Args:
            account: the account with the address.
            email: the address.
            now: the current time.

        Raises:
            TooManyAttempts: the limit of the account or of the mailbox is reached; nothing was
                counted.
        """
        self._rate_limiter.count_request_in_windows(_email_windows(account.id, email), now)

    def send_link(self, account: Account, now: datetime) -> None:
        """Email a link to an account's pending or unverified address, if it has one.

        Raises:
            InvalidFields: the account has no email, or none is sent to the address any more.
            TooManyAttempts: the limit of emails is reached.
            ServiceUnavailable: the service's public URL isn't set, the stage sends no email, or
                the account changed at the same moment.
        """
        if (address := account.email_to_verify) is None:
            if account.email is None:
                raise InvalidFields({"email": _NO_EMAIL_ERROR})
            return
        if emails.is_stopped(emails.VERIFICATION, account.problem_of_email_to_verify):
            raise InvalidFields({"email": _EMAIL_STOPPED_ERROR})
        if not settings.current().sends_mail:
            raise ServiceUnavailable(_NOT_SENT_MESSAGE, cause="email is turned off for this stage")
        self.count_email(account, address, now)
        link = self._links.create(Purpose.EMAIL_VERIFICATION, account, now)
        extra_writes = [link.write, *link_writes(link, now)]
        try:
            self._store.put_verification_link(account, link.account, extra_writes)
        except AccountChanged:
            raise ServiceUnavailable(cause="concurrent change to an account") from None

    def verify(self, account: Account, token: str, request_id: str, now: datetime) -> Account:
        """Mark an account's email address as verified.

        The link alone is not enough. An account may name a stranger's address, by mistake or on
        purpose: the stranger has the link, and only the account's owner has a session of it.

        Args:
            account: the account of the session that sent the token.
            token: the token from the link.
            request_id: the request's identifier.
            now: the current time.

        Returns:
            The account after the change.

        Raises:
            IdentityTaken: another account has verified that address.
            InvalidFields: the token is unknown, expired, used, or another account's, or the account
                has changed its email; the response does not say which.
            ServiceUnavailable: each attempt conflicted with another request.
        """
        stored_token = find_valid_token(self._store, token, Purpose.EMAIL_VERIFICATION, now)
        if stored_token is None or stored_token.account_id != account.id:
            raise _invalid_token()

        def try_verify(current: Account) -> Account:
            return self._verify(current, stored_token, request_id, now)

        def reload_account() -> Account:
            current = self._accounts.get(account.id)
            if current is None or current.session_version != account.session_version:
                raise _invalid_token()
            return current

        return retry_on_conflict(
            account, try_verify, reload_account, AccountChanged, resource="an account"
        )

    def _verify(
        self, account: Account, stored_token: StoredToken, request_id: str, now: datetime
    ) -> Account:
        address = account.email_to_verify
        if address is None or (account.verification_token_hash, address) != (
            stored_token.token_hash,
            stored_token.email,
        ):
            raise _invalid_token()
        if account.disabled:
            raise _invalid_token()
        claim = self._claims.claim(address, account.id, request_id, now)
        replaces_email = address != account.email
        audit_write = audit.entry_write(
            subject=account.id,
            actor=account.id,
            action="account.email_verified",
            fields=["email", "emailVerified"] if replaces_email else ["emailVerified"],
            request_id=request_id,
            now=now,
        )
        after = replace(
            account,
            email=address,
            email_verified=True,
            email_verified_at=now,
            pending_email=None,
            pending_email_expires_at=None,
            verification_token_hash=None,
            # A link for a new password was made for the address of before.
            reset_token_hash=None if replaces_email else account.reset_token_hash,
            second_factor_set_at=now if account.second_factor else None,
            version=account.version + 1,
            updated_at=now,
        )
        notice_writes = (
            emails.notice_writes(account, now, settings.EMAIL_CHANGED) if replaces_email else []
        )
        self._account_settings.change(
            account, after, [audit_write, *claim.writes, *notice_writes], claim.proved
        )
        return after


def _invalid_token() -> InvalidFields:
    return InvalidFields({"token": _INVALID_TOKEN})


def link_writes(link: Link, now: datetime) -> list[Write]:
    """Return the writes that email a link to the address that it verifies."""
    return outbox.email_writes(now, emails.verification(link.account, link.url))


def email_verification() -> EmailVerification:
    """Return the verification of this process's stage."""
    return EmailVerification(
        OneTimeTokenStore(database()),
        AccountSettingsStore(database()),
        account_repository(),
        address_claims(),
        rate_limiter_with_account_keys(),
        links(),
    )


def _email_windows(account: str, email: str) -> tuple[SubjectWindow, SubjectWindow]:
    """Return the limit of an account's emails to an unverified address."""
    return VERIFICATIONS_PER_ACCOUNT.for_subject(account), _mailbox_window(email)


def _mailbox_window(email: str) -> SubjectWindow:
    """Return the limit of emails to an unverified address from all accounts."""
    return VERIFICATIONS_PER_MAILBOX.for_subject(login_names.mailbox(email))
