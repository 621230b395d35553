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

# zxcvbn's best score, 4 of 4, requires 10^10 guesses. Fewer are required if the settings allow
# passwords that are too short to reach this score.
_MAX_REQUIRED_GUESSES_LOG10 = 10
# The number of characters that zxcvbn evaluates. Its time grows with the square of the length, and
# with the number of characters that can replace a letter, such as 4 for a. In the worst case, 40
# characters take 0.8 s, and 128 take minutes.
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
_EXPECTED_WORDS_ERROR = _easy_to_guess_error(
    N_("Easy to guess because it uses your name or this site’s name. Add another word or two.")
)
# Words that an attacker of this service tries first (OWASP ASVS 5.0 6.1.2): its name, its roles,
# and its subject, in English and Spanish.
CONTEXT_WORDS = (
    *("breeze lakes point", "breeze lakes", "breeze", "lakes", "point"),
    *("superadmin", "super admin", "admin", "administrator", "user", "staff", "manager"),
    *("applicant", "worker", "registration", "register", "event", "season", "seasonal", "fair"),
    *("festival", "harvest", "market", "job", "jobs", "work", "shift", "office", "hire", "hired"),
    *("feria", "fiesta", "cosecha", "mercado", "trabajo", "empleo", "registro", "temporada"),
    *("oficina", "turno", "usuario", "jefe"),
)
_CONTEXT_WORDS_PATTERN = re.compile(
    "|".join(sorted(map(re.escape, CONTEXT_WORDS), key=len, reverse=True))
)
# The number of letters that a password needs in addition to these words.
_MIN_LETTERS_OUTSIDE_CONTEXT_WORDS = 6
# zxcvbn stores the words of the current call in a module variable, so calls must not overlap.
_zxcvbn_lock = threading.Lock()


def find_weakness(password: str, expected_words: Iterable[str]) -> FieldError | None:
    """Return the error of a password that is easy to guess; None if it isn't.

    Args:
        password: the password in NFC.
        expected_words: words that an attacker would try first: names of the owner and of this site.
    """
    from zxcvbn import zxcvbn

    if _is_mostly_context_words(password):
        return _COMMON_WORDS_ERROR
    words = [
        word for phrase in expected_words for word in (phrase, *re.split(r"[\W_]+", phrase)) if word
    ]
    with _zxcvbn_lock:
        result = zxcvbn(_part_to_evaluate(password), user_inputs=[*words, *CONTEXT_WORDS])
    required_guesses_log10 = min(
        _MAX_REQUIRED_GUESSES_LOG10, settings.current().minimum_password_length - 1
    )
    if result["guesses"] >= 10**required_guesses_log10:
        return None
    longest_match = max(result["sequence"], key=lambda match: len(match["token"]))
    return _error_for_match(longest_match)


def _is_mostly_context_words(password: str) -> bool:
    """Return whether few letters are left of a password without its context words."""
    casefolded = password.casefold()
    remainder = _CONTEXT_WORDS_PATTERN.sub("", casefolded)
    return (
        remainder != casefolded
        and sum(map(str.isalpha, remainder)) < _MIN_LETTERS_OUTSIDE_CONTEXT_WORDS
    )


def _part_to_evaluate(password: str) -> str:
    """Return the part to evaluate: both ends, so that words added at either end count."""
    if len(password) <= _MAX_EVALUATED_LENGTH:
        return password
    half = _MAX_EVALUATED_LENGTH // 2
    return password[:half] + password[-half:]


def _error_for_match(match: dict[str, Any]) -> FieldError:
    """Return the error for a zxcvbn match; a general one for a pattern of a later zxcvbn."""
    if match["pattern"] != "dictionary":
        return _ERROR_BY_ZXCVBN_PATTERN.get(match["pattern"], _COMMON_PASSWORD_ERROR)
    if match["matched_word"] in CONTEXT_WORDS:
        return _COMMON_WORDS_ERROR
    return {"passwords": _COMMON_PASSWORD_ERROR, "user_inputs": _EXPECTED_WORDS_ERROR}.get(
        match["dictionary_name"], _COMMON_WORDS_ERROR
    )
