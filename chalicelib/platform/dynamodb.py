"""DynamoDB as the stores use it: plain values in and out, every failure one of ours.

Expressions stay in the stores. Here are the client, the limits of its patience, and what becomes
of a call that fails. botocore is imported with the first call, since signing out makes none.
"""

import functools
import itertools
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from chalicelib.platform import settings
from chalicelib.platform.errors import Unavailable

Item = dict[str, Any]
Record = TypeVar("Record")
OtherRecord = TypeVar("OtherRecord")

# One call may take 1.5 s twice: an answer within 5 s, though another call was slow before.
TIMEOUT_SECONDS = 1.5
ATTEMPTS = 2
# A mail comes after what it tells of, and whoever asked waits for it: once, and not for long.
MAIL = "sesv2"
# All that is asked of AWS. Packaging cuts what botocore knows of it down to this.
OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "dynamodb": (
        *("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem"),
        *("Query", "TransactWriteItems", "UpdateItem"),
    ),
    "secretsmanager": ("GetSecretValue",),
    MAIL: ("SendEmail",),
}
# Where that lies in the package. Anywhere else there is no such folder, and botocore's own is read.
DATA = Path(__file__).parents[2] / "aws-data"
MAIL_CONNECT_SECONDS, MAIL_READ_SECONDS, MAIL_ATTEMPTS = 0.5, 1.5, 1
# Of botocore's retry modes only this one holds DynamoDB's answers against their checksum: with
# another, an answer that breaks off half-way reads as "there is no such item".
RETRY_MODE = "legacy"
# What loses a race to a transaction is tried again; see TransactionConflict in
# docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
CONFLICT_ATTEMPTS = 4
_SHORTEST_PAUSE_SECONDS = 0.02
_BATCH_ATTEMPTS = 3
# What a batch write takes.
_MOST_DELETED = 25
# A list that discards most of what it reads comes back short rather than late. Each of its
# reads takes in more than the one before, since whatever discards much will discard more.
PAGES_AT_MOST = 5
_GROWTH = 4
_MOST_ITEMS_READ = 1000


class ConditionFailed(Exception):
    """The condition of a single write did not hold; nothing was written."""


@dataclass(frozen=True, slots=True)
class Read(Generic[Record]):
    """One item to be read, and what becomes of it.

    Attributes:
        table: the table, by its short name.
        key: the item's key.
        parse: makes a record of the item.
    """

    table: str
    key: Item
    parse: Callable[[Item], Record]


@dataclass(frozen=True, slots=True)
class Write:
    """One write of a transaction.

    Attributes:
        kind: ``Put``, ``Update``, ``Delete`` or ``ConditionCheck``.
        table: the table, by its short name.
        subject: the item of a Put, or else the key.
        expressions: the call's expressions, for example ``ConditionExpression``.
        values: the expressions' values, by placeholder.
        otherwise: makes the error that a failed condition means; a write without one has none
            that could fail.
        names: the expressions' names, by placeholder.
    """

    kind: str
    table: str
    subject: Item
    expressions: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    otherwise: Callable[[], Exception] = Unavailable
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Partition:
    """Items that belong together, and the order in which to read them.

    Attributes:
        table: the table, by its short name.
        key: the names of the attributes that tell where an item stands: the table's key, and the
            index's, if one is read.
        condition: the KeyConditionExpression.
        values: the expressions' values, by placeholder.
        keep: the FilterExpression, if not all are wanted.
        names: the expressions' names, by placeholder.
        index: the index to read in place of the table.
        is_local: whether that index is a local one. It is read consistently, as the table is; a
            global one lags behind it a little.
        ascending: whether the lowest key comes first.
    """

    table: str
    key: tuple[str, ...]
    condition: str
    values: Mapping[str, Any]
    keep: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    index: str | None = None
    is_local: bool = False
    ascending: bool = False


