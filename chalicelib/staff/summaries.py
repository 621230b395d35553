"""The summaries that a process has made lately."""

import functools
from datetime import datetime, timedelta

from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.summary import Counts, summed

SUMMARY_KEPT = timedelta(seconds=60)


class Summaries:
    """The summaries that this process has made in the last minute."""

    def __init__(self) -> None:
        """Begin without any."""
        self._kept: dict[str, tuple[datetime, dict[str, Counts]]] = {}

    def get(self, listings: ListingStore, event_id: str, now: datetime) -> dict[str, Counts]:
        """Return what is counted of an event's registrations, as it was a minute ago at most."""
        made, counts = self._kept.get(event_id, (None, {}))
        if made is None or not made <= now < made + SUMMARY_KEPT:
            counts = summed(listings.counted(event_id, now))
            self._kept[event_id] = (now, counts)
        return counts


@functools.cache
def summaries() -> Summaries:
    """Return this process's summaries."""
    return Summaries()
