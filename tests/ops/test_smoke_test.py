"""The smoke test passes on the service, and names each step that an applicant couldn't do."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chalicelib.functions import FUNCTION_BY_PACKAGE, PACKAGES_BY_FUNCTION, all_endpoints
from ops import smoke_test
from ops.smoke_test import SmokeTestFailed
from tests.support.clients import Response
from tests.support.events import create_event

GATEWAYS_NOT_FOUND = Response(404, {}, b'{"error": "Not found.", "code": "not_found"}')


@pytest.fixture
def requests_sent():
    return []


@pytest.fixture
def send(anonymous, requests_sent):
    """Sends requests to the service, as API Gateway would pass them on."""

    def send(method, path, body=None):
        requests_sent.append(f"{method} {path}")
        if path == "/no-such-path":
            return GATEWAYS_NOT_FOUND
        return anonymous.request(method, path, body)

    return send


def replacing(forward, request, response):
    """Ask as before, but for one request, which gets another response."""

    def send(method, path, body=None):
        return response if f"{method} {path}" == request else forward(method, path, body)

    return send


def test_every_function_with_endpoints_is_sent_a_request(send, backend, requests_sent):
    create_event()
    smoke_test.check(send)

    functions = {
        FUNCTION_BY_PACKAGE[endpoint.package]
        for endpoint in all_endpoints()
        for method in endpoint.methods
        if f"{method} {endpoint.path}".replace("{event_id}", "harvest-fair") in requests_sent
    }
    assert functions == set(PACKAGES_BY_FUNCTION)


def test_service_that_works_passes_and_keeps_no_account(send, backend):
    smoke_test.check(send)

    assert backend.rows("users") == backend.rows("sessions") == []


def test_draft_is_saved_and_deleted_while_an_event_is_open(send, backend, requests_sent):
    create_event()

    smoke_test.check(send)

    assert "PUT /registrations/harvest-fair" in requests_sent
    assert "DELETE /registrations/harvest-fair" in requests_sent
    assert backend.rows("registrations") == []


def test_registrations_are_read_while_no_event_is_open(send, backend, requests_sent):
    smoke_test.check(send)

    assert "GET /registrations" in requests_sent


@pytest.mark.parametrize(
    "request_sent",
    [
        *("GET /health", "POST /signout", "GET /events", "GET /signin", "GET /no-such-path"),
        *("POST /signup", "GET /me", "PUT /registrations/harvest-fair", "GET /admin/users"),
        *("GET /admin/events", "DELETE /sessions/current", "POST /signin", "POST /me/delete"),
    ],
)
def test_response_503_is_reported_with_its_request(send, backend, request_sent):
    create_event()
    broken = replacing(send, request_sent, Response(503, {}, b'{"code": "unavailable"}'))

    with pytest.raises(SmokeTestFailed, match=f'^{request_sent} returned 503: {{"code": "unav'):
        smoke_test.check(broken)


@pytest.mark.parametrize(
    ("request_sent", "response", "message"),
    [
        ("GET /health", Response(200, {}, b'{"status": "ill"}'), "GET /health returned"),
        ("GET /health", Response(200, {}, b"<html>"), "This is not JSON: <html>"),
        ("POST /signout", Response(200, {}, b"{}"), "did not empty the session cookie"),
        ("GET /no-such-path", Response(404, {}, b"{}"), "GET /no-such-path returned {}"),
    ],
)
def test_response_with_the_right_status_and_the_wrong_content_is_reported(
    send, backend, request_sent, response, message
):
    with pytest.raises(SmokeTestFailed, match=message):
        smoke_test.check(replacing(send, request_sent, response))


def test_account_is_erased_although_a_later_step_fails(send, backend):
    broken = replacing(send, "GET /admin/users", Response(200, {}, b"{}"))

    with pytest.raises(SmokeTestFailed):
        smoke_test.check(broken)

    assert backend.rows("users") == []


@pytest.fixture
def server():
    """A server whose health responses are given, and that has nothing else."""

    class Handler(BaseHTTPRequestHandler):
        health = ()
        hosts = ()

        def do_GET(self):
            type(self).hosts += (self.headers["Host"],)
            status, body = self.health[0]
            type(self).health = self.health[1:] or self.health
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            self.send_error(404)

        def log_message(self, *_):
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    Handler.netloc = f"127.0.0.1:{listening.server_port}"
    yield Handler
    listening.shutdown()
    thread.join()
    listening.server_close()


WELL = (200, json.dumps({"status": "ok"}).encode())


def test_service_that_is_not_ready_yet_is_asked_again(server):
    server.health = ((503, b""), WELL)

    with pytest.raises(SmokeTestFailed, match="POST /signout returned 404"):
        smoke_test.run(f"http://{server.netloc}/api", tries=1)

    assert len(server.hosts) == 2


def test_domain_without_a_dns_entry_is_tested_at_the_host_that_serves_it(server):
    server.health = (WELL,)

    with pytest.raises(SmokeTestFailed, match="POST /signout returned 404"):
        smoke_test.run("http://lakes.invalid", connect_to=server.netloc, tries=0)

    assert server.hosts == ("lakes.invalid",)


def test_service_that_cannot_be_reached_is_reported():
    with pytest.raises(SmokeTestFailed, match="does not respond: ConnectionError"):
        smoke_test.run("http://127.0.0.1:9", tries=0)
