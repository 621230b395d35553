"""The cookies of sessions and trusted devices (RFC 6265, with SameSite from RFC 6265bis)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.platform import settings

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import NewSession

SESSION_SECONDS = 8 * 60 * 60
DEVICE_SECONDS = 365 * 24 * 60 * 60


def session_cookies(new_session: NewSession) -> tuple[str, str]:
    """Return the ``Set-Cookie`` values of a new session and its trusted device."""
    device = _set_cookie(
        settings.current().device_cookie_name, new_session.device_token, DEVICE_SECONDS
    )
    return session_cookie(new_session.token), device


def session_cookie(token: str) -> str:
    """Return the ``Set-Cookie`` value of a session token."""
    return _set_cookie(settings.current().cookie_name, token, SESSION_SECONDS)


def cleared_cookie() -> str:
    """Return the ``Set-Cookie`` value that deletes the session cookie.

    Name and attributes are those it was set with (OWASP ASVS 5.0 3.3.1 to 3.3.4), or the browser
    would keep the other one.
    """
    return _set_cookie(settings.current().cookie_name, "", 0)


def cleared_cookies() -> tuple[str, str]:
    """Return the ``Set-Cookie`` values that delete the cookies of the session and the device."""
    return cleared_cookie(), _set_cookie(settings.current().device_cookie_name, "", 0)


def session_tokens(request: Request) -> list[str]:
    """Return the different session tokens that a request presents, in order."""
    return _distinct_values(request, settings.current().cookie_name)


def device_tokens(request: Request) -> list[str]:
    """Return the different device tokens that a request presents, in order."""
    return _distinct_values(request, settings.current().device_cookie_name)


def _distinct_values(request: Request, name: str) -> list[str]:
    return [value for value in dict.fromkeys(request.cookies.get(name, [])) if value]


def _set_cookie(name: str, value: str, seconds: int) -> str:
    secure = settings.current().secure_cookies
    attributes = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"
    return f"{name}={value}; {attributes}" + ("; Secure" if secure else "")
