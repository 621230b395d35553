"""A receiver written only from docs/clients.md: its code is run as it is there."""

import re

import pytest

from chalicelib.delivery import webhook_request
from chalicelib.delivery.webhook_endpoint import WebhookEndpoint
from chalicelib.delivery.webhook_request import NotDelivered
from chalicelib.delivery.webhook_store import WebhookStore
from chalicelib.delivery.webhooks import DELAYS
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from tests.http.test_clients import DOCUMENT
from tests.support.clients import PASSWORD
from tests.support.environments import deliver
from tests.support.events import FORM, create_event


@pytest.fixture
def receiver(backend, monkeypatch):
    """What the example leaves behind, as an endpoint; ``requests`` has what it was sent."""
    left = {"requests": []}
    examples = re.findall(r"```py\n(.*?)```", DOCUMENT, re.DOTALL)
    [example] = [text for text in examples if "def receive(" in text]
    exec(example, left)  # noqa: S102 (it is ours)
    url, secret = "https://receiver.example/", left["SECRET"]
    WebhookStore(database()).add(WebhookEndpoint("one", url, secret, clock.now()))

    def post(_url, body, headers):
        left["requests"].append((body, headers))
        if left["receive"](body, headers) != 204:
            raise NotDelivered("refused")

    monkeypatch.setattr(webhook_request, "post", post)
    yield left
    left["store"].close()


def rows(receiver, table):
    return receiver["store"].execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608


def submit(applicant):
    event = create_event()
    path = f"/registrations/{event.id}"
    assert applicant.request("PUT", path, {"form": FORM}).status == 201
    assert applicant.post(f"{path}/submit").status == 200
    return path


def test_it_gets_every_event_and_keeps_the_latest_status(receiver, applicant):
    path = submit(applicant)
    assert applicant.post(f"{path}/withdraw").status == 200
    deliver()

    assert len(rows(receiver, "events")) == len(receiver["requests"]) == 3
    [(subject, version, status)] = rows(receiver, "statuses")
    assert (subject.split("/")[-1], version, status) == (applicant.account["id"], 3, "Withdrawn")


def test_it_handles_a_replay_once_and_rejects_a_changed_body(receiver, applicant):
    submit(applicant)
    deliver()
    before = rows(receiver, "events")
    body, headers = receiver["requests"][-1]

    assert receiver["receive"](body, headers) == 204
    assert receiver["receive"](body.replace(b"Submitted", b"Hired"), headers) == 401
    assert receiver["receive"](body, {**headers, "webhook-timestamp": "1700000000"}) == 401
    assert rows(receiver, "events") == before


def test_an_older_event_that_comes_late_changes_nothing(receiver, applicant):
    path = submit(applicant)
    assert applicant.post(f"{path}/withdraw").status == 200
    deliver()
    [latest] = rows(receiver, "statuses")
    submitted = next(body for body, _ in receiver["requests"] if b"registration.submitted" in body)
    late = submitted.replace(b'"id":"', b'"id":"LATE')
    endpoint = WebhookEndpoint("one", "", receiver["SECRET"], clock.now())

    assert receiver["receive"](late, endpoint.headers("LATE", late, clock.now())) == 204
    assert rows(receiver, "statuses") == [latest]


def test_it_forgets_an_account_that_is_erased(receiver, applicant):
    submit(applicant)
    assert applicant.post("/me/delete", {"currentPassword": PASSWORD}).status == 200
    deliver()

    assert rows(receiver, "statuses") == []


def test_the_document_names_the_delays():
    [sentence] = re.findall(r"A failed request is repeated after (.*?): ten", DOCUMENT, re.DOTALL)

    numbers = [float(number) for number in re.findall(r"[\d.]+", sentence)]
    assert numbers == [10, 1, 5, 30, 1, 2, 4, 8, 8.5]
    units = [1, *[60] * 3, *[3600] * 5]
    assert [n * unit for n, unit in zip(numbers, units, strict=True)] == list(DELAYS)
