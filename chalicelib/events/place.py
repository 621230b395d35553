"""An event's places: how many are taken, offered, and waited for.

A place is *taken* by a registration that has it, or *offered*: held for a registration on the
waiting list until its applicant accepts, declines, or misses the deadline. No other registration
can take an offered place.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

MAX_SHARDS = 64


class PlaceState(Enum):
    """Whether a registration holds a place; the value is its share of each counter.

    Each value is a triple: places in use, how many of these are offered, and people waiting.
    """

    NONE = (0, 0, 0)
    WAITLISTED = (0, 0, 1)
    OFFERED = (1, 1, 0)
    TAKEN = (1, 0, 0)


@dataclass(frozen=True, slots=True)
class ShardCounts:
    """The counters of one shard.

    Only sums over all shards of an event have a meaning. A registration may take a place from one
    shard and release it to another one, so the numbers of a shard can be negative.

    Attributes:
        number: 0 for the first shard.
        capacity: its share of the event's capacity; None for any number of places.
        in_use: the number of places that are taken or offered.
        offered: the number of places that are held for registrations on the waiting list.
        waitlisted: the number of registrations on the waiting list without an offer.
        waitlist_changed_at: the time at which ``waitlisted`` last changed; None for never.
    """

    number: int
    capacity: int | None
    in_use: int
    offered: int
    waitlisted: int
    waitlist_changed_at: datetime | None = None

    @property
    def free(self) -> int:
        """The number of free places; 1 without a capacity."""
        return 1 if self.capacity is None else self.capacity - self.in_use


@dataclass(frozen=True, slots=True)
class PlaceCounts:
    """The counters of one event.

    They are complete, or only those of the first shard: see ``is_complete``.

    Attributes:
        capacity: the number of places; None for any number.
        shards: the counters of the shards that were read, the first shard first.
        shard_count: the number of the event's shards.
        layout: incremented whenever the capacity is divided among the shards anew; None for an
            event that never had more than one shard.
        is_waitlist_only: whether each new registration joins the waiting list, so that requests
            needn't read all shards of a full event. Always False for an event with one shard.
        is_outdated: whether an earlier version of the service, which knows one shard, has changed
            the capacity.
        is_summarized: whether the counts of registrations include all of them. For an event of an
            earlier version, they do after ``python -m ops recount``.
        most_shards: the largest number of shards that the event has had: its counts of
            registrations are in that many.
        is_counted: whether ``waitlisted`` includes all registrations. For an event of an earlier
            version, it does after ``python -m ops migrate`` or a recount.
        recounted_at: the time at which ``waitlisted`` was last compared with the registrations;
            None for never.
    """

    capacity: int | None
    shards: tuple[ShardCounts, ...]
    is_counted: bool
    recounted_at: datetime | None = None
    shard_count: int = 1
    layout: int | None = None
    is_waitlist_only: bool = False
    is_outdated: bool = False
    is_summarized: bool = False
    most_shards: int = 1

    @property
    def is_complete(self) -> bool:
        """Whether all shards were read."""
        return len(self.shards) == self.shard_count

    @property
    def is_sharded(self) -> bool:
        """Whether the event has more than one shard."""
        return self.shard_count > 1

    @property
    def taken(self) -> int:
        """The number of registrations that have a place."""
        return sum(shard.in_use - shard.offered for shard in self.shards)

    @property
    def offered(self) -> int:
        """The number of places that are held for registrations on the waiting list."""
        return sum(shard.offered for shard in self.shards)

    @property
    def waitlisted(self) -> int:
        """The number of registrations on the waiting list without an offer."""
        return sum(shard.waitlisted for shard in self.shards)

    @property
    def waitlist_changed_at(self) -> datetime | None:
        """The time at which ``waitlisted`` last changed; None for never."""
        times = [shard.waitlist_changed_at for shard in self.shards if shard.waitlist_changed_at]
        return max(times, default=None)

    @property
    def waiting(self) -> int | None:
        """The number of registrations without an offer on the waiting list; None if uncounted."""
        return self.waitlisted if self.is_counted else None

    @property
    def free_shards(self) -> list[ShardCounts]:
        """The shards with a place that is neither taken nor offered."""
        return [shard for shard in self.shards if shard.free > 0]

    @property
    def has_free_place(self) -> bool:
        """Whether a place is neither taken nor offered."""
        return bool(self.free_shards)

    @property
    def has_registration_without_offer(self) -> bool:
        """Whether a registration on the waiting list has no offer yet."""
        return self.waitlisted > 0

    @property
    def has_waiting_list_or_offers(self) -> bool:
        """Whether a registration is, or may be, on the waiting list, with or without an offer."""
        return self.is_waitlist_only or self.waitlisted > 0 or self.offered > 0


def divide(capacity: int | None, shards: list[ShardCounts]) -> list[int | None]:
    """Divide a capacity among shards.

    Each shard gets the places that it has in use, and its part of the free places. If more places
    are in use than the capacity, the first shard lacks them, and gets the next ones that are freed.

    Returns:
        The share of each shard.
    """
    if capacity is None:
        return [None] * len(shards)
    free = capacity - sum(shard.in_use for shard in shards)
    if free < 0:
        return [shard.in_use + (0 if shard.number else free) for shard in shards]
    each, rest = divmod(free, len(shards))
    return [shard.in_use + each + (shard.number < rest) for shard in shards]


@dataclass(frozen=True, slots=True)
class ChosenShard:
    """The shard that a change of a registration counts in.

    Attributes:
        number: the shard's number.
        layout: the layout of the counters by which the shard was chosen.
        is_sharded: whether the event has more than one shard.
    """

    number: int
    layout: int | None
    is_sharded: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A place that is held for one registration on the waiting list.

    Attributes:
        event_id: the event ID.
        user_id: the account ID of the registration's owner.
        offered_at: the time at which the place was offered.
        expires_at: the deadline, from which on the offer can't be accepted.
    """

    event_id: str
    user_id: str
    offered_at: datetime
    expires_at: datetime

    @property
    def until(self) -> datetime:
        """The name of ``expires_at`` in the API."""
        return self.expires_at

    def is_open_at(self, now: datetime) -> bool:
        """Return whether the offer can still be accepted."""
        return now < self.expires_at
