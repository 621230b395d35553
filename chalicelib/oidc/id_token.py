"""ID tokens: what a provider says about the person who signed in there.

The checks are those of OpenID Connect Core 1.0, 3.1.3.7, and RFC 8725.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.oidc.metadata import Published
from chalicelib.oidc.provider_error import ProviderError
from chalicelib.platform.oidc_providers import Provider

# The clocks of two servers may differ.
_LEEWAY_SECONDS = 60
# A token comes directly from the provider, so it was just issued.
_MAX_AGE_SECONDS = 600
_MAX_LENGTH = 16 * 1024
# OpenID Connect Core 1.0, 2: at most 255 ASCII characters.
_SUBJECT = re.compile(r"[\x20-\x7e]{1,255}")
# NIST SP 800-131A: shorter keys are too weak.
_MIN_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Person:
    """The person who signed in at a provider, as its ID token says.

    Attributes:
        subject: the person's ID at the provider.
        email: the email address; None without one.
        email_verified: whether the provider says that it has verified the address.
        first_name: None if unknown.
        last_name: None if unknown.
    """

    subject: str
    email: str | None
    email_verified: bool
    first_name: str | None
    last_name: str | None


def verify(
    token: object, provider: Provider, published: Published, nonce: str, now: datetime
) -> Person:
    """Verify an ID token.

    Args:
        token: the token, as the token endpoint returned it.
        provider: the provider that was asked.
        published: its metadata and keys.
        nonce: the nonce of the request.
        now: the current time.

    Raises:
        ProviderError: it is invalid.
    """
    # Imported here: a request that only leads to a provider doesn't need it.
    import jwt

    if not isinstance(token, str) or len(token) > _MAX_LENGTH:
        raise ProviderError("no ID token")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in published.metadata().algorithms or "crit" in header:
            raise ProviderError("ID token: algorithm")
        key = jwt.PyJWK(dict(published.key(header.get("kid"), algorithm)), algorithm).key
        if getattr(key, "key_size", _MIN_RSA_BITS) < _MIN_RSA_BITS and algorithm != "ES256":
            raise ProviderError("ID token: weak key")
        # The times are compared below, with the time of the request.
        claims = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=provider.client_id,
            issuer=provider.issuer,
            options={
                "require": ["iss", "sub", "aud", "exp", "iat", "nonce"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise ProviderError(f"ID token: {type(error).__name__}") from None
    _require_claims(claims, provider, nonce, now)
    return _person(claims)


def _require_claims(
    claims: Mapping[str, Any], provider: Provider, nonce: str, now: datetime
) -> None:
    seconds = now.timestamp()
    expires, issued = claims["exp"], claims["iat"]
    if not all(isinstance(moment, int | float) for moment in (expires, issued)):
        raise ProviderError("ID token: times")
    is_recent = -_LEEWAY_SECONDS <= seconds - issued <= _MAX_AGE_SECONDS
    if seconds >= expires + _LEEWAY_SECONDS or not is_recent:
        raise ProviderError("ID token: expired or not current")
    # No other audience is trusted.
    if claims["aud"] not in (provider.client_id, [provider.client_id]):
        raise ProviderError("ID token: aud")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise ProviderError("ID token: azp")
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise ProviderError("ID token: nonce")
    if not isinstance(claims["sub"], str) or not _SUBJECT.fullmatch(claims["sub"]):
        raise ProviderError("ID token: sub")


def _person(claims: Mapping[str, Any]) -> Person:
    email = claims.get("email")
    return Person(
        subject=claims["sub"],
        email=email if isinstance(email, str) and email else None,
        # Apple has sent it as a text.
        email_verified=claims.get("email_verified") in (True, "true"),
        first_name=_text(claims.get("given_name")),
        last_name=_text(claims.get("family_name")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
