"""``python -m ops webhooks``: endpoints are added, listed, paused, tested, and removed."""

import json
import re

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends
from standardwebhooks.webhooks import Webhook

from chalicelib.delivery import webhook_request
from chalicelib.delivery import webhooks as function
from chalicelib.delivery.webhook_request import NotDelivered
from chalicelib.delivery.webhook_store import EndpointChanged, WebhookStore
from chalicelib.platform import settings
from chalicelib.platform.dynamodb import database
from ops import resend, webhooks
from tests.support.environments import STAGE, deliver, environment

URL = "https://receiver.example/hook"


@pytest.fixture(autouse=True)
def _in_a_stage(backend, monkeypatch):
    """Restore the environment: the command sets its stage for the process that runs all tests."""
    monkeypatch.setattr(webhooks, "resolve", lambda *_: ["93.184.215.14"])
    with environment():
        yield


@pytest.fixture
def run(capsys):
    def run(action, target=None, *types):
        capsys.readouterr()
        status = webhooks.run(STAGE, action, target, types)
        told = capsys.readouterr()
        return status, told.out + told.err

    return run


@pytest.fixture
def sent(monkeypatch):
    """The requests to the endpoint."""
    requests = []
    monkeypatch.setattr(webhook_request, "post", lambda *request: requests.append(request))
    return requests


def only():
    [endpoint] = WebhookStore(database()).endpoints()
    return endpoint


def test_an_endpoint_is_added_with_a_secret_that_is_shown_once(run):
    status, told = run("add", URL, "registration.withdrawn")

    assert status == 0
    assert f"Secret: {only().secret}" in told
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", only().secret)
    assert run("list") == (
        0,
        f"{only().id}  active  {URL}  registration.withdrawn\n",
    )


@pytest.mark.parametrize(
    ("url", "types", "why"),
    [
        ("http://receiver.example/", (), "https://"),
        (URL, ("registration.invented",), "no event registration.invented"),
        (None, (), "https://"),
    ],
)
def test_a_wrong_endpoint_is_rejected(run, url, types, why):
    status, told = run("add", url, *types)

    assert status == 1
    assert why in told
    assert WebhookStore(database()).endpoints() == []


def test_an_endpoint_at_a_private_address_is_rejected(run, monkeypatch):
    monkeypatch.setattr(webhooks, "resolve", webhook_request.resolve)

    assert run("add", "https://127.0.0.1/")[0] == 1


def test_an_eleventh_endpoint_is_rejected(run):
    for _ in range(10):
        assert run("add", URL)[0] == 0

    assert run("add", URL) == (1, "There are 10 endpoints already. Remove one first.\n")


def test_a_test_event_is_signed_with_both_secrets_while_one_is_replaced(run, sent):
    run("add", URL)
    before = only().secret
    assert run("rotate-secret", only().id)[0] == 0
    assert only().secret != before
    assert run("test", only().id)[0] == 0
    deliver()

    [(url, body, headers)] = sent
    assert (url, json.loads(body)["type"]) == (URL, "webhook.test")
    for secret in (before, only().secret):
        Webhook(secret).verify(body, headers)


def test_a_paused_endpoint_is_listed_as_paused_and_can_be_resumed_and_removed(run):
    run("add", URL)
    one = only().id
    run("pause", one)
    assert "paused" in run("list")[1]
    run("resume", one)
    assert "active" in run("list")[1]
    run("remove", one)
    assert run("list") == (0, "")
    assert run("test", one) == (1, f"There is no endpoint {one}. Run: webhooks list\n")


def test_a_change_that_another_operator_overtook_is_rejected(run):
    run("add", URL)
    before = only()
    run("rotate-secret", before.id)

    with pytest.raises(EndpointChanged):
        WebhookStore(database()).replace(before, before)


def test_undelivered_webhooks_are_sent_again(run, monkeypatch, sent, capsys):
    run("add", URL)
    run("test", only().id)
    queues = sqs_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].queues
    waiting, dead = (
        queues[settings.Settings(stage=STAGE).queue_name(name)]
        for name in (function.QUEUE, "undelivered-webhooks")
    )

    def refuse(*_):
        raise NotDelivered("status 500")

    with monkeypatch.context() as patch:
        patch.setattr(webhook_request, "post", refuse)
        for _ in range(11):
            deliver()
    assert (len(waiting.messages), len(dead.messages)) == (0, 1)

    assert resend.run(STAGE, dry_run=True) == 0
    assert "1 webhook: would be sent again" in capsys.readouterr().out
    assert resend.run(STAGE) == 0
    deliver()
    assert len(sent) == 1
    assert not dead.messages
