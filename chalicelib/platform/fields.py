"""Parts of which the fields of requests and responses are declared.

A type is ``Annotated`` with objects of these classes. :mod:`chalicelib.platform.request_schema`
reads values by them, :mod:`chalicelib.platform.response_schema` writes values, and the OpenAPI
document describes them. They mean what pydantic's classes of the same names mean, which would make
each cold start wait for their import.
"""

from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any], object]
# A check of a value together with the valid fields before it in the same request.
CrossFieldCheck = Callable[[Any, Mapping[str, Any]], object]


class Field:
    """The limits of a value and its documentation, with the arguments of ``pydantic.Field``."""

    def __init__(self, **details: Any) -> None:
        """Declare limits (``min_length``, ``ge``, ``pattern``) and documentation."""
        self.details = details


class BeforeValidator:
    """A function that prepares a value before its type is checked."""

    def __init__(self, check: Check) -> None:
        """Declare the function. It returns the value, or raises InvalidValue."""
        self.check = check


class AfterValidator:
    """A function that checks or converts a value after its type was checked."""

    def __init__(self, check: Check) -> None:
        """Declare the function. It returns the value, or raises InvalidValue."""
        self.check = check


class CrossFieldValidator:
    """A function that checks a value together with the fields before it."""

    def __init__(self, check: CrossFieldCheck) -> None:
        """Declare the function. It gets the value, and the valid fields before it by name."""
        self.check = check


class BlankIsAbsent(BeforeValidator):
    """Reads an empty text as None; the API document says so."""


def anchored(pattern: str) -> str:
    """Return the pattern of a whole text in JSON Schema's syntax."""
    return f"^({pattern})$" if "|" in pattern else f"^{pattern}$"


def to_camel(name: str) -> str:
    """Return a Python name as it is written in JSON: ``firstName`` for ``first_name``."""
    first, *rest = name.split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in rest)


class Schema:
    """Base of schemas: camelCase in JSON, snake_case in Python."""

    @classmethod
    def annotations(cls) -> dict[str, Any]:
        """Return the type of each field by its Python name, those of base classes first."""
        annotations: dict[str, Any] = {}
        for base in reversed(cls.__mro__):
            annotations |= vars(base).get("__annotations__", {})
        return annotations

    @classmethod
    def details(cls) -> dict[str, dict[str, Any]]:
        """Return what is declared about each field beside its type, by its Python name."""
        return {name: _details(hint) for name, hint in cls.annotations().items()}

    @classmethod
    def details_by_alias(cls) -> dict[str, dict[str, Any]]:
        """Return the same by the field's name in JSON."""
        return {to_camel(name): details for name, details in cls.details().items()}


def _details(hint: Any) -> dict[str, Any]:
    fields = [part.details for part in getattr(hint, "__metadata__", ()) if isinstance(part, Field)]
    extras = [details.get("json_schema_extra", {}) for details in fields]
    merged = {name: value for details in fields for name, value in details.items()}
    if all(isinstance(extra, Mapping) for extra in extras):
        merged["json_schema_extra"] = {n: v for extra in extras for n, v in extra.items()}
    return merged
