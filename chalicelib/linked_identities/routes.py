"""Endpoints that use the proof from a provider: to sign in, to sign up, and to link it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.accounts.confirmation_required import ConfirmationRequired
from chalicelib.identity.account import (
    EmailNotVerified,
    IdentityTaken,
    IncorrectSecondFactorCode,
    LastSignInMethod,
    SecondFactorRequired,
)
from chalicelib.linked_identities.errors import (
    AccountUnavailable,
    IdentityNotLinked,
    LinkedElsewhere,
    SignUpRequired,
)
from chalicelib.oidc.proof_expired import ProofExpired
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import ServiceUnavailable, TooManyAttempts
from chalicelib.platform.log import LogEvent
from chalicelib.platform.responses import MessageResponse, Response
from chalicelib.sessions import authentication, cookie

if TYPE_CHECKING:
    from chalicelib.linked_identities.bodies import AccountOfProof, OwnerProof, SecondFactorCode
    from chalicelib.linked_identities.linking import OwnIdentities
    from chalicelib.linked_identities.proofs import Proofs
    from chalicelib.linked_identities.schemas import Account, LinkedIdentities, ProvedIdentity
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import CurrentUser

blueprint = Blueprint("linked_identities")


def _proofs(request: Request) -> Proofs:
    # Imported here: signing in with a password, in the same function, does without.
    from chalicelib.linked_identities.proofs import browser_proofs

    return browser_proofs(cookie.read_oidc_proof_secret(request), request.received_at)


def _own(request: Request, current_user: CurrentUser) -> OwnIdentities:
    from chalicelib.linked_identities.linking import own_identities

    context = authentication.client_context(request)
    return own_identities(current_user, context, request.id, request.language)


@blueprint.endpoint(
    "GET",
    "/signin/proof",
    access=authentication.ANYONE,
    errors=(ProofExpired, ServiceUnavailable),
)
def show_proof(request: Request) -> Response[ProvedIdentity]:
    """Return who signed in at the provider that this browser came back from."""
    return Response(_proofs(request).shown())


@blueprint.endpoint(
    "POST",
    "/signin/proof",
    access=authentication.ANYONE,
    errors=(
        *(ProofExpired, SecondFactorRequired, IncorrectSecondFactorCode, AccountUnavailable),
        *(SignUpRequired, IdentityNotLinked, LinkedElsewhere),
        *(TooManyAttempts, ServiceUnavailable),
    ),
    sets_cookie=True,
    event=LogEvent.SIGNED_IN,
)
def sign_in_with_proof(request: Request, body: SecondFactorCode) -> Response[Account]:
    """Sign in as the person who signed in at the provider. A session in the request ends."""
    from chalicelib.linked_identities.sign_in import sign_in_by_proof

    context = authentication.client_context(request, shared_device=body.shared_device)
    new_session = sign_in_by_proof().sign_in(_proofs(request), body.code, context, request.id)
    return Response(new_session.account, cookie=cookie.cookies_after_oidc_sign_in(new_session))


@blueprint.endpoint(
    "POST",
    "/signup/proof",
    access=authentication.ANYONE,
    status=201,
    errors=(ProofExpired, IdentityTaken, LinkedElsewhere, TooManyAttempts, ServiceUnavailable),
    sets_cookie=True,
    event=LogEvent.SIGNED_UP,
)
def sign_up_with_proof(request: Request, body: AccountOfProof) -> Response[Account]:
    """Create an account without a password for that person, and sign in to it."""
    from chalicelib.linked_identities.sign_up import sign_up_by_proof

    context = authentication.client_context(request, shared_device=body.shared_device)
    service, proofs, language = sign_up_by_proof(), _proofs(request), request.language
    new_session = service.sign_up(proofs, body.values(), context, request.id, language)
    return Response(new_session.account, cookie=cookie.cookies_after_oidc_sign_in(new_session))


@blueprint.endpoint("GET", "/me/identities", access=authentication.SIGNED_IN)
def list_identities(request: Request, current_user: CurrentUser) -> Response[LinkedIdentities]:
    """List the linked identities of the account."""
    return Response(_own(request, current_user).all())


@blueprint.endpoint(
    "POST",
    "/me/identities",
    access=authentication.SIGNED_IN,
    errors=(
        *(ProofExpired, EmailNotVerified, LinkedElsewhere),
        *(ConfirmationRequired, TooManyAttempts),
    ),
    event=LogEvent.IDENTITY_LINKED,
)
def link_identity(
    request: Request, current_user: CurrentUser, body: OwnerProof
) -> Response[LinkedIdentities]:
    """Link the person who signed in at the provider to the account."""
    own, proofs = _own(request, current_user), _proofs(request)
    return Response(own.link(proofs, body))


@blueprint.endpoint(
    "POST",
    "/me/identities/{identity_id}/unlink",
    access=authentication.SIGNED_IN,
    errors=(LastSignInMethod, ConfirmationRequired, TooManyAttempts),
    event=LogEvent.IDENTITY_UNLINKED,
)
def unlink_identity(
    request: Request, current_user: CurrentUser, identity_id: str, body: OwnerProof
) -> MessageResponse:
    """Unlink an identity from the account, unless there is no other way to sign in."""
    _own(request, current_user).remove(identity_id, body)
    return MessageResponse("Removed")
