"""What is said of registrations among staff."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from chalicelib.events.schemas import Event, EventPage, PutEvent
from chalicelib.platform import lengths
from chalicelib.platform.languages import Language
from chalicelib.platform.schemas import (
    DIGITS_ONLY,
    WHOLE_NUMBER,
    ApiModel,
    Identifier,
    IdentifierInput,
    Paging,
    QueryBool,
    QueryParams,
    RequestBody,
    Timestamp,
)
from chalicelib.platform.sort_keys import fold
from chalicelib.platform.text import BLANK_IS_ABSENT, MultiLine, SingleLine
from chalicelib.registrations import schemas as registrations
from chalicelib.registrations.choices import Age, EventJob, Shift, VendorJob
from chalicelib.registrations.form import Phone, RegistrationForm
from chalicelib.registrations.phones import searchable
from chalicelib.registrations.registration import KEPT_FROM_STAFF, reference_heard
from chalicelib.registrations.schemas import Save
from chalicelib.registrations.search_terms import understand
from chalicelib.registrations.selection import Selection, Sort
from chalicelib.registrations.workflow import Status
from chalicelib.staff.duplicates import PersonSought

__all__ = ["Event", "EventPage", "Paging", "PutEvent", "Save"]

MOST_AT_ONCE = 100
MOST_IN_A_SHEET = 500


def _letters(text: str) -> str:
    if not (letters := fold(text)):
        raise ValueError("Enter at least one letter.")
    return letters


Letters = Annotated[
    SingleLine,
    # As it is typed: some letters come apart into eighteen when they are collated.
    Field(
        min_length=1,
        max_length=lengths.NAME,
        description="The first letters of the last name.",
        examples=["oka"],
    ),
    AfterValidator(_letters),
]
Reference = Annotated[
    SingleLine,
    AfterValidator(reference_heard),
    Field(
        min_length=6,
        max_length=20,
        description="The reference number; similar characters are accepted.",
        examples=["7KQ2MX"],
    ),
]
Number = Annotated[
    Phone,
    AfterValidator(searchable),
    Field(description="Either phone number, in any usual format, without an extension."),
]
Version = Annotated[
    int, Field(ge=1, description="The version that the client read.", examples=[1]), WHOLE_NUMBER
]
NoteText = Annotated[
    MultiLine, Field(min_length=1, max_length=lengths.NOTE, examples=["Asked for night shifts."])
]
OptionalNote = Annotated[
    NoteText | None, BLANK_IS_ABSENT, Field(description="The reason; only staff see it.")
]
Cursor = Annotated[
    str | None,
    Field(description="The start of the next page; null on the last page.", examples=[None]),
]
Count = Annotated[dict[str, int], Field(examples=[{"animals": 12}])]


def _searchable(text: str) -> str:
    understand(text)
    return text


class Selecting(Paging):
    """Filters and order of a list of registrations."""

    status: Annotated[Status | None, BLANK_IS_ABSENT] = None
    shift: Annotated[Shift | None, BLANK_IS_ABSENT] = None
    job: Annotated[Literal[EventJob, VendorJob] | None, BLANK_IS_ABSENT] = None
    age: Annotated[Age | None, BLANK_IS_ABSENT] = None
    work_all: Annotated[QueryBool | None, BLANK_IS_ABSENT] = None
    pre_event: Annotated[QueryBool | None, BLANK_IS_ABSENT] = None
    post_event: Annotated[QueryBool | None, BLANK_IS_ABSENT] = None
    last_name: Annotated[Letters | None, BLANK_IS_ABSENT] = None
    phone: Annotated[Number | None, BLANK_IS_ABSENT] = None
    reference: Annotated[Reference | None, BLANK_IS_ABSENT] = None
    q: Annotated[
        Annotated[SingleLine, Field(max_length=lengths.LINE), AfterValidator(_searchable)] | None,
        BLANK_IS_ABSENT,
        Field(
            description="Words of a name in any order, the start of each is enough; an email "
            "address, a username, a reference, or the last digits of a phone number, four at "
            "least. Accents don't matter.",
            examples=["hernandez"],
        ),
    ] = None
    sort: Annotated[
        Sort | None,
        BLANK_IS_ABSENT,
        Field(
            description="Newest first by default; by name with `lastName`. "
            "What `q` finds comes in the order of the words found; `sort` doesn't apply."
        ),
    ] = None

    @field_validator("phone", "reference", "q")
    @classmethod
    def _one_person_at_a_time(cls, value: str | None, info: ValidationInfo) -> str | None:
        others = [info.data.get(name) for name in ("last_name", "phone", "reference")]
        if value and any(others):
            raise ValueError("Search by one thing at a time: last name, phone or reference number.")
        return value

    @property
    def selection(self) -> Selection:
        """What it asks of registrations, whatever part of the list is wanted."""
        asked = self.model_dump(exclude={"limit", "cursor", "q", "separator", "language"})
        return Selection(query=understand(self.q) if self.q else None, **asked)


class Separator(StrEnum):
    """The sign between two cells of a CSV file, by name."""

    COMMA = "comma"
    SEMICOLON = "semicolon"

    @property
    def sign(self) -> str:
        """The sign itself."""
        return {"comma": ",", "semicolon": ";"}[self]


class SelectingForSheet(Selecting):
    """The same filters, in larger pages, and the format of the file."""

    separator: Annotated[
        Separator,
        Field(description="The separator between cells. Excel expects its regional one."),
    ] = Separator.COMMA
    language: Annotated[
        Language, Field(description="The language of the column names and choices.")
    ] = Language.ENGLISH
    limit: Annotated[
        int, DIGITS_ONLY, Field(ge=1, le=MOST_IN_A_SHEET, description="The maximum number of rows.")
    ] = MOST_IN_A_SHEET


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


class OpenDraft(QueryParams):
    """The reference of a draft, which its applicant has told."""

    reference: DraftReference = None


class PagingOfOne(Paging):
    """A part of a list that belongs to one registration, which may be a draft."""

    reference: DraftReference = None


class SeekingDuplicates(QueryParams):
    """A name and phone number to compare with registrations."""

    first_name: DuplicateName = None
    last_name: DuplicateName = None
    phone1: Annotated[Phone | None, BLANK_IS_ABSENT] = None
    phone2: Annotated[Phone | None, BLANK_IS_ABSENT] = None

    @property
    def person(self) -> PersonSought:
        """The person who is looked for."""
        return PersonSought(self.first_name, self.last_name, self.phone1, self.phone2)


class Summing(QueryParams):
    """The registrations whose jobs, shifts, and ages are counted."""

    status: Annotated[Status | None, BLANK_IS_ABSENT] = None


class Correction(RequestBody):
    """Changes to a form; `null` removes a field's value."""

    form: RegistrationForm
    version: Version


