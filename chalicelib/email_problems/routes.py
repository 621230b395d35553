"""The endpoint with which people get emails again, after mail to them bounced or was spam."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import TooManyAttempts
from chalicelib.platform.log import LogEvent
from chalicelib.platform.responses import Response
from chalicelib.sessions import authentication

if TYPE_CHECKING:
    from chalicelib.email_problems.schemas import Account
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import CurrentUser

blueprint = Blueprint("email_problems")


@blueprint.endpoint(
    "DELETE",
    "/me/email/problems",
    # Staff verify their email before they set up a second factor
    access=authentication.SIGNED_IN_SECOND_FACTOR_OPTIONAL,
    errors=(TooManyAttempts,),
    event=LogEvent.EMAIL_PROBLEMS_CLEARED,
)
def clear_email_problems(request: Request, current_user: CurrentUser) -> Response[Account]:
    """Send emails to the account's addresses again, although mail there bounced or was spam."""
    from chalicelib.email_problems.clearing import clear

    return Response(clear(current_user.account, request.received_at))
