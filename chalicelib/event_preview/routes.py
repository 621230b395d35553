"""The preview of an event's public page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.event_page import rendering
from chalicelib.identity.role import Permission
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import NotFound
from chalicelib.platform.responses import ScriptedHtmlResponse
from chalicelib.sessions import authentication

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import CurrentUser

blueprint = Blueprint("event_preview")


@blueprint.endpoint(
    "GET",
    "/admin/events/{event_id}/preview",
    access=authentication.requires_permission(Permission.MANAGE_REGISTRATIONS),
    errors=(NotFound,),
)
def preview_event_page(
    request: Request,
    current_user: CurrentUser,  # noqa: ARG001 (staff only)
    event_id: str,
) -> ScriptedHtmlResponse:
    """Show the public page of an event to staff, even if the event is hidden."""
    return ScriptedHtmlResponse(rendering.preview(event_id, request))
