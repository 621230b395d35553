"""The places of events: taken, offered, and waited for.

:meth:`PlaceService.status_change_writes` counts every change of a registration, in the
transaction that changes it.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial

from chalicelib.events import shards, shards_store
from chalicelib.events.event import Event
from chalicelib.events.place import ChosenShard, Offer, PlaceCounts, PlaceState
from chalicelib.events.places_store import (
    OfferExists,
    PlacesChanged,
    PlacesStore,
    count_waiting_write,
)
from chalicelib.platform.conflicts import retry_on_conflict
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import NotFound
from chalicelib.platform.items import Read, Write

__all__ = ["OfferExists", "PlaceService", "PlacesChanged", "place_service"]


class PlaceService:
    """The places of all events."""

    def __init__(self, store: PlacesStore) -> None:
        """Create the service."""
        self._store = store

    def counts(self, event_id: str) -> PlaceCounts:
        """Return an event's counters, from all of its shards.

        Raises:
            NotFound: the event does not exist.
        """
        counts = self._store.read(event_id)
        if counts is None:
            raise NotFound
        return counts

    def read_remaining_shards(self, event_id: str, counts: PlaceCounts) -> PlaceCounts:
        """Return counters with those of the other shards, read in one round trip."""
        return self._store.read_remaining_shards(event_id, counts)

    def choose_shard_for_submission(
        self, event_id: str, counts: PlaceCounts, *, in_turn: bool
    ) -> ChosenShard | None:
        """Return the shard from which a new registration takes a place; None if it has to wait.

        Without a check of the other shards, it chooses any of them. If that shard turns out to be
        full, the caller decides again by the counters of all shards.

        Args:
            event_id: the event ID.
            counts: the counters; only the first shard's, or complete.
            in_turn: whether a place for which others wait doesn't count as free.

        Raises:
            PlacesChanged: the counters have changed since they were read.
        """
        if in_turn and counts.is_waitlist_only:
            return None
        if not counts.is_complete:
            if not counts.is_waitlist_only:
                return shards.choose_any_shard(counts)
            counts = self.read_remaining_shards(event_id, counts)
        free = (
            None
            if in_turn and counts.has_registration_without_offer
            else shards.choose_free_shard(counts)
        )
        if free is None and counts.is_sharded and not counts.is_waitlist_only:
            self._store.set_waitlist_only(event_id, counts, waitlist_only=True)
        return free

    def choose_free_shard(self, event_id: str, counts: PlaceCounts) -> ChosenShard | None:
        """Return a shard with a free place for a registration that staff choose; None if full."""
        return shards.choose_free_shard(self.read_remaining_shards(event_id, counts))

    def is_waitlist_only(self, event_id: str) -> bool:
        """Return whether each new registration joins the waiting list, as was just stored."""
        counts = self._store.read_first(event_id)
        return counts is not None and counts.is_waitlist_only

    def try_to_end_waitlist_only(self, event_id: str) -> bool:
        """Let new registrations take places again if some are free, and no registration waits.

        Another registration may join the waiting list at the same time. Its request afterwards
        reads whether the event is still waitlist-only, and this function afterwards reads whether a
        registration waits. So at least one of the two offers the free place.

        Returns:
            Whether a registration waits for a free place.
        """
        with suppress(PlacesChanged):
            counts = self.counts(event_id)
            if (
                counts.is_waitlist_only
                and counts.has_free_place
                and not counts.has_registration_without_offer
            ):
                self._store.set_waitlist_only(event_id, counts, waitlist_only=False)
                counts = self.counts(event_id)
            if counts.has_free_place and counts.has_registration_without_offer:
                if not counts.is_waitlist_only:
                    self._store.set_waitlist_only(event_id, counts, waitlist_only=True)
                return True
        return False

    def rebalance_if_outdated(self, event: Event, counts: PlaceCounts) -> PlaceCounts:
        """Return counters by which changes can be decided.

        An earlier version of the service, which knows one shard, may have changed the capacity of
        the first one. Then this function divides the capacity among the shards anew.

        Raises:
            ServiceUnavailable: each attempt conflicted with another request.
        """
        if not counts.is_outdated:
            return counts

        def divide(counts: PlaceCounts) -> None:
            if counts.is_outdated:
                counts = self._store.read_remaining_shards(event.id, counts)
                shard_count = counts.shard_count
                writes = shards_store.divide_writes(event.id, counts, event.capacity, shard_count)
                self._store.transact(list(writes))

        read_again = partial(self.counts, event.id)
        retry_on_conflict(counts, divide, read_again, PlacesChanged, resource="an event's places")
        return self.counts(event.id)

    def counts_read(self, event_id: str) -> Read[PlaceCounts]:
        """Return the read of an event's counters, to combine it with other reads."""
        return self._store.counts_read(event_id)

    def offer_read(self, event_id: str, user_id: str) -> Read[Offer]:
        """Return the read of the offer to a registration, to combine it with other reads."""
        return self._store.offer_read(event_id, user_id)

    def offers(self, event_id: str) -> list[Offer]:
        """Return an event's offers, the earliest deadline first."""
        return [offer for offer in self._store.offers() if offer.event_id == event_id]

    def expired_offers(self, now: datetime) -> Iterable[Offer]:
        """Return the offers of all events whose deadline has passed, the earliest first."""
        return self._store.offers(due_at=now)

    def recount(
        self, event_id: str, counts_before: PlaceCounts, waitlisted: int, now: datetime
    ) -> None:
        """Write the length of the waiting list, unless it has changed since the counters were read.

        Args:
            event_id: the event ID.
            counts_before: the counters as they were read before the registrations.
            waitlisted: the number of registrations that wait without an offer.
            now: the current time.

        Raises:
            PlacesChanged: a registration has joined or left the waiting list since it was read.
        """
        self._store.recount(event_id, counts_before, waitlisted, now)

    def count_waiting_write(self, event_id: str) -> Write:
        """Return the write that counts a registration that was on the waiting list uncounted."""
        return count_waiting_write(event_id)

    def status_change_writes(
        self,
        event_id: str,
        user_id: str,
        states: tuple[PlaceState, PlaceState],
        offer: Offer | None,
        shard: ChosenShard | None = None,
        *,
        in_turn: bool = False,
        if_full: bool = False,
    ) -> list[Write]:
        """Return the writes of counters and offers for a change of a registration.

        They raise PlacesChanged if the counters or the offer have changed since they were read.

        Args:
            event_id: the event ID.
            user_id: the account ID of the registration's owner.
            states: the place state of the registration before and after the change.
            offer: the offer to the registration as it was read; None without an offer.
            shard: the shard that gives a place to the registration, or that counts a submission.
                Other changes count in the first shard.
            in_turn: whether a place for which others wait doesn't count as free.
            if_full: whether the registration may join the waiting list only if no place is free.
        """
        before, after = states
        if before is after:
            return []
        count_write = self._store.count_change_write(
            event_id, before, after, shard, in_turn=in_turn, if_full=if_full
        )
        writes = [count_write]
        if offer and before is PlaceState.OFFERED:
            writes.append(self._store.delete_offer_write(offer))
        elif before is PlaceState.WAITLISTED:
            # Without this check, the place of an offer that was made since would stay held.
            writes.append(self._store.require_no_offer_write(event_id, user_id))
        return writes

    def transfer_writes(
        self, event_id: str, user_id: str, to_user_id: str, offer: Offer | None
    ) -> list[Write]:
        """Return the writes for a transfer of a waiting registration to another account.

        The counters stay as they are. The writes raise PlacesChanged if the offer has changed since
        it was read.

        Args:
            event_id: the event ID.
            user_id: the account ID of the current owner.
            to_user_id: the account ID of the new owner.
            offer: the offer to the registration as it was read; None without an offer.
        """
        writes = [self._store.waitlist_changed_write(event_id)]
        if offer is None:
            # Without this check, the place of an offer that was made since would stay held.
            return [*writes, self._store.require_no_offer_write(event_id, user_id)]
        transferred = replace(offer, user_id=to_user_id)
        writes.append(self._store.delete_offer_write(offer))
        return [*writes, self._store.put_offer_write(transferred)]

    def reserve_place_writes(
        self, offer: Offer, before: PlaceState, shard: ChosenShard | None = None
    ) -> list[Write]:
        """Return the writes that hold a free place for a registration.

        They raise OfferExists if it has an offer, and PlacesChanged if no place is free.

        Args:
            offer: the offer.
            before: the current place state of the registration.
            shard: the shard that gives the place; None for the first one.
        """
        count_write = self._store.count_change_write(
            offer.event_id, before, PlaceState.OFFERED, shard
        )
        return [self._store.put_offer_write(offer), count_write]

    def delete_offer_writes(self, offer: Offer) -> list[Write]:
        """Return the writes that end an offer whose registration no longer waits."""
        count_write = self._store.count_change_write(
            offer.event_id, PlaceState.OFFERED, PlaceState.NONE
        )
        return [count_write, self._store.delete_offer_write(offer)]


def place_service() -> PlaceService:
    """Return the places of the stage of this process."""
    return PlaceService(PlacesStore(database()))
