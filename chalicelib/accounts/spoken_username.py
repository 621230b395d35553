"""A username that the service makes for a person who did not choose one, or can't keep theirs."""

import secrets

from chalicelib.identity import login_names
from chalicelib.platform.sort_keys import fold

# Easily said and heard, and not taken for letters.
_DIGITS = "23456789"
_DIGITS_ADDED = 4
_NAMELESS = "person"


def spoken_username(first_name: str | None, last_name: str | None) -> str:
    """Make a username that can be said aloud, for example ``river.okafor.4726``."""
    added = "".join(secrets.choice(_DIGITS) for _ in range(_DIGITS_ADDED))
    longest = login_names.LONGEST_USERNAME - _DIGITS_ADDED - 1
    names = [fold(name) for name in (first_name, last_name) if name]
    spoken = ".".join(filter(None, names))[:longest].rstrip(".")
    username = f"{spoken}.{added}"
    if spoken and login_names.username_problem(username) is None:
        return username
    return f"{_NAMELESS}.{added}"
