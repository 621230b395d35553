"""Schemas of request bodies of events."""

from datetime import date, datetime
from typing import Annotated, Any

from chalicelib.events.event import TEXT_NAMES, EventTexts, MinimumAge
from chalicelib.events.schemas import (
    Capacity,
    CounterShards,
    EventDescription,
    EventLine,
    EventName,
    OfferHours,
    TimeZone,
)
from chalicelib.platform import zones
from chalicelib.platform.field_errors import FieldError, InvalidValue
from chalicelib.platform.fields import AfterValidator, Field, anchored
from chalicelib.platform.languages import Language
from chalicelib.platform.request_schema import BodySchema
from chalicelib.platform.value_readers import DATE, TIMESTAMP

__all__ = ["PutEvent"]


_INVALID_ZONE = FieldError(
    "invalid_time_zone", "Enter a time zone by its area and city, for example America/Chicago."
)


def _require_time_zone(name: str) -> str:
    if not zones.is_zone(name):
        raise InvalidValue(_INVALID_ZONE)
    return name


DateInput = Annotated[date, Field(json_schema_extra={"pattern": anchored(DATE)})]
TimestampInput = Annotated[datetime, Field(json_schema_extra={"pattern": anchored(TIMESTAMP)})]
TimeZoneInput = Annotated[TimeZone, AfterValidator(_require_time_zone)]


# Fields that keep their stored value if the client omits them.
_UNCHANGED_IF_OMITTED = ("time_zone", "offer_hours", "hidden", "counter_shards", "texts")
_LANGUAGE_TWICE = FieldError("duplicate_choice", "Give the texts of each language once.")


class PutEventTexts(BodySchema):
    """What people read about an event in one language."""

    language: Annotated[Language, Field(examples=["en"])]
    description: EventDescription = None
    pay: EventLine = None
    address: EventLine = None
    hours: EventLine = None
    contact: EventLine = None


def _require_languages_once(texts: list[PutEventTexts]) -> list[PutEventTexts]:
    if len({text.language for text in texts}) < len(texts):
        raise InvalidValue(_LANGUAGE_TWICE)
    return texts


class PutEvent(BodySchema):
    """An event to create or change; a change needs the `version` that the client read."""

    name: EventName
    starts_on: Annotated[DateInput, Field(examples=["2027-09-03"])]
    ends_on: Annotated[DateInput, Field(examples=["2027-09-19"])]
    time_zone: Annotated[
        TimeZoneInput | None,
        Field(description="If omitted, it stays unchanged; a new event gets the stage's default."),
    ] = None
    registration_opens_at: Annotated[TimestampInput, Field(examples=["2027-03-01T08:00:00Z"])]
    registration_closes_at: Annotated[TimestampInput, Field(examples=["2027-08-15T00:00:00Z"])]
    minimum_age: MinimumAge
    capacity: Capacity = None
    offer_hours: Annotated[
        OfferHours | None,
        Field(description="If omitted, it stays unchanged; a new event gets 48."),
    ] = None
    hidden: Annotated[
        bool | None,
        Field(
            description="If omitted, it stays unchanged; a new event is not hidden.",
            examples=[False],
        ),
    ] = None
    counter_shards: Annotated[
        CounterShards | None,
        Field(description="If omitted, it stays unchanged; a new event gets 1."),
    ] = None
    texts: Annotated[
        Annotated[
            list[PutEventTexts],
            Field(max_length=len(Language)),
            AfterValidator(_require_languages_once),
        ]
        | None,
        Field(description="If omitted, they stay unchanged; a new event has none."),
    ] = None
    version: Annotated[Annotated[int, Field(ge=1)] | None, Field(examples=[1])] = None

    def event_fields(self) -> dict[str, Any]:
        """Return the event's fields, without those that were left out and have a stored value."""
        left_out = {name for name in _UNCHANGED_IF_OMITTED if getattr(self, name) is None}
        values = self.values().items()
        fields = {name: value for name, value in values if name not in {"version", *left_out}}
        if self.texts is not None:
            texts = (EventTexts(**one.values()) for one in self.texts)
            fields["texts"] = tuple(
                t for t in texts if any(getattr(t, name) for name in TEXT_NAMES)
            )
        return fields
