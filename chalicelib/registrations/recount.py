"""Recounts who is on a waiting list: the counter may be wrong after a rollback.

The release before this one moves registrations on and off the waiting list without counting them,
and drops their mark ``waitlistedAt`` when it writes them. This release counts in the transaction
that changes a registration, and only those with the mark. So what a rollback got wrong stays wrong
by the same number until it's corrected here:

1. Who waits without the mark gets it, and is counted, in one transaction each.
2. Once all have it, the counter is set to the number of those who wait without an offer.

Requests are served while it runs. The index of those who wait lags behind the table by a moment, so
nothing is set until the last change is a while ago; and only if nothing changes until then.
"""

import contextlib
from datetime import datetime, timedelta

from chalicelib.events.place import PlaceCounts
from chalicelib.events.places import Places, PlacesChanged
from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.recount_store import mark_counted_write
from chalicelib.registrations.store import RegistrationChanged, RegistrationStore

INTERVAL = timedelta(hours=1)
# An index usually lags by less than a second.
_MAX_INDEX_LAG = timedelta(minutes=1)


class Recount:
    """Recounts who waits for the events of one stage."""

    def __init__(
        self, registrations: RegistrationStore, listings: ListingStore, places: Places
    ) -> None:
        """Use stores, and places."""
        self._registrations = registrations
        self._listings = listings
        self._places = places

    def run(self, event_id: str, now: datetime) -> bool:
        """Make the counter of an event's waiting list right, or leave it to the next run.

        Args:
            event_id: the event.
            now: the time.

        Returns:
            True: there's nothing that could be left half done.
        """
        read = self._places.counts(event_id)
        offered = {offer.user_id for offer in self._places.offers(event_id)} if read.offered else ()
        waiting = [
            one for one in self._listings.waiting_list(event_id, now) if one.user_id not in offered
        ]
        uncounted = [one for one in waiting if one.waitlisted_at is None]
        for registration in uncounted:
            writes = [
                mark_counted_write(registration),
                self._places.count_waiting_write(event_id),
            ]
            # It has changed, or another run has counted it.
            with contextlib.suppress(RegistrationChanged):
                self._registrations.transact(writes)
        if not uncounted and _is_quiet(read, now):
            with contextlib.suppress(PlacesChanged):
                self._places.recount(event_id, read, len(waiting), now)
        return True


def is_due(counts: PlaceCounts, now: datetime) -> bool:
    """Return whether it's time to recount who waits for an event."""
    return counts.recounted_at is None or now - counts.recounted_at >= INTERVAL


def _is_quiet(counts: PlaceCounts, now: datetime) -> bool:
    changed_at = counts.waitlist_changed_at
    return changed_at is None or now - changed_at >= _MAX_INDEX_LAG
