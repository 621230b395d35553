"""Schemas of request bodies of user administration."""

import re
from typing import Annotated

from chalicelib.accounts.schemas import Email, UsernameBesideEmail
from chalicelib.identity.role import Role
from chalicelib.platform import input_text, lengths
from chalicelib.platform.field_errors import FieldError, InvalidValue
from chalicelib.platform.fields import AfterValidator, BeforeValidator, Field, anchored
from chalicelib.platform.request_schema import BodySchema, IdentifierInput
from chalicelib.platform.text import BLANK_IS_ABSENT, PersonName, SingleLine


def _reason(value: object) -> object:
    if isinstance(value, str) and not input_text.trim(value):
        raise InvalidValue(FieldError("required", "Enter a reason."))
    return value


# Long enough that two requests don't have the same one by chance.
_KEY = "[A-Za-z0-9_-]{16,64}"
_INVALID_KEY = FieldError(
    "invalid_idempotency_key",
    "Enter a key with 16 to 64 letters, numbers, hyphens, or underscores.",
)


def _idempotency_key(value: str) -> str:
    if not re.fullmatch(_KEY, value):
        raise InvalidValue(_INVALID_KEY)
    return value


LastName = Annotated[PersonName, Field(examples=["Okafor"])]
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


class NewPerson(BodySchema):
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


class NewRole(BodySchema):
    """The new role."""

    role: Role


class Merge(BodySchema):
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
