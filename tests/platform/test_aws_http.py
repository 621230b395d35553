"""The small client for AWS: what it sends, and what it makes of a server that misbehaves."""

import json
import ssl
import time
import zlib
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from unittest import mock

import boto3
import pytest

from chalicelib.platform import aws_connection, aws_http
from chalicelib.platform.aws_connection import Limits
from chalicelib.platform.aws_errors import AwsError, AwsUnreachable
from chalicelib.platform.aws_http import SERVICES, HttpClient
from tests.platform.hostile_server import close, hostile_server, respond, send, send_and_stay

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-2",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
}
LIMITS = Limits(connect_seconds=5, read_seconds=5, attempts=2)
THROTTLED = respond(
    b'{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException"}', "400 Bad Request"
)
BROKEN = respond(b'{"__type": "InternalServerError"}', "500 Internal Server Error")


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(aws_http, "_FIRST_PAUSE_SECONDS", 0)


@contextmanager
def calling(*responses, limits=LIMITS, service="dynamodb"):
    """A client, and the server that gives it these replies."""
    with hostile_server(responses) as server:
        where = {SERVICES[service].endpoint_variable: server.url}
        with mock.patch.dict("os.environ", ENVIRONMENT | where):
            client = HttpClient(SERVICES[service], limits)
            try:
                yield client, server
            finally:
                client.close()


def get(client):
    return client.call("GetItem", TableName="t")


def header(request, name):
    lines = request.decode().partition("\r\n\r\n")[0].split("\r\n")
    return dict(line.lower().split(": ", 1) for line in lines[1:])[name]


def test_request_has_the_target_and_the_body_as_json():
    with calling(respond(b'{"Item": {}}')) as (client, server):
        assert get(client) == {"Item": {}}

    assert header(server.requests[0], "x-amz-target") == "dynamodb_20120810.getitem"
    assert header(server.requests[0], "content-type") == "application/x-amz-json-1.0"
    assert json.loads(server.requests[0].partition(b"\r\n\r\n")[2]) == {"TableName": "t"}


def test_connection_is_used_again():
    with calling(respond(), respond(), respond()) as (client, server):
        for _ in range(3):
            get(client)

    assert server.connections == 1


def test_connection_that_the_service_is_closing_is_not_used_again():
    closing = respond(headers="Connection: close\r\n")
    with calling(closing, respond()) as (client, server):
        get(client)
        get(client)

    assert server.connections == 2


def test_connection_that_another_thread_took_is_replaced():
    class TakenList(list):
        """Looks filled, but another thread takes each connection first."""

        def __bool__(self):
            return True

        def pop(self):
            self.clear()
            return super().pop()

    with calling(respond(b'{"Count": 1}')) as (client, _):
        client._idle = TakenList()
        assert get(client) == {"Count": 1}
        client._idle = list(client._idle)


def test_large_response_is_read_to_its_end_although_the_service_closes_the_connection():
    body = json.dumps({"Items": ["x" * 1000] * 500}).encode()
    with calling(respond(body, headers="Connection: close\r\n")) as (client, _):
        assert len(get(client)["Items"]) == 500


def test_connection_that_was_closed_while_idle_is_replaced_without_an_attempt():
    limits = Limits(connect_seconds=1, read_seconds=1, attempts=1)
    with calling(respond(), close, respond(b'{"Count": 1}'), limits=limits) as (client, server):
        get(client)
        assert get(client) == {"Count": 1}

    assert server.connections == 2


def test_new_connection_that_is_closed_without_a_response_is_an_attempt():
    with calling(close, respond(b'{"Count": 1}')) as (client, server):
        assert get(client) == {"Count": 1}

    assert len(server.requests) == 2


@pytest.mark.parametrize("failure", [THROTTLED, BROKEN, close, send(b"no HTTP\r\n\r\n")])
def test_transient_failure_is_tried_again(failure):
    with calling(failure, respond(b'{"Count": 1}')) as (client, _):
        assert get(client) == {"Count": 1}


@pytest.mark.parametrize("failure", [THROTTLED, BROKEN])
def test_last_attempt_raises_the_services_error(failure):
    with calling(failure, failure) as (client, server), pytest.raises(AwsError):
        get(client)

    assert len(server.requests) == 2


