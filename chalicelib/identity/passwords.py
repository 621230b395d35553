"""Password rules and hashing.

For an unknown login name, a *decoy* hash is verified, so that the response takes as long as for an
account. A function ``find_…_error`` returns the error of an unacceptable password, or None for an
acceptable one. A function ``reject_…`` raises the error.

argon2 is imported on first use; passlib, only to verify a hash from another application.
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
MAX_VERIFIABLE_PASSWORD_LENGTH = lengths.PASSWORD
# OWASP's password storage cheat sheet: Argon2id with 19 MiB, two iterations, one thread.
ARGON2_MEMORY_KIB = 19 * 1024
ARGON2_TIME_COST = 2
ARGON2_PARALLELISM = 1
# The format of bcrypt hashes that were imported from another application.
BCRYPT_HASH_PATTERN = r"\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}"
# bcrypt reads only this many bytes, and its library rejects longer input.
_BCRYPT_MAX_PASSWORD_BYTES = 72
# Shorter names are ignored: they are part of too many words.
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
# A well-formed hash with no known password. It is verified if the account doesn't exist.
_DECOY_HASH = (
    f"$argon2id$v=19$m={ARGON2_MEMORY_KIB},t={ARGON2_TIME_COST},p={ARGON2_PARALLELISM}"
    f"${'A' * 22}${'A' * 43}"
)


def find_new_password_error(
    password: str, owner_names: Iterable[str | None] = ()
) -> FieldError | None:
    """Return the reason to reject a new password, and how to fix it; None if it is acceptable.

    NIST SP 800-63B-4 3.1.1.2 requires 15 characters for a password that is the only factor, forbids
    rules such as "one digit", and requires a list of common and expected passwords (also OWASP ASVS
    5.0 6.2.4, 6.2.11). The length is counted after NFC normalization.

    Args:
        password: the password, exactly as the client sent it.
        owner_names: the username, email, and names of the account's owner, if known.
    """
    normalized = _normalize_unless_too_long(password)
    if error := _find_length_error(normalized):
        return error
    known_names = [name for name in owner_names if name]
    if _contains_name(normalized, [_SITE_NAME]):
        return _SITE_NAME_ERROR
    if _contains_name(
        normalized, [part for name in known_names for part in (name, name.partition("@")[0])]
    ):
        return _OWN_NAME_ERROR
    return password_strength.find_weakness_error(normalized, (*known_names, _SITE_NAME))


def find_new_password_length_error(password: str) -> FieldError | None:
    """Return the error of a new password that is too short or too long; None if it is neither."""
    return _find_length_error(_normalize_unless_too_long(password))


def _find_length_error(normalized: str) -> FieldError | None:
    min_length = settings.current().minimum_password_length
    if len(normalized) < min_length:
        return FieldError("too_short", _TOO_SHORT_MESSAGE, shortest=min_length)
    if len(normalized) > MAX_NEW_PASSWORD_LENGTH:
        return FieldError("too_long", _TOO_LONG_MESSAGE, max_length=MAX_NEW_PASSWORD_LENGTH)
    return None


def reject_weak_or_breached_password(account: Account, password: str, field_path: str) -> None:
    """Reject a new password that is easy to guess for this account, or was leaked in a breach.

    Args:
        account: the owner's account.
        password: the password, exactly as the client sent it.
        field_path: the path of the request field.

    Raises:
        InvalidFields: the password is easy to guess, has a name of the owner, or was leaked.
        ServiceUnavailable: the breach check failed, and the settings make it mandatory.
    """
    owner_names = (
        account.username,
        account.email,
        account.first_name,
        account.middle_name,
        account.last_name,
    )
    if error := find_new_password_error(password, owner_names):
        raise InvalidFields({field_path: error})
    reject_breached_password(password, field_path)


def reject_breached_password(password: str, field_path: str = "password") -> None:
    """Reject a password leaked in a breach (OWASP ASVS 5.0 6.2.12), if the settings enable it.

    Args:
        password: the password, exactly as the client sent it.
        field_path: the path of the request field.

    Raises:
        InvalidFields: the password was leaked in a breach.
        ServiceUnavailable: the breach check failed, and the settings make it mandatory.
    """
    breach_check_mode = settings.current().breached_passwords
    if breach_check_mode == settings.OFF:
        return
    # The breach API requires SHA-1. This hash is used only for the lookup, and is never stored.
    digest = (
        hashlib.sha1(_normalize_unless_too_long(password).encode(), usedforsecurity=False)
        .hexdigest()
        .upper()
    )
    prefix, suffix = (
        digest[: pwned_passwords.HASH_PREFIX_LENGTH],
        digest[pwned_passwords.HASH_PREFIX_LENGTH :],
    )
    try:
        is_breached = suffix in pwned_passwords.fetch_breached_hash_suffixes(prefix)
    except ServiceUnavailable as error:
        if breach_check_mode == settings.STRICT:
            raise
        log.emit(log.LogEvent.BREACHED_PASSWORDS_UNAVAILABLE, cause=error.cause)
        return
    if is_breached:
        raise InvalidFields({field_path: _BREACHED_ERROR})


def hash_password(password: str) -> str:
    """Return the Argon2id hash to store for a password, in PHC string format."""
    return _argon2_hasher().hash(_normalize_unless_too_long(password))


def derive_key(secret: bytes, salt: bytes, length: int) -> bytes:
    """Return a key that is as hard to guess as a password from its hash (Argon2id, RFC 9106).

    Args:
        secret: what the key is derived from.
        salt: 16 bytes; the same salt and secret make the same key.
        length: the number of bytes of the key.
    """
    from argon2 import low_level

    return low_level.hash_secret_raw(
        secret,
        salt,
        time_cost=ARGON2_TIME_COST,
        memory_cost=ARGON2_MEMORY_KIB,
        parallelism=ARGON2_PARALLELISM,
        hash_len=length,
        type=low_level.Type.ID,
    )


class VerificationResult(NamedTuple):
    """The result of verifying a password.

    Attributes:
        matches: whether the password is correct.
        new_hash: a stronger hash to store; None if the stored hash is strong enough.
    """

    matches: bool
    new_hash: str | None


def verify_password(password: str, stored_hash: str | None) -> VerificationResult:
    """Verify a password against a stored hash.

    Without a stored hash, a decoy is verified, so the call takes as long as for a real Argon2id
    hash. A bcrypt hash from another application takes a different time until the first sign-in
    replaces it.

    Args:
        password: the password, exactly as the client sent it.
        stored_hash: the password hash of the account; None if the account doesn't exist.
    """
    if stored_hash and re.fullmatch(BCRYPT_HASH_PATTERN, stored_hash):
        matches = _verify_bcrypt_hash(password, stored_hash)
        return VerificationResult(matches, hash_password(password) if matches else None)
    hash_to_verify = stored_hash or _DECOY_HASH
    matches = _verify_argon2_hash(password, hash_to_verify)
    needs_rehash = matches and _argon2_hasher().check_needs_rehash(hash_to_verify)
    return VerificationResult(matches, hash_password(password) if needs_rehash else None)


def _verify_argon2_hash(password: str, stored_hash: str) -> bool:
    from argon2.exceptions import VerifyMismatchError

    try:
        return _argon2_hasher().verify(stored_hash, _normalize_unless_too_long(password))
    except VerifyMismatchError:
        return False


def _verify_bcrypt_hash(password: str, stored_hash: str) -> bool:
    """Verify a password against a bcrypt hash from another application.

    The other application did not normalize passwords, and hashed only the bytes that bcrypt reads.
    """
    from passlib.context import CryptContext

    context = CryptContext(schemes=["bcrypt"])
    for candidate in dict.fromkeys((_normalize_unless_too_long(password), password)):
        # bcrypt raises ValueError for a password with a NUL character.
        with contextlib.suppress(ValueError):
            if context.verify(candidate.encode()[:_BCRYPT_MAX_PASSWORD_BYTES], stored_hash):
                return True
    return False


def _normalize_unless_too_long(password: str) -> str:
    """Return a password in NFC; unchanged if it is longer than a request may contain.

    The time to normalize grows with the square of the number of combining marks. Normalizing a very
    long password could therefore be exploited for a denial of service.
    """
    return (
        password
        if len(password) > MAX_VERIFIABLE_PASSWORD_LENGTH
        else unicodedata.normalize("NFC", password)
    )


def _contains_name(password: str, names: Iterable[str]) -> bool:
    """Return whether a password contains one of these names, ignoring case and punctuation."""
    alphanumerics = _normalize_to_letters_and_digits(password)
    return any(
        name in alphanumerics
        for name in map(_normalize_to_letters_and_digits, names)
        if len(name) >= _MIN_FORBIDDEN_NAME_LENGTH
    )


def _normalize_to_letters_and_digits(text: str) -> str:
    return "".join(filter(str.isalnum, login_names.normalize(text)))


@functools.cache
def _argon2_hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(
        time_cost=ARGON2_TIME_COST, memory_cost=ARGON2_MEMORY_KIB, parallelism=ARGON2_PARALLELISM
    )
