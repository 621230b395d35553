"""The counts of an event's registrations, in the table ``summaries``.

They have a table of their own, because many functions may read events, and one may read counts. An
event has one item for each status and counter shard. Every change of a registration adds its
difference in its own transaction, to a shard at random. Only sums over shards have a meaning.
"""

import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.events.places_store import summarized_write
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Item, Read, Write
from chalicelib.registrations.enums import Ethnicity
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.summary_row import StatusCounts, change
from chalicelib.registrations.workflow import Status

SUMMARIES = "summaries"
# The maximum of BatchGetItem.
_BATCH_SIZE = 100
_CHANGED_AT, _RECOUNTS = "changedAt", "recounts"


class SummaryChanged(Exception):
    """Another recount has corrected the counts since they were read."""


@dataclass(frozen=True, slots=True)
class StoredCounts:
    """An event's counts as they were read.

    Attributes:
        counts: the counts.
        changed_at: when they last changed; None for never.
        recounts: how often each status was corrected.
    """

    counts: StatusCounts
    changed_at: datetime | None
    recounts: dict[str, int]


class SummaryStore:
    """The table ``summaries``."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def read(self, event_id: str, shards: int) -> StoredCounts:
        """Return an event's counts, in a round trip for every hundred items.

        Args:
            event_id: the event ID.
            shards: the largest number of counter shards that the event has had.
        """
        reads = [
            Read(SUMMARIES, _key(event_id, status, shard), lambda item: item)
            for status in Status
            for shard in range(shards)
        ]
        items: list[Item | None] = []
        for start in range(0, len(reads), _BATCH_SIZE):
            items += self._database.batch_get(*reads[start : start + _BATCH_SIZE])
        counts: StatusCounts = {}
        recounts: dict[str, int] = {}
        times: list[str] = []
        for item in filter(None, items):
            status = item["id"].split("#")[1]
            recounts[status] = recounts.get(status, 0) + item.pop(_RECOUNTS, 0)
            times.append(item.pop(_CHANGED_AT))
            del item["id"]
            counts.setdefault(status, Counter()).update(item)
        changed_at = clock.from_text(max(times)) if times else None
        return StoredCounts(counts, changed_at, recounts)

    def correct_writes(
        self, event_id: str, stored: StoredCounts, correction: StatusCounts
    ) -> Iterator[Write]:
        """Yield the writes that correct counts, and mark the event's summary as complete.

        They raise SummaryChanged if another recount has corrected them since they were read.

        Args:
            event_id: the event ID.
            stored: the counts as they were read.
            correction: what to add.
        """
        for status, numbers in correction.items():
            write = _add_write(event_id, status, 0, numbers, at=stored.changed_at)
            seen = stored.recounts.get(status, 0)
            values = {**write.values, ":seen": seen, ":one": 1}
            absent = "" if seen else f"attribute_not_exists({_RECOUNTS}) OR "
            expressions = {
                "UpdateExpression": f"{write.expressions['UpdateExpression']}, {_RECOUNTS} :one",
                "ConditionExpression": f"{absent}{_RECOUNTS} = :seen",
            }
            key, names = write.item_or_key, write.names
            yield Write("Update", SUMMARIES, key, expressions, values, SummaryChanged, names)
        yield summarized_write(event_id)

    def transact(self, writes: list[Write]) -> None:
        """Run all of these writes or none."""
        self._database.transact(writes)


def summary_writes(
    before: Registration | None, after: Registration | None, shards: int
) -> list[Write]:
    """Return the writes that count a change of a registration.

    Args:
        before: the registration before the change; None for a new one.
        after: the registration after the change; None for a deleted one.
        shards: the number of the event's counter shards, or fewer.
    """
    registration = after or before
    if registration is None:
        return []
    event_id, shard = registration.event_id, secrets.randbelow(shards)
    return [
        _add_write(event_id, status, shard, numbers, at=clock.now())
        for status, numbers in change(before, after).items()
    ]


def _add_write(
    event_id: str, status: str, shard: int, numbers: Counter[str], at: datetime | None
) -> Write:
    """Return the write that adds numbers to the counts of a status."""
    if any(name.startswith("ethnicity.") for name in numbers):
        # A count that has become zero stays. So each item names all of them, and none tells that
        # a person chose it once.
        numbers = Counter({f"ethnicity.{one}": 0 for one in Ethnicity} | numbers)
    names = {f"#{number}": name for number, name in enumerate(numbers)}
    placeholders = {value: f":{number}" for number, value in enumerate(set(numbers.values()))}
    added = [f"{name} {placeholders[numbers[names[name]]]}" for name in names]
    values: Item = {placeholder: value for value, placeholder in placeholders.items()}
    values[":at"] = clock.to_text(at or clock.now())
    update = {"UpdateExpression": f"SET {_CHANGED_AT} = :at ADD {', '.join(added)}"}
    return Write("Update", SUMMARIES, _key(event_id, status, shard), update, values, names=names)


def _key(event_id: str, status: str, shard: int) -> Item:
    return {"id": f"{event_id}#{status}#{shard}"}
