"""The log: what it tells of, and what it never says."""

import json
from datetime import datetime
from pathlib import Path
from unittest import mock

import pytest

from chalicelib.functions import all_endpoints
from chalicelib.platform import clock, log
from chalicelib.platform.log import LogEvent
from tests.matrix.scenarios import SCENARIOS
from tests.support.clients import COOKIE, PASSWORD
from tests.support.events import EVENT, EVENT_BODY

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
# Inputs that could forge a log line or send control codes to an operator's terminal.
FORGERIES = {
    "line feed": "a\n{}",
    "carriage return": "a\r\n{}",
    "ANSI": "a\x1b[2J",
    "C1": "a\x9b2J\x85",
    "DEL": "a\x7f",
    "NUL": "a\0b",
    "separators": "a\u2028b\u2029c",
    "right to left": "a\u202eb",
    "quotes": 'a", "event": "signed_in',
    "surrogate": "a\ud800",
}


@pytest.fixture
def lines(capsys):
    """Reads every line that was written since it was asked last."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def main_fields(line):
    return {name: line.get(name) for name in ("event", "action", "account", "code") if name in line}


# What it tells of.


def test_a_line_has_utc_time_address_and_request_id(applicant, lines):
    lines()
    response = applicant.sign_in()

    [line] = lines()
    assert datetime.fromisoformat(line["at"]).utcoffset().total_seconds() == 0
    assert line["requestId"] == response.headers["X-Request-Id"]
    assert line["address"] == "127.0.0.1"


def test_sign_up_sign_in_and_sign_out_are_logged_with_the_account(anonymous, lines):
    anonymous.sign_up()
    account = anonymous.account["id"]
    anonymous.sign_in()
    anonymous.delete("/sessions/current")
    anonymous.sign_in()
    anonymous.delete("/sessions")

    assert [(line["event"], line["account"]) for line in lines()] == [
        ("signed_up", account),
        ("signed_in", account),
        ("session_ended", account),
        ("signed_in", account),
        ("all_sessions_ended", account),
    ]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sign_out_is_logged_without_reading_the_account(applicant, method, lines, aws_calls):
    lines()
    applicant.request(method, "/signout")

    [line] = lines()
    assert (line["event"], "account" in line, aws_calls) == ("signed_out", False, [])


def test_a_failed_sign_in_is_logged_with_its_account(applicant, lines):
    lines()
    applicant.sign_in(password="wrong")

    assert [main_fields(line) for line in lines()] == [
        {
            "event": "refused",
            "action": "sign_in",
            "account": applicant.account["id"],
            "code": "incorrect_credentials",
        }
    ]


def test_a_delayed_sign_in_is_logged(applicant, lines):
    with mock.patch.object(clock, "now", return_value=clock.now()):
        for _ in range(5):
            applicant.sign_in(password="wrong")
        lines()
        applicant.sign_in()

    [line] = lines()
    assert (line["code"], line["account"]) == ("too_many_attempts", applicant.account["id"])


def test_an_unknown_name_is_not_logged_since_it_may_be_a_password(anonymous, lines):
    anonymous.sign_in(PASSWORD)

    [line] = lines()
    assert (line["event"], "account" in line) == ("refused", False)
    assert PASSWORD not in json.dumps(line)


@pytest.mark.parametrize(
    ("send_request", "code"),
    [
        (lambda person: person.other_client().get("/me"), "not_signed_in"),
        (lambda person: person.post("/signin", {}, Origin="https://evil.example"), "cross_site"),
        (lambda person: person.request("PUT", f"/admin/events/{EVENT}", EVENT_BODY), "forbidden"),
    ],
    ids=["401", "403 of another site", "403 of a role"],
)
def test_every_authentication_or_permission_error_is_logged(applicant, send_request, code, lines):
    lines()
    assert send_request(applicant).code == code

    [line] = lines()
    assert (line["event"], line["code"]) == ("refused", code)


def test_a_forbidden_request_is_logged_with_its_account(applicant, lines):
    lines()
    applicant.request("PUT", f"/admin/events/{EVENT}", EVENT_BODY)

    assert lines()[0]["account"] == applicant.account["id"]


def test_an_ended_session_is_logged_with_its_account(applicant, lines):
    client_with_copied_token = applicant.client_with_copied_token()
    applicant.delete("/sessions")
    lines()
    client_with_copied_token.get("/me")

    [line] = lines()
    assert (line["code"], line["account"]) == ("not_signed_in", applicant.account["id"])


def test_a_request_is_not_logged_with_the_account_of_the_previous_one(applicant, anonymous, lines):
    applicant.get("/me")
    lines()
    anonymous.get("/me")

    assert "account" not in lines()[0]


def test_a_privileged_act_is_logged_with_actor_and_subject(applicant, backend, lines):
    backend.change("users", {"id": applicant.account["id"]}, role="SuperAdmin")
    lines()
    applicant.request("PUT", f"/admin/events/{EVENT}", EVENT_BODY)

    [line] = lines()
    assert (line["event"], line["action"]) == ("privileged_act", "put_event")
    assert (line["account"], line["event_id"]) == (applicant.account["id"], EVENT)


def test_every_request_that_needs_a_role_is_logged():
    acts = [endpoint for endpoint in all_endpoints() if endpoint.access.requires_role]

    assert {endpoint.access.name for endpoint in all_endpoints()} - {
        endpoint.access.name for endpoint in acts
    } == {"anyone", "signed in"}
    assert all(endpoint.event for endpoint in acts)


@pytest.mark.parametrize("path", ["/me", "/sessions", "/registrations"])
def test_reading_your_own_data_is_not_logged(applicant, path, lines):
    lines()
    applicant.get(path)

    assert lines() == []


@pytest.mark.parametrize("event", LogEvent)
def test_every_log_event_is_documented(event):
    assert f"| `{event}` |" in OPERATIONS.read_text()


# What it never says.


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_value_with_line_breaks_stays_on_one_line(forged, capsys):
    log.emit(LogEvent.REQUEST_REJECTED, code=forged, requestId=forged, address=forged)

    output = capsys.readouterr().out
    assert output.count("\n") == 1
    assert all(" " <= character <= "~" for character in output[:-1])
    assert json.loads(output)["code"] == forged


@pytest.mark.parametrize(
    ("where", "value"), [(w, v) for w in ("requestId", "sourceIp") for v in FORGERIES]
)
def test_request_data_with_line_breaks_stays_on_one_line(backend, where, value, capsys):
    from app import app

    context = {"httpMethod": "GET", "resourcePath": "/me", "requestId": "1", "identity": {}}
    if where == "requestId":
        context["requestId"] = FORGERIES[value]
    else:
        context["identity"] = {"sourceIp": FORGERIES[value]}
    event = {
        "requestContext": context,
        "headers": dict.fromkeys(("cookie", "user-agent", "origin", "host"), FORGERIES[value]),
        "multiValueQueryStringParameters": {"limit": [FORGERIES[value]]},
        "pathParameters": None, "stageVariables": None, "body": None, "isBase64Encoded": False,
    }  # fmt: skip
    app(event, None)

    output = capsys.readouterr().out
    assert output.count("\n") == 1
    assert all(" " <= character <= "~" for character in output[:-1])
    assert json.loads(output)["event"] == "refused"


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES.keys())
@pytest.mark.parametrize("field", ["username", "password"])
def test_typed_input_is_not_logged(applicant, field, forged, capsys):
    fields = {"username": "river", "password": PASSWORD} | {field: f"typed-{forged}"}
    capsys.readouterr()
    applicant.other_client().post("/signin", fields)

    assert "typed" not in capsys.readouterr().out


@pytest.mark.parametrize("phone", ["9524451234", "9" * 20], ids=["possible", "impossible"])
@pytest.mark.parametrize(
    "path",
    [
        f"/admin/events/{EVENT}/duplicates?firstName=Typed&phone1={{phone}}",
        f"/admin/events/{EVENT}/registrations?q=typed&phone={{phone}}",
        f"/admin/events/{EVENT}/registrations.csv?lastName=Typed&phone={{phone}}",
        "/admin/users?q=typed{phone}",
    ],
)
def test_search_terms_of_staff_are_not_logged(applicant, backend, path, phone, capsys):
    backend.change("users", {"id": applicant.account["id"]}, role="Admin")
    capsys.readouterr()
    applicant.get(path.format(phone=phone))

    output = capsys.readouterr().out.lower()
    assert "typed" not in output
    assert phone not in output


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS.keys())
def test_passwords_tokens_and_cookies_are_not_logged(backend, client, scenario, capsys):
    person = scenario.begin(backend, client)
    held = {person.token, person.device}
    response = scenario.request(person)
    held |= {line.partition("=")[2].partition(";")[0] or None for line in response.set_cookies}
    person.request("POST", "/signin", {"username": person.name, "password": "another secret"})
    held |= {person.token, person.device}
    person.request("PUT", f"/admin/events/{EVENT}", EVENT_BODY)
    person.other_client().get("/me", Cookie=f"{COOKIE}=a.stolen.value")

    output = capsys.readouterr().out
    assert output
    for secret in {PASSWORD, "another secret", "a.stolen.value", *held} - {None}:
        assert secret not in output
