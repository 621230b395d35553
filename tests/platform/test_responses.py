"""Headers and errors of every response."""

import json
from unittest import mock

import pytest

from app import app
from chalicelib.platform import settings
from chalicelib.sessions.service import SessionService
from tests.support.environments import environment

PATHS = ["/health", "/me", "/sessions?limit=0", "/signout"]


@pytest.mark.parametrize("path", PATHS)
def test_every_response_has_the_security_headers(anonymous, path):
    assert {
        "Cache-Control": "no-store",
        "Content-Type": "application/json; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
    }.items() <= anonymous.get(path).headers.items()


def test_every_response_has_a_unique_request_id(anonymous):
    ids = {anonymous.get(path).headers["X-Request-Id"] for path in PATHS}

    assert len(ids) == len(PATHS)


def test_an_unsupported_method_returns_405_as_json(anonymous):
    error_response = anonymous.request("PUT", "/signup")

    assert (error_response.status, error_response.code) == (405, "method_not_allowed")
    assert error_response.headers["Cache-Control"] == "no-store"


def test_local_responses_have_no_hsts_header(anonymous):
    with environment(STAGE=settings.current().stage, PUBLIC_URL="http://localhost:8000"):
        response = anonymous.post("/signout")

    assert "Strict-Transport-Security" not in response.headers
    assert "Secure" not in response.set_cookie


def test_an_internal_error_is_logged_and_not_revealed(applicant, capsys):
    with mock.patch.object(
        SessionService, "authenticate", side_effect=RuntimeError("secret detail\nline")
    ):
        error_response = applicant.get("/me")

    assert (error_response.status, error_response.json) == (
        500,
        {"error": "Something went wrong on our end. Try again.", "code": "internal_error"},
    )
    [line] = capsys.readouterr().out.splitlines()
    assert "secret detail" in line
    assert error_response.headers["X-Request-Id"] in line
    assert applicant.token not in line


@pytest.mark.parametrize(
    "malformed_event_part",
    [{"headers": None}, {"isBase64Encoded": True, "body": "abc"}, {"body": None}],
    ids=str,
)
def test_a_malformed_event_returns_a_json_error_and_a_log_line(malformed_event_part, capsys):
    from app import app

    event = {
        "requestContext": {"httpMethod": "POST", "resourcePath": "/signout", "identity": None},
        "headers": {}, "multiValueQueryStringParameters": None, "pathParameters": None,
        "stageVariables": None, "body": "", "isBase64Encoded": False,
    }  # fmt: skip
    response = app(event | malformed_event_part, None)

    assert response["headers"]["Cache-Control"] == "no-store"
    assert set(json.loads(response["body"])) <= {"msg", "error", "code"}
    assert all(json.loads(line) for line in capsys.readouterr().out.splitlines())


def test_the_health_check_makes_no_aws_calls(anonymous, aws_calls):
    assert anonymous.get("/health").json == {"status": "ok"}
    assert aws_calls == []


def test_request_for_a_moved_route_returns_a_retryable_503(monkeypatch, capsys):
    monkeypatch.delitem(app.routes, "/admin/users")
    context = {"resourcePath": "/admin/users", "httpMethod": "GET", "requestId": "request-1"}
    event = {
        "requestContext": context,
        "headers": {},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }

    error_response = app(event, None)

    assert error_response["statusCode"] == 503
    assert json.loads(error_response["body"])["code"] == "unavailable"
    assert error_response["headers"]["Retry-After"] == "2"
    assert "Allow" not in error_response["headers"]
    assert "this function doesn't serve the path" in capsys.readouterr().out
