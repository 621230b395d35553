"""Runs one migration: scans its table, and writes what the items need."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from chalicelib.platform.dynamodb import ConditionFailed, Database
from chalicelib.platform.items import Item, Read, Write
from ops.migrations.checkpoint import Progress
from ops.migrations.migration import Change, Finding, Migration
from ops.retries import with_retries

# boto3 keeps ten connections.
WRITERS = 8
# An item that others change again and again is left for another run.
_ATTEMPTS = 5


@dataclass(slots=True)
class Outcome:
    """What became of one item.

    Attributes:
        key: the item's key.
        is_changed: whether it needed a change. In a dry run, nothing was written.
        finding: the message of its finding, if any.
        problem: why its change was not made, if it was not.
    """

    key: Item
    is_changed: bool = False
    finding: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one migration.

    Attributes:
        migration: what to run.
        database: the tables.
        key: the names of the key attributes of the migration's table.
        dry_run: whether to write nothing.
    """

    migration: Migration
    database: Database
    key: tuple[str, ...]
    dry_run: bool

    def pages(self, progress: Progress) -> Iterator[tuple[int, list[Outcome]]]:
        """Go through the table, page by page.

        Args:
            progress: where to start. It grows with each page, before that page is yielded.

        Yields:
            The number of items of a page, and what became of those that needed something.

        Raises:
            AwsUnavailable: AWS doesn't respond.
        """
        with ThreadPoolExecutor(1 if self.dry_run else WRITERS) as pool:
            while not progress.is_finished:
                items, after = with_retries(
                    self.database.scan, self.migration.table, progress.after
                )
                outcomes = [outcome for outcome in pool.map(self._migrate, items) if outcome]
                progress.scanned += len(items)
                progress.changed += sum(outcome.is_changed for outcome in outcomes)
                progress.after, progress.is_finished = after, after is None
                yield len(items), outcomes

    def _migrate(self, item: Item) -> Outcome | None:
        """Make the change that an item needs; None if it needs none."""
        outcome = Outcome({name: item[name] for name in self.key})
        current: Item | None = item
        for _ in range(_ATTEMPTS):
            if current is None:
                return None
            try:
                needed = self.migration.change(current)
            # A function that fails for one item must not keep the others from being migrated.
            except Exception as error:  # noqa: BLE001
                outcome.problem = f"{type(error).__name__}: {error}"
                return outcome
            if needed is None:
                return None
            if isinstance(needed, Finding):
                outcome.finding = needed.message
                return outcome
            if self.dry_run or self._write(current, needed):
                outcome.is_changed = True
                return outcome
            current = with_retries(
                self.database.get, Read(self.migration.table, outcome.key, _unchanged)
            )
        outcome.problem = "other requests keep changing it"
        return outcome

    def _write(self, item: Item, change: Change) -> bool:
        """Write a change; say whether the item was still as it was read."""
        write = _conditional_update(self.migration.table, self.key, item, change)
        try:
            if change.extra_writes:
                with_retries(self.database.transact, [write, *change.extra_writes])
            else:
                with_retries(_update, self.database, write)
        except ConditionFailed:
            return False
        return True


def _unchanged(item: Item) -> Item:
    return item


def _update(database: Database, write: Write) -> None:
    database.update(
        write.table,
        write.item_or_key,
        values=dict(write.values),
        ExpressionAttributeNames=dict(write.names),
        **write.expressions,
    )


def _conditional_update(table: str, key: tuple[str, ...], item: Item, change: Change) -> Write:
    """Return the update of an item that holds only while each attribute is as it was read."""
    names: dict[str, str] = {}
    values: Item = {}

    def name(attribute: str) -> str:
        return names.setdefault(attribute, f"#{len(names)}")

    def value(stored: object) -> str:
        placeholder = f":{len(values)}"
        values[placeholder] = stored
        return placeholder

    conditions = [f"{name(stored_name)} = {value(stored)}" for stored_name, stored in item.items()]
    absent = {*change.set, *change.remove} - item.keys()
    conditions += [f"attribute_not_exists({name(stored_name)})" for stored_name in sorted(absent)]
    updates = []
    if change.set:
        assignments = [
            f"{name(stored_name)} = {value(new)}" for stored_name, new in change.set.items()
        ]
        updates.append("SET " + ", ".join(assignments))
    if change.remove:
        updates.append("REMOVE " + ", ".join(name(stored_name) for stored_name in change.remove))
    expressions = {
        "UpdateExpression": " ".join(updates),
        "ConditionExpression": " AND ".join(conditions),
    }
    if not updates:
        del expressions["UpdateExpression"]
    return Write(
        operation="Update" if updates else "ConditionCheck",
        table=table,
        item_or_key={stored_name: item[stored_name] for stored_name in key},
        expressions=expressions,
        values=values,
        on_condition_failed=ConditionFailed,
        names={placeholder: attribute for attribute, placeholder in names.items()},
    )
