"""Webhooks: each event reaches each receiver, signed, and no receiver holds up another."""

import json
from contextlib import suppress
from dataclasses import replace
from unittest import mock

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from chalicelib.delivery import webhook_request, webhooks
from chalicelib.delivery.webhook_endpoint import ROTATION, WebhookEndpoint, new_secret
from chalicelib.delivery.webhook_request import NotDelivered
from chalicelib.delivery.webhook_store import WebhookStore
from chalicelib.functions import FUNCTIONS
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from chalicelib.registrations.registration_events import outgoing_event_writes
from chalicelib.registrations.workflow import Status
from tests.delivery.test_outbox import (
    Killed,
    calls,
    killed_after,
    killed_before,
    lost,
    throttled,
    waiting,
)
from tests.support import permissions
from tests.support.aws_calls import recorded_calls
from tests.support.environments import deliver
from tests.support.events import make_registration


class Receiver:
    """An endpoint, and the requests that it gets."""

    def __init__(self, name, **details):
        self.endpoint = WebhookEndpoint(
            name, f"https://{name}.example/hook", new_secret(), clock.now(), **details
        )
        self.requests, self.problem = [], None
        WebhookStore(database()).add(self.endpoint)

    def get(self, body, headers):
        self.requests.append((body, headers))
        if self.problem:
            raise NotDelivered(self.problem)

    def ids(self):
        return [headers["webhook-id"] for _, headers in self.requests]


@pytest.fixture
def receiver(backend):
    """Makes receivers; requests to their URLs reach them."""
    made = {}

    def make(name, **details):
        made[f"https://{name}.example/hook"] = made_now = Receiver(name, **details)
        return made_now

    def post(url, body, headers):
        made[url].get(body, headers)

    with mock.patch.object(webhook_request, "post", post), mock.patch("time.sleep"):
        yield make


def tell(status=Status.HIRED):
    """Put an event into the outbox; return its identifier."""
    [write] = outgoing_event_writes(None, make_registration(1, status=status))
    database().transact([write])
    return write.item_or_key["id"]


def test_each_receiver_gets_the_events_that_it_wants(receiver):
    everything = receiver("all")
    withdrawals = receiver("withdrawals", types=("registration.withdrawn",))
    hired, withdrawn = tell(), tell(Status.WITHDRAWN)
    deliver()

    assert sorted(everything.ids()) == sorted([hired, withdrawn])
    assert withdrawals.ids() == [withdrawn]
    assert not any(waiting().values())


