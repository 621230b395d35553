"""Schemas of query strings, and of the bodies of sign-in and sign-up, checked without pydantic.

People wait for these requests first, so the import of pydantic would be most of their time. The
rest of the request bodies have lists and parts, and pydantic validates them
(:mod:`chalicelib.platform.bodies`). Both give the same messages, and name all invalid fields.
"""

import codecs
import json
import re
import types
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Annotated, Any, Literal, NoReturn, Self, Union, get_args, get_origin

from chalicelib.platform.errors import BadJson
from chalicelib.platform.field_errors import FieldError, InvalidFields, InvalidValue
from chalicelib.platform.fields import (
    AfterValidator,
    BeforeValidator,
    CrossFieldValidator,
    Field,
    Schema,
    to_camel,
)
from chalicelib.platform.languages import N_

# Limit the messages, so that an invalid request can't cause a larger response.
MAX_FIELDS, MAX_PATH_LENGTH = 100, 100
_NOT_BOOLEAN = FieldError("not_boolean", "Choose yes or no.")
_NOT_WHOLE = FieldError("not_whole_number", "Enter a whole number.")
NOT_A_CHOICE = FieldError("not_a_choice", "Input should be {expected}.")
# By pydantic's types of errors. The values in braces are the limits.
ERRORS = {
    "missing": FieldError("required", "This field is required."),
    "extra_forbidden": FieldError("unknown_field", "Unknown field."),
    "string_type": FieldError("not_text", "Enter text."),
    "string_too_short": FieldError("too_short", "Enter at least {min_length} characters."),
    "string_too_long": FieldError("too_long", "Use {max_length} characters or fewer."),
    "too_short": FieldError("too_few", "Choose at least {min_length}."),
    "too_long": FieldError("too_many", "Choose no more than {max_length}."),
    "bool_type": _NOT_BOOLEAN,
    "bool_parsing": _NOT_BOOLEAN,
    "int_type": _NOT_WHOLE,
    "int_parsing": _NOT_WHOLE,
    "greater_than_equal": FieldError("too_low", "Enter {ge} or more."),
    "less_than_equal": FieldError("too_high", "Enter {le} or less."),
    "string_pattern_mismatch": FieldError("invalid_format", "This isn’t in the right format."),
    "enum": NOT_A_CHOICE,
    "literal_error": NOT_A_CHOICE,
    "list_type": FieldError("not_a_list", "Input should be a valid array."),
    "model_type": FieldError("not_an_object", "Input should be an object."),
}
_DUPLICATE = N_('The body has the field "{name}" twice.')
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}")
_REQUIRED = object()

# Returns a value as it is used, or raises InvalidValue. It gets the value, and the
# valid fields before it by their Python names.
_Reader = Callable[[Any, Mapping[str, Any]], Any]


class RequestSchema(Schema):
    """Base of bodies and queries: an object whose attributes are the valid values of a request."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Create it from the value of each field."""
        self.__dict__.update(values)

    def values(self) -> dict[str, Any]:
        """Return the value of each field."""
        return dict(self.__dict__)

    @classmethod
    def validate(cls, given: Mapping[str, Any]) -> Self:
        """Return the values of a request.

        Args:
            given: the values that the client sent.

        Raises:
            InvalidFields: names every invalid field.
        """
        values: dict[str, Any] = {}
        problems: dict[str, FieldError] = {}
        fields = _fields(cls)
        for name, alias, default, read in fields:
            if alias in given:
                try:
                    values[name] = read(given[alias], values)
                except InvalidValue as invalid:
                    problems[alias] = invalid.error
            elif default is _REQUIRED:
                problems[alias] = ERRORS["missing"]
            else:
                values[name] = default
        known = {alias for _, alias, _, _ in fields}
        unknown = dict.fromkeys(given.keys() - known, ERRORS["extra_forbidden"])
        if problems := problems | unknown:
            listed = list(problems.items())[:MAX_FIELDS]
            raise InvalidFields({path[:MAX_PATH_LENGTH]: error for path, error in listed})
        return cls(values)

    @classmethod
    def is_required(cls) -> bool:
        """Return whether any field is required."""
        return any(default is _REQUIRED for _, _, default, _ in _fields(cls))


class BodySchema(RequestSchema):
    """Base of request bodies: rejects unknown fields, and converts no types."""

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Parse and validate a JSON request body (RFC 8259).

        Raises:
            BadJson: see :func:`parse_json`.
            InvalidFields: names every invalid field.
        """
        return cls.validate(parse_json(raw))


class QuerySchema(RequestSchema):
    """Base of query strings: rejects unknown parameters."""

    @classmethod
    def parse(cls, given: Mapping[str, list[str]]) -> Self:
        """Validate a query string; repeated parameters are invalid.

        Raises:
            InvalidFields: names every invalid parameter.
        """
        return cls.validate({n: v[0] if len(v) == 1 else v for n, v in given.items()})


def parse_json(raw: bytes) -> dict[str, Any]:
    """Parse a JSON object (RFC 8259).

    Raises:
        BadJson: the text is invalid JSON or not an object, is nested too deeply, contains NaN or a
            lone surrogate, or repeats a name.
    """
    try:
        # RFC 8259, 8.1, lets parsers ignore a byte order mark, which some programs write.
        text = raw.removeprefix(codecs.BOM_UTF8).decode()
        given = json.loads(text, object_pairs_hook=reject_duplicates, parse_constant=_reject)
        if "\\u" in text:
            json.dumps(given, ensure_ascii=False).encode()  # a lone surrogate has no UTF-8
    except (ValueError, RecursionError) as error:
        raise BadJson(cause=type(error).__name__) from None
    if not isinstance(given, dict):
        raise BadJson(cause="the body is not an object")
    return given


def _reject(constant: str) -> NoReturn:
    raise ValueError(constant)


def reject_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the members of a JSON object, if it repeats no name.

    RFC 8259 does not define which value counts, so a proxy may use another one than this service
    does. I-JSON (RFC 7493, 2.3) forbids repeated names.

    Raises:
        BadJson: a name is repeated. The message includes it only if it could be a field's name.
    """
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        name = next(name for name in names if names.count(name) > 1)
        if _FIELD.fullmatch(name):
            raise BadJson(_DUPLICATE, cause="duplicate field", name=name)
        raise BadJson(cause="duplicate field")
    return members


