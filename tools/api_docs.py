"""Write ``docs/openapi.json``, and from it the API reference, ``docs/api.md``.

Run it with ``python -m tools.api_docs`` or ``make generated-docs``. It reads only the OpenAPI
document, so renaming a class or a package of the service needs no change here.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from chalice.test import Client

from app import app

Json = Mapping[str, Any]

PROJECT = Path(__file__).parents[1]
REFERENCE = PROJECT / "docs" / "api.md"
DOCUMENT = PROJECT / "docs" / "openapi.json"
INTRODUCTION = Path(__file__).with_name("api_introduction.md")
_JSON = "application/json"
_EVENTS = "Events for other systems"
_LIMITS = (
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " items"),
    ("minimum", "maximum", ""),
)


def main() -> None:
    """Write both files."""
    with Client(app) as client:
        document = client.http.get("/openapi.json").json_body
    DOCUMENT.write_text(as_text(document))
    REFERENCE.write_text(render(document))


def as_text(document: Json) -> str:
    """Return an OpenAPI document as the file has it: indented, and without a stage's own URL."""
    anywhere = {**document, "servers": [{"url": "."}]}
    return f"{json.dumps(anywhere, indent=1, ensure_ascii=False)}\n"


def render(document: Json) -> str:
    """Return the API reference in Markdown.

    Args:
        document: the OpenAPI 3.1 document of the service.
    """
    tags = [tag["name"] for tag in document["tags"]]
    contents = [f"- {_link(_title(name))}" for name in (*tags, _EVENTS, "Error codes", "Schemas")]
    return "\n".join(
        (
            INTRODUCTION.read_text().rstrip(),
            "",
            "## Endpoints",
            "",
            *contents,
            *(line for tag in document["tags"] for line in _tag(document, tag)),
            *_webhooks(document),
            *_error_codes(document),
            *_schemas(document),
            "",
        )
    )


def _tag(document: Json, tag: Json) -> Iterator[str]:
    operations = [(n, o) for n, o in _operations(document) if tag["name"] in o["tags"]]
    yield from ("", f"## {_title(tag['name'])}", "", tag["description"], "")
    yield from _table(
        ("endpoint", "access", "what it does"),
        (
            (_link(f"`{name}`") if _is_json(o) else f"`{name}`", o["x-access"], o["summary"])
            for name, o in operations
        ),
    )
    for name, operation in operations:
        if _is_json(operation):
            yield from _operation(document, name, operation)


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _is_json(operation: Json) -> bool:
    """Return whether a client of the API calls it, rather than a browser that opens a page."""
    return "requestBody" in operation or any(
        _JSON in response.get("content", {})
        for status, response in operation["responses"].items()
        if status.startswith("2")
    )


def _operation(document: Json, name: str, operation: Json) -> Iterator[str]:
    yield from ("", f"### `{name}`", "", operation["summary"])
    access = operation["x-access"]
    for paragraph in filter(None, operation["description"].split("\n\n")):
        if not re.fullmatch(rf"\w+: {access}\.", paragraph):  # it has a line of its own here
            yield from ("", _one_line(paragraph))
    yield from ("", f"Access: {access}.", "")
    yield from _parameters(operation)
    yield from _body(document, operation)
    yield from _responses(document, operation)


def _parameters(operation: Json) -> Iterator[str]:
    parameters = operation.get("parameters", ())
    if parameters:
        rows = ((f"`{p['name']}`", p["in"], *_value(p["schema"])) for p in parameters)
        yield from (*_table(("parameter", "in", "value", "description"), rows), "")


def _body(document: Json, operation: Json) -> Iterator[str]:
    if "requestBody" not in operation:
        return
    schema = _resolve(document, operation["requestBody"]["content"][_JSON]["schema"])
    yield from (*_fields(schema), "")


def _fields(schema: Json) -> Iterator[str]:
    required = schema.get("required", ())
    return _table(
        ("field", "required", "value", "description"),
        (
            (f"`{name}`", "yes" if name in required else "no", *_value(field))
            for name, field in schema["properties"].items()
        ),
    )


def _responses(document: Json, operation: Json) -> Iterator[str]:
    successes, errors = [], []
    for status, reference in operation["responses"].items():
        response = _resolve(document, reference)
        codes = [f"`{code}`" for code in _codes(document, response)]
        if codes:
            errors.append(f"{status} {', '.join(codes)}")
        else:
            successes.append(f"{status} {_content(response)}")
    yield f"Response: {'; '.join(successes)}"
    if errors:
        yield from ("", f"Errors: {'; '.join(errors)}")


def _content(response: Json) -> str:
    described = [
        _type(content["schema"]) if media == _JSON else f"`{media}`"
        for media, content in response.get("content", {}).items()
    ]
    return ", ".join(described) or response["description"]


def _codes(document: Json, response: Json) -> Iterator[str]:
    for content in response.get("content", {}).values():
        for alternative in content["schema"].get("oneOf", [content["schema"]]):
            code = _code(_resolve(document, alternative))
            if code:
                yield code


