"""The shapes that bodies, queries and answers have on the wire, and what is said of wrong ones.

Importing this module imports pydantic: only ``schemas`` modules do, imported where first used.
"""

import codecs
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import pydantic_core
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from pydantic.alias_generators import to_camel

from chalicelib.platform import identifiers
from chalicelib.platform.errors import BadJson, InvalidFields
from chalicelib.platform.text import anchored

# A body of nonsense is not answered with a larger one.
_MAX_FIELDS, _MAX_PATH_LENGTH = 100, 100
_MESSAGES = {
    "missing": "This field is required.",
    "extra_forbidden": "Unknown field.",
    "string_type": "Enter text.",
    "string_too_short": "Enter at least {min_length} characters.",
    "string_too_long": "Use {max_length} characters or fewer.",
    "too_short": "Choose at least {min_length}.",
    "too_long": "Choose no more than {max_length}.",
    "bool_type": "Choose yes or no.",
    "int_type": "Enter a whole number.",
    "int_parsing": "Enter a whole number.",
    "greater_than_equal": "Enter {ge} or more.",
    "less_than_equal": "Enter {le} or less.",
    "string_pattern_mismatch": "This isn’t in the right format.",
}


class ApiModel(BaseModel):
    """Anything on the wire: names in camelCase there, in snake_case here; frozen."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, frozen=True, hide_input_in_errors=True
    )


class RequestBody(ApiModel):
    """What a request says: no unknown field, no type but the one that is named."""

    model_config = ConfigDict(extra="forbid", strict=True, validate_by_name=False)


class QueryParams(ApiModel):
    """What the part of a URL after ``?`` says: no unknown name; numbers are read from text."""

    model_config = ConfigDict(extra="forbid", validate_by_name=False)


# What answers are made of.
Timestamp = Annotated[datetime, Field(examples=["2026-11-22T20:08:33Z"])]
Identifier = Annotated[
    str,
    Field(
        examples=[identifiers.EXAMPLE],
        json_schema_extra={"pattern": anchored(identifiers.PATTERN)},
    ),
]
# The same in a body, where somebody else wrote it.
IdentifierInput = Annotated[Identifier, Field(pattern=anchored(identifiers.PATTERN))]


def _require_digits(value: object) -> object:
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise ValueError(_MESSAGES["int_type"])
    return value


_DIGITS = re.compile("-?[0-9]{1,9}")
# Python reads numbers from text more generously than anybody means them.
DIGITS_ONLY = BeforeValidator(_require_digits)


def _parse_bool(value: object) -> object:
    if isinstance(value, str) and value not in _BOOLEANS:
        raise ValueError(_MESSAGES["bool_type"])
    return _BOOLEANS.get(value, value) if isinstance(value, str) else value


_BOOLEANS = {"true": True, "false": False}
# A yes or no in a URL, in the words of JSON and no others.
QueryBool = Annotated[bool, BeforeValidator(_parse_bool)]


def _whole_float_to_int(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# To JSON 7 and 7.0 are one number (RFC 8259, 6), and JSON Schema calls both integers. Put it last,
# after the number's bounds, which would be missing from its description otherwise.
WHOLE_NUMBER = BeforeValidator(_whole_float_to_int)


class Paging(QueryParams):
    """The page of a list."""

    limit: Annotated[
        int, DIGITS_ONLY, Field(ge=1, le=100, description="The maximum number of items.")
    ] = 25
    cursor: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=2048,
            description="The `cursor` of the previous response, unchanged.",
        ),
    ] = None


_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}")


def parse_body(raw: bytes, model: type[RequestBody]) -> RequestBody:
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
        _reject_duplicate_names(raw)
    except ValueError as error:
        raise BadJson(cause=type(error).__name__) from None
    if not isinstance(given, dict):
        raise BadJson(cause="the body is not an object")
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise InvalidFields(error_messages(error)) from None


def _reject_duplicate_names(raw: bytes) -> None:
    """Reject an object that has a name twice, at any depth.

    RFC 8259 leaves open which of the two counts, so that whatever looks at a body on the way may
    see another one than this service does. I-JSON (RFC 7493, 2.3) has each name once.

    Raises:
        BadJson: there is one; it is named if it could be a field's, so that nothing else is echoed.
    """

    def once_each(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                named = f'The body has the field "{name}" twice.'
                raise BadJson(named if _FIELD.fullmatch(name) else None, cause="duplicate field")
            seen.add(name)

    # Of what has been read already: no depth and no number is a matter any more.
    json.loads(raw, object_pairs_hook=once_each, parse_int=str, parse_float=str)


def is_required(model: type[RequestBody]) -> bool:
    """Say whether there is no leaving a body out: whether anything in it is required."""
    return any(field.is_required() for field in model.model_fields.values())


def parse_query(given: Mapping[str, list[str]], model: type[QueryParams]) -> QueryParams:
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
        raise InvalidFields(error_messages(error)) from None


def error_messages(error: ValidationError) -> dict[str, str]:
    """Return, for each wrong field's path, a sentence that says what is wrong with it."""
    details = error.errors(include_url=False, include_input=False)
    return {
        ".".join(map(str, detail["loc"]))[:_MAX_PATH_LENGTH]: _message(detail["type"], detail)
        for detail in details[:_MAX_FIELDS]
    }


def _message(kind: str, detail: Mapping[str, Any]) -> str:
    context = detail.get("ctx", {})
    # The length of a line is checked once the line is trimmed and composed; pydantic then reports
    # it as that of a collection.
    if kind in {"too_long", "too_short"} and context.get("field_type") != "List":
        kind = f"string_{kind}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_too_short" and context["min_length"] == 1:
        kind = "missing"
    if kind in _MESSAGES:
        return _MESSAGES[kind].format(**context)
    return f"{detail['msg']}."
