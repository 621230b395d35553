"""Authenticate a request: return its account, or raise an error.

Each endpoint declares its access. The authenticating functions import what they need, because
signing out needs no authentication.
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

# The account that the client expects to be signed in to; without the header, any account.
_EXPECTED_ACCOUNT = "expected-account"


class SecondFactorSetupRequired(ApiError):
    """Staff must set up two-step verification first."""

    STATUS_CODE = 403
    code = "second_factor_setup_required"
    message = "Your account can see other people’s information. Set up two-step verification first."


def client_context(request: Request) -> ClientContext:
    """Return the client context of a request that signs in or up.

    Raises:
        ServiceUnavailable: the request has a session cookie, and the keys can't be fetched.
    """
    from chalicelib.sessions import trusted_device
    from chalicelib.sessions.keys import account_keys
    from chalicelib.sessions.session import ClientContext

    issuer = settings.current().issuer
    read = (
        trusted_device.read(one, account_keys(), issuer) for one in cookie.device_tokens(request)
    )
    known = {one.id: one for one in read if one}
    return ClientContext(
        request.received_at,
        request.address,
        request.user_agent,
        tuple(_valid_claims(request)),
        # If several device tokens are valid, use none.
        known.popitem()[1] if len(known) == 1 else None,
    )


def _valid_claims(request: Request) -> list[Claims]:
    """Return the claims of each valid token of a request, once for each session."""
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
    """Return the current user of each token with an active session; at least one."""
    presented = _valid_claims(request)
    # Another browser tab may have signed in to another account. Input for one account must not go
    # to the other, and a page of one account must not get responses for the other.
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
    """Authorize a user with exactly one session, however many cookies the request has.

    Tokens that are invalid, or whose session has ended, don't count if another one is valid.
    """
    callers = _current_users(request)
    if len(callers) > 1:
        raise MultipleSessions
    log.bind_account(callers[0].account.id)
    return callers[0]


def _require_setup(request: Request) -> CurrentUser:
    """Authorize any signed-in user, except staff who still need a second factor.

    OWASP ASVS 5.0 6.3.3.
    """
    caller = _require_one_session(request)
    account = caller.account
    required = settings.current().staff_second_factor == settings.REQUIRED
    if required and account.role.is_staff and not account.second_factor:
        raise SecondFactorSetupRequired
    return caller


def _allow_anyone(_: Request) -> None:
    """Authorize every request, without looking at its cookies."""


ANYONE = Access("anyone", _allow_anyone)
# The error for an ambiguous session.
_AUTHENTICATION_ERRORS = (Unauthenticated, MultipleSessions, ServiceUnavailable)
SIGNED_IN = Access(
    "signed in", _require_setup, (*_AUTHENTICATION_ERRORS, SecondFactorSetupRequired)
)
# Reading the own account, signing out, and setting up the second factor that staff need.
SIGNED_IN_BEFORE_SETUP = Access("signed in", _require_one_session, _AUTHENTICATION_ERRORS)
# Any number of valid tokens: ending their sessions doesn't need a single one.
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
