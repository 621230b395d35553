"""A request → the account behind it, or an error.

Every package declares whom it admits. The functions that need to know the caller import what that
takes, since signing out admits anyone.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from chalicelib.identity.role import Permission, roles_with
from chalicelib.platform import log, settings
from chalicelib.platform.endpoints import Access
from chalicelib.platform.errors import (
    ApiError,
    Forbidden,
    MultipleSessions,
    ServiceUnavailable,
    Unauthenticated,
)
from chalicelib.sessions import cookie

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import ClientContext, CurrentUser
    from chalicelib.sessions.token import Claims

# Whose session a client takes it for that it asks with; whoever does not say takes any.
_EXPECTED_ACCOUNT = "expected-account"


class SecondFactorSetupRequired(ApiError):
    """Staff must set up two-step verification first."""

    STATUS_CODE = 403
    code = "second_factor_setup_required"
    message = "Your account can see other people’s information. Set up two-step verification first."


def client_context(request: Request) -> ClientContext:
    """Return the circumstances in which a request signs somebody in.

    Raises:
        ServiceUnavailable: a cookie of ours came along and the keys to read it cannot be had.
    """
    from chalicelib.sessions import trusted_device
    from chalicelib.sessions.keys import session_keys
    from chalicelib.sessions.session import ClientContext

    issuer = settings.current().issuer
    read = (
        trusted_device.read(one, session_keys(), issuer) for one in cookie.device_tokens(request)
    )
    known = {one.id: one for one in read if one}
    return ClientContext(
        request.received_at,
        request.address,
        request.user_agent,
        tuple(_valid_claims(request)),
        # Of several that are valid, none is chosen.
        known.popitem()[1] if len(known) == 1 else None,
    )


def _valid_claims(request: Request) -> list[Claims]:
    """Return what each valid token of a request says, once for each session."""
    if not (presented := cookie.session_tokens(request)):
        return []
    from chalicelib.sessions import token
    from chalicelib.sessions.keys import session_keys

    found = {}
    for one in presented:
        with contextlib.suppress(Unauthenticated):
            claims = token.read(one, session_keys(), settings.current().issuer)
            found[claims.session_id] = claims
    return list(found.values())


def _current_users(request: Request) -> list[CurrentUser]:
    """Return who is behind each token of a request whose session has not ended; one at least."""
    presented = _valid_claims(request)
    # Another tab of the browser may have signed somebody else in: what one person has typed is
    # not for the other's account, nor the other's answers for the page of the first.
    expected = request.headers.get(_EXPECTED_ACCOUNT)
    if len(presented) == 1:
        log.bind_account(presented[0].account_id)
    if expected not in {None, *(claims.account_id for claims in presented)}:
        raise Unauthenticated
    callers = []
    if presented:
        from chalicelib.sessions.service import session_service

        for claims in presented:
            with contextlib.suppress(Unauthenticated):
                callers.append(session_service().authenticate(claims, request.received_at))
    if expected not in {None, *(caller.account.id for caller in callers)} or not callers:
        raise Unauthenticated
    return callers


def _require_one_session(request: Request) -> CurrentUser:
    """Admit a person who is signed in with one session, however many cookies came.

    A token that is not valid, or whose session has ended, does not count beside one that is.
    """
    callers = _current_users(request)
    if len(callers) > 1:
        raise MultipleSessions
    log.bind_account(callers[0].account.id)
    return callers[0]


def _require_setup(request: Request) -> CurrentUser:
    """Admit whoever is signed in, unless they are staff who still need a second factor.

    OWASP ASVS 5.0 6.3.3.
    """
    caller = _require_one_session(request)
    account = caller.account
    required = settings.current().staff_second_factor == settings.REQUIRED
    if required and account.role.is_staff and not account.second_factor:
        raise SecondFactorSetupRequired
    return caller


def _allow_anyone(_: Request) -> None:
    """Admit whoever it is, and look at nothing."""


ANYONE = Access("anyone", _allow_anyone)
# What is raised where it is not clear who asks.
_AUTHENTICATION_ERRORS = (Unauthenticated, MultipleSessions, ServiceUnavailable)
SIGNED_IN = Access(
    "signed in", _require_setup, (*_AUTHENTICATION_ERRORS, SecondFactorSetupRequired)
)
# Who one is, the way out, and what staff without a second factor have to do first.
SIGNED_IN_BEFORE_SETUP = Access("signed in", _require_one_session, _AUTHENTICATION_ERRORS)
# The person behind any of the tokens: ending their sessions doesn't need just one.
SIGNED_IN_WITH_ANY_SESSION = Access("signed in", _current_users, _AUTHENTICATION_ERRORS)


def permitted(permission: Permission) -> Access:
    """Return the access of an endpoint for accounts whose role has a permission."""

    def authorize(request: Request) -> CurrentUser:
        caller = _require_setup(request)
        if not caller.account.role.permits(permission):
            raise Forbidden
        return caller

    return Access(
        ", ".join(roles_with(permission)),
        authorize,
        (*_AUTHENTICATION_ERRORS, Forbidden, SecondFactorSetupRequired),
        privileged=True,
    )
