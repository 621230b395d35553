"""Schemas of events."""

from datetime import date
from typing import Annotated

from chalicelib.events.event import MinimumAge
from chalicelib.events.place import MAX_SHARDS
from chalicelib.platform import lengths, zones
from chalicelib.platform.fields import Field, anchored
from chalicelib.platform.languages import Language
from chalicelib.platform.request_schema import Paging
from chalicelib.platform.response_schema import Identifier, ResponseSchema, Timestamp
from chalicelib.platform.text import BLANK_IS_ABSENT, MultiLine, SingleLine

__all__ = ["Event", "EventPage", "Paging"]

EventName = Annotated[
    SingleLine, Field(min_length=1, max_length=lengths.NAME, examples=["Harvest Fair 2027"])
]
MAX_CAPACITY = 1_000_000
Capacity = Annotated[Annotated[int, Field(ge=0, le=MAX_CAPACITY)] | None, Field(examples=[1200])]
# Two weeks at most: a place that's held is a place that no one has.
OfferHours = Annotated[
    int,
    Field(
        ge=1,
        le=336,
        description="How many hours a person on the waiting list has to accept an offered place.",
        examples=[48],
    ),
]
CounterShards = Annotated[
    int,
    Field(
        ge=1,
        le=MAX_SHARDS,
        description="How many counters share the event's places. Each counts about 50 submissions "
        "per second.",
        examples=[1],
    ),
]
Version = Annotated[int, Field(ge=1, examples=[1])]
TimeZone = Annotated[
    str,
    Field(
        max_length=zones.LONGEST,
        description="The IANA time zone in which dates and times are shown.",
        examples=["America/Chicago"],
        json_schema_extra={"pattern": anchored(zones.PATTERN)},
    ),
]
FirstDay = Annotated[date, Field(examples=["2027-09-03"])]
LastDay = Annotated[date, Field(examples=["2027-09-19"])]


# What people read about an event in one language.
EventLine = Annotated[
    Annotated[SingleLine, Field(min_length=1, max_length=lengths.LINE)] | None,
    BLANK_IS_ABSENT,
    Field(examples=["500 Elm Street, Suite 2, Breeze Lakes, MN 55379"]),
]
EventDescription = Annotated[
    Annotated[MultiLine, Field(min_length=1, max_length=lengths.PARAGRAPHS)] | None,
    BLANK_IS_ABSENT,
    Field(examples=["A fair with animals, rides, and food."]),
]


class EventTexts(ResponseSchema):
    """What people read about an event in one language."""

    language: Annotated[Language, Field(examples=["en"])]
    description: EventDescription
    pay: EventLine
    address: EventLine
    hours: EventLine
    contact: EventLine


class Event(ResponseSchema):
    """An event as the public sees it."""

    id: Identifier
    name: EventName
    starts_on: FirstDay
    ends_on: LastDay
    time_zone: TimeZone
    registration_opens_at: Timestamp
    registration_closes_at: Timestamp
    minimum_age: MinimumAge
    capacity: Capacity
    offer_hours: OfferHours
    hidden: Annotated[
        bool, Field(description="Whether the event is hidden from the public.", examples=[False])
    ]
    counter_shards: CounterShards
    is_open: Annotated[bool, Field(description="Whether registration is open.", examples=[True])]
    texts: Annotated[
        list[EventTexts],
        Field(description="What people read about the event, by language; may be empty."),
    ]
    version: Version


class EventPage(ResponseSchema):
    """A page of events, latest first."""

    items: list[Event]
    cursor: Annotated[
        str | None,
        Field(description="The start of the next page; null on the last page.", examples=[None]),
    ]
