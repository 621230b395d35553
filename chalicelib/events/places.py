"""The places of events: taken, offered, and waited for.

:meth:`Places.move_writes` counts every change of a registration, in the transaction that changes
it.
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

__all__ = ["OfferExists", "Places", "PlacesChanged", "places_service"]


class Places:
    """The places of all events."""

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
        """Return the writes of counters and offers for a change of a registration.

        They raise PlacesChanged if the counters or the offer have changed since they were read.

        Args:
            event_id: the event ID.
            user_id: the account ID of the registration's owner.
            states: the place state of the registration before and after the change.
            offer: the offer to the registration as it was read; None without an offer.
            in_turn: whether a place for which others wait doesn't count as free.
            if_full: whether the registration may join the waiting list only if no place is free.
        """
        before, after = states
        if before is after:
            return []
        writes = [self._store.move_write(event_id, before, after, in_turn=in_turn, if_full=if_full)]
        if offer and before is PlaceState.OFFERED:
            writes.append(self._store.delete_offer_write(offer))
        elif before is PlaceState.WAITING:
            # Without this check, the place of an offer that was made since would stay held.
            writes.append(self._store.no_offer_check(event_id, user_id))
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
            return [*writes, self._store.no_offer_check(event_id, user_id)]
        transferred = replace(offer, user_id=to_user_id)
        writes.append(self._store.delete_offer_write(offer))
        return [*writes, self._store.put_offer_write(transferred)]

    def reserve_place_writes(self, offer: Offer, before: PlaceState) -> list[Write]:
        """Return the writes that hold a free place for a registration.

        They raise OfferExists if it has an offer, and PlacesChanged if no place is free.

        Args:
            offer: the offer.
            before: the current place state of the registration.
        """
        count_write = self._store.move_write(offer.event_id, before, PlaceState.OFFERED)
        return [self._store.put_offer_write(offer), count_write]

    def delete_offer_writes(self, offer: Offer) -> list[Write]:
        """Return the writes that end an offer whose registration no longer waits."""
        count_write = self._store.move_write(offer.event_id, PlaceState.OFFERED, PlaceState.NONE)
        return [count_write, self._store.delete_offer_write(offer)]


def places_service() -> Places:
    """Return the places of the stage of this process."""
    return Places(PlacesStore(database()))
