"""The request that leads a browser to a provider, and what the browser must bring back.

The browser has one random secret in a cookie. The request's ``state``, its ``nonce``, and its PKCE
verifier are derived from it, so nothing is stored until the browser comes back, and what one
browser has begun is no use in another. A later request of the same browser replaces the cookie.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib.platform.oidc_providers import FORM_POST, Provider
from chalicelib.sessions.cookie import OIDC_COOKIE_LIFETIME

if TYPE_CHECKING:
    from chalicelib.oidc.metadata import Published

_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST_STATE = 1024
# A path of the pages, with a query: never "//host", a backslash, or a control character.
_LOCAL_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9._~/?&=%-]{0,300}")


class Purpose(StrEnum):
    """What a person goes to a provider for. A proof for one purpose is not valid for the other."""

    SIGN_IN = "signIn"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Begun:
    """A request that a browser has begun.

    Attributes:
        provider: the name of the provider.
        purpose: what for.
        begun_at: when, in seconds since 1970.
        at_front_end: whether a page of the front end has begun it, to which the browser returns.
        next_path: the path of the page to go to afterwards; empty for none.
    """

    provider: str
    purpose: Purpose
    begun_at: int
    at_front_end: bool
    next_path: str

    def state(self, secret: str) -> str:
        """Return the ``state`` of the request: these facts, and their signature by the browser."""
        parts = (
            self.purpose.value,
            str(self.begun_at),
            "1" if self.at_front_end else "0",
            _encode(self.next_path.encode()),
        )
        text = ".".join(parts)
        return f"{text}.{_derived(secret, 'state', self.provider, text)}"

    def is_current(self, now: datetime) -> bool:
        """Return whether the browser may still come back."""
        return 0 <= now.timestamp() - self.begun_at <= OIDC_COOKIE_LIFETIME.total_seconds()


def new_secret() -> str:
    """Return a new secret of a browser: 256 random bits."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def is_local_path(path: str) -> bool:
    """Return whether a text is the path of a page of this service."""
    return _LOCAL_PATH.fullmatch(path) is not None and ".." not in path


def begun(provider: Provider, secret: str | None, state: str) -> Begun | None:
    """Return the request of which a browser brings back the ``state``.

    Args:
        provider: the provider whose callback the browser sends it to.
        secret: the secret in the browser's cookie.
        state: as the provider sent it.

    Returns:
        None if another browser has begun the request, or for another provider.
    """
    parts = state.split(".") if len(state) <= _LONGEST_STATE else []
    if secret is None or not _SECRET.fullmatch(secret) or len(parts) != 5:  # noqa: PLR2004
        return None
    expected = _derived(secret, "state", provider.name, ".".join(parts[:-1]))
    if not hmac.compare_digest(expected.encode(), parts[-1].encode()):
        return None
    purpose, begun_at, at_front_end, next_path = parts[:-1]
    return Begun(
        provider.name,
        Purpose(purpose),
        int(begun_at),
        at_front_end == "1",
        base64.urlsafe_b64decode(next_path + "=" * (-len(next_path) % 4)).decode(),
    )


def nonce(secret: str, state: str) -> str:
    """Return the nonce of a request, which the ID token repeats."""
    return _derived(secret, "nonce", state)


def code_verifier(secret: str, state: str) -> str:
    """Return the PKCE verifier (RFC 7636) of a request: 43 characters."""
    return _derived(secret, "verifier", state)


def authorization_url(
    provider: Provider, published: Published, secret: str, state: str, redirect_uri: str
) -> str:
    """Return the URL at which the person signs in.

    Raises:
        ProviderError: the provider's metadata can't be fetched.
    """
    challenge = hashlib.sha256(code_verifier(secret, state).encode()).digest()
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": provider.scope,
        "state": state,
        "nonce": nonce(secret, state),
        "code_challenge": _encode(challenge),
        "code_challenge_method": "S256",
    }
    if provider.prompt:
        query["prompt"] = provider.prompt
    if provider.response_mode == FORM_POST:
        query["response_mode"] = FORM_POST
    endpoint = published.metadata().authorization_endpoint
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def _derived(secret: str, *parts: str) -> str:
    message = "\0".join(parts).encode()
    return _encode(hmac.digest(secret.encode(), message, hashlib.sha256))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
