"""The cookies of sessions, trusted devices, and browsers that are about to sign in.

They follow RFC 6265, with SameSite from RFC 6265bis.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.platform import settings

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import NewSession

# OWASP ASVS 5.0 7.3.2: an absolute lifetime. Requests don't extend it.
SESSION_LIFETIME = timedelta(hours=8)
# On a device that other people use, too, which keeps the cookie only until its browser is closed.
# The last one to use it may not close it: the session ends as well. An hour is more than ten times
# what a registration takes.
SHARED_DEVICE_SESSION_LIFETIME = timedelta(hours=1)
DEVICE_LIFETIME = timedelta(days=365)
# OWASP ASVS 5.0 6.5.5: a code that is sent out of band is valid for 10 minutes at most.
SIGN_IN_CODE_LIFETIME = timedelta(minutes=10)
# The same for a person who may have to find a password or a phone to sign in at the provider.
OIDC_COOKIE_LIFETIME = timedelta(minutes=10)
# The same for a person who may have to find a security key. WebAuthn Level 3, 13.4.3 requires no
# particular lifetime of a challenge.
PASSKEY_CHALLENGE_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Cookie:
    """A kind of cookie.

    Attributes:
        name: its name.
        lifetime: the time after which the browser deletes it; None if it does when it is closed.
        same_site: its ``SameSite`` attribute. ``Strict`` if only this site's own pages need it.
    """

    name: str
    lifetime: timedelta | None
    same_site: str = "Lax"

    def header_value(self, value: str) -> str:
        """Return the ``Set-Cookie`` value that sets the cookie."""
        return _set_cookie_value(self.name, value, self.lifetime, self.same_site)

    def expired_header_value(self) -> str:
        """Return the ``Set-Cookie`` value that deletes the cookie.

        It has the same name and attributes as the value that set the cookie (OWASP ASVS 5.0 3.3.1
        to 3.3.4). With different ones, the browser would keep the cookie.
        """
        return _set_cookie_value(self.name, "", timedelta(0), self.same_site)

    def read_single_value(self, request: Request) -> str | None:
        """Return the value of the cookie.

        None if the request has no such cookie, or several with different values: another site on
        the same domain may have set one of them.
        """
        values = _distinct_values(request, self.name)
        return values[0] if len(values) == 1 else None


def _session_cookie() -> _Cookie:
    return _Cookie(settings.current().cookie_name, SESSION_LIFETIME)


def _trusted_device_cookie() -> _Cookie:
    return _Cookie(settings.current().device_cookie_name, DEVICE_LIFETIME)


def _sign_in_code_cookie() -> _Cookie:
    name = settings.current().sign_in_code_cookie_name
    return _Cookie(name, SIGN_IN_CODE_LIFETIME, "Strict")


def _passkey_cookie() -> _Cookie:
    return _Cookie(settings.current().passkey_cookie_name, PASSKEY_CHALLENGE_LIFETIME, "Strict")


def _oidc_browser_cookie(same_site: str) -> _Cookie:
    return _Cookie(settings.current().oidc_cookie_name, OIDC_COOKIE_LIFETIME, same_site)


def _oidc_proof_cookie() -> _Cookie:
    return _Cookie(settings.current().oidc_proof_cookie_name, OIDC_COOKIE_LIFETIME, "Strict")


def sign_in_cookies(new_session: NewSession) -> tuple[str, str]:
    """Return the ``Set-Cookie`` values of a new session and its trusted device.

    A device that other people use, too, isn't trusted, not even if it was before.
    """
    device = _trusted_device_cookie()
    if new_session.device_token is None:
        until_the_browser_closes = replace(_session_cookie(), lifetime=None)
        session = until_the_browser_closes.header_value(new_session.token)
        return session, device.expired_header_value()
    return session_cookie(new_session.token), device.header_value(new_session.device_token)


def session_cookie(token: str) -> str:
    """Return the ``Set-Cookie`` value of a session token."""
    return _session_cookie().header_value(token)


def expired_session_cookie() -> str:
    """Return the ``Set-Cookie`` value that deletes the session cookie."""
    return _session_cookie().expired_header_value()


def expired_sign_in_cookies() -> tuple[str, str]:
    """Return the ``Set-Cookie`` values that delete the cookies of the session and the device."""
    return _session_cookie().expired_header_value(), _trusted_device_cookie().expired_header_value()


def read_session_tokens(request: Request) -> list[str]:
    """Return the distinct session tokens in the cookies of a request, in order."""
    return _distinct_values(request, _session_cookie().name)


def read_device_tokens(request: Request) -> list[str]:
    """Return the distinct device tokens in the cookies of a request, in order."""
    return _distinct_values(request, _trusted_device_cookie().name)


def sign_in_code_cookie(browser_secret: str) -> str:
    """Return the ``Set-Cookie`` value for the browser that asks for a sign-in code."""
    return _sign_in_code_cookie().header_value(browser_secret)


def read_sign_in_code_browser_secret(request: Request) -> str | None:
    """Return the secret of the browser that asked for a sign-in code; None if not exactly one."""
    return _sign_in_code_cookie().read_single_value(request)


def cookies_after_code_sign_in(new_session: NewSession) -> tuple[str, ...]:
    """Return the ``Set-Cookie`` values after a sign-in with an emailed code.

    They set the cookies of the new session, and delete the cookie of the sign-in code.
    """
    return (*sign_in_cookies(new_session), _sign_in_code_cookie().expired_header_value())


def passkey_cookie(browser_secret: str) -> str:
    """Return the ``Set-Cookie`` value for the browser that gets a challenge for a passkey."""
    return _passkey_cookie().header_value(browser_secret)


def read_passkey_browser_secret(request: Request) -> str | None:
    """Return the secret of the browser that got a challenge; None if not exactly one."""
    return _passkey_cookie().read_single_value(request)


def cookies_after_passkey_sign_in(new_session: NewSession) -> tuple[str, ...]:
    """Return the ``Set-Cookie`` values after a sign-in with a passkey.

    They set the cookies of the new session, and delete the cookie of the challenge.
    """
    return (*sign_in_cookies(new_session), _passkey_cookie().expired_header_value())


def oidc_cookie(browser_secret: str, same_site: str) -> str:
    """Return the ``Set-Cookie`` value for the browser that goes to an OpenID Connect provider."""
    return _oidc_browser_cookie(same_site).header_value(browser_secret)


def read_oidc_browser_secret(request: Request) -> str | None:
    """Return the secret of the browser that went to a provider; None if not exactly one."""
    name = settings.current().oidc_cookie_name
    return _Cookie(name, OIDC_COOKIE_LIFETIME).read_single_value(request)


def cookies_after_oidc_callback(proof_secret: str | None, same_site: str) -> tuple[str, ...]:
    """Return the ``Set-Cookie`` values for the browser that returns from a provider.

    They delete the cookie that the browser got before it went to the provider. If the provider
    verified the person, they also set a cookie that proves this to the request that signs in.

    Args:
        proof_secret: the secret of the proof that the provider verified the person; None if the
            sign-in failed.
        same_site: the ``SameSite`` attribute of the cookie to delete.
    """
    expired = _oidc_browser_cookie(same_site).expired_header_value()
    if proof_secret is None:
        return (expired,)
    return expired, _oidc_proof_cookie().header_value(proof_secret)


def read_oidc_proof_secret(request: Request) -> str | None:
    """Return the secret that proves what a provider verified; None if not exactly one."""
    return _oidc_proof_cookie().read_single_value(request)


def cookies_after_oidc_sign_in(new_session: NewSession) -> tuple[str, ...]:
    """Return the ``Set-Cookie`` values after a sign-in with an OpenID Connect provider.

    They set the cookies of the new session, and delete the cookie of the provider's proof.
    """
    return (*sign_in_cookies(new_session), _oidc_proof_cookie().expired_header_value())


def expired_oidc_proof_cookie() -> str:
    """Return the ``Set-Cookie`` value that deletes the cookie of a provider's proof."""
    return _oidc_proof_cookie().expired_header_value()


def _distinct_values(request: Request, name: str) -> list[str]:
    return [value for value in dict.fromkeys(request.cookies.get(name, [])) if value]


def _set_cookie_value(name: str, value: str, max_age: timedelta | None, same_site: str) -> str:
    is_secure = settings.current().secure_cookies
    expiry = "" if max_age is None else f" Max-Age={int(max_age.total_seconds())};"
    attributes = f"Path=/;{expiry} HttpOnly; SameSite={same_site}"
    return f"{name}={value}; {attributes}" + ("; Secure" if is_secure else "")
