"""The service checks new passwords against breached ones, and handles a failed check."""

import hashlib
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chalicelib.platform import pwned_passwords
from tests.support.clients import PASSWORD
from tests.support.environments import environment

BREACHED = "walnut ferry orchard lamp"
PADDED = "walnut ferry orchard tide"


def digest(password):
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


class Lines:
    """The range service, which answers as the real one does unless it is told otherwise."""

    def __init__(self):
        self.asked = []
        self.status = 200
        self.body = None
        self.late = threading.Event()
        self.hangs = False

    def answer(self, prefix):
        """Lines end in CR LF; those of padding count nothing."""
        if self.body is not None:
            return self.body
        known = [
            f"{hashlib.sha256(str(n).encode()).hexdigest()[:35].upper()}:{n + 1}"
            for n in range(800)
        ]
        for password, count in [(BREACHED, 7), (PADDED, 0)]:
            if digest(password).startswith(prefix):
                known.append(f"{digest(password)[5:]}:{count}")
        return "\r\n".join(known).encode()


@pytest.fixture
def service():
    """The range service on this machine."""
    lines = Lines()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            lines.asked.append((self.path, self.headers["Add-Padding"]))
            body = lines.answer(self.path.rpartition("/")[2])
            if lines.hangs:
                lines.late.wait()
            self.send_response(lines.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        lines.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield lines
        finally:
            lines.late.set()
            server.shutdown()
            thread.join()


@contextmanager
def looked_up(service, mode):
    with environment(
        STAGE="test", BREACHED_PASSWORDS=mode, BREACHED_PASSWORDS_URL=f"{service.url}/hibp"
    ):
        yield


@pytest.mark.parametrize("mode", ["best-effort", "strict"])
def test_a_breached_password_is_rejected_at_its_field(service, nobody, mode, backend):
    with looked_up(service, mode):
        reply = nobody.sign_up(password=BREACHED)

    assert (reply.status, reply.json["fields"]) == (
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
@pytest.mark.parametrize("password", [PASSWORD, PADDED])
def test_an_unbreached_or_padding_only_password_is_accepted(service, nobody, mode, password):
    with looked_up(service, mode):
        assert nobody.sign_up(password=password).status == 201


def test_the_request_has_five_digits_of_the_hash_and_asks_for_padding(service, nobody):
    with looked_up(service, "strict"):
        nobody.sign_up()

    assert service.asked == [(f"/hibp/range/{digest(PASSWORD)[:5]}", "true")]


def test_no_request_is_sent_if_the_check_is_off(service, nobody):
    with looked_up(service, "off"):
        assert nobody.sign_up(password=BREACHED).status == 201

    assert service.asked == []


def test_no_request_is_sent_for_a_weak_password(service, nobody):
    with looked_up(service, "strict"):
        assert nobody.sign_up(password="password123456789").status == 422

    assert service.asked == []


def test_signing_in_sends_no_breach_request(service, river):
    with looked_up(service, "strict"):
        assert river.elsewhere().sign_in().status == 200

    assert service.asked == []


def too_many(service):
    service.status = 429


def away(service):
    service.status, service.body = 503, b""


def redirected(service):
    service.status = 302


def empty(service):
    service.body = b""


def a_page(service):
    service.body = b"<html><p>Please sign in to this network</p></html>"


def a_broken_line(service):
    service.body = service.answer("00000")[:-20] + b"\r\nnonsense"


def no_text(service):
    service.body = bytes(range(256))


def endless(service):
    service.body = (b"0" * 35 + b":1\r\n") * 50_000


def slow(service):
    service.hangs = True


TROUBLES = [too_many, away, redirected, empty, a_page, a_broken_line, no_text, endless, slow]


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(pwned_passwords, "TIMEOUT_SECONDS", 0.2)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda t: t.__name__)
def test_best_effort_accepts_and_logs_a_password_that_could_not_be_checked(
    service, impatient, nobody, trouble, capsys
):
    trouble(service)
    with looked_up(service, "best-effort"):
        assert nobody.sign_up(password=BREACHED).status == 201

    lines = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    [line] = [line for line in lines if line["event"] == "breached_passwords_unavailable"]
    assert line["cause"].startswith("breached passwords: ")
    assert BREACHED not in str(line)
    assert digest(BREACHED)[:5] not in str(line)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda t: t.__name__)
def test_strict_mode_rejects_a_password_that_could_not_be_checked(
    service, impatient, nobody, trouble, backend
):
    trouble(service)
    with looked_up(service, "strict"):
        reply = nobody.sign_up()

    assert (reply.status, reply.code) == (503, "unavailable")
    assert not backend.rows("users")


def test_strict_mode_rejects_sign_up_if_the_breach_service_is_unreachable(service, nobody, backend):
    with environment(
        STAGE="test", BREACHED_PASSWORDS="strict", BREACHED_PASSWORDS_URL="http://127.0.0.1:1"
    ):
        assert nobody.sign_up().code == "unavailable"