def test_failed_condition_is_not_tried_again():
    failed = b'{"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}'
    response = respond(failed, "400 Bad Request")
    with calling(response) as (client, server), pytest.raises(AwsError) as raised:
        get(client)

    assert raised.value.code == "ConditionalCheckFailedException"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "response",
    [
        send(b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n{}"),
        send(b"HTTP/1.1 200 OK\r\nContent-Le"),
        respond(b"<html>proxy</html>"),
        respond(b"<html>proxy</html>", "502 Bad Gateway"),
        respond(b"[]"),
        respond(b""),
        respond(b"", "302 Found", "Location: http://elsewhere.example/\r\n"),
        respond(b'{"Item": {}}', headers="x-amz-crc32: 1\r\n"),
        respond(b"{}", headers="x-amz-crc32: none\r\n"),
        send(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"),
        send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}"),
    ],
    ids=[
        *("truncated body", "truncated header", "html", "html 502", "a list", "empty"),
        *("redirect", "wrong checksum", "no checksum", "many headers", "truncated chunk"),
    ],
)
def test_response_that_cannot_be_used_is_unreachable(response):
    with calling(response, response) as (client, server), pytest.raises(AwsUnreachable):
        get(client)

    assert len(server.requests) == 2


def test_checksum_that_fits_is_accepted():
    body = b'{"Count": 1}'
    with calling(respond(body, headers=f"x-amz-crc32: {zlib.crc32(body)}\r\n")) as (client, _):
        assert get(client) == {"Count": 1}


