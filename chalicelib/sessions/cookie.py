"""The session cookie, out and in: RFC 6265 with SameSite from RFC 6265bis."""

from chalicelib.platform import settings
from chalicelib.platform.request import Request

SESSION_SECONDS = 8 * 60 * 60


def carrying(token: str) -> str:
    """Return the ``Set-Cookie`` value that hands a session token to the browser."""
    return _set_cookie(token, SESSION_SECONDS)


def emptied() -> str:
    """Return the ``Set-Cookie`` value that empties the cookie and has the browser drop it.

    Name and attributes are those it was set with (OWASP ASVS 5.0 3.3.1 to 3.3.4), or the browser
    would keep the other one.
    """
    return _set_cookie("", 0)


def token_in(request: Request) -> str | None:
    """Return the token that a request presents; None without one, or with two to choose from."""
    values = request.cookies.get(settings.current().cookie_name, [])
    return values[0] if len(values) == 1 else None


def _set_cookie(value: str, seconds: int) -> str:
    name, secure = settings.current().cookie_name, settings.current().secure_cookies
    attributes = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"
    return f"{name}={value}; {attributes}" + ("; Secure" if secure else "")
