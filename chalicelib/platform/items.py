"""Reads, writes, and queries of DynamoDB items, which the stores create."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from chalicelib.platform.errors import ServiceUnavailable

Record = TypeVar("Record")
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Read(Generic[Record]):
    """A read of one item.

    Attributes:
        table: the table, by its short name.
        key: the item's key.
        parse: converts the item to a record.
        attributes: the attributes to read; all of them if there are none here. A role can permit
            the reading of some attributes only if the request names them.
    """

    table: str
    key: Item
    parse: Callable[[Item], Record]
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Write:
    """One write of a transaction.

    Attributes:
        operation: ``Put``, ``Update``, ``Delete`` or ``ConditionCheck``.
        table: the table, by its short name.
        item_or_key: the item of a Put; the key of the item otherwise.
        expressions: the call's expressions, for example ``ConditionExpression``.
        values: the expressions' values, by placeholder.
        on_condition_failed: returns the error to raise if the condition fails; not used without
            a condition.
        names: the expressions' names, by placeholder.
    """

    operation: str
    table: str
    item_or_key: Item
    expressions: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    on_condition_failed: Callable[[], Exception] = ServiceUnavailable
    names: Mapping[str, str] = field(default_factory=dict)


def put_once_write(table: str, item: Item, *, partition_key: str) -> Write:
    """Return the write of an item whose key no other item has.

    Args:
        table: the table, by its short name.
        item: the new item.
        partition_key: the name of the table's partition key.
    """
    absent = {"ConditionExpression": f"attribute_not_exists({partition_key})"}
    return Write("Put", table, item, absent)


@dataclass(frozen=True, slots=True)
class Query:
    """A query of a table or an index.

    Attributes:
        table: the table, by its short name.
        key: the names of the key attributes of the table, and of the index if one is read.
        condition: the KeyConditionExpression.
        values: the expressions' values, by placeholder.
        filter: the FilterExpression; None for all items.
        names: the expressions' names, by placeholder.
        index: the index to read; None for the table.
        is_local: whether the index is a local one, which is read consistently, like the table.
        ascending: whether the lowest sort key comes first.
    """

    table: str
    key: tuple[str, ...]
    condition: str
    values: Mapping[str, Any]
    filter: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    index: str | None = None
    is_local: bool = False
    ascending: bool = False
