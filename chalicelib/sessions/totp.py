"""Second-factor codes: create an app's secret, and verify time-based and recovery codes.

The service does not store the app's secret. It derives the secret from a random seed in the account
and a key of the stage that is not in DynamoDB, so that a copy of the tables can't generate codes.

pyotp is imported where a code is verified, because only accounts with an app need it.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.identity.account import Authenticator, IncorrectSecondFactorCode
from chalicelib.platform import input_text
from chalicelib.platform.identifiers import CROCKFORD

if TYPE_CHECKING:
    from pyotp import TOTP

ISSUER = "Breeze Lakes Point"
# RFC 6238, with the parameters that every app supports: SHA-1, 30 s, 6 digits.
STEP_SECONDS = 30
DIGITS = 6
# RFC 6238 5.2: allow for clock drift and for the time that a person needs to type.
STEPS_EITHER_WAY = 1
# RFC 4226 4 recommends 160 bits.
_SECRET_BYTES = 20
_SEED_BYTES = 16
RECOVERY_CODES = 10
# 5 bits each: 130 bits.
_RECOVERY_CHARACTERS = 26
_GROUP = 4
_MISREAD = str.maketrans("OIL", "011")


def new_seed() -> str:
    """Return a random seed, in URL-safe base 64."""
    return secrets.token_urlsafe(_SEED_BYTES)


def secret(seed: str, account_id: str, key: bytes) -> str:
    """Return the secret of an app, in base 32.

    Args:
        seed: the account's seed.
        account_id: the account ID. A seed that is copied to another account generates other codes.
        key: the key of the stage.
    """
    digest = hmac.digest(key, f"{account_id}\0{seed}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:_SECRET_BYTES]).decode()


def address(secret: str, username: str) -> str:
    """Return the ``otpauth`` URI that apps read from a QR code."""
    return _app(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def accepted_step(secret: str, code: str, now: datetime, last_time_step: int) -> int | None:
    """Return the time step of a code if the code is correct and unused; otherwise None.

    Args:
        secret: the app's secret.
        code: the code, exactly as the client sent it.
        now: the current time. A code may be one time step early or late.
        last_time_step: the time step of the last accepted code. Codes of this step or an earlier
            one are rejected (RFC 6238 5.2).
    """
    # Compare bytes: compare_digest raises TypeError for text outside ASCII.
    code_bytes, app = _canonical(code).encode(), _app(secret)
    current_step = int(now.timestamp()) // STEP_SECONDS
    steps = range(current_step - STEPS_EITHER_WAY, current_step + STEPS_EITHER_WAY + 1)
    # Compare with each code, so that the time does not reveal which one matches.
    matching_steps = [
        step for step in steps if hmac.compare_digest(app.generate_otp(step).encode(), code_bytes)
    ]
    return next((step for step in matching_steps if step > last_time_step), None)


def is_well_formed(code: str) -> bool:
    """Return whether a text has the format of an app's code or a recovery code."""
    canonical = _canonical(code)
    if len(canonical) == DIGITS:
        return canonical.isdecimal()
    return len(canonical) == _RECOVERY_CHARACTERS and set(CROCKFORD).issuperset(canonical)


def consume(
    authenticator: Authenticator, code: str, key: bytes, account_id: str, now: datetime
) -> Authenticator:
    """Return an authenticator with a code of its app, or a recovery code, marked as used.

    Args:
        authenticator: the authenticator as it was read.
        code: the code, exactly as the client sent it. Spaces and hyphens are ignored.
        key: the key of the stage.
        account_id: the account ID.
        now: the current time.

    Raises:
        IncorrectSecondFactorCode: the code is wrong, or was used before.
    """
    if len(_canonical(code)) == DIGITS:
        app_secret = secret(authenticator.seed, account_id, key)
        step = accepted_step(app_secret, code, now, authenticator.last_time_step)
        if step is None:
            raise IncorrectSecondFactorCode
        return replace(authenticator, last_time_step=step)
    used_hash = hash_recovery_code(code)
    unused_hashes = tuple(
        stored_hash
        for stored_hash in authenticator.recovery_codes
        if not hmac.compare_digest(stored_hash, used_hash)
    )
    if len(unused_hashes) == len(authenticator.recovery_codes):
        raise IncorrectSecondFactorCode
    return replace(authenticator, recovery_codes=unused_hashes)


def new_recovery_codes() -> list[str]:
    """Return ten random codes of 130 bits each, in groups that are easy to read and copy."""
    return [_grouped(_random(_RECOVERY_CHARACTERS)) for _ in range(RECOVERY_CODES)]


def hash_recovery_code(recovery_code: str) -> str:
    """Return the stored hash of a recovery code, however a person writes the code.

    A plain SHA-256 is enough, because the code has too much entropy to guess.
    """
    return hashlib.sha256(_canonical(recovery_code).encode(errors="replace")).hexdigest()


def _app(secret: str) -> "TOTP":
    from pyotp import TOTP

    return TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)


def _canonical(code: str) -> str:
    return input_text.compact(code).upper().translate(_MISREAD)


def _random(characters: int) -> str:
    return "".join(secrets.choice(CROCKFORD) for _ in range(characters))


def _grouped(text: str) -> str:
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
