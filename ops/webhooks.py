"""Sets up webhooks: ``python -m ops webhooks``. A secret is printed once."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.delivery.webhook_endpoint import (
    MOST_ENDPOINTS,
    ROTATION,
    WebhookEndpoint,
    new_secret,
)
from chalicelib.delivery.webhook_events import WebhookTest
from chalicelib.delivery.webhook_request import InvalidUrl, NotDelivered, parse_url, resolve
from chalicelib.delivery.webhook_store import EndpointChanged, WebhookStore
from chalicelib.delivery.webhooks import QUEUE, message_for
from chalicelib.events import change_events
from chalicelib.identity import account_events
from chalicelib.platform import clock, cloud_events, settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.identifiers import new_identifier
from chalicelib.registrations import registration_events
from ops.environment import use_stage

# The modules that declare types of events.
_DECLARING = (account_events, change_events, registration_events)


class WebhookError(Exception):
    """A command that can't be carried out; the message says why."""


def run(stage: str, action: str, target: str | None, types: Sequence[str] = ()) -> int:
    """Carry out an action.

    Args:
        stage: the stage.
        action: of ``ACTIONS``.
        target: a URL to add, or an endpoint's identifier; None to list.
        types: the types of events that a new endpoint gets; none for all.

    Returns:
        The exit status.
    """
    use_stage(stage)
    store = WebhookStore(database())
    try:
        if action == "list":
            _list(store)
        elif action == "add":
            _add(store, target or "", types)
        else:
            ACTIONS[action](store, _find(store, target or ""))
    except WebhookError as error:
        print(error, file=sys.stderr)
        return 1
    except EndpointChanged:
        print("The endpoint has just been changed. Run the command again.", file=sys.stderr)
        return 1
    except ServiceUnavailable as error:
        print(f"DynamoDB: {error.cause}", file=sys.stderr)
        return 1
    return 0


def _list(store: WebhookStore) -> None:
    for each in store.endpoints():
        state = "paused" if each.is_paused else "active"
        print(f"{each.id}  {state}  {each.url}  {', '.join(each.types) or 'all events'}")


def _add(store: WebhookStore, url: str, types: Sequence[str]) -> None:
    if unknown := sorted(set(types) - cloud_events.EVENT_TYPES.keys()):
        raise WebhookError(f"There is no event {', '.join(unknown)}.")
    try:
        parts = parse_url(url)
        resolve(str(parts.hostname), parts.port or 443)
    except (InvalidUrl, NotDelivered) as error:
        raise WebhookError(str(error)) from error
    if len(store.endpoints()) >= MOST_ENDPOINTS:
        raise WebhookError(f"There are {MOST_ENDPOINTS} endpoints already. Remove one first.")
    added = WebhookEndpoint(new_identifier(), url, new_secret(), clock.now(), tuple(types))
    store.add(added)
    print(f"Endpoint: {added.id}")
    _print_secret(added)


def _rotate(store: WebhookStore, endpoint: WebhookEndpoint) -> None:
    until = clock.now() + ROTATION
    after = replace(
        endpoint,
        secret=new_secret(),
        previous_secret=endpoint.secret,
        previous_until=until,
    )
    store.replace(after, endpoint)
    _print_secret(after)
    print(f"The secret before signs, too, until {clock.to_text(until)}.")


def _pause(store: WebhookStore, endpoint: WebhookEndpoint) -> None:
    store.replace(replace(endpoint, is_paused=True), endpoint)


def _resume(store: WebhookStore, endpoint: WebhookEndpoint) -> None:
    store.replace(replace(endpoint, is_paused=False), endpoint)


def _remove(store: WebhookStore, endpoint: WebhookEndpoint) -> None:
    store.remove(endpoint.id)


def _test(_: WebhookStore, endpoint: WebhookEndpoint) -> None:
    write = cloud_events.write(WebhookTest, clock.now(), endpoint_id=endpoint.id)
    tested = cloud_events.from_item(write.item_or_key)
    sqs = _sqs()
    url = sqs.get_queue_url(QueueName=settings.current().queue_name(QUEUE))["QueueUrl"]
    sqs.send_message(QueueUrl=url, **message_for(endpoint.id, tested))
    print(f"The event {tested['id']} is on its way. The log of the function has the result.")


ACTIONS: dict[str, Callable[[WebhookStore, WebhookEndpoint], None]] = {
    "pause": _pause,
    "resume": _resume,
    "remove": _remove,
    "rotate-secret": _rotate,
    "test": _test,
}


def _find(store: WebhookStore, endpoint_id: str) -> WebhookEndpoint:
    if found := store.get(endpoint_id):
        return found
    raise WebhookError(f"There is no endpoint {endpoint_id}. Run: webhooks list")


def _print_secret(endpoint: WebhookEndpoint) -> None:
    print(f"Secret: {endpoint.secret}")
    print("It isn't shown again. Give it to the receiver's operators, and to no one else.")


def _sqs() -> Any:
    import boto3  # for this command only

    return boto3.client("sqs")
