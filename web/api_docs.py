"""Renders the API document as a page for people.

The page is built with the settings of the build. The service's URL is a placeholder, which
``chalicelib/openapi/routes.py`` replaces.
"""

import functools
import json
import re
from collections.abc import Mapping
from typing import Any

from chalicelib import functions
from chalicelib.platform import settings
from chalicelib.platform.languages import Language
from web import assets, pages
from web.openapi.description import describe

Json = Mapping[str, Any]

SERVER = "{{server}}"
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


def build() -> str:
    """Return the page of this service."""
    description = describe(functions.all_endpoints(), settings.current())
    return render({**description, "servers": [{"url": SERVER}]})


def render(description: Json) -> str:
    """Return the page of an OpenAPI document, of those that this service writes."""
    info, components = description["info"], description["components"]
    operations = [
        {**operation, "path": path, "method": method.upper()}
        | {"responses": _resolved(operation["responses"], components)}
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    return (
        pages.environment(Language.ENGLISH)
        .get_template("docs.html")
        .render(
            title=f"{info['title']} {info['version']}",
            introduction=info["description"],
            server=description["servers"][0]["url"],
            style=assets.path("styles", "docs"),
            operations=operations,
            tags=description["tags"],
            schemas=sorted(components["schemas"].items()),
            as_json=functools.partial(json.dumps, ensure_ascii=False),
            examples_of=_examples,
            last_part=_last_part,
            rules_of=_rules,
            split_code=_CODE.split,
        )
    )


def _examples(content: Json) -> list[Any]:
    first = [content["example"]] if "example" in content else []
    return first + [example["value"] for example in content.get("examples", {}).values()]


def _rules(schema: Json) -> list[str]:
    return [f"{name} {schema[key]}" for key, name in _RULES.items() if key in schema]


def _last_part(reference: str) -> str:
    return reference.rpartition("/")[2]


def _resolved(responses: Json, components: Json) -> Json:
    """Return responses with the components that some of them refer to."""
    return {
        status: components["responses"][_last_part(response["$ref"])]
        if "$ref" in response
        else response
        for status, response in responses.items()
    }
