"""Models of request bodies of events, which pydantic validates."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from chalicelib.events.event import MinimumAge
from chalicelib.events.schemas import MAX_CAPACITY, EventName, OfferHours, TimeZone
from chalicelib.platform import zones
from chalicelib.platform.bodies import WHOLE_NUMBER, RequestBody
from chalicelib.platform.field_errors import FieldError, InvalidValue
from chalicelib.platform.fields import anchored

__all__ = ["PutEvent"]


# The format is RFC 3339's (5.6). The years are limited, because a mistyped one could be outside of
# what dates are computed with.
_DATE = r"2[0-9]{3}-[0-9]{2}-[0-9]{2}"
_TIMESTAMP = _DATE + r"[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
_INVALID_DATE = FieldError("invalid_date", "Enter a date between 2000 and 2999.")
_INVALID_TIMESTAMP = FieldError("invalid_timestamp", "Enter a date and time between 2000 and 2999.")
_INVALID_ZONE = FieldError(
    "invalid_time_zone", "Enter a time zone by its area and city, for example America/Chicago."
)


def _require_date(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(_DATE, value):
        raise InvalidValue(_INVALID_DATE)
    return value


def _require_timestamp(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(_TIMESTAMP, value):
        raise InvalidValue(_INVALID_TIMESTAMP)
    return value


def _require_time_zone(name: str) -> str:
    if not zones.is_zone(name):
        raise InvalidValue(_INVALID_ZONE)
    return name


def _truncate_to_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


DateInput = Annotated[
    date,
    # Not strict, so that pydantic reads text, which the validator below limits to this format.
    Field(strict=False, json_schema_extra={"pattern": anchored(_DATE)}),
    BeforeValidator(_require_date),
]
TimestampInput = Annotated[
    AwareDatetime,
    Field(strict=False, json_schema_extra={"pattern": anchored(_TIMESTAMP)}),
    BeforeValidator(_require_timestamp),
    # As it is stored, so that a repeated request is recognized.
    AfterValidator(_truncate_to_second),
]
TimeZoneInput = Annotated[TimeZone, AfterValidator(_require_time_zone)]


# Fields that keep their stored value if the client omits them.
_UNCHANGED_IF_OMITTED = ("time_zone", "offer_hours", "hidden")


CapacityInput = Annotated[
    Annotated[int, Field(ge=0, le=MAX_CAPACITY), WHOLE_NUMBER] | None, Field(examples=[1200])
]


class PutEvent(RequestBody):
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
    capacity: CapacityInput = None
    offer_hours: Annotated[
        Annotated[OfferHours, WHOLE_NUMBER] | None,
        Field(description="If omitted, it stays unchanged; a new event gets 48."),
    ] = None
    hidden: Annotated[
        bool | None,
        Field(
            description="If omitted, it stays unchanged; a new event is not hidden.",
            examples=[False],
        ),
    ] = None
    version: Annotated[Annotated[int, Field(ge=1), WHOLE_NUMBER] | None, Field(examples=[1])] = None

    @property
    def values(self) -> dict[str, Any]:
        """The event's fields, without those that were left out and have a stored value."""
        left_out = {name for name in _UNCHANGED_IF_OMITTED if getattr(self, name) is None}
        return {name: value for name, value in self if name not in {"version", *left_out}}
