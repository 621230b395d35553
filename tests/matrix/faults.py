"""Every possible fault of an AWS call, injected into one chosen call."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from moto.core.models import botocore_stubber

from chalicelib.platform import aws

ANSWERED = "https://answered.invalid/"
SERVICES = ("dynamodb", "secretsmanager", "sesv2", "sqs", "events")
WRITES = {"TransactWriteItems", "UpdateItem", "PutItem", "DeleteItem", "BatchWriteItem"}


class _Raw:
    """The body of a made-up answer, as botocore reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


@dataclass(frozen=True)
class Outgoing:
    """A request that is about to leave, and how to send it after all."""

    operation: str
    request: Any
    send: Callable[[], Any]

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.request.body)

    @property
    def conditions(self) -> list[bool]:
        """For each item that it writes, whether there is a condition."""
        items = self.body.get("TransactItems", [{"single": self.body}])
        return ["ConditionExpression" in next(iter(item.values())) for item in items]

    def answer(self, status: int, code: str, **overrides: Any) -> AWSResponse:
        content = json.dumps({"__type": code, "message": code, **overrides}).encode()
        return AWSResponse(self.request.url, status, {}, _Raw(content))

    def cancelled(self, reasons: list[str]) -> AWSResponse:
        codes = [{"Code": reason} for reason in reasons]
        return self.answer(400, "TransactionCanceledException", CancellationReasons=codes)


def throttled(outgoing: Outgoing) -> AWSResponse:
    return outgoing.answer(400, "ThrottlingException")


def fails_inside(outgoing: Outgoing) -> AWSResponse:
    return outgoing.answer(500, "InternalServerError")


def reset_before(outgoing: Outgoing) -> None:
    raise ConnectionClosedError(endpoint_url=outgoing.request.url)


def reset_after(outgoing: Outgoing) -> None:
    outgoing.send()
    raise ConnectionClosedError(endpoint_url=outgoing.request.url)


def timed_out_before(outgoing: Outgoing) -> None:
    raise ReadTimeoutError(endpoint_url=outgoing.request.url)


def timed_out_after(outgoing: Outgoing) -> None:
    outgoing.send()
    raise ReadTimeoutError(endpoint_url=outgoing.request.url)


def condition_failed(outgoing: Outgoing) -> AWSResponse:
    if outgoing.operation != "TransactWriteItems":
        outgoing.send()  # as if another client had made the same change a moment before
        return outgoing.answer(400, "ConditionalCheckFailedException")
    reasons = ["None"] * len(outgoing.conditions)
    reasons[outgoing.conditions.index(True)] = "ConditionalCheckFailed"
    return outgoing.cancelled(reasons)


def conflicted(outgoing: Outgoing) -> AWSResponse:
    if outgoing.operation != "TransactWriteItems":
        return outgoing.answer(400, "TransactionConflictException")
    return outgoing.cancelled(["TransactionConflict"] * len(outgoing.conditions))


def left_unprocessed(outgoing: Outgoing) -> AWSResponse:
    return outgoing.answer(200, "", UnprocessedItems=outgoing.body["RequestItems"])


def rejected_by_the_queue(outgoing: Outgoing) -> AWSResponse:
    """SQS accepts all messages of a call but the first."""
    first, *others = outgoing.body["Entries"]
    if others:
        queue_url = outgoing.body["QueueUrl"]
        boto3.client("sqs").send_message_batch(QueueUrl=queue_url, Entries=others)
    failed = {"Id": first["Id"], "SenderFault": False, "Code": "InternalError"}
    accepted = [{"Id": entry["Id"]} for entry in others]
    return outgoing.answer(200, "", Failed=[failed], Successful=accepted)


def rejected_by_the_bus(outgoing: Outgoing) -> AWSResponse:
    results = [{"ErrorCode": "ThrottlingException"} for _ in outgoing.body["Entries"]]
    return outgoing.answer(200, "", FailedEntryCount=len(results), Entries=results)


def cancelled_by_throttling(outgoing: Outgoing) -> AWSResponse:
    return outgoing.cancelled(["ThrottlingError"] * len(outgoing.conditions))


class Killed(BaseException):
    """The process of a function was killed."""


def killed_before(_: Outgoing) -> None:
    raise Killed


def killed_after(outgoing: Outgoing) -> None:
    outgoing.send()
    raise Killed


KILLS = (killed_before, killed_after)
# After these, the call has taken effect, and the function doesn't know.
TAKE_EFFECT = (reset_after, timed_out_after, killed_after)
ANYWHERE = [
    throttled,
    fails_inside,
    reset_before,
    reset_after,
    timed_out_before,
    timed_out_after,
]


def that_can_happen_to(operation: str, conditions: list[bool]) -> list[Callable[[Outgoing], Any]]:
    """Return the faults that make sense for a call."""
    faults = list(ANYWHERE)
    if operation in WRITES:
        faults.append(conflicted)
        faults += [condition_failed] if any(conditions) else []
        faults += [left_unprocessed] if operation == "BatchWriteItem" else []
        faults += [cancelled_by_throttling] if operation == "TransactWriteItems" else []
    faults += [rejected_by_the_queue] if operation == "SendMessageBatch" else []
    faults += [rejected_by_the_bus] if operation == "PutEvents" else []
    return faults


@contextmanager
def watched(show: Callable[[int, Outgoing], Any]) -> Iterator[Callable[[Outgoing], Any]]:
    """Show each request before it leaves to a function that may answer in AWS's place or raise.

    The function gets the call's number, from 0, which is the same for botocore's retries of it,
    and returns None to let the request go. The yielded function shows it another request, which
    isn't one to AWS, as the next call.
    """
    clients = [aws.aws_client(name) for name in SERVICES]
    calls = 0

    def count(**_: Any) -> None:
        nonlocal calls
        calls += 1

    def shower(client: Any) -> Callable[..., Any]:
        def show_it(request: Any, event_name: str, **_: Any) -> Any:
            def send() -> Any:
                held = botocore_stubber(event_name, request)
                return held or client._endpoint.http_session.send(request)

            operation = event_name.rpartition(".")[2]
            answer = show(calls - 1, Outgoing(operation, request, send))
            if answer is not None:
                # botocore shows the request to moto, too, which carries out what it knows.
                request.url = ANSWERED
            return answer

        return show_it

    def show_another(outgoing: Outgoing) -> Any:
        count()
        return show(calls - 1, outgoing)

    showers = [(client, shower(client)) for client in clients]
    for client, show_it in showers:
        client.meta.events.register_first("before-call", count)
        client.meta.events.register_first("before-send", show_it)
    try:
        yield show_another
    finally:
        for client, show_it in showers:
            client.meta.events.unregister("before-call", count)
            client.meta.events.unregister("before-send", show_it)
