"""The account's own data: export and deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.accounts.confirmation_required import ConfirmationRequired
from chalicelib.identity.account import AccountBeingMerged, LastSuperAdmin
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import TooManyAttempts
from chalicelib.platform.log import LogEvent
from chalicelib.platform.responses import DownloadResponse, MessageResponse
from chalicelib.sessions import authentication, cookie

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.privacy.bodies import (
        DeleteAccount,
    )
    from chalicelib.privacy.schemas import (
        Export,
    )
    from chalicelib.sessions.session import CurrentUser

blueprint = Blueprint("privacy")


@blueprint.endpoint(
    "GET",
    "/me/export",
    access=authentication.SIGNED_IN,
    errors=(TooManyAttempts,),
    event=LogEvent.ACCOUNT_EXPORTED,
)
def export_me(request: Request, current_user: CurrentUser) -> DownloadResponse[Export]:
    """Export all data about the account."""
    from chalicelib.privacy.export import export  # imports many packages: only where it is needed

    return DownloadResponse(export(current_user, request.received_at))


@blueprint.endpoint(
    "POST",
    "/me/delete",
    access=authentication.SIGNED_IN,
    errors=(LastSuperAdmin, ConfirmationRequired, TooManyAttempts, AccountBeingMerged),
    sets_cookie=True,
    event=LogEvent.ACCOUNT_ERASED,
)
def erase_me(request: Request, current_user: CurrentUser, body: DeleteAccount) -> MessageResponse:
    """Delete the account and all its personal data. After a failure, send the request again."""
    from chalicelib.privacy.erasure import Erasure  # imports many packages: only where it is needed

    erasure = Erasure(current_user, authentication.client_context(request), request.id)
    erasure.erase(body)
    return MessageResponse("Your account was deleted.", cookie=cookie.expired_sign_in_cookies())
