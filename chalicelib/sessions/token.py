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
# Names the token's purpose, so that a token made for another errand is none (RFC 8725, 3.11).
TYPE = "session+jwt"
_SHAPE = re.compile(r"[A-Za-z0-9_-]{1,512}\.[A-Za-z0-9_-]{1,1024}\.[A-Za-z0-9_-]{1,128}")
_REQUIRED = ["aud", "exp", "iat", "iss", "sub"]
# Two functions' clocks may differ; the session's own record decides when it is over.
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
    """Sign a token with the key whose turn it is.

    Raises:
        ServiceUnavailable: there is no key.
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
    """Check a token and return what it says.

    The one algorithm is pinned; the header's ``kid`` only picks among our own keys, and whatever
    else it brings along (``jku``, ``jwk``, ``x5u``) is ignored.

    Raises:
        Unauthenticated: it is none of ours, or expired.
        ServiceUnavailable: the keys cannot be had.
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
    # OSError: the machine's clock knows no such year.
    except (jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError, OSError):
        raise Unauthenticated from None


def unverified_header(token: str) -> dict[str, Any]:
    """Return what a token's header says, which nobody vouches for yet.

    Raises:
        Unauthenticated: it has not the shape of a token.
        jwt.PyJWTError: it cannot be read.
    """
    import jwt

    if not _SHAPE.fullmatch(token):
        raise Unauthenticated
    header: dict[str, Any] = jwt.get_unverified_header(token)
    return header


def verified_payload(token: str, secret: bytes, issuer: str) -> dict[str, Any]:
    """Return what a token says, once signature, issuer, audience and expiry are found good.

    Raises:
        jwt.PyJWTError: one of them is not, or a claim is missing.
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
