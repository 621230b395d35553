"""Schemas of request bodies and query strings: they read and check the values of a request.

A request with several invalid fields is told all of them at once.
"""

import re
import types
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Annotated, Any, Literal, Self, Union, get_args, get_origin

from chalicelib.platform import identifiers
from chalicelib.platform.field_errors import FieldError, InvalidFields, InvalidValue
from chalicelib.platform.fields import (
    AfterValidator,
    BeforeValidator,
    CrossFieldValidator,
    Field,
    Schema,
    anchored,
    to_camel,
)
from chalicelib.platform.json_bodies import parse_json
from chalicelib.platform.response_schema import Identifier
from chalicelib.platform.value_readers import (
    JSON_READERS,
    NOT_A_CHOICE,
    NOT_A_LIST,
    NOT_AN_OBJECT,
    REQUIRED,
    TOO_FEW,
    TOO_HIGH,
    TOO_LONG,
    TOO_LOW,
    TOO_MANY,
    TOO_SHORT,
    UNKNOWN_FIELD,
    URL_READERS,
    WRONG_FORMAT,
    Reader,
)

# Limit the messages, so that an invalid request can't cause a larger response.
MAX_FIELDS, MAX_PATH_LENGTH = 100, 100
_NO_DEFAULT = object()


class RequestSchema(Schema):
    """Base of bodies and queries: an object whose attributes are the valid values of a request."""

    __slots__ = ("_sent",)

    def __init__(self, values: Mapping[str, Any], sent: Iterable[str]) -> None:
        """Create it from the value of each field, and the names of the fields that were sent."""
        self.__dict__.update(values)
        self._sent = frozenset(sent)

    def values(self) -> dict[str, Any]:
        """Return the value of each field."""
        return dict(self.__dict__)

    def sent_values(self) -> dict[str, Any]:
        """Return the values that the client sent, without the defaults of omitted fields."""
        return {name: value for name, value in self.__dict__.items() if name in self._sent}

    @classmethod
    def validate(cls, inputs: Mapping[str, Any]) -> Self:
        """Return the values of a request.

        Args:
            inputs: the values that the client sent.

        Raises:
            InvalidFields: names every invalid field.
        """
        values: dict[str, Any] = {}
        sent: list[str] = []
        problems: dict[str, FieldError] = {}
        fields = _fields(cls)
        for name, alias, default, read in fields:
            if alias in inputs:
                sent.append(name)
                try:
                    values[name] = read(inputs[alias], values)
                except InvalidValue as invalid:
                    problems[alias] = invalid.error
                except InvalidFields as invalid:
                    problems |= _below(alias, invalid)
            elif default is _NO_DEFAULT:
                problems[alias] = REQUIRED
            else:
                values[name] = default
        names = {alias for _, alias, _, _ in fields}
        unknown = dict.fromkeys(inputs.keys() - names, UNKNOWN_FIELD)
        if problems := problems | unknown:
            raise _all_invalid(problems)
        return cls(values, sent)

    @classmethod
    def is_required(cls) -> bool:
        """Return whether any field is required."""
        return any(default is _NO_DEFAULT for _, _, default, _ in _fields(cls))


class BodySchema(RequestSchema):
    """Base of request bodies and their parts: rejects unknown fields, and converts no types."""

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Parse and validate a JSON request body (RFC 8259).

        Raises:
            InvalidJson: see :func:`~chalicelib.platform.json_bodies.parse_json`.
            InvalidFields: names every invalid field.
        """
        return cls.validate(parse_json(raw))


class QuerySchema(RequestSchema):
    """Base of query strings: rejects unknown parameters."""

    @classmethod
    def parse(cls, values: Mapping[str, list[str]]) -> Self:
        """Validate a query string; repeated parameters are invalid.

        Raises:
            InvalidFields: names every invalid parameter.
        """
        return cls.validate({n: v[0] if len(v) == 1 else v for n, v in values.items()})


def _below(alias: str, invalid: InvalidFields) -> dict[str, FieldError]:
    """Return the errors of the parts of a field, by their paths from the field's own."""
    return {f"{alias}.{path}": error for path, error in invalid.errors.items()}


def _all_invalid(problems: Mapping[str, FieldError]) -> InvalidFields:
    listed = list(problems.items())[:MAX_FIELDS]
    return InvalidFields({path[:MAX_PATH_LENGTH]: error for path, error in listed})


# By schema: the name of each field, its name in the request, its default, and its reader.
_FIELDS: dict[type[RequestSchema], tuple[tuple[str, str, object, Reader], ...]] = {}


def _fields(schema: type[RequestSchema]) -> tuple[tuple[str, str, object, Reader], ...]:
    if schema not in _FIELDS:
        readers = JSON_READERS if issubclass(schema, BodySchema) else URL_READERS
        _FIELDS[schema] = tuple(
            (
                name,
                alias_of(name, hint),
                getattr(schema, name, _NO_DEFAULT),
                _reader(hint, readers),
            )
            for name, hint in schema.annotations().items()
        )
    return _FIELDS[schema]


