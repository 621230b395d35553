"""The shapes that bodies, queries and answers have on the wire, and what is said of wrong ones.

Importing this module imports pydantic: only models do, and they are imported where first used.
"""

import codecs
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import pydantic_core
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
)
from pydantic.alias_generators import to_camel
from pydantic_core import core_schema

from chalicelib.platform import identifiers, input_text, lengths
from chalicelib.platform.errors import BadJson, InvalidFields

_NOT_TEXT = {"Cc", "Cs", "Zl", "Zp"}
# Overrides and isolates of direction (UAX #9), and tags. Joiners stay: Persian needs them.
_DECEPTIVE = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
# The same as a pattern: a line that has something on it, once the blanks around it are cut.
_NO_TEXT = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
_LINE = rf"[^\s{_NO_TEXT}]([^{_NO_TEXT}]*[^\s{_NO_TEXT}])?"
_NO_LINES = _NO_TEXT.replace(r"\u0000-\u001f", r"\u0000-\u0009\u000b-\u001f")
_LINES = rf"[^\s{_NO_TEXT}]([^{_NO_LINES}]*[^\s{_NO_TEXT}])?"
# No field of a line or of paragraphs takes more than these.
LONGEST_LINE, LONGEST_PARAGRAPHS = lengths.LINE, lengths.PARAGRAPHS
# NFC makes one character of so many at most, since none comes apart into more (UAX #15; U+1F82).
_COMPOSED_OF = 4
# A body of nonsense is not answered with a larger one.
_MOST_FIELDS, _LONGEST_PATH = 100, 100
_SENTENCES = {
    "missing": "This is required.",
    "extra_forbidden": "This field is not known here.",
    "string_type": "This must be text.",
    "string_too_short": "This must have at least {min_length} characters.",
    "string_too_long": "Use {max_length} characters or fewer.",
    "too_short": "This is too short: at least {min_length}.",
    "too_long": "Choose no more than {max_length}.",
    "bool_type": "This must be true or false.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "greater_than_equal": "This must be {ge} or more.",
    "less_than_equal": "This must be {le} or less.",
    "string_pattern_mismatch": "This is not in the form that is wanted here.",
}


class Wire(BaseModel):
    """Anything on the wire: names in camelCase there, in snake_case here; frozen."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, frozen=True, hide_input_in_errors=True
    )


class Body(Wire):
    """What a request says: no unknown field, no type but the one that is named."""

    model_config = ConfigDict(extra="forbid", strict=True, validate_by_name=False)


class Query(Wire):
    """What the part of a URL after ``?`` says: no unknown name; numbers are read from text."""

    model_config = ConfigDict(extra="forbid", validate_by_name=False)


def _plain_line(text: str) -> str:
    _refuse_unless_plain(text)
    return _composed(text, LONGEST_LINE)


def _plain_lines(text: str) -> str:
    lines = text.replace("\r\n", "\n")
    for line in lines.split("\n"):
        _refuse_unless_plain(line)
    return _composed(lines, LONGEST_PARAGRAPHS)


def _refuse_unless_plain(line: str) -> None:
    if any(unicodedata.category(character) in _NOT_TEXT for character in line):
        raise ValueError("This has characters that are not text.")
    if _DECEPTIVE.search(line) or (line and not any(map(_shows, line))):
        raise ValueError("This contains hidden characters. Delete it and type it again.")


def _composed(text: str, longest: int) -> str:
    """Return a text in NFC, or as it is where no field takes it however it is composed.

    Its field's own maximum refuses it then. Marks are put in order in a time that grows with the
    square of their number: a whole body of them would take a second and a half.
    """
    return text if len(text) > longest * _COMPOSED_OF else unicodedata.normalize("NFC", text)


def _name(text: str) -> str:
    # The field's own maximum rejects a text that is too long, with a message that names the limit.
    if len(text) <= lengths.NAME and input_text.has_too_many_marks(text):
        raise ValueError("Use fewer accents and marks on each letter.")
    return text


def _shows(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS"


def _absent_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not input_text.trim(value) else value


class _BlankIsAbsent:
    """Reads an empty text as None, and says so in the description."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(_absent_if_blank, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        described = handler(schema)
        return {**described, "anyOf": [*described["anyOf"], {"const": ""}]}


def whole(pattern: str) -> str:
    """Return the pattern that a whole text has to match, as JSON Schema writes it."""
    return f"^({pattern})$" if "|" in pattern else f"^{pattern}$"


# A line of text as a person types it: any script, composed (NFC), without control characters.
Line = Annotated[
    str,
    AfterValidator(input_text.trim),
    AfterValidator(_plain_line),
    Field(json_schema_extra={"pattern": whole(_LINE)}),
]
# Several such lines, as somebody writes a note.
Paragraphs = Annotated[
    str,
    AfterValidator(input_text.trim),
    AfterValidator(_plain_lines),
    Field(json_schema_extra={"pattern": whole(_LINES)}),
]
PersonName = Annotated[
    Line,
    AfterValidator(_name),
    Field(min_length=1, max_length=lengths.NAME, examples=["River"]),
]
# Put beside an optional field: forms send an empty text where a person left it out.
BLANK_IS_ABSENT = _BlankIsAbsent()

