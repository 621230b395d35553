"""Reads, writes, and queries of DynamoDB items, which the stores create."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from chalicelib.platform.errors import ServiceUnavailable

RecordT = TypeVar("RecordT")
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Read(Generic[RecordT]):
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
    parse: Callable[[Item], RecordT]
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


def put_if_absent_write(table: str, item: Item, *, partition_key: str) -> Write:
    """Return the write of an item whose key no other item has.

    Args:
        table: the table, by its short name.
        item: the new item.
        partition_key: the name of the table's partition key.
    """
    condition = {"ConditionExpression": f"attribute_not_exists({partition_key})"}
    return Write("Put", table, item, condition)


@dataclass(frozen=True, slots=True)
class Query:
    """A query of a table or an index.

    Attributes:
        table: the table, by its short name.
        key_attributes: the names of the key attributes of the table, and of the index if one is
            read.
        key_condition: the KeyConditionExpression.
        expression_values: the expressions' values, by placeholder.
        filter_expression: the FilterExpression; None for all items.
        expression_names: the expressions' names, by placeholder.
        index: the index to read; None for the table.
        is_local: whether the index is a local one, which is read consistently, like the table.
        ascending: whether the lowest sort key comes first.
    """

    table: str
    key_attributes: tuple[str, ...]
    key_condition: str
    expression_values: Mapping[str, Any]
    filter_expression: str | None = None
    expression_names: Mapping[str, str] = field(default_factory=dict)
    index: str | None = None
    is_local: bool = False
    ascending: bool = False
