"""Invokes the functions without endpoints as Lambda does: for a stream, queue, topic, or schedule.

Each trigger is a function that invokes the Lambda function once more, if it has to, and returns
whether all is done.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest import mock

import boto3
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from chalicelib.delivery import relay
from chalicelib.functions import CONSUMERS, SCHEDULES
from chalicelib.platform import clock, settings
from tests.matrix import faults
from tests.matrix.faults import Killed, Outgoing
from tests.support.environments import Stage
from tools import consumers

POST = "POST"
Trigger = Callable[[], bool]


def let_go(_number: int, _outgoing: Outgoing) -> None:
    """Let a call through."""


@dataclass
class Triggers:
    """The triggers of a stage's functions.

    Attributes:
        backend: the stage.
        show: decides about each call of a function: see :func:`tests.matrix.faults.watched`.
    """

    backend: Stage
    show: Callable[[int, Outgoing], Any] = let_go
    _show_another: Callable[[Outgoing], Any] = faults.throttled

    def stream(self, function: str) -> Trigger:
        """Return what hands over the items that are in the function's table now.

        Lambda repeats the first item that failed and all after it, deleted or not.
        """
        name = settings.current().table_name(str(CONSUMERS[function].table))
        records = [
            {"dynamodb": {"NewImage": item, "SequenceNumber": str(number)}}
            for number, item in enumerate(self.backend.client.scan(TableName=name)["Items"])
        ]

        def invoke() -> bool:
            answer = self._invoke(function, {"Records": list(records)})
            if answer is not None:
                failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
                while records and records[0]["dynamodb"]["SequenceNumber"] not in failed:
                    del records[0]
            return not records

        return invoke

    def queue(self, function: str) -> Trigger:
        """Return what hands over the messages of the function's queues."""
        # With clients of its own: its calls aren't the function's.
        harness = consumers.Consumers(boto3.client("dynamodb"), boto3.client("sqs"))
        only = {function: CONSUMERS[function]}

        def invoke() -> bool:
            with mock.patch.object(consumers, "CONSUMERS", only), self._watching():
                harness.deliver()
            return not any(messages(queue) for queue in CONSUMERS[function].queues)

        return invoke

    def topic(self, function: str, message: Any) -> Trigger:
        """Return what publishes a message. Lambda invokes the function until it ends well."""
        event = {"Records": [{"Sns": {"Message": json.dumps(message)}}]}
        return lambda: self._invoke(function, event) is not None

    def schedule(self, function: str, moments: Sequence[datetime]) -> Trigger:
        """Return what runs the function at each of these times, whether it fails or not."""
        left = list(moments)

        def invoke() -> bool:
            with mock.patch.object(clock, "now", return_value=left.pop(0)):
                self._invoke(function, {"source": "aws.events"})
            return not left

        return invoke

    def post(self, send: Callable[[], None]) -> None:
        """Show a request to another system, which may fail as a call to AWS may."""
        if self._show_another(Outgoing(POST, None, send)) is None:
            send()

    def _invoke(self, function: str, event: Any) -> Any:
        """Return what the handler returns, or an empty text; None if it fails."""
        handler = consumers._handler(CONSUMERS.get(function) or SCHEDULES[function])
        try:
            with self._watching():
                return handler(event, None) or ""
        except Exception:  # noqa: BLE001 (Lambda, too, takes any error for a failure)
            return None

    @contextmanager
    def _watching(self) -> Iterator[None]:
        try:
            with faults.watched(self.show) as self._show_another:
                yield
        except Killed:
            # What the process remembered is gone.
            relay._repeated.clear()
            raise


def messages(queue: str) -> list[dict[str, Any]]:
    """What waits in a queue."""
    queues = sqs_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].queues
    return [json.loads(each.body) for each in queues[settings.current().queue_name(queue)].messages]
