"""The cookies of sessions, trusted devices, and browsers that asked for a sign-in code.

They follow RFC 6265, with SameSite from RFC 6265bis.
"""

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
# OWASP ASVS 5.0 6.5.5: a code that is sent out of band is valid for 10 minutes at most.
SIGN_IN_CODE_LIFETIME = timedelta(minutes=10)


def sign_in_cookies(new_session: NewSession) -> tuple[str, str]:
    """Return the ``Set-Cookie`` values of a new session and its trusted device."""
    device_cookie = _set_cookie_value(
        settings.current().device_cookie_name, new_session.device_token, DEVICE_LIFETIME
    )
    return session_cookie(new_session.token), device_cookie


def session_cookie(token: str) -> str:
    """Return the ``Set-Cookie`` value of a session token."""
    return _set_cookie_value(settings.current().cookie_name, token, SESSION_LIFETIME)


def expired_session_cookie() -> str:
    """Return the ``Set-Cookie`` value that deletes the session cookie.

    It has the same name and attributes as the value that set the cookie (OWASP ASVS 5.0 3.3.1 to
    3.3.4). With different ones, the browser would keep the session cookie.
    """
    return _set_cookie_value(settings.current().cookie_name, "", timedelta(0))


def expired_sign_in_cookies() -> tuple[str, str]:
    """Return the ``Set-Cookie`` values that delete the cookies of the session and the device."""
    device_cookie = _set_cookie_value(settings.current().device_cookie_name, "", timedelta(0))
    return expired_session_cookie(), device_cookie


def sign_in_code_cookie(browser_secret: str) -> str:
    """Return the ``Set-Cookie`` value for the browser that asks for a sign-in code.

    ``SameSite=Strict``: only this site's own pages need it.
    """
    name = settings.current().sign_in_code_cookie_name
    return _set_cookie_value(name, browser_secret, SIGN_IN_CODE_LIFETIME, same_site="Strict")


def cookies_after_code_sign_in(new_session: NewSession) -> tuple[str, ...]:
    """Return the values of a session that an emailed code started. They also delete its cookie."""
    name = settings.current().sign_in_code_cookie_name
    expired = _set_cookie_value(name, "", timedelta(0), same_site="Strict")
    return (*sign_in_cookies(new_session), expired)


def read_sign_in_code_secret(request: Request) -> str | None:
    """Return the secret of the browser that asked for a sign-in code.

    None if the request has no such cookie, or several: another site on the same domain may have set
    one of them.
    """
    secrets = _distinct_values(request, settings.current().sign_in_code_cookie_name)
    return secrets[0] if len(secrets) == 1 else None


def read_session_tokens(request: Request) -> list[str]:
    """Return the distinct session tokens in the cookies of a request, in order."""
    return _distinct_values(request, settings.current().cookie_name)


def read_device_tokens(request: Request) -> list[str]:
    """Return the distinct device tokens in the cookies of a request, in order."""
    return _distinct_values(request, settings.current().device_cookie_name)


def _distinct_values(request: Request, name: str) -> list[str]:
    return [value for value in dict.fromkeys(request.cookies.get(name, [])) if value]


def _set_cookie_value(name: str, value: str, max_age: timedelta, same_site: str = "Lax") -> str:
    is_secure = settings.current().secure_cookies
    seconds = int(max_age.total_seconds())
    attributes = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite={same_site}"
    return f"{name}={value}; {attributes}" + ("; Secure" if is_secure else "")
