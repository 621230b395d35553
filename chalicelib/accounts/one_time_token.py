"""A one-time token: the part of a link that permits one action, once."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.identity.account import Account
from chalicelib.identity.role import Role
from chalicelib.platform import input_text

# OWASP's forgot-password cheat sheet: random from a generator made for secrets, single use, short
# lived. These are 256 bits.
TOKEN_BYTES = 32
LIFETIME = timedelta(hours=1)
# Identifiers contain no #, so this is no account's.
_DECOY_ACCOUNT = "#nobody"
_DASHES = re.compile("[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")


class Purpose(StrEnum):
    """The purpose of a token, which is invalid for any other."""

    PASSWORD = "password"  # noqa: S105  # nosec B105 # a purpose
    EMAIL = "email"
    SIGN_UP = "sign-up"


@dataclass(frozen=True, slots=True)
class OneTimeToken:
    """A stored token: its hash, and the state of the account that it is bound to.

    A password token is invalid as soon as any of this has changed in its account; a token for an
    email, as soon as the email has changed.

    Attributes:
        hash: SHA-256 of the token, which itself is not stored.
        purpose: its purpose.
        account_id: the account that it belongs to.
        session_version: the account's when it was made; a new password raises it.
        email: the account's when it was made; None without one.
        role: the account's when it was made: a link for a User must not open an Admin's account.
        expires_at: when it expires.
    """

    hash: str
    purpose: Purpose
    account_id: str
    session_version: int
    email: str | None
    role: Role
    expires_at: datetime


def for_account(token: str, purpose: Purpose, account: Account, now: datetime) -> OneTimeToken:
    """Return the stored form of a new token: valid for 1 hour, bound to the current account."""
    return OneTimeToken(
        hash=hash_of(token),
        purpose=purpose,
        account_id=account.id,
        session_version=account.session_version,
        email=account.address_to_verify if purpose is Purpose.EMAIL else account.email,
        role=account.role,
        expires_at=now + LIFETIME,
    )


def for_address(token: str, email: str, now: datetime) -> OneTimeToken:
    """Return the stored form of a new token that signs up with an email address.

    No account is behind it: the token proves the address, and opens nothing that exists.
    """
    return OneTimeToken(
        hash=hash_of(token, Purpose.SIGN_UP),
        purpose=Purpose.SIGN_UP,
        account_id=_DECOY_ACCOUNT,
        session_version=0,
        email=email,
        role=Role.USER,
        expires_at=now + LIFETIME,
    )


def decoy(token: str, now: datetime) -> OneTimeToken:
    """Return the stored form of a decoy token, which belongs to no account."""
    return OneTimeToken(
        hash=hash_of(token),
        purpose=Purpose.PASSWORD,
        account_id=_DECOY_ACCOUNT,
        session_version=0,
        email=None,
        role=Role.USER,
        expires_at=now + LIFETIME,
    )


def hash_of(token: str, purpose: Purpose | None = None) -> str:
    """Return the hash under which a token is kept, however the token was typed or pasted.

    Spaces and line breaks in it, and dashes that a mail program made longer, make no difference.
    A plain hash is enough: 256 random bits can't be guessed (OWASP ASVS 5.0 6.5.2).

    Args:
        token: the token from the link.
        purpose: what it is for. A token to sign up has a hash of its own kind, which earlier
            versions, to which the purpose is unknown, never look for.
    """
    prefix = f"{purpose}:" if purpose is Purpose.SIGN_UP else ""
    return hashlib.sha256(f"{prefix}{_plain(token)}".encode(errors="replace")).hexdigest()


def _plain(token: str) -> str:
    # Unlike in other codes, a hyphen is one of the characters here.
    return "-".join(input_text.compact(part) for part in _DASHES.split(token))
