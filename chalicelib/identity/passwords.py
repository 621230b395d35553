"""Password rules and hashes, and a decoy hash, so that unknown names take the same time to verify.

Functions import argon2 when they are called, and passlib only for a hash from another application.
"""

import contextlib
import functools
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.identity import login_names, password_strength
from chalicelib.identity.account import Account
from chalicelib.platform import lengths, log, pwned_passwords, settings
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.languages import N_

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MAX_NEW_PASSWORD_LENGTH = lengths.NEW_PASSWORD
MAX_ACCEPTED_INPUT_LENGTH = lengths.PASSWORD
# OWASP's password storage cheat sheet: Argon2id with 19 MiB, two iterations, one thread.
MEMORY_KIB = 19 * 1024
TIME_COST = 2
PARALLELISM = 1
# The format of hashes that were imported from another application.
BCRYPT_HASH_PATTERN = r"\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}"
# bcrypt ignores further bytes, and its library rejects longer input.
_BCRYPT_BYTES = 72
# Shorter names are allowed in passwords, because many words contain them.
_MIN_FORBIDDEN_NAME_LENGTH = 4
_SITE_NAME = settings.APPLICATION.replace("-", " ")
_TOO_SHORT_MESSAGE = N_(
    "Use at least {shortest} characters. Three or more unrelated words work well."
)
_TOO_LONG_MESSAGE = N_("Use {max_length} characters or fewer.")
_SITE_NAME_ERROR = FieldError(
    "password_has_site_name", "Don’t use the name of this site in your password."
)
_OWN_NAME_ERROR = FieldError(
    "password_has_own_name", "Don’t use your name, username or email in your password."
)
_BREACHED_ERROR = FieldError(
    "password_breached",
    "This password was leaked in a data breach at another company. Choose a different one.",
)
# A hash in the right format for which no password is known, to verify if there is no account.
_DECOY_HASH = f"$argon2id$v=19$m={MEMORY_KIB},t={TIME_COST},p={PARALLELISM}${'A' * 22}${'A' * 43}"


def new_password_error(password: str, names: Iterable[str | None] = ()) -> FieldError | None:
    """Return why a new password is rejected, and how to fix it; None if it is acceptable.

    NIST SP 800-63B-4 3.1.1.2 requires 15 characters for a password that is the only factor, forbids
    rules such as "one digit", and requires a list of common and expected passwords (also OWASP ASVS
    5.0 6.2.4, 6.2.11). The length is counted after NFC normalization.

    Args:
        password: the password, exactly as the client sent it.
        names: the username, email, and names of the account's owner, if known.
    """
    if error := new_password_length_error(password):
        return error
    normalized, owner_names = _normalize(password), [name for name in names if name]
    if _contains_name(normalized, [_SITE_NAME]):
        return _SITE_NAME_ERROR
    if _contains_name(
        normalized, [part for name in owner_names for part in (name, name.partition("@")[0])]
    ):
        return _OWN_NAME_ERROR
    return password_strength.weakness_error(normalized, (*owner_names, _SITE_NAME))


def new_password_length_error(password: str) -> FieldError | None:
    """Return why the length of a new password is rejected; None if it is acceptable."""
    min_length, normalized = settings.current().minimum_password_length, _normalize(password)
    if len(normalized) < min_length:
        return FieldError("too_short", _TOO_SHORT_MESSAGE, shortest=min_length)
    if len(normalized) > MAX_NEW_PASSWORD_LENGTH:
        return FieldError("too_long", _TOO_LONG_MESSAGE, max_length=MAX_NEW_PASSWORD_LENGTH)
    return None


def reject_weak_or_breached(account: Account, password: str, field: str) -> None:
    """Reject a new password that is weak for this account's owner, or known from a breach.

    Args:
        account: the owner's account.
        password: the password, exactly as the client sent it.
        field: the path of the request field.

    Raises:
        InvalidFields: the password is easy to guess for people who know the owner, or breached.
        ServiceUnavailable: the breach check failed, and the settings require it.
    """
    owner_names = (
        account.username,
        account.email,
        account.first_name,
        account.middle_name,
        account.last_name,
    )
    if error := new_password_error(password, owner_names):
        raise InvalidFields({field: error})
    reject_breached(password, field)


