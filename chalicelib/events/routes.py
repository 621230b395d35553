"""The events, as everyone may see them. Staff create them in the package ``staff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.events import event as events
from chalicelib.events.service import event_service
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.responses import Response
from chalicelib.sessions import authentication

if TYPE_CHECKING:
    from chalicelib.events.schemas import (
        Event,
        EventPage,
        Paging,
    )
    from chalicelib.platform.request import Request

blueprint = Blueprint("events")


@blueprint.endpoint("GET", "/events", access=authentication.ANYONE, errors=(ServiceUnavailable,))
def list_events(request: Request, query: Paging) -> Response[EventPage]:
    """List the events, latest first."""
    return Response(event_service().list_page(request.received_at, query.limit, query.cursor))


@blueprint.endpoint(
    "GET", "/events/{event_id}", access=authentication.ANYONE, errors=(ServiceUnavailable,)
)
def show_event(request: Request, event_id: str) -> Response[Event]:
    """Return an event."""
    return Response(events.to_view(event_service().public(event_id), request.received_at))
