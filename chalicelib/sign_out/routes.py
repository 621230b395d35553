"""Sign-out: delete the cookie, without reading or writing anything.

So it works while the database is down, and with any cookie or none. Its Lambda function loads only
this package, and its role may only write a log. ``DELETE /sessions/current`` in the package
``sessions`` ends the session on the server, too. It needs the database, so the pages call it first,
and this endpoint if it fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.platform.csrf import require_same_origin_fetch
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import CrossSiteRequest
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
    return MessageResponse("Logout complete", cookie=cookie.expired_session_cookie())


@blueprint.endpoint(
    "GET",
    "/signout",
    access=authentication.ANYONE,
    errors=(CrossSiteRequest,),
    sets_cookie=True,
    event=LogEvent.SIGNED_OUT,
)
def sign_out_by_get(request: Request) -> MessageResponse:
    """Sign out with GET, for scripts only: links and images are rejected."""
    require_same_origin_fetch(request)
    return MessageResponse("Logout complete", cookie=cookie.expired_session_cookie())
