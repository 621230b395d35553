"""What is held about oneself: to have it, and to have it erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.identity.account import BeingMerged, LastSuperAdmin
from chalicelib.platform.actions import Room
from chalicelib.platform.answers import Done, Download
from chalicelib.platform.errors import TooManyAttempts
from chalicelib.platform.log import Event
from chalicelib.sessions import cookie, guard

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.privacy.schemas import Export, Farewell
    from chalicelib.sessions.session import Caller

room = Room("privacy")


@room.action("GET", "/me/export", who=guard.SIGNED_IN, event=Event.ACCOUNT_EXPORTED)
def export_me(request: Request, caller: Caller) -> Download[Export]:
    """Export all data about the account."""
    from chalicelib.privacy.export import export  # imports many packages: only where it is needed

    return Download(export(caller, request.received_at))


@room.action(
    "POST",
    "/me/delete",
    who=guard.SIGNED_IN,
    refusals=(LastSuperAdmin, TooManyAttempts, BeingMerged),
    sets_cookie=True,
    event=Event.ACCOUNT_ERASED,
)
def erase_me(request: Request, caller: Caller, body: Farewell) -> Done:
    """Delete the account and all its personal data. After a failure, send the request again."""
    from chalicelib.privacy.erasure import Erasure  # imports many packages: only where it is needed

    erasure = Erasure(caller, guard.visit(request), request.identifier)
    erasure.erase(body.current_password)
    return Done("Your account was deleted.", cookie=cookie.both_emptied())
