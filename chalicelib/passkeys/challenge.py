"""Challenges for signing in and up: bound to a browser, valid for ten minutes, and used once.

A challenge is the time and an HMAC of the time and of the secret in the browser's cookie. So
nothing is stored for the many people who open the sign-in page and then use another way. The
ticket, which is stored once for each challenge, makes it work once.
"""

import base64
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.identity.account import IncorrectPasskey
from chalicelib.platform import clock
from chalicelib.sessions.cookie import PASSKEY_CHALLENGE_LIFETIME
from chalicelib.sessions.keys import Keys

_SECRET_BYTES = 32
_TIME = struct.Struct(">Q")


class Ceremony(StrEnum):
    """What a challenge is for: the purpose of its key. It isn't valid for another ceremony."""

    SIGN_IN = "passkey challenge"
    SIGN_UP = "passkey sign-up challenge"


@dataclass(frozen=True, slots=True)
class Challenge:
    """A new challenge.

    Attributes:
        text: the challenge, in base64url.
        browser_secret: the secret for the browser's cookie.
    """

    text: str
    browser_secret: str


def create(keys: Keys, now: datetime, ceremony: Ceremony = Ceremony.SIGN_IN) -> Challenge:
    """Return a new challenge for a browser."""
    browser_secret = secrets.token_urlsafe(_SECRET_BYTES)
    content = _challenge(keys, ceremony, browser_secret, int(now.timestamp()))
    return Challenge(encode(content), browser_secret)


def verify(
    challenge: bytes,
    browser_secret: str | None,
    keys: Keys,
    now: datetime,
    ceremony: Ceremony = Ceremony.SIGN_IN,
) -> None:
    """Verify that a challenge was made for this browser and ceremony, at most ten minutes ago.

    Raises:
        IncorrectPasskey: it wasn't.
    """
    if browser_secret is None or len(challenge) != _TIME.size + hashlib.sha256().digest_size:
        raise IncorrectPasskey
    (seconds,) = _TIME.unpack_from(challenge)
    if not hmac.compare_digest(challenge, _challenge(keys, ceremony, browser_secret, seconds)):
        raise IncorrectPasskey
    if (
        not clock.from_seconds(seconds)
        <= now
        < clock.from_seconds(seconds) + (PASSKEY_CHALLENGE_LIFETIME)
    ):
        raise IncorrectPasskey


def _challenge(keys: Keys, ceremony: Ceremony, browser_secret: str, seconds: int) -> bytes:
    time = _TIME.pack(seconds)
    key = keys.derived_key(ceremony)
    return time + hmac.digest(key, time + browser_secret.encode(errors="replace"), hashlib.sha256)


def encode(content: bytes) -> str:
    """Return bytes in base64url without padding, as WebAuthn's JSON has them."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Return the bytes of a text in base64url.

    Raises:
        ValueError: it isn't base64url.
    """
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
