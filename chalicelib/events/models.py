"""What is said of events on the wire."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from chalicelib.events.event import Age
from chalicelib.platform.models import WHOLE_NUMBER, Body, Identifier, Line, Moment, Paging, Wire

__all__ = ["Event", "EventPage", "Paging", "PutEvent"]

EventName = Annotated[Line, Field(min_length=1, max_length=100, examples=["Harvest Fair 2027"])]
Capacity = Annotated[
    Annotated[int, Field(ge=0, le=1_000_000), WHOLE_NUMBER] | None, Field(examples=[1200])
]
Version = Annotated[int, Field(ge=1, examples=[1])]
FirstDay = Annotated[date, Field(examples=["2027-09-03"])]
LastDay = Annotated[date, Field(examples=["2027-09-19"])]


class PutEvent(Body):
    """An event as a SuperAdmin wants it; `version` is the one they have read, if it is there."""

    name: EventName
    starts_on: FirstDay
    ends_on: LastDay
    registration_opens_at: Annotated[AwareDatetime, Field(examples=["2027-03-01T08:00:00Z"])]
    registration_closes_at: Annotated[AwareDatetime, Field(examples=["2027-08-15T00:00:00Z"])]
    minimum_age: Age
    capacity: Capacity = None
    version: Annotated[Annotated[int, Field(ge=1), WHOLE_NUMBER] | None, Field(examples=[1])] = None


class Event(Wire):
    """An event as everybody sees it."""

    id: Identifier
    name: EventName
    starts_on: FirstDay
    ends_on: LastDay
    registration_opens_at: Moment
    registration_closes_at: Moment
    minimum_age: Age
    capacity: Capacity
    is_open: Annotated[bool, Field(description="Whether one may register now.", examples=[True])]
    version: Version


class EventPage(Wire):
    """Some events, the latest first."""

    items: list[Event]
    cursor: Annotated[
        str | None,
        Field(description="Where the next page goes on; null after the last.", examples=[None]),
    ]
