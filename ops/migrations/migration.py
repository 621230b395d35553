"""What a migration is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.platform.items import Item, Write


@dataclass(frozen=True, slots=True)
class Change:
    """What a stored item needs.

    Attributes:
        set: attributes to set, by name.
        remove: names of attributes to remove.
        extra_writes: writes of other items that belong to this change, index entries for example.
            They happen together with it or not at all. One whose condition may fail because others
            were faster takes ``otherwise=ConditionFailed``: then the item is read again.
    """

    set: Mapping[str, Any] = field(default_factory=dict)
    remove: Sequence[str] = ()
    extra_writes: Sequence[Write] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the operator should know about a stored item. Nothing is written.

    Attributes:
        message: one line. The command prints the item's key before it.
    """

    message: str


@dataclass(frozen=True, slots=True)
class Migration:
    """One change to stored data, or one report about it.

    Attributes:
        name: short and unique, in lower case with hyphens. Interrupted runs are continued by it.
        summary: one sentence that says what it does.
        table: the table that it scans, by its short name.
        change: takes a stored item and returns what it needs, a finding, or None.
    """

    name: str
    summary: str
    table: str
    change: Callable[[Item], Change | Finding | None]
