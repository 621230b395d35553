"""The pydantic models of schemas that work without pydantic.

The API document describes these models, and the tests compare what both do.
"""

from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, create_model
from pydantic import Field as PydanticField

from chalicelib.platform.bodies import RequestBody
from chalicelib.platform.fields import Field, Schema, to_camel
from chalicelib.platform.request_schema import BodySchema, QuerySchema
from chalicelib.platform.response_schema import ResponseSchema


class _Response(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, from_attributes=True, validate_by_name=True)


class _Query(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")


_BASES: dict[type[Schema], type[BaseModel]] = {
    ResponseSchema: _Response,
    QuerySchema: _Query,
    BodySchema: RequestBody,
}


def model_of(schema: type[Schema] | type[BaseModel]) -> type[BaseModel]:
    """Return the pydantic model of a schema; a model is its own."""
    if issubclass(schema, BaseModel):
        return schema
    if schema not in _MODELS:
        _MODELS[schema] = _made(schema)
    return _MODELS[schema]


_MODELS: dict[type[Schema], type[BaseModel]] = {}


def _made(schema: type[Schema]) -> type[BaseModel]:
    [base] = [model for kind, model in _BASES.items() if issubclass(schema, kind)]
    fields: dict[str, Any] = {
        name: (_of_pydantic(hint), getattr(schema, name, ...))
        for name, hint in schema.annotations().items()
    }
    model: type[BaseModel] = create_model(
        schema.__name__,
        __base__=base,
        __module__=schema.__module__,
        __doc__=schema.__doc__,
        **fields,
    )
    return model


def _of_pydantic(hint: Any) -> Any:
    """Return a field's type with pydantic's own class where it declares limits and documentation.

    pydantic reads the name of a field only from an object of its own class.
    """
    if get_origin(hint) is not Annotated:
        return hint
    inner, *details = get_args(hint)
    own = [PydanticField(**d.details) if isinstance(d, Field) else d for d in details]
    return Annotated[inner, *own]
