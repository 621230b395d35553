"""An event's registrations, counted."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.registrations.workflow import Status

# What is said of ethnicity is rounded, so that no one person shows in it.
_ROUNDED_TO = 5


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of one registration."""

    status: str
    age: str | None
    jobs: list[str]
    shifts: list[str]
    ethnicity: str | None


@dataclass(slots=True)
class Counts:
    """How many registrations there are of each kind."""

    by_status: Counter[str] = field(default_factory=Counter)
    by_job: Counter[str] = field(default_factory=Counter)
    by_shift: Counter[str] = field(default_factory=Counter)
    by_age: Counter[str] = field(default_factory=Counter)
    by_ethnicity: Counter[str] = field(default_factory=Counter)


def count(form: dict[str, Any]) -> str:
    """Write down what is counted of a form, as short as may be."""
    jobs = form.get("eventJobs", []) + form.get("vendorJobs", [])
    counted = [form.get("age"), jobs, form.get("shifts", []), form.get("ethnicity")]
    return json.dumps(counted, separators=(",", ":"))


def read_counted(status: str, counted: str) -> Counted:
    """Read what :func:`count` wrote, beside the registration's status."""
    return Counted(status, *json.loads(counted))


def summed(counted: Iterable[Counted]) -> dict[str, Counts]:
    """Count registrations: for each status those that are in it."""
    counts: dict[str, Counts] = {}
    for one in counted:
        of_status = counts.setdefault(one.status, Counts())
        of_status.by_status[one.status] += 1
        of_status.by_job.update(one.jobs)
        of_status.by_shift.update(one.shifts)
        of_status.by_age.update([one.age] if one.age else [])
        of_status.by_ethnicity.update([one.ethnicity] if one.ethnicity else [])
    return counts


def summary(counts: dict[str, Counts], status: str | None) -> Counts:
    """Add up what is shown to staff.

    Args:
        counts: as :func:`summed` gives them.
        status: the one whose jobs, shifts and ages are shown; None for all. Statuses and
            ethnicity are of the whole event, whatever is asked, and ethnicity is rounded to five.
            Drafts count in the statuses alone.
    """
    shown = Counts()
    for name, of_status in counts.items():
        shown.by_status.update(of_status.by_status)
        if name == Status.DRAFT:
            continue  # staff see how many there are, and nothing in them
        shown.by_ethnicity.update(of_status.by_ethnicity)
        if status in (None, name):
            shown.by_job.update(of_status.by_job)
            shown.by_shift.update(of_status.by_shift)
            shown.by_age.update(of_status.by_age)
    for name, number in shown.by_ethnicity.items():
        shown.by_ethnicity[name] = _ROUNDED_TO * round(number / _ROUNDED_TO)
    return shown
