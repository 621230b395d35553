"""A password to suggest: some words, drawn at random."""

import functools
import secrets

from chalicelib.platform import settings

# 2,048 words carry eleven bits each, six of them 66.
WORDS = 6


def suggest() -> str:
    """Return a new password: six common words, or more where the length asks for them."""
    shortest = settings.current().minimum_password_length
    words: list[str] = []
    while len(words) < WORDS or len(" ".join(words)) < shortest:
        words.append(secrets.choice(_words()))
    return " ".join(words)


@functools.cache
def _words() -> tuple[str, ...]:
    from pathlib import Path  # no other action reads a file

    lines = Path(__file__).with_name("words.txt").read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
