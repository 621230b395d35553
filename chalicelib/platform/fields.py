"""Fields of schemas, declared without pydantic, whose import a cold start would wait for.

A type is ``Annotated`` with the classes of this module, which mean what pydantic's classes of the
same name mean. pydantic understands them too: models of request bodies share these types, and the
API document describes them.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.fields import FieldInfo
    from pydantic_core.core_schema import CoreSchema

Check = Callable[[Any], object]
# A check of a value together with the valid fields before it in the same request.
CrossFieldCheck = Callable[[Any, Mapping[str, Any]], object]


class Field:
    """The limits of a value and its documentation, with the arguments of ``pydantic.Field``."""

    # pydantic replaces such an object by what iterating over it returns (annotated-types).
    __is_annotated_types_grouped_metadata__ = True

    def __init__(self, **details: Any) -> None:
        """Declare limits (``min_length``, ``ge``, ``pattern``) and documentation."""
        self.details = details

    def __iter__(self) -> "Iterator[FieldInfo]":
        """Yield pydantic's form of it."""
        from pydantic import Field as PydanticField

        yield PydanticField(**self.details)


class BeforeValidator:
    """A function that prepares a value before its type is checked."""

    def __init__(self, check: Check) -> None:
        """Declare the function. It returns the value, or raises InvalidValue."""
        self.check = check

    def __get_pydantic_core_schema__(
        self, source: Any, handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        """Return pydantic's form of it."""
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self.check, handler(source))


class AfterValidator:
    """A function that checks or converts a value after its type was checked."""

    def __init__(self, check: Check) -> None:
        """Declare the function. It returns the value, or raises InvalidValue."""
        self.check = check

    def __get_pydantic_core_schema__(
        self, source: Any, handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        """Return pydantic's form of it."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self.check, handler(source))


class CrossFieldValidator:
    """A function that checks a value together with the fields before it."""

    def __init__(self, check: CrossFieldCheck) -> None:
        """Declare the function. It gets the value, and the valid fields before it by name."""
        self.check = check

    def __get_pydantic_core_schema__(
        self, source: Any, handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        """Return pydantic's form of it."""
        from pydantic_core import core_schema

        return core_schema.with_info_after_validator_function(
            lambda value, info: self.check(value, info.data), handler(source)
        )


class BlankIsAbsent(BeforeValidator):
    """Reads an empty text as None, and says so in the API document."""

    def __get_pydantic_json_schema__(
        self, schema: "CoreSchema", handler: "GetJsonSchemaHandler"
    ) -> dict[str, Any]:
        """Return the JSON Schema of the value, or of an empty text."""
        details = handler(schema)
        return {**details, "anyOf": [*details["anyOf"], {"const": ""}]}


def anchored(pattern: str) -> str:
    """Return the pattern of a whole text in JSON Schema's syntax."""
    return f"^({pattern})$" if "|" in pattern else f"^{pattern}$"


def to_camel(name: str) -> str:
    """Return a Python name as it is written in JSON: ``firstName`` for ``first_name``."""
    first, *others = name.split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in others)


class Schema:
    """Base of schemas that work without pydantic: camelCase in JSON, snake_case in Python."""

    @classmethod
    def annotations(cls) -> dict[str, Any]:
        """Return the type of each field by its Python name, those of base classes first."""
        found: dict[str, Any] = {}
        for base in reversed(cls.__mro__):
            found |= vars(base).get("__annotations__", {})
        return found

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        """Return pydantic's form of a schema that is part of another one."""
        from chalicelib.platform.pydantic_models import model_of

        return handler(model_of(cls))
