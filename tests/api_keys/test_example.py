"""The example of docs/clients.md, run word for word, with the service in this process."""

import re
from pathlib import Path
from types import SimpleNamespace
from unittest import mock
from urllib.parse import urlencode

import requests

from chalicelib.registrations.workflow import Status
from tests.support.clients import Person
from tests.support.events import EVENT, create_event, make_registration, store_registrations

DOCUMENT = (Path(__file__).parents[2] / "docs" / "clients.md").read_text()


def test_the_example_reads_all_pages_and_waits_as_it_is_told(client, key, monkeypatch):
    create_event()
    hired = [make_registration(number, status=Status.HIRED) for number in range(3)]
    store_registrations(*hired, make_registration(3))
    waits = iter([SimpleNamespace(status_code=429, headers={"Retry-After": "7"})])

    def get(url, *, params, headers, timeout):
        path = url.removeprefix("http://localhost:8000")
        response = Person(client).get(f"{path}?{urlencode(params)}", **headers)
        assert response.status == 200
        answer = SimpleNamespace(status_code=200, json=lambda: response.json)
        answer.raise_for_status = lambda: None
        return next(waits, answer)

    monkeypatch.setenv("BREEZE_LAKES_POINT_API_KEY", key["token"])
    examples = re.findall(r"```py\n(.*?)```", DOCUMENT, re.DOTALL)
    [example] = [text for text in examples if "_API_KEY" in text]
    example = example.replace("harvest-fair", EVENT).replace("limit=100", "limit=2")
    left = {}
    with mock.patch.object(requests, "get", get), mock.patch("time.sleep") as sleep:
        exec(example, left)  # noqa: S102 (it is ours)

    assert {item["userId"] for item in left["hired"]} == {item.user_id for item in hired}
    sleep.assert_called_once_with(7)
