"""The DynamoDB store of rate limits: one item for each counter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.platform import clock
from chalicelib.platform.dynamodb import ConditionFailed, Database
from chalicelib.platform.items import Item, Read, Write

ATTEMPTS = "attempts"

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class BackoffState:
    """The state of a backoff: the number of attempts, and the time of the last one."""

    attempts: int
    last_attempt_at: datetime


@dataclass(frozen=True, slots=True)
class WindowCounter:
    """The counter of a fixed window.

    Attributes:
        name: the name of the counter.
        limit: the largest value of the counter.
        expires_at: the time from which DynamoDB may delete it.
        on_limit_exceeded: returns the error to raise if the counter would exceed the limit.
    """

    name: str
    limit: int
    expires_at: datetime
    on_limit_exceeded: Callable[[], Exception]


class ConcurrentUpdate(Exception):
    """Another request changed the counter since it was read."""


class RateLimitStore:
    """The table ``attempts``."""

    def __init__(self, database: Database) -> None:
        """Create the store."""
        self._database = database

    def get_backoff_state(self, name: str) -> BackoffState | None:
        """Return the state of a backoff; None if it does not exist."""
        # A batch read, because the function's policy permits no other read.
        state: BackoffState | None
        [state] = self._database.batch_get(_backoff_state_read(name))
        return state

    def get_backoff_states_and_items(
        self, counter_names: Sequence[str], extra_reads: Sequence[Read[Any]]
    ) -> tuple[list[BackoffState | None], list[Any]]:
        """Read backoffs and other items in one round trip; None for each that does not exist."""
        items = self._database.batch_get(*map(_backoff_state_read, counter_names), *extra_reads)
        return items[: len(counter_names)], items[len(counter_names) :]

    def window_count_read(self, counter: WindowCounter) -> Read[int]:
        """Return the read of a window's counter, to combine it with other reads."""
        return Read(ATTEMPTS, {"name": counter.name}, lambda item: int(item["tries"]))

    def record_attempt(
        self,
        name: str,
        expected_state: BackoffState | None,
        new_state: BackoffState,
        expires_at: datetime,
        window_counters: Sequence[WindowCounter],
    ) -> None:
        """Count an attempt in a backoff and in windows, all or nothing.

        A transaction counts once even if botocore repeats it after a lost response.

        Args:
            name: the name of the backoff's counter.
            expected_state: the state of the backoff as it was read.
            new_state: the state to write.
            expires_at: the time from which DynamoDB may delete the counter.
            window_counters: the window counters to increment.

        Raises:
            ConcurrentUpdate: another request changed the backoff since it was read.
            Exception: the error from ``on_limit_exceeded`` of the first exceeded counter.
        """
        item = {
            "name": name,
            "tries": new_state.attempts,
            "lastAt": clock.to_text(new_state.last_attempt_at),
            "ttl": int(expires_at.timestamp()),
        }
        condition = {"ConditionExpression": "attribute_not_exists(tries)"}
        values: Item = {}
        if expected_state:
            condition = {"ConditionExpression": "tries = :tries AND lastAt = :lastAt"}
            values = {
                ":tries": expected_state.attempts,
                ":lastAt": clock.to_text(expected_state.last_attempt_at),
            }
        write = Write(
            "Put", ATTEMPTS, item, condition, values, on_condition_failed=ConcurrentUpdate
        )
        self._database.transact([write, *map(_increment_write, window_counters)])

    def increment(self, counter: WindowCounter) -> None:
        """Increment one counter; concurrent requests don't conflict.

        Raises:
            Exception: the error from ``on_limit_exceeded``: the counter is at its limit.
        """
        expressions, values = _increment_expressions(counter)
        try:
            self._database.update(ATTEMPTS, {"name": counter.name}, values=values, **expressions)
        except ConditionFailed:
            raise counter.on_limit_exceeded() from None

    def increment_all(self, counters: Sequence[WindowCounter]) -> None:
        """Increment all counters or none. If botocore repeats the request, it counts once.

        Raises:
            Exception: the error from ``on_limit_exceeded`` of the first exceeded counter.
        """
        self._database.transact([_increment_write(counter) for counter in counters])

    def increment_write(self, counter: WindowCounter) -> Write:
        """Return the write that increments a counter; at its limit, it raises the limit error."""
        return _increment_write(counter)

    def delete_write(self, name: str) -> Write:
        """Return the write that deletes a counter."""
        return Write("Delete", ATTEMPTS, {"name": name})

    def reset_and_refund_writes(
        self, name: str, counters: Sequence[WindowCounter]
    ) -> tuple[Write, ...]:
        """Return the writes that delete a backoff's counter and decrement each window counter."""
        return (self.delete_write(name), *map(self.decrement_write, counters))

    def decrement_write(self, counter: WindowCounter) -> Write:
        """Return the write that decrements a window counter."""
        decrement = {"UpdateExpression": "ADD tries :minus_one"}
        return Write("Update", ATTEMPTS, {"name": counter.name}, decrement, {":minus_one": -1})


def _backoff_state_read(name: str) -> Read[BackoffState]:
    return Read(
        ATTEMPTS,
        {"name": name},
        lambda item: BackoffState(item["tries"], clock.from_text(item["lastAt"])),
    )


def _increment_write(counter: WindowCounter) -> Write:
    return Write(
        "Update",
        ATTEMPTS,
        {"name": counter.name},
        *_increment_expressions(counter),
        counter.on_limit_exceeded,
    )


def _increment_expressions(counter: WindowCounter) -> tuple[dict[str, object], Item]:
    expressions: dict[str, object] = {
        "UpdateExpression": "ADD tries :one SET #ttl = :ttl",
        "ConditionExpression": "attribute_not_exists(tries) OR tries < :limit",
        "ExpressionAttributeNames": {"#ttl": "ttl"},
    }
    expires_at = int(counter.expires_at.timestamp())
    return expressions, {":one": 1, ":limit": counter.limit, ":ttl": expires_at}
