"""Signing in, and the sessions that begin so; signing out without them is a package of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.identity.account import (
    IncorrectCode,
    IncorrectCredentials,
    SecondFactorRequired,
)
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import NotFound, ServiceUnavailable, TooManyAttempts
from chalicelib.platform.log import LogEvent
from chalicelib.platform.responses import MessageResponse, Response
from chalicelib.sessions import cookie, guard
from chalicelib.sessions.lifecycle import sessions

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.schemas import Account, Paging, SessionPage, SignIn
    from chalicelib.sessions.session import Caller

blueprint = Blueprint("sessions")


@blueprint.endpoint(
    "POST",
    "/signin",
    access=guard.ANYONE,
    errors=(
        *(IncorrectCredentials, SecondFactorRequired, IncorrectCode),
        *(TooManyAttempts, ServiceUnavailable),
    ),
    sets_cookie=True,
    event=LogEvent.SIGNED_IN,
)
def sign_in(request: Request, body: SignIn) -> Response[Account]:
    """Sign in with a username or email. A session in the request ends."""
    visit = guard.visit(request)
    opening = sessions().sign_in(body.username, body.password, visit, body.code)
    return Response(opening.account, cookie=cookie.handing_over(opening))


@blueprint.endpoint("GET", "/sessions", access=guard.SIGNED_IN)
def list_sessions(request: Request, caller: Caller, query: Paging) -> Response[SessionPage]:
    """List the account's active sessions."""
    return Response(sessions().alive(caller, request.received_at, query.limit, query.cursor))


@blueprint.endpoint(
    "DELETE",
    "/sessions/{session_id}",
    access=guard.SIGNED_IN_WITH_ANY,
    errors=(NotFound,),
    sets_cookie=True,
    event=LogEvent.SESSION_ENDED,
)
def end_session(caller: list[Caller], session_id: str) -> MessageResponse:
    """End a session of the account; `current` is the one that the request uses."""
    own = sessions().end(caller, session_id)
    return MessageResponse("Session ended", cookie=cookie.emptied() if own else None)


@blueprint.endpoint(
    "DELETE",
    "/sessions",
    access=guard.SIGNED_IN_AT_ALL,
    sets_cookie=True,
    event=LogEvent.ALL_SESSIONS_ENDED,
)
def end_all_sessions(caller: Caller) -> MessageResponse:
    """Sign out of all devices: end all of the account's sessions, including this one."""
    sessions().end_all(caller)
    return MessageResponse("Signed out everywhere", cookie=cookie.emptied())
