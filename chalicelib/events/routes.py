"""The events, and the SuperAdmin's say over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.events import event as events
from chalicelib.events.calendar import calendar
from chalicelib.platform.actions import Room
from chalicelib.platform.answers import Answer
from chalicelib.platform.errors import NotFound, StaleVersion, Unavailable
from chalicelib.sessions import guard

if TYPE_CHECKING:
    from chalicelib.events.models import Event, EventPage, Paging, PutEvent
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import Caller

room = Room("events")


@room.action("GET", "/events", who=guard.ANYONE, refusals=(Unavailable,))
def list_events(request: Request, query: Paging) -> Answer[EventPage]:
    """List the events, the latest first."""
    return Answer(calendar().listed(request.received_at, query.limit, query.cursor))


@room.action("GET", "/events/{event_id}", who=guard.ANYONE, refusals=(Unavailable,))
def show_event(request: Request, event_id: str) -> Answer[Event]:
    """Show one event."""
    return Answer(events.shown(calendar().get(event_id), request.received_at))


@room.action(
    "PUT",
    "/admin/events/{event_id}",
    who=guard.SUPER_ADMIN,
    refusals=(NotFound, StaleVersion),
    creates=True,
)
def put_event(request: Request, caller: Caller, body: PutEvent, event_id: str) -> Answer[Event]:
    """Make an event, or change it: then with the version that was read."""
    now, given = request.received_at, dict(body) | {"id": event_id, "version": 0}
    wanted = events.Event(**given)
    new = calendar().put(wanted, body.version, caller, request.identifier, now)
    return Answer(events.shown(calendar().get(event_id), now), new=new)
