"""Schemas of request bodies of API keys."""

from typing import Annotated

from chalicelib.accounts.confirmation_token import ConfirmationToken
from chalicelib.api_keys.api_key import MAX_LIFETIME
from chalicelib.api_keys.scope import Scope
from chalicelib.platform import lengths
from chalicelib.platform.fields import Field
from chalicelib.platform.request_schema import BodySchema
from chalicelib.platform.text import SingleLine


class CreateApiKey(BodySchema):
    """What a new API key is for, what it may read, and for how long."""

    confirmation: ConfirmationToken
    name: Annotated[
        SingleLine,
        Field(
            min_length=1,
            max_length=lengths.API_KEY_NAME,
            description="Which system uses it.",
            examples=["Payroll"],
        ),
    ]
    scopes: Annotated[
        list[Scope],
        Field(
            min_length=1,
            max_length=len(Scope),
            description="What it may read.",
            examples=[["registrations:read"]],
        ),
    ]
    expires_in_days: Annotated[
        int, Field(ge=1, le=MAX_LIFETIME.days, description="When it ends.", examples=[90])
    ]
