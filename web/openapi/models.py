"""pydantic models of the service's schemas, for the OpenAPI document and for comparisons in tests.

The service itself reads requests and writes responses without pydantic.
"""

import types
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Union, get_args, get_origin

import pydantic
from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, create_model
from pydantic_core import CoreSchema

from chalicelib.platform.fields import (
    AfterValidator,
    BeforeValidator,
    BlankIsAbsent,
    CrossFieldValidator,
    Field,
    Schema,
    to_camel,
)
from chalicelib.platform.request_schema import BodySchema, QuerySchema
from chalicelib.platform.response_schema import ResponseSchema


class _Response(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, from_attributes=True, validate_by_name=True)


class _Query(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")


class _Body(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True)


_BASES: dict[type[Schema], type[BaseModel]] = {
    ResponseSchema: _Response,
    QuerySchema: _Query,
    BodySchema: _Body,
}
_MODELS: dict[type[Schema], type[BaseModel]] = {}


class _DescribesBlank:
    """Adds the empty text to the JSON Schema of a field that reads it as null."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the JSON Schema of the value, or of an empty text."""
        details = handler(schema)
        return {**details, "anyOf": [*details["anyOf"], {"const": ""}]}


def model_of(schema: type[Schema]) -> type[BaseModel]:
    """Return the pydantic model of a schema."""
    if schema not in _MODELS:
        [base] = [model for kind, model in _BASES.items() if issubclass(schema, kind)]
        fields: dict[str, Any] = {
            name: (_pydantic_type(hint), getattr(schema, name, ...))
            for name, hint in schema.annotations().items()
        }
        _MODELS[schema] = create_model(
            schema.__name__,
            __base__=base,
            __module__=schema.__module__,
            __doc__=schema.__doc__,
            **fields,
        )
    return _MODELS[schema]


def _pydantic_type(hint: Any) -> Any:
    """Return the type of a field with pydantic's own classes in the place of ours."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        details = [each for detail in arguments[1:] for each in _pydantic_details(detail)]
        return Annotated[_pydantic_type(arguments[0]), *details]
    if origin is list:
        return list[_pydantic_type(arguments[0])]  # type: ignore[misc]
    if origin in {Union, types.UnionType}:
        return Union[tuple(map(_pydantic_type, arguments))]  # noqa: UP007 (built from a tuple)
    if isinstance(hint, type) and issubclass(hint, Schema):
        return model_of(hint)
    if hint in {date, datetime}:
        return Annotated[hint, pydantic.Field(strict=False)]  # JSON has them as texts
    return hint


def _pydantic_details(detail: Any) -> list[Any]:
    match detail:
        case Field(details=details):
            return [pydantic.Field(**details)]
        case BlankIsAbsent(check=check):
            return [pydantic.BeforeValidator(check), _DescribesBlank()]
        case BeforeValidator(check=check):
            return [pydantic.BeforeValidator(check)]
        case AfterValidator(check=check):
            return [pydantic.AfterValidator(check)]
        case CrossFieldValidator(check=check):
            return [pydantic.AfterValidator(_with_earlier_fields(check))]
    return [detail]


def _with_earlier_fields(check: Any) -> Any:
    def compare(value: Any, info: pydantic.ValidationInfo) -> Any:
        earlier: Mapping[str, Any] = info.data
        return check(value, earlier)

    return compare
