"""Recount waiting lists: their counters may be wrong after a rollback to an earlier version.

The previous release adds registrations to the waiting list and removes them without counting, and
drops their attribute ``waitlistedAt`` when it writes them. This release counts each change in its
transaction, for registrations with that attribute only. So after a rollback, the counter is off by
a constant. A recount corrects it in two steps:

1. Set the attribute of each registration that waits without it, and count it, in one transaction.
2. When no such registration is left, set the counter to the number of registrations that wait
   without an offer.

The service handles requests while a recount runs. The index of the waiting list lags behind the
table. So step 2 runs only if the list hasn't changed for a while, and fails if it
changes in the meantime.
"""

import contextlib
from datetime import datetime, timedelta

from chalicelib.events.place import PlaceCounts
from chalicelib.events.places import PlacesChanged, PlaceService
from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.recount_store import mark_counted_write
from chalicelib.registrations.store import RegistrationChanged, RegistrationStore

INTERVAL = timedelta(hours=1)
# An index usually lags by less than a second.
_MAX_INDEX_LAG = timedelta(minutes=1)


class Recount:
    """Recounts the waiting lists of events."""

    def __init__(
        self, registrations: RegistrationStore, listings: ListingStore, places: PlaceService
    ) -> None:
        """Use stores and services."""
        self._registrations = registrations
        self._listings = listings
        self._places = places

    def run(self, event_id: str, now: datetime) -> bool:
        """Correct the counter of an event's waiting list; after a conflict, the next run does it.

        Args:
            event_id: the event ID.
            now: the current time.

        Returns:
            True, because each step is complete in itself. An error is raised instead.
        """
        counts = self._places.counts(event_id)
        offers = self._places.offers(event_id) if counts.offered else []
        offered_ids = {offer.user_id for offer in offers}
        waiting = [
            registration
            for registration in self._listings.waiting_list(event_id, now)
            if registration.user_id not in offered_ids
        ]
        uncounted = [registration for registration in waiting if registration.waitlisted_at is None]
        for registration in uncounted:
            writes = [
                mark_counted_write(registration),
                self._places.count_waiting_write(event_id),
            ]
            # The registration has changed, or another run has counted it.
            with contextlib.suppress(RegistrationChanged):
                self._registrations.transact(writes)
        if not uncounted and _is_index_current(counts, now):
            with contextlib.suppress(PlacesChanged):
                self._places.recount(event_id, counts, len(waiting), now)
        return True


def is_recount_due(counts: PlaceCounts, now: datetime) -> bool:
    """Return whether it is time to recount an event's waiting list."""
    return counts.recounted_at is None or now - counts.recounted_at >= INTERVAL


def _is_index_current(counts: PlaceCounts, now: datetime) -> bool:
    changed_at = counts.waitlist_changed_at
    return changed_at is None or now - changed_at >= _MAX_INDEX_LAG
