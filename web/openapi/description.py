"""The service described as OpenAPI 3.1, read off the route table and the models that check.

https://spec.openapis.org/oas/v3.1.1.html. Nothing is said here that is declared elsewhere.
"""

import functools
import inspect
import itertools
import re
import sys
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.alias_generators import to_pascal
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

import chalicelib
from chalicelib.platform import identifiers
from chalicelib.platform.access import API_KEY_PREFIX, AccessPolicy
from chalicelib.platform.endpoints import Endpoint
from chalicelib.platform.errors import ApiError, Unauthenticated
from chalicelib.platform.fields import anchored, to_camel
from chalicelib.platform.languages import Language
from chalicelib.platform.responses import JSON_CONTENT_TYPE, MessageResponse
from chalicelib.platform.security_headers import DEFAULT_HEADERS
from chalicelib.platform.settings import Settings
from web.openapi import webhooks
from web.openapi.examples import example_of
from web.openapi.models import model_of

Json = dict[str, Any]

VERSION = "3.1.1"
TITLE = "Breeze Lakes Point"
_JSON = JSON_CONTENT_TYPE.partition(";")[0]
_COOKIE, _API_KEY = "cookieAuth", "apiKeyAuth"
# What the document calls MessageResponse. Generated clients know it under this name.
_MESSAGE = "Done"
# RFC 6585, 4 and RFC 9110, 15.6.4.
_WITH_RETRY_AFTER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_VARIABLE = re.compile(r"\{(\w+)\}")


