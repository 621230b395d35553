"""The function ``outbox``: it hands new items of the outbox to the queues of their consumers.

Lambda reads the table's stream and invokes the function with up to 100 items. It repeats the first
one that failed and all after it. A queue doesn't accept an item's ID twice within five minutes, and
the process remembers the items that a queue has and Lambda repeats, so a repeated invocation
delivers nothing twice, however long one queue fails. The function deletes an item once its queue
has it. It can't read the table, and it can't send email.
"""

import itertools
import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from chalicelib.platform import log, settings
from chalicelib.platform.attributes import from_attributes
from chalicelib.platform.aws import service_client
from chalicelib.platform.aws_errors import AwsError, AwsUnreachable
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.items import Item
from chalicelib.platform.outbox import OUTBOX_TABLE

# The maximum of SendMessageBatch.
_MAX_BATCH = 10
# The IDs of items that a queue has, and that Lambda repeats, the oldest first.
_repeated: dict[str, None] = {}
# More than the shards of any stream repeat at a time: 100 each.
_MAX_REPEATED = 10_000


def run(event: dict[str, Any], _context: Any = None) -> dict[str, Any]:
    """Hand the new items of a stream's event to their queues.

    Returns:
        The first record that must be repeated. Lambda repeats it and all after it.
    """
    log.bind_account(None)
    records = [record["dynamodb"] for record in event["Records"]]
    items = [from_attributes(record["NewImage"]) for record in records]
    known = {item["id"] for item in items} & _repeated.keys()
    accepted = known | hand_over([item for item in items if item["id"] not in known])
    done = accepted if delete(accepted) else set()
    failed = [number for number, item in enumerate(items) if item["id"] not in done]
    handled = failed[0] if failed else len(items)
    _remember([item["id"] for item in items[handled:] if item["id"] in accepted])
    for item in items[:handled]:
        _repeated.pop(item["id"], None)
    to_repeat = [records[number]["SequenceNumber"] for number in failed[:1]]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in to_repeat]}


def hand_over(items: Sequence[Item]) -> set[str]:
    """Hand items to their queues; return the IDs of those that a queue has accepted."""
    accepted: set[str] = set()
    by_queue = sorted(items, key=lambda item: str(item["queue"]))
    for queue, of_queue in itertools.groupby(by_queue, key=lambda item: str(item["queue"])):
        waiting = list(of_queue)
        for start in range(0, len(waiting), _MAX_BATCH):
            accepted.update(_send(queue, waiting[start : start + _MAX_BATCH]))
    return accepted


def delete(accepted: Collection[str]) -> bool:
    """Delete items that a queue has accepted. Return whether all are deleted."""
    try:
        database().batch_delete(OUTBOX_TABLE, [{"id": each} for each in accepted], lambda: None)
    except ServiceUnavailable as error:
        log.emit(log.LogEvent.UNAVAILABLE, cause=error.cause)
        return False
    return True


def _remember(ids: Sequence[str]) -> None:
    _repeated.update(dict.fromkeys(ids))
    while len(_repeated) > _MAX_REPEATED:
        del _repeated[next(iter(_repeated))]


def _send(queue: str, batch: Sequence[Item]) -> Iterator[str]:
    """Send items to one queue, in one call; yield the IDs of those that it accepted."""
    entries = [
        {
            "Id": item["id"],
            "MessageBody": json.dumps({k: v for k, v in item.items() if k != "ttl"}),
            "MessageDeduplicationId": item["id"],
            # Each item is a group of its own: none waits for another.
            "MessageGroupId": item["id"],
        }
        for item in batch
    ]
    try:
        response = service_client("sqs").call(
            "SendMessageBatch", QueueUrl=settings.current().queue_url(queue), Entries=entries
        )
    except AwsError as error:
        log.emit(log.LogEvent.UNAVAILABLE, cause=f"SendMessageBatch: {error.code}")
        return
    except AwsUnreachable as error:
        log.emit(log.LogEvent.UNAVAILABLE, cause=f"SendMessageBatch: {error}")
        return
    yield from (str(accepted["Id"]) for accepted in response.get("Successful", ()))
    for failed in response.get("Failed", ()):
        log.emit(log.LogEvent.UNAVAILABLE, cause=f"SendMessageBatch: {failed['Code']}")
