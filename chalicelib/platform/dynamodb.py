"""The DynamoDB client of the stores: plain values in and out, and one error type for failures.

The stores define the expressions.
"""

import functools
import itertools
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from chalicelib.platform import settings
from chalicelib.platform.attributes import from_attributes, to_attributes
from chalicelib.platform.aws import service_client
from chalicelib.platform.aws_errors import AwsClient, AwsError, AwsUnreachable
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.items import Item, Query, Read, Write

RecordT = TypeVar("RecordT")
OtherRecordT = TypeVar("OtherRecordT")

# A call that conflicts with a transaction is retried; see TransactionConflict in
# docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
MAX_CONFLICT_ATTEMPTS = 4
_BASE_DELAY_SECONDS = 0.02
_MAX_BATCH_ATTEMPTS = 3
# The maximum of BatchWriteItem.
_MAX_BATCH_DELETES = 25
# A query with a selective filter returns fewer items rather than taking long. Each page is larger
# than the one before, since the filter will probably discard most of it, too.
DEFAULT_MAX_PAGES = 5
_PAGE_GROWTH = 4
_MAX_PAGE_SIZE = 1000


class ConditionFailed(Exception):
    """The condition of a single write did not hold; nothing was written."""


class Database:
    """The tables of one stage."""

    def __init__(self, client: AwsClient, table_name: Callable[[str], str]) -> None:
        """Use a client of DynamoDB, and a function from short to full table names."""
        self._client = client
        self._table_name = table_name

    def get(self, read: Read[RecordT]) -> RecordT | None:
        """Return one item, read consistently; None if it doesn't exist."""
        response = self._call(
            "GetItem",
            TableName=self._table_name(read.table),
            Key=to_attributes(read.key),
            ConsistentRead=True,
            **_projection([read]),
        )
        return read.parse(from_attributes(response["Item"])) if "Item" in response else None

    def batch_get_two(
        self, first: Read[RecordT], second: Read[OtherRecordT]
    ) -> tuple[RecordT | None, OtherRecordT | None]:
        """Return two items of any tables, read consistently in one round trip."""
        record, other_record = self.batch_get(first, second)
        return record, other_record

    def batch_get(self, *reads: Read[Any]) -> list[Any]:
        """Return items of any tables, read consistently in one round trip; None for missing items.

        DynamoDB may leave keys unprocessed. They are retried a few times.
        """
        request_items: Any = {}
        for table in dict.fromkeys(read.table for read in reads):
            reads_of_table = [read for read in reads if read.table == table]
            request_items[self._table_name(table)] = {
                "Keys": [to_attributes(read.key) for read in reads_of_table],
                "ConsistentRead": True,
                **_projection(reads_of_table),
            }
        items_with_table: list[tuple[str, Item]] = []
        for attempt in range(_MAX_BATCH_ATTEMPTS):
            if attempt:
                _back_off(attempt)
            response = self._call("BatchGetItem", RequestItems=request_items)
            for name, items in response["Responses"].items():
                items_with_table += [(name, from_attributes(item)) for item in items]
            request_items = response.get("UnprocessedKeys")
            if not request_items:
                return [self._find_and_parse(read, items_with_table) for read in reads]
        raise ServiceUnavailable(cause="BatchGetItem: UnprocessedKeys")

    def _find_and_parse(
        self, read: Read[RecordT], items_with_table: list[tuple[str, Item]]
    ) -> RecordT | None:
        name = self._table_name(read.table)
        for table, item in items_with_table:
            if table == name and read.key.items() <= item.items():
                return read.parse(item)
        return None

    def query(
        self,
        query: Query,
        limit: int,
        start_key: Item | None = None,
        *,
        max_pages: int = DEFAULT_MAX_PAGES,
    ) -> tuple[list[Item], Item | None]:
        """Return up to ``limit`` items, in at most ``max_pages`` round trips.

        Args:
            query: the query.
            limit: the maximum number of items to return.
            start_key: the key of the last item of the previous page.
            max_pages: the maximum number of round trips.

        Returns:
            The items in order, and the key of the last one; None at the end. A selective filter can
            leave fewer items than the limit before the end.
        """
        matches: list[Item] = []
        page_size = limit + 1
        for _ in range(max_pages):
            items, start_key = self._read_page(query, page_size, start_key)
            matches += items
            if len(matches) > limit:
                last = matches[limit - 1]
                return matches[:limit], {name: last[name] for name in query.key_attributes}
            if not start_key:
                return matches, None
            page_size = max(page_size, min(page_size * _PAGE_GROWTH, _MAX_PAGE_SIZE))
        return matches, start_key

    def query_all(self, query: Query) -> Iterator[Item]:
        """Yield all items of a query, 1,000 per round trip."""
        items, start_key = self._read_page(query, _MAX_PAGE_SIZE)
        yield from items
        while start_key:
            items, start_key = self._read_page(query, _MAX_PAGE_SIZE, start_key)
            yield from items

    def count(self, query: Query, *, max_pages: int = DEFAULT_MAX_PAGES) -> int | None:
        """Return the number of items of a query; None if counting takes more round trips.

        Each round trip counts 1 MB of items.
        """
        total, start_key = 0, None
        for _ in range(max_pages):
            response = self._call(
                "Query", **self._query_arguments(query, start_key), Select="COUNT"
            )
            total += int(response["Count"])
            start_key = response.get("LastEvaluatedKey")
            if start_key is None:
                return total
        return None

    def _read_page(
        self, query: Query, page_size: int, start_key: Item | None = None
    ) -> tuple[list[Item], Item | None]:
        """Return one page after filtering, and the key of the last item that was read."""
        exclusive_start_key = to_attributes(start_key) if start_key else None
        response = self._call(
            "Query", **self._query_arguments(query, exclusive_start_key), Limit=page_size
        )
        last_key = response.get("LastEvaluatedKey")
        return [from_attributes(item) for item in response["Items"]], (
            from_attributes(last_key) if last_key else None
        )

    def _query_arguments(self, query: Query, exclusive_start_key: Any) -> dict[str, Any]:
        """Return the arguments of the Query call."""
        optional_arguments: dict[str, Any] = {
            "ConsistentRead": query.index is None or query.is_local
        }
        if query.index:
            optional_arguments["IndexName"] = query.index
        if query.filter_expression:
            optional_arguments["FilterExpression"] = query.filter_expression
        if query.expression_names:
            optional_arguments["ExpressionAttributeNames"] = dict(query.expression_names)
        if exclusive_start_key:
            optional_arguments["ExclusiveStartKey"] = exclusive_start_key
        return {
            "TableName": self._table_name(query.table),
            "KeyConditionExpression": query.key_condition,
            "ExpressionAttributeValues": to_attributes(query.expression_values),
            "ScanIndexForward": query.ascending,
            **optional_arguments,
        }

    def scan(self, table: str, start_key: Item | None = None) -> tuple[list[Item], Item | None]:
        """Read a page of a whole table, consistently. Operators' commands only: functions may not.

        Args:
            table: the table, by its short name.
            start_key: the key of the last item of the previous page.

        Returns:
            Items of up to 1 MB, and the position after which to continue; None at the end.
        """
        optional_arguments = {"ExclusiveStartKey": to_attributes(start_key)} if start_key else {}
        response = self._call(
            "Scan", TableName=self._table_name(table), ConsistentRead=True, **optional_arguments
        )
        last_key = response.get("LastEvaluatedKey")
        return [from_attributes(item) for item in response["Items"]], (
            from_attributes(last_key) if last_key else None
        )

    def update(self, table: str, key: Item, *, values: Item, **expressions: Any) -> None:
        """Update one item.

        Raises:
            ConditionFailed: the condition did not hold.
        """
        self._call(
            "UpdateItem",
            TableName=self._table_name(table),
            Key=to_attributes(key),
            ExpressionAttributeValues=to_attributes(values),
            **expressions,
        )

    def delete(self, table: str, key: Item) -> bool:
        """Delete one item; return whether it existed."""
        response = self._call(
            "DeleteItem",
            TableName=self._table_name(table),
            Key=to_attributes(key),
            ReturnValues="ALL_OLD",
        )
        return "Attributes" in response

    def batch_delete(
        self, table: str, keys: Iterable[Item], before_each_round_trip: Callable[[], None]
    ) -> None:
        """Delete any number of a table's items, 25 per round trip.

        After a failure, the deleted items stay deleted, and the caller may repeat the call.

        Args:
            table: the table, by its short name.
            keys: the items' keys.
            before_each_round_trip: called before each request to DynamoDB; it raises an exception
                to stop.
        """
        name, remaining_keys = self._table_name(table), iter(keys)
        while batch := list(itertools.islice(remaining_keys, _MAX_BATCH_DELETES)):
            before_each_round_trip()
            request_items: Any = {
                name: [{"DeleteRequest": {"Key": to_attributes(key)}} for key in batch]
            }
            for attempt in range(_MAX_BATCH_ATTEMPTS):
                if attempt:
                    _back_off(attempt)
                response = self._call("BatchWriteItem", RequestItems=request_items)
                request_items = response.get("UnprocessedItems")
                if not request_items:
                    break
            else:
                raise ServiceUnavailable(cause="BatchWriteItem: UnprocessedItems")

    def transact(self, writes: Sequence[Write]) -> None:
        """Run all of these writes, or none.

        The function retries a few times after a conflict with another transaction. The client gives
        every call a ClientRequestToken, so that its own retries apply a transaction once.

        Raises:
            Exception: the error from ``on_condition_failed`` of the first write whose condition
                failed.
            ServiceUnavailable: nothing was written, or the result is unknown.
        """
        items = [self._transaction_item(write) for write in writes]
        for attempt in range(MAX_CONFLICT_ATTEMPTS):
            if attempt:
                _back_off(attempt)
            reasons = self._try_transaction(items)
            if reasons is None:
                return
            for write, reason in zip(writes, reasons, strict=True):
                if reason == "ConditionalCheckFailed":
                    raise write.on_condition_failed()
            if "TransactionConflict" not in reasons:
                break
        raise ServiceUnavailable(cause=f"TransactWriteItems: {reasons}")

    def _try_transaction(self, items: list[Any]) -> list[str] | None:
        """Return None after a success, or the reason for each item after a failure."""
        try:
            self._call("TransactWriteItems", TransactItems=items)
        except AwsError as error:
            return [reason["Code"] for reason in error.response["CancellationReasons"]]
        return None

    def _transaction_item(self, write: Write) -> dict[str, Any]:
        parameter = "Item" if write.operation == "Put" else "Key"
        item: dict[str, Any] = {
            "TableName": self._table_name(write.table),
            parameter: to_attributes(write.item_or_key),
            **write.expressions,
        }
        if write.values:
            item["ExpressionAttributeValues"] = to_attributes(write.values)
        if write.names:
            item["ExpressionAttributeNames"] = dict(write.names)
        return {write.operation: item}

    def _call(self, operation: str, **arguments: Any) -> Any:
        """Call DynamoDB.

        Raises:
            ConditionFailed: the condition of a single write did not hold.
            AwsError: a transaction was cancelled.
            ServiceUnavailable: any other failure: throttling, rejection, timeout, no connection.
        """
        for attempt in range(MAX_CONFLICT_ATTEMPTS):
            if attempt:
                _back_off(attempt)
            try:
                return self._client.call(operation, **arguments)
            except AwsError as error:
                code = error.code
                if code == "ConditionalCheckFailedException":
                    raise ConditionFailed from None
                if code == "TransactionCanceledException":
                    raise
                if code != "TransactionConflictException":
                    raise ServiceUnavailable(cause=f"{operation}: {code}") from error
            except AwsUnreachable as error:
                raise ServiceUnavailable(cause=f"{operation}: {error}") from error
        raise ServiceUnavailable(cause=f"{operation}: TransactionConflictException")


@functools.cache
def database() -> Database:
    """Return this process's database.

    Raises:
        ServiceUnavailable: no stage is configured, or the region is missing.
    """
    return Database(service_client("dynamodb"), settings.current().table_name)


def _projection(reads: Sequence[Read[Any]]) -> dict[str, Any]:
    """Return the arguments for the attributes of one table that these reads name.

    If one read names none, they read whole items. Each name has a placeholder, because some of them
    are reserved words.
    """
    if not all(read.attributes for read in reads):
        return {}
    names = sorted({name for read in reads for name in (*read.key, *read.attributes)})
    return {
        "ProjectionExpression": ", ".join(f"#{name}" for name in names),
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
    }


def _back_off(attempt: int) -> None:
    """Wait before a retry: exponential backoff with jitter."""
    jitter = random.uniform(0.5, 1)  # noqa: S311  # nosec B311 # a pause, not a secret
    time.sleep(jitter * _BASE_DELAY_SECONDS * 2**attempt)