def alias_of(name: str, hint: Any) -> str:
    """Return the name of a field in a request: camelCase, unless its declaration has another."""
    details = getattr(hint, "__metadata__", ())
    aliases = [d.details["alias"] for d in details if isinstance(d, Field) and "alias" in d.details]
    return aliases[0] if aliases else to_camel(name)


def _reader(hint: Any, readers: Mapping[Any, Reader]) -> Reader:
    """Return what reads and checks a value of a type.

    Args:
        hint: the type.
        readers: what reads the types that it is made of.

    Raises:
        KeyError: no value of a request can have this type.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        read = _reader(arguments[0], readers)
        for detail in arguments[1:]:
            read = _with(detail, read)
        return read
    if origin in {Union, types.UnionType}:
        [inner_type] = [argument for argument in arguments if argument is not types.NoneType]
        read_given = _reader(inner_type, readers)
        return lambda value, earlier: None if value is None else read_given(value, earlier)
    if origin is list:
        return _list_of(_reader(arguments[0], readers))
    return _simple_reader(hint, readers)


def _simple_reader(hint: Any, readers: Mapping[Any, Reader]) -> Reader:
    if get_origin(hint) is Literal:
        return _one_of({choice: choice for choice in _choices(hint)})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _one_of({choice.value: choice for choice in hint})
    if isinstance(hint, type) and issubclass(hint, BodySchema):
        return _part(hint)
    return readers[hint]


def _with(detail: object, read: Reader) -> Reader:
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
    raise TypeError(f"{detail} can't be part of a field's declaration.")


def _within(details: Mapping[str, Any], read: Reader) -> Reader:
    limits = {name: limit for name, limit in details.items() if name in _LIMITS}
    if not limits:
        return read

    def read_within(text: Any, earlier: Mapping[str, Any]) -> Any:
        value = read(text, earlier)
        for name, limit in limits.items():
            exceeds, error, error_of_list = _LIMITS[name]
            if value is not None and exceeds(value, limit):
                if (name, limit) == ("min_length", 1) and isinstance(value, str):
                    raise InvalidValue(REQUIRED)
                found = error_of_list if isinstance(value, list) else error
                raise InvalidValue(found.with_values({name: limit}))
        return value

    return read_within


# By the name of a limit: whether a value exceeds it, and what is wrong then with a text or a
# number, or with a list.
_LIMITS: Mapping[str, tuple[Callable[[Any, Any], bool], FieldError, FieldError]] = {
    "min_length": (lambda value, least: len(value) < least, TOO_SHORT, TOO_FEW),
    "max_length": (lambda value, most: len(value) > most, TOO_LONG, TOO_MANY),
    "ge": (lambda value, least: value < least, TOO_LOW, TOO_LOW),
    "le": (lambda value, most: value > most, TOO_HIGH, TOO_HIGH),
    "pattern": (lambda value, form: not re.search(form, value), WRONG_FORMAT, WRONG_FORMAT),
}


def _choices(hint: Any) -> list[Any]:
    """Return the choices of a Literal, those of Literals in it included."""
    arguments = get_args(hint)
    return (
        [hint]
        if not arguments
        else [choice for argument in arguments for choice in _choices(argument)]
    )


def _one_of(choices: Mapping[str, Any]) -> Reader:
    error = NOT_A_CHOICE.with_values({"choices": ", ".join(choices)})

    def read(value: Any, _earlier: Mapping[str, Any]) -> Any:
        if isinstance(value, str) and value in choices:
            return choices[value]
        raise InvalidValue(error)

    return read


def _list_of(read: Reader) -> Reader:
    def read_list(given: Any, earlier: Mapping[str, Any]) -> list[Any]:
        if not isinstance(given, list):
            raise InvalidValue(NOT_A_LIST)
        values: list[Any] = []
        problems: dict[str, FieldError] = {}
        for index, each in enumerate(given):
            try:
                values.append(read(each, earlier))
            except InvalidValue as invalid:
                problems[str(index)] = invalid.error
            except InvalidFields as invalid:
                problems |= _below(str(index), invalid)
        if problems:
            raise _all_invalid(problems)
        return values

    return read_list


def _part(schema: type[BodySchema]) -> Reader:
    def read_part(given: Any, _earlier: Mapping[str, Any]) -> BodySchema:
        if not isinstance(given, dict):
            raise InvalidValue(NOT_AN_OBJECT)
        return schema.validate(given)

    return read_part


# An identifier in a request body, which needs validation.
IdentifierInput = Annotated[Identifier, Field(pattern=anchored(identifiers.PATTERN))]


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
