"""Endpoints of passkeys: shown at sign-in, created at sign-up, and managed by their owner.

`POST /signin/passkey` and `POST /signup/passkey`, which start a session, are endpoints of the
package `accounts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.accounts.confirmation_required import ConfirmationRequired
from chalicelib.identity.account import (
    AccountBeingErased,
    EmailNotVerified,
    IdentityTaken,
    IncorrectPasskey,
    LastSignInMethod,
)
from chalicelib.passkeys import options
from chalicelib.passkeys.own_passkeys import own_passkeys
from chalicelib.passkeys.passkey import PasskeyExists, TooManyPasskeys
from chalicelib.passkeys.relying_party import relying_party
from chalicelib.passkeys.sign_in import passkey_sign_in
from chalicelib.passkeys.sign_up import passkey_sign_up
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import NotFound, ServiceUnavailable, TooManyAttempts
from chalicelib.platform.log import LogEvent
from chalicelib.platform.responses import MessageResponse, Response
from chalicelib.sessions import authentication, cookie

if TYPE_CHECKING:
    from chalicelib.passkeys.bodies import (
        Confirmed,
        FirstPasskey,
        NewcomerNames,
        NewPasskey,
        ShownPasskey,
    )
    from chalicelib.passkeys.schemas import (
        CreationOptions,
        Passkey,
        PasskeyEndpoints,
        PasskeyList,
        RelatedOrigins,
        RequestOptions,
    )
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import CurrentUser

blueprint = Blueprint("passkeys")


@blueprint.endpoint(
    "GET", "/.well-known/passkey-endpoints", access=authentication.ANYONE, errors=(NotFound,)
)
def show_passkey_endpoints() -> Response[PasskeyEndpoints]:
    """Tell password managers where a person adds and manages passkeys (W3C passkey endpoints)."""
    page = f"{relying_party().url}/account#passkeys"
    return Response({"enroll": page, "manage": page})


@blueprint.endpoint(
    "GET", "/.well-known/webauthn", access=authentication.ANYONE, errors=(NotFound,)
)
def show_related_origins() -> Response[RelatedOrigins]:
    """Tell browsers which origins may use the domain's passkeys (WebAuthn Level 3, 5.11)."""
    return Response({"origins": sorted(relying_party().origins)})


@blueprint.endpoint(
    "POST",
    "/signin/passkey/options",
    access=authentication.ANYONE,
    errors=(NotFound, ServiceUnavailable),
    sets_cookie=True,
)
def begin_passkey_sign_in(request: Request) -> Response[RequestOptions]:
    """Get a challenge to sign in with a passkey, valid in this browser for ten minutes."""
    challenge = passkey_sign_in().challenge(request.received_at)
    body = options.for_request(relying_party().id, challenge.text)
    return Response(body, cookie=cookie.passkey_cookie(challenge.browser_secret))


@blueprint.endpoint(
    "POST",
    "/signin/passkey/verification",
    access=authentication.ANYONE,
    errors=(NotFound, IncorrectPasskey, TooManyAttempts, ServiceUnavailable),
)
def verify_passkey(request: Request, body: ShownPasskey) -> MessageResponse:
    """Verify a passkey. `POST /signin/passkey` then signs in, within a minute."""
    secret = cookie.read_passkey_browser_secret(request)
    passkey_sign_in().verify(body, secret, request.address, request.received_at)
    return MessageResponse("The passkey is valid.")


@blueprint.endpoint(
    "POST",
    "/signup/passkey/options",
    access=authentication.ANYONE,
    errors=(NotFound, IdentityTaken, TooManyAttempts, ServiceUnavailable),
    sets_cookie=True,
)
def begin_passkey_sign_up(request: Request, body: NewcomerNames) -> Response[CreationOptions]:
    """Get what a browser needs to create a passkey for a new account, within ten minutes."""
    found, challenge = passkey_sign_up().begin(
        body.username, body.email, request.address, request.received_at
    )
    cookies = cookie.passkey_cookie(challenge.browser_secret)
    return Response(options.for_creation(found), cookie=cookies)


@blueprint.endpoint(
    "POST",
    "/signup/passkey/verification",
    access=authentication.ANYONE,
    errors=(NotFound, IncorrectPasskey, TooManyAttempts, ServiceUnavailable),
)
def verify_first_passkey(request: Request, body: FirstPasskey) -> MessageResponse:
    """Verify the passkey of a new account. `POST /signup/passkey` then creates it."""
    secret = cookie.read_passkey_browser_secret(request)
    passkey_sign_up().verify(body, secret, request.address, request.received_at)
    return MessageResponse("The passkey is valid.")


@blueprint.endpoint(
    "GET",
    "/me/passkeys",
    access=authentication.SIGNED_IN_SECOND_FACTOR_OPTIONAL,
    errors=(NotFound,),
)
def list_passkeys(request: Request, current_user: CurrentUser) -> Response[PasskeyList]:
    """List the account's passkeys."""
    return Response({"items": own_passkeys(current_user, request).all()})


@blueprint.endpoint(
    "POST",
    "/me/passkeys/options",
    access=authentication.SIGNED_IN_SECOND_FACTOR_OPTIONAL,
    errors=(NotFound, ConfirmationRequired, EmailNotVerified, TooManyPasskeys),
)
def begin_passkey(
    request: Request, current_user: CurrentUser, body: Confirmed
) -> Response[CreationOptions]:
    """Get what a browser needs to create a passkey."""
    found = own_passkeys(current_user, request).creation_options(body.confirmation)
    return Response(options.for_creation(found))


@blueprint.endpoint(
    "POST",
    "/me/passkeys",
    access=authentication.SIGNED_IN_SECOND_FACTOR_OPTIONAL,
    status=201,
    errors=(
        *(NotFound, ConfirmationRequired, EmailNotVerified, TooManyPasskeys),
        *(PasskeyExists, AccountBeingErased),
    ),
    event=LogEvent.PASSKEY_ADDED,
)
def add_passkey(request: Request, current_user: CurrentUser, body: NewPasskey) -> Response[Passkey]:
    """Add the passkey that a browser has created. The owner gets an email."""
    return Response(own_passkeys(current_user, request).add(body))


@blueprint.endpoint(
    "POST",
    "/me/passkeys/{passkey_id}/remove",
    access=authentication.SIGNED_IN_SECOND_FACTOR_OPTIONAL,
    errors=(NotFound, ConfirmationRequired, LastSignInMethod),
    event=LogEvent.PASSKEY_REMOVED,
)
def remove_passkey(
    request: Request, current_user: CurrentUser, passkey_id: str, body: Confirmed
) -> MessageResponse:
    """Remove a passkey, unless there is no other way to sign in. The owner gets an email."""
    own_passkeys(current_user, request).remove(passkey_id, body.confirmation)
    return MessageResponse("Passkey removed")
