"""Reads single values of requests: those of JSON bodies, and those of query strings."""

import re
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.platform.field_errors import FieldError, InvalidValue

# Returns a value as it is used, or raises InvalidValue. It gets the value, and the
# valid fields before it by their Python names.
Reader = Callable[[Any, Mapping[str, Any]], Any]
REQUIRED = FieldError("required", "This field is required.")
UNKNOWN_FIELD = FieldError("unknown_field", "Unknown field.")
NOT_TEXT = FieldError("not_text", "Enter text.")
NOT_BOOLEAN = FieldError("not_boolean", "Choose yes or no.")
NOT_WHOLE = FieldError("not_whole_number", "Enter a whole number.")
NOT_A_LIST = FieldError("not_a_list", "This must be a list.")
NOT_AN_OBJECT = FieldError("not_an_object", "This must be an object.")
NOT_NULL = FieldError("invalid_format", "This can only be null.")
# The values in braces are the choices and the limits.
NOT_A_CHOICE = FieldError("not_a_choice", "Use one of these values: {choices}.")
TOO_SHORT = FieldError("too_short", "Enter at least {min_length} characters.")
TOO_LONG = FieldError("too_long", "Use {max_length} characters or fewer.")
TOO_FEW = FieldError("too_few", "Choose at least {min_length}.")
TOO_MANY = FieldError("too_many", "Choose no more than {max_length}.")
TOO_LOW = FieldError("too_low", "Enter {ge} or more.")
TOO_HIGH = FieldError("too_high", "Enter {le} or less.")
WRONG_FORMAT = FieldError("invalid_format", "This isn’t in the right format.")
_DIGITS = re.compile("-?[0-9]{1,9}")
# RFC 3339, 5.6. The years are limited, because a mistyped one could be outside of what dates are
# computed with.
DATE = r"2[0-9]{3}-[0-9]{2}-[0-9]{2}"
TIMESTAMP = DATE + r"[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
INVALID_DATE = FieldError("invalid_date", "Enter a date between 2000 and 2999.")
INVALID_TIMESTAMP = FieldError("invalid_timestamp", "Enter a date and time between 2000 and 2999.")


def _text(value: Any, _earlier: Mapping[str, Any]) -> str:
    if isinstance(value, str):
        return value
    raise InvalidValue(NOT_TEXT)


def _boolean(value: Any, _earlier: Mapping[str, Any]) -> bool:
    if isinstance(value, bool):
        return value
    raise InvalidValue(NOT_BOOLEAN)


def _whole_number(value: Any, _earlier: Mapping[str, Any]) -> int:
    """Read a whole number: 7 and 7.0 are the same one in JSON (RFC 8259, 6)."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise InvalidValue(NOT_WHOLE)


def _null(value: Any, _earlier: Mapping[str, Any]) -> None:
    if value is not None:
        raise InvalidValue(NOT_NULL)


def _date(value: Any, _earlier: Mapping[str, Any]) -> date:
    """Read a day (RFC 3339, 5.6)."""
    try:
        if isinstance(value, str) and re.fullmatch(DATE, value):
            return date.fromisoformat(value)
    except ValueError:  # there is no such day
        pass
    raise InvalidValue(INVALID_DATE)


def _timestamp(value: Any, _earlier: Mapping[str, Any]) -> datetime:
    """Read a time to the second (RFC 3339, 5.6); fractions are cut off."""
    try:
        if isinstance(value, str) and re.fullmatch(TIMESTAMP, value):
            return datetime.fromisoformat(value.upper()).replace(microsecond=0)
    except ValueError:  # there is no such time
        pass
    raise InvalidValue(INVALID_TIMESTAMP)


def _boolean_in_text(value: Any, _earlier: Mapping[str, Any]) -> bool:
    """Read a Boolean of a URL: only JSON's ``true`` and ``false``."""
    if value in ("true", "false"):
        return bool(value == "true")
    raise InvalidValue(NOT_BOOLEAN)


def _number_in_text(value: Any, _earlier: Mapping[str, Any]) -> int:
    """Read a whole number of a URL. Python accepts more forms, such as underscores."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    raise InvalidValue(NOT_WHOLE)


JSON_READERS: Mapping[Any, Reader] = {
    str: _text,
    bool: _boolean,
    int: _whole_number,
    types.NoneType: _null,
    date: _date,
    datetime: _timestamp,
}
URL_READERS: Mapping[Any, Reader] = {str: _text, bool: _boolean_in_text, int: _number_in_text}
