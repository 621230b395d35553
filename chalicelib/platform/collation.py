"""How names are compared when they are sorted and searched: by their letters and digits alone."""

import unicodedata

_ACCENTS = range(0x0300, 0x0370)


def collated(text: str) -> str:
    """Return the form of a name in which case, accents, blanks and punctuation do not matter.

    For example ``oneil`` for ``O'Neil`` and ``delacruz`` for ``de la Cruz``: whoever searches types
    what they heard. Marks of other scripts than those with accents are part of their letters.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", "".join(filter(_counts, folded)))


def _counts(character: str) -> bool:
    accent = ord(character) in _ACCENTS
    return not accent and unicodedata.category(character)[0] in "LNM"
