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
from pydantic.alias_generators import to_camel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

import chalicelib
from chalicelib.openapi.examples import example_of
from chalicelib.platform import identifiers
from chalicelib.platform.actions import Action
from chalicelib.platform.answers import JSON, ON_EVERY_ANSWER, Done
from chalicelib.platform.errors import NotSignedIn, Refusal
from chalicelib.platform.schemas import must_be_there
from chalicelib.platform.settings import Settings
from chalicelib.platform.text import whole

Json = dict[str, Any]

VERSION = "3.1.1"
TITLE = "Breeze Lakes Point"
_JSON = JSON.partition(";")[0]
_COOKIE = "cookieAuth"
# RFC 6585, 4 and RFC 9110, 15.6.4.
_WITH_RETRY_AFTER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_VARIABLE = re.compile(r"\{(\w+)\}")


class _WithoutFieldTitles(GenerateJsonSchema):
    """pydantic's schemas, in which a field is called by its name only."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (never)
        return False


@functools.lru_cache(maxsize=1)
def describe(actions: tuple[Action, ...], settings: Settings) -> Json:
    """Return the OpenAPI document of what these actions do under these settings.

    Raises:
        NoExample: something that is taken or given has no example.
    """
    components = {
        "schemas": _schemas(actions),
        "responses": {},
        "headers": _headers(),
        "securitySchemes": {_COOKIE: _cookie(settings)},
    }
    paths: dict[str, Json] = {}
    for action in actions:
        operation = _operation(action, components)
        paths.setdefault(_path(action), {})[action.method.lower()] = operation
    return {
        "openapi": VERSION,
        "info": _info(),
        "servers": [{"url": settings.public_url or "."}],
        "tags": _tags(actions),
        "paths": paths,
        "components": components,
    }


def _info() -> Json:
    return {
        "title": TITLE,
        "version": chalicelib.__version__,
        "description": (
            "JSON in and out, names in camelCase, times in UTC. A refusal says what is wrong in "
            "`error`, for a person, and in `code`, for a program. What does not exist, path or "
            "method, is 404 `not_found`. HEAD "
            "is answered wherever GET is, without a body; at `/signout` it is 405. A change that "
            "a browser sends from a page of another site is 403 `cross_site`."
        ),
    }


# Tags name classes in generated clients, so a package that is renamed keeps its tag.
_TAGS = {"user_admin": "people", "openapi": "about"}


def _tags(actions: Iterable[Action]) -> list[Json]:
    packages = dict.fromkeys(action.room for action in actions)
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


def _schemas(actions: Iterable[Action]) -> dict[str, Json]:
    wanted: dict[tuple[type[BaseModel], Any], None] = {}
    for action in actions:
        contract = action.contract
        for model in filter(None, (contract.body, contract.query)):
            wanted[model, "validation"] = None
        if contract.answer:
            wanted[contract.answer, "serialization"] = None
    _, found = models_json_schema(
        list(wanted),
        ref_template="#/components/schemas/{model}",
        schema_generator=_WithoutFieldTitles,
    )
    refusals = dict.fromkeys(itertools.chain.from_iterable(a.refusals for a in actions))
    return {
        **found.get("$defs", {}),
        "Done": _done(),
        **{refusal.__name__: _refusal(refusal) for refusal in refusals},
    }


def _done() -> Json:
    return {
        "type": "object",
        "description": "The request succeeded; the response has only a message.",
        "properties": {"msg": {"type": "string", "examples": ["Logout complete"]}},
        "required": ["msg"],
        "additionalProperties": False,
    }


def _refusal(refusal: type[Refusal]) -> Json:
    properties = {
        "error": {"type": "string", "examples": [refusal.sentence]},
        "code": {"type": "string", "const": refusal.code},
        **refusal.more,
    }
    return {
        "type": "object",
        "description": inspect.getdoc(refusal),
        "properties": properties,
        "required": [name for name in properties if name not in refusal.optional],
        "additionalProperties": False,
    }


def _headers() -> dict[str, Json]:
    constant = {name: _constant_header(value) for name, value in ON_EVERY_ANSWER.items()}
    return {
        **constant,
        "X-Request-Id": {
            "description": "The request's id in the log.",
            "required": True,
            "schema": {"type": "string", "minLength": 1},
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
        "Content-Disposition": {
            "description": "The file name.",
            "schema": {"type": "string"},
        },
    }


def _constant_header(value: str) -> Json:
    return {"required": True, "schema": {"type": "string", "const": value}}


def _path(action: Action) -> str:
    return _VARIABLE.sub(lambda found: f"{{{to_camel(found[1])}}}", action.path)


def _operation(action: Action, components: Mapping[str, Any]) -> Json:
    summary, _, rest = str(inspect.getdoc(action.view)).partition("\n")
    operation: Json = {
        "operationId": to_camel(action.view.__name__),
        "tags": [_tag(action.room)],
        "summary": summary,
        "description": f"{rest.strip()}\n\nFor: {action.who.name}.".strip(),
        "x-access": action.who.name,
        "security": [{_COOKIE: []}] if NotSignedIn in action.who.refusals else [],
        "responses": _responses(action, components),
    }
    if parameters := [*_variables(action), *_query(action, components["schemas"])]:
        operation["parameters"] = parameters
    if body := action.contract.body:
        operation["requestBody"] = {
            "required": must_be_there(body),
            "content": {_JSON: _media(_reference(body), components["schemas"])},
        }
    return operation


def _variables(action: Action) -> list[Json]:
    return [
        {
            "name": to_camel(name),
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": whole(identifiers.PATTERN)},
            "example": identifiers.EXAMPLE,
        }
        for name in _VARIABLE.findall(action.path)
    ]


def _query(action: Action, schemas: Mapping[str, Json]) -> list[Json]:
    if action.contract.query is None:
        return []
    schema = schemas[action.contract.query.__name__]
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


def _responses(action: Action, components: Mapping[str, Any]) -> dict[str, Json]:
    responses = {str(action.status): _success(action, components["schemas"])}
    if action.creates:
        created = {"description": HTTPStatus.CREATED.phrase}
        responses[str(HTTPStatus.CREATED.value)] = responses[str(action.status)] | created
    for status, group in itertools.groupby(action.refusals, key=lambda r: r.STATUS_CODE):
        refusals = list(group)
        name = ".".join(refusal.__name__ for refusal in refusals)
        if name not in components["responses"]:
            components["responses"][name] = _no(status, refusals, components["schemas"])
        responses[str(status)] = {"$ref": f"#/components/responses/{name}"}
    return responses


def _success(action: Action, schemas: Mapping[str, Json]) -> Json:
    contract = action.contract
    own = dict(contract.kind.headers)
    media = own.pop("Content-Type").partition(";")[0]
    content: Json = {"schema": {"type": "string"}}
    if contract.answer or contract.kind is Done:
        content = _media(_reference(contract.answer or Done), schemas)
    headers = _on_every_answer() | {name: _constant_header(own[name]) for name in own}
    for name in (*contract.kind.own_headers, *(["Set-Cookie"] if action.sets_cookie else [])):
        headers |= _header(name)
    return {
        "description": HTTPStatus(action.status).phrase,
        "headers": headers,
        "content": {media: content},
    }


def _no(status: int, refusals: list[type[Refusal]], schemas: Mapping[str, Json]) -> Json:
    references = [_reference(refusal) for refusal in refusals]
    examples = {
        refusal.code: {"value": example_of(reference, schemas)}
        for refusal, reference in zip(refusals, references, strict=True)
    }
    schema = references[0] if len(references) == 1 else {"oneOf": references}
    return {
        "description": " ".join(str(inspect.getdoc(r)).partition("\n")[0] for r in refusals),
        "headers": _on_every_answer()
        | (_header("Retry-After") if status in _WITH_RETRY_AFTER else {}),
        "content": {_JSON: {"schema": schema, "examples": examples}},
    }


def _on_every_answer() -> dict[str, Json]:
    names = (*ON_EVERY_ANSWER, "X-Request-Id")
    return {name: reference for each in names for name, reference in _header(each).items()}


def _header(name: str) -> dict[str, Json]:
    return {name: {"$ref": f"#/components/headers/{name}"}}


def _media(schema: Json, schemas: Mapping[str, Json]) -> Json:
    return {"schema": schema, "example": example_of(schema, schemas)}


def _reference(named: type) -> Json:
    return {"$ref": f"#/components/schemas/{named.__name__}"}
