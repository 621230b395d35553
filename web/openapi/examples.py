"""Examples of what schemas describe, put together from the examples of their parts."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]


class NoExample(LookupError):
    """A schema without an example that has none in its parts either; the message shows it."""


def example_of(schema: Schema, components: Mapping[str, Schema]) -> Any:
    """Return an example of what a JSON Schema describes: its own first one, else a composed one.

    Args:
        schema: the schema, of those that pydantic writes.
        components: what its references (``#/components/schemas/…``) name.

    Raises:
        NoExample: neither it nor its parts have one.
    """
    match schema:
        case {"examples": [example, *_]} | {"const": example} | {"enum": [example, *_]}:
            return example
        case {"$ref": reference}:
            return example_of(components[reference.rpartition("/")[2]], components)
        case {"anyOf": [first, *_]} | {"oneOf": [first, *_]}:
            return example_of(first, components)
        case {"type": "object", "properties": properties}:
            return {name: example_of(part, components) for name, part in properties.items()}
        case {"type": "array", "items": item}:
            return [example_of(item, components)]
    raise NoExample(str(schema))
