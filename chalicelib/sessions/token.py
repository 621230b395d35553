"""The session token: a JWT (RFC 7519) held to RFC 8725's best current practice.

A signature alone opens no session: the token carries random bits as well, of which the stored
session has only the hash. So neither a signing key nor a copy of the tables is enough.

PyJWT is imported by the functions that need it, since signing out reads no token.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.platform import clock
from chalicelib.platform.errors import Unauthenticated
from chalicelib.sessions.keys import Keys

ALGORITHM = "HS256"
# Names the token's purpose, so that a token for another purpose is invalid (RFC 8725, 3.11).
TYPE = "session+jwt"
_SHAPE = re.compile(r"[A-Za-z0-9_-]{1,512}\.[A-Za-z0-9_-]{1,1024}\.[A-Za-z0-9_-]{1,128}")
_REQUIRED = ["aud", "exp", "iat", "iss", "sub"]
# Clocks of two functions may differ; the session's own record decides when it has ended.
_LEEWAY_SECONDS = 5
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a session token.

    Attributes:
        account_id: the account whose session it is.
        session_id: the session.
        session_version: the account's session version when the session began.
        started_at: when the session began.
        expires_at: when it ends.
        secret: the random bits that only the client has; None in a token of an earlier version.
    """

    account_id: str
    session_id: str
    session_version: int
    started_at: datetime
    expires_at: datetime
    secret: str | None = None


def new_secret() -> str:
    """Return 256 random bits for a new session, as text of 43 characters.

    OWASP ASVS 5.0 7.2.3 asks for at least 128.
    """
    return secrets.token_urlsafe(_SECRET_BYTES)


def secret_hash(secret: str) -> str:
    """Return the SHA-256 of a session's random bits, in hexadecimal.

    A fast hash is enough, because so many random bits can't be guessed.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(claims: Claims, keys: Keys, issuer: str) -> str:
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
    if claims.secret is not None:
        payload["sec"] = claims.secret
    headers = {"kid": key.identifier, "typ": TYPE}
    return jwt.encode(payload, key.secret, algorithm=ALGORITHM, headers=headers)


def read(token: str, keys: Keys, issuer: str) -> Claims:
    """Verify a token and return its claims.

    The algorithm is fixed. The header's ``kid`` selects one of the service's own keys, and the
    function ignores all other header fields (``jku``, ``jwk``, ``x5u``).

    Raises:
        Unauthenticated: the token is invalid or expired.
        ServiceUnavailable: the keys can't be fetched.
    """
    import jwt

    try:
        header = unverified_header(token)
        key = keys.verification_key(str(header.get("kid")))
        if key is None or header.get("typ") != TYPE:
            raise Unauthenticated
        payload = verified_payload(token, key.secret, issuer)
        return Claims(
            account_id=str(payload["sub"]),
            session_id=str(payload["sid"]),
            session_version=int(payload["ver"]),
            started_at=clock.from_seconds(payload["iat"]),
            expires_at=clock.from_seconds(payload["exp"]),
            secret=str(payload["sec"]) if "sec" in payload else None,
        )
    # OSError: the system clock doesn't support that year.
    except (jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError, OSError):
        raise Unauthenticated from None


def unverified_header(token: str) -> dict[str, Any]:
    """Return a token's header, which is not verified yet.

    Raises:
        Unauthenticated: it does not have the format of a token.
        jwt.PyJWTError: it can't be decoded.
    """
    import jwt

    if not _SHAPE.fullmatch(token):
        raise Unauthenticated
    header: dict[str, Any] = jwt.get_unverified_header(token)
    return header


def verified_payload(token: str, secret: bytes, issuer: str) -> dict[str, Any]:
    """Return a token's claims after verifying signature, issuer, audience, and expiry.

    Raises:
        jwt.PyJWTError: one of them is invalid, or a claim is missing.
    """
    import jwt

    payload: dict[str, Any] = jwt.decode(
        token,
        secret,
        algorithms=[ALGORITHM],
        audience=issuer,
        issuer=issuer,
        leeway=_LEEWAY_SECONDS,
        options={"require": _REQUIRED},
    )
    return payload
