"""Schemas of responses, and how they are written as JSON, without pydantic."""

import functools
import json
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Union, get_args, get_origin

from chalicelib.platform import identifiers
from chalicelib.platform.fields import BeforeValidator, Field, Schema, anchored, to_camel

_Renderer = Callable[[Any], Any]

# Field types of responses.
Timestamp = Annotated[datetime, Field(examples=["2026-11-22T20:08:33Z"])]
Identifier = Annotated[
    str,
    Field(
        examples=[identifiers.EXAMPLE],
        json_schema_extra={"pattern": anchored(identifiers.PATTERN)},
    ),
]


class ResponseSchema(Schema):
    """Base of response bodies and their parts.

    Values aren't checked when a response is written: the tests validate each response that they
    receive.
    """

    @classmethod
    def to_json(cls, body: object) -> str:
        """Return a response as JSON.

        Args:
            body: an object or a mapping with the fields of the schema. Other fields are left out.
        """
        tree = cls.to_tree(body)
        return json.dumps(tree, ensure_ascii=False, separators=(",", ":"), default=_to_text)

    @classmethod
    def to_tree(cls, body: Any) -> dict[str, Any]:
        """Return the fields of an object or a mapping by their names in JSON."""
        read = body.__getitem__ if isinstance(body, Mapping) else functools.partial(getattr, body)
        return {
            alias: render(read(name)) if render else read(name)
            for name, alias, render in _members(cls)
        }


# By schema: the name of each field, its name in JSON, and what converts its value for JSON.
_MEMBERS: dict[type[ResponseSchema], tuple[tuple[str, str, _Renderer | None], ...]] = {}


def _members(schema: type[ResponseSchema]) -> tuple[tuple[str, str, _Renderer | None], ...]:
    if schema not in _MEMBERS:
        _MEMBERS[schema] = tuple(
            (name, to_camel(name), _renderer(hint)) for name, hint in schema.annotations().items()
        )
    return _MEMBERS[schema]


def _renderer(hint: Any) -> _Renderer | None:
    """Return what converts a value of a type for JSON; None if the JSON encoder does it."""
    if isinstance(hint, type) and issubclass(hint, ResponseSchema):
        return hint.to_tree
    arguments = get_args(hint)
    renderers = [_renderer(argument) for argument in arguments]
    if get_origin(hint) is Annotated:
        return _prepared(arguments[1:], renderers[0])
    render = next(filter(None, renderers), None)
    if render is None:
        return None
    if get_origin(hint) is list:
        return lambda values: [render(value) for value in values]
    if get_origin(hint) in {Union, types.UnionType}:
        return lambda value: None if value is None else render(value)
    raise TypeError(f"no conversion to JSON for {hint}")


def _prepared(details: tuple[Any, ...], render: _Renderer | None) -> _Renderer | None:
    """Return what first prepares a value with the declared function, and then converts it."""
    prepare = next(
        (detail.check for detail in details if isinstance(detail, BeforeValidator)), None
    )
    if prepare is None or render is None:
        return prepare or render
    return lambda value: render(prepare(value))


def _to_text(value: object) -> str:
    """Return a time or a date as RFC 3339, 5.6, writes it."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no conversion to JSON for {type(value)}")
