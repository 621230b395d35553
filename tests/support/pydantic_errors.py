"""pydantic's errors as those of the service, to compare how both check a request."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from chalicelib.platform import value_readers
from chalicelib.platform.field_errors import FieldError, InvalidValue
from chalicelib.platform.request_schema import MAX_FIELDS, MAX_PATH_LENGTH

# By pydantic's types of errors.
ERRORS = {
    "missing": value_readers.REQUIRED,
    "extra_forbidden": value_readers.UNKNOWN_FIELD,
    "string_type": value_readers.NOT_TEXT,
    "string_too_short": value_readers.TOO_SHORT,
    "string_too_long": value_readers.TOO_LONG,
    "too_short": value_readers.TOO_FEW,
    "too_long": value_readers.TOO_MANY,
    "bool_type": value_readers.NOT_BOOLEAN,
    "bool_parsing": value_readers.NOT_BOOLEAN,
    "int_type": value_readers.NOT_WHOLE,
    "int_parsing": value_readers.NOT_WHOLE,
    "int_from_float": value_readers.NOT_WHOLE,
    "date_type": value_readers.INVALID_DATE,
    "date_parsing": value_readers.INVALID_DATE,
    "date_from_datetime_parsing": value_readers.INVALID_DATE,
    "datetime_type": value_readers.INVALID_TIMESTAMP,
    "datetime_parsing": value_readers.INVALID_TIMESTAMP,
    "datetime_from_date_parsing": value_readers.INVALID_TIMESTAMP,
    "none_required": value_readers.NOT_NULL,
    "greater_than_equal": value_readers.TOO_LOW,
    "less_than_equal": value_readers.TOO_HIGH,
    "string_pattern_mismatch": value_readers.WRONG_FORMAT,
    "enum": value_readers.NOT_A_CHOICE,
    "literal_error": value_readers.NOT_A_CHOICE,
    "list_type": value_readers.NOT_A_LIST,
    "model_type": value_readers.NOT_AN_OBJECT,
}


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
    if kind in {"enum", "literal_error"}:
        listed = re.split(", | or ", context["expected"])
        context = {"choices": ", ".join(choice.strip("'") for choice in listed)}
    return ERRORS[kind].with_values(context)
