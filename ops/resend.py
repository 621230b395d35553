"""Sends emails and events again that could not be delivered: ``python -m ops resend``.

Dead letters return to their queues. So do items that stayed in the outbox because the function
``outbox`` failed for longer than its stream lasts. The command can be repeated: a queue accepts an
item once within five minutes.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from chalicelib.delivery import emailer, webhooks
from chalicelib.platform import clock, settings
from chalicelib.platform.outbox import OUTBOX_TABLE, Queue
from ops.environment import use_stage

DEAD_LETTERS, UNDELIVERED_WEBHOOKS = "dead-letters", "undelivered-webhooks"
# Items about a one-time link, which works for an hour.
_WITH_LINKS = {Queue.LINK_EMAILS, Queue.PASSWORD_RESET_REQUESTS}
# A younger item is on its way.
STUCK_AFTER = timedelta(minutes=15)
_MAX_MESSAGES = 10
# Long enough to look at all dead letters before the first returns.
_HIDDEN_SECONDS = 120


def run(stage: str, *, dry_run: bool = False) -> int:
    """Send a stage's undelivered items again, and delete those whose link has expired.

    Args:
        stage: the stage.
        dry_run: whether to count only.

    Returns:
        The exit status: 0 if nothing is left.
    """
    use_stage(stage)
    # boto3: for this command only.
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from chalicelib.platform.errors import ServiceUnavailable

    sqs = boto3.client("sqs")
    try:
        name = settings.current().queue_name(DEAD_LETTERS)
        dead_letters = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        os.environ[f"{settings.PREFIX}QUEUES_URL"] = dead_letters.rpartition("/")[0]
        settings.current.cache_clear()
        told = _resend_dead_letters(sqs, dead_letters, dry_run=dry_run)
        told["webhook"] = _resend_webhooks(sqs, dry_run=dry_run)
        stuck, left = _hand_over_stuck_items(dry_run=dry_run)
    except (BotoCoreError, ClientError) as error:
        print(f"SQS: {error}", file=sys.stderr)
        return 1
    except ServiceUnavailable as error:
        print(f"DynamoDB: {error.cause}", file=sys.stderr)
        return 1
    done = "would be " if dry_run else ""
    for what, number in sorted(told.items()):
        print(f"{number:,} {what}: {done}{'deleted' if 'expired' in what else 'sent again'}")
    print(f"{stuck:,} in the outbox for more than 15 minutes: {done}handed over")
    return 1 if left else 0


def _resend_dead_letters(sqs: Any, dead_letters: str, *, dry_run: bool) -> Counter[str]:
    """Return how many dead letters there are of each kind, for people to read."""
    told: Counter[str] = Counter()
    received = []
    for message in _messages(sqs, dead_letters):
        handle = {"QueueUrl": dead_letters, "ReceiptHandle": message["ReceiptHandle"]}
        item = json.loads(message["Body"])
        expired = item["queue"] in _WITH_LINKS and emailer.is_over(item["at"])
        what = item.get("template") or item.get("type", "request for a link")
        told[f"{what} (expired)" if expired else what] += 1
        if dry_run:
            received.append(handle)
            continue
        if not expired:
            sqs.send_message(
                QueueUrl=settings.current().queue_url(item["queue"]),
                MessageBody=message["Body"],
                MessageDeduplicationId=item["id"],
                MessageGroupId=item["id"],
            )
        sqs.delete_message(**handle)
    for handle in received:
        sqs.change_message_visibility(**handle, VisibilityTimeout=0)
    return told


def _resend_webhooks(sqs: Any, *, dry_run: bool) -> int:
    """Return how many webhooks are sent again. One whose endpoint was removed is dropped later."""
    undelivered = settings.current().queue_url(UNDELIVERED_WEBHOOKS)
    number = 0
    for message in list(_messages(sqs, undelivered)):
        number += 1
        handle = {"QueueUrl": undelivered, "ReceiptHandle": message["ReceiptHandle"]}
        if dry_run:
            sqs.change_message_visibility(**handle, VisibilityTimeout=0)
            continue
        content = json.loads(message["Body"])
        group = {"MessageGroupId": content["endpoint"]} if "endpoint" in content else {}
        url = settings.current().queue_url(webhooks.QUEUE)
        sqs.send_message(QueueUrl=url, MessageBody=message["Body"], **group)
        sqs.delete_message(**handle)
    return number


def _messages(sqs: Any, url: str) -> Iterator[Any]:
    """Yield each message of a queue once."""
    while found := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=_MAX_MESSAGES, VisibilityTimeout=_HIDDEN_SECONDS
    ).get("Messages"):
        yield from found


def _hand_over_stuck_items(*, dry_run: bool) -> tuple[int, int]:
    """Return how many items were stuck in the outbox, and how many still are."""
    from chalicelib.delivery import relay
    from chalicelib.platform.dynamodb import database

    before = clock.to_text(clock.now() - STUCK_AFTER)
    stuck, after = 0, None
    failed = 0
    while True:
        items, after = database().scan(OUTBOX_TABLE, after)
        late = [item for item in items if item["at"] < before]
        stuck += len(late)
        if late and not dry_run:
            accepted = relay.hand_over(late)
            failed += len(late) - (len(accepted) if relay.delete(accepted) else 0)
        if after is None:
            return stuck, failed
