"""The public page of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.event_page import rendering
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.responses import ScriptedHtmlResponse
from chalicelib.sessions import authentication

if TYPE_CHECKING:
    from chalicelib.platform.request import Request

blueprint = Blueprint("event_page")


@blueprint.endpoint(
    "GET", "/event/{event_id}", access=authentication.ANYONE, errors=(ServiceUnavailable,)
)
def show_event_page(request: Request, event_id: str) -> ScriptedHtmlResponse:
    """Show an event to everyone: dates, place, pay, and how to register."""
    html, status = rendering.render(event_id, request)
    return ScriptedHtmlResponse(html, status=status)
