"""Schemas of registrations."""

from typing import Annotated, Any

from chalicelib.events.schemas import Event
from chalicelib.platform.fields import AfterValidator, Field
from chalicelib.platform.request_schema import Paging
from chalicelib.platform.response_schema import Identifier, ResponseSchema, Timestamp
from chalicelib.platform.text import SingleLine
from chalicelib.registrations.phones import parse_phone
from chalicelib.registrations.workflow import Status

__all__ = ["Event", "Paging", "Phone", "Registration", "RegistrationPage"]

Phone = Annotated[
    SingleLine, AfterValidator(parse_phone), Field(max_length=40, examples=["952-445-1234"])
]


class Offer(ResponseSchema):
    """A place held for a person on the waiting list."""

    offered_at: Annotated[Timestamp, Field(examples=["2027-03-05T20:08:33Z"])]
    until: Annotated[
        Timestamp,
        Field(
            description="The deadline. From then on, the offer can't be accepted.",
            examples=["2027-03-07T20:08:33Z"],
        ),
    ]


class PaperSignature(ResponseSchema):
    """A signature on paper, as staff recorded it."""

    at: Annotated[Timestamp, Field(description="When it was recorded.")]


class Registration(ResponseSchema):
    """A registration as its applicant sees it, a receipt once it is submitted."""

    event_id: Identifier
    reference: Annotated[str, Field(description="The reference number.", examples=["7KQ2MX"])]
    status: Status
    version: Annotated[int, Field(ge=1, examples=[1])]
    form: Annotated[
        dict[str, Any],
        Field(description="The answers, as stored.", examples=[{"firstName": "River"}]),
    ]
    created_at: Timestamp
    updated_at: Timestamp
    submitted_at: Annotated[Timestamp | None, Field(examples=["2027-03-05T20:08:33Z"])]
    position: Annotated[
        int | None,
        Field(
            description="The position on the waiting list, 1 for the first. null if it isn't on "
            "the list, is beyond the first thousands, or wasn't requested.",
            examples=[3],
        ),
    ]
    offer: Annotated[
        Offer | None, Field(description="The spot that's held for someone on the waiting list.")
    ]
    offer_expired_at: Annotated[
        Timestamp | None,
        Field(
            description="The deadline of an offer that wasn't accepted in time, until it's "
            "submitted again.",
            examples=[None],
        ),
    ]
    signed_at: Annotated[
        Timestamp | None,
        Field(
            description="When the applicant last signed it; null if they haven't.",
            examples=["2027-03-05T20:08:33Z"],
        ),
    ]
    paper_signature: Annotated[
        PaperSignature | None,
        Field(description="The applicant's signature on paper; null for none.", examples=[None]),
    ]


class RegistrationPage(ResponseSchema):
    """A page of the account's registrations, newest event first."""

    items: list[Registration]
    cursor: Annotated[
        str | None,
        Field(description="The start of the next page; null on the last page.", examples=[None]),
    ]