def test_a_library_of_standard_webhooks_verifies_each_attempt(receiver):
    one = receiver("one")
    one.problem = "status 500"
    tell()
    deliver()
    deliver()

    assert len(one.requests) == 2
    for body, headers in one.requests:
        event = Webhook(one.endpoint.secret).verify(body, headers)
        assert event["id"] == headers["webhook-id"]
        with pytest.raises(WebhookVerificationError):
            Webhook(new_secret()).verify(body, headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(one.endpoint.secret).verify(body + b" ", headers)


def test_an_attempt_is_signed_with_its_own_time_and_the_same_id(receiver):
    endpoint = receiver("one").endpoint
    first, second = (
        endpoint.headers("event", b"{}", clock.from_text(f"2026-11-30T20:0{minute}:00Z"))
        for minute in (0, 5)
    )

    assert first["webhook-id"] == second["webhook-id"] == "event"
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 300
    assert first["webhook-signature"] != second["webhook-signature"]


def test_while_a_secret_is_replaced_both_sign(receiver):
    now, old = clock.now(), new_secret()
    endpoint = receiver("one", previous_secret=old, previous_until=now + ROTATION).endpoint

    during, after = (endpoint.headers("id", b"{}", at) for at in (now, now + ROTATION))

    assert [len(each["webhook-signature"].split(" ")) for each in (during, after)] == [2, 1]
    for secret in (old, endpoint.secret):
        Webhook(secret).verify(b"{}", during)


def test_a_broken_receiver_holds_up_no_other_and_gets_its_events_later(receiver):
    broken, healthy = receiver("broken"), receiver("healthy")
    broken.problem = "TimeoutError"
    ids = {tell() for _ in range(3)}
    deliver()

    assert set(healthy.ids()) == ids
    assert len(waiting()["webhooks"]) == 3
    groups = {message.group_id for message in waiting()["webhooks"]}
    assert groups == {broken.endpoint.id}
    broken.problem = None
    broken.requests.clear()
    deliver()
    assert set(broken.ids()) == ids
    assert len(healthy.ids()) == 3
    assert not waiting()["webhooks"]


def test_a_delivery_waits_longer_after_each_attempt_and_is_given_up_after_a_day(receiver):
    receiver("one").problem = "status 503"
    tell()
    with recorded_calls() as recorded:
        for _ in range(len(webhooks.DELAYS) + 2):
            deliver()

    seconds = [call.parameters.get("VisibilityTimeout") for call in recorded]
    assert [each for each in seconds if each] == list(webhooks.DELAYS)
    assert [len(waiting()[name]) for name in ("webhooks", "undelivered-webhooks")] == [0, 1]
    assert list(webhooks.DELAYS) == sorted(webhooks.DELAYS)
    # SQS hides a message for twelve hours at most.
    assert webhooks.DELAYS[-1] < 12 * 3600
    assert 24 <= sum(webhooks.DELAYS) / 3600 < 25


def test_a_paused_endpoint_gets_nothing_until_it_is_resumed(receiver):
    one = receiver("one", is_paused=True)
    tell()
    deliver()
    assert one.requests == []

    WebhookStore(database()).replace(replace(one.endpoint, is_paused=False), one.endpoint)
    deliver()
    assert len(one.requests) == 1


def test_a_removed_endpoint_gets_nothing_more(receiver):
    one = receiver("one")
    one.problem = "status 500"
    tell()
    deliver()
    WebhookStore(database()).remove("one")
    deliver()

    assert len(one.requests) == 1
    assert not any(waiting().values())


def test_the_log_names_neither_the_url_nor_a_secret(receiver, capsys):
    one = receiver("one")
    one.problem = "status 500"
    tell()
    deliver()
    one.problem = None
    deliver()

    output = capsys.readouterr().out
    lines = [json.loads(line) for line in output.splitlines() if "webhook_" in line]
    assert [(line["event"], line["attempt"]) for line in lines] == [
        ("webhook_not_delivered", 1),
        ("webhook_delivered", 2),
    ]
    assert one.endpoint.secret not in output
    assert "one.example" not in output


@pytest.mark.parametrize("fault", [throttled, lost, killed_before, killed_after])
def test_after_a_fault_at_any_call_each_receiver_gets_the_event(receiver, fault):
    one, two = receiver("one"), receiver("two")
    number, struck = 0, True
    while struck:
        for each in (one, two):
            each.requests.clear()
        struck, event_id = [], tell()

        def strike(at, operation, call, number=number, struck=struck):
            if at != number:
                return call()
            struck.append(operation)
            return fault(operation, call)

        with calls(strike), suppress(Killed):
            deliver()
        deliver()

        for each in (one, two):
            assert set(each.ids()) == {event_id}, (number, struck)
            # A call whose answer is lost, or that is the last before a kill, may have succeeded.
            repeats = fault in (lost, killed_after) and bool(struck)
            assert len(each.ids()) <= 1 + int(repeats), (number, struck)
        assert not any(waiting().values())
        number += 1
    # Handed over, deleted, put, handed to each, and the endpoints read three times.
    assert number >= 7


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_the_function_webhooks_may_read_endpoints_and_their_secrets(function):
    needs = permissions.needs_of(function) - permissions.lambdas_needs(function)
    expected = {
        *("dynamodb:GetItem webhooks", "dynamodb:Query webhooks"),
        *("sqs:ChangeMessageVisibility queue/webhooks", "sqs:SendMessage queue/webhooks"),
    }

    if function == "webhooks":
        assert needs == expected
    else:
        assert not any(" webhooks" in need or "/webhooks" in need for need in needs)