def test_bytes_after_a_response_are_not_read_as_the_next_one():
    two = send_and_stay(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n")
    with calling(two, respond(b'{"Count": 1}')) as (client, server):
        assert get(client) == {}
        assert get(client) == {"Count": 1}

    assert server.connections == 2


def test_service_that_speaks_http_1_0_gets_a_connection_for_each_request():
    old = send_and_stay(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    with calling(old, respond(b'{"Count": 1}')) as (client, server):
        assert get(client) == {}
        assert get(client) == {"Count": 1}

    assert server.connections == 2


def test_credentials_with_a_line_break_add_no_header():
    forged = mock.patch.dict("os.environ", AWS_SESSION_TOKEN="a\r\nX-Added: b")
    with calling() as (client, server), forged, pytest.raises(AwsUnreachable, match="LineBreak"):
        get(client)

    assert server.requests == []


def test_response_that_is_too_large_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(aws_connection, "_LARGEST_RESPONSE", 10)
    once = Limits(connect_seconds=1, read_seconds=1, attempts=1)
    large = respond(b"{}" + b" " * 9)
    with calling(large, limits=once) as (client, _), pytest.raises(AwsUnreachable) as raised:
        get(client)

    assert str(raised.value) == "ResponseTooLarge"


def test_interim_responses_are_skipped():
    interim = send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    with calling(interim) as (client, _):
        assert get(client) == {}


def test_trickle_of_bytes_does_not_extend_the_deadline():
    def trickle(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            connection.sendall(b" ")
            time.sleep(0.01)

    once = Limits(connect_seconds=1, read_seconds=0.2, attempts=1)
    with calling(trickle, limits=once) as (client, _):
        began = time.monotonic()
        with pytest.raises(AwsUnreachable, match="TimeoutError"):
            get(client)

    # The whole response would take ten seconds.
    assert time.monotonic() - began < 5


def test_port_that_nothing_listens_on_is_unreachable():
    with calling() as (client, server):
        pass
    with mock.patch.dict("os.environ", ENVIRONMENT), pytest.raises(AwsUnreachable):
        get(client)
    assert server.requests == []


def test_attempts_of_a_transaction_have_the_same_token():
    with calling(close, respond()) as (client, server):
        client.call("TransactWriteItems", TransactItems=[])

    bodies = [json.loads(request.partition(b"\r\n\r\n")[2]) for request in server.requests]
    assert len({body["ClientRequestToken"] for body in bodies}) == 1
    assert 1 <= len(bodies[0]["ClientRequestToken"]) <= 36


def test_clock_that_is_wrong_is_corrected_by_the_services_date():
    server_time = datetime.now(UTC) + timedelta(hours=3)
    skewed = respond(
        b'{"__type": "com.amazon.coral.service#InvalidSignatureException"}',
        "400 Bad Request",
        f"Date: {format_datetime(server_time, usegmt=True)}\r\n",
    )
    with calling(skewed, respond(), respond()) as (client, server):
        get(client)
        get(client)

    for request in server.requests[1:]:
        sent = datetime.fromisoformat(header(request, "x-amz-date").upper())
        assert abs(sent - server_time) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "date",
    # The present moment is that of the call: this module may have been imported minutes before.
    [None, "yesterday", "Mon, 30 Nov 2026 09:00:00 -0000"],
    ids=["now", "no-date", "without-a-zone"],
)
def test_wrong_signature_is_not_tried_again_unless_the_date_explains_it(date):
    wrong = respond(
        b'{"__type": "com.amazon.coral.service#InvalidSignatureException"}',
        "400 Bad Request",
        f"Date: {date or format_datetime(datetime.now(UTC), usegmt=True)}\r\n",
    )
    with calling(wrong) as (client, server), pytest.raises(AwsError):
        get(client)

    assert len(server.requests) == 1


def test_secrets_manager_is_called_with_its_own_protocol():
    with calling(respond(b'{"SecretString": "s"}'), service="secretsmanager") as (client, server):
        assert client.call("GetSecretValue", SecretId="key") == {"SecretString": "s"}

    assert header(server.requests[0], "x-amz-target") == "secretsmanager.getsecretvalue"
    assert header(server.requests[0], "content-type") == "application/x-amz-json-1.1"


@pytest.mark.parametrize("service", SERVICES)
def test_endpoint_is_the_one_that_botocore_takes(service):
    with mock.patch.dict("os.environ", ENVIRONMENT, clear=True):
        botocore_endpoint = boto3.client(service).meta.endpoint_url
        http_client = HttpClient(SERVICES[service], LIMITS)

    assert f"https://{http_client._netloc}" == botocore_endpoint


def test_process_without_a_region_is_told():
    with mock.patch.dict("os.environ", clear=True), pytest.raises(AwsUnreachable, match="Region"):
        HttpClient(SERVICES["dynamodb"], LIMITS)


@contextmanager
def calling_over_tls(certificate, *responses, **environment):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    once = Limits(connect_seconds=2, read_seconds=2, attempts=1)
    with hostile_server(responses, tls) as server:
        where = {"AWS_ENDPOINT_URL_DYNAMODB": server.url, **environment}
        with mock.patch.dict("os.environ", ENVIRONMENT | where):
            aws_connection._tls.cache_clear()
            client = HttpClient(SERVICES["dynamodb"], once)
            try:
                yield client, server
            finally:
                client.close()
                aws_connection._tls.cache_clear()


def test_request_is_sent_over_tls_to_a_server_that_is_trusted(certificate):
    trusted = {"AWS_CA_BUNDLE": str(certificate)}
    with calling_over_tls(certificate, respond(b'{"Count": 1}'), **trusted) as (client, _):
        assert get(client) == {"Count": 1}


def test_server_whose_certificate_is_not_trusted_receives_no_request(certificate):
    untrusted = calling_over_tls(certificate, respond())
    with untrusted as (client, server), pytest.raises(AwsUnreachable, match="SSLCert"):
        get(client)

    assert server.requests == []


def test_root_certificates_are_those_that_certifi_has():
    certifi = pytest.importorskip("certifi")
    bundle = Path(certifi.where()).read_text()
    certificates = aws_connection._ROOTS.read_text().split("-----BEGIN")[1:]

    assert len(certificates) == 5
    for certificate in certificates:
        assert certificate.partition("-----END")[0] in bundle


def test_amazons_hosts_are_trusted_by_amazons_roots_only():
    amazon = aws_connection._tls("dynamodb.us-east-2.amazonaws.com")
    other = aws_connection._tls("localhost")

    assert len(amazon.get_ca_certs()) == 5
    assert amazon.check_hostname
    assert len(other.get_ca_certs()) != 5
