"""FIFO queues that remember the messages they have accepted, as SQS does, for five minutes.

moto compares a message only with those that still wait. See "Using the message deduplication ID" in
docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/
"""

import functools
from typing import Any

from moto.sqs.models import DEDUPLICATION_TIME_IN_SECONDS, Queue


def install() -> None:
    """Have moto's queues remember what they have accepted."""
    add_message = Queue.add_message

    @functools.wraps(add_message)
    def add_once(queue: Queue, message: Any) -> None:
        known, name = vars(queue).setdefault("accepted_ids", {}), message.deduplication_id
        seconds = message.sent_timestamp / 1000
        if name and seconds - known.get(name, 0) < DEDUPLICATION_TIME_IN_SECONDS:
            return
        known[name] = seconds
        add_message(queue, message)

    Queue.add_message = add_once  # type: ignore[method-assign]
