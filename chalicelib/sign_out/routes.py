"""Signing out: nothing is read or written, so that it works when everything else is down.

Its function loads this package alone, and its role may write a log and nothing else. What ends a
session on the server is in the package ``sessions``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.platform.actions import Room
from chalicelib.platform.answers import Done
from chalicelib.platform.errors import CrossSite
from chalicelib.platform.log import Event
from chalicelib.platform.origins import refuse_unless_fetched_by_own_page
from chalicelib.sessions import cookie, guard

if TYPE_CHECKING:
    from chalicelib.platform.request import Request

room = Room("sign_out")


@room.action("POST", "/signout", who=guard.ANYONE, sets_cookie=True, event=Event.SIGNED_OUT)
def sign_out() -> Done:
    """Sign out: clear the session cookie. Works without a session or a database."""
    return Done("Logout complete", cookie=cookie.emptied())


@room.action(
    "GET",
    "/signout",
    who=guard.ANYONE,
    refusals=(CrossSite,),
    sets_cookie=True,
    event=Event.SIGNED_OUT,
)
def sign_out_by_get(request: Request) -> Done:
    """Sign out with GET, for scripts only: links and images are rejected."""
    refuse_unless_fetched_by_own_page(request)
    return Done("Logout complete", cookie=cookie.emptied())