class Move(RequestBody):
    """A new status, with a reason."""

    status: Status
    version: Version
    note: OptionalNote = None
    paper_signature: Annotated[
        bool,
        Field(
            description="Whether you have the applicant's signature on paper, to submit with.",
            examples=[False],
        ),
    ] = False


class OneOfMany(RequestBody):
    """One of many registrations, as of the version that was read."""

    user_id: IdentifierInput
    version: Version


class Moves(RequestBody):
    """A new status for many registrations, with a reason."""

    status: Status
    items: Annotated[list[OneOfMany], Field(min_length=1, max_length=MOST_AT_ONCE)]
    note: OptionalNote = None


class NewNote(RequestBody):
    """A note. With an `id` chosen by the client, a repeated request adds it once."""

    text: NoteText
    id: IdentifierInput | None = None


def _without_what_is_kept(form: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in form.items() if name not in KEPT_FROM_STAFF}


class PaperSignature(registrations.SignedOnPaper):
    """A signature on paper, and who recorded it."""

    by: Annotated[str, Field(description="The username.", examples=["ada"])]


class StaffRegistration(registrations.Registration):
    """A registration as staff see it."""

    form: Annotated[
        dict[str, Any],
        BeforeValidator(_without_what_is_kept),
        Field(
            description="The answers, without the fields that staff can't see.",
            examples=[{"firstName": "River"}],
        ),
    ]
    user_id: Identifier
    username: Annotated[str, Field(examples=["river.okafor"])]
    paper_signature: Annotated[
        PaperSignature | None,
        Field(description="The applicant's signature on paper; null for none.", examples=[None]),
    ]


class StaffRegistrationPage(ApiModel):
    """Some of an event's registrations. A page can be short though it is not the last."""

    items: list[StaffRegistration]
    cursor: Cursor


class DuplicateRegistration(ApiModel):
    """A registration with the same name and phone number."""

    user_id: Identifier
    first_name: Annotated[str | None, Field(examples=["River"])]
    last_name: Annotated[str | None, Field(examples=["Okafor"])]
    reference: Annotated[str, Field(examples=["7KQ2MX"])]
    status: Status
    submitted_at: Timestamp | None


class Duplicates(ApiModel):
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


class CallList(ApiModel):
    """The offers of places, earliest deadline first."""

    items: list[OfferedRegistration]


class Places(ApiModel):
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


class Note(ApiModel):
    """A note by staff. The applicant never sees it."""

    id: Identifier
    text: Annotated[str, Field(examples=["Asked for night shifts."])]
    author: Annotated[str, Field(description="The username.", examples=["ada"])]
    at: Timestamp


class StaffRegistrationWithNotes(StaffRegistration):
    """A registration with its notes, newest first; `cursor` leads to older ones."""

    notes: list[Note]
    cursor: Cursor


class Change(ApiModel):
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


class History(ApiModel):
    """A page of a registration's history, newest first."""

    items: list[Change]
    cursor: Cursor


class Moved(ApiModel):
    """The result for one registration: its new version, or an error."""

    user_id: Identifier
    version: Annotated[int | None, Field(examples=[2])]
    error: Annotated[str | None, Field(examples=[None])]
    code: Annotated[str | None, Field(examples=[None])]
    status: Annotated[Status | None, Field(description="Its status now; null if not moved.")]


class MovedMany(ApiModel):
    """The result for each registration, in the order of the request."""

    items: list[Moved]


class Summary(ApiModel):
    """Counts of an event's registrations, at most a minute old."""

    by_status: Count
    by_job: Count
    by_shift: Count
    by_age: Count
    by_ethnicity: Annotated[
        Count, Field(description="For the whole event, rounded to the nearest 5.")
    ]
