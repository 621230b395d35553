"""The session token: a JWT (RFC 7519) that follows the best current practice of RFC 8725.

A token also contains a random secret; the stored session has only its hash. An attacker therefore
can't forge a token with a stolen signing key alone, nor with a copy of the tables alone.

Functions import PyJWT when they are called, because signing out verifies no token.
"""

import base64
import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.platform import clock
from chalicelib.platform.errors import Unauthenticated
from chalicelib.sessions.keys import Keys

SIGNING_ALGORITHM = "HS256"
# The token's purpose: tokens for other purposes are invalid (RFC 8725, 3.11).
JWT_TYPE = "session+jwt"
_COMPACT_JWT_PATTERN = re.compile(
    r"[A-Za-z0-9_-]{1,512}\.[A-Za-z0-9_-]{1,1024}\.[A-Za-z0-9_-]{1,128}"
)
_REQUIRED_CLAIMS = ["aud", "exp", "iat", "iss", "sub"]
# The clocks of two servers may differ. The stored session has the exact time at which it ends.
_LEEWAY_SECONDS = 5
_SECRET_BYTES = 32
# At the start of a session's secret: the session started with a passkey.
_PASSKEY_PREFIX = "passkey."


@dataclass(frozen=True, slots=True)
class SessionClaims:
    """The claims of a session token.

    Attributes:
        account_id: the ID of the account.
        session_id: the ID of the session.
        session_version: the session version of the account when the session started.
        started_at: the time at which the session started.
        expires_at: the time at which the session ends.
        session_secret: the random bits that only the client has; None in a token that was issued by
            an earlier version of the service.
    """

    account_id: str
    session_id: str
    session_version: int
    started_at: datetime
    expires_at: datetime
    session_secret: str | None = None

    @property
    def by_passkey(self) -> bool:
        """Whether the session started with a passkey.

        The session's item has the hash of the secret, mark included. So a token that was forged
        with a stolen signing key can't have a mark that the session didn't start with.
        """
        return (self.session_secret or "").startswith(_PASSKEY_PREFIX)


def new_session_secret(*, by_passkey: bool = False) -> str:
    """Return the secret of a new session: 256 random bits, as text of 43 characters.

    OWASP ASVS 5.0 7.2.3 asks for at least 128 bits. If the session starts with a passkey, it has a
    mark in addition.
    """
    return (_PASSKEY_PREFIX if by_passkey else "") + secrets.token_urlsafe(_SECRET_BYTES)


def hash_session_secret(session_secret: str) -> str:
    """Return the SHA-256 of a session's secret as a hex string.

    A fast hash is enough, because so many random bits can't be guessed.
    """
    return hashlib.sha256(session_secret.encode()).hexdigest()


def issue(claims: SessionClaims, keys: Keys, issuer: str) -> str:
    """Sign a token with the active key.

    Raises:
        ServiceUnavailable: no key is active.
    """
    import jwt

    key = keys.signing_key(claims.started_at)
    payload = {
        "iss": issuer,
        "aud": issuer,
        "sub": claims.account_id,
        "sid": claims.session_id,
        "ver": claims.session_version,
        "iat": claims.started_at,
        "exp": claims.expires_at,
    }
    if claims.session_secret is not None:
        payload["sec"] = claims.session_secret
    headers = {"kid": key.identifier, "typ": JWT_TYPE}
    return jwt.encode(payload, key.secret, algorithm=SIGNING_ALGORITHM, headers=headers)


def verify(token: str, keys: Keys, issuer: str) -> SessionClaims:
    """Verify a token and return its claims.

    The algorithm is fixed. The header's ``kid`` selects one of the service's keys; the function
    ignores all other header fields (``jku``, ``jwk``, ``x5u``).

    Raises:
        Unauthenticated: the token is invalid or expired.
        ServiceUnavailable: the keys can't be fetched.
    """
    import jwt

    try:
        header = read_unverified_header(token)
        key = keys.verification_key(str(header.get("kid")))
        if key is None or header.get("typ") != JWT_TYPE:
            raise Unauthenticated
        payload = decode_and_verify_payload(token, key.secret, issuer)
        return SessionClaims(
            account_id=str(payload["sub"]),
            session_id=str(payload["sid"]),
            session_version=int(payload["ver"]),
            started_at=clock.from_seconds(payload["iat"]),
            expires_at=clock.from_seconds(payload["exp"]),
            session_secret=str(payload["sec"]) if "sec" in payload else None,
        )
    # OSError: the system clock doesn't support that year.
    except (jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError, OSError):
        raise Unauthenticated from None


def read_unverified_header(token: str) -> dict[str, Any]:
    """Return a token's header, without verifying it.

    PyJWT's function for this also decodes the payload and the signature, which takes as long as
    verifying the token.

    Raises:
        Unauthenticated: the token is malformed.
    """
    if not _COMPACT_JWT_PATTERN.fullmatch(token):
        raise Unauthenticated
    segment = token.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except (ValueError, RecursionError):
        raise Unauthenticated from None
    if not isinstance(header, dict):
        raise Unauthenticated
    return header


def decode_and_verify_payload(token: str, signing_key: bytes, issuer: str) -> dict[str, Any]:
    """Return a token's payload after verifying its signature, issuer, audience, and expiry.

    Raises:
        jwt.PyJWTError: the token is invalid, or lacks a required claim.
    """
    import jwt

    payload: dict[str, Any] = jwt.decode(
        token,
        signing_key,
        algorithms=[SIGNING_ALGORITHM],
        audience=issuer,
        issuer=issuer,
        leeway=_LEEWAY_SECONDS,
        options={"require": _REQUIRED_CLAIMS},
    )
    return payload
