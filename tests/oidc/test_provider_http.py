"""Requests to providers: to public addresses, without redirects, and within limits."""

import socket
import threading
import time
from unittest import mock

import pytest

from chalicelib.oidc import provider_http
from chalicelib.oidc.provider_error import ProviderError
from tests.support.environments import HERE, SETTINGS, environment
from tests.support.oidc_provider import TestProvider, _really_fetch, over_http, pause


@pytest.fixture
def over_sockets(backend):
    """Requests leave this process, on a developer's machine."""
    here = SETTINGS | {"PUBLIC_URL": HERE, "OIDC_PROVIDERS": None}
    with environment(**here), mock.patch.object(provider_http, "_fetch", _really_fetch):
        yield


@pytest.fixture
def served(over_sockets):
    """A provider on this machine, and what sets a path's response."""
    provider = TestProvider("")
    with over_http(provider) as respond:
        yield provider, respond


def reason(url):
    """Why a URL can't be fetched."""
    with pytest.raises(ProviderError) as caught:
        provider_http.get_json(url)
    return caught.value.reason


def test_a_json_object_is_fetched(served):
    provider, _ = served

    assert provider_http.get_json(f"{provider.issuer}/keys") == provider.jwks()


def answering(status=200, body=b"{}", **headers):
    """What sends this response."""

    def act(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return act


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(served, status):
    provider, respond = served
    respond("/moved", answering(status, Location=f"{provider.issuer}/keys"))

    assert reason(f"{provider.issuer}/moved") == f"status {status}"
    assert provider.requests == ["/moved"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"x" * (provider_http.MAX_RESPONSE_BYTES + 1), "response too large"),
        (b"[" * 100_000, "no JSON"),
        (b"\xff", "no JSON"),
        (b"", "no JSON"),
        (b"[]", "no JSON object"),
    ],
    ids=["huge", "nested", "binary", "empty", "list"],
)
def test_a_response_that_is_no_small_json_object_is_rejected(served, body, why):
    provider, respond = served
    respond("/it", answering(body=body))

    assert reason(f"{provider.issuer}/it") == why


def test_a_response_that_trickles_is_given_up(served):
    provider, respond = served
    respond("/slow", pause(0.02))

    with mock.patch.object(provider_http, "TIMEOUT_SECONDS", 0.1):
        started = time.monotonic()
        assert reason(f"{provider.issuer}/slow") == "TimeoutError"
    assert time.monotonic() - started < 1.5


def test_headers_that_trickle_are_given_up(over_sockets):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def trickle():
            connection, _ = server.accept()
            with connection:
                connection.settimeout(5)
                try:
                    while connection.recv(1):
                        connection.sendall(b"H")
                except OSError:
                    return

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        with mock.patch.object(provider_http, "TIMEOUT_SECONDS", 0.1):
            why = reason(f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join(5)
    assert why in {"TimeoutError", "BadStatusLine", "RemoteDisconnected"}


def test_a_host_that_does_not_listen_is_reported(over_sockets):
    assert reason("http://127.0.0.1:1/") == "ConnectionRefusedError"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.1"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255"),
        *("::1", "fe80::1", "fd00:ec2::254", "::ffff:10.0.0.1", "2002:a00:1::", "ff02::1", "::"),
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_no_address_but_a_public_one_is_connected_to(backend, address):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]
    with (
        mock.patch.object(provider_http, "_fetch", _really_fetch),
        mock.patch("socket.getaddrinfo", return_value=found),
        mock.patch("socket.create_connection", side_effect=AssertionError),
    ):
        assert reason("https://id.example.com/") == "not a public address"


def test_one_private_address_among_several_is_enough_to_refuse(backend):
    found = [(2, 1, 6, "", (address, 443)) for address in ("93.184.215.14", "10.0.0.1")]
    with (
        mock.patch.object(provider_http, "_fetch", _really_fetch),
        mock.patch("socket.getaddrinfo", return_value=found),
        mock.patch("socket.create_connection", side_effect=AssertionError),
    ):
        assert reason("https://id.example.com/") == "not a public address"


def test_the_checked_address_is_connected_to_and_the_hosts_certificate_is_verified(backend):
    found = [(2, 1, 6, "", ("93.184.215.14", 443))]
    with (
        mock.patch.object(provider_http, "_fetch", _really_fetch),
        mock.patch("socket.getaddrinfo", return_value=found) as looked_up,
        mock.patch("socket.create_connection") as connect,
        mock.patch("ssl.create_default_context") as context,
    ):
        context.return_value.wrap_socket.side_effect = OSError
        assert reason("https://id.example.com/") == "OSError"

    assert looked_up.call_count == 1
    assert connect.call_args.args == (("93.184.215.14", 443),)
    assert context.return_value.wrap_socket.call_args.kwargs == {
        "server_hostname": "id.example.com"
    }


@pytest.mark.parametrize(
    "url",
    [
        *("http://id.example.com/", "ftp://id.example.com/", "file:///etc/passwd", "", "https:///"),
        *(
            "https://user:password@id.example.com/",
            "https://id.example.com/#x",
            "https://é.example",
        ),
        *(
            "https://id.example.com:port/",
            "https://id.example.com/\n",
            None,
            7,
            "https://a/" + "b" * 2048,
        ),
    ],
    ids=lambda url: str(url)[:30],
)
def test_only_https_urls_are_fetched(backend, url):
    with pytest.raises(ProviderError):
        provider_http.require_url(url)


def test_over_http_a_service_on_this_machine_asks_this_machine_only(over_sockets):
    found = [(2, 1, 6, "", ("93.184.215.14", 80))]
    with mock.patch("socket.getaddrinfo", return_value=found):
        assert reason("http://id.example.com/") == "not a public address"
