"""Authenticate a request: return its current user, or raise an error.

Each endpoint declares its access policy. Token and session modules are imported on first use: the
Lambda function for sign-out also loads this module, and must start without them.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from chalicelib.identity.role import Permission, roles_with_permission
from chalicelib.platform import log, settings
from chalicelib.platform.access import AccessPolicy
from chalicelib.platform.errors import (
    ApiError,
    Forbidden,
    MultipleSessions,
    ServiceUnavailable,
    Unauthenticated,
)
from chalicelib.platform.languages import N_
from chalicelib.sessions import cookie

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import ClientContext, CurrentUser
    from chalicelib.sessions.session_token import SessionClaims

# The header with the ID of the account that the client expects. Without it, the request may be for
# any account.
_EXPECTED_ACCOUNT_ID_HEADER = "expected-account"


class SecondFactorSetupRequired(ApiError):
    """Staff must set up two-step verification first."""

    STATUS_CODE = 403
    code = "second_factor_setup_required"
    message = N_(
        "Your account can see other people’s information. Set up two-step verification first."
    )


class PasskeySignInRequired(ApiError):
    """Staff must sign in with a passkey first."""

    STATUS_CODE = 403
    code = "passkey_sign_in_required"
    message = N_("To continue, sign in with a passkey. If you don’t have one, add it first.")


def require_passkey_of_staff(current_user: CurrentUser) -> None:
    """Require that staff with a passkey have signed in with it, before they prove a password.

    Otherwise a page that phishes the password, and a code, could add an app or a passkey of its
    own. Staff with neither need the password alone to set up the first.

    Raises:
        PasskeySignInRequired: they haven't.
    """
    account, stage_settings = current_user.account, settings.current()
    if not account.role.is_staff or not account.passkey_count or current_user.by_passkey:
        return
    needs_code = stage_settings.staff_second_factor == settings.REQUIRED
    if stage_settings.staff_passkey == settings.REQUIRED or (
        needs_code and not account.second_factor
    ):
        raise PasskeySignInRequired


def client_context(request: Request, *, shared_device: bool = False) -> ClientContext:
    """Return the client context of a sign-in or sign-up request.

    Args:
        request: the request.
        shared_device: whether the person says that other people use the device, too.

    Raises:
        ServiceUnavailable: the request has a session cookie, and the keys can't be fetched.
    """
    from chalicelib.sessions import trusted_device
    from chalicelib.sessions.keys import account_keys
    from chalicelib.sessions.session import ClientContext

    issuer = settings.current().issuer
    devices = (
        trusted_device.verify(device_token, account_keys(), issuer)
        for device_token in cookie.read_device_tokens(request)
    )
    devices_by_id = {device.id: device for device in devices if device}
    return ClientContext(
        request.received_at,
        request.address,
        request.user_agent,
        tuple(_valid_claims(request)),
        # If several device tokens are valid, use none.
        devices_by_id.popitem()[1] if len(devices_by_id) == 1 else None,
        shared_device,
    )


def _valid_claims(request: Request) -> list[SessionClaims]:
    """Return the claims of a request's valid tokens, without duplicate sessions."""
    if not (tokens := cookie.read_session_tokens(request)):
        return []
    from chalicelib.sessions import session_token
    from chalicelib.sessions.keys import session_keys

    claims_by_session = {}
    for token in tokens:
        with contextlib.suppress(Unauthenticated):
            claims = session_token.verify(token, session_keys(), settings.current().issuer)
            claims_by_session[claims.session_id] = claims
    return list(claims_by_session.values())


def _current_users_of_request(request: Request) -> list[CurrentUser]:
    """Return the current user of each token with an active session; at least one."""
    valid_claims = _valid_claims(request)
    # The user may have signed in to another account in another browser tab. Then a page that was
    # opened for the first account must not send or receive data of the second.
    expected_account_id = request.headers.get(_EXPECTED_ACCOUNT_ID_HEADER)
    if len(valid_claims) == 1:
        log.bind_account(valid_claims[0].account_id)
    if expected_account_id not in {None, *(claims.account_id for claims in valid_claims)}:
        raise Unauthenticated
    current_users = []
    if valid_claims:
        from chalicelib.sessions.service import session_service

        for claims in valid_claims:
            with contextlib.suppress(Unauthenticated):
                current_users.append(session_service().authenticate(claims, request.received_at))
    account_ids = {current_user.account.id for current_user in current_users}
    if expected_account_id not in {None, *account_ids} or not current_users:
        raise Unauthenticated
    return current_users


def _current_user_of_request(request: Request) -> CurrentUser:
    """Return the current user of a request with exactly one active session.

    The request may have more cookies. Tokens that are invalid, or whose session has ended, don't
    count if another token is valid.
    """
    current_users = _current_users_of_request(request)
    if len(current_users) > 1:
        raise MultipleSessions
    log.bind_account(current_users[0].account.id)
    return current_users[0]


def _authenticate_and_require_staff_second_factor(request: Request) -> CurrentUser:
    """Authorize any signed-in user, except staff who still need a second factor.

    A session that started with a passkey has had both factors. OWASP ASVS 5.0 6.3.3.
    """
    current_user = _current_user_of_request(request)
    account = current_user.account
    is_required = settings.current().staff_second_factor == settings.REQUIRED
    has_both = account.second_factor or current_user.by_passkey
    if is_required and account.role.is_staff and not has_both:
        raise SecondFactorSetupRequired
    return current_user


def _allow_anyone(_: Request) -> None:
    """Authorize every request, without looking at its cookies."""


ANYONE = AccessPolicy("anyone", _allow_anyone)
# For the form that an OpenID Connect provider makes the browser post. The view checks that this
# browser started the sign-in.
ANYONE_ALLOWING_CROSS_SITE_POSTS = AccessPolicy(
    "anyone", _allow_anyone, allows_cross_site_posts=True
)
# MultipleSessions: the request has valid tokens of several sessions.
_AUTHENTICATION_ERRORS = (Unauthenticated, MultipleSessions, ServiceUnavailable)
SIGNED_IN = AccessPolicy(
    "signed in",
    _authenticate_and_require_staff_second_factor,
    (*_AUTHENTICATION_ERRORS, SecondFactorSetupRequired, PasskeySignInRequired),
)
# For endpoints that staff without a second factor need: to read their account, to sign out, and to
# set up the second factor or a passkey.
SIGNED_IN_SECOND_FACTOR_OPTIONAL = AccessPolicy(
    "signed in", _current_user_of_request, (*_AUTHENTICATION_ERRORS, PasskeySignInRequired)
)
# Accepts the valid tokens of several sessions, so that a request can end all of them.
SIGNED_IN_ALLOWING_MULTIPLE_SESSIONS = AccessPolicy(
    "signed in", _current_users_of_request, _AUTHENTICATION_ERRORS
)


def requires_permission(permission: Permission) -> AccessPolicy:
    """Return the policy of an endpoint that requires a permission, which the role must have."""

    def authorize(request: Request) -> CurrentUser:
        current_user = _authenticate_and_require_staff_second_factor(request)
        if not current_user.account.role.permits(permission):
            raise Forbidden
        if settings.current().staff_passkey == settings.REQUIRED and not current_user.by_passkey:
            raise PasskeySignInRequired
        return current_user

    return AccessPolicy(
        ", ".join(roles_with_permission(permission)),
        authorize,
        (*_AUTHENTICATION_ERRORS, Forbidden, SecondFactorSetupRequired, PasskeySignInRequired),
        requires_role=True,
    )
