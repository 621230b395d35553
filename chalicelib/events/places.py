"""Places: who has one, who is offered one, and who waits.

All that changes how a registration stands to its event's places goes through
:meth:`Places.moving`, in the transaction that changes the registration.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from chalicelib.events.place import Offer, PlaceCounts, Standing
from chalicelib.events.places_store import OfferExists, PlacesChanged, PlacesStore, counting_in
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
            NotFound: there is no such event.
        """
        counts = self._store.read(event_id)
        if counts is None:
            raise NotFound
        return counts

    def reading(self, event_id: str) -> Read[PlaceCounts]:
        """Return how an event's counters are read together with something else."""
        return self._store.reading(event_id)

    def reading_offer(self, event_id: str, user_id: str) -> Read[Offer]:
        """Return how the offer to a registration is read together with something else."""
        return self._store.reading_offer(event_id, user_id)

    def offers(self, event_id: str) -> list[Offer]:
        """Return an event's offers, the earliest deadline first."""
        return [offer for offer in self._store.offers() if offer.event_id == event_id]

    def due(self, now: datetime) -> Iterable[Offer]:
        """Return the offers of all events whose deadline has passed, the earliest first."""
        return self._store.offers(due_at=now)

    def recount(self, event_id: str, read: PlaceCounts, in_line: int, now: datetime) -> None:
        """Write how many wait, unless that changed since the counters were read.

        Args:
            event_id: the event.
            read: the counters as they were before.
            in_line: how many registrations wait without an offer.
            now: the time.

        Raises:
            PlacesChanged: a registration has joined or left the waiting list since it was read.
        """
        self._store.recount(event_id, read, in_line, now)

    def counting_in(self, event_id: str) -> Write:
        """Return the write that counts one more registration which has been waiting all along."""
        return counting_in(event_id)

    def moving(
        self,
        event_id: str,
        user_id: str,
        standings: tuple[Standing, Standing],
        offer: Offer | None,
        *,
        in_turn: bool = False,
        if_full: bool = False,
    ) -> list[Write]:
        """Return the writes that go along with a change of a registration.

        They raise PlacesChanged if the place or the offer isn't as it was read.

        Args:
            event_id: the event.
            user_id: whose registration.
            standings: how it stands to the event's places before and after.
            offer: the offer that it had, as it was read; None for none.
            in_turn: whether a place that others wait for isn't free for this registration.
            if_full: whether it may join the waiting list only if no place is free for it.
        """
        before, after = standings
        if before is after:
            return []
        counted = self._store.moving(event_id, before, after, in_turn=in_turn, if_full=if_full)
        writes = [counted]
        if offer and before is Standing.OFFERED:
            writes.append(self._store.ending(offer))
        elif before is Standing.WAITING:
            # No offer may have been made since: its place would stay held for no one.
            writes.append(self._store.without_offer(event_id, user_id))
        return writes

    def transferring(
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
        noted = self._store.noting_change(event_id)
        if offer is None:
            # No offer may have been made since: its place would stay held for no one.
            return [noted, self._store.without_offer(event_id, user_id)]
        moved = replace(offer, user_id=to_user_id)
        return [noted, self._store.ending(offer), self._store.offering(moved)]

    def offering(self, offer: Offer, before: Standing) -> list[Write]:
        """Return the writes that hold a free place for a registration.

        They raise OfferExists if it has an offer, and PlacesChanged if no place is free.

        Args:
            offer: the offer.
            before: what the registration counts as now.
        """
        counted = self._store.moving(offer.event_id, before, Standing.OFFERED)
        return [self._store.offering(offer), counted]

    def dropping(self, offer: Offer) -> list[Write]:
        """Return the writes that end an offer whose registration isn't waiting any more."""
        counted = self._store.moving(offer.event_id, Standing.OFFERED, Standing.NONE)
        return [counted, self._store.ending(offer)]


def places() -> Places:
    """Return the places of this process's stage."""
    return Places(PlacesStore(database()))
