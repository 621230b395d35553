"""The function ``event-bus``: it sends events to the stage's EventBridge bus.

Lambda invokes it with one event at a time, so an invocation that is killed repeats one event at
most. An event that the bus doesn't accept returns to its queue, which delivers it again later; in
the end it becomes a dead letter.
"""

import json
from typing import Any

from chalicelib.platform import cloud_events, log, settings
from chalicelib.platform.aws import service_client
from chalicelib.platform.aws_errors import AwsError, AwsUnreachable


class NotAccepted(Exception):
    """The bus didn't accept an event; the queue delivers it again."""


def run(event: dict[str, Any], _context: Any = None) -> None:
    """Send the events that Lambda took from the queue; one at a time.

    Raises:
        NotAccepted: the bus didn't accept the event.
    """
    log.bind_account(None)
    for record in event["Records"]:
        if cause := _put(cloud_events.from_item(json.loads(record["body"]))):
            log.emit(log.LogEvent.UNAVAILABLE, cause=f"PutEvents: {cause}")
            raise NotAccepted(cause)


def _put(cloud_event: dict[str, Any]) -> str | None:
    """Send an event. Return the cause of a failure."""
    entry = {
        "EventBusName": settings.current().event_bus_name,
        # What rules match first; a rule can match the attributes in the detail, too.
        "Source": settings.APPLICATION,
        "DetailType": cloud_event["type"],
        "Detail": json.dumps(cloud_event),
    }
    try:
        response = service_client("events").call("PutEvents", Entries=[entry])
    except AwsError as error:
        return error.code
    except AwsUnreachable as error:
        return str(error)
    [result] = response["Entries"]
    error_code: str | None = result.get("ErrorCode")
    return error_code