def _code(schema: Json) -> str:
    return str(schema.get("properties", {}).get("code", {}).get("const", ""))


def _webhooks(document: Json) -> Iterator[str]:
    """List the events that the service sends, with their data."""
    events = {
        name: (operation["summary"], operation["requestBody"])
        for name, methods in document["webhooks"].items()
        for operation in methods.values()
    }
    yield from ("", f"## {_EVENTS}", "")
    yield "The attributes are those of CloudEvents 1.0; `data` depends on the type."
    for name, (summary, body) in events.items():
        [content] = body["content"].values()
        yield from ("", f"### `{name}`", "", summary, "")
        yield from _fields(_resolve(document, content["schema"]["properties"]["data"]))


def _error_codes(document: Json) -> Iterator[str]:
    statuses: dict[str, str] = {}
    for _, operation in _operations(document):
        for status, reference in operation["responses"].items():
            statuses |= dict.fromkeys(_codes(document, _resolve(document, reference)), status)
    errors = {_code(s): s for s in document["components"]["schemas"].values() if _code(s)}
    yield from ("", "## Error codes", "")
    yield from _table(
        ("code", "status", "when", "more fields"),
        (
            (
                f"`{code}`",
                status,
                _one_line(errors[code].get("description", "").partition("\n\n")[0]),
                ", ".join(f"`{n}`" for n in errors[code]["properties"] if n not in _EVERY_ERROR),
            )
            for code, status in sorted(statuses.items(), key=lambda item: (item[1], item[0]))
        ),
    )


_EVERY_ERROR = {"error", "code"}


def _schemas(document: Json) -> Iterator[str]:
    """List the schemas that a table of fields links to, or that a response is."""
    yield from ("", "## Schemas")
    for name in _linked(document):
        schema = document["components"]["schemas"][name]
        summary = _one_line(schema.get("description", "").partition("\n\n")[0])
        yield from ("", f"### `{name}`", *(("", summary) if summary else ()), "")
        if "properties" in schema:
            yield from _fields(schema)
        else:
            yield _value(schema)[0]


def _linked(document: Json) -> Sequence[str]:
    """Return the names of the schemas that need a section, sorted."""
    waiting: list[Any] = [
        part
        for _, operation in _operations(document)
        for part in (
            [p["schema"] for p in operation.get("parameters", ())],
            [
                _resolve(document, c["schema"])
                for c in operation.get("requestBody", {}).get("content", {}).values()
            ],
            [r for status, r in operation["responses"].items() if status.startswith("2")],
        )
    ]
    names: set[str] = set()
    while waiting:
        for name in _references(waiting.pop()) - names:
            names.add(name)
            waiting.append(document["components"]["schemas"][name])
    return sorted(names)


def _references(part: Any) -> set[str]:
    """Return the names of the schemas that a part of the document refers to."""
    return set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(part)))


def _value(schema: Json) -> tuple[str, str]:
    """Return what a value may be, and its description."""
    described = [
        _one_line(part["description"])
        for part in (schema, *schema.get("anyOf", ()))
        if "description" in part
    ]
    default = schema.get("default")
    value = _type(schema) + (f"; default `{json.dumps(default)}`" if default is not None else "")
    return value, " ".join(described)


def _type(schema: Json) -> str:
    match schema:
        case {"$ref": str(reference)}:
            return _link(f"`{reference.rpartition('/')[2]}`")
        case {"anyOf": list(alternatives)} | {"oneOf": list(alternatives)}:
            return " or ".join(dict.fromkeys(_type(part) for part in alternatives))
        case {"const": value}:
            return f"`{json.dumps(value)}`"
        case {"enum": list(values)}:
            return ", ".join(f"`{json.dumps(value)}`" for value in values)
        case {"type": "array", "items": items}:
            limits = _limits(schema)
            return f"list of {_type(items)}" + (f" ({limits})" if limits else "")
    details = ", ".join(filter(None, (schema.get("format"), _limits(schema))))
    return str(schema.get("type", "any value")) + (f" ({details})" if details else "")


def _limits(schema: Json) -> str:
    """Return the limits of a value in words, for example "3 to 64 characters"."""
    for least_name, most_name, unit in _LIMITS:
        match schema.get(least_name), schema.get(most_name):
            case None, None:
                continue
            case None, most:
                return f"at most {most}{unit}"
            case least, None:
                return f"at least {least}{unit}"
            case least, most:
                return f"{least} to {most}{unit}"
    return ""


def _resolve(document: Json, part: Json) -> Json:
    while "$ref" in part:
        _, *names = part["$ref"].split("/")
        part = document
        for name in names:
            part = part[name]
    return part


def _title(tag: str) -> str:
    return tag.replace("_", " ").capitalize()


def _link(heading: str) -> str:
    """Return a link to a heading, whose anchor is made as GitHub makes it."""
    anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
    return f"[{heading}](#{anchor})"


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _row(names)
    yield _row(["---"] * len(names))
    for row in rows:
        yield _row(row)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_one_line(cell).replace("|", "\\|") for cell in cells) + " |"


def _one_line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    main()