# What answers are made of.
Moment = Annotated[datetime, Field(examples=["2026-11-22T20:08:33Z"])]
Identifier = Annotated[
    str,
    Field(
        examples=[identifiers.EXAMPLE],
        json_schema_extra={"pattern": whole(identifiers.PATTERN)},
    ),
]
# The same in a body, where somebody else wrote it.
GivenIdentifier = Annotated[Identifier, Field(pattern=whole(identifiers.PATTERN))]


def _in_digits(value: object) -> object:
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise ValueError(_SENTENCES["int_type"])
    return value


_DIGITS = re.compile("-?[0-9]{1,9}")
# Python reads numbers from text more generously than anybody means them.
IN_DIGITS = BeforeValidator(_in_digits)


def _said(value: object) -> object:
    if isinstance(value, str) and value not in _SAID:
        raise ValueError(_SENTENCES["bool_type"])
    return _SAID.get(value, value) if isinstance(value, str) else value


_SAID = {"true": True, "false": False}
# A yes or no in a URL, in the words of JSON and no others.
Flag = Annotated[bool, BeforeValidator(_said)]


def _integral(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# To JSON 7 and 7.0 are one number (RFC 8259, 6), and JSON Schema calls both integers. Put it last,
# after the number's bounds, which would be missing from its description otherwise.
WHOLE_NUMBER = BeforeValidator(_integral)


class Paging(Query):
    """Which part of a list is wanted."""

    limit: Annotated[int, IN_DIGITS, Field(ge=1, le=100, description="How many at most.")] = 25
    cursor: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=2048,
            description="Where to go on: the `cursor` of the answer before, as it was given.",
        ),
    ] = None


_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}")


def read_body(raw: bytes, model: type[Body]) -> Body:
    """Read a request's body as JSON (RFC 8259) into its model.

    Raises:
        BadJson: it is no JSON, no object, nested beyond reason, holds NaN or a lone surrogate, or
            names something twice.
        InvalidFields: naming every wrong field.
    """
    # RFC 8259, 8.1, has parsers ignore a byte order mark, which some programs write.
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        given = pydantic_core.from_json(raw, allow_inf_nan=False)
        _refuse_names_twice(raw)
    except ValueError as error:
        raise BadJson(cause=type(error).__name__) from None
    if not isinstance(given, dict):
        raise BadJson(cause="no object")
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise InvalidFields(explain(error)) from None


def _refuse_names_twice(raw: bytes) -> None:
    """Refuse an object that has a name twice, at any depth.

    RFC 8259 leaves open which of the two counts, so that whatever looks at a body on the way may
    see another one than this service does. I-JSON (RFC 7493, 2.3) has each name once.

    Raises:
        BadJson: there is one; it is named if it could be a field's, so that nothing else is echoed.
    """

    def once_each(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                named = f'The body has the name "{name}" twice.'
                raise BadJson(named if _FIELD.fullmatch(name) else None, cause="a name twice")
            seen.add(name)

    # Of what has been read already: no depth and no number is a matter any more.
    json.loads(raw, object_pairs_hook=once_each, parse_int=str, parse_float=str)


def must_be_there(model: type[Body]) -> bool:
    """Say whether there is no leaving a body out: whether anything in it is required."""
    return any(field.is_required() for field in model.model_fields.values())


def read_query(given: Mapping[str, list[str]], model: type[Query]) -> Query:
    """Read a URL's query into its model; a name given twice is wrong.

    Raises:
        InvalidFields: naming every wrong parameter.
    """
    values: dict[str, Any] = {
        name: value[0] if len(value) == 1 else value for name, value in given.items()
    }
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise InvalidFields(explain(error)) from None


def explain(error: ValidationError) -> dict[str, str]:
    """Return, for each wrong field's path, a sentence that says what is wrong with it."""
    details = error.errors(include_url=False, include_input=False)
    return {
        ".".join(map(str, detail["loc"]))[:_LONGEST_PATH]: _sentence(detail["type"], detail)
        for detail in details[:_MOST_FIELDS]
    }


def _sentence(kind: str, detail: Mapping[str, Any]) -> str:
    context = detail.get("ctx", {})
    # The length of a line is checked once the line is trimmed and composed; pydantic then reports
    # it as that of a collection.
    if kind == "too_long" and context.get("field_type") != "List":
        kind = "string_too_long"
    if kind == "value_error":
        return str(context["error"])
    if kind in _SENTENCES:
        return _SENTENCES[kind].format(**context)
    return f"{detail['msg']}."
