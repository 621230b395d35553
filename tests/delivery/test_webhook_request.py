"""Requests to receivers: HTTPS to public addresses only, and an end in time."""

import socket
import ssl
import threading
from contextlib import contextmanager
from unittest import mock
from urllib.parse import urlsplit

import pytest

from chalicelib.delivery import webhook_request
from chalicelib.delivery.webhook_request import InvalidUrl, NotDelivered, parse_url, post
from chalicelib.functions import CONSUMERS
from chalicelib.platform.public_addresses import is_public
from tests.platform.conftest import certificate  # noqa: F401 (a fixture)
from tests.platform.hostile_server import close, hostile_server, respond, send

PUBLIC, PRIVATE = "93.184.215.14", "10.0.0.1"
ended = threading.Event()


def resolving(*addresses):
    """Have every host name resolve to these addresses."""

    def getaddrinfo(_host, port, *_, **__):
        families = [socket.AF_INET6 if ":" in each else socket.AF_INET for each in addresses]
        return [(f, 1, 6, "", (each, port)) for f, each in zip(families, addresses, strict=True)]

    return mock.patch.object(socket, "getaddrinfo", getaddrinfo)


@contextmanager
def receiver(certificate, *responses, host="127.0.0.1"):  # noqa: F811
    """A server whose certificate is for 127.0.0.1, as if its address were public."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=certificate)
    with (
        hostile_server(responses, tls) as server,
        resolving("127.0.0.1"),
        mock.patch.object(webhook_request, "is_public", return_value=True),
        mock.patch.object(ssl, "create_default_context", return_value=trusting),
    ):
        yield server, f"https://{host}:{urlsplit(server.url).port}/hook?a=1"


def test_a_request_has_the_body_the_headers_and_the_host_of_the_name(certificate):  # noqa: F811
    with receiver(certificate, respond(b"", "204 No Content")) as (server, url):
        post(url, b'{"a":1}', {"webhook-id": "event"})

    head, _, body = server.requests[0].decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    assert first == "POST /hook?a=1 HTTP/1.1"
    assert f"Host: {urlsplit(url).netloc}" in lines
    assert {"webhook-id: event", "Connection: close"} <= set(lines)
    assert body == '{"a":1}'


@pytest.mark.parametrize(
    ("response", "cause"),
    [
        (respond(b"", "500 Internal Server Error"), "status 500"),
        (respond(b"", "302 Found", "Location: https://localhost/\r\n"), "status 302"),
        (respond(b"", "410 Gone"), "status 410"),
        (close, "RemoteDisconnected"),
        (send(b"no HTTP\r\n\r\n"), "BadStatusLine"),
    ],
)
def test_any_response_but_a_success_is_a_failure_and_no_redirect_is_followed(
    certificate,  # noqa: F811
    response,
    cause,
):
    with (
        receiver(certificate, response) as (server, url),
        pytest.raises(NotDelivered, match=cause),
    ):
        post(url, b"{}", {})

    assert server.connections == 1


def test_a_long_response_is_not_read(certificate):  # noqa: F811
    with receiver(certificate, respond(b"a", length=10**12)) as (_, url):
        post(url, b"{}", {})


def test_a_response_that_arrives_slowly_ends_the_attempt(certificate):  # noqa: F811
    def drip(connection):
        for byte in b"HTTP/1.1 200 OK\r\n" * 100:
            connection.sendall(bytes([byte]))
            ended.wait(0.01)

    with (
        mock.patch.object(webhook_request, "RESPONSE_SECONDS", 0.05),
        receiver(certificate, drip) as (_, url),
        pytest.raises(NotDelivered, match="TimeoutError"),
    ):
        post(url, b"{}", {})
    ended.set()


def test_a_certificate_for_another_name_is_not_accepted(certificate):  # noqa: F811
    with (
        receiver(certificate, respond(), host="other.example") as (server, url),
        pytest.raises(NotDelivered, match="SSLCertVerificationError"),
    ):
        post(url, b"{}", {})

    assert server.requests == []


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104
        *("100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.1.1", "240.0.0.1", "255.255.255.255"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff0e::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
        *("2001:db8::1", "2001::1", "192.0.0.192", "fec0::1", "64:ff9b:1::a9fe:a9fe"),
        *("::169.254.169.254", "::ffff:0:127.0.0.1"),
    ],
)
def test_no_connection_is_made_to_an_address_that_is_not_public(address):
    with (
        resolving(PUBLIC, address),
        mock.patch.object(socket, "create_connection") as connect,
        pytest.raises(NotDelivered, match="isn't public"),
    ):
        post("https://receiver.example/", b"{}", {})

    connect.assert_not_called()


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_accepted(address):
    assert is_public(address)


def test_the_checked_address_is_used_though_the_name_resolves_to_another_one_afterwards():
    found = [[(socket.AF_INET, 1, 6, "", (PUBLIC, 443))], [(2, 1, 6, "", (PRIVATE, 443))]]
    with (
        mock.patch.object(socket, "getaddrinfo", side_effect=found),
        mock.patch.object(socket, "create_connection", side_effect=TimeoutError) as connect,
        pytest.raises(NotDelivered),
    ):
        post("https://receiver.example/", b"{}", {})

    assert [call.args[0] for call in connect.call_args_list] == [(PUBLIC, 443)]


@pytest.mark.parametrize(
    "url",
    [
        *("http://receiver.example/", "ftp://receiver.example/", "https://", "//receiver.example"),
        *(
            "https://user@receiver.example/",
            "https://receiver.example/#part",
            "https://a.example:0",
        ),
        *("https://a.example:99999", "https://receiver.example/a b", "https://bücher.example/"),
        *("https://[::1/", "https://a.example/\r\nX: y"),
    ],
)
def test_a_url_that_is_not_plain_https_is_rejected(url):
    with pytest.raises(InvalidUrl):
        parse_url(url)


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://2130706433/", "https://[::1]/"])
def test_an_address_in_the_url_is_checked_too(url):
    with pytest.raises(NotDelivered):
        post(url, b"{}", {})


def test_an_attempt_ends_before_lambda_ends_the_function():
    longest = webhook_request.CONNECT_SECONDS * 2 + webhook_request.RESPONSE_SECONDS

    assert longest < CONSUMERS["webhooks"].timeout_seconds
