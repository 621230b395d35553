"""Endpoints to sign in, and to list and end sessions. Package ``sign_out`` signs out.

Views import the module for sessions when called: reading the own account doesn't need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.identity.account import (
    IncorrectCredentials,
    IncorrectSecondFactorCode,
    SecondFactorRequired,
)
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import NotFound, ServiceUnavailable, TooManyAttempts
from chalicelib.platform.log import LogEvent
from chalicelib.platform.responses import MessageResponse, Response
from chalicelib.sessions import authentication, cookie

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.schemas import Account, Paging, SessionPage, SignIn
    from chalicelib.sessions.session import CurrentUser

blueprint = Blueprint("sessions")


@blueprint.endpoint(
    "POST",
    "/signin",
    access=authentication.ANYONE,
    errors=(
        *(IncorrectCredentials, SecondFactorRequired, IncorrectSecondFactorCode),
        *(TooManyAttempts, ServiceUnavailable),
    ),
    sets_cookie=True,
    event=LogEvent.SIGNED_IN,
)
def sign_in(request: Request, body: SignIn) -> Response[Account]:
    """Sign in with a username or email. A session in the request ends."""
    from chalicelib.sessions.service import session_service

    context = authentication.client_context(request, shared_device=body.shared_device)
    new_session = session_service().sign_in(body.username, body.password, context, body.code)
    return Response(new_session.account, cookie=cookie.sign_in_cookies(new_session))


@blueprint.endpoint("GET", "/sessions", access=authentication.SIGNED_IN)
def list_sessions(
    request: Request, current_user: CurrentUser, query: Paging
) -> Response[SessionPage]:
    """List the account's active sessions."""
    from chalicelib.sessions.service import session_service

    return Response(
        session_service().list_active(current_user, request.received_at, query.limit, query.cursor)
    )


@blueprint.endpoint(
    "DELETE",
    "/sessions/{session_id}",
    access=authentication.SIGNED_IN_ALLOWING_MULTIPLE_SESSIONS,
    errors=(NotFound,),
    sets_cookie=True,
    event=LogEvent.SESSION_ENDED,
)
def end_session(current_user: list[CurrentUser], session_id: str) -> MessageResponse:
    """End a session of the account; `current` is the one that the request uses."""
    from chalicelib.sessions.service import session_service

    is_current = session_service().revoke(current_user, session_id)
    expired_cookie = cookie.expired_session_cookie() if is_current else None
    return MessageResponse("Session ended", cookie=expired_cookie)


@blueprint.endpoint(
    "DELETE",
    "/sessions",
    access=authentication.SIGNED_IN_SECOND_FACTOR_OPTIONAL,
    sets_cookie=True,
    event=LogEvent.ALL_SESSIONS_ENDED,
)
def end_all_sessions(current_user: CurrentUser) -> MessageResponse:
    """Sign out of all devices: end all of the account's sessions, including this one."""
    from chalicelib.sessions.service import session_service

    session_service().revoke_all(current_user)
    return MessageResponse("Signed out everywhere", cookie=cookie.expired_session_cookie())
