"""How names are compared when they are sorted and searched: by their letters and digits alone."""

import unicodedata
from collections.abc import Iterable

_ACCENTS = range(0x0300, 0x0370)
# Letters that Unicode doesn't take apart, as people type them on a keyboard that lacks them: ø, đ,
# ð, ł, ħ, ŧ, dotless i, ŋ, æ, œ, and þ. Case folding makes ss of ß.
_TYPED = str.maketrans(
    {"\u00f8": "o", "\u0111": "d", "\u00f0": "d", "\u0142": "l", "\u0127": "h", "\u0167": "t"}
    | {"\u0131": "i", "\u014b": "n", "\u00e6": "ae", "\u0153": "oe", "\u00fe": "th"}
)
# A sort key of DynamoDB has 1,024 bytes at most, and stands in cursors, which are part of a URL.
# Some letters come apart into eighteen when they are collated.
_LONGEST = 40


def collated(text: str) -> str:
    """Return the form of a name in which case, accents, blanks and punctuation do not matter.

    For example ``oneil`` for ``O'Neil`` and ``delacruz`` for ``de la Cruz``: whoever searches types
    what they heard. Marks of other scripts than those with accents are part of their letters.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", "".join(filter(_counts, folded)))


def search_words(text: str) -> list[str]:
    """Return the words of a text as people type them when they search: letters and digits, folded.

    For example ``["garcia", "hernandez"]`` for ``García-Hernández`` and ``["dang"]`` for ``Đặng``.
    A word has at most forty letters.
    """
    # What is no letter, mark, or number ends a word; collated() would glue the words together.
    spaced = "".join(one if _is_part_of_word(one) else " " for one in text)
    words = (collated(word).translate(_TYPED)[:_LONGEST] for word in spaced.split())
    return [word for word in words if word]


def place_among(names: Iterable[str], identifier: str) -> str:
    """Return where somebody stands among others in an order by these names.

    Args:
        names: the first to go by, then the next.
        identifier: theirs, so that no two stand in one place.
    """
    return "#".join([*map(leading, names), identifier])


def names_in(place: str) -> list[str]:
    """Return the names of a place that :func:`place_among` has made, collated."""
    return place.split("#")[:-1]


def leading(name: str) -> str:
    """Return the part of a name that counts in an order: its first forty letters, collated."""
    return collated(name)[:_LONGEST]


def _is_part_of_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def _counts(character: str) -> bool:
    accent = ord(character) in _ACCENTS
    return not accent and unicodedata.category(character)[0] in "LNM"
