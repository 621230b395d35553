"""Endpoints with which SuperAdmins manage API keys. None of them accepts one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.accounts.confirmation_required import ConfirmationRequired
from chalicelib.api_keys.management import TooManyApiKeys, api_key_management
from chalicelib.identity.role import Permission
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import TooManyAttempts
from chalicelib.platform.responses import MessageResponse, Response
from chalicelib.sessions import authentication

if TYPE_CHECKING:
    from chalicelib.api_keys.bodies import CreateApiKey
    from chalicelib.api_keys.schemas import ApiKeyList, NewApiKey
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import CurrentUser

blueprint = Blueprint("api_keys")

_STAFF = authentication.requires_permission(Permission.MANAGE_STAFF)


@blueprint.endpoint("GET", "/admin/api-keys", access=_STAFF)
def list_api_keys(request: Request, current_user: CurrentUser) -> Response[ApiKeyList]:
    """List the API keys of all SuperAdmins."""
    return Response({"items": api_key_management(current_user, request).all()})


@blueprint.endpoint(
    "POST",
    "/admin/api-keys",
    access=_STAFF,
    status=201,
    errors=(ConfirmationRequired, TooManyApiKeys, TooManyAttempts),
)
def create_api_key(
    request: Request, current_user: CurrentUser, body: CreateApiKey
) -> Response[NewApiKey]:
    """Create an API key, with which another system reads. Its token is shown once."""
    keys = api_key_management(current_user, request)
    new = keys.create(body.name, body.scopes, body.expires_in_days, body.confirmation)
    return Response(new)


@blueprint.endpoint("DELETE", "/admin/api-keys/{key_id}", access=_STAFF)
def revoke_api_key(request: Request, current_user: CurrentUser, key_id: str) -> MessageResponse:
    """Revoke an API key, from its next request on."""
    api_key_management(current_user, request).revoke(key_id)
    return MessageResponse("API key revoked")
