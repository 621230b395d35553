"""The stream and the queues on this machine, in the place of Lambda's.

Lambda takes new items from the outbox's stream and messages from the queues, and invokes the
functions of ``CONSUMERS``. Here the table itself is read: the function ``outbox`` deletes what it
has handed over, so the table has what is new. The queues are moto's. Emails to SES's mailbox
simulator bounce, or are marked as spam.
"""

import contextlib
import json
import logging
import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from chalicelib.functions import CONSUMERS, Consumer
from chalicelib.platform import settings
from tools import mailbox_simulator

# moto's account.
ACCOUNT = "123456789012"
_LOG = logging.getLogger(__name__)
_DECLARATION = Path(__file__).parent.parent / ".chalice" / "resources.json"
_POLL_SECONDS = 1.0
_MAX_ROUNDS = 10


def create_queues(client: Any, stage: str) -> None:
    """Create the queues that the template declares, unless they are there.

    Args:
        client: boto3's SQS client.
        stage: the stage that the queues are for.
    """
    resources = json.loads(_DECLARATION.read_text())["Resources"].items()
    queues = [(n, r["Properties"]) for n, r in resources if r.get("Type") == "AWS::SQS::Queue"]
    arns: dict[str, str] = {}
    # Those without dead letters first: they are the others' dead-letter queues.
    for logical, queue in sorted(queues, key=lambda each: "RedrivePolicy" in each[1]):
        name = queue["QueueName"]["Fn::Sub"].replace("${Stage}", stage)
        attributes = {
            key: json.dumps(value)
            for key, value in queue.items()
            if key not in {"QueueName", "RedrivePolicy", "SqsManagedSseEnabled"}
        }
        attributes = {key: value.strip('"') for key, value in attributes.items()}
        if redrive := queue.get("RedrivePolicy"):
            target, _ = redrive["deadLetterTargetArn"]["Fn::GetAtt"]
            policy = {**redrive, "deadLetterTargetArn": arns[target]}
            attributes["RedrivePolicy"] = json.dumps(policy)
        url = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        if not redrive:
            asked = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
            arns[logical] = asked["Attributes"]["QueueArn"]


def create_bus(client: Any) -> None:
    """Create the EventBridge bus of this process's stage, and its rule, unless they are there.

    Create the queues first.

    Args:
        client: boto3's EventBridge client.
    """
    bus, queue = settings.current().event_bus_name, settings.current().queue_name("webhooks")
    with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
        client.create_event_bus(Name=bus)
    pattern = json.dumps({"source": [settings.APPLICATION]})
    client.put_rule(EventBusName=bus, Name=queue, EventPattern=pattern)
    arn = f"arn:aws:sqs:{client.meta.region_name}:{ACCOUNT}:{queue}"
    client.put_targets(EventBusName=bus, Rule=queue, Targets=[{"Id": "webhooks", "Arn": arn}])


def create_bucket(client: Any) -> None:
    """Create the bucket of exports of this process's stage, unless it is there.

    Args:
        client: boto3's S3 client.
    """
    client.create_bucket(Bucket=settings.current().exports_bucket)


class Consumers:
    """Invokes the functions that consume the outbox and the queues of this process's stage."""

    def __init__(self, dynamodb: Any, sqs: Any) -> None:
        """Use boto3's clients of DynamoDB and SQS."""
        self._dynamodb = dynamodb
        self._sqs = sqs
        self._failed: list[dict[str, str]] = []
        # Messages from before: only the outbox, or a failure, leads to more.
        self._is_waiting = True

    def deliver(self) -> None:
        """Invoke the functions until all is done, or fails.

        Messages whose function failed are delivered again the next time, without the pause that
        SQS makes. If none waits and the outbox is empty, the queues aren't read.
        """
        try:
            for _ in range(_MAX_ROUNDS):
                invoked = [self._consume(consumer) for consumer in CONSUMERS.values()]
                self._is_waiting = bool(self._failed)
                if not any(invoked):
                    break
        finally:
            while self._failed:
                self._sqs.change_message_visibility(**self._failed.pop(), VisibilityTimeout=0)

    def _consume(self, consumer: Consumer) -> bool:
        """Invoke a function with what there is for it. Return whether it did anything."""
        handler = _handler(consumer)
        if consumer.table:
            return self._consume_table(consumer.table, handler)
        if not self._is_waiting:
            return False
        done = [self._consume_message(*one, handler) for one in self._messages(consumer)]
        return any(done)

    def _consume_table(self, table: str, handler: Callable[..., Any]) -> bool:
        name = settings.current().table_name(table)
        items = self._dynamodb.scan(TableName=name, ConsistentRead=True)["Items"]
        if not items:
            return False
        self._is_waiting = True
        # Identifiers sort by the time at which they were made.
        records = [
            {
                "eventName": "INSERT",
                "dynamodb": {"NewImage": item, "SequenceNumber": item["id"]["S"]},
            }
            for item in sorted(items, key=lambda item: item["id"]["S"])
        ]
        failed = handler({"Records": records}, None)["batchItemFailures"]
        return not failed

    def _messages(self, consumer: Consumer) -> Iterator[tuple[str, Any]]:
        """Yield the URL of a queue and a message, for all messages of a function's queues.

        Lambda, too, gives a function one message at a time: see ``BatchSize`` in the template.
        """
        for queue in consumer.queues:
            url = settings.current().queue_url(queue)
            asked = {"QueueUrl": url, "AttributeNames": ["ApproximateReceiveCount"]}
            while found := self._sqs.receive_message(**asked).get("Messages"):
                yield url, found[0]

    def _consume_message(self, url: str, message: Any, handler: Callable[..., Any]) -> bool:
        received = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}
        # Until it is done, also if this process is killed.
        self._failed.append(received)
        body = {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
        }
        try:
            handler({"Records": [body]}, None)
        except Exception:  # noqa: BLE001
            _LOG.exception("A message returns to its queue.")
            return False
        self._failed.remove(received)
        self._sqs.delete_message(**received)
        if text := mailbox_simulator.message_about(json.loads(message["Body"])):
            _publish("email-feedback", text)
        return True


def _publish(topic: str, text: str) -> None:
    """Invoke the functions that a topic invokes."""
    for consumer in CONSUMERS.values():
        if consumer.topic == topic:
            _handler(consumer)({"Records": [{"Sns": {"Message": text}}]}, None)


def _handler(consumer: Consumer) -> Callable[..., Any]:
    module, _, name = consumer.handler.rpartition(".")
    handler: Callable[..., Any] = getattr(import_module(module), name)
    return handler


def start(dynamodb: Any, sqs: Any) -> Callable[[], None]:
    """Deliver again and again, in a thread that ends with this process.

    Args:
        dynamodb: boto3's DynamoDB client.
        sqs: boto3's SQS client.

    Returns:
        A function that has it look at once.
    """
    wake = threading.Event()

    def run() -> None:
        consumers = Consumers(dynamodb, sqs)
        while True:
            wake.wait(_POLL_SECONDS)
            wake.clear()
            try:
                consumers.deliver()
            except Exception:  # noqa: BLE001
                _LOG.exception("The outbox can't be read.")

    threading.Thread(target=run, daemon=True).start()
    return wake.set
