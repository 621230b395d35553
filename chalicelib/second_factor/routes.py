"""Setting up an authenticator app, and doing without it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.identity.account import EmailNotVerified, SecondFactorActive
from chalicelib.platform.actions import Room
from chalicelib.platform.answers import Answer, Done
from chalicelib.platform.errors import TooManyAttempts
from chalicelib.platform.log import Event
from chalicelib.sessions import cookie, guard

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.second_factor.own import OwnSecondFactor
    from chalicelib.second_factor.schemas import Begin, Begun, Confirm, Prove, RecoveryCodes
    from chalicelib.sessions.session import Caller

room = Room("second_factor")


def _own(request: Request, caller: Caller) -> OwnSecondFactor:
    # Imported here: signing in, which is another package of the same function, does without.
    from chalicelib.second_factor.own import own_second_factor

    visit = guard.visit(request)
    return own_second_factor(caller, visit, request.identifier, request.language)


@room.action(
    "POST",
    "/mfa/totp",
    who=guard.SIGNED_IN_AT_ALL,
    refusals=(EmailNotVerified, SecondFactorActive, TooManyAttempts),
)
def begin_second_factor(request: Request, caller: Caller, body: Begin) -> Answer[Begun]:
    """Start to set up an authenticator app. Sign-in asks for codes once it's confirmed."""
    own = _own(request, caller)
    return Answer(own.begin(body.current_password))


@room.action(
    "POST",
    "/mfa/totp/confirm",
    who=guard.SIGNED_IN_AT_ALL,
    refusals=(EmailNotVerified, TooManyAttempts),
    sets_cookie=True,
    event=Event.SECOND_FACTOR_SET,
)
def confirm_second_factor(request: Request, caller: Caller, body: Confirm) -> Answer[RecoveryCodes]:
    """Confirm the authenticator app with its code. All other sessions end."""
    own = _own(request, caller)
    recovery_codes, opening = own.confirm(body.code)
    return Answer({"recovery_codes": recovery_codes}, cookie=cookie.handing_over(opening))


@room.action(
    "POST",
    "/mfa/recovery-codes",
    who=guard.SIGNED_IN,
    refusals=(TooManyAttempts,),
    event=Event.RECOVERY_CODES_MADE,
)
def renew_recovery_codes(request: Request, caller: Caller, body: Prove) -> Answer[RecoveryCodes]:
    """Create ten new recovery codes. The earlier ones stop working."""
    own = _own(request, caller)
    return Answer({"recovery_codes": own.renew(body.current_password, body.code)})


@room.action(
    "POST",
    "/mfa/totp/remove",
    who=guard.SIGNED_IN,
    refusals=(TooManyAttempts,),
    event=Event.SECOND_FACTOR_REMOVED,
)
def remove_second_factor(request: Request, caller: Caller, body: Prove) -> Done:
    """Turn off two-step verification."""
    own = _own(request, caller)
    own.remove(body.current_password, body.code)
    return Done("Signing in takes no code any more")
