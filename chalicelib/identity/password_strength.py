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

# zxcvbn's best score is 10^10 guesses: too many for an attacker who has stolen a slow hash. Where
# the settings allow shorter passwords, hardly any could reach that.
_DIGITS_WANTED = 10
# How many characters zxcvbn evaluates. Its time grows with the square of the length, and with every
# character that may stand for a letter: 40 of the worst take 0.8 s here, 128 take minutes.
_WEIGHED = 40


def _easy(message: str) -> FieldError:
    return FieldError("password_easy_to_guess", message)


_WHY = {
    "repeat": _easy(N_("Easy to guess because it repeats. Add another word or two.")),
    "sequence": _easy(
        N_("Easy to guess because it’s a sequence, like 1234. Add another word or two.")
    ),
    "spatial": _easy(
        N_("Easy to guess because the keys are next to each other. Add another word or two.")
    ),
    "regex": _easy(N_("Easy to guess because it’s mostly a year. Add another word or two.")),
    "date": _easy(N_("Easy to guess because it’s mostly a date. Add another word or two.")),
    "bruteforce": _easy(N_("Easy to guess because it’s short. Add another word or two.")),
}
_WORDS = _easy(N_("Easy to guess because these words are common. Add another word or two."))
_COMMON = _easy(N_("Easy to guess because it’s like a common password. Add another word or two."))
_OWN = _easy(
    N_("Easy to guess because it uses your name or this site’s name. Add another word or two.")
)
# Words that an attacker of this service tries first (OWASP ASVS 5.0 6.1.2): of its name, of its
# roles, and of what it's about, in English and Spanish.
CONTEXT_WORDS = (
    *("breeze lakes point", "breeze lakes", "breeze", "lakes", "point"),
    *("superadmin", "super admin", "admin", "administrator", "user", "staff", "manager"),
    *("applicant", "worker", "registration", "register", "event", "season", "seasonal", "fair"),
    *("festival", "harvest", "market", "job", "jobs", "work", "shift", "office", "hire", "hired"),
    *("feria", "fiesta", "cosecha", "mercado", "trabajo", "empleo", "registro", "temporada"),
    *("oficina", "turno", "usuario", "jefe"),
)
_CONTEXT = re.compile("|".join(sorted(map(re.escape, CONTEXT_WORDS), key=len, reverse=True)))
# How many letters a password needs beside these words.
_OTHER_LETTERS = 6
# zxcvbn keeps the user's own words in a module variable.
_lock = threading.Lock()


def weakness(password: str, known: Iterable[str]) -> FieldError | None:
    """Return why a password is easy to guess; None if it is not.

    Args:
        password: as normalized for comparison.
        known: words that an attacker would try first for this person.
    """
    from zxcvbn import zxcvbn

    if _is_only_context(password):
        return _WORDS
    words = [part for name in known for part in (name, *re.split(r"[\W_]+", name)) if part]
    with _lock:
        found = zxcvbn(_ends(password), user_inputs=[*words, *CONTEXT_WORDS])
    wanted = min(_DIGITS_WANTED, settings.current().minimum_password_length - 1)
    if found["guesses"] >= 10**wanted:
        return None
    return _why(max(found["sequence"], key=lambda part: len(part["token"])))


def _is_only_context(password: str) -> bool:
    """Return whether hardly a letter is left without the context words."""
    folded = password.casefold()
    rest = _CONTEXT.sub("", folded)
    return rest != folded and sum(map(str.isalpha, rest)) < _OTHER_LETTERS


def _ends(password: str) -> str:
    """Return the evaluated part: beginning and end, so that a user may add words at either."""
    if len(password) <= _WEIGHED:
        return password
    return password[: _WEIGHED // 2] + password[-_WEIGHED // 2 :]


def _why(part: dict[str, Any]) -> FieldError:
    if part["pattern"] != "dictionary":
        return _WHY[part["pattern"]]
    if part["matched_word"] in CONTEXT_WORDS:
        return _WORDS
    return {"passwords": _COMMON, "user_inputs": _OWN}.get(part["dictionary_name"], _WORDS)
