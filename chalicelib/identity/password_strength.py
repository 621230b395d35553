"""Estimate how hard a new password is to guess, and say why it is weak.

zxcvbn and its word lists are imported on first use, when the service checks a new password.
"""

import re
import threading
from collections.abc import Iterable
from typing import Any

from chalicelib.platform import settings

# zxcvbn's best score is 10^10 guesses: too many for an attacker who has stolen a slow hash. Where
# the settings allow shorter passwords, hardly any could reach that.
_DIGITS_WANTED = 10
# How many characters zxcvbn evaluates. Its time grows with the square of the length, and with every
# character that may stand for a letter: 40 of the worst take 0.8 s here, 128 take minutes.
_WEIGHED = 40
_WHY = {
    "repeat": "it repeats",
    "sequence": "it’s a sequence, like 1234",
    "spatial": "the keys are next to each other",
    "regex": "it’s mostly a year",
    "date": "it’s mostly a date",
    "bruteforce": "it’s short",
}
_WORDS = "these words are common"
_COMMON = "it’s like a common password"
_OWN = "it uses your name or this site’s name"
# zxcvbn keeps the user's own words in a module variable.
_lock = threading.Lock()


def weakness(password: str, known: Iterable[str]) -> str | None:
    """Return why a password is easy to guess; None if it is not.

    Args:
        password: as normalized for comparison.
        known: words that an attacker would try first for this person.
    """
    from zxcvbn import zxcvbn

    words = [part for name in known for part in (name, *re.split(r"[\W_]+", name)) if part]
    with _lock:
        found = zxcvbn(_ends(password), user_inputs=words)
    wanted = min(_DIGITS_WANTED, settings.current().minimum_password_length - 1)
    if found["guesses"] >= 10**wanted:
        return None
    return _why(max(found["sequence"], key=lambda part: len(part["token"])))


def _ends(password: str) -> str:
    """Return the evaluated part: beginning and end, so that a user may add words at either."""
    if len(password) <= _WEIGHED:
        return password
    return password[: _WEIGHED // 2] + password[-_WEIGHED // 2 :]


def _why(part: dict[str, Any]) -> str:
    if part["pattern"] != "dictionary":
        return _WHY[part["pattern"]]
    return {"passwords": _COMMON, "user_inputs": _OWN}.get(part["dictionary_name"], _WORDS)
