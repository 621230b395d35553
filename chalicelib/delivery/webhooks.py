"""The function ``webhooks``: it sends events to the endpoints of other systems, and signs them.

A rule of the bus puts each event into the queue. The function adds a message for each endpoint that
wants the event, so that no receiver waits for another, and delivers these one at a time. SQS lets
no endpoint's backlog delay the messages of others (fair queues). A delivery that fails becomes
visible again after a growing delay, for a day; then it is a dead letter.
"""

import contextlib
import json
from typing import Any

from chalicelib.delivery import webhook_request
from chalicelib.delivery.webhook_endpoint import WebhookEndpoint
from chalicelib.delivery.webhook_request import InvalidUrl, NotDelivered
from chalicelib.delivery.webhook_store import WebhookStore
from chalicelib.platform import clock, cloud_events, log, settings
from chalicelib.platform.aws import service_client
from chalicelib.platform.aws_errors import AwsError, AwsUnreachable
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ServiceUnavailable

QUEUE = "webhooks"
# After each attempt but the last one, in seconds: together a day.
DELAYS = (10, 60, 300, 1800, 3600, 7200, 14400, 28800, 30600)
# SQS may accept some messages of a call, and not others.
_SEND_ATTEMPTS = 3
_USER_AGENT = f"{settings.APPLICATION}-webhooks"


def run(event: dict[str, Any], _context: Any = None) -> None:
    """Handle the messages that Lambda took from the queue; one at a time.

    Raises:
        NotDelivered: the message is delivered again after a delay.
    """
    log.bind_account(None)
    for record in event["Records"]:
        message = json.loads(record["body"])
        try:
            if "endpoint" in message:
                _deliver(message["endpoint"], message["event"], record)
            else:
                _fan_out(message["detail"])
        except NotDelivered:
            _delay(record)
            raise
        except ServiceUnavailable as error:
            log.emit(log.LogEvent.UNAVAILABLE, cause=error.cause)
            _delay(record)
            raise NotDelivered(error.cause) from error


def message_for(endpoint_id: str, cloud_event: dict[str, Any]) -> dict[str, str]:
    """Return the message of a delivery, as SQS gets it: the endpoint is its group."""
    body = json.dumps({"endpoint": endpoint_id, "event": cloud_event})
    return {"MessageBody": body, "MessageGroupId": endpoint_id}


def _fan_out(cloud_event: dict[str, Any]) -> None:
    """Add a message for each endpoint that wants an event.

    Raises:
        NotDelivered: SQS didn't accept all of them.
        ServiceUnavailable: the endpoints can't be read.
    """
    wanting = [each for each in _store().endpoints() if each.wants(cloud_event["type"])]
    if not wanting:
        return
    entries = [{"Id": each.id, **message_for(each.id, cloud_event)} for each in wanting]
    for _ in range(_SEND_ATTEMPTS):
        failed = _call("SendMessageBatch", Entries=entries).get("Failed", ())
        if not failed:
            return
        log.emit(log.LogEvent.UNAVAILABLE, cause=f"SendMessageBatch: {failed[0]['Code']}")
        # Without those that SQS accepted: their endpoints would get the event twice.
        failed_ids = {each["Id"] for each in failed}
        entries = [entry for entry in entries if entry["Id"] in failed_ids]
    raise NotDelivered("SQS didn't accept all messages")


def _deliver(endpoint_id: str, cloud_event: dict[str, Any], record: dict[str, Any]) -> None:
    """Send an event to an endpoint.

    Raises:
        NotDelivered: the receiver didn't accept it, or is paused.
        ServiceUnavailable: the endpoint can't be read.
    """
    endpoint = _store().get(endpoint_id)
    if endpoint is None:  # It was removed.
        return
    facts = {
        "endpoint": endpoint_id,
        "webhook": cloud_event["id"],
        "attempt": _attempt(record),
    }
    if endpoint.is_paused:
        raise NotDelivered("paused")
    try:
        _post(endpoint, cloud_event)
    except (NotDelivered, InvalidUrl) as error:
        log.emit(log.LogEvent.WEBHOOK_NOT_DELIVERED, **facts, cause=str(error))
        raise NotDelivered(str(error)) from error
    log.emit(log.LogEvent.WEBHOOK_DELIVERED, **facts)


def _post(endpoint: WebhookEndpoint, cloud_event: dict[str, Any]) -> None:
    body = json.dumps(cloud_event, separators=(",", ":")).encode()
    headers = {
        "Content-Type": cloud_events.CONTENT_TYPE,
        "User-Agent": _USER_AGENT,
        **endpoint.headers(cloud_event["id"], body, clock.now()),
    }
    webhook_request.post(endpoint.url, body, headers)


def _delay(record: dict[str, Any]) -> None:
    """Keep a message invisible until its next attempt.

    If SQS can't be reached, the message returns after the queue's own, short time.
    """
    attempt = _attempt(record)
    if attempt <= len(DELAYS):
        handle, seconds = record["receiptHandle"], DELAYS[attempt - 1]
        with contextlib.suppress(NotDelivered):
            _call("ChangeMessageVisibility", ReceiptHandle=handle, VisibilityTimeout=seconds)


def _attempt(record: dict[str, Any]) -> int:
    return int(record["attributes"]["ApproximateReceiveCount"])


def _call(operation: str, **arguments: Any) -> dict[str, Any]:
    """Call SQS.

    Raises:
        NotDelivered: the call failed; the log has the cause, too.
    """
    url = settings.current().queue_url(QUEUE)
    try:
        return service_client("sqs").call(operation, QueueUrl=url, **arguments)
    except AwsError as error:
        cause = f"{operation}: {error.code}"
    except AwsUnreachable as error:
        cause = f"{operation}: {error}"
    log.emit(log.LogEvent.UNAVAILABLE, cause=cause)
    raise NotDelivered(cause)


def _store() -> WebhookStore:
    return WebhookStore(database())
