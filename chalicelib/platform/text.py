"""Field types for text: one line, several lines, a person's name, or an optional text."""

import re
import unicodedata
from typing import Annotated

from chalicelib.platform import input_text, lengths
from chalicelib.platform.field_errors import FieldError, InvalidValue
from chalicelib.platform.fields import AfterValidator, BlankIsAbsent, Field, anchored

_NOT_TEXT = {"Cc", "Cs", "Zl", "Zp"}
# Overrides and isolates of direction (UAX #9), and tags. Joiners stay: Persian needs them.
_DECEPTIVE = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
# The same as a pattern: a line with at least one visible character.
_NO_TEXT = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
_LINE = rf"[^\s{_NO_TEXT}]([^{_NO_TEXT}]*[^\s{_NO_TEXT}])?"
_NO_LINES = _NO_TEXT.replace(r"\u0000-\u001f", r"\u0000-\u0009\u000b-\u001f")
_LINES = rf"[^\s{_NO_TEXT}]([^{_NO_LINES}]*[^\s{_NO_TEXT}])?"
# The longest text of any single-line or multi-line field.
LONGEST_LINE, LONGEST_PARAGRAPHS = lengths.LINE, lengths.PARAGRAPHS
# NFC composes at most this many characters to one (UAX #15; U+1F82).
_COMPOSED_OF = 4
_UNSUPPORTED = FieldError(
    "unsupported_characters", "Remove any symbols that aren’t letters, numbers or punctuation."
)
_HIDDEN = FieldError(
    "hidden_characters", "This contains hidden characters. Delete it and type it again."
)


def _normalize_line(text: str) -> str:
    _require_plain_text(text)
    return _composed(text, LONGEST_LINE)


def _normalize_lines(text: str) -> str:
    lines = text.replace("\r\n", "\n")
    for line in lines.split("\n"):
        _require_plain_text(line)
    return _composed(lines, LONGEST_PARAGRAPHS)


def _require_plain_text(line: str) -> None:
    if any(unicodedata.category(character) in _NOT_TEXT for character in line):
        raise InvalidValue(_UNSUPPORTED)
    if _DECEPTIVE.search(line) or (line and not any(map(_is_visible, line))):
        raise InvalidValue(_HIDDEN)


def _composed(text: str, longest: int) -> str:
    """Return a text in NFC; unchanged if it is too long for any field.

    The field's own maximum rejects such a text. Normalizing takes a time that grows with the
    square of the number of marks: a whole body of them would take 1.5 s.
    """
    return text if len(text) > longest * _COMPOSED_OF else unicodedata.normalize("NFC", text)


def _name(text: str) -> str:
    # The field's own maximum rejects a text that is too long, with a message that names the limit.
    if len(text) <= lengths.NAME and input_text.has_too_many_marks(text):
        raise InvalidValue(input_text.TOO_MANY_MARKS)
    return text


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS"


def _absent_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not input_text.trim(value) else value


# A line of text as a person types it: any script, composed (NFC), without control characters.
SingleLine = Annotated[
    str,
    AfterValidator(input_text.trim),
    AfterValidator(_normalize_line),
    Field(json_schema_extra={"pattern": anchored(_LINE)}),
]
# Several such lines, such as a note.
MultiLine = Annotated[
    str,
    AfterValidator(input_text.trim),
    AfterValidator(_normalize_lines),
    Field(json_schema_extra={"pattern": anchored(_LINES)}),
]
PersonName = Annotated[
    SingleLine,
    AfterValidator(_name),
    Field(min_length=1, max_length=lengths.NAME, examples=["River"]),
]
# For optional fields: forms send an empty text for a field that a person left empty.
BLANK_IS_ABSENT = BlankIsAbsent(_absent_if_blank)
