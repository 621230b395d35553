"""The cookies of sessions, trusted devices, and browsers that are about to sign in.

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
# As long: a person may have to find a password or a phone for the provider.
OIDC_COOKIE_LIFETIME = timedelta(minutes=10)
# WebAuthn Level 3 13.4.3 leaves it to the service. The browser waits for the person.
PASSKEY_CHALLENGE_LIFETIME = timedelta(minutes=10)


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
    """Return the ``Set-Cookie`` values after a sign-in with an emailed code.

    They set the cookies of the new session, and delete the cookie of the sign-in code.
    """
    name = settings.current().sign_in_code_cookie_name
    expired = _set_cookie_value(name, "", timedelta(0), same_site="Strict")
    return (*sign_in_cookies(new_session), expired)


def oidc_cookie(browser_secret: str, same_site: str) -> str:
    """Return the ``Set-Cookie`` value for the browser that goes to an OpenID Connect provider."""
    name = settings.current().oidc_cookie_name
    return _set_cookie_value(name, browser_secret, OIDC_COOKIE_LIFETIME, same_site=same_site)


def cookies_after_oidc_callback(proof_secret: str | None, same_site: str) -> tuple[str, ...]:
    """Return the ``Set-Cookie`` values for the browser that returns from a provider.

    They delete the cookie that the browser got before it went to the provider. If the provider
    verified the person, they also set a cookie that proves this to the request that signs in.

    Args:
        proof_secret: the secret of the proof that the provider verified the person; None if the
            sign-in failed.
        same_site: the ``SameSite`` attribute of the cookie to delete.
    """
    current = settings.current()
    expired = _set_cookie_value(current.oidc_cookie_name, "", timedelta(0), same_site=same_site)
    if proof_secret is None:
        return (expired,)
    name = current.oidc_proof_cookie_name
    return expired, _set_cookie_value(name, proof_secret, OIDC_COOKIE_LIFETIME, same_site="Strict")


def read_oidc_secret(request: Request) -> str | None:
    """Return the secret of the browser that went to a provider.

    None without one, or with several.
    """
    return _single_value(request, settings.current().oidc_cookie_name)


def read_oidc_proof_secret(request: Request) -> str | None:
    """Return the secret of the proof that a provider verified the person.

    None without one, or with several.
    """
    return _single_value(request, settings.current().oidc_proof_cookie_name)


def cookies_after_oidc_sign_in(new_session: NewSession) -> tuple[str, ...]:
    """Return the ``Set-Cookie`` values after a sign-in with an OpenID Connect provider.

    They set the cookies of the new session, and delete the cookie of the provider's proof.
    """
    return (*sign_in_cookies(new_session), expired_oidc_proof_cookie())


def expired_oidc_proof_cookie() -> str:
    """Return the ``Set-Cookie`` value that deletes the cookie of a provider's proof."""
    name = settings.current().oidc_proof_cookie_name
    return _set_cookie_value(name, "", timedelta(0), same_site="Strict")


def read_sign_in_code_secret(request: Request) -> str | None:
    """Return the secret of the browser that asked for a sign-in code.

    None if the request has no such cookie, or several: another site on the same domain may have set
    one of them.
    """
    return _single_value(request, settings.current().sign_in_code_cookie_name)


def passkey_cookie(browser_secret: str) -> str:
    """Return the ``Set-Cookie`` value for the browser that gets a challenge for a passkey.

    ``SameSite=Strict``: only this site's own pages need it.
    """
    name = settings.current().passkey_cookie_name
    return _set_cookie_value(name, browser_secret, PASSKEY_CHALLENGE_LIFETIME, same_site="Strict")


def cookies_after_passkey_sign_in(new_session: NewSession) -> tuple[str, ...]:
    """Return the ``Set-Cookie`` values after a sign-in with a passkey.

    They set the cookies of the new session, and delete the cookie of the challenge.
    """
    name = settings.current().passkey_cookie_name
    expired = _set_cookie_value(name, "", timedelta(0), same_site="Strict")
    return (*sign_in_cookies(new_session), expired)


def read_passkey_secret(request: Request) -> str | None:
    """Return the secret of the browser that got a challenge; None without one, or with several."""
    return _single_value(request, settings.current().passkey_cookie_name)


def read_session_tokens(request: Request) -> list[str]:
    """Return the distinct session tokens in the cookies of a request, in order."""
    return _distinct_values(request, settings.current().cookie_name)


def read_device_tokens(request: Request) -> list[str]:
    """Return the distinct device tokens in the cookies of a request, in order."""
    return _distinct_values(request, settings.current().device_cookie_name)


def _single_value(request: Request, name: str) -> str | None:
    values = _distinct_values(request, name)
    return values[0] if len(values) == 1 else None


def _distinct_values(request: Request, name: str) -> list[str]:
    return [value for value in dict.fromkeys(request.cookies.get(name, [])) if value]


def _set_cookie_value(name: str, value: str, max_age: timedelta, same_site: str = "Lax") -> str:
    is_secure = settings.current().secure_cookies
    seconds = int(max_age.total_seconds())
    attributes = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite={same_site}"
    return f"{name}={value}; {attributes}" + ("; Secure" if is_secure else "")
