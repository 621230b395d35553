"""What a provider publishes: its metadata (OpenID Connect Discovery 1.0) and its signing keys.

Both are kept in memory for an hour. A key that isn't known yet is fetched at once, but at most once
a minute, so that invented key IDs can't cause endless requests.
"""

import functools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.oidc import provider_http
from chalicelib.oidc.provider_error import ProviderError
from chalicelib.platform.oidc_providers import Provider

CACHE_SECONDS = 3600
REFETCH_SECONDS = 60
# RFC 8725 3.1: the algorithms of which one is accepted, never "none" and none with a shared key.
ALGORITHMS = ("RS256", "PS256", "ES256")
_MAX_KEYS = 50


@dataclass(frozen=True, slots=True)
class Metadata:
    """A provider's metadata.

    Attributes:
        authorization_endpoint: where a browser signs in.
        token_endpoint: where a code is exchanged for tokens.
        jwks_uri: where its keys are.
        algorithms: those of ``ALGORITHMS`` that it signs ID tokens with.
        sends_issuer: whether its authorization responses name it (RFC 9207).
        takes_basic: whether the client secret goes into the ``Authorization`` header.
    """

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    algorithms: tuple[str, ...]
    sends_issuer: bool
    takes_basic: bool


class Published:
    """What one provider publishes, as this process has fetched it."""

    def __init__(self, provider: Provider, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Use a provider, and a clock in seconds."""
        self._provider = provider
        self._monotonic = monotonic
        self._metadata: Metadata | None = None
        self._keys: tuple[Mapping[str, Any], ...] = ()
        self._metadata_at = self._keys_at = float("-inf")

    def metadata(self) -> Metadata:
        """Return the metadata.

        Raises:
            ProviderError: it can't be fetched, or isn't valid.
        """
        now = self._monotonic()
        if self._metadata is None or now - self._metadata_at >= CACHE_SECONDS:
            issuer = self._provider.issuer
            url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
            self._metadata = _parse(provider_http.get_json(url), issuer)
            self._metadata_at = now
        return self._metadata

    def key(self, identifier: object, algorithm: str) -> Mapping[str, Any]:
        """Return the key (RFC 7517) with an ID, which is for signatures with an algorithm.

        Args:
            identifier: the ``kid`` of an ID token; None if it has none, and the provider one key.
            algorithm: the token's algorithm.

        Raises:
            ProviderError: there is no such key, or the keys can't be fetched.
        """
        for seconds in (CACHE_SECONDS, REFETCH_SECONDS):
            matching = [
                key
                for key in self._fetched_within(seconds)
                if _is_for(key, algorithm) and identifier in (None, key.get("kid"))
            ]
            if len(matching) == 1:
                return matching[0]
        raise ProviderError("unknown key")

    def _fetched_within(self, seconds: float) -> tuple[Mapping[str, Any], ...]:
        now = self._monotonic()
        if now - self._keys_at >= seconds:
            keys = provider_http.get_json(self.metadata().jwks_uri).get("keys")
            if not isinstance(keys, list) or len(keys) > _MAX_KEYS:
                raise ProviderError("no keys")
            self._keys = tuple(key for key in keys if isinstance(key, dict))
            self._keys_at = now
        return self._keys


@functools.cache
def published(provider: Provider) -> Published:
    """Return what a provider publishes, which this process keeps."""
    return Published(provider)


def _parse(document: Mapping[str, Any], issuer: str) -> Metadata:
    # OpenID Connect Discovery 1.0, 4.3: the issuer must be exactly the one that was asked.
    if document.get("issuer") != issuer:
        raise ProviderError("another issuer in the metadata")
    signing = document.get("id_token_signing_alg_values_supported", ["RS256"])
    algorithms = tuple(name for name in ALGORITHMS if isinstance(signing, list) and name in signing)
    if not algorithms:
        raise ProviderError("no accepted algorithm")
    methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Metadata(
        authorization_endpoint=provider_http.require_url(document.get("authorization_endpoint")),
        token_endpoint=provider_http.require_url(document.get("token_endpoint")),
        jwks_uri=provider_http.require_url(document.get("jwks_uri")),
        algorithms=algorithms,
        sends_issuer=document.get("authorization_response_iss_parameter_supported") is True,
        takes_basic=not (isinstance(methods, list) and "client_secret_post" in methods),
    )


def _is_for(key: Mapping[str, Any], algorithm: str) -> bool:
    """Return whether a key may verify a signature with an algorithm (RFC 8725 3.1)."""
    kind = {"kty": "EC", "crv": "P-256"} if algorithm == "ES256" else {"kty": "RSA"}
    return (
        kind.items() <= key.items()
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
    )
