"""Passwords: which are accepted, how they are kept, and a decoy that costs the same.

passlib (as libpass, its maintained continuation) is imported by the functions that hash.
"""

import functools
import unicodedata
from typing import TYPE_CHECKING

from chalicelib.platform import settings

if TYPE_CHECKING:
    from passlib.context import CryptContext

LONGEST = 128
# OWASP's password storage cheat sheet: Argon2id with at least 19 MiB, two passes, one lane.
MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
# A well-formed hash that no known password has.
_DECOY = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${'A' * 22}${'A' * 43}"


def problem(password: str) -> str | None:
    """Say what keeps a text from being a new password; None if nothing does.

    Length alone counts, in characters after NFC: NIST SP 800-63B-4 3.1.1.2 asks for 15 where a
    password is the only factor, and for no rules of composition.
    """
    shortest = settings.current().minimum_password_length
    if len(_composed(password)) < shortest:
        return f"A password has {shortest} characters or more. A few words make a good one."
    if len(_composed(password)) > LONGEST:
        return f"A password has {LONGEST} characters at most."
    return None


def hash_of(password: str) -> str:
    """Return the Argon2id hash to keep for a password, in PHC string format."""
    return str(_context().hash(_composed(password)))


def verify(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Compare a password with a kept hash, at the same cost whether there is one or not.

    Args:
        password: as it was typed.
        kept: the account's hash; None where there is no account.

    Returns:
        Whether it is the one, and the hash to keep from now on where the old one is too weak.
    """
    right, replacement = _context().verify_and_update(_composed(password), kept or _DECOY)
    return right, replacement


def _composed(password: str) -> str:
    return unicodedata.normalize("NFC", password)


@functools.cache
def _context() -> "CryptContext":
    from passlib.context import CryptContext

    return CryptContext(
        schemes=["argon2"],
        argon2__type="ID",
        argon2__memory_cost=MEMORY_KIB,
        argon2__time_cost=PASSES,
        argon2__parallelism=LANES,
    )
