"""Attempts, as DynamoDB keeps them: one item for each counter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from chalicelib.platform import clock
from chalicelib.platform.dynamodb import ConditionFailed, Database, Item, Read, Write

ATTEMPTS = "attempts"

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Counter:
    """Tries, and when the last one was claimed."""

    tries: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Ration:
    """A counter that goes up to a bound.

    Attributes:
        name: its name.
        most: the bound.
        forgotten_at: when it may be deleted.
        on_exceeded: makes the error that the bound means.
    """

    name: str
    most: int
    forgotten_at: datetime
    on_exceeded: Callable[[], Exception]


class CounterMoved(Exception):
    """Another try was claimed, or all were forgotten, since the counter was read."""


class AttemptStore:
    """The table ``attempts``."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def get(self, name: str) -> Counter | None:
        """Return a counter; None if nothing is counted."""
        # In the way in which it was read before, which is the one that the function is permitted.
        counter: Counter | None
        [counter] = self._database.get_all(_counter(name))
        return counter

    def get_with(
        self, names: Sequence[str], extra_read: Read[Record]
    ) -> tuple[list[Counter | None], Record | None]:
        """Read counters and something else in one round trip; None for each not there."""
        *counters, record = self._database.get_all(*map(_counter, names), extra_read)
        return counters, record

    def claim(
        self,
        name: str,
        seen: Counter | None,
        claimed: Counter,
        forgotten_at: datetime,
        rations: Sequence[Ration],
    ) -> None:
        """Count a try, and one of each ration, all or none.

        As a transaction, it counts once though botocore repeats it for want of an answer.

        Args:
            name: the counter's name.
            seen: the counter as it was read.
            claimed: the counter as it is to be.
            forgotten_at: when it may be deleted.
            rations: what else to count.

        Raises:
            CounterMoved: it is no longer as it was seen.
            Exception: what ``on_condition_failed`` of the ration makes that is used up.
        """
        item = {
            "name": name,
            "tries": claimed.tries,
            "lastAt": clock.to_text(claimed.last_at),
            "ttl": int(forgotten_at.timestamp()),
        }
        unmoved = {"ConditionExpression": "attribute_not_exists(tries)"}
        values: Item = {}
        if seen:
            unmoved = {"ConditionExpression": "tries = :tries AND lastAt = :lastAt"}
            values = {":tries": seen.tries, ":lastAt": clock.to_text(seen.last_at)}
        write = Write("Put", ATTEMPTS, item, unmoved, values, on_condition_failed=CounterMoved)
        self._database.transact([write, *map(_taking, rations)])

    def use(self, ration: Ration) -> None:
        """Count one of a ration by itself, which many may do at once.

        Raises:
            Exception: what its ``on_condition_failed`` makes, if it is used up.
        """
        expressions, values = _using(ration)
        try:
            self._database.update(ATTEMPTS, {"name": ration.name}, values=values, **expressions)
        except ConditionFailed:
            raise ration.on_exceeded() from None

    def use_all(self, rations: Sequence[Ration]) -> None:
        """Count one of each ration, all or none, and once though botocore repeats it.

        Raises:
            Exception: what ``on_condition_failed`` of the first ration makes that is used up.
        """
        self._database.transact([_taking(ration) for ration in rations])

    def using(self, ration: Ration) -> Write:
        """Return the write that counts one of a ration; its condition raises ``on_exceeded``."""
        return _taking(ration)

    def clear(self, name: str) -> Write:
        """Return the write that deletes a counter."""
        return Write("Delete", ATTEMPTS, {"name": name})

    def giving_back(self, name: str, rations: Sequence[Ration]) -> tuple[Write, ...]:
        """Return the writes that forget a counter and take one off each ration."""
        one_less = {"UpdateExpression": "ADD tries :less"}
        back = [
            Write("Update", ATTEMPTS, {"name": ration.name}, one_less, {":less": -1})
            for ration in rations
        ]
        return (self.clear(name), *back)


def _counter(name: str) -> Read[Counter]:
    return Read(
        ATTEMPTS,
        {"name": name},
        lambda item: Counter(item["tries"], clock.from_text(item["lastAt"])),
    )


def _taking(ration: Ration) -> Write:
    return Write("Update", ATTEMPTS, {"name": ration.name}, *_using(ration), ration.on_exceeded)


def _using(ration: Ration) -> tuple[dict[str, object], Item]:
    expressions: dict[str, object] = {
        "UpdateExpression": "ADD tries :one SET #ttl = :ttl",
        "ConditionExpression": "attribute_not_exists(tries) OR tries < :most",
        "ExpressionAttributeNames": {"#ttl": "ttl"},
    }
    forgotten_at = int(ration.forgotten_at.timestamp())
    return expressions, {":one": 1, ":most": ration.most, ":ttl": forgotten_at}
