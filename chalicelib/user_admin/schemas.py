"""Schemas of the user administration endpoints."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from chalicelib.accounts.schemas import Email, UsernameBesideEmail
from chalicelib.identity.role import Role
from chalicelib.identity.schemas import AS_TYPED_NAME, KnownAccount
from chalicelib.platform import identifiers, input_text, lengths
from chalicelib.platform.schemas import (
    ApiModel,
    Identifier,
    IdentifierInput,
    Paging,
    QueryParams,
    RequestBody,
    Timestamp,
)
from chalicelib.platform.text import BLANK_IS_ABSENT, PersonName, SingleLine, anchored
from chalicelib.registrations.workflow import Status


def _true_or_false(value: object) -> object:
    if isinstance(value, str) and value not in {"true", "false"}:
        raise ValueError("Choose yes or no.")
    return value


def _reason(value: object) -> object:
    if isinstance(value, str) and not input_text.trim(value):
        raise ValueError("Enter a reason.")
    return value


# Long enough that two requests don't have the same one by chance.
_KEY = "[A-Za-z0-9_-]{16,64}"


def _idempotency_key(value: str) -> str:
    if not re.fullmatch(_KEY, value):
        raise ValueError("A key has 16 to 64 letters, digits, hyphens, or underscores.")
    return value


LastName = Annotated[PersonName, Field(examples=["Okafor"])]
Link = Annotated[
    str,
    Field(
        description="Where the owner chooses a password. It's shown once, works once, "
        "and expires in 1 hour.",
        examples=["https://lakes.example.com/reset#token=J0f9p1c"],
    ),
]
IdempotencyKey = Annotated[
    str,
    AfterValidator(_idempotency_key),
    Field(
        description="Random and of your own, such as a UUID. Send the request again with the same "
        "key after a lost response: the account is created once. A repetition returns it without "
        "a link.",
        json_schema_extra={"pattern": anchored(_KEY)},
        examples=["6f0c1d3e-8a52-4b8e-9d0b-6c1f2a7e4b11"],
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
    disabled: Annotated[bool | None, BeforeValidator(_true_or_false), Field(examples=[False])] = (
        None
    )


class NewPerson(RequestBody):
    """A person at the office. Without a username, it is the email or a generated one.

    A generated username is made of the person's names, so that it's easy to say aloud.
    """

    # The email is first, because the username is checked against it.
    email: Annotated[Email | None, BLANK_IS_ABSENT] = None
    username: Annotated[UsernameBesideEmail | None, BLANK_IS_ABSENT] = None
    first_name: Annotated[
        PersonName | None, BLANK_IS_ABSENT, Field(description="One of the two names is enough.")
    ] = None
    last_name: Annotated[LastName | None, BLANK_IS_ABSENT] = None
    idempotency_key: IdempotencyKey | None = None


class NewRole(RequestBody):
    """The new role."""

    role: Role


class Person(KnownAccount):
    """An account, as staff see it."""

    disabled: Annotated[
        bool, Field(description="Whether the account is disabled.", examples=[False])
    ]


class PersonPage(ApiModel):
    """A page of accounts."""

    items: list[Person]
    cursor: Cursor


class RegisteredPerson(Person):
    """A new account, and the link by which its owner chooses a password.

    `link` is null if an earlier request with the same `idempotencyKey` created the account. Start a
    password reset to get a new link.
    """

    link: Annotated[Link | None, Field(examples=["https://lakes.example.com/reset#token=J0f9p1c"])]
    link_qr_svg: LinkQrSvg


class MergeQuery(QueryParams):
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


class Merge(RequestBody):
    """Another account of the same person, who has shown an ID."""

    from_id: Annotated[
        IdentifierInput,
        Field(alias="from", description="The id of the account to close."),
    ]
    reason: Annotated[
        SingleLine,
        Field(
            min_length=1,
            max_length=lengths.LINE,
            description="Why, for the audit log, where it stays for good. Don't write personal "
            "data such as the number of an ID.",
            examples=["Signed up twice. Showed a driver's license at the front desk."],
        ),
        BeforeValidator(_reason),
    ]


class MergeableRegistration(ApiModel):
    """A registration of one of the two accounts."""

    user_id: Annotated[Identifier, Field(description="The account that it belongs to now.")]
    event_id: Identifier
    event_name: Annotated[str, Field(examples=["Harvest Fair"])]
    status: Status
    reference: Annotated[str | None, Field(description="Null for a draft.", examples=["7KQ2MX"])]


class MergePreview(ApiModel):
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


class StartedReset(ApiModel):
    """A started password reset.

    `link` is null if the service emails it to the owner.
    """

    link: Annotated[Link | None, Field(examples=["https://lakes.example.com/reset#token=J0f9p1c"])]
    link_qr_svg: LinkQrSvg
    msg: Annotated[str, Field(examples=["Hand over this link."])]


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


class AuditEntry(ApiModel):
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


class AuditPage(ApiModel):
    """A page of the audit log, newest first."""

    items: list[AuditEntry]
    cursor: Cursor