def reject_breached(password: str, field: str = "password") -> None:
    """Reject a password known from a breach (OWASP ASVS 5.0 6.2.12), if the settings say so.

    Args:
        password: the password, exactly as the client sent it.
        field: the path of the request field.

    Raises:
        InvalidFields: the password is known from a breach.
        ServiceUnavailable: the breach check failed, and the settings require it.
    """
    breach_check_mode = settings.current().breached_passwords
    if breach_check_mode == settings.OFF:
        return
    # SHA-1, because the breach API uses it. This hash is never stored.
    digest = hashlib.sha1(_normalize(password).encode(), usedforsecurity=False).hexdigest().upper()
    prefix, suffix = (
        digest[: pwned_passwords.PREFIX_DIGITS],
        digest[pwned_passwords.PREFIX_DIGITS :],
    )
    try:
        is_breached = suffix in pwned_passwords.breached_hash_suffixes(prefix)
    except ServiceUnavailable as error:
        if breach_check_mode == settings.STRICT:
            raise
        log.emit(log.LogEvent.BREACHES_UNAVAILABLE, cause=error.cause)
        return
    if is_breached:
        raise InvalidFields({field: _BREACHED_ERROR})


def hash_password(password: str) -> str:
    """Return the Argon2id hash to store for a password, in PHC string format."""
    return _argon2_hasher().hash(_normalize(password))


class VerificationResult(NamedTuple):
    """The result of verifying a password.

    Attributes:
        matches: whether the password is correct.
        new_hash: a stronger hash to store; None if the stored hash is strong enough.
    """

    matches: bool
    new_hash: str | None


def verify(password: str, stored_hash: str | None) -> VerificationResult:
    """Verify a password against a stored hash.

    Without a stored hash, the function verifies a decoy, which takes the same time as an Argon2id
    hash. A bcrypt hash from another application takes a different time, until the first sign-in
    replaces it.

    Args:
        password: the password, exactly as the client sent it.
        stored_hash: the password hash of the account; None if the account doesn't exist.
    """
    if stored_hash and re.fullmatch(BCRYPT_HASH_PATTERN, stored_hash):
        matches = _verify_imported_hash(password, stored_hash)
        return VerificationResult(matches, hash_password(password) if matches else None)
    hash_to_verify = stored_hash or _DECOY_HASH
    matches = _verify_argon2_hash(password, hash_to_verify)
    is_weak = matches and _argon2_hasher().check_needs_rehash(hash_to_verify)
    return VerificationResult(matches, hash_password(password) if is_weak else None)


def _verify_argon2_hash(password: str, stored_hash: str) -> bool:
    from argon2.exceptions import VerifyMismatchError

    try:
        return _argon2_hasher().verify(stored_hash, _normalize(password))
    except VerifyMismatchError:
        return False


def _verify_imported_hash(password: str, stored_hash: str) -> bool:
    """Verify a password against a bcrypt hash from another application.

    The other application did not normalize passwords, and hashed only the bytes that bcrypt reads.
    """
    from passlib.context import CryptContext

    context = CryptContext(schemes=["bcrypt"])
    for candidate in dict.fromkeys((_normalize(password), password)):
        # bcrypt raises ValueError for a password with a NUL character.
        with contextlib.suppress(ValueError):
            if context.verify(candidate.encode()[:_BCRYPT_BYTES], stored_hash):
                return True
    return False


def _normalize(password: str) -> str:
    """Return a password in NFC; unchanged if it is longer than any valid one.

    The time to normalize grows with the square of the number of combining marks. So normalizing a
    long password could be used for a denial of service.
    """
    return (
        password
        if len(password) > MAX_ACCEPTED_INPUT_LENGTH
        else unicodedata.normalize("NFC", password)
    )


def _contains_name(password: str, names: Iterable[str]) -> bool:
    """Return whether a password contains one of these names, ignoring case and punctuation."""
    letters = _normalized_alphanumerics(password)
    return any(
        name in letters
        for name in map(_normalized_alphanumerics, names)
        if len(name) >= _MIN_FORBIDDEN_NAME_LENGTH
    )


def _normalized_alphanumerics(text: str) -> str:
    return "".join(filter(str.isalnum, login_names.normalize(text)))


@functools.cache
def _argon2_hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=PARALLELISM)
