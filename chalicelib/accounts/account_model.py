"""An account on the wire, and what signing in takes beside a name: what every sign-in needs.

The other models of accounts are built where they are needed; each takes its time at a cold start.
"""

from typing import Annotated

from pydantic import Field

from chalicelib.accounts.role import Role
from chalicelib.platform import lengths
from chalicelib.platform.models import Identifier, Moment, Wire

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