class Database:
    """The tables of one stage."""

    def __init__(self, client: Any, table_name: Callable[[str], str]) -> None:
        """Use a botocore DynamoDB client, and a function from short to full table names."""
        self._client = client
        self._table_name = table_name

    def get(self, read: Read[Record]) -> Record | None:
        """Read one item, consistently; None if there is none."""
        answer = self._call(
            "get_item",
            TableName=self._table_name(read.table),
            Key=_to_attributes(read.key),
            ConsistentRead=True,
        )
        return read.parse(_from_attributes(answer["Item"])) if "Item" in answer else None

    def get_both(
        self, first: Read[Record], second: Read[OtherRecord]
    ) -> tuple[Record | None, OtherRecord | None]:
        """Read two items, of any tables, consistently, in one round trip."""
        one, other = self.get_all(first, second)
        return one, other

    def get_all(self, *reads: Read[Any]) -> list[Any]:
        """Read items, of any tables, consistently, in one round trip; None for each not there.

        DynamoDB may leave keys unprocessed; they are asked for again, a few times.
        """
        wanted: Any = {}
        for read in reads:
            asked = wanted.setdefault(
                self._table_name(read.table), {"Keys": [], "ConsistentRead": True}
            )
            asked["Keys"].append(_to_attributes(read.key))
        found: list[tuple[str, Item]] = []
        for attempt in range(_BATCH_ATTEMPTS):
            if attempt:
                _pause(attempt)
            answer = self._call("batch_get_item", RequestItems=wanted)
            for name, items in answer["Responses"].items():
                found += [(name, _from_attributes(item)) for item in items]
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                return [self._found(read, found) for read in reads]
        raise Unavailable(cause="batch_get_item: UnprocessedKeys")

    def _found(self, read: Read[Record], found: list[tuple[str, Item]]) -> Record | None:
        name = self._table_name(read.table)
        for table, item in found:
            if table == name and read.key.items() <= item.items():
                return read.parse(item)
        return None

    def query(
        self,
        partition: Partition,
        limit: int,
        after: Item | None = None,
        *,
        pages: int = PAGES_AT_MOST,
    ) -> tuple[list[Item], Item | None]:
        """Read a partition, in at most five round trips.

        Args:
            partition: what to read, and how.
            limit: how many items to return at most.
            after: the key of the item to go on after.
            pages: how many round trips it may take.

        Returns:
            The items in order, and the key to go on after; None at the end. A filter that
            discards much can leave fewer items than the limit before the end.
        """
        found: list[Item] = []
        reads = limit + 1
        for _ in range(pages):
            items, after = self._read(partition, reads, after)
            found += items
            if len(found) > limit:
                last = found[limit - 1]
                return found[:limit], {name: last[name] for name in partition.key}
            if not after:
                return found, None
            reads = max(reads, min(reads * _GROWTH, _MOST_ITEMS_READ))
        return found, after

    def every(self, partition: Partition) -> Iterator[Item]:
        """Read a whole partition, a thousand items in a round trip, however many there are."""
        items, after = self._read(partition, _MOST_ITEMS_READ)
        yield from items
        while after:
            items, after = self._read(partition, _MOST_ITEMS_READ, after)
            yield from items

    def count(self, partition: Partition, *, pages: int = PAGES_AT_MOST) -> int | None:
        """Count a partition's items without fetching them; None if that takes more round trips.

        Each round trip counts what a megabyte holds.
        """
        total, after = 0, None
        for _ in range(pages):
            answer = self._call("query", **self._query(partition, after), Select="COUNT")
            total += int(answer["Count"])
            after = answer.get("LastEvaluatedKey")
            if after is None:
                return total
        return None

    def _read(
        self, partition: Partition, reads: int, after: Item | None = None
    ) -> tuple[list[Item], Item | None]:
        """Read so many items, drop those not wanted, and say where to go on."""
        start = _to_attributes(after) if after else None
        answer = self._call("query", **self._query(partition, start), Limit=reads)
        rest = answer.get("LastEvaluatedKey")
        return [_from_attributes(item) for item in answer["Items"]], (
            _from_attributes(rest) if rest else None
        )

    def _query(self, partition: Partition, start: Any) -> dict[str, Any]:
        """Return the arguments of a query that goes on after a key, as DynamoDB writes it."""
        source: dict[str, Any] = {"ConsistentRead": partition.index is None or partition.is_local}
        if partition.index:
            source["IndexName"] = partition.index
        if partition.keep:
            source["FilterExpression"] = partition.keep
        if partition.names:
            source["ExpressionAttributeNames"] = dict(partition.names)
        if start:
            source["ExclusiveStartKey"] = start
        return {
            "TableName": self._table_name(partition.table),
            "KeyConditionExpression": partition.condition,
            "ExpressionAttributeValues": _to_attributes(partition.values),
            "ScanIndexForward": partition.ascending,
            **source,
        }

    def scan(self, table: str, after: Item | None = None) -> tuple[list[Item], Item | None]:
        """Read a page of a whole table, consistently. Operators' commands may; no function may.

        Args:
            table: the table, by its short name.
            after: the key of the item to go on after.

        Returns:
            The items of up to 1 MB, and the key to go on after; None at the end.
        """
        start = {"ExclusiveStartKey": _to_attributes(after)} if after else {}
        answer = self._call("scan", TableName=self._table_name(table), ConsistentRead=True, **start)
        rest = answer.get("LastEvaluatedKey")
        return [_from_attributes(item) for item in answer["Items"]], (
            _from_attributes(rest) if rest else None
        )

    def update(self, table: str, key: Item, *, values: Item, **expressions: Any) -> None:
        """Update one item.

        Raises:
            ConditionFailed: its condition did not hold.
        """
        self._call(
            "update_item",
            TableName=self._table_name(table),
            Key=_to_attributes(key),
            ExpressionAttributeValues=_to_attributes(values),
            **expressions,
        )

    def delete(self, table: str, key: Item) -> bool:
        """Delete one item; say whether there was one."""
        answer = self._call(
            "delete_item",
            TableName=self._table_name(table),
            Key=_to_attributes(key),
            ReturnValues="ALL_OLD",
        )
        return "Attributes" in answer

    def delete_many(
        self, table: str, keys: Iterable[Item], before_each: Callable[[], None]
    ) -> None:
        """Delete items of a table, twenty-five in a round trip, however many there are.

        Where it stops half-way, what is deleted stays deleted, and it may be asked again.

        Args:
            table: the table, by its short name.
            keys: the items' keys.
            before_each: called before each round trip; what it raises stops here.
        """
        name, left = self._table_name(table), iter(keys)
        while batch := list(itertools.islice(left, _MOST_DELETED)):
            before_each()
            wanted: Any = {name: [{"DeleteRequest": {"Key": _to_attributes(k)}} for k in batch]}
            for attempt in range(_BATCH_ATTEMPTS):
                if attempt:
                    _pause(attempt)
                answer = self._call("batch_write_item", RequestItems=wanted)
                wanted = answer.get("UnprocessedItems")
                if not wanted:
                    break
            else:
                raise Unavailable(cause="batch_write_item: UnprocessedItems")

    def transact(self, writes: Sequence[Write]) -> None:
        """Do all of these writes or none of them.

        A conflict with another transaction is tried again, a few times. botocore gives every
        call a ClientRequestToken, so that its own retries apply a transaction once.

        Raises:
            Exception: what ``otherwise`` of the first write whose condition failed makes.
            Unavailable: nothing was written, or it is not known whether it was.
        """
        items = [self._transaction_item(write) for write in writes]
        for attempt in range(CONFLICT_ATTEMPTS):
            if attempt:
                _pause(attempt)
            reasons = self._try_transaction(items)
            if reasons is None:
                return
            for write, reason in zip(writes, reasons, strict=True):
                if reason == "ConditionalCheckFailed":
                    raise write.otherwise()
            if "TransactionConflict" not in reasons:
                break
        raise Unavailable(cause=f"transact_write_items: {reasons}")

    def _try_transaction(self, items: list[Any]) -> list[str] | None:
        """Return None if it was done, else why each item was not."""
        from botocore.exceptions import ClientError

        try:
            self._call("transact_write_items", TransactItems=items)
        except ClientError as error:
            return [reason["Code"] for reason in error.response["CancellationReasons"]]
        return None

    def _transaction_item(self, write: Write) -> dict[str, Any]:
        what = "Item" if write.kind == "Put" else "Key"
        item: dict[str, Any] = {
            "TableName": self._table_name(write.table),
            what: _to_attributes(write.subject),
            **write.expressions,
        }
        if write.values:
            item["ExpressionAttributeValues"] = _to_attributes(write.values)
        if write.names:
            item["ExpressionAttributeNames"] = dict(write.names)
        return {write.kind: item}

    def _call(self, operation: str, **arguments: Any) -> Any:
        """Call DynamoDB.

        Raises:
            ConditionFailed: the condition of a single write did not hold.
            ClientError: a transaction was cancelled.
            Unavailable: anything else: throttled, refused, timed out, away.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        for attempt in range(CONFLICT_ATTEMPTS):
            if attempt:
                _pause(attempt)
            try:
                return getattr(self._client, operation)(**arguments)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code == "ConditionalCheckFailedException":
                    raise ConditionFailed from None
                if code == "TransactionCanceledException":
                    raise
                if code != "TransactionConflictException":
                    raise Unavailable(cause=f"{operation}: {code}") from error
            except BotoCoreError as error:
                raise Unavailable(cause=f"{operation}: {type(error).__name__}") from error
        raise Unavailable(cause=f"{operation}: TransactionConflictException")


@functools.cache
def database() -> Database:
    """Return this process's database.

    Raises:
        Unavailable: nothing is set up, or there is no region.
    """
    return Database(aws_client("dynamodb"), settings.current().table_name)


def aws_client(service: str) -> Any:
    """Return this process's botocore client, whose patience fits within one request's.

    Raises:
        Unavailable: this process belongs to no stage, or AWS's settings are amiss.
    """
    if settings.current().stage is None:
        sentence = "No database is set up here. Start the service with: make dev"
        raise Unavailable(sentence, cause="no stage")
    return _aws_client(service)


@functools.cache
def _aws_client(service: str) -> Any:
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    connect, read, attempts = TIMEOUT_SECONDS, TIMEOUT_SECONDS, ATTEMPTS
    if service == MAIL:
        connect, read, attempts = MAIL_CONNECT_SECONDS, MAIL_READ_SECONDS, MAIL_ATTEMPTS
    config = Config(
        connect_timeout=connect,
        read_timeout=read,
        retries={"mode": RETRY_MODE, "total_max_attempts": attempts},
    )
    try:
        return _aws_session().create_client(service, config=config)
    except BotoCoreError as error:
        raise Unavailable(cause=f"{service}: {type(error).__name__}") from error


@functools.cache
def _aws_session() -> Any:
    """Return what makes clients: botocore's part of boto3, which has all that is asked of it here.

    The rest, transfers to S3 and objects for resources, takes as long to import as the database
    takes to answer a whole request.
    """
    from botocore.loaders import Loader
    from botocore.session import get_session

    class OurServices(Loader):  # type: ignore[misc]  # botocore has no types
        """Knows of no other services, in place of looking into the folders of all four hundred.

        It reads the package's data before botocore's. These are a part of botocore's own, and so
        it says, or botocore would take the endpoints for somebody's who wants others. On a machine
        without that data it knows them all: an operator's credentials may come from STS or SSO.
        """

        def list_available_services(self, type_name: str) -> list[str]:
            if DATA.is_dir():
                return list(OPERATIONS)
            return list(super().list_available_services(type_name))

        def is_builtin_path(self, path: str) -> bool:
            return path.startswith(str(DATA)) or super().is_builtin_path(path)

    session = get_session()
    session.register_component("data_loader", OurServices([str(DATA)]))
    return session


def _pause(attempt: int) -> None:
    """Wait before another attempt: longer each time, and not in step with the others."""
    time.sleep(random.uniform(0.5, 1) * _SHORTEST_PAUSE_SECONDS * 2**attempt)  # noqa: S311


def _to_attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _to_attribute(value) for name, value in values.items()}


def _to_attribute(value: Any) -> dict[str, Any]:
    """Write a plain value as DynamoDB's API does: under the name of its type."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case Mapping():
            return {"M": _to_attributes(value)}
        case list() | tuple():
            return {"L": [_to_attribute(each) for each in value]}
    raise TypeError(f"DynamoDB is not given {type(value).__name__} here.")


def _from_attributes(attributes: Mapping[str, Any]) -> Item:
    return {name: _from_attribute(attribute) for name, attribute in attributes.items()}


def _from_attribute(attribute: Mapping[str, Any]) -> Any:
    """Read what :func:`_to_attribute` writes. Numbers are whole: this service stores no others."""
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return int(value)
        case "M":
            return _from_attributes(value)
        case "L":
            return [_from_attribute(each) for each in value]
    return value
