"""Queries of registration lists: filters, search, order, and the format of a spreadsheet."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from chalicelib.platform import lengths
from chalicelib.platform.field_errors import FieldError, InvalidValue
from chalicelib.platform.fields import AfterValidator, CrossFieldValidator, Field
from chalicelib.platform.languages import Language
from chalicelib.platform.request_schema import Paging, QuerySchema
from chalicelib.platform.sort_keys import fold
from chalicelib.platform.text import BLANK_IS_ABSENT, SingleLine
from chalicelib.registrations.enums import Age, EventJob, Shift, VendorJob
from chalicelib.registrations.phones import to_e164
from chalicelib.registrations.registration import normalize_reference
from chalicelib.registrations.schemas import Phone
from chalicelib.registrations.search_terms import parse_query
from chalicelib.registrations.selection import Selection, Sort
from chalicelib.registrations.workflow import Status

MAX_EXPORT_PAGE = 500
_SEVERAL_TERMS = FieldError(
    "several_search_terms",
    "Search by one thing at a time: last name, phone or reference number.",
)
_NOT_FILTERS = frozenset({"limit", "cursor", "q", "separator", "language"})


def _require_letter(text: str) -> str:
    if not (letters := fold(text)):
        raise InvalidValue(FieldError("letter_required", "Enter at least one letter."))
    return letters


NamePrefix = Annotated[
    SingleLine,
    # As it is typed: some letters come apart into eighteen when they are collated.
    Field(
        min_length=1,
        max_length=lengths.NAME,
        description="The first letters of the last name.",
        examples=["oka"],
    ),
    AfterValidator(_require_letter),
]
Reference = Annotated[
    SingleLine,
    AfterValidator(normalize_reference),
    Field(
        min_length=6,
        max_length=20,
        description="The reference number; similar characters are accepted.",
        examples=["7KQ2MX"],
    ),
]
PhoneNumber = Annotated[
    Phone,
    AfterValidator(to_e164),
    Field(description="Either phone number, in any usual format, without an extension."),
]


def _parse_search(text: str) -> str:
    parse_query(text)
    return text


def _require_one_person_filter(value: str | None, earlier: Mapping[str, Any]) -> str | None:
    other_filters = [earlier.get(name) for name in ("last_name", "phone", "reference")]
    if value and any(other_filters):
        raise InvalidValue(_SEVERAL_TERMS)
    return value


# Put beside a filter that finds one person.
_ONE_PERSON = CrossFieldValidator(_require_one_person_filter)


class RegistrationFilters(QuerySchema):
    """Filters and order of registrations."""

    status: Annotated[Status | None, BLANK_IS_ABSENT] = None
    shift: Annotated[Shift | None, BLANK_IS_ABSENT] = None
    job: Annotated[Literal[EventJob, VendorJob] | None, BLANK_IS_ABSENT] = None
    age: Annotated[Age | None, BLANK_IS_ABSENT] = None
    work_all: Annotated[bool | None, BLANK_IS_ABSENT] = None
    pre_event: Annotated[bool | None, BLANK_IS_ABSENT] = None
    post_event: Annotated[bool | None, BLANK_IS_ABSENT] = None
    last_name: Annotated[NamePrefix | None, BLANK_IS_ABSENT] = None
    phone: Annotated[PhoneNumber | None, BLANK_IS_ABSENT, _ONE_PERSON] = None
    reference: Annotated[Reference | None, BLANK_IS_ABSENT, _ONE_PERSON] = None
    q: Annotated[
        Annotated[SingleLine, Field(max_length=lengths.LINE), AfterValidator(_parse_search)] | None,
        BLANK_IS_ABSENT,
        _ONE_PERSON,
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

    @property
    def selection(self) -> Selection:
        """The filters of the list, independent of the page."""
        filters = {name: value for name, value in self.values().items() if name not in _NOT_FILTERS}
        return Selection(query=parse_query(self.q) if self.q else None, **filters)


class Separator(StrEnum):
    """The sign between two cells of a CSV file, by name."""

    COMMA = "comma"
    SEMICOLON = "semicolon"

    @property
    def sign(self) -> str:
        """The sign itself."""
        return {"comma": ",", "semicolon": ";"}[self]


class RegistrationListQuery(RegistrationFilters, Paging):
    """Filters and order of a list of registrations."""


class SpreadsheetFormat(QuerySchema):
    """The format of a CSV file."""

    separator: Annotated[
        Separator,
        Field(description="The separator between cells. Excel expects its regional one."),
    ] = Separator.COMMA
    language: Annotated[
        Language, Field(description="The language of the column names and choices.")
    ] = Language.ENGLISH


class RegistrationExportQuery(SpreadsheetFormat, RegistrationListQuery):
    """The same filters, in larger pages, and the format of the file."""

    limit: Annotated[
        int, Field(ge=1, le=MAX_EXPORT_PAGE, description="The maximum number of rows.")
    ] = MAX_EXPORT_PAGE
