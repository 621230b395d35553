"""The access of endpoints that accept API keys, for their declarations.

This module imports no code that verifies keys: only a request with a key needs it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.platform.access import AccessPolicy
from chalicelib.platform.errors import ApiError, TooManyAttempts
from chalicelib.platform.languages import N_
from chalicelib.sessions import authentication

if TYPE_CHECKING:
    from chalicelib.api_keys.authentication import ApiKeyPrincipal
    from chalicelib.api_keys.scope import Scope
    from chalicelib.identity.role import Permission
    from chalicelib.platform.request import Request


class InvalidApiKey(ApiError):
    """The API key is unknown, expired, or revoked, or its creator may no longer have keys."""

    STATUS_CODE = 401
    code = "invalid_api_key"
    message = N_("This API key isn’t valid. It may have expired or been revoked.")


class ScopeMissing(ApiError):
    """The API key is valid, but doesn't have the scope that this endpoint requires."""

    STATUS_CODE = 403
    code = "scope_missing"
    message = N_("This API key isn’t allowed to read this.")


def session_or_api_key(permission: Permission, scope: Scope) -> AccessPolicy:
    """Return the access of an endpoint that staff and other systems may read.

    Args:
        permission: what the role of the staff member permits, and that of the key's creator.
        scope: what the key must have.
    """

    def authorize(request: Request, api_key: str) -> ApiKeyPrincipal:
        from chalicelib.api_keys.authentication import api_key_authentication  # only with a key

        return api_key_authentication().authenticate(api_key, permission, scope, request)

    access = authentication.requires_permission(permission)
    return replace(
        access,
        scope=scope,
        authorize_api_key=authorize,
        errors=(*access.errors, InvalidApiKey, ScopeMissing, TooManyAttempts),
    )
