"""Schemas of registrations, for staff."""

from collections.abc import Mapping
from typing import Annotated, Any

from chalicelib.events.schemas import Event, EventPage
from chalicelib.platform import lengths
from chalicelib.platform.fields import BeforeValidator, Field
from chalicelib.platform.request_schema import Paging, QuerySchema
from chalicelib.platform.response_schema import Identifier, ResponseSchema, Timestamp
from chalicelib.platform.text import BLANK_IS_ABSENT, SingleLine
from chalicelib.registrations import schemas as registrations
from chalicelib.registrations.registration import FIELDS_HIDDEN_FROM_STAFF
from chalicelib.registrations.schemas import Phone
from chalicelib.registrations.workflow import Status
from chalicelib.staff.duplicates import PersonQuery
from chalicelib.staff.list_query import (
    Reference,
    RegistrationExportQuery,
    RegistrationListQuery,
)

__all__ = [
    "Event",
    "EventPage",
    "Paging",
    "RegistrationExportQuery",
    "RegistrationListQuery",
]

Cursor = Annotated[
    str | None,
    Field(description="The start of the next page; null on the last page.", examples=[None]),
]
Count = Annotated[dict[str, int], Field(examples=[{"animals": 12}])]


DuplicateName = Annotated[
    Annotated[SingleLine, Field(max_length=lengths.NAME)] | None,
    BLANK_IS_ABSENT,
    Field(description="As on a form; accents and case are ignored.", examples=["River"]),
]
DraftReference = Annotated[
    Reference | None,
    BLANK_IS_ABSENT,
    Field(description="The reference number that the applicant gave. Required for a draft."),
]


class DraftQuery(QuerySchema):
    """The reference of a draft, which its applicant has told."""

    reference: DraftReference = None


class RegistrationPaging(Paging):
    """A part of a list that belongs to one registration, which may be a draft."""

    reference: DraftReference = None


class DuplicatesQuery(QuerySchema):
    """A name and phone number to compare with registrations."""

    first_name: DuplicateName = None
    last_name: DuplicateName = None
    phone1: Annotated[Phone | None, BLANK_IS_ABSENT] = None
    phone2: Annotated[Phone | None, BLANK_IS_ABSENT] = None

    @property
    def person(self) -> PersonQuery:
        """The person who is looked for."""
        return PersonQuery(self.first_name, self.last_name, self.phone1, self.phone2)


class SummaryQuery(QuerySchema):
    """The registrations whose dates, jobs, shifts, and ages are counted."""

    status: Annotated[Status | None, BLANK_IS_ABSENT] = None


def _without_hidden_fields(form: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in form.items() if name not in FIELDS_HIDDEN_FROM_STAFF}


class StaffPaperSignature(registrations.PaperSignature):
    """A signature on paper, and who recorded it."""

    by: Annotated[str, Field(description="The username.", examples=["ada"])]


class StaffRegistration(registrations.Registration):
    """A registration as staff see it."""

    form: Annotated[
        dict[str, Any],
        BeforeValidator(_without_hidden_fields),
        Field(
            description="The answers, without the fields that staff can't see.",
            examples=[{"firstName": "River"}],
        ),
    ]
    user_id: Identifier
    username: Annotated[str, Field(examples=["river.okafor"])]
    paper_signature: Annotated[
        StaffPaperSignature | None,
        Field(description="The applicant's signature on paper; null for none.", examples=[None]),
    ]


class StaffRegistrationPage(ResponseSchema):
    """Some of an event's registrations. A page can be short though it is not the last."""

    items: list[StaffRegistration]
    cursor: Cursor


class DuplicateRegistration(ResponseSchema):
    """A registration with the same name and phone number."""

    user_id: Identifier
    first_name: Annotated[str | None, Field(examples=["River"])]
    last_name: Annotated[str | None, Field(examples=["Okafor"])]
    reference: Annotated[str, Field(examples=["7KQ2MX"])]
    status: Status
    submitted_at: Timestamp | None


class Duplicates(ResponseSchema):
    """Submitted registrations that may belong to the same person. Drafts are private."""

    items: list[DuplicateRegistration]


class OfferedRegistration(StaffRegistration):
    """A registration on the waiting list with an offer of a place."""

    waitlisted_at: Annotated[
        Timestamp | None,
        Field(description="When it went on the waiting list.", examples=["2027-03-05T20:08:33Z"]),
    ]
    reached_by_email: Annotated[
        bool, Field(description="Whether the applicant was emailed.", examples=[False])
    ]


class CallList(ResponseSchema):
    """The offers of places, earliest deadline first."""

    items: list[OfferedRegistration]


class Places(ResponseSchema):
    """The exact numbers of an event's places."""

    capacity: Annotated[int | None, Field(description="null for no limit.", examples=[300])]
    taken: Annotated[int, Field(description="Taken by registrations.", examples=[214])]
    offered: Annotated[int, Field(description="Held for people on the waiting list.", examples=[2])]
    waiting: Annotated[
        int | None,
        Field(
            description="People on the waiting list without an offer. null for an event of an "
            "earlier version until they are counted, within about an hour.",
            examples=[12],
        ),
    ]


class Note(ResponseSchema):
    """A note by staff. The applicant never sees it."""

    id: Identifier
    text: Annotated[str, Field(examples=["Asked for night shifts."])]
    author: Annotated[str, Field(description="The username.", examples=["ada"])]
    at: Timestamp


class StaffRegistrationWithNotes(StaffRegistration):
    """A registration with its notes, newest first; `cursor` leads to older ones."""

    notes: list[Note]
    cursor: Cursor


class Change(ResponseSchema):
    """One entry of a history."""

    at: Timestamp
    actor: Annotated[str, Field(description="The username.", examples=["river.okafor"])]
    action: Annotated[str, Field(examples=["saved"])]
    changes: Annotated[
        dict[str, list[Any]],
        Field(
            description="The old and new value of each field.",
            examples=[{"city": ["St. Paul", "Shakopee"]}],
        ),
    ]


class History(ResponseSchema):
    """A page of a registration's history, newest first."""

    items: list[Change]
    cursor: Cursor


class MoveResult(ResponseSchema):
    """The result for one registration: its new version, or an error."""

    user_id: Identifier
    version: Annotated[int | None, Field(examples=[2])]
    error: Annotated[str | None, Field(examples=[None])]
    code: Annotated[str | None, Field(examples=[None])]
    status: Annotated[Status | None, Field(description="Its status now; null if not moved.")]


class MoveResults(ResponseSchema):
    """The result for each registration, in the order of the request."""

    items: list[MoveResult]


class Summary(ResponseSchema):
    """Counts of an event's registrations."""

    by_status: Count
    by_job: Count
    by_shift: Count
    by_age: Count
    by_ethnicity: Annotated[
        Count, Field(description="For the whole event, rounded to the nearest 5.")
    ]
    by_date: Annotated[
        Count,
        Field(
            description="By the date of submission, in the event's time zone.",
            examples=[{"2027-03-05": 12}],
        ),
    ]
    by_shift_and_job: Annotated[
        dict[str, dict[str, int]],
        Field(
            description="How many can work a shift and want a job, by shift and then by job.",
            examples=[{"overnight": {"animals": 3}}],
        ),
    ]