class _WithoutFieldTitles(GenerateJsonSchema):
    """pydantic's schemas, in which a field is called by its name only."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (never)
        return False


@functools.lru_cache(maxsize=1)
def describe(endpoints: tuple[Endpoint, ...], settings: Settings) -> Json:
    """Return the OpenAPI document of what these actions do under these settings.

    Raises:
        NoExample: something that is taken or given has no example.
    """
    components = {
        "schemas": _schemas(endpoints),
        "responses": {},
        "headers": _headers(),
        "securitySchemes": {_COOKIE: _cookie(settings), _API_KEY: _api_key()},
    }
    paths: dict[str, Json] = {}
    for endpoint in endpoints:
        operation = _operation(endpoint, components)
        paths.setdefault(_path(endpoint), {})[endpoint.method.lower()] = operation
    return {
        "openapi": VERSION,
        "info": _info(),
        "servers": [{"url": settings.public_url or "."}],
        "tags": _tags(endpoints),
        "paths": paths,
        "webhooks": webhooks.describe(components["schemas"]),
        "components": components,
    }


def _info() -> Json:
    return {
        "title": TITLE,
        "version": chalicelib.__version__,
        "description": (
            "JSON in and out, names in camelCase, times in UTC. An error says what is wrong in "
            "`error`, for a person, and in `code`, for a program. What does not exist, path or "
            "method, is 404 `not_found`. HEAD "
            "is answered wherever GET is, without a body; at `/signout` it is 405. A change that "
            "a browser sends from a page of another site is 403 `cross_site`."
        ),
    }


# Tags name classes in generated clients, so a package that is renamed keeps its tag.
_TAGS = {"user_admin": "people", "openapi": "about"}


def _tags(endpoints: Iterable[Endpoint]) -> list[Json]:
    packages = dict.fromkeys(endpoint.package for endpoint in endpoints)
    return [
        {"name": _tag(package), "description": inspect.getdoc(sys.modules[f"chalicelib.{package}"])}
        for package in packages
    ]


def _tag(package: str) -> str:
    return _TAGS.get(package, package)


def _cookie(settings: Settings) -> Json:
    return {
        "type": "apiKey",
        "in": "cookie",
        "name": settings.cookie_name,
        "description": "The session cookie, set at sign-up and sign-in. Scripts can't read it.",
    }


def _api_key() -> Json:
    return {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": f"{API_KEY_PREFIX}ID_SECRET",
        "description": (
            "An API key, with which another system reads. A SuperAdmin creates it at "
            "`POST /admin/api-keys`. An operation that accepts keys names the scope that the key "
            "must have; every other one responds with 403 `api_key_not_accepted`."
        ),
    }


def _security(access: AccessPolicy) -> list[Json]:
    if Unauthenticated not in access.errors:
        return []
    # OpenAPI 3.1: the names of scopes may be in any kind of scheme.
    return [{_COOKIE: []}, *([{_API_KEY: [str(access.scope)]}] if access.scope else [])]


def _schemas(endpoints: Iterable[Endpoint]) -> dict[str, Json]:
    wanted: dict[tuple[type[BaseModel], Any], None] = {}
    for endpoint in endpoints:
        schema = endpoint.schemas
        if schema.body:
            wanted[model_of(schema.body), "validation"] = None
        if schema.query:
            wanted[model_of(schema.query), "validation"] = None
        if schema.response:
            wanted[model_of(schema.response), "serialization"] = None
    wanted |= {(model_of(schema), "serialization"): None for schema in webhooks.SCHEMAS}
    _, found = models_json_schema(
        list(wanted),
        ref_template="#/components/schemas/{model}",
        schema_generator=_WithoutFieldTitles,
    )
    errors = dict.fromkeys(itertools.chain.from_iterable(a.errors for a in endpoints))
    return {
        **found.get("$defs", {}),
        _MESSAGE: _message_schema(),
        **{to_pascal(error.code): _error_schema(error) for error in errors},
    }


def _message_schema() -> Json:
    return {
        "type": "object",
        "description": "The request succeeded; the response has only a message.",
        "properties": {"msg": {"type": "string", "examples": ["Logout complete"]}},
        "required": ["msg"],
        "additionalProperties": False,
    }


def _error_schema(error: type[ApiError]) -> Json:
    properties = {
        "error": {"type": "string", "examples": [error.english_message()]},
        "code": {"type": "string", "const": error.code},
        **error.extra_fields,
    }
    return {
        "type": "object",
        "description": inspect.getdoc(error),
        "properties": properties,
        "required": [name for name in properties if name not in error.optional_fields],
        "additionalProperties": False,
    }


def _headers() -> dict[str, Json]:
    constant = {name: _constant_header(value) for name, value in DEFAULT_HEADERS.items()}
    return {
        **constant,
        "X-Request-Id": {
            "description": "The request's id in the log.",
            "required": True,
            "schema": {"type": "string", "minLength": 1},
        },
        "Content-Language": {
            "description": "The language of `error` and `fields`: that of `Accept-Language`.",
            "required": True,
            "schema": {"type": "string", "enum": [*Language]},
        },
        "Vary": {
            "description": "The request headers that the response depends on.",
            "required": True,
            "schema": {"type": "string"},
        },
        "Retry-After": {
            "description": "Wait this many seconds before you send the request again.",
            "required": True,
            "schema": {"type": "integer", "minimum": 1},
        },
        "Set-Cookie": {
            "description": "The session cookie: a new session's, or emptied where one has ended. "
            "With a new one comes the cookie by which this device is known from then on.",
            "schema": {"type": "string"},
        },
        "Location": {
            "description": "The path to continue at.",
            "required": True,
            "schema": {"type": "string"},
        },
        "Link": {
            "description": 'The next part, as `<…>; rel="next"`; missing from the last one.',
            "schema": {"type": "string"},
        },
        "Session-Ends-In": {
            "description": "The seconds until the session ends, however active it is.",
            "required": True,
            "schema": {"type": "integer", "minimum": 0},
        },
        "Session-Idle-Limit": {
            "description": "The seconds without a request after which the session ends; missing "
            "if it doesn't end so.",
            "schema": {"type": "integer", "minimum": 1},
        },
        "Content-Disposition": {
            "description": "The file name.",
            "schema": {"type": "string"},
        },
    }


def _constant_header(value: str) -> Json:
    return {"required": True, "schema": {"type": "string", "const": value}}


def _path(endpoint: Endpoint) -> str:
    return _VARIABLE.sub(lambda found: f"{{{to_camel(found[1])}}}", endpoint.path)


def _operation(endpoint: Endpoint, components: Mapping[str, Any]) -> Json:
    summary, _, rest = str(inspect.getdoc(endpoint.view)).partition("\n")
    operation: Json = {
        "operationId": to_camel(endpoint.view.__name__),
        "tags": [_tag(endpoint.package)],
        "summary": summary,
        "description": f"{rest.strip()}\n\nFor: {endpoint.access.name}.".strip(),
        "x-access": endpoint.access.name,
        "security": _security(endpoint.access),
        "responses": _responses(endpoint, components),
    }
    if parameters := [*_variables(endpoint), *_query(endpoint, components["schemas"])]:
        operation["parameters"] = parameters
    if body := endpoint.schemas.body:
        operation["requestBody"] = {
            "required": body.is_required(),
            "content": {_JSON: _media(_reference(body.__name__), components["schemas"])},
        }
    return operation


def _variables(endpoint: Endpoint) -> list[Json]:
    return [
        {
            "name": to_camel(name),
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": anchored(identifiers.PATTERN)},
            "example": identifiers.EXAMPLE,
        }
        for name in _VARIABLE.findall(endpoint.path)
    ]


def _query(endpoint: Endpoint, schemas: Mapping[str, Json]) -> list[Json]:
    if endpoint.schemas.query is None:
        return []
    schema = schemas[endpoint.schemas.query.__name__]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", []),
            "schema": _without_null(part),
        }
        for name, part in schema["properties"].items()
    ]


def _without_null(schema: Json) -> Json:
    """Take null out of a parameter's schema: a URL has no way to say it."""
    if "anyOf" not in schema:
        return schema
    kept = [part for part in schema["anyOf"] if part != {"type": "null"}]
    around = {k: v for k, v in schema.items() if k != "anyOf" and (k, v) != ("default", None)}
    return {**around, **kept[0]} if len(kept) == 1 else {**around, "anyOf": kept}


