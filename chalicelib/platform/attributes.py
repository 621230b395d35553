"""Convert Python values to DynamoDB attribute values, and back."""

from collections.abc import Mapping
from typing import Any


def to_attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    """Write the attributes of an item."""
    return {name: _to_attribute(value) for name, value in values.items()}


def _to_attribute(value: Any) -> dict[str, Any]:
    """Convert a plain value to an attribute value: an object with its type's name as the key."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case Mapping():
            return {"M": to_attributes(value)}
        case list() | tuple():
            return {"L": [_to_attribute(item) for item in value]}
    raise TypeError(f"DynamoDB is not given {type(value).__name__} here.")


def from_attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Read the attributes of an item."""
    return {name: _from_attribute(attribute) for name, attribute in attributes.items()}


def _from_attribute(attribute: Mapping[str, Any]) -> Any:
    """Read an attribute value. Numbers are integers: the service stores no others."""
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return int(value)
        case "M":
            return from_attributes(value)
        case "L":
            return [_from_attribute(item) for item in value]
    return value
