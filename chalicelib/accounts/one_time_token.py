"""A one-time token: the secret part of a link that permits a single action once.

The service stores only a token's hash, in a :class:`StoredToken`. If a person asks for a link for
an unknown name, a *decoy* is stored, so that the response takes as long.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.identity.account import Account
from chalicelib.identity.role import Role
from chalicelib.platform import input_text

# OWASP's forgot-password cheat sheet: tokens must be random from a cryptographic generator, for a
# single use, and short-lived. A token has 256 bits.
TOKEN_BYTES = 32
TOKEN_LIFETIME = timedelta(hours=1)
# The lifetime of a printed link, which a walk-in applicant opens at home.
PRINTED_TOKEN_LIFETIME = timedelta(hours=24)
# The account ID of tokens without an account: for sign-up, and decoys. Account IDs contain no #.
_ANONYMOUS_ACCOUNT_ID = "#nobody"
_DASHES = re.compile("[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")


class Purpose(StrEnum):
    """What a token is for. It is invalid for anything else."""

    PASSWORD_RESET = "password"  # noqa: S105  # nosec B105 # a purpose
    EMAIL_VERIFICATION = "email"
    SIGN_UP = "sign-up"
    SIGN_IN = "sign-in"
    PASSKEY = "passkey"
    PASSKEY_SIGN_UP = "passkey-sign-up"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A stored token: its hash, and the state of the account that it is bound to.

    A password token becomes invalid when the session version, the email, or the role of its account
    changes; an email token, when the email changes.

    Attributes:
        token_hash: the SHA-256 of the token. The token itself is not stored.
        purpose: the purpose for which it is valid.
        account_id: the ID of the account that it belongs to.
        session_version: the session version of the account when the token was created. A new
            password changes the version.
        email: the email of the account when the token was created; None without an email.
        role: the role of the account when the token was created. If a User becomes an Admin, their
            earlier links stop working.
        expires_at: the time at which it expires.
    """

    token_hash: str
    purpose: Purpose
    account_id: str
    session_version: int
    email: str | None
    role: Role
    expires_at: datetime


def stored_account_token(
    token: str,
    purpose: Purpose,
    account: Account,
    now: datetime,
    lifetime: timedelta = TOKEN_LIFETIME,
) -> StoredToken:
    """Return the stored form of a new token, bound to the account as it is now."""
    return StoredToken(
        token_hash=hash_token(token),
        purpose=purpose,
        account_id=account.id,
        session_version=account.session_version,
        email=account.email_to_verify if purpose is Purpose.EMAIL_VERIFICATION else account.email,
        role=account.role,
        expires_at=now + lifetime,
    )


def stored_sign_up_token(token: str, email: str, now: datetime) -> StoredToken:
    """Return the stored form of a new token for a sign-up with an email address.

    It belongs to no account. It only proves that its owner receives mail at the address.
    """
    return StoredToken(
        token_hash=hash_token(token, Purpose.SIGN_UP),
        purpose=Purpose.SIGN_UP,
        account_id=_ANONYMOUS_ACCOUNT_ID,
        session_version=0,
        email=email,
        role=Role.USER,
        expires_at=now + TOKEN_LIFETIME,
    )


def stored_decoy_token(token: str, now: datetime) -> StoredToken:
    """Return the stored form of a decoy token, which belongs to no account."""
    return StoredToken(
        token_hash=hash_token(token),
        purpose=Purpose.PASSWORD_RESET,
        account_id=_ANONYMOUS_ACCOUNT_ID,
        session_version=0,
        email=None,
        role=Role.USER,
        expires_at=now + TOKEN_LIFETIME,
    )


def hash_token(token: str, purpose: Purpose | None = None) -> str:
    """Return the stored hash of a token, however it was typed or pasted.

    The function ignores spaces and line breaks, and accepts other dashes, because mail programs
    replace hyphens with them. A hash without salt is enough: 256 random bits can't be guessed
    (OWASP ASVS 5.0 6.5.2).

    Args:
        token: the token from the link.
        purpose: its purpose. It is part of a sign-up token's hash, so that earlier versions of the
            service, which don't know this purpose, never find the token. It changes no other hash.
    """
    prefix = f"{purpose}:" if purpose is Purpose.SIGN_UP else ""
    return hashlib.sha256(f"{prefix}{_normalize(token)}".encode(errors="replace")).hexdigest()


def _normalize(token: str) -> str:
    # A hyphen is a character of a token. The codes that people type are compared without hyphens.
    return "-".join(input_text.compact(part) for part in _DASHES.split(token))
