"""What is counted of a registration, as its item in DynamoDB has it."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.registrations.registration import Registration
from chalicelib.registrations.workflow import Status

TOTAL = "total"
# The counts of an event's registrations: by status, then by the name that SummaryRow.counts gives.
StatusCounts = dict[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """The counted fields of one registration.

    Attributes:
        status: its status.
        age: its answers.
        jobs: the same.
        shifts: the same.
        ethnicity: the same.
        date: when it was submitted, for example ``2027-03-05``; None if that isn't counted.
    """

    status: str
    age: str | None
    jobs: list[str]
    shifts: list[str]
    ethnicity: str | None
    date: str | None = None

    @property
    def counts(self) -> Counter[str]:
        """What this registration adds to the counts of its status, for example ``job.animals``.

        Of drafts, staff see how many there are, and nothing in them.
        """
        counts = Counter({TOTAL: 1})
        if self.status != Status.DRAFT:
            counts.update(f"job.{job}" for job in self.jobs)
            counts.update(f"shift.{shift}" for shift in self.shifts)
            # The jobs' and shifts' names contain no dot.
            counts.update(f"pair.{shift}.{job}" for shift in self.shifts for job in self.jobs)
            counts.update([f"age.{self.age}"] if self.age else [])
            counts.update([f"ethnicity.{self.ethnicity}"] if self.ethnicity else [])
            counts.update([f"date.{self.date}"] if self.date else [])
        return counts


def encode_row(form: dict[str, Any]) -> str:
    """Encode the counted fields of a form as compact JSON."""
    jobs = form.get("eventJobs", []) + form.get("vendorJobs", [])
    counted = [form.get("age"), jobs, form.get("shifts", []), form.get("ethnicity")]
    return json.dumps(counted, separators=(",", ":"))


def decode_row(status: str, encoded: str) -> SummaryRow:
    """Decode the result of :func:`encode_row`, which has no date."""
    return SummaryRow(status, *json.loads(encoded))


def to_row(registration: Registration) -> SummaryRow:
    """Return the counted fields of a registration."""
    row = decode_row(registration.status.value, encode_row(registration.form))
    date = registration.submission_date
    return replace(row, date=date.isoformat() if date else None)


def count(rows: Iterable[SummaryRow]) -> StatusCounts:
    """Count registrations."""
    counts: StatusCounts = {}
    for row in rows:
        counts.setdefault(row.status, Counter()).update(row.counts)
    return counts


def difference(before: StatusCounts, after: StatusCounts) -> StatusCounts:
    """Return the counts that differ, each with its change."""
    changes: StatusCounts = {}
    for status in sorted(before.keys() | after.keys()):
        old, new = before.get(status, Counter()), after.get(status, Counter())
        changed = {name: new[name] - old[name] for name in sorted(old.keys() | new.keys())}
        if changed := {name: number for name, number in changed.items() if number}:
            changes[status] = Counter(changed)
    return changes


def change(before: Registration | None, after: Registration | None) -> StatusCounts:
    """Return how a change of a registration changes the counts of its event.

    Args:
        before: the registration before the change; None for a new one.
        after: the registration after the change; None for a deleted one.
    """
    return difference(count(_rows(before)), count(_rows(after)))


def _rows(registration: Registration | None) -> list[SummaryRow]:
    return [to_row(registration)] if registration else []
