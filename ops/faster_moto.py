"""moto's DynamoDB without three detours that make up a third of its time.

moto copies every item of a table before a transaction writes there, walks through each attribute
of a response that is in DynamoDB's form already, and lists its own methods for each request. The
results stay the same; tests/ops/test_faster_moto.py compares them.
"""

import copy
import functools
from collections import defaultdict
from typing import Any

_IS_INSTALLED = "is_faster"
_STRUCTURE = "_serialize_type_structure"


def install() -> None:
    """Change moto in this process, once. Call it before moto serves anything."""
    from moto.core import responses
    from moto.core.serialize import JSONSerializer
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table

    if hasattr(Table, _IS_INSTALLED):
        return
    setattr(Table, _IS_INSTALLED, True)
    _share_items(Table, DynamoDBBackend)
    _pass_attributes_on(JSONSerializer)
    _remember(responses, "method_names_from_class")


def _remember(module: Any, name: str) -> None:
    setattr(module, name, functools.cache(getattr(module, name)))


def _copied(items: Any, *, has_range_key: bool) -> Any:
    """Return a copy of a table's ``items`` that shares the single items, which never change."""
    if not has_range_key:
        return defaultdict(dict, items)
    return defaultdict(dict, {key: dict(sorted_) for key, sorted_ in items.items()})


def _share_items(table_class: Any, backend_class: Any) -> None:
    """Replace an item when it's updated, so that the copy for a rollback can share all of them."""
    update_item = backend_class.update_item

    def replace_and_update(self: Any, table_name: str, key: Any, *args: Any, **named: Any) -> Any:
        table = self.get_table(table_name)
        names = [table.hash_key_attr, *([table.range_key_attr] if table.has_range_key else [])]
        place, last = table.items, [_as_key(key[name]) for name in names]
        for one in last[:-1]:
            place = place.get(one, {})
        if last[-1] in place:
            place[last[-1]] = copy.deepcopy(place[last[-1]])
        return update_item(self, table_name, key, *args, **named)

    def copied_table(self: Any, _: Any) -> Any:
        new = object.__new__(type(self))
        new.__dict__ = self.__dict__ | {
            "items": _copied(self.items, has_range_key=self.has_range_key)
        }
        return new

    backend_class.update_item = replace_and_update
    table_class.__deepcopy__ = copied_table


def _as_key(value: Any) -> Any:
    from moto.dynamodb.models.dynamo_type import DynamoType

    return DynamoType(value)


def _pass_attributes_on(serializer: Any) -> None:
    """Write attributes as they are, unless they contain bytes, which JSON can't express."""
    in_full = getattr(serializer, _STRUCTURE)

    def serialize(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if key and shape.name == "AttributeValue" and not _has_bytes(value):
            self._default_serialize(serialized, value, shape, key)
        else:
            in_full(self, serialized, value, shape, key)

    setattr(serializer, _STRUCTURE, serialize)


def _has_bytes(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_bytes, value.values()))
    if isinstance(value, list):
        return any(map(_has_bytes, value))
    return isinstance(value, bytes)
