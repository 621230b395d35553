"""Signing out: nothing is read or written, so that it works when everything else is down.

Its function loads this package alone, and its role may write a log and nothing else. What ends a
session on the server is in the package ``sessions``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.platform.csrf import require_same_origin_fetch
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import CsrfRejected
from chalicelib.platform.log import LogEvent
from chalicelib.platform.responses import MessageResponse
from chalicelib.sessions import authentication, cookie

if TYPE_CHECKING:
    from chalicelib.platform.request import Request

blueprint = Blueprint("sign_out")


@blueprint.endpoint(
    "POST", "/signout", access=authentication.ANYONE, sets_cookie=True, event=LogEvent.SIGNED_OUT
)
def sign_out() -> MessageResponse:
    """Sign out: clear the session cookie. Works without a session or a database."""
    return MessageResponse("Logout complete", cookie=cookie.cleared_cookie())


@blueprint.endpoint(
    "GET",
    "/signout",
    access=authentication.ANYONE,
    errors=(CsrfRejected,),
    sets_cookie=True,
    event=LogEvent.SIGNED_OUT,
)
def sign_out_by_get(request: Request) -> MessageResponse:
    """Sign out with GET, for scripts only: links and images are rejected."""
    require_same_origin_fetch(request)
    return MessageResponse("Logout complete", cookie=cookie.cleared_cookie())
