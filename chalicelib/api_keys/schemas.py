"""Schemas of responses about API keys."""

from datetime import date
from typing import Annotated

from chalicelib.api_keys.management import ApiKeyStatus
from chalicelib.api_keys.scope import Scope
from chalicelib.platform.fields import Field
from chalicelib.platform.response_schema import Identifier, ResponseSchema, Timestamp


class ApiKey(ResponseSchema):
    """An API key, as SuperAdmins see it."""

    id: Identifier
    name: Annotated[str, Field(examples=["Payroll"])]
    scopes: Annotated[list[Scope], Field(examples=[["registrations:read"]])]
    status: Annotated[
        ApiKeyStatus,
        Field(
            description="`suspended`: the account that created it is disabled, deleted, no longer "
            "a SuperAdmin, or lacks a required second factor.",
            examples=["active"],
        ),
    ]
    created_by: Annotated[Identifier, Field(description="The account that created it.")]
    created_by_username: Annotated[
        str | None, Field(description="Null if the account was deleted.", examples=["sue"])
    ]
    created_at: Timestamp
    expires_at: Annotated[Timestamp, Field(examples=["2027-11-22T20:08:33Z"])]
    last_used_on: Annotated[
        date | None,
        Field(description="The day, in UTC. Null if it never was.", examples=["2026-11-29"]),
    ]
    revoked_at: Annotated[
        Timestamp | None, Field(description="Null if it wasn't.", examples=[None])
    ]


class ApiKeyList(ResponseSchema):
    """All API keys, newest first. Those that have ended stay for 30 days."""

    items: list[ApiKey]


class NewApiKey(ApiKey):
    """A new API key. This response alone has its `token`."""

    token: Annotated[
        str,
        Field(
            description="What the other system sends. It isn't shown again.",
            examples=["blp_01KAPZ5J8QV6M3T9XW2RDN4C7E_0f…"],
        ),
    ]
