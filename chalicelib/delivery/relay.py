"""The function ``outbox``: it hands new items of the outbox to the queues of their consumers.

Lambda reads the table's stream and invokes the function with up to 100 items. A queue doesn't
accept an item's ID twice within five minutes, so a repeated invocation delivers nothing twice. The
function deletes an item once its queue has it. It can't read the table, and it can't send email.
"""

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.platform import log, settings
from chalicelib.platform.attributes import from_attributes
from chalicelib.platform.aws import service_client
from chalicelib.platform.aws_errors import AwsError, AwsUnreachable
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.items import Item
from chalicelib.platform.outbox import OUTBOX

# The maximum of SendMessageBatch.
_MAX_BATCH = 10


def run(event: dict[str, Any], _context: Any = None) -> dict[str, Any]:
    """Hand the new items of a stream's event to their queues.

    Returns:
        The first record that must be repeated. Lambda repeats it and all after it.
    """
    log.bind_account(None)
    records = [record["dynamodb"] for record in event["Records"]]
    numbers = [record["SequenceNumber"] for record in records]
    done = hand_over([from_attributes(record["NewImage"]) for record in records])
    failed = [number for number, is_done in zip(numbers, done, strict=True) if not is_done]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed[:1]]}


def hand_over(items: Sequence[Item]) -> list[bool]:
    """Hand items to their queues, and delete those that a queue has accepted.

    Returns:
        For each item whether both succeeded.
    """
    accepted: set[str] = set()
    by_queue = sorted(items, key=lambda item: str(item["queue"]))
    for queue, of_queue in itertools.groupby(by_queue, key=lambda item: str(item["queue"])):
        waiting = list(of_queue)
        for start in range(0, len(waiting), _MAX_BATCH):
            accepted.update(_send(queue, waiting[start : start + _MAX_BATCH]))
    keys = [{"id": item["id"]} for item in items if item["id"] in accepted]
    try:
        database().delete_many(OUTBOX, keys, lambda: None)
    except ServiceUnavailable as error:
        log.emit(log.LogEvent.UNAVAILABLE, cause=error.cause)
        accepted.clear()
    return [item["id"] in accepted for item in items]


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
