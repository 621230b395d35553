"""The proof that a browser has come back from a provider: who signed in there.

The function ``oidc`` stores it, and ``accounts`` uses it once: for a session, a new account, or a
linked identity. So the code that speaks to providers can't open an account without their proof, and
the code that opens accounts never speaks to them.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.oidc.authorization import Purpose

LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ProviderProof:
    """A stored proof.

    Attributes:
        hash: the SHA-256 of the secret that only the browser's cookie has.
        purpose: what the person went to the provider for.
        provider: the name of the provider.
        issuer: its issuer.
        subject: the person's ID there.
        email: the person's email; None without one.
        email_verified: whether the provider has verified it.
        first_name: None if unknown.
        last_name: None if unknown.
        expires_at: when it expires.
    """

    hash: str
    purpose: Purpose
    provider: str
    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    first_name: str | None
    last_name: str | None
    expires_at: datetime


def hash_secret(secret: str) -> str:
    """Return the key of a proof: a hash of the secret in the browser's cookie, which is random."""
    return f"oidc-proof#{hashlib.sha256(secret.encode()).hexdigest()}"


def hash_state(state: str) -> str:
    """Return the key of the mark that a ``state`` was used."""
    return f"oidc-state#{hashlib.sha256(state.encode()).hexdigest()}"
