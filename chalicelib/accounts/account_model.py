"""An account on the wire, and what signing in takes beside a name: what every sign-in needs.

The other models of accounts are built where they are needed; each takes its time at a cold start.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.accounts import identity
from chalicelib.accounts.role import Role
from chalicelib.platform import lengths
from chalicelib.platform.models import Identifier, Line, Moment, Wire


def _as_typed(value: object) -> object:
    return identity.as_typed(value) if isinstance(value, str) else value


# Put last beside a name of an account: what shows nothing is not part of it.
AS_TYPED_NAME = BeforeValidator(_as_typed)
# A username or an email, as a person types it to be recognized. It may be one that nobody could
# choose today: accounts from before a rule keep their names.
LoginName = Annotated[
    Line,
    Field(min_length=1, max_length=lengths.LINE, examples=["river.okafor"]),
    AS_TYPED_NAME,
]

Code = Annotated[
    str,
    Field(
        min_length=1,
        max_length=lengths.CODE,
        description="Six digits of the authenticator app, or a recovery code.",
        examples=["755224"],
    ),
]


class Account(Wire):
    """An account as its owner sees it."""

    id: Identifier
    username: Annotated[str, Field(examples=["river.okafor"])]
    email: Annotated[str | None, Field(examples=["river@example.com"])]
    email_verified: Annotated[bool, Field(examples=[False])]
    first_name: Annotated[str | None, Field(examples=["River"])]
    last_name: Annotated[str | None, Field(examples=["Okafor"])]
    role: Role
    second_factor: Annotated[
        bool, Field(description="Whether signing in takes a code, too.", examples=[False])
    ]
    created_at: Moment
    updated_at: Moment
