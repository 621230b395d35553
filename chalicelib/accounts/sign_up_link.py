"""Sign-up with an emailed link, which verifies the address first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.accounts import sign_up_ticket_store
from chalicelib.accounts.address_claims import (
    AddressClaims,
    address_claims,
    email_verified_entry_write,
)
from chalicelib.accounts.links import Links, links
from chalicelib.accounts.one_time_token import Purpose, StoredToken
from chalicelib.accounts.one_time_token_store import OneTimeTokenStore
from chalicelib.accounts.password_reset import INVALID_TOKEN, find_valid_token
from chalicelib.accounts.sign_up_ticket import SignUpTicket
from chalicelib.identity import emails, login_names, passwords
from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import (
    AccountChanged,
    AccountRepository,
    account_repository,
    new_account,
)
from chalicelib.platform import outbox, settings
from chalicelib.platform.conflicts import retry_on_conflict
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.items import Write
from chalicelib.platform.languages import N_, Language
from chalicelib.platform.outbox import Email
from chalicelib.sessions.ip_networks import limited_network
from chalicelib.sessions.rate_limiter import (
    FixedWindowPolicy,
    RateLimiter,
    SubjectWindow,
    address_windows,
    rate_limiter_with_account_keys,
)
from chalicelib.sessions.service import SessionService, session_service
from chalicelib.sessions.session import ClientContext, NewSession

TOKEN = "emailToken"  # noqa: S105  # nosec B105 # a field
_ANOTHER_EMAIL = FieldError(
    "another_email", "The link was sent to another email address. Leave this empty."
)
_NOT_SENT = N_("We couldn’t send the email. Try again later.")


# Every link works for its hour, so that a stranger's requests can't block the owner's sign-up.
_USE_WHAT_WAS_SENT = N_(
    "We already sent several emails there. Use the newest one, or check the spam folder."
)
SIGN_UP_LINKS_PER_MAILBOX = FixedWindowPolicy("sign-up link mailbox", 5, message=_USE_WHAT_WAS_SENT)
# Lower than the limit of the mailbox: a single stranger can't use up the owner's limit.
SIGN_UP_LINKS_PER_REQUESTER = FixedWindowPolicy(
    "sign-up link requester", 3, message=_USE_WHAT_WAS_SENT
)


class SignUpLinks:
    """The sign-up links of one stage."""

    def __init__(
        self,
        tokens: OneTimeTokenStore,
        accounts: AccountRepository,
        claims: AddressClaims,
        rate_limiter: RateLimiter,
        links: Links,
        sessions: SessionService,
    ) -> None:
        """Use the stage's tokens, accounts, addresses, rate limiter, links, and sessions."""
        self._tokens = tokens
        self._accounts = accounts
        self._claims = claims
        self._rate_limiter = rate_limiter
        self._links = links
        self._sessions = sessions

    def request(self, email: str, address: str, language: Language | None, now: datetime) -> None:
        """Email a sign-up link to an address, or a notice that it already has an account.

        The response does not say which: both cases send an email, and make the same counts, reads,
        and writes (OWASP ASVS 5.0 6.3.8).

        Args:
            email: the address.
            address: the client's IP address.
            language: the client's language; None if unknown.
            now: the current time.

        Raises:
            TooManyAttempts: the limit of the mailbox or of the IP address is reached.
            ServiceUnavailable: this stage sends no email.
        """
        if not settings.current().sends_mail:
            raise ServiceUnavailable(_NOT_SENT, cause="email is turned off for this stage")
        self._rate_limiter.count_request_in_windows(
            _limits(login_names.mailbox(email), address), now
        )
        written, token_write = self._email(email, language, now)
        self._tokens.transact([token_write, *outbox.email_writes(now, written)])

    def sign_up(
        self,
        token: str,
        details: Mapping[str, Any],
        context: ClientContext,
        request_id: str,
        language: Language | None,
        passkey: SignUpTicket | None = None,
    ) -> NewSession:
        """Create an account for the owner of a verified address, and sign them in.

        An account that holds the address without having verified it loses only the address. Without
        a username, the address is the username; without a password, its owner signs in by a code
        that is emailed there.

        Args:
            token: the token from the link.
            details: validated username, password, email, and names; None for what was left out.
            context: the client of the request.
            request_id: the request's identifier.
            language: the language of emails to the owner.
            passkey: the passkey of the owner; None without one.

        Raises:
            IdentityTaken: another account has that username, or has verified the address.
            InvalidFields: the token is unknown, used, or expired; the email or the username is
                another address; or the password is not accepted.
            ServiceUnavailable: there is no key, or each attempt conflicted with another request.
        """
        stored_token = self._usable(token, context.received_at)
        email = stored_token.email or ""
        _reject_other_emails(details, email)
        account = _account({**details, "email": email}, language, context.received_at)
        if passkey:
            account = passkey.owner(account)
        is_by_passkey = passkey is not None
        new_session = self._sessions.prepare_session(account, context, by_passkey=is_by_passkey)
        passkey_writes = sign_up_ticket_store.redeem_writes(passkey, context.received_at)
        writes = [*new_session.writes, *passkey_writes]
        retry_on_conflict(
            stored_token,
            lambda current: self._add(account, current, writes, request_id, context.received_at),
            lambda: self._usable(token, context.received_at),
            AccountChanged,
            resource="an email address",
        )
        return new_session

    def _add(
        self,
        account: Account,
        stored_token: StoredToken,
        writes: Sequence[Write],
        request_id: str,
        now: datetime,
    ) -> None:
        claim = self._claims.claim(stored_token.email or "", account.id, request_id, now)
        audit_write = email_verified_entry_write(account.id, request_id, now)
        spending = self._tokens.consume_write(stored_token, AccountChanged)
        extra_writes = [spending, audit_write, *writes, *claim.writes]
        self._accounts.add(account, extra_writes, claim.proved)

    def _usable(self, token: str, now: datetime) -> StoredToken:
        stored_token = find_valid_token(self._tokens, token, Purpose.SIGN_UP, now)
        if stored_token is None:
            raise InvalidFields({TOKEN: INVALID_TOKEN})
        return stored_token

    def _email(self, to: str, language: Language | None, now: datetime) -> tuple[Email, Write]:
        """Return the email to an address, and the write of its token or of a decoy."""
        if owner := self._claims.verified_owner(to):
            url = self._links.page("forgot")
            decoy_write = self._links.decoy_write(now)
            return emails.account_exists(owner, to, language, url), decoy_write
        link = self._links.for_sign_up(to, now)
        return emails.sign_up_link(to, language, link.url), link.write


