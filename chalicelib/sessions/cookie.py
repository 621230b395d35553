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

    def set_to(self, value: str) -> str:
        """Return the ``Set-Cookie`` value that sets the cookie."""
        return _set_cookie_value(self.name, value, self.lifetime, self.same_site)

    def delete(self) -> str:
        """Return the ``Set-Cookie`` value that deletes the cookie.

        It has the same name and attributes as the value that set the cookie (OWASP ASVS 5.0 3.3.1
        to 3.3.4). With different ones, the browser would keep the cookie.
        """
        return _set_cookie_value(self.name, "", timedelta(0), self.same_site)

    def read_only_value(self, request: Request) -> str | None:
        """Return the value of the cookie.

        None if the request has no such cookie, or several with different values: another site on
        the same domain may have set one of them.
        """
        values = _distinct_values(request, self.name)
        return values[0] if len(values) == 1 else None


def _session() -> _Cookie:
    return _Cookie(settings.current().cookie_name, SESSION_LIFETIME)


def _device() -> _Cookie:
    return _Cookie(settings.current().device_cookie_name, DEVICE_LIFETIME)


def _sign_in_code() -> _Cookie:
    name = settings.current().sign_in_code_cookie_name
    return _Cookie(name, SIGN_IN_CODE_LIFETIME, "Strict")


def _passkey() -> _Cookie:
    return _Cookie(settings.current().passkey_cookie_name, PASSKEY_CHALLENGE_LIFETIME, "Strict")


def _oidc_browser(same_site: str) -> _Cookie:
    return _Cookie(settings.current().oidc_cookie_name, OIDC_COOKIE_LIFETIME, same_site)


def _oidc_proof() -> _Cookie:
    return _Cookie(settings.current().oidc_proof_cookie_name, OIDC_COOKIE_LIFETIME, "Strict")


def sign_in_cookies(new_session: NewSession) -> tuple[str, str]:
    """Return the ``Set-Cookie`` values of a new session and its trusted device.

    A device that other people use, too, isn't trusted, not even if it was before.
    """
    if new_session.device_token is None:
        return replace(_session(), lifetime=None).set_to(new_session.token), _device().delete()
    return session_cookie(new_session.token), _device().set_to(new_session.device_token)


def session_cookie(token: str) -> str:
    """Return the ``Set-Cookie`` value of a session token."""
    return _session().set_to(token)


def expired_session_cookie() -> str:
    """Return the ``Set-Cookie`` value that deletes the session cookie."""
    return _session().delete()


def expired_sign_in_cookies() -> tuple[str, str]:
    """Return the ``Set-Cookie`` values that delete the cookies of the session and the device."""
    return _session().delete(), _device().delete()


def read_session_tokens(request: Request) -> list[str]:
    """Return the distinct session tokens in the cookies of a request, in order."""
    return _distinct_values(request, _session().name)


def read_device_tokens(request: Request) -> list[str]:
    """Return the distinct device tokens in the cookies of a request, in order."""
    return _distinct_values(request, _device().name)


def sign_in_code_cookie(browser_secret: str) -> str:
    """Return the ``Set-Cookie`` value for the browser that asks for a sign-in code."""
    return _sign_in_code().set_to(browser_secret)


def read_sign_in_code_browser_secret(request: Request) -> str | None:
    """Return the secret of the browser that asked for a sign-in code; None if not exactly one."""
    return _sign_in_code().read_only_value(request)


def cookies_after_code_sign_in(new_session: NewSession) -> tuple[str, ...]:
    """Return the ``Set-Cookie`` values after a sign-in with an emailed code.

    They set the cookies of the new session, and delete the cookie of the sign-in code.
    """
    return (*sign_in_cookies(new_session), _sign_in_code().delete())


def passkey_cookie(browser_secret: str) -> str:
    """Return the ``Set-Cookie`` value for the browser that gets a challenge for a passkey."""
    return _passkey().set_to(browser_secret)


def read_passkey_browser_secret(request: Request) -> str | None:
    """Return the secret of the browser that got a challenge; None if not exactly one."""
    return _passkey().read_only_value(request)


def cookies_after_passkey_sign_in(new_session: NewSession) -> tuple[str, ...]:
    """Return the ``Set-Cookie`` values after a sign-in with a passkey.

    They set the cookies of the new session, and delete the cookie of the challenge.
    """
    return (*sign_in_cookies(new_session), _passkey().delete())


def oidc_cookie(browser_secret: str, same_site: str) -> str:
    """Return the ``Set-Cookie`` value for the browser that goes to an OpenID Connect provider."""
    return _oidc_browser(same_site).set_to(browser_secret)


def read_oidc_browser_secret(request: Request) -> str | None:
    """Return the secret of the browser that went to a provider; None if not exactly one."""
    name = settings.current().oidc_cookie_name
    return _Cookie(name, OIDC_COOKIE_LIFETIME).read_only_value(request)


def cookies_after_oidc_callback(proof_secret: str | None, same_site: str) -> tuple[str, ...]:
    """Return the ``Set-Cookie`` values for the browser that returns from a provider.

    They delete the cookie that the browser got before it went to the provider. If the provider
    verified the person, they also set a cookie that proves this to the request that signs in.

    Args:
        proof_secret: the secret of the proof that the provider verified the person; None if the
            sign-in failed.
        same_site: the ``SameSite`` attribute of the cookie to delete.
    """
    expired = _oidc_browser(same_site).delete()
    return (expired,) if proof_secret is None else (expired, _oidc_proof().set_to(proof_secret))


def read_oidc_proof_secret(request: Request) -> str | None:
    """Return the secret that proves what a provider verified; None if not exactly one."""
    return _oidc_proof().read_only_value(request)


def cookies_after_oidc_sign_in(new_session: NewSession) -> tuple[str, ...]:
    """Return the ``Set-Cookie`` values after a sign-in with an OpenID Connect provider.

    They set the cookies of the new session, and delete the cookie of the provider's proof.
    """
    return (*sign_in_cookies(new_session), _oidc_proof().delete())


def expired_oidc_proof_cookie() -> str:
    """Return the ``Set-Cookie`` value that deletes the cookie of a provider's proof."""
    return _oidc_proof().delete()


def _distinct_values(request: Request, name: str) -> list[str]:
    return [value for value in dict.fromkeys(request.cookies.get(name, [])) if value]


def _set_cookie_value(name: str, value: str, max_age: timedelta | None, same_site: str) -> str:
    is_secure = settings.current().secure_cookies
    expiry = "" if max_age is None else f" Max-Age={int(max_age.total_seconds())};"
    attributes = f"Path=/;{expiry} HttpOnly; SameSite={same_site}"
    return f"{name}={value}; {attributes}" + ("; Secure" if is_secure else "")