def _responses(endpoint: Endpoint, components: Mapping[str, Any]) -> dict[str, Json]:
    responses = {str(endpoint.status): _success(endpoint, components["schemas"])}
    if endpoint.may_return_201:
        created = {"description": HTTPStatus.CREATED.phrase}
        responses[str(HTTPStatus.CREATED.value)] = responses[str(endpoint.status)] | created
    for status, group in itertools.groupby(endpoint.errors, key=lambda r: r.STATUS_CODE):
        errors = list(group)
        name = ".".join(to_pascal(error.code) for error in errors)
        if name not in components["responses"]:
            components["responses"][name] = _error_response(status, errors, components["schemas"])
        responses[str(status)] = {"$ref": f"#/components/responses/{name}"}
    return responses


def _success(endpoint: Endpoint, schemas: Mapping[str, Json]) -> Json:
    schema = endpoint.schemas
    own = dict(schema.response_type.headers)
    media = own.pop("Content-Type").partition(";")[0]
    content: Json = {"schema": {"type": "string"}}
    if schema.response or schema.response_type is MessageResponse:
        content = _media(
            _reference(schema.response.__name__ if schema.response else _MESSAGE), schemas
        )
    headers = _default_headers() | {name: _constant_header(own[name]) for name in own}
    for name in (
        *schema.response_type.optional_headers,
        *(["Set-Cookie"] if endpoint.sets_cookie else []),
    ):
        headers |= _header(name)
    return {
        "description": HTTPStatus(endpoint.status).phrase,
        "headers": headers,
        "content": {media: content},
    }


def _error_response(status: int, errors: list[type[ApiError]], schemas: Mapping[str, Json]) -> Json:
    references = [_reference(to_pascal(error.code)) for error in errors]
    examples = {
        error.code: {"value": example_of(reference, schemas)}
        for error, reference in zip(errors, references, strict=True)
    }
    schema = references[0] if len(references) == 1 else {"oneOf": references}
    return {
        "description": " ".join(str(inspect.getdoc(r)).partition("\n")[0] for r in errors),
        "headers": _default_headers()
        | _header("Content-Language")
        | _header("Vary")
        | (_header("Retry-After") if status in _WITH_RETRY_AFTER else {}),
        "content": {_JSON: {"schema": schema, "examples": examples}},
    }


def _default_headers() -> dict[str, Json]:
    names = (*DEFAULT_HEADERS, "X-Request-Id")
    return {name: reference for each in names for name, reference in _header(each).items()}


def _header(name: str) -> dict[str, Json]:
    return {name: {"$ref": f"#/components/headers/{name}"}}


def _media(schema: Json, schemas: Mapping[str, Json]) -> Json:
    return {"schema": schema, "example": example_of(schema, schemas)}


def _reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}
