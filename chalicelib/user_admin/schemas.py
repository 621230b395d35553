"""Schemas of the user administration endpoints."""

from typing import Annotated

from chalicelib.identity.role import Role
from chalicelib.identity.schemas import AS_TYPED_NAME, KnownAccount
from chalicelib.platform import identifiers, lengths
from chalicelib.platform.fields import Field, anchored
from chalicelib.platform.request_schema import Paging, QuerySchema
from chalicelib.platform.response_schema import Identifier, ResponseSchema, Timestamp
from chalicelib.platform.text import BLANK_IS_ABSENT, SingleLine
from chalicelib.registrations.workflow import Status

Link = Annotated[
    str,
    Field(
        description="Where the owner chooses a password. It's shown once, works once, "
        "and expires in 1 hour.",
        examples=["https://lakes.example.com/reset#token=J0f9p1c"],
    ),
]
LinkQrSvg = Annotated[
    str | None, Field(description="The link as a QR code, for a phone.", examples=["<svg/>"])
]
Cursor = Annotated[
    str | None,
    Field(description="The start of the next page; null on the last page.", examples=[None]),
]


class PeopleQuery(Paging):
    """Filters of a list of accounts."""

    q: Annotated[
        Annotated[SingleLine, Field(max_length=lengths.LINE), AS_TYPED_NAME] | None,
        BLANK_IS_ABSENT,
        Field(
            description="The start of a username, an email address or a last name; a first and a "
            "last name in either order; or what finds a registration: any word of a name, or the "
            "last four digits of a phone number.",
            examples=["okaf"],
        ),
    ] = None
    role: Annotated[Role | None, Field(examples=["User"])] = None
    disabled: Annotated[bool | None, Field(examples=[False])] = None


class Person(KnownAccount):
    """An account, as staff see it."""

    disabled: Annotated[
        bool, Field(description="Whether the account is disabled.", examples=[False])
    ]


class PersonPage(ResponseSchema):
    """A page of accounts."""

    items: list[Person]
    cursor: Cursor


class RegisteredPerson(Person):
    """A new account, and the link by which its owner chooses a password.

    `link` is null if an earlier request with the same `idempotencyKey` created the account. Start a
    password reset to get a new link.
    """

    link: Annotated[
        str | None,
        Field(
            description="Where the owner chooses a password. It's shown once, works once, "
            "and expires in 24 hours.",
            examples=["https://lakes.example.com/reset#token=J0f9p1c"],
        ),
    ]
    passphrase: Annotated[
        str | None,
        Field(
            description="Four words to read aloud, which stand for the link at `POST "
            "/password/reset/passphrase`. Null without one.",
            examples=["otter quiet march lamp"],
        ),
    ]
    link_qr_svg: LinkQrSvg


class MergeQuery(QuerySchema):
    """The account to merge into the one in the path."""

    from_id: Annotated[
        str,
        Field(
            alias="from",
            pattern=anchored(identifiers.PATTERN),
            description="The id of the account that would be closed.",
            examples=[identifiers.EXAMPLE],
        ),
    ]


class MergeableRegistration(ResponseSchema):
    """A registration of one of the two accounts."""

    user_id: Annotated[Identifier, Field(description="The account that it belongs to now.")]
    event_id: Identifier
    event_name: Annotated[str, Field(examples=["Harvest Fair"])]
    status: Status
    reference: Annotated[str | None, Field(description="Null for a draft.", examples=["7KQ2MX"])]


class MergePreview(ResponseSchema):
    """Two accounts and their registrations, to compare before a merge."""

    kept: Annotated[Person, Field(description="The account that stays.")]
    merged: Annotated[Person, Field(description="The account that would be closed.")]
    registrations: Annotated[
        list[MergeableRegistration], Field(description="The registrations of both accounts.")
    ]
    clashes: Annotated[
        list[Identifier],
        Field(
            description="The events for which both have a registration: as long as there are any, "
            "the accounts can't be merged.",
            examples=[[]],
        ),
    ]


class StartedReset(ResponseSchema):
    """A started password reset.

    `link` is null if the service emails it to the owner.
    """

    link: Annotated[Link | None, Field(examples=["https://lakes.example.com/reset#token=J0f9p1c"])]
    link_qr_svg: LinkQrSvg
    msg: Annotated[str, Field(examples=["Hand over this link."])]
    emailed: Annotated[
        bool, Field(description="Whether the owner got the link by email.", examples=[False])
    ]


class AuditQuery(Paging):
    """Filters of the audit log."""

    subject: Annotated[
        str,
        Field(
            pattern=anchored(identifiers.PATTERN),
            description="The id of an account or event.",
            examples=[identifiers.EXAMPLE],
        ),
    ]


class AuditEntry(ResponseSchema):
    """One entry of the audit log: who changed what."""

    at: Timestamp
    actor: Identifier
    action: Annotated[str, Field(examples=["account.role_changed"])]
    subject: Identifier
    fields: Annotated[
        list[str], Field(description="The names of the changed fields.", examples=[["role"]])
    ]
    request_id: Annotated[str, Field(examples=["c6af9ac6-7b61-11e6-9a41-93e8deadbeef"])]
    related: Annotated[
        Identifier | None,
        Field(description="The other account of a merge; null for anything else.", examples=[None]),
    ]
    reason: Annotated[
        str | None,
        Field(description="The reason given for a merge; null for anything else.", examples=[None]),
    ]


class AuditPage(ResponseSchema):
    """A page of the audit log, newest first."""

    items: list[AuditEntry]
    cursor: Cursor
