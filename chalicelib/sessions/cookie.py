"""The cookies of sessions and trusted devices (RFC 6265, with SameSite from RFC 6265bis)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.platform import settings

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import NewSession

# OWASP ASVS 5.0 7.3.2: an absolute lifetime. Requests don't extend it.
SESSION_LIFETIME = timedelta(hours=8)
DEVICE_LIFETIME = timedelta(days=365)


def session_cookies(new_session: NewSession) -> tuple[str, str]:
    """Return the ``Set-Cookie`` values of a new session and its trusted device."""
    device = _set_cookie(
        settings.current().device_cookie_name, new_session.device_token, DEVICE_LIFETIME
    )
    return session_cookie(new_session.token), device


def session_cookie(token: str) -> str:
    """Return the ``Set-Cookie`` value of a session token."""
    return _set_cookie(settings.current().cookie_name, token, SESSION_LIFETIME)


def expired_session_cookie() -> str:
    """Return the ``Set-Cookie`` value that deletes the session cookie.

    It has the same name and attributes as the value that set the cookie (OWASP ASVS 5.0 3.3.1 to
    3.3.4). With different ones, the browser would keep the session cookie.
    """
    return _set_cookie(settings.current().cookie_name, "", timedelta(0))


def expired_cookies() -> tuple[str, str]:
    """Return the ``Set-Cookie`` values that delete the cookies of the session and the device."""
    device = _set_cookie(settings.current().device_cookie_name, "", timedelta(0))
    return expired_session_cookie(), device


def session_tokens(request: Request) -> list[str]:
    """Return the distinct session tokens in the cookies of a request, in order."""
    return _distinct_values(request, settings.current().cookie_name)


def device_tokens(request: Request) -> list[str]:
    """Return the distinct device tokens in the cookies of a request, in order."""
    return _distinct_values(request, settings.current().device_cookie_name)


def _distinct_values(request: Request, name: str) -> list[str]:
    return [value for value in dict.fromkeys(request.cookies.get(name, [])) if value]


def _set_cookie(name: str, value: str, max_age: timedelta) -> str:
    secure = settings.current().secure_cookies
    seconds = int(max_age.total_seconds())
    attributes = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"
    return f"{name}={value}; {attributes}" + ("; Secure" if secure else "")
