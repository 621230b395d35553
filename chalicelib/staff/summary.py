"""Counts of an event's registrations, updated at most once a minute in each process."""

import functools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.events.service import event_service
from chalicelib.platform.dynamodb import database
from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.summary_row import SummaryRow
from chalicelib.registrations.workflow import Status

MAX_AGE = timedelta(seconds=60)
# Counts by ethnicity are rounded, so that they reveal no single person.
_ROUNDED_TO = 5


@dataclass(slots=True)
class SummaryCounts:
    """The number of registrations of each kind."""

    by_status: Counter[str] = field(default_factory=Counter)
    by_job: Counter[str] = field(default_factory=Counter)
    by_shift: Counter[str] = field(default_factory=Counter)
    by_age: Counter[str] = field(default_factory=Counter)
    by_ethnicity: Counter[str] = field(default_factory=Counter)


def count_by_status(rows: Iterable[SummaryRow]) -> dict[str, SummaryCounts]:
    """Count registrations by status."""
    counts: dict[str, SummaryCounts] = {}
    for row in rows:
        of_status = counts.setdefault(row.status, SummaryCounts())
        of_status.by_status[row.status] += 1
        of_status.by_job.update(row.jobs)
        of_status.by_shift.update(row.shifts)
        of_status.by_age.update([row.age] if row.age else [])
        of_status.by_ethnicity.update([row.ethnicity] if row.ethnicity else [])
    return counts


def to_summary(counts: dict[str, SummaryCounts], status: str | None) -> SummaryCounts:
    """Add up the counts that staff see.

    Args:
        counts: as :func:`summed` gives them.
        status: limits jobs, shifts, and ages to this status; None for all. Statuses and
            ethnicity always cover the whole event, and ethnicity is rounded to five.
            Drafts count only in the statuses.
    """
    counts_of_summary = SummaryCounts()
    for name, of_status in counts.items():
        counts_of_summary.by_status.update(of_status.by_status)
        if name == Status.DRAFT:
            continue  # staff see how many there are, and nothing in them
        counts_of_summary.by_ethnicity.update(of_status.by_ethnicity)
        if status in (None, name):
            counts_of_summary.by_job.update(of_status.by_job)
            counts_of_summary.by_shift.update(of_status.by_shift)
            counts_of_summary.by_age.update(of_status.by_age)
    for name, number in counts_of_summary.by_ethnicity.items():
        counts_of_summary.by_ethnicity[name] = _ROUNDED_TO * round(number / _ROUNDED_TO)
    return counts_of_summary


class SummaryCache:
    """This process's summaries of the last minute."""

    def __init__(self) -> None:
        """Create an empty cache."""
        self._kept: dict[str, tuple[datetime, dict[str, SummaryCounts]]] = {}

    def get(self, listings: ListingStore, event_id: str, now: datetime) -> dict[str, SummaryCounts]:
        """Return the counts of an event's registrations, at most a minute old."""
        cached_at, counts = self._kept.get(event_id, (None, {}))
        if cached_at is None or not cached_at <= now < cached_at + MAX_AGE:
            counts = count_by_status(listings.summary_rows(event_id, now))
            self._kept[event_id] = (now, counts)
        return counts


@functools.cache
def summary_cache() -> SummaryCache:
    """Return this process's cache."""
    return SummaryCache()


def event_summary(event_id: str, status: Status | None, now: datetime) -> SummaryCounts:
    """Return the counts of an event's registrations, at most a minute old.

    Args:
        event_id: the event's.
        status: the one whose jobs, shifts, and ages are counted; None for all.
        now: the current time.

    Raises:
        NotFound: the event does not exist.
    """
    event_service().get(event_id)
    return to_summary(summary_cache().get(ListingStore(database()), event_id, now), status)
