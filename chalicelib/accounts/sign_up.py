"""Sign-up: creates an account with its first session and email verification, all or nothing."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts import sign_up_ticket_store
from chalicelib.accounts.email_verification import email_verification
from chalicelib.accounts.sign_up_link import sign_up_links
from chalicelib.accounts.sign_up_ticket import SignUpTicket
from chalicelib.identity.account_repository import new_account
from chalicelib.platform import settings
from chalicelib.platform.languages import Language
from chalicelib.sessions.rate_limiter import (
    SubjectWindow,
    address_windows,
    rate_limiter_with_account_keys,
)
from chalicelib.sessions.service import session_service
from chalicelib.sessions.session import ClientContext, NewSession


def create_account(
    details: Mapping[str, Any],
    context: ClientContext,
    request_id: str,
    language: Language | None,
    passkey: SignUpTicket | None = None,
) -> NewSession:
    """Create an account, and sign its owner in.

    The function counts the attempt for the client's address first, even if it then fails.

    Args:
        details: username, password, email, its token if there is one, and names, as they have
            been checked; None for what the person left out.
        context: the client of the request.
        request_id: the request ID.
        language: the language of emails to the owner.
        passkey: the passkey of the owner; None without one.

    Raises:
        IdentityTaken: another account has the username or email.
        IncorrectPasskey: the passkey has been used for another account.
        InvalidFields: the password is known from a breach, or the token is not valid.
        TooManyAttempts: the limit of sign-ups from the address is reached.
        ServiceUnavailable: there is no key, or the breach check failed and the settings require it.
    """
    rate_limiter_with_account_keys().count_request_in_windows(
        sign_up_limits(context.address), context.received_at
    )
    about_session = {"email_token", "shared_device"}
    names = {name: value for name, value in details.items() if name not in about_session}
    if token := details["email_token"]:
        return sign_up_links().sign_up(token, names, context, request_id, language, passkey)
    account = new_account(**names, language=language, now=context.received_at)
    if passkey:
        account = passkey.owner(account)
    is_by_passkey = passkey is not None
    new_session = session_service().prepare_session(account, context, by_passkey=is_by_passkey)
    passkey_writes = sign_up_ticket_store.redeem_writes(passkey, context.received_at)
    writes = [*new_session.writes, *passkey_writes]
    email_verification().create_account(account, writes, context.received_at)
    return new_session


def sign_up_limits(address: str) -> tuple[SubjectWindow, ...]:
    """Return the limits of sign-ups from one address."""
    return address_windows("sign-up address", settings.current().sign_ups_per_address, address)
