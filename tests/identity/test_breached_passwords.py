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
PADDING_ONLY_PASSWORD = "walnut ferry orchard tide"


def sha1_hex(password):
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


class FakeRangeApi:
    """A range API that responds as the real one does, until a test makes it fail."""

    def __init__(self):
        self.received_requests = []
        self.status = 200
        self.body = None
        self.response_released = threading.Event()
        self.should_hang = False

    def response_body(self, prefix):
        """Return the response lines for a prefix, separated by CR LF. Padding has a count of 0."""
        if self.body is not None:
            return self.body
        response_lines = [
            f"{hashlib.sha256(str(n).encode()).hexdigest()[:35].upper()}:{n + 1}"
            for n in range(800)
        ]
        for password, count in [(BREACHED_PASSWORD, 7), (PADDING_ONLY_PASSWORD, 0)]:
            if sha1_hex(password).startswith(prefix):
                response_lines.append(f"{sha1_hex(password)[5:]}:{count}")
        return "\r\n".join(response_lines).encode()


@pytest.fixture
def fake_range_api():
    """The range API, on this machine."""
    api = FakeRangeApi()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            api.received_requests.append((self.path, self.headers["Add-Padding"]))
            body = api.response_body(self.path.rpartition("/")[2])
            if api.should_hang:
                api.response_released.wait()
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
            api.response_released.set()
            server.shutdown()
            thread.join()


@contextmanager
def use_breach_check_mode(fake_range_api, mode):
    with environment(
        STAGE="test", BREACHED_PASSWORDS=mode, BREACHED_PASSWORDS_URL=f"{fake_range_api.url}/hibp"
    ):
        yield


@pytest.mark.parametrize("mode", ["best-effort", "strict"])
def test_a_breached_password_is_rejected_at_its_field(fake_range_api, anonymous, mode, backend):
    with use_breach_check_mode(fake_range_api, mode):
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
@pytest.mark.parametrize("password", [PASSWORD, PADDING_ONLY_PASSWORD])
def test_an_unbreached_or_padding_only_password_is_accepted(
    fake_range_api, anonymous, mode, password
):
    with use_breach_check_mode(fake_range_api, mode):
        assert anonymous.sign_up(password=password).status == 201


def test_the_request_has_five_digits_of_the_hash_and_asks_for_padding(fake_range_api, anonymous):
    with use_breach_check_mode(fake_range_api, "strict"):
        anonymous.sign_up()

    assert fake_range_api.received_requests == [(f"/hibp/range/{sha1_hex(PASSWORD)[:5]}", "true")]


def test_no_request_is_sent_if_the_check_is_off(fake_range_api, anonymous):
    with use_breach_check_mode(fake_range_api, "off"):
        assert anonymous.sign_up(password=BREACHED_PASSWORD).status == 201

    assert fake_range_api.received_requests == []


def test_no_request_is_sent_for_a_weak_password(fake_range_api, anonymous):
    with use_breach_check_mode(fake_range_api, "strict"):
        assert anonymous.sign_up(password="password123456789").status == 422

    assert fake_range_api.received_requests == []


def test_signing_in_sends_no_breach_request(fake_range_api, applicant):
    with use_breach_check_mode(fake_range_api, "strict"):
        assert applicant.other_client().sign_in().status == 200

    assert fake_range_api.received_requests == []


def make_api_return_429(fake_range_api):
    fake_range_api.status = 429


def make_api_return_503(fake_range_api):
    fake_range_api.status, fake_range_api.body = 503, b""


def make_api_return_302(fake_range_api):
    fake_range_api.status = 302


def make_api_return_empty_body(fake_range_api):
    fake_range_api.body = b""


def make_api_return_html(fake_range_api):
    fake_range_api.body = b"<html><p>Please sign in to this network</p></html>"


def make_api_return_broken_line(fake_range_api):
    fake_range_api.body = fake_range_api.response_body("00000")[:-20] + b"\r\nnonsense"


def make_api_return_binary(fake_range_api):
    fake_range_api.body = bytes(range(256))


def make_api_return_oversized_body(fake_range_api):
    fake_range_api.body = (b"0" * 35 + b":1\r\n") * 50_000


def make_api_hang(fake_range_api):
    fake_range_api.should_hang = True


FAILURE_MODES = [
    make_api_return_429,
    make_api_return_503,
    make_api_return_302,
    make_api_return_empty_body,
    make_api_return_html,
    make_api_return_broken_line,
    make_api_return_binary,
    make_api_return_oversized_body,
    make_api_hang,
]


@pytest.fixture
def short_timeout(monkeypatch):
    monkeypatch.setattr(pwned_passwords, "TIMEOUT_SECONDS", 0.2)


@pytest.mark.parametrize(
    "make_api_fail", FAILURE_MODES, ids=lambda make_api_fail: make_api_fail.__name__
)
def test_best_effort_accepts_an_unchecked_password_and_logs_the_failure(
    fake_range_api, short_timeout, anonymous, make_api_fail, capsys
):
    make_api_fail(fake_range_api)
    with use_breach_check_mode(fake_range_api, "best-effort"):
        assert anonymous.sign_up(password=BREACHED_PASSWORD).status == 201

    lines = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    [line] = [line for line in lines if line["event"] == "breached_passwords_unavailable"]
    assert line["cause"].startswith("breached passwords: ")
    assert BREACHED_PASSWORD not in str(line)
    assert sha1_hex(BREACHED_PASSWORD)[:5] not in str(line)


@pytest.mark.parametrize(
    "make_api_fail", FAILURE_MODES, ids=lambda make_api_fail: make_api_fail.__name__
)
def test_strict_mode_rejects_an_unchecked_password(
    fake_range_api, short_timeout, anonymous, make_api_fail, backend
):
    make_api_fail(fake_range_api)
    with use_breach_check_mode(fake_range_api, "strict"):
        response = anonymous.sign_up()

    assert (response.status, response.code) == (503, "unavailable")
    assert not backend.rows("users")


def test_strict_mode_rejects_sign_up_if_the_breach_service_is_unreachable(
    fake_range_api, anonymous, backend
):
    with environment(
        STAGE="test", BREACHED_PASSWORDS="strict", BREACHED_PASSWORDS_URL="http://127.0.0.1:1"
    ):
        assert anonymous.sign_up().code == "unavailable"
