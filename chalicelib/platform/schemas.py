"""Base models and field types of request bodies, queries, and responses; validation messages.

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

# Limit the messages, so that an invalid body can't cause a larger response.
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
    """Base of all API models: camelCase in JSON, snake_case in Python; frozen."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, frozen=True, hide_input_in_errors=True
    )


class RequestBody(ApiModel):
    """Base of request bodies: rejects unknown fields, and converts no types."""

    model_config = ConfigDict(extra="forbid", strict=True, validate_by_name=False)


class QueryParams(ApiModel):
    """Base of query strings: rejects unknown parameters, and reads numbers from text."""

    model_config = ConfigDict(extra="forbid", validate_by_name=False)


# Field types of responses.
Timestamp = Annotated[datetime, Field(examples=["2026-11-22T20:08:33Z"])]
Identifier = Annotated[
    str,
    Field(
        examples=[identifiers.EXAMPLE],
        json_schema_extra={"pattern": anchored(identifiers.PATTERN)},
    ),
]
# The same in a request body, which needs validation.
IdentifierInput = Annotated[Identifier, Field(pattern=anchored(identifiers.PATTERN))]


def _require_digits(value: object) -> object:
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise ValueError(_MESSAGES["int_type"])
    return value


_DIGITS = re.compile("-?[0-9]{1,9}")
# Python accepts more number formats than clients intend, such as underscores.
DIGITS_ONLY = BeforeValidator(_require_digits)


def _parse_bool(value: object) -> object:
    if isinstance(value, str) and value not in _BOOLEANS:
        raise ValueError(_MESSAGES["bool_type"])
    return _BOOLEANS.get(value, value) if isinstance(value, str) else value


_BOOLEANS = {"true": True, "false": False}
# A Boolean in a URL: only JSON's ``true`` and ``false``.
QueryBool = Annotated[bool, BeforeValidator(_parse_bool)]


def _whole_float_to_int(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# 7 and 7.0 are one number in JSON (RFC 8259, 6), and JSON Schema calls both integers. Put it last:
# before the number's bounds, it would remove them from the schema.
WHOLE_NUMBER = BeforeValidator(_whole_float_to_int)


class Paging(QueryParams):
    """Parameters of a paginated list."""

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
    """Parse and validate a JSON request body (RFC 8259).

    Raises:
        BadJson: the body is invalid JSON or not an object, is nested too deeply, contains NaN or a
            lone surrogate, or repeats a name.
        InvalidFields: names every invalid field.
    """
    # RFC 8259, 8.1, lets parsers ignore a byte order mark, which some programs write.
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
    """Reject a JSON object that repeats a name, at any depth.

    RFC 8259 does not define which value counts, so a proxy may use another one than this service
    does. I-JSON (RFC 7493, 2.3) forbids repeated names.

    Raises:
        BadJson: a name is repeated. The message includes it only if it could be a field's name.
    """

    def once_each(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                named = f'The body has the field "{name}" twice.'
                raise BadJson(named if _FIELD.fullmatch(name) else None, cause="duplicate field")
            seen.add(name)

    # The body was parsed before, so its depth and numbers are valid.
    json.loads(raw, object_pairs_hook=once_each, parse_int=str, parse_float=str)


def is_required(model: type[RequestBody]) -> bool:
    """Return whether a body is required: whether the model has any required field."""
    return any(field.is_required() for field in model.model_fields.values())


def parse_query(given: Mapping[str, list[str]], model: type[QueryParams]) -> QueryParams:
    """Parse and validate a query string; repeated parameters are invalid.

    Raises:
        InvalidFields: names every invalid parameter.
    """
    values: dict[str, Any] = {
        name: value[0] if len(value) == 1 else value for name, value in given.items()
    }
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise InvalidFields(error_messages(error)) from None


def error_messages(error: ValidationError) -> dict[str, str]:
    """Return an error message for each invalid field, by its path."""
    details = error.errors(include_url=False, include_input=False)
    return {
        ".".join(map(str, detail["loc"]))[:_MAX_PATH_LENGTH]: _message(detail["type"], detail)
        for detail in details[:_MAX_FIELDS]
    }


def _message(kind: str, detail: Mapping[str, Any]) -> str:
    context = detail.get("ctx", {})
    # pydantic measures a line after it was trimmed and composed, and reports its length as that
    # of a collection.
    if kind in {"too_long", "too_short"} and context.get("field_type") != "List":
        kind = f"string_{kind}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_too_short" and context["min_length"] == 1:
        kind = "missing"
    if kind in _MESSAGES:
        return _MESSAGES[kind].format(**context)
    return f"{detail['msg']}."
