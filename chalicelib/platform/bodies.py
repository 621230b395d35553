"""Models of request bodies that pydantic validates, and the base of those models.

Importing this module imports pydantic: only ``bodies`` modules do, imported where first used.
"""

import codecs
import json
from collections.abc import Mapping
from typing import Annotated, Any, Self

import pydantic_core
from pydantic import BaseModel, ConfigDict, ValidationError

from chalicelib.platform import identifiers
from chalicelib.platform.errors import BadJson
from chalicelib.platform.field_errors import FieldError, InvalidFields, InvalidValue
from chalicelib.platform.fields import BeforeValidator, Field, anchored, to_camel
from chalicelib.platform.request_schema import (
    ERRORS,
    MAX_FIELDS,
    MAX_PATH_LENGTH,
    reject_duplicates,
)
from chalicelib.platform.response_schema import Identifier

# An identifier in a request body, which needs validation.
IdentifierInput = Annotated[Identifier, Field(pattern=anchored(identifiers.PATTERN))]


class RequestBody(BaseModel):
    """Base of request bodies: rejects unknown fields, and converts no types."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        strict=True,
    )

    @classmethod
    def is_required(cls) -> bool:
        """Return whether any field is required."""
        return any(field.is_required() for field in cls.model_fields.values())

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Parse and validate a JSON request body (RFC 8259).

        Raises:
            BadJson: the body is invalid JSON or not an object, is nested too deeply, contains NaN
                or a lone surrogate, or repeats a name.
            InvalidFields: names every invalid field.
        """
        # RFC 8259, 8.1, lets parsers ignore a byte order mark, which some programs write.
        raw = raw.removeprefix(codecs.BOM_UTF8)
        try:
            given = pydantic_core.from_json(raw, allow_inf_nan=False)
            # The body was parsed before, so its depth and numbers are valid.
            json.loads(raw, object_pairs_hook=reject_duplicates, parse_int=str, parse_float=str)
        except ValueError as error:
            raise BadJson(cause=type(error).__name__) from None
        if not isinstance(given, dict):
            raise BadJson(cause="the body is not an object")
        try:
            return cls.model_validate_json(raw)
        except ValidationError as error:
            raise InvalidFields(field_errors(error)) from None


def _whole_float_to_int(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# 7 and 7.0 are one number in JSON (RFC 8259, 6), and JSON Schema calls both integers. Put this
# validator last: before the number's bounds, it would remove them from the schema.
WHOLE_NUMBER = BeforeValidator(_whole_float_to_int)


def field_errors(error: ValidationError) -> dict[str, FieldError]:
    """Return the error of each invalid field, by its path."""
    details = error.errors(include_url=False, include_input=False)
    return {
        ".".join(map(str, detail["loc"]))[:MAX_PATH_LENGTH]: _field_error(detail["type"], detail)
        for detail in details[:MAX_FIELDS]
    }


def _field_error(kind: str, detail: Mapping[str, Any]) -> FieldError:
    context = detail.get("ctx", {})
    # pydantic measures a line after it was trimmed and composed, and reports its length as that
    # of a collection.
    if kind in {"too_long", "too_short"} and context.get("field_type") != "List":
        kind = f"string_{kind}"
    if isinstance(raised := context.get("error"), InvalidValue):
        return raised.error
    if kind == "string_too_short" and context["min_length"] == 1:
        kind = "missing"
    if kind in ERRORS:
        return ERRORS[kind].with_values(context)
    return FieldError("invalid_format", f"{detail['msg']}.")
