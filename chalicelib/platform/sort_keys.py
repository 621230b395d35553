"""Sort and search keys of names: only letters and digits count."""

import unicodedata
from collections.abc import Iterable

_ACCENTS = range(0x0300, 0x0370)
# Letters that Unicode doesn't decompose, as people type them on a keyboard without them: ø, đ,
# ð, ł, ħ, ŧ, dotless i, ŋ, æ, œ, and þ. Case folding makes ss of ß.
_TRANSLITERATION = str.maketrans(
    {"\u00f8": "o", "\u0111": "d", "\u00f0": "d", "\u0142": "l", "\u0127": "h", "\u0167": "t"}
    | {"\u0131": "i", "\u014b": "n", "\u00e6": "ae", "\u0153": "oe", "\u00fe": "th"}
)
# A DynamoDB sort key has at most 1,024 bytes, and is part of cursors, which are part of a URL.
# Some characters become eighteen when they are folded.
_MAX_LENGTH = 40


def fold(text: str) -> str:
    """Return a name without case, accents, spaces, and punctuation.

    For example ``oneil`` for ``O'Neil`` and ``delacruz`` for ``de la Cruz``: people type what they
    heard. In scripts without accents, marks are part of the letters and stay.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", "".join(filter(_is_significant, folded)))


def search_words(text: str) -> list[str]:
    """Return the words of a text as people type them when they search: letters and digits, folded.

    For example ``["garcia", "hernandez"]`` for ``García-Hernández`` and ``["dang"]`` for ``Đặng``.
    A word has at most 40 letters.
    """
    # Other characters than letters, marks, and digits separate words; fold() would join the words.
    spaced = "".join(character if _is_part_of_word(character) else " " for character in text)
    words = (fold(word).translate(_TRANSLITERATION)[:_MAX_LENGTH] for word in spaced.split())
    return [word for word in words if word]


def sort_key(names: Iterable[str], identifier: str) -> str:
    """Return the sort key of an item: folded names, then its identifier.

    Args:
        names: the names, the most significant first.
        identifier: makes the key unique.
    """
    return "#".join([*map(sort_prefix, names), identifier])


def folded_names(key: str) -> list[str]:
    """Return the folded names in a key that :func:`sort_key` returned."""
    return key.split("#")[:-1]


def sort_prefix(name: str) -> str:
    """Return the part of a name that a sort key contains: its first 40 letters, folded."""
    return fold(name)[:_MAX_LENGTH]


def _is_part_of_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def _is_significant(character: str) -> bool:
    accent = ord(character) in _ACCENTS
    return not accent and unicodedata.category(character)[0] in "LNM"
