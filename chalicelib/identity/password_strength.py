"""Estimate how hard a new password is to guess, and say why it is weak.

zxcvbn and its word lists are imported on first use, when the service checks a new password.
"""

import re
import threading
from collections.abc import Iterable
from typing import Any

from chalicelib.platform import settings
from chalicelib.platform.field_errors import FieldError
from chalicelib.platform.languages import N_

# A password must take 10^10 guesses, as for zxcvbn's best score, 4 of 4. If the settings permit
# short passwords, which can't reach this score, it must take one power of ten less than it has
# characters.
_MAX_REQUIRED_GUESSES_LOG10 = 10
# zxcvbn evaluates only this many characters, to limit its time. In the worst case, 40 characters
# take 0.8 s, and 128 take minutes: passwords with many characters that may stand for a letter, such
# as 4 for a.
_MAX_EVALUATED_LENGTH = 40


def _easy_to_guess_error(message: str) -> FieldError:
    return FieldError("password_easy_to_guess", message)


_ERROR_BY_ZXCVBN_PATTERN = {
    "repeat": _easy_to_guess_error(
        N_("Easy to guess because it repeats. Add another word or two.")
    ),
    "sequence": _easy_to_guess_error(
        N_("Easy to guess because it’s a sequence, like 1234. Add another word or two.")
    ),
    "spatial": _easy_to_guess_error(
        N_("Easy to guess because the keys are next to each other. Add another word or two.")
    ),
    "regex": _easy_to_guess_error(
        N_("Easy to guess because it’s mostly a year. Add another word or two.")
    ),
    "date": _easy_to_guess_error(
        N_("Easy to guess because it’s mostly a date. Add another word or two.")
    ),
    "bruteforce": _easy_to_guess_error(
        N_("Easy to guess because it’s short. Add another word or two.")
    ),
}
_COMMON_WORDS_ERROR = _easy_to_guess_error(
    N_("Easy to guess because these words are common. Add another word or two.")
)
_COMMON_PASSWORD_ERROR = _easy_to_guess_error(
    N_("Easy to guess because it’s like a common password. Add another word or two.")
)
_OWNER_OR_SITE_NAME_ERROR = _easy_to_guess_error(
    N_("Easy to guess because it uses your name or this site’s name. Add another word or two.")
)
# Words that an attacker of this service tries first (OWASP ASVS 5.0 6.1.2): its name, its roles,
# and its subject, in English and Spanish.
CONTEXT_SPECIFIC_WORDS = (
    *("breeze lakes point", "breeze lakes", "breeze", "lakes", "point"),
    *("superadmin", "super admin", "admin", "administrator", "user", "staff", "manager"),
    *("applicant", "worker", "registration", "register", "event", "season", "seasonal", "fair"),
    *("festival", "harvest", "market", "job", "jobs", "work", "shift", "office", "hire", "hired"),
    *("feria", "fiesta", "cosecha", "mercado", "trabajo", "empleo", "registro", "temporada"),
    *("oficina", "turno", "usuario", "jefe"),
)
_CONTEXT_SPECIFIC_WORDS_PATTERN = re.compile(
    "|".join(sorted(map(re.escape, CONTEXT_SPECIFIC_WORDS), key=len, reverse=True))
)
# The number of letters that a password needs in addition to these words.
_MIN_LETTERS_OUTSIDE_SITE_WORDS = 6
# zxcvbn stores the words of the current call in a module variable, so calls must not overlap.
_zxcvbn_lock = threading.Lock()


def find_weakness_error(password: str, owner_and_site_names: Iterable[str]) -> FieldError | None:
    """Return the error of a password that is easy to guess; None if it isn't.

    Args:
        password: the password in NFC.
        owner_and_site_names: names of the owner and of this site, which an attacker would try
            first.
    """
    from zxcvbn import zxcvbn

    if _consists_mostly_of_site_words(password):
        return _COMMON_WORDS_ERROR
    words = [
        word
        for phrase in owner_and_site_names
        for word in (phrase, *re.split(r"[\W_]+", phrase))
        if word
    ]
    with _zxcvbn_lock:
        result = zxcvbn(
            _first_and_last_characters(password), user_inputs=[*words, *CONTEXT_SPECIFIC_WORDS]
        )
    required_guesses_log10 = min(
        _MAX_REQUIRED_GUESSES_LOG10, settings.current().minimum_password_length - 1
    )
    if result["guesses"] >= 10**required_guesses_log10:
        return None
    longest_match = max(result["sequence"], key=lambda match: len(match["token"]))
    return _error_for_match(longest_match)


def _consists_mostly_of_site_words(password: str) -> bool:
    """Return whether a password has such words, and few letters besides."""
    casefolded = password.casefold()
    remainder = _CONTEXT_SPECIFIC_WORDS_PATTERN.sub("", casefolded)
    return (
        remainder != casefolded
        and sum(map(str.isalpha, remainder)) < _MIN_LETTERS_OUTSIDE_SITE_WORDS
    )


def _first_and_last_characters(password: str) -> str:
    """Return both ends of a long password, so that words added at either end count."""
    if len(password) <= _MAX_EVALUATED_LENGTH:
        return password
    half = _MAX_EVALUATED_LENGTH // 2
    return password[:half] + password[-half:]


def _error_for_match(match: dict[str, Any]) -> FieldError:
    """Return the error for a match of zxcvbn: a general one for a pattern that is unknown here."""
    if match["pattern"] != "dictionary":
        return _ERROR_BY_ZXCVBN_PATTERN.get(match["pattern"], _COMMON_PASSWORD_ERROR)
    if match["matched_word"] in CONTEXT_SPECIFIC_WORDS:
        return _COMMON_WORDS_ERROR
    return {"passwords": _COMMON_PASSWORD_ERROR, "user_inputs": _OWNER_OR_SITE_NAME_ERROR}.get(
        match["dictionary_name"], _COMMON_WORDS_ERROR
    )
