"""The description as a page for people: plain HTML without a script, in reading order."""

import functools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.pages import assets
from chalicelib.platform.html import Markup, document, element, join

Json = Mapping[str, Any]

_CODE = re.compile("`+([^`]+)`+")
# How the page says what a schema demands.
_RULES = {
    "format": "as",
    "minLength": "at least",
    "maxLength": "at most",
    "minimum": "from",
    "maximum": "to",
    "default": "if absent:",
}


def render(description: Json) -> str:
    """Return the page of an OpenAPI document, of those that this service writes."""
    info, shapes = description["info"], description["components"]["schemas"]
    title = f"{info['title']} {info['version']}"
    return document(
        title,
        assets.path("styles", "docs"),
        element(
            "header",
            element("h1", title),
            element("p", _prose(info["description"])),
            element("p", "Paths are relative to ", _code(description["servers"][0]["url"])),
        ),
        _contents(description),
        element(
            "main",
            *(_section(tag, description) for tag in description["tags"]),
            element("h2", "Shapes", id="shapes"),
            *(_shape(name, shapes[name]) for name in sorted(shapes)),
        ),
    )


def _contents(description: Json) -> Markup:
    links = [
        element("li", element("a", _code(_heading(method, path)), href=f"#{does['operationId']}"))
        for path, method, does in _operations(description)
    ]
    shapes = element("li", element("a", "Shapes", href="#shapes"))
    return element("nav", element("ul", *links, shapes), aria_label="Contents")


def _section(tag: Json, description: Json) -> Markup:
    return element(
        "section",
        element("h2", tag["name"].capitalize()),
        element("p", _prose(tag["description"])),
        *(
            _operation(path, method, does, description["components"])
            for path, method, does in _operations(description)
            if tag["name"] in does["tags"]
        ),
    )


def _operations(description: Json) -> Iterable[tuple[str, str, Json]]:
    for path, methods in description["paths"].items():
        for method, does in methods.items():
            yield path, method, does


def _operation(path: str, method: str, does: Json, components: Json) -> Markup:
    parts = [
        element("h3", _code(_heading(method, path))),
        element("p", _prose(does["summary"])),
        *(element("p", _prose(text)) for text in does["description"].split("\n\n")),
    ]
    if "parameters" in does:
        rows = [_parameter(parameter) for parameter in does["parameters"]]
        parts.append(_table("Parameters", ("Name", "In", "Needed", "What it is"), rows))
    if "requestBody" in does:
        parts += [element("h4", "Body"), *_content(does["requestBody"]["content"])]
    parts.append(element("h4", "Answers"))
    parts += [
        _answer(status, _resolved(answer, components))
        for status, answer in does["responses"].items()
    ]
    return element("article", *parts, id=does["operationId"])


def _parameter(parameter: Json) -> tuple[str, ...]:
    return (
        _code(parameter["name"]),
        parameter["in"],
        "yes" if parameter["required"] else "no",
        _kind(parameter["schema"]),
    )


def _answer(status: str, answer: Json) -> Markup:
    summary = element("summary", element("strong", status), " ", _prose(answer["description"]))
    headers = element("p", "Headers: ", _code(", ".join(answer["headers"])))
    return element("details", summary, *_content(answer["content"]), headers)


def _content(content: Json) -> Iterable[Markup]:
    for media, what in content.items():
        yield element("p", _code(media), ": ", _kind(what["schema"]))
        examples = [what["example"]] if "example" in what else []
        examples += [example["value"] for example in what.get("examples", {}).values()]
        for example in examples:
            yield element("pre", element("code", json.dumps(example, indent=2, ensure_ascii=False)))


def _shape(name: str, schema: Json) -> Markup:
    parts = [element("h3", _code(name)), element("p", _prose(schema.get("description", "")))]
    if "properties" in schema:
        required = schema.get("required", [])
        rows = [
            (_code(field), "yes" if field in required else "no", _kind(part))
            for field, part in schema["properties"].items()
        ]
        parts.append(_table("Fields", ("Name", "Needed", "What it is"), rows))
    else:
        parts.append(element("p", _kind(schema)))
    return element("article", *parts, id=f"shape-{name}")


def _table(caption: str, names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Markup:
    head = element("tr", *(element("th", name, scope="col") for name in names))
    body = [
        element(
            "tr", element("th", row[0], scope="row"), *(element("td", cell) for cell in row[1:])
        )
        for row in rows
    ]
    return element(
        "table", element("caption", caption), element("thead", head), element("tbody", *body)
    )


def _kind(schema: Json) -> Markup:
    """Say in words what a schema allows."""
    match schema:
        case {"$ref": reference}:
            name = reference.rpartition("/")[2]
            return element("a", name, href=f"#shape-{name}")
        case {"anyOf": kinds} | {"oneOf": kinds}:
            said = functools.reduce(
                lambda one, next_one: join(one, " or ", next_one), map(_kind, kinds)
            )
        case {"const": value}:
            said = _code(json.dumps(value))
        case {"enum": values}:
            said = _code(" | ".join(map(json.dumps, values)))
        case {"type": "array", "items": item}:
            said = join("list of ", _kind(item))
        case _:
            said = join(str(schema.get("type", "anything")))
    rules = [f"{name} {schema[key]}" for key, name in _RULES.items() if key in schema]
    if rules:
        said = join(said, f" ({', '.join(rules)})")
    if "description" in schema:
        said = join(said, ". ", _prose(schema["description"]))
    return said


def _resolved(part: Json, components: Json) -> Json:
    if "$ref" not in part:
        return part
    kind, name = part["$ref"].split("/")[-2:]
    found: Json = components[kind][name]
    return found


def _heading(method: str, path: str) -> str:
    return f"{method.upper()} {path}"


def _code(text: str) -> Markup:
    return element("code", text)


def _prose(text: str) -> Markup:
    """Write out the one thing of Markdown that docstrings use: code between backticks."""
    pieces = _CODE.split(text)
    return join(*(_code(piece) if place % 2 else piece for place, piece in enumerate(pieces)))
