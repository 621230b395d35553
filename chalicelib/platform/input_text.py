"""Clean text that people type or paste: trim it, and remove invisible characters."""

import unicodedata

from chalicelib.platform.field_errors import FieldError

# Unicode White_Space.
_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Invisible characters: soft hyphen, byte order mark, joiners, marks, embeddings, overrides,
# and isolates of direction (UAX #9), invisible operators, annotation marks, and tags. Contact lists
# and messengers put some of them around phone numbers and addresses.
_FORMATS = (
    "\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
# Inside a word, some of them select another form of the preceding character.
_SELECTORS = "\u034f\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
# Burmese stacks five marks on one letter; text that covers its neighbors has many more.
_MOST_MARKS = 5
_MINUS_SIGN = "\u2212"
TOO_MANY_MARKS = FieldError("too_many_marks", "Use fewer accents and marks on each letter.")


def _characters(ranges: str) -> str:
    """Return every character of some ranges, which are written as in a regular expression."""
    characters, at = "", 0
    while at < len(ranges):
        is_range = ranges[at + 1 : at + 2] == "-"
        last = ranges[at + 2] if is_range else ranges[at]
        characters += "".join(map(chr, range(ord(ranges[at]), ord(last) + 1)))
        at += 3 if is_range else 1
    return characters


_AROUND = _characters(_SPACES + _FORMATS)
_INVISIBLE = dict.fromkeys(map(ord, _characters(_FORMATS + _SELECTORS)))


def trim(text: str) -> str:
    """Return a text without the spaces and invisible characters around it."""
    return text.strip(_AROUND)


def remove_invisible(text: str) -> str:
    """Return a text without invisible characters."""
    return text.translate(_INVISIBLE)


def has_too_many_marks(text: str) -> bool:
    """Return whether a letter of a composed text has more than a few combining marks."""
    run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character)[0] == "M" else 0
        if run > _MOST_MARKS:
            return True
    return False


def compact(code: str) -> str:
    """Return a code in plain characters, without the spaces and dashes that group it.

    Unicode NFKC converts full-width digits to ASCII. The function removes spaces, dashes, and
    invisible characters of all scripts.
    """
    composed = unicodedata.normalize("NFKC", code)
    return "".join(character for character in composed if not _groups(character))


def _groups(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind in {"Zs", "Zl", "Zp", "Pd", "Cf"} or character.isspace() or character == _MINUS_SIGN
