"""Which of an event's registrations staff want to see, and in what order."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum


class Sort(StrEnum):
    """The orders of a list."""

    FILED = "submittedAt"
    LAST_FILED = "-submittedAt"
    NAME = "lastName"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked of the registrations in a list; None asks nothing.

    Attributes:
        status: how far they have come.
        shift: one that they can work in.
        job: one that they want, the event's or a vendor's.
        age: how old their applicants are.
        work_all: whether they can work all days.
        pre_event: whether they can work before the event.
        post_event: whether they can work after it.
        last_name: the letters that their last names begin with, collated.
        phone: either of their phone numbers, in E.164.
        reference: theirs.
        sort: the order; None for by name where a name is looked for, else the newest first.
    """

    status: str | None = None
    shift: str | None = None
    job: str | None = None
    age: str | None = None
    work_all: bool | None = None
    pre_event: bool | None = None
    post_event: bool | None = None
    last_name: str | None = None
    phone: str | None = None
    reference: str | None = None
    sort: Sort | None = None

    @property
    def order(self) -> Sort:
        """The order in which they are listed."""
        return self.sort or (Sort.NAME if self.last_name else Sort.LAST_FILED)

    @property
    def scope(self) -> str:
        """A text that two selections share only if they are the same."""
        return json.dumps(asdict(self), sort_keys=True)
