"""An event of one season, with its dates and its registration window."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from chalicelib.platform import zones
from chalicelib.platform.field_errors import FieldError
from chalicelib.platform.languages import Language

# The time zone of an event that was stored before events had one.
LEGACY_TIME_ZONE = "America/Chicago"
# The default time to accept an offer of a place.
DEFAULT_OFFER_HOURS = 48


class MinimumAge(StrEnum):
    """The minimum age on an event's first day, lowest first."""

    NONE = "UnderSixteen"
    SIXTEEN = "SixteenPlus"
    EIGHTEEN = "EighteenPlus"
    TWENTYONE = "TwentyonePlus"

    @property
    def years(self) -> int:
        """The age in years."""
        return _YEARS[self]


@dataclass(frozen=True, slots=True)
class EventTexts:
    """What people read about an event in one language. Each text may be missing.

    Attributes:
        language: the language's tag.
        description: what the event is, and whom it looks for; may have several lines.
        pay: what the work pays.
        address: where the office is.
        hours: when the office is open.
        contact: how to reach the office.
    """

    language: Language
    description: str | None = None
    pay: str | None = None
    address: str | None = None
    hours: str | None = None
    contact: str | None = None


_YEARS = dict(zip(MinimumAge, (0, 16, 18, 21), strict=True))


TEXT_NAMES = ("description", "pay", "address", "hours", "contact")


@dataclass(frozen=True)
class Event:
    """One version of an event's record.

    Attributes:
        id: chosen by a SuperAdmin.
        name: for people.
        starts_on: its first day.
        ends_on: its last day.
        time_zone: the IANA name of the zone in which its dates and times are shown.
        registration_opens_at: when registration opens.
        registration_closes_at: when registration closes.
        minimum_age: the minimum age of an applicant on the first day.
        capacity: the number of places; None for no limit.
        version: incremented by every change.
        offer_hours: how many hours a place that becomes free is held for the person who is offered
            it.
        hidden: whether the public can't see it. Staff see it, and so do applicants who
            have a registration for it.
        counter_shards: the number of shards that count its places: see shards.py.
        texts: at most one of each language.
    """

    id: str
    name: str
    starts_on: date
    ends_on: date
    time_zone: str
    registration_opens_at: datetime
    registration_closes_at: datetime
    minimum_age: MinimumAge
    capacity: int | None
    version: int
    offer_hours: int = field(default=DEFAULT_OFFER_HOURS, kw_only=True)
    hidden: bool = field(default=False, kw_only=True)
    counter_shards: int = field(default=1, kw_only=True)
    texts: tuple[EventTexts, ...] = field(default=(), kw_only=True)

    def texts_in(self, language: Language) -> EventTexts:
        """Return the event's texts for a reader: those of another language where theirs lack one.

        Args:
            language: the reader's.
        """
        own = [one for one in self.texts if one.language is language]
        ordered = [*own, *(one for one in self.texts if one.language is not language)]
        found = {
            name: next(filter(None, (getattr(one, name) for one in ordered)), None)
            for name in TEXT_NAMES
        }
        return EventTexts(language, **found)

    def is_open_at(self, moment: datetime) -> bool:
        """Return whether the registration window is open: its opening included, its closing not."""
        return self.registration_opens_at <= moment < self.registration_closes_at

    def offer_deadline(self, moment: datetime) -> datetime | None:
        """Return the deadline of an offer that is made at a given time.

        Registration may be closed by then: those on the waiting list are registered already. But no
        offer outlives the event's first day: from then on staff fill places by hand.

        Returns:
            The deadline; None once the first day is over.
        """
        offers_end = _end_of(self.starts_on, self.time_zone)
        if moment >= offers_end:
            return None
        return min(moment + timedelta(hours=self.offer_hours), offers_end)

    def date_at(self, moment: datetime) -> date:
        """Return the date at a given time, in the event's time zone."""
        return moment.astimezone(zones.zone(self.time_zone)).date()

    def is_over_at(self, moment: datetime) -> bool:
        """Return whether the event's last day is over, in its time zone."""
        return _end_of(self.ends_on, self.time_zone) <= moment


@dataclass(frozen=True)
class EventView(Event):
    """An event as the API returns it at a given time."""

    is_open: bool


def to_view(event: Event, moment: datetime) -> EventView:
    """Return an event as the API returns it at a given time."""
    return EventView(**vars(event), is_open=event.is_open_at(moment))


_ENDS_BEFORE_START = FieldError(
    "ends_before_start", "The last day must be the same as or after the first day."
)
_CLOSES_BEFORE_OPENING = FieldError(
    "closes_before_opening", "Registration must close after it opens."
)
_CLOSES_AFTER_END = FieldError("closes_after_end", "Registration must close before the event ends.")
_OPENS_AFTER_END = FieldError("opens_after_end", "Registration must open before the event ends.")


def find_date_errors(event: Event) -> dict[str, FieldError]:
    """Return the error of each invalid date of an event, by field."""
    errors = {}
    over_at = _end_of(event.ends_on, event.time_zone)
    if event.ends_on < event.starts_on:
        errors["endsOn"] = _ENDS_BEFORE_START
    if event.registration_closes_at <= event.registration_opens_at:
        errors["registrationClosesAt"] = _CLOSES_BEFORE_OPENING
    elif event.registration_closes_at > over_at:
        errors["registrationClosesAt"] = _CLOSES_AFTER_END
    if event.registration_opens_at >= over_at:
        errors["registrationOpensAt"] = _OPENS_AFTER_END
    return errors


def _end_of(day: date, time_zone: str) -> datetime:
    """Return when a day ends in a time zone, in UTC.

    Python compares two datetimes of one zone by their local times, which may go back.
    """
    day_after = datetime.combine(day + timedelta(days=1), time())
    return day_after.replace(tzinfo=zones.zone(time_zone)).astimezone(UTC)
