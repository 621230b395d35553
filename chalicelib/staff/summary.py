"""Counts of an event's registrations."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.events.places import place_service
from chalicelib.events.service import event_service
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import NotFound
from chalicelib.registrations import versions
from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.store import RegistrationStore
from chalicelib.registrations.summary_row import TOTAL, StatusCounts, count
from chalicelib.registrations.summary_store import SummaryStore
from chalicelib.registrations.workflow import Status

# Counts by ethnicity are rounded, so that they reveal no single person.
_ROUNDED_TO = 5


@dataclass(slots=True)
class SummaryCounts:
    """The number of registrations of each kind."""

    by_status: Counter[str] = field(default_factory=Counter)
    by_date: Counter[str] = field(default_factory=Counter)
    by_job: Counter[str] = field(default_factory=Counter)
    by_shift: Counter[str] = field(default_factory=Counter)
    by_age: Counter[str] = field(default_factory=Counter)
    by_ethnicity: Counter[str] = field(default_factory=Counter)
    by_shift_and_job: dict[str, Counter[str]] = field(default_factory=dict)


def to_summary(counts: StatusCounts, status: str | None) -> SummaryCounts:
    """Add up the counts that staff see.

    Args:
        counts: the counts of an event's registrations.
        status: limits dates, jobs, shifts, and ages to this status; None for all. Statuses and
            ethnicity always cover the whole event, and ethnicity is rounded to five.
            Drafts count only in the statuses.
    """
    summary = SummaryCounts()
    limited = {
        "date": summary.by_date,
        "job": summary.by_job,
        "shift": summary.by_shift,
        "age": summary.by_age,
    }
    for name, numbers in counts.items():
        for counted, number in numbers.items():
            kind, _, value = counted.partition(".")
            if number <= 0:
                continue  # DynamoDB keeps a count that has become zero.
            if kind == TOTAL:
                summary.by_status[name] += number
            elif kind == "ethnicity":
                summary.by_ethnicity[value] += number
            elif status not in (None, name):
                continue
            elif kind == "pair":
                shift, _, job = value.partition(".")
                summary.by_shift_and_job.setdefault(shift, Counter())[job] += number
            else:
                limited[kind][value] += number
    for name, number in summary.by_ethnicity.items():
        summary.by_ethnicity[name] = _ROUNDED_TO * round(number / _ROUNDED_TO)
    return summary


def event_summary(event_id: str, status: Status | None, now: datetime) -> SummaryCounts:
    """Return the counts of an event's registrations.

    Args:
        event_id: the event's.
        status: the one whose jobs, shifts, and ages are counted; None for all.
        now: the current time.

    Raises:
        NotFound: the event does not exist.
    """
    reads = event_service().event_read(event_id), place_service().counts_read(event_id)
    event, places = RegistrationStore(database()).read_items(*reads)
    if event is None:
        raise NotFound
    if versions.expiry(event) <= now:
        return SummaryCounts()
    if places.is_summarized:
        return to_summary(
            SummaryStore(database()).read(event_id, places.most_shards).counts, status
        )
    # Until an event of an earlier version is recounted, its registrations are counted here.
    return to_summary(count(ListingStore(database()).summary_rows(event_id, now)), status)
