"""Sign-up with a passkey that the function ``passkeys`` has verified, without a password."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts import sign_up_ticket_store
from chalicelib.accounts.sign_up import create_account
from chalicelib.accounts.sign_up_ticket import SignUpTicket
from chalicelib.identity.account import IncorrectPasskey
from chalicelib.identity.store import AccountExists
from chalicelib.platform import log
from chalicelib.platform.dynamodb import database
from chalicelib.platform.languages import Language
from chalicelib.sessions.session import ClientContext, FirstFactor, NewSession


def create_account_with_passkey(
    browser_secret: str | None,
    details: Mapping[str, Any],
    context: ClientContext,
    request_id: str,
    language: Language | None,
) -> NewSession:
    """Create an account with the passkey that this browser has created, and sign its owner in.

    The ticket is used up in the transaction that creates the account. So a person whose username
    was taken in the meantime sends another one, without another passkey.

    Args:
        browser_secret: the secret in the browser's cookie; None without one.
        details: as for :func:`chalicelib.accounts.sign_up.create_account`, without a password.
        context: the client of the request.
        request_id: the request ID.
        language: the language of emails to the owner.

    Raises:
        IncorrectPasskey: no ticket is valid in this browser, or it was used.
        IdentityTaken: another account has the username or email.
        InvalidFields: the token isn't valid.
        TooManyAttempts: the limit of sign-ups from the address is reached.
        ServiceUnavailable: there is no key.
    """
    ticket = _valid_ticket(browser_secret, context)
    try:
        without_password = {**details, "password": None}  # nosec B105 # no password
        new_session = create_account(without_password, context, request_id, language, ticket)
    except AccountExists:
        # The ticket has created it, with another username.
        raise IncorrectPasskey from None
    log.bind_factors(FirstFactor.PASSKEY)
    return new_session


def _valid_ticket(browser_secret: str | None, context: ClientContext) -> SignUpTicket:
    if browser_secret is None:
        raise IncorrectPasskey
    ticket = database().get(sign_up_ticket_store.read(browser_secret))
    if ticket is None or ticket.expires_at <= context.received_at:
        raise IncorrectPasskey
    return ticket
