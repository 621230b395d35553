"""Who may call an endpoint: people with a session, or other systems with an API key.

An API key is in the ``Authorization`` header, and is recognized by its prefix alone, so that each
function can reject it without code of API keys.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.platform.errors import ApiError
from chalicelib.platform.languages import N_
from chalicelib.platform.request import Request

API_KEY_PREFIX = "blp_"


class ApiKeyNotAccepted(ApiError):
    """The request has an API key, and the endpoint accepts none."""

    STATUS_CODE = 403
    code = "api_key_not_accepted"
    message = N_("This address doesn’t accept API keys.")


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """A policy that says who may call an endpoint.

    Attributes:
        name: the name in the API reference.
        authorize: returns the current user of a request, or raises one of the errors.
        errors: the errors that ``authorize`` and ``authorize_api_key`` raise.
        requires_role: whether it requires a role. If so, each success is logged.
        allows_cross_site_posts: whether a page of another site may post to the endpoint.
        scope: the scope of API keys with which other systems may call it; None if it accepts no
            API key.
        authorize_api_key: returns the caller of a request with an API key, which is the second
            argument, or raises one of the errors.
    """

    name: str
    authorize: Callable[[Request], Any]
    errors: tuple[type[ApiError], ...] = ()
    requires_role: bool = False
    allows_cross_site_posts: bool = False
    scope: str | None = None
    authorize_api_key: Callable[[Request, str], Any] | None = None

    def current_user(self, request: Request) -> Any:
        """Return the current user of a request. An API key counts instead of its cookies.

        Raises:
            ApiKeyNotAccepted: it has an API key, and the policy accepts none.
            ApiError: one of ``errors``.
        """
        api_key = _read_api_key(request)
        if api_key is None:
            return self.authorize(request)
        if self.authorize_api_key is None:
            raise ApiKeyNotAccepted
        return self.authorize_api_key(request, api_key)


def _read_api_key(request: Request) -> str | None:
    """Return the API key in a request's ``Authorization`` header (RFC 6750, 2.1), if it has one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    # RFC 9110, 11.1: the name of a scheme is not case-sensitive.
    return token if scheme.lower() == "bearer" and token.startswith(API_KEY_PREFIX) else None
