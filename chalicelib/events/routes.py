"""The events, as everyone may see them. Staff create them in the package ``staff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.events import event as events
from chalicelib.events.calendar import calendar
from chalicelib.platform.actions import Room
from chalicelib.platform.answers import Answer
from chalicelib.platform.errors import Unavailable
from chalicelib.sessions import guard

if TYPE_CHECKING:
    from chalicelib.events.schemas import Event, EventPage, Paging
    from chalicelib.platform.request import Request

room = Room("events")


@room.action("GET", "/events", who=guard.ANYONE, refusals=(Unavailable,))
def list_events(request: Request, query: Paging) -> Answer[EventPage]:
    """List the events, latest first."""
    return Answer(calendar().listed(request.received_at, query.limit, query.cursor))


@room.action("GET", "/events/{event_id}", who=guard.ANYONE, refusals=(Unavailable,))
def show_event(request: Request, event_id: str) -> Answer[Event]:
    """Return an event."""
    return Answer(events.shown(calendar().public(event_id), request.received_at))
