"""The service over HTTP, with a browser's cookie jar."""

import gzip
import http.client
import json
import socket
from contextlib import ExitStack, closing

import pytest
import requests

from chalicelib.platform.identifiers import new_identifier
from tests.http.servers import PROJECT
from tests.support.clients import COOKIE, PASSWORD
from tools import server


@pytest.fixture
def applicant(service):
    """A user with a cookie jar who has just signed up."""
    with requests.Session() as session:
        fields = {"username": f"river-{new_identifier()}", "password": PASSWORD}
        assert session.post(f"{service.url}/signup", json=fields).status_code == 201
        yield session


@pytest.fixture
def connect(service):
    """Opens connections, closed when the test is over."""
    with ExitStack() as stack:

        def open_connection():
            connection = http.client.HTTPConnection("127.0.0.1", service.port)
            return stack.enter_context(closing(connection))

        yield open_connection


def test_signing_up_fills_the_cookie_jar_and_signing_out_empties_it(service, applicant):
    assert COOKIE in applicant.cookies
    assert applicant.get(f"{service.url}/me").status_code == 200

    assert applicant.post(f"{service.url}/signout").json() == {"msg": "Logout complete"}
    assert COOKIE not in applicant.cookies
    assert applicant.get(f"{service.url}/me").status_code == 401


def test_a_session_shows_the_address_of_the_connection_and_ignores_headers(service, applicant):
    claimed = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    [session] = applicant.get(f"{service.url}/sessions", headers=claimed).json()["items"]

    assert session["address"] == "127.0.0.1"


def test_large_responses_are_compressed_as_api_gateway_compresses_them(connect):
    connection = connect()

    def get(path, **headers):
        connection.request("GET", path, headers={"Accept-Encoding": "gzip, br", **headers})
        response = connection.getresponse()
        return response.headers.get("Content-Encoding"), response.read()

    assert gzip.decompress(get("/signin")[1]) == get("/signin", **{"Accept-Encoding": "br"})[1]
    assert get("/signin")[0] == "gzip"
    assert get("/health")[0] is None
    config = json.loads((PROJECT / ".chalice" / "config.json").read_text())
    assert config["minimum_compression_size"] == server.COMPRESSED_FROM


def test_a_browser_gets_a_page_for_an_unknown_address_and_other_clients_json(service):
    browser = requests.get(f"{service.url}/nowhere", headers={"Accept": "text/html, */*"})
    client = requests.get(f"{service.url}/nowhere")

    assert (browser.status_code, browser.headers["Content-Type"]) == (404, "text/html")
    assert f'href="{service.url}/register"' in browser.text
    assert (client.status_code, client.json()["code"]) == (404, "not_found")


def test_two_cookie_headers_are_both_read(connect, applicant):
    connection = connect()
    connection.putrequest("GET", "/me")
    connection.putheader("Cookie", "theme=dark")
    connection.putheader("Cookie", f"{COOKIE}={applicant.cookies[COOKIE]}")
    connection.endheaders()

    assert connection.getresponse().status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"),
        ("GET", "//["),
        ("PUT", "/"),
        ("PUT", "/signin"),
        ("GET", "/signins"),
        ("TRACE", "/me"),
        ("GET", "/sessions/current"),
        ("GET", "/../etc/passwd"),
    ],
)
def test_a_path_or_method_that_does_not_exist_is_not_found(connect, method, path):
    connection = connect()
    connection.request(method, path, headers={"Authorization": "Basic \u00e9"})
    answer = connection.getresponse()
    body = json.loads(answer.read())

    assert (answer.status, body["code"]) == (404, "not_found")
    assert answer.headers["Access-Control-Allow-Origin"] == "https://front.example"
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize(("path", "status"), [("/health", 200), ("/", 200), ("/signout", 405)])
def test_head_has_no_body_and_the_connection_goes_on(connect, path, status):
    connection = connect()
    for _ in range(2):
        connection.request("HEAD", path)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (status, b"")
        # Of HEAD it would be that of GET (RFC 9110, 8.6).
        assert "Content-Length" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Transfer-Encoding": "chunked"}, 400, "bad_json"),
        ({"Content-Length": "many"}, 400, "bad_json"),
        ({"Content-Length": "-1"}, 400, "bad_json"),
        ({"Content-Length": "0" * 5000}, 400, "bad_json"),
        ({"Content-Length": "5", "content-length": "6"}, 400, "bad_json"),
        ({"Transfer-Encoding ": "chunked"}, 400, "bad_json"),
        ({"Content-Length": "99999999"}, 413, "too_large"),
    ],
    ids=str,
)
def test_a_body_that_cannot_be_read_is_rejected(connect, headers, status, code):
    connection = connect()
    connection.putrequest("POST", "/signup")
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()

    assert (answer.status, json.loads(answer.read())["code"]) == (status, code)


def test_a_client_that_disconnects_early_affects_no_other_client(service):
    with socket.create_connection(("127.0.0.1", service.port)) as leaving:
        leaving.sendall(b"POST /signup HTTP/1.1\r\nContent-Length: 50\r\n\r\n{")

    assert requests.get(f"{service.url}/health").ok


def test_one_connection_serves_many_requests(connect, applicant):
    connection = connect()
    for path in ("/health", "/nothing", "/health"):
        connection.request("GET", path)
        connection.getresponse().read()
    connection.request("POST", "/signout", body="ignored")

    assert connection.getresponse().status == 200


def test_the_front_end_alone_may_call_with_credentials(service):
    for origin in ("https://front.example", "https://evil.example"):
        answers = [
            requests.options(f"{service.url}/signin", headers={"Origin": origin}),
            requests.get(f"{service.url}/me", headers={"Origin": origin}),
            requests.post(f"{service.url}/signup", headers={"Origin": origin}),
        ]
        for answer in answers:
            assert answer.headers["Access-Control-Allow-Origin"] == "https://front.example"
            assert answer.headers["Access-Control-Allow-Credentials"] == "true"
            assert answer.headers["Access-Control-Expose-Headers"] == (
                "X-Request-Id,Link,Retry-After"
            )
    assert answers[0].headers["Access-Control-Allow-Methods"] == "POST,GET,HEAD,OPTIONS"


def test_two_hundred_connections_at_once_are_all_answered(connect):
    connections = [connect() for _ in range(200)]
    for connection in connections:
        connection.connect()
    for connection in connections:
        connection.request("POST", "/signout")

    assert [connection.getresponse().status for connection in connections] == [200] * 200
