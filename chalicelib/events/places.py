"""The places of events: taken, offered, and waited for.

Every change of a registration's claim to a place goes through
:meth:`Places.move_writes`, in the transaction that changes the registration.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from chalicelib.events.place import Offer, PlaceCounts, PlaceState
from chalicelib.events.places_store import (
    OfferExists,
    PlacesChanged,
    PlacesStore,
    count_waiting_write,
)
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import NotFound
from chalicelib.platform.items import Read, Write

__all__ = ["OfferExists", "Places", "PlacesChanged", "places"]


class Places:
    """The places of one stage's events."""

    def __init__(self, store: PlacesStore) -> None:
        """Use a store."""
        self._store = store

    def counts(self, event_id: str) -> PlaceCounts:
        """Return an event's counters.

        Raises:
            NotFound: the event does not exist.
        """
        counts = self._store.read(event_id)
        if counts is None:
            raise NotFound
        return counts

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
            event_id: the event.
            counts_before: the counters as they were before.
            waitlisted: how many registrations wait without an offer.
            now: the time.

        Raises:
            PlacesChanged: a registration has joined or left the waiting list since it was read.
        """
        self._store.recount(event_id, counts_before, waitlisted, now)

    def count_waiting_write(self, event_id: str) -> Write:
        """Return the write that counts one more registration which has been waiting all along."""
        return count_waiting_write(event_id)

    def move_writes(
        self,
        event_id: str,
        user_id: str,
        states: tuple[PlaceState, PlaceState],
        offer: Offer | None,
        *,
        in_turn: bool = False,
        if_full: bool = False,
    ) -> list[Write]:
        """Return the writes that go along with a change of a registration.

        They raise PlacesChanged if the place or the offer isn't as it was read.

        Args:
            event_id: the event.
            user_id: the account that it belongs to.
            states: how it stands to the event's places before and after.
            offer: the offer that it had, as it was read; None for none.
            in_turn: whether a place that others wait for isn't free for this registration.
            if_full: whether it may join the waiting list only if no place is free for it.
        """
        before, after = states
        if before is after:
            return []
        counted = self._store.move_write(event_id, before, after, in_turn=in_turn, if_full=if_full)
        writes = [counted]
        if offer and before is PlaceState.OFFERED:
            writes.append(self._store.delete_offer_write(offer))
        elif before is PlaceState.WAITING:
            # No offer may have been made since: its place would stay held for no one.
            writes.append(self._store.no_offer_check(event_id, user_id))
        return writes

    def transfer_writes(
        self, event_id: str, user_id: str, to_user_id: str, offer: Offer | None
    ) -> list[Write]:
        """Return the writes that go along when a waiting registration gets another owner.

        No counter changes. They raise PlacesChanged if the offer isn't as it was read.

        Args:
            event_id: the event.
            user_id: whose registration it is.
            to_user_id: whose it will be.
            offer: the offer that it has, as it was read; None for none.
        """
        noted = self._store.waitlist_changed_write(event_id)
        if offer is None:
            # No offer may have been made since: its place would stay held for no one.
            return [noted, self._store.no_offer_check(event_id, user_id)]
        moved = replace(offer, user_id=to_user_id)
        return [noted, self._store.delete_offer_write(offer), self._store.put_offer_write(moved)]

    def reserve_place_writes(self, offer: Offer, before: PlaceState) -> list[Write]:
        """Return the writes that hold a free place for a registration.

        They raise OfferExists if it has an offer, and PlacesChanged if no place is free.

        Args:
            offer: the offer.
            before: what the registration counts as now.
        """
        counted = self._store.move_write(offer.event_id, before, PlaceState.OFFERED)
        return [self._store.put_offer_write(offer), counted]

    def delete_offer_writes(self, offer: Offer) -> list[Write]:
        """Return the writes that end an offer whose registration isn't waiting any more."""
        counted = self._store.move_write(offer.event_id, PlaceState.OFFERED, PlaceState.NONE)
        return [counted, self._store.delete_offer_write(offer)]


def places() -> Places:
    """Return the places of this process's stage."""
    return Places(PlacesStore(database()))
