"""Signing in, and the sessions that begin so; signing out without them is a package of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.identity.account import (
    IncorrectCode,
    IncorrectCredentials,
    SecondFactorRequired,
)
from chalicelib.platform.actions import Room
from chalicelib.platform.answers import Answer, Done
from chalicelib.platform.errors import NotFound, TooManyAttempts, Unavailable
from chalicelib.platform.log import Event
from chalicelib.sessions import cookie, guard
from chalicelib.sessions.lifecycle import sessions

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.schemas import Account, Paging, SessionPage, SignIn
    from chalicelib.sessions.session import Caller

room = Room("sessions")


@room.action(
    "POST",
    "/signin",
    who=guard.ANYONE,
    refusals=(
        *(IncorrectCredentials, SecondFactorRequired, IncorrectCode),
        *(TooManyAttempts, Unavailable),
    ),
    sets_cookie=True,
    event=Event.SIGNED_IN,
)
def sign_in(request: Request, body: SignIn) -> Answer[Account]:
    """Sign in with a username or email. A session in the request ends."""
    visit = guard.visit(request)
    opening = sessions().sign_in(body.username, body.password, visit, body.code)
    return Answer(opening.account, cookie=cookie.handing_over(opening))


@room.action("GET", "/sessions", who=guard.SIGNED_IN)
def list_sessions(request: Request, caller: Caller, query: Paging) -> Answer[SessionPage]:
    """List the account's active sessions."""
    return Answer(sessions().alive(caller, request.received_at, query.limit, query.cursor))


@room.action(
    "DELETE",
    "/sessions/{session_id}",
    who=guard.SIGNED_IN_WITH_ANY,
    refusals=(NotFound,),
    sets_cookie=True,
    event=Event.SESSION_ENDED,
)
def end_session(caller: list[Caller], session_id: str) -> Done:
    """End a session of the account; `current` is the one that the request uses."""
    own = sessions().end(caller, session_id)
    return Done("Session ended", cookie=cookie.emptied() if own else None)


@room.action(
    "DELETE",
    "/sessions",
    who=guard.SIGNED_IN_AT_ALL,
    sets_cookie=True,
    event=Event.ALL_SESSIONS_ENDED,
)
def end_all_sessions(caller: Caller) -> Done:
    """Sign out of all devices: end all of the account's sessions, including this one."""
    sessions().end_all(caller)
    return Done("Signed out everywhere", cookie=cookie.emptied())