# By schema: the name of each field, its name in the request, its default, and its reader.
_FIELDS: dict[type[RequestSchema], tuple[tuple[str, str, object, _Reader], ...]] = {}


def _fields(schema: type[RequestSchema]) -> tuple[tuple[str, str, object, _Reader], ...]:
    if schema not in _FIELDS:
        _FIELDS[schema] = tuple(
            (name, alias_of(name, hint), getattr(schema, name, _REQUIRED), _reader(hint))
            for name, hint in schema.annotations().items()
        )
    return _FIELDS[schema]


def alias_of(name: str, hint: Any) -> str:
    """Return the name of a field in a request: camelCase, unless its declaration has another."""
    details = getattr(hint, "__metadata__", ())
    aliases = [d.details["alias"] for d in details if isinstance(d, Field) and "alias" in d.details]
    return aliases[0] if aliases else to_camel(name)


def _reader(hint: Any) -> _Reader:
    """Return what checks a value of a type.

    Raises:
        TypeError: the schema needs pydantic.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        read = _reader(arguments[0])
        for detail in arguments[1:]:
            read = _with(detail, read)
        return read
    if origin in {Union, types.UnionType}:
        [given] = [argument for argument in arguments if argument is not types.NoneType]
        read_given = _reader(given)
        return lambda value, earlier: None if value is None else read_given(value, earlier)
    if origin is Literal:
        return _one_of({choice: choice for choice in _choices(hint)})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _one_of({choice.value: choice for choice in hint})
    return _SIMPLE[hint]


def _with(detail: object, read: _Reader) -> _Reader:
    """Return a reader that also does what a declaration beside the type says."""
    match detail:
        case BeforeValidator(check=prepare):
            return lambda value, earlier: read(prepare(value), earlier)
        case AfterValidator(check=check):
            return lambda value, earlier: check(read(value, earlier))
        case CrossFieldValidator(check=compare):
            return lambda value, earlier: compare(read(value, earlier), earlier)
        case Field(details=limits):
            return _within(limits, read)
    raise TypeError(f"{detail} needs pydantic.")


def _within(limits: Mapping[str, Any], read: _Reader) -> _Reader:
    checks = [(_LIMITS[name], limit, name) for name, limit in limits.items() if name in _LIMITS]
    if not checks:
        return read

    def read_within(given: Any, earlier: Mapping[str, Any]) -> Any:
        value = read(given, earlier)
        for (exceeds, kind), limit, name in checks:
            if value is not None and exceeds(value, limit):
                raise InvalidValue(_limit_error(kind, name, limit))
        return value

    return read_within


def _limit_error(kind: str, name: str, limit: object) -> FieldError:
    if (kind, limit) == ("string_too_short", 1):
        kind = "missing"
    return ERRORS[kind].with_values({name: limit})


_LIMITS: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "min_length": (lambda value, least: len(value) < least, "string_too_short"),
    "max_length": (lambda value, most: len(value) > most, "string_too_long"),
    "ge": (lambda value, least: value < least, "greater_than_equal"),
    "le": (lambda value, most: value > most, "less_than_equal"),
    "pattern": (lambda value, form: not re.search(form, value), "string_pattern_mismatch"),
}


def _choices(hint: Any) -> list[Any]:
    """Return the choices of a Literal, those of Literals in it included."""
    arguments = get_args(hint)
    return [hint] if not arguments else [choice for one in arguments for choice in _choices(one)]


def _one_of(choices: Mapping[str, Any]) -> _Reader:
    *others, last = map(repr, choices)
    expected = " or ".join(filter(None, (", ".join(others), last)))
    error = NOT_A_CHOICE.with_values({"expected": expected})

    def read(value: Any, _earlier: Mapping[str, Any]) -> Any:
        if isinstance(value, str) and value in choices:
            return choices[value]
        raise InvalidValue(error)

    return read


def _text(value: Any, _earlier: Mapping[str, Any]) -> str:
    if isinstance(value, str):
        return value
    raise InvalidValue(ERRORS["string_type"])


def _truth_in_text(value: Any, _earlier: Mapping[str, Any]) -> bool:
    """Read a Boolean of a URL: only JSON's ``true`` and ``false``."""
    if value in ("true", "false"):
        return bool(value == "true")
    raise InvalidValue(_NOT_BOOLEAN)


def _number_in_text(value: Any, _earlier: Mapping[str, Any]) -> int:
    """Read a whole number of a URL. Python accepts more forms, such as underscores."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    raise InvalidValue(_NOT_WHOLE)


_DIGITS = re.compile("-?[0-9]{1,9}")
# Bodies that are checked without pydantic have neither numbers nor Booleans.
_SIMPLE: Mapping[Any, _Reader] = {str: _text, bool: _truth_in_text, int: _number_in_text}


class Paging(QuerySchema):
    """Parameters of a paginated list."""

    limit: Annotated[int, Field(ge=1, le=100, description="The maximum number of items.")] = 25
    cursor: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=2048,
            description="The `cursor` of the previous response, unchanged.",
        ),
    ] = None
