"""Find the changes of the API that a client has to know about, by comparing two OpenAPI documents.

Only what is on the wire counts: names of schemas, descriptions, and examples may change freely. A
client may rely on every operation, field, accepted or returned value, and status, so a change that
takes one of them away is a breaking change. So is a new required field of a request.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

Json = Mapping[str, Any]

_IN_BACKTICKS = re.compile("`([^`]+)`")
_METHODS = ("get", "put", "post", "delete", "patch")
# Limits of values, with the sign that tells whether a greater one accepts more.
_LIMITS = {
    "maxLength": 1,
    "maxItems": 1,
    "maximum": 1,
    "minLength": -1,
    "minItems": -1,
    "minimum": -1,
}


class BreakingChange(NamedTuple):
    """One change that can break a client.

    Attributes:
        operation: for example ``POST /signup``, with the path as the document has it.
        name: what changed: the name of a field, or a status; empty for the whole operation.
        problem: what happened to it, for people.
    """

    operation: str
    name: str
    problem: str

    def __str__(self) -> str:
        """Return the change as a line of a report."""
        return f"{self.operation}: {self.name} {self.problem}".replace(":  ", ": ")


@dataclass
class _Field:
    """What a field accepts or holds, over all alternatives of its schema."""

    required: bool
    accepts: set[str] = field(default_factory=set)
    limits: dict[str, float] = field(default_factory=dict)


def breaking_changes(before: Json, after: Json) -> list[BreakingChange]:
    """Return what changed from one OpenAPI 3.1 document to another that can break a client.

    Args:
        before: the document that clients were written for.
        after: the document of the changed service.

    Returns:
        The changes, in the order of the earlier document.
    """
    changes: list[BreakingChange] = []
    new = dict(_operations(after))
    for name, operation in _operations(before):
        if name not in new:
            changes.append(BreakingChange(name, "", "was removed"))
            continue
        changes += [
            BreakingChange(name, *problem)
            for problem in (
                *_request_changes(_request(before, operation), _request(after, new[name])),
                *_response_changes(_responses(before, operation), _responses(after, new[name])),
            )
        ]
    return changes


def unexplained(changes: Iterable[BreakingChange], changelog: str) -> list[BreakingChange]:
    """Return the changes that a changelog doesn't explain to clients.

    A change is explained by a row of a table under "Unreleased" that names the operation and what
    changed, each in backticks, and whose last cell says what a client must do. A name of an
    operation may have wildcards, as in ``GET /registrations*``.

    Args:
        changes: from :func:`breaking_changes`.
        changelog: the text of ``CHANGELOG.md``.
    """
    unreleased = changelog.partition("## Unreleased")[2].partition("\n## ")[0]
    rows = [line for line in unreleased.splitlines() if line.startswith("|") and _last_cell(line)]
    return [change for change in changes if not any(_explains(row, change) for row in rows)]


def _explains(row: str, change: BreakingChange) -> bool:
    names = _IN_BACKTICKS.findall(row)
    names_operation = any(fnmatchcase(change.operation, name) for name in names)
    return names_operation and (not change.name or change.name in names)


def _last_cell(row: str) -> str:
    return row.rstrip().rstrip("|").rpartition("|")[2].strip(" -")


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield f"{method.upper()} {path}", methods[method]


def _request(document: Json, operation: Json) -> dict[str, _Field]:
    """Return the parameters and the fields of the body, by name."""
    fields: dict[str, _Field] = {}
    for parameter in operation.get("parameters", ()):
        required = bool(parameter.get("required"))
        _collect(document, parameter["schema"], parameter["name"], fields, required=required)
    for schema in _schemas(document, operation.get("requestBody", {})):
        _collect(document, schema, "", fields, required=True)
    return fields


def _responses(document: Json, operation: Json) -> dict[str, dict[str, _Field]]:
    """Return the fields of the responses, by status and name."""
    responses: dict[str, dict[str, _Field]] = {}
    for status, response in operation["responses"].items():
        responses[status] = {}
        for schema in _schemas(document, response):
            _collect(document, schema, "", responses[status], required=True)
    return responses


def _schemas(document: Json, part: Json) -> Iterator[Json]:
    for media in _resolve(document, part).get("content", {}).values():
        yield media["schema"]


def _resolve(document: Json, part: Json) -> Json:
    while "$ref" in part:
        _, *names = part["$ref"].split("/")
        part = document
        for name in names:
            part = part[name]
    return part


def _collect(
    document: Json, schema: Json, name: str, fields: dict[str, _Field], *, required: bool
) -> None:
    """Add what a schema says of a field, and of the fields in it.

    Fields of objects in lists count as fields of the list: the name of a field is the path of names
    to it, joined by dots.
    """
    schema = _resolve(document, schema)
    for alternative in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        _collect(document, alternative, name, fields, required=required)
    if name:
        known = fields.setdefault(name, _Field(required))
        known.accepts |= _accepted(schema)
        known.limits |= {limit: schema[limit] for limit in _LIMITS if limit in schema}
    if "items" in schema:
        _collect(document, schema["items"], name, fields, required=required)
    for inner, inner_schema in schema.get("properties", {}).items():
        is_required = inner in schema.get("required", ())
        path = f"{name}.{inner}" if name else inner
        _collect(document, inner_schema, path, fields, required=is_required)


def _accepted(schema: Json) -> set[str]:
    """Return the values of a schema that lists them, or else its types."""
    if "enum" in schema or "const" in schema:
        return {repr(value) for value in schema.get("enum", [schema.get("const")])}
    types = schema.get("type", [])
    return {types} if isinstance(types, str) else {*types}


def _request_changes(
    before: Mapping[str, _Field], after: Mapping[str, _Field]
) -> Iterator[tuple[str, str]]:
    yield from _changed_fields(before, after)
    for name, new in after.items():
        # A field of an object that clients could not send before is required with that object only.
        parent = name.rpartition(".")[0]
        is_new_object = bool(parent) and parent not in before
        if new.required and not is_new_object and not (name in before and before[name].required):
            yield name, "is required now"
    for name in before.keys() & after.keys():
        for limit, sign in _LIMITS.items():
            old = before[name].limits.get(limit)
            new_limit = after[name].limits.get(limit, old)
            if old is not None and new_limit is not None and sign * new_limit < sign * old:
                yield name, f"has the {limit} {new_limit} now, {old} before"


def _response_changes(
    before: Mapping[str, Mapping[str, _Field]], after: Mapping[str, Mapping[str, _Field]]
) -> Iterator[tuple[str, str]]:
    for status in before.keys() - after.keys():
        yield status, "isn't a status of it any more"
    for status in after.keys() - before.keys():
        yield status, "is a new status of it"
    for status in before.keys() & after.keys():
        yield from _changed_fields(before[status], after[status])
        for name, old in before[status].items():
            if name in after[status] and old.required and not after[status][name].required:
                yield name, f"may be missing in a {status} now"


def _changed_fields(
    before: Mapping[str, _Field], after: Mapping[str, _Field]
) -> Iterator[tuple[str, str]]:
    for name, old in before.items():
        if name not in after:
            yield name, "was removed"
        else:
            for value in sorted(old.accepts - after[name].accepts):
                yield name, f"can't be {value} any more"
