"""Passkeys: the pages to add and manage them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.passkeys.relying_party import relying_party
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import NotFound
from chalicelib.platform.responses import Response
from chalicelib.sessions import authentication

if TYPE_CHECKING:
    from chalicelib.passkeys.schemas import PasskeyEndpoints

blueprint = Blueprint("passkeys")


@blueprint.endpoint(
    "GET", "/.well-known/passkey-endpoints", access=authentication.ANYONE, errors=(NotFound,)
)
def show_passkey_endpoints() -> Response[PasskeyEndpoints]:
    """Tell password managers where a person adds and manages passkeys (W3C passkey endpoints)."""
    page = f"{relying_party().url}/account#passkeys"
    return Response({"enroll": page, "manage": page})
