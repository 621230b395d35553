"""Codes: how an app's secret is made, which codes it shows, and which of them are taken.

The app's secret is not kept anywhere. It follows from a random seed in the account and from a key
of the stage that DynamoDB never sees, so that whoever reads the tables can make no code.

pyotp is imported where a code is checked, which is at the sign-ins of those who have an app.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.identity.account import Authenticator, IncorrectCode
from chalicelib.platform import input_text
from chalicelib.platform.identifiers import CROCKFORD

if TYPE_CHECKING:
    from pyotp import TOTP

ISSUER = "Breeze Lakes Point"
# RFC 6238, as every app reads it: SHA-1, thirty seconds, six digits.
STEP_SECONDS = 30
DIGITS = 6
# RFC 6238 5.2: clocks drift, and people type.
STEPS_EITHER_WAY = 1
# RFC 4226 4 recommends 160 bits.
_SECRET_BYTES = 20
_SEED_BYTES = 16
RECOVERY_CODES = 10
# Of five bits each: 130.
_RECOVERY_CHARACTERS = 26
_GROUP = 4
_MISREAD = str.maketrans("OIL", "011")


def new_seed() -> str:
    """Return a random seed, in URL-safe base 64."""
    return secrets.token_urlsafe(_SEED_BYTES)


def secret(seed: str, account_id: str, key: bytes) -> str:
    """Return the secret that an app is given, in base 32.

    Args:
        seed: the app's own.
        account_id: whose it is: a seed that is copied to another account makes other codes.
        key: the stage's.
    """
    made = hmac.digest(key, f"{account_id}\0{seed}".encode(), hashlib.sha256)
    return base64.b32encode(made[:_SECRET_BYTES]).decode()


def address(secret: str, username: str) -> str:
    """Return the ``otpauth`` URI that apps read from a QR code."""
    return _app(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def accepted_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """Return the time step whose code was given, if it may be taken.

    Args:
        secret: the app's.
        code: as it was typed.
        now: when; one step of drift is allowed for, either way.
        last_step: the last one whose code was taken: none up to it is taken again (RFC 6238 5.2).
    """
    # Text of other scripts is compared as bytes, which is all that compare_digest takes.
    typed, app = _plain(code).encode(), _app(secret)
    present = int(now.timestamp()) // STEP_SECONDS
    steps = range(present - STEPS_EITHER_WAY, present + STEPS_EITHER_WAY + 1)
    # Each is compared, whichever it is, so that time does not tell.
    matching = [
        step for step in steps if hmac.compare_digest(app.generate_otp(step).encode(), typed)
    ]
    return next((step for step in matching if step > last_step), None)


def is_well_formed(code: str) -> bool:
    """Return whether a text can be a code of an app or a recovery code, however it is written."""
    plain = _plain(code)
    if len(plain) == DIGITS:
        return plain.isdecimal()
    return len(plain) == _RECOVERY_CHARACTERS and set(CROCKFORD).issuperset(plain)


def use(
    authenticator: Authenticator, code: str, key: bytes, account_id: str, now: datetime
) -> Authenticator:
    """Return an authenticator after a code of its app, or a recovery code, was used.

    Args:
        authenticator: as it was read.
        code: as it was typed, blanks and hyphens included.
        key: the stage's.
        account_id: whose it is.
        now: when.

    Raises:
        IncorrectCode: it is neither, or was used before.
    """
    if len(_plain(code)) == DIGITS:
        own = secret(authenticator.seed, account_id, key)
        step = accepted_step(own, code, now, authenticator.last_step)
        if step is None:
            raise IncorrectCode
        return replace(authenticator, last_step=step)
    used = hash_of(code)
    left = tuple(one for one in authenticator.recovery_codes if not hmac.compare_digest(one, used))
    if len(left) == len(authenticator.recovery_codes):
        raise IncorrectCode
    return replace(authenticator, recovery_codes=left)


def new_recovery_codes() -> list[str]:
    """Return ten random codes of 130 bits each, in groups that can be read and copied."""
    return [_grouped(_random(_RECOVERY_CHARACTERS)) for _ in range(RECOVERY_CODES)]


def hash_of(recovery_code: str) -> str:
    """Return what is kept of a recovery code, in any of the ways in which it may be written.

    There is too much chance in it to guess: a plain SHA-256 keeps it.
    """
    return hashlib.sha256(_plain(recovery_code).encode(errors="replace")).hexdigest()


def _app(secret: str) -> "TOTP":
    from pyotp import TOTP

    return TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)


def _plain(code: str) -> str:
    return input_text.compact(code).upper().translate(_MISREAD)


def _random(characters: int) -> str:
    return "".join(secrets.choice(CROCKFORD) for _ in range(characters))


def _grouped(text: str) -> str:
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
