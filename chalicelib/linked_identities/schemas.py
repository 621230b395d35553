"""Schemas of responses about linked identities."""

from typing import Annotated

from chalicelib.identity.schemas import Account, LastUses
from chalicelib.oidc.authorization import Purpose
from chalicelib.platform.fields import Field
from chalicelib.platform.response_schema import Identifier, ResponseSchema, Timestamp

__all__ = ["Account", "LinkedIdentities", "LinkedIdentity", "ProvedIdentity"]

_Provider = Annotated[str, Field(description="The provider’s name in paths.", examples=["google"])]
_Label = Annotated[str, Field(description="The provider’s name for people.", examples=["Google"])]


class ProvedIdentity(ResponseSchema):
    """Who signed in at a provider, to fill in a form with."""

    provider: _Provider
    label: _Label
    purpose: Purpose
    email: Annotated[str | None, Field(examples=["river@example.com"])]
    email_verified: Annotated[
        bool, Field(description="Whether the provider has verified it.", examples=[True])
    ]
    username: Annotated[str, Field(description="A suggestion.", examples=["river.okafor.4726"])]
    first_name: Annotated[str | None, Field(examples=["River"])]
    last_name: Annotated[str | None, Field(examples=["Okafor"])]


class LinkedIdentity(ResponseSchema):
    """A person at a provider who may sign in to the account."""

    id: Identifier
    provider: _Provider
    label: _Label
    email: Annotated[
        str | None,
        Field(description="The email there when it was linked.", examples=["river@example.com"]),
    ]
    linked_at: Timestamp
    last_used_at: Timestamp


class LinkedIdentities(ResponseSchema):
    """The identities that are linked to the account, the first linked first; and other methods."""

    items: list[LinkedIdentity]
    last_uses: LastUses
    has_password: Annotated[
        bool,
        Field(
            description="Whether the account has a password. Without one, its owner sets it with "
            "an emailed link (`POST /password/forgot`).",
            examples=[True],
        ),
    ]
