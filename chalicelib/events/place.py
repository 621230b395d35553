"""An event's places: how many are taken, offered, and waited for.

A place is *taken* by a registration that has it, or *offered*: held for a registration on the
waiting list until its applicant accepts, declines, or misses the deadline. No other registration
can take an offered place.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class PlaceState(Enum):
    """Whether a registration holds a place; the value is its share of each counter.

    Each value is a triple: places in use, how many of these are offered, and people waiting.
    """

    NONE = (0, 0, 0)
    WAITING = (0, 0, 1)
    OFFERED = (1, 1, 0)
    TAKEN = (1, 0, 0)


@dataclass(frozen=True, slots=True)
class PlaceCounts:
    """The counters of one event.

    Attributes:
        capacity: the number of places; None for any number.
        taken: the number of registrations that have a place.
        offered: the number of places that are held for registrations on the waiting list.
        waitlisted: the number of registrations on the waiting list without an offer.
        is_counted: whether ``waitlisted`` includes all registrations. For an event of an earlier
            version, it does after ``python -m ops migrate`` or a recount.
        waitlist_changed_at: the time at which ``waitlisted`` last changed; None for never.
        recounted_at: the time at which ``waitlisted`` was last compared with the registrations;
            None for never.
    """

    capacity: int | None
    taken: int
    offered: int
    waitlisted: int
    is_counted: bool
    waitlist_changed_at: datetime | None = None
    recounted_at: datetime | None = None

    @property
    def waiting(self) -> int | None:
        """The number of registrations without an offer on the waiting list; None if uncounted."""
        return self.waitlisted if self.is_counted else None

    @property
    def has_free(self) -> bool:
        """Whether a place is neither taken nor offered."""
        return self.capacity is None or self.taken + self.offered < self.capacity

    @property
    def has_unoffered_waiting(self) -> bool:
        """Whether a registration on the waiting list has no offer yet."""
        return self.waitlisted > 0

    @property
    def is_in_demand(self) -> bool:
        """Whether a registration is on the waiting list, with or without an offer."""
        return self.waitlisted > 0 or self.offered > 0


@dataclass(frozen=True, slots=True)
class Offer:
    """A place that is held for one registration on the waiting list.

    Attributes:
        event_id: the event ID.
        user_id: the account ID of the registration's owner.
        offered_at: the time at which the place was offered.
        until: the deadline, from which on the offer can't be accepted.
    """

    event_id: str
    user_id: str
    offered_at: datetime
    until: datetime

    def is_open_at(self, now: datetime) -> bool:
        """Return whether the offer can still be accepted."""
        return now < self.until
