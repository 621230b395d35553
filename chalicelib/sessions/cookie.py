"""The cookies of session and device, out and in: RFC 6265 with SameSite from RFC 6265bis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.platform import settings

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import Opening

SESSION_SECONDS = 8 * 60 * 60
DEVICE_SECONDS = 365 * 24 * 60 * 60


def handing_over(opening: Opening) -> tuple[str, str]:
    """Return the ``Set-Cookie`` values of a new session: its token's, then the known device's."""
    device = _set_cookie(settings.current().device_cookie_name, opening.device, DEVICE_SECONDS)
    return carrying(opening.token), device


def carrying(token: str) -> str:
    """Return the ``Set-Cookie`` value that hands a session token to the browser."""
    return _set_cookie(settings.current().cookie_name, token, SESSION_SECONDS)


def emptied() -> str:
    """Return the ``Set-Cookie`` value that empties the cookie and has the browser drop it.

    Name and attributes are those it was set with (OWASP ASVS 5.0 3.3.1 to 3.3.4), or the browser
    would keep the other one.
    """
    return _set_cookie(settings.current().cookie_name, "", 0)


def both_emptied() -> tuple[str, str]:
    """Return the ``Set-Cookie`` values that empty the session's cookie, then the known device's."""
    return emptied(), _set_cookie(settings.current().device_cookie_name, "", 0)


def tokens_in(request: Request) -> list[str]:
    """Return the different session tokens that a request presents, in order."""
    return _different(request, settings.current().cookie_name)


def devices_in(request: Request) -> list[str]:
    """Return the different device tokens that a request presents, in order."""
    return _different(request, settings.current().device_cookie_name)


def _different(request: Request, name: str) -> list[str]:
    return [value for value in dict.fromkeys(request.cookies.get(name, [])) if value]


def _set_cookie(name: str, value: str, seconds: int) -> str:
    secure = settings.current().secure_cookies
    attributes = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"
    return f"{name}={value}; {attributes}" + ("; Secure" if secure else "")
