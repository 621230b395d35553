"""Which of an event's registrations staff want to see, and in what order."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from chalicelib.registrations.registration import Registration
from chalicelib.registrations.search_terms import SearchQuery


class Sort(StrEnum):
    """The orders of a list."""

    FILED = "submittedAt"
    LAST_FILED = "-submittedAt"
    NAME = "lastName"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked of the registrations in a list; None asks nothing.

    Attributes:
        status: their status.
        shift: a shift that they can work.
        job: a job that they want, the event's or a vendor's.
        age: the age of their applicants.
        work_all: whether they can work all days.
        pre_event: whether they can work before the event.
        post_event: whether they can work after it.
        last_name: the letters that their last names begin with, collated.
        phone: either of their phone numbers, in E.164.
        reference: their reference number.
        query: the text of the search field.
        started_by: the account id of the staff member whose drafts are listed, if the status is
            Draft.
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
    query: SearchQuery | None = None
    started_by: str | None = None
    sort: Sort | None = None

    @property
    def order(self) -> Sort:
        """The order in which they are listed."""
        return self.sort or (Sort.NAME if self.last_name else Sort.LAST_FILED)

    @property
    def scope(self) -> str:
        """A text that two selections share only if they are the same."""
        return json.dumps(asdict(self), sort_keys=True)

    def matches(self, registration: Registration) -> bool:
        """Return whether a registration meets the filters: all but what is looked for."""
        form, status = registration.form, registration.status
        jobs = [*form.get("eventJobs", ()), *form.get("vendorJobs", ())]
        met = {
            "status": status.value,
            "age": form.get("age"),
            "work_all": form.get("workAll"),
            "pre_event": form.get("preEvent"),
            "post_event": form.get("postEvent"),
        }
        return (
            all(getattr(self, name) in {None, value} for name, value in met.items())
            and (self.shift is None or self.shift in form.get("shifts", ()))
            and (self.job is None or self.job in jobs)
        )