def sign_up_links() -> SignUpLinks:
    """Return the sign-up links of this process's stage."""
    return SignUpLinks(
        OneTimeTokenStore(database()),
        account_repository(),
        address_claims(),
        rate_limiter_with_account_keys(),
        links(),
        session_service(),
    )


def _account(details: Mapping[str, Any], language: Language | None, now: datetime) -> Account:
    """Return a new account for the owner of the address, which is the username without another."""
    named = {**details, "username": details["username"] or details["email"]}
    account = new_account(**named, language=language, now=now)
    password_set_at = account.password_set_at if details["password"] else None
    return replace(
        account, email_verified=True, email_verified_at=now, password_set_at=password_set_at
    )


def _reject_other_emails(details: Mapping[str, Any], email: str) -> None:
    """Reject a weak password, and names that are another address than the verified one."""
    username, address, password = details["username"], details.get("email"), details["password"]
    errors = {}
    if address is not None and not login_names.same(address, email):
        errors["email"] = _ANOTHER_EMAIL
    if username and (problem := login_names.conflict(username, email)):
        errors["username"] = problem
    if password and (problem := passwords.find_new_password_error(password, (email,))):
        errors["password"] = problem
    if errors:
        raise InvalidFields(errors)


def _limits(mailbox: str, address: str) -> tuple[SubjectWindow, ...]:
    """Return the limits of a request for a sign-up link.

    A requester, known by their IP address, has a limit for each mailbox. A stranger who reaches it
    leaves the rest of the mailbox's own limit to its owner.

    Args:
        mailbox: the normalized mailbox of an address.
        address: the client's IP address.
    """
    limit = settings.current().reset_links_per_address
    network = limited_network(address)
    return (
        SIGN_UP_LINKS_PER_REQUESTER.for_subject(f"{network} {mailbox}"),
        *address_windows("sign-up link address", limit, address),
        SIGN_UP_LINKS_PER_MAILBOX.for_subject(mailbox),
    )
