"""Setting up an authenticator app, and doing without it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.identity.account import EmailNotVerified, SecondFactorActive
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import TooManyAttempts
from chalicelib.platform.log import LogEvent
from chalicelib.platform.responses import MessageResponse, Response
from chalicelib.sessions import authentication, cookie

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.second_factor.bodies import (
        Begin,
        Confirm,
        Prove,
    )
    from chalicelib.second_factor.enrollment import SecondFactorEnrollment
    from chalicelib.second_factor.schemas import (
        Begun,
        RecoveryCodes,
    )
    from chalicelib.sessions.session import CurrentUser

blueprint = Blueprint("second_factor")


def _own(request: Request, current_user: CurrentUser) -> SecondFactorEnrollment:
    # Imported here: signing in, which is another package of the same function, does without.
    from chalicelib.second_factor.enrollment import second_factor_enrollment

    context = authentication.client_context(request)
    return second_factor_enrollment(current_user, context, request.id, request.language)


@blueprint.endpoint(
    "POST",
    "/mfa/totp",
    access=authentication.SIGNED_IN_SECOND_FACTOR_OPTIONAL,
    errors=(EmailNotVerified, SecondFactorActive, TooManyAttempts),
)
def begin_second_factor(
    request: Request, current_user: CurrentUser, body: Begin
) -> Response[Begun]:
    """Start to set up an authenticator app. Sign-in asks for codes once it's confirmed."""
    service = _own(request, current_user)
    return Response(service.begin(body.current_password))


@blueprint.endpoint(
    "POST",
    "/mfa/totp/confirm",
    access=authentication.SIGNED_IN_SECOND_FACTOR_OPTIONAL,
    errors=(EmailNotVerified, TooManyAttempts),
    sets_cookie=True,
    event=LogEvent.SECOND_FACTOR_SET,
)
def confirm_second_factor(
    request: Request, current_user: CurrentUser, body: Confirm
) -> Response[RecoveryCodes]:
    """Confirm the authenticator app with its code. All other sessions end."""
    service = _own(request, current_user)
    recovery_codes, new_session = service.confirm(body.code)
    return Response({"recovery_codes": recovery_codes}, cookie=cookie.sign_in_cookies(new_session))


@blueprint.endpoint(
    "POST",
    "/mfa/recovery-codes",
    access=authentication.SIGNED_IN,
    errors=(TooManyAttempts,),
    event=LogEvent.RECOVERY_CODES_CREATED,
)
def renew_recovery_codes(
    request: Request, current_user: CurrentUser, body: Prove
) -> Response[RecoveryCodes]:
    """Create ten new recovery codes. The earlier ones stop working."""
    service = _own(request, current_user)
    return Response({"recovery_codes": service.renew(body.current_password, body.code)})


@blueprint.endpoint(
    "POST",
    "/mfa/totp/remove",
    access=authentication.SIGNED_IN,
    errors=(TooManyAttempts,),
    event=LogEvent.SECOND_FACTOR_REMOVED,
)
def remove_second_factor(
    request: Request, current_user: CurrentUser, body: Prove
) -> MessageResponse:
    """Turn off two-step verification."""
    service = _own(request, current_user)
    service.remove(body.current_password, body.code)
    return MessageResponse("Signing in takes no code any more")
