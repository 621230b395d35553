"""Suggested passwords: random words in the reader's language."""

import functools
import secrets

from chalicelib.platform import settings
from chalicelib.platform.languages import Language

# Of 2,048 English words each carries 11 bits, five of them 55; of 1,801 Spanish ones 54. At
# 20 ms for each Argon2id hash, trying 2^54 passwords takes 11 million years of a core.
WORDS = 5


def generate(language: Language = Language.ENGLISH) -> str:
    """Return a new password of five common words, or more if the minimum length requires it.

    Args:
        language: the language of the words.
    """
    shortest = settings.current().minimum_password_length
    chosen: list[str] = []
    while len(chosen) < WORDS or len(" ".join(chosen)) < shortest:
        chosen.append(secrets.choice(words(language)))
    return " ".join(chosen)


def random_words(language: Language, count: int) -> str:
    """Return a number of random words in a language, with spaces in between."""
    return " ".join(secrets.choice(words(language)) for _ in range(count))


@functools.cache
def words(language: Language) -> tuple[str, ...]:
    """Return the words for passwords in a language, or English ones if it has no list.

    They contain only the letters a to z.
    """
    from pathlib import Path  # no other endpoint reads a file

    file = Path(__file__).with_name(f"words-{language}.txt")
    if not file.exists():
        return words(Language.ENGLISH)
    lines = file.read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
