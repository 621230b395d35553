"""New passwords are checked against breached ones; a failed check is handled as configured."""

import hashlib
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chalicelib.platform import pwned_passwords
from tests.support.clients import PASSWORD
from tests.support.environments import environment

BREACHED_PASSWORD = "walnut ferry orchard lamp"
PASSWORD_WITH_ZERO_COUNT = "walnut ferry orchard tide"


def sha1_hex(password):
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


class FakePwnedPasswordsApi:
    """A range API that responds as the real one does, until a test makes it fail."""

    def __init__(self):
        self.received_requests = []
        self.status = 200
        self.body = None
        self.release_response = threading.Event()
        self.should_hang = False

    def response_body(self, prefix):
        """Return the response lines for a prefix, separated by CR LF. Padding has a count of 0."""
        if self.body is not None:
            return self.body
        response_lines = [
            f"{hashlib.sha256(str(n).encode()).hexdigest()[:35].upper()}:{n + 1}"
            for n in range(800)
        ]
        for password, count in [(BREACHED_PASSWORD, 7), (PASSWORD_WITH_ZERO_COUNT, 0)]:
            if sha1_hex(password).startswith(prefix):
                response_lines.append(f"{sha1_hex(password)[5:]}:{count}")
        return "\r\n".join(response_lines).encode()


@pytest.fixture
def fake_pwned_passwords_api():
    """The range API, on this machine."""
    api = FakePwnedPasswordsApi()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            api.received_requests.append((self.path, self.headers["Add-Padding"]))
            body = api.response_body(self.path.rpartition("/")[2])
            if api.should_hang:
                api.release_response.wait()
            self.send_response(api.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield api
        finally:
            api.release_response.set()
            server.shutdown()
            thread.join()


@contextmanager
def use_breach_check_mode(fake_pwned_passwords_api, mode):
    with environment(
        STAGE="test",
        BREACHED_PASSWORDS=mode,
        BREACHED_PASSWORDS_URL=f"{fake_pwned_passwords_api.url}/hibp",
    ):
        yield


@pytest.mark.parametrize("mode", ["best-effort", "strict"])
def test_a_breached_password_is_rejected_at_its_field(
    fake_pwned_passwords_api, anonymous, mode, backend
):
    with use_breach_check_mode(fake_pwned_passwords_api, mode):
        response = anonymous.sign_up(password=BREACHED_PASSWORD)

    assert (response.status, response.json["fields"]) == (
        422,
        {
            "password": (
                "This password was leaked in a data breach at another company. Choose a different "
                "one."
            )
        },
    )
    assert not backend.rows("users")


@pytest.mark.parametrize("mode", ["best-effort", "strict"])
@pytest.mark.parametrize("password", [PASSWORD, PASSWORD_WITH_ZERO_COUNT])
def test_an_unbreached_or_padding_only_password_is_accepted(
    fake_pwned_passwords_api, anonymous, mode, password
):
    with use_breach_check_mode(fake_pwned_passwords_api, mode):
        assert anonymous.sign_up(password=password).status == 201


def test_the_request_has_five_digits_of_the_hash_and_asks_for_padding(
    fake_pwned_passwords_api, anonymous
):
    with use_breach_check_mode(fake_pwned_passwords_api, "strict"):
        anonymous.sign_up()

    assert fake_pwned_passwords_api.received_requests == [
        (f"/hibp/range/{sha1_hex(PASSWORD)[:5]}", "true")
    ]


def test_no_request_is_sent_if_the_check_is_off(fake_pwned_passwords_api, anonymous):
    with use_breach_check_mode(fake_pwned_passwords_api, "off"):
        assert anonymous.sign_up(password=BREACHED_PASSWORD).status == 201

    assert fake_pwned_passwords_api.received_requests == []


def test_no_request_is_sent_for_a_weak_password(fake_pwned_passwords_api, anonymous):
    with use_breach_check_mode(fake_pwned_passwords_api, "strict"):
        assert anonymous.sign_up(password="password123456789").status == 422

    assert fake_pwned_passwords_api.received_requests == []


def test_signing_in_sends_no_breach_request(fake_pwned_passwords_api, applicant):
    with use_breach_check_mode(fake_pwned_passwords_api, "strict"):
        assert applicant.other_client().sign_in().status == 200

    assert fake_pwned_passwords_api.received_requests == []


# How the API can fail: the attributes to set on the fake API.
API_FAILURES = {
    "status_429": {"status": 429},
    "status_503": {"status": 503, "body": b""},
    "redirect": {"status": 302},
    "empty_body": {"body": b""},
    "html": {"body": b"<html><p>Please sign in to this network</p></html>"},
    "line_without_count": {"body": b"0" * 35 + b":1\r\nnonsense"},
    "binary": {"body": bytes(range(256))},
    "oversized_body": {"body": (b"0" * 35 + b":1\r\n") * 50_000},
    "no_response": {"should_hang": True},
}


@pytest.fixture(params=API_FAILURES.values(), ids=API_FAILURES.keys())
def failing_api(request, fake_pwned_passwords_api):
    """The API, as it fails in one of several ways."""
    vars(fake_pwned_passwords_api).update(request.param)
    return fake_pwned_passwords_api


@pytest.fixture
def short_timeout(monkeypatch):
    monkeypatch.setattr(pwned_passwords, "TIMEOUT_SECONDS", 0.2)


def test_best_effort_accepts_an_unchecked_password_and_logs_the_failure(
    failing_api, short_timeout, anonymous, capsys
):
    with use_breach_check_mode(failing_api, "best-effort"):
        assert anonymous.sign_up(password=BREACHED_PASSWORD).status == 201

    lines = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    [line] = [line for line in lines if line["event"] == "breached_passwords_unavailable"]
    assert line["cause"].startswith("breached passwords: ")
    assert BREACHED_PASSWORD not in str(line)
    assert sha1_hex(BREACHED_PASSWORD)[:5] not in str(line)


def test_strict_mode_rejects_an_unchecked_password(failing_api, short_timeout, anonymous, backend):
    with use_breach_check_mode(failing_api, "strict"):
        response = anonymous.sign_up()

    assert (response.status, response.code) == (503, "unavailable")
    assert not backend.rows("users")


def test_strict_mode_rejects_sign_up_if_the_breach_service_is_unreachable(
    fake_pwned_passwords_api, anonymous, backend
):
    with environment(
        STAGE="test", BREACHED_PASSWORDS="strict", BREACHED_PASSWORDS_URL="http://127.0.0.1:1"
    ):
        assert anonymous.sign_up().code == "unavailable"
