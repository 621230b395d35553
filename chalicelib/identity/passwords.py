"""Passwords: which are accepted, how they are kept, and a decoy that costs the same.

passlib (as libpass, its maintained continuation) is imported by the functions that hash, and bcrypt
where a hash of another application's is met.
"""

import contextlib
import functools
import hashlib
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from chalicelib.identity import login_names, password_strength
from chalicelib.identity.account import Account
from chalicelib.platform import lengths, log, pwned_passwords, settings
from chalicelib.platform.errors import InvalidFields, ServiceUnavailable

if TYPE_CHECKING:
    from passlib.context import CryptContext

MAX_LENGTH = lengths.NEW_PASSWORD
MAX_INPUT_LENGTH = lengths.PASSWORD
# OWASP's password storage cheat sheet: Argon2id with at least 19 MiB, two passes, one lane.
MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
# Hashes of this kind came with accounts of another application.
BCRYPT = r"\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}"
# bcrypt reads no further, and its library rejects what is longer.
_BCRYPT_BYTES = 72
# A name of three letters is a part of too many words.
_SHORTEST_NAME = 4
_SERVICE = settings.APPLICATION.replace("-", " ")
# A well-formed hash that no known password has.
_DECOY = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${'A' * 22}${'A' * 43}"


def problem(password: str, names: Iterable[str | None] = ()) -> str | None:
    """Say what keeps a text from being a new password, and what to do; None if nothing does.

    Length counts, in characters after NFC: NIST SP 800-63B-4 3.1.1.2 asks for 15 where a password
    is the only factor, for no rules of composition, and for rejecting what is expected of this
    person, or common (OWASP ASVS 5.0 6.2.4, 6.2.11).

    Args:
        password: as it was typed.
        names: username, email and names of whoever it shall belong to, as far as they are known.
    """
    if said := length_problem(password):
        return said
    composed, known = _normalize(password), [name for name in names if name]
    if _contains_name(composed, [_SERVICE]):
        return "Don’t use the name of this site in your password."
    if _contains_name(
        composed, [part for name in known for part in (name, name.partition("@")[0])]
    ):
        return "Don’t use your name, username or email in your password."
    if why := password_strength.weakness(composed, (*known, _SERVICE)):
        return f"Easy to guess because {why}. Add another word or two."
    return None


def length_problem(password: str) -> str | None:
    """Say what is wrong with a new password's length, which takes no time; None if nothing is."""
    shortest, composed = settings.current().minimum_password_length, _normalize(password)
    if len(composed) < shortest:
        return f"Use at least {shortest} characters. Three or more unrelated words work well."
    if len(composed) > MAX_LENGTH:
        return f"Use {MAX_LENGTH} characters or fewer."
    return None


def require_acceptable(account: Account, password: str, field: str) -> None:
    """Reject what an account's owner should not take as a new password.

    Args:
        account: the owner's.
        password: as it was typed.
        field: the path of the field that it came in.

    Raises:
        InvalidFields: it is easy to guess for somebody who knows them, or known from a breach.
        ServiceUnavailable: nobody can tell whether it is known, and the setting is strict.
    """
    own = (account.first_name, account.middle_name, account.last_name)
    names = (account.username, account.email, *own)
    if said := problem(password, names):
        raise InvalidFields({field: said})
    reject_breached(password, field)


def reject_breached(password: str, field: str = "password") -> None:
    """Reject a new password that is known from a breach (OWASP ASVS 5.0 6.2.12), if that is set.

    Args:
        password: as it was typed.
        field: the path of the field that it came in.

    Raises:
        InvalidFields: it is known.
        ServiceUnavailable: nobody can tell, and the setting is strict.
    """
    mode = settings.current().breached_passwords
    if mode == settings.OFF:
        return
    # The protocol's hash: none of ours is made so.
    digest = hashlib.sha1(_normalize(password).encode(), usedforsecurity=False).hexdigest().upper()
    prefix, suffix = (
        digest[: pwned_passwords.PREFIX_DIGITS],
        digest[pwned_passwords.PREFIX_DIGITS :],
    )
    try:
        known = suffix in pwned_passwords.suffixes(prefix)
    except ServiceUnavailable as unavailable:
        if mode == settings.STRICT:
            raise
        log.emit(log.LogEvent.BREACHES_UNAVAILABLE, cause=unavailable.cause)
        return
    if known:
        sentence = (
            "This password was leaked in a data breach at another company. Choose a different one."
        )
        raise InvalidFields({field: sentence})


def hash_password(password: str) -> str:
    """Return the Argon2id hash to keep for a password, in PHC string format."""
    return str(_context().hash(_normalize(password)))


def verify(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Compare a password with a kept hash, at the same cost whether there is one or not.

    Args:
        password: as it was typed.
        kept: the account's hash; None where there is no account.

    Returns:
        Whether it is the one, and the hash to keep from now on where the old one is too weak.
    """
    if kept and kept.startswith("$2"):
        right = _is_imported(password, kept)
        return right, hash_password(password) if right else None
    right, new_hash = _context().verify_and_update(_normalize(password), kept or _DECOY)
    return right, new_hash


def _is_imported(password: str, kept: str) -> bool:
    """Say whether another application would have taken a password for this hash of its own.

    It hashed what was typed, composed or not, and never more of it than bcrypt reads.
    """
    for typed in dict.fromkeys((_normalize(password), password)):
        # A NUL, which ends a text for bcrypt.
        with contextlib.suppress(ValueError):
            if _imported_context().verify(typed.encode()[:_BCRYPT_BYTES], kept):
                return True
    return False


def _normalize(password: str) -> str:
    """Return a password in NFC, or as it is where it is longer than any, composed or not.

    Marks are put in order in a time that grows with the square of their number.
    """
    return password if len(password) > MAX_INPUT_LENGTH else unicodedata.normalize("NFC", password)


def _contains_name(password: str, names: Iterable[str]) -> bool:
    """Say whether one of these names is in a password, whatever its case and punctuation."""
    letters = _letters(password)
    return any(name in letters for name in map(_letters, names) if len(name) >= _SHORTEST_NAME)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, login_names.normalize(text)))


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


@functools.cache
def _imported_context() -> "CryptContext":
    from passlib.context import CryptContext

    return CryptContext(schemes=["bcrypt"])
