"""Requests that attackers send are logged by kind, never by value."""

import json

import pytest

from chalicelib.platform.endpoints import MAX_BODY_BYTES

SECRET = "something-that-a-person-typed"
PROBES = {
    "invalid_token": ("POST", "/password/reset", {"token": SECRET, "newPassword": "x" * 20}),
    "invalid_cursor": ("GET", f"/sessions?cursor={SECRET}", None),
    "unknown_field": ("POST", "/signin", {"username": "a", "password": "b", SECRET: True}),
    "not_found": ("DELETE", f"/sessions/{SECRET}", None),
}


@pytest.fixture
def probes(capsys):
    """Returns the log lines about probes since the last call, and the text of all lines."""

    def read():
        text = capsys.readouterr().out
        lines = [json.loads(line) for line in text.splitlines()]
        return [line for line in lines if line["event"] == "probe"], text

    return read


@pytest.mark.parametrize("code", PROBES)
def test_a_probe_is_logged_by_kind_account_and_address_and_not_by_value(applicant, probes, code):
    method, path, body = PROBES[code]
    probes()
    applicant.request(method, path, body)

    [line], text = probes()
    assert (line["code"], line["address"]) == (code, "127.0.0.1")
    assert ("account" in line) == (code in {"invalid_cursor", "not_found"})
    assert SECRET not in text


@pytest.mark.parametrize(
    ("code", "raw"), [("bad_json", b"<xml>"), ("too_large", b" " * (MAX_BODY_BYTES + 1))]
)
def test_a_body_that_is_no_json_or_too_large_is_logged(applicant, probes, code, raw):
    probes()
    applicant.request("POST", "/signin", raw=raw)

    [line], _ = probes()
    assert line["code"] == code


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/signup", {"username": "", "password": "short"}),
        ("GET", "/registrations/no-such-event", None),
        ("PATCH", "/me", {"firstName": 7}),
    ],
)
def test_an_honest_mistake_is_no_probe(applicant, probes, method, path, body):
    probes()
    assert 400 <= applicant.request(method, path, body).status < 500

    assert probes()[0] == []
