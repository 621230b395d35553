"""What is said of sessions on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from chalicelib.accounts.models import Account
from chalicelib.platform.models import Body, Line, Query, Wire

__all__ = ["Account", "ListedSession", "Paging", "SessionPage", "SignIn"]


class SignIn(Body):
    """Who wants in; the username may be the account's email."""

    username: Annotated[Line, Field(min_length=1, max_length=254, examples=["river.okafor"])]
    password: Annotated[
        str, Field(min_length=1, max_length=1024, examples=["four quiet lakes in May"])
    ]


class Paging(Query):
    """Which part of a list is wanted."""

    limit: Annotated[int, Field(ge=1, le=100)] = 25
    cursor: Annotated[str | None, Field(min_length=1, max_length=2048)] = None


class ListedSession(Wire):
    """One of one's own sessions."""

    id: str
    current: bool
    started_at: datetime
    expires_at: datetime
    address: str
    user_agent: str


class SessionPage(Wire):
    """Some of one's own sessions, newest first."""

    items: list[ListedSession]
    cursor: str | None
