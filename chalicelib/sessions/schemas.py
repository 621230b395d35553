"""Schemas of the session endpoints."""

from typing import Annotated

from chalicelib.identity import passwords
from chalicelib.identity.schemas import Account, Code, LoginName, SharedDevice
from chalicelib.platform.fields import Field
from chalicelib.platform.request_schema import BodySchema, Paging
from chalicelib.platform.response_schema import Identifier, ResponseSchema, Timestamp
from chalicelib.platform.text import BLANK_IS_ABSENT

__all__ = ["Account", "ListedSession", "Paging", "SessionPage", "SignIn"]


class SignIn(BodySchema):
    """Credentials; the username can be the account's email."""

    username: LoginName
    password: Annotated[
        str,
        Field(
            min_length=1,
            max_length=passwords.MAX_VERIFIABLE_PASSWORD_LENGTH,
            examples=["four quiet lakes in May"],
        ),
    ]
    code: Annotated[
        Code | None,
        BLANK_IS_ABSENT,
        Field(description="The code, if the response was `second_factor_required`."),
    ] = None
    shared_device: SharedDevice = False


class ListedSession(ResponseSchema):
    """A session of the account."""

    id: Identifier
    current: Annotated[
        bool, Field(description="Whether it is the session of this request.", examples=[True])
    ]
    started_at: Timestamp
    expires_at: Annotated[Timestamp, Field(examples=["2026-11-23T04:08:33Z"])]
    address: Annotated[str, Field(examples=["203.0.113.9"])]
    user_agent: Annotated[str, Field(examples=["Mozilla/5.0 (X11; Linux x86_64; rv:146.0)"])]
    shared_device: Annotated[
        bool,
        Field(description="Whether other people use the device, too.", examples=[False]),
    ]


class SessionPage(ResponseSchema):
    """A page of the account's sessions, newest first."""

    items: list[ListedSession]
    cursor: Annotated[
        str | None,
        Field(description="The start of the next page; null on the last page.", examples=[None]),
    ]
