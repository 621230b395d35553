"""The client secrets of the providers, in a secret of Secrets Manager that only ``oidc`` reads.

Its text is JSON: ``{"google": "…", "apple": {"teamId", "keyId", "privateKey"}}``. Apple takes, as
the client secret, a short-lived token that is signed with a key of the operator's.
"""

import functools
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from chalicelib.oidc.provider_error import ProviderError
from chalicelib.platform import secrets_manager, settings
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.oidc_providers import Provider

_CACHE_SECONDS = 300
_SIGNED_FOR = timedelta(minutes=5)


class ClientSecrets:
    """The client secrets, fetched when needed and kept for five minutes.

    They also name the counters of this function: see :meth:`derived_key`.
    """

    def __init__(
        self, fetch: Callable[[], str], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Use a function that fetches the secret's text, and a clock in seconds."""
        self._fetch = fetch
        self._monotonic = monotonic
        self._text = ""
        self._fetched_at = float("-inf")

    def secret_of(self, provider: Provider, now: datetime) -> str:
        """Return the client secret for a provider.

        Raises:
            ServiceUnavailable: the secret can't be fetched, or has no entry for the provider.
            ProviderError: the entry's key can't be used.
        """
        try:
            entry: Any = json.loads(self._current())[provider.name]
        except (ValueError, TypeError, KeyError):
            raise ServiceUnavailable(cause=f"no client secret of {provider.name}") from None
        return entry if isinstance(entry, str) else _signed_secret(entry, provider, now)

    def derived_key(self, purpose: str) -> bytes:
        """Return the key for the names of this function's counters.

        A new client secret starts the counts again.

        Raises:
            ServiceUnavailable: the secret can't be fetched.
        """
        return hmac.digest(self._current().encode(), purpose.encode(), hashlib.sha256)

    def _current(self) -> str:
        now = self._monotonic()
        if now - self._fetched_at >= _CACHE_SECONDS:
            self._text, self._fetched_at = self._fetch(), now
        return self._text


@functools.cache
def client_secrets() -> ClientSecrets:
    """Return the client secrets of this process's stage."""
    return ClientSecrets(lambda: secrets_manager.fetch(settings.current().oidc_secret_name))


def _signed_secret(entry: Any, provider: Provider, now: datetime) -> str:
    """Return the token that is Apple's client secret, signed for five minutes."""
    import jwt

    try:
        payload = {
            "iss": str(entry["teamId"]),
            "sub": provider.client_id,
            "aud": provider.issuer,
            "iat": now,
            "exp": now + _SIGNED_FOR,
        }
        headers = {"kid": str(entry["keyId"])}
        return jwt.encode(payload, entry["privateKey"], algorithm="ES256", headers=headers)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise ProviderError(f"client secret: {type(error).__name__}") from None
