"""Recount an event: its summary, and the places that are taken.

The counters are wrong if a registration was changed without this version: by an earlier version
after a rollback, or in the table itself. Then they are off by a constant, because each change adds
its own difference. A recount adds that constant.

The service handles requests while a recount runs. The index that it reads lags behind the table.
So it corrects something only if the event hasn't changed for a while.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.events import shards_store
from chalicelib.events.places import PlaceService
from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.summary_row import TOTAL, StatusCounts, count, difference
from chalicelib.registrations.summary_store import SummaryStore
from chalicelib.registrations.workflow import STATUSES_HOLDING_PLACE

# An index usually lags by less than a second.
_MAX_INDEX_LAG = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """How the counters of an event differ from its registrations.

    Attributes:
        registrations: the number of registrations that were counted.
        counts: what is missing in the counts; negative for what is too much.
        places: how many taken places are missing in the counters of places.
        is_settled: whether the event didn't change while it was counted. Otherwise the difference
            may be an effect of the changes.
        is_new: whether the event was never counted.
    """

    registrations: int
    counts: StatusCounts
    places: int
    is_settled: bool
    is_new: bool

    @property
    def needs_correction(self) -> bool:
        """Whether there is something to write."""
        return bool(self.counts) or bool(self.places) or self.is_new


class SummaryRecount:
    """Recounts events."""

    def __init__(
        self, listings: ListingStore, summaries: SummaryStore, places: PlaceService
    ) -> None:
        """Use stores and services."""
        self._listings = listings
        self._summaries = summaries
        self._places = places

    def run(self, event_id: str, now: datetime, *, is_dry: bool) -> Difference:
        """Compare an event's counters with its registrations, and correct them.

        Args:
            event_id: the event ID.
            now: the current time.
            is_dry: whether to compare only.

        Raises:
            SummaryChanged: another recount was faster.
            PlacesChanged: a place was taken or freed in the meantime.
        """
        places = self._places.counts(event_id)
        stored = self._summaries.read(event_id, places.most_shards)
        found = count(self._listings.dated_summary_rows(event_id, now))
        offers = self._places.offers(event_id)
        in_use = len(offers) + sum(
            numbers[TOTAL] for status, numbers in found.items() if status in STATUSES_HOLDING_PLACE
        )
        unchanged = (
            self._summaries.read(event_id, places.most_shards) == stored
            and self._places.counts(event_id) == places
        )
        changes = [stored.changed_at, places.waitlist_changed_at]
        result = Difference(
            registrations=sum(numbers[TOTAL] for numbers in found.values()),
            counts=difference(stored.counts, found),
            places=in_use - places.taken - places.offered,
            is_settled=unchanged and all(_is_past(changed, now) for changed in changes),
            is_new=not places.is_summarized,
        )
        if result.is_settled and result.needs_correction and not is_dry:
            writes = list(self._summaries.correct_writes(event_id, stored, result.counts))
            if result.places:
                # This writes the same item as the mark that the summary is complete.
                writes = writes[:-1]
                writes += shards_store.divide_writes(
                    event_id,
                    places,
                    places.capacity,
                    places.shard_count,
                    marks={"summarized": True},
                    uncounted=result.places,
                )
            self._summaries.transact(writes)
        return result


def _is_past(changed: datetime | None, now: datetime) -> bool:
    return changed is None or now - changed >= _MAX_INDEX_LAG
