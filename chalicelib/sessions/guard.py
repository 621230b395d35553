"""A request → the account behind it, or a refusal.

Every room declares whom it admits. What it takes to know somebody is imported by the functions that
need it, since signing out admits anyone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.accounts.role import Role
from chalicelib.platform import log, settings
from chalicelib.platform.actions import Who
from chalicelib.platform.errors import Forbidden, NotSignedIn, Refusal, Unavailable
from chalicelib.sessions import cookie

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import Caller, Visit
    from chalicelib.sessions.token import Claims

# Whose session a client takes it for that it asks with; whoever does not say takes any.
_EXPECTED_ACCOUNT = "expected-account"


class SecondFactorSetupRequired(Refusal):
    """Staff without a second factor, on a stage where they must have one."""

    STATUS_CODE = 403
    code = "second_factor_setup_required"
    sentence = "Your account opens other people's data. Set up an authenticator app first."


def visit(request: Request) -> Visit:
    """Return the circumstances in which a request signs somebody in.

    Raises:
        Unavailable: a cookie of ours came along and the keys to read it cannot be had.
    """
    from chalicelib.sessions import device
    from chalicelib.sessions.keys import session_keys
    from chalicelib.sessions.session import Visit

    try:
        presented = _claims(request)
    except NotSignedIn:
        presented = None
    known = cookie.device_in(request)
    return Visit(
        request.received_at,
        request.address,
        request.user_agent,
        presented,
        device.read(known, session_keys(), settings.current().issuer) if known else None,
    )


def _claims(request: Request) -> Claims:
    presented = cookie.token_in(request)
    if not presented:
        raise NotSignedIn
    from chalicelib.sessions import token
    from chalicelib.sessions.keys import session_keys

    return token.read(presented, session_keys(), settings.current().issuer)


def _signed_in(request: Request) -> Caller:
    claims = _claims(request)
    log.concern(claims.account_id)
    # Another tab of the browser may have signed somebody else in: what one person has typed is
    # not for the other's account, nor the other's answers for the page of the first.
    if request.headers.get(_EXPECTED_ACCOUNT, claims.account_id) != claims.account_id:
        raise NotSignedIn
    from chalicelib.sessions.lifecycle import sessions

    return sessions().caller(claims, request.received_at)


def _set_up(request: Request) -> Caller:
    """Admit whoever is signed in, unless they are staff who still need a second factor.

    OWASP ASVS 5.0 6.3.3.
    """
    caller = _signed_in(request)
    account = caller.account
    required = settings.current().staff_second_factor == settings.REQUIRED
    if required and account.role.is_staff and not account.second_factor:
        raise SecondFactorSetupRequired
    return caller


def _anyone(_: Request) -> None:
    """Admit whoever it is, and look at nothing."""


def _with_role(*roles: Role) -> Callable[[Request], Caller]:
    def admit(request: Request) -> Caller:
        caller = _set_up(request)
        if caller.account.role not in roles:
            raise Forbidden
        return caller

    return admit


ANYONE = Who("anyone", _anyone)
SIGNED_IN = Who("signed in", _set_up, (NotSignedIn, SecondFactorSetupRequired, Unavailable))
# Who one is, the way out, and what staff without a second factor have to do first.
SIGNED_IN_AT_ALL = Who("signed in", _signed_in, (NotSignedIn, Unavailable))
STAFF = Who(
    "staff",
    _with_role(Role.ADMIN, Role.SUPER_ADMIN),
    (NotSignedIn, Forbidden, SecondFactorSetupRequired, Unavailable),
    privileged=True,
)
SUPER_ADMIN = Who(
    "SuperAdmin",
    _with_role(Role.SUPER_ADMIN),
    (NotSignedIn, Forbidden, SecondFactorSetupRequired, Unavailable),
    privileged=True,
)
