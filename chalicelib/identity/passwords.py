"""Password rules and hashes, and a decoy hash that takes the same time to verify.

The functions that hash import argon2, and bcrypt only for a hash from another application.
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
    from argon2 import PasswordHasher

MAX_LENGTH = lengths.NEW_PASSWORD
MAX_INPUT_LENGTH = lengths.PASSWORD
# OWASP's password storage cheat sheet: Argon2id with at least 19 MiB, two passes, one lane.
MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
# Accounts imported from another application have hashes of this kind.
BCRYPT = r"\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}"
# bcrypt ignores further bytes, and its library rejects longer input.
_BCRYPT_BYTES = 72
# A name of three letters is a part of too many words.
_SHORTEST_NAME = 4
_SERVICE = settings.APPLICATION.replace("-", " ")
# A well-formed hash that no known password has.
_DECOY = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${'A' * 22}${'A' * 43}"


def problem(password: str, names: Iterable[str | None] = ()) -> str | None:
    """Return why a text is not acceptable as a new password, and a fix; None if it is acceptable.

    Length counts, in characters after NFC: NIST SP 800-63B-4 3.1.1.2 asks for 15 where a password
    is the only factor, for no rules of composition, and for rejecting what is expected of this
    person, or common (OWASP ASVS 5.0 6.2.4, 6.2.11).

    Args:
        password: exactly as the client sent it.
        names: the known username, email, and names of the account's owner.
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
    """Return what is wrong with a new password's length, without slow checks; None if valid."""
    shortest, composed = settings.current().minimum_password_length, _normalize(password)
    if len(composed) < shortest:
        return f"Use at least {shortest} characters. Three or more unrelated words work well."
    if len(composed) > MAX_LENGTH:
        return f"Use {MAX_LENGTH} characters or fewer."
    return None


def require_acceptable(account: Account, password: str, field: str) -> None:
    """Reject a new password that is weak for this account's owner, or known from a breach.

    Args:
        account: the owner's account.
        password: exactly as the client sent it.
        field: the path of the request field.

    Raises:
        InvalidFields: the password is easy to guess for people who know the owner, or breached.
        ServiceUnavailable: the breach check failed, and the settings require it.
    """
    own = (account.first_name, account.middle_name, account.last_name)
    names = (account.username, account.email, *own)
    if said := problem(password, names):
        raise InvalidFields({field: said})
    reject_breached(password, field)


def reject_breached(password: str, field: str = "password") -> None:
    """Reject a password known from a breach (OWASP ASVS 5.0 6.2.12), if the settings say so.

    Args:
        password: exactly as the client sent it.
        field: the path of the request field.

    Raises:
        InvalidFields: the password is known from a breach.
        ServiceUnavailable: the breach check failed, and the settings require it.
    """
    mode = settings.current().breached_passwords
    if mode == settings.OFF:
        return
    # The range API of the breach service uses SHA-1. The service stores no SHA-1 hashes.
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
    """Return the Argon2id hash to store for a password, in PHC string format."""
    return _hasher().hash(_normalize(password))


def verify(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Verify a password against a stored hash; it takes the same time without one.

    Args:
        password: exactly as the client sent it.
        kept: the account's hash; None if there is no such account.

    Returns:
        Whether the password matches, and a new hash to store if the old one is too weak.
    """
    if kept and kept.startswith("$2"):
        right = _is_imported(password, kept)
        return right, hash_password(password) if right else None
    right = _is_right(password, kept or _DECOY)
    is_weak = right and _hasher().check_needs_rehash(kept or _DECOY)
    return right, hash_password(password) if is_weak else None


def _is_right(password: str, kept: str) -> bool:
    from argon2.exceptions import VerifyMismatchError

    try:
        return _hasher().verify(kept, _normalize(password))
    except VerifyMismatchError:
        return False


def _is_imported(password: str, kept: str) -> bool:
    """Verify a password against a hash from another application.

    That application did not normalize passwords, and hashed only the bytes that bcrypt reads.
    """
    import bcrypt

    for typed in dict.fromkeys((_normalize(password), password)):
        # A NUL character, which ends the text for bcrypt.
        with contextlib.suppress(ValueError):
            if bcrypt.checkpw(typed.encode()[:_BCRYPT_BYTES], kept.encode()):
                return True
    return False


def _normalize(password: str) -> str:
    """Return a password in NFC; unchanged if it is longer than any valid one.

    Normalizing takes a time that grows with the square of the number of combining marks.
    """
    return password if len(password) > MAX_INPUT_LENGTH else unicodedata.normalize("NFC", password)


def _contains_name(password: str, names: Iterable[str]) -> bool:
    """Return whether a password contains one of these names, ignoring case and punctuation."""
    letters = _letters(password)
    return any(name in letters for name in map(_letters, names) if len(name) >= _SHORTEST_NAME)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, login_names.normalize(text)))


@functools.cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
