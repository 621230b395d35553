"""What is said of accounts on the wire."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from chalicelib.accounts import identity, passwords
from chalicelib.accounts.account import Role
from chalicelib.platform.models import BLANK_IS_ABSENT, Body, Line, PersonName, Wire


def _without(problem: Callable[[str], str | None]) -> AfterValidator:
    def check(text: str) -> str:
        if said := problem(text):
            raise ValueError(said)
        return text

    return AfterValidator(check)


Username = Annotated[
    Line,
    _without(identity.username_problem),
    Field(
        description="Letters and digits of any script and `. _ - + @`; with an `@`, an email.",
        examples=["river.okafor"],
        json_schema_extra={
            "minLength": identity.SHORTEST_USERNAME,
            "maxLength": identity.LONGEST_USERNAME,
        },
    ),
]
Email = Annotated[
    Line,
    _without(identity.email_problem),
    Field(examples=["river@example.com"], json_schema_extra={"maxLength": identity.LONGEST_EMAIL}),
]
NewPassword = Annotated[
    str,
    _without(passwords.problem),
    Field(
        description="Any characters, spaces included; length alone counts.",
        examples=["four quiet lakes in May"],
        json_schema_extra={"format": "password", "maxLength": passwords.LONGEST},
    ),
]


class SignUp(Body):
    """A new account as its owner describes it."""

    username: Username
    password: NewPassword
    email: Annotated[Email | None, BLANK_IS_ABSENT] = None
    first_name: Annotated[PersonName | None, BLANK_IS_ABSENT] = None
    last_name: Annotated[PersonName | None, BLANK_IS_ABSENT] = None


class Account(Wire):
    """An account as its owner sees it."""

    id: str
    username: str
    email: str | None
    email_verified: bool
    first_name: str | None
    last_name: str | None
    role: Role
    created_at: datetime
    updated_at: datetime
