"""A connection to an AWS endpoint that holds every request to one deadline."""

import functools
import http.client
import io
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.platform.aws_errors import AwsUnreachable

if TYPE_CHECKING:
    import ssl

AMAZON = ".amazonaws.com"
_ROOTS = Path(__file__).with_name("amazon-roots.pem")
# The largest response is 16 MB, for a DynamoDB batch.
_LARGEST_RESPONSE = 17 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a call may take.

    Attributes:
        connect_seconds: for a new connection.
        read_seconds: for sending the request and receiving the whole response.
        attempts: how often a request is sent at most.
    """

    connect_seconds: float
    read_seconds: float
    attempts: int


@dataclass(frozen=True, slots=True)
class Response:
    """A complete response.

    Attributes:
        status: the HTTP status.
        body: the body, with the length that was announced.
        date: the ``Date`` header.
        checksum: the ``x-amz-crc32`` header, a CRC-32 of the body in decimal.
        keeps_connection: whether the connection takes another request.
    """

    status: int
    body: bytes
    date: str | None
    checksum: str | None
    keeps_connection: bool


class ClosedWhileIdle(Exception):
    """The service closed a connection before it read the request."""


class Connection:
    """One connection to a service, for one request at a time."""

    def __init__(self, host: str, port: int, limits: Limits, *, is_secure: bool) -> None:
        """Connect to the host.

        Raises:
            OSError: the connection fails or times out.
        """
        raw = socket.create_connection((host, port), timeout=limits.connect_seconds)
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connected = _tls(host).wrap_socket(raw, server_hostname=host) if is_secure else raw
        except BaseException:
            raw.close()
            raise
        self._seconds = limits.read_seconds
        self._socket = TimedSocket(connected)
        self._http = http.client.HTTPConnection(host, port)
        # http.client uses only those socket methods that TimedSocket has.
        self._http.sock = self._socket
        self._is_used = False

    def close(self) -> None:
        """Close the connection, in any state."""
        self._http.close()
        self._socket.disconnect()

    def send(self, path: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """Send a POST request and receive the whole response.

        Raises:
            AwsUnreachable: the response is missing, incomplete, or too large, or it times out.
            ClosedWhileIdle: the service has closed the connection since the previous request.
        """
        was_used, self._is_used = self._is_used, True
        self._socket.deadline = time.monotonic() + self._seconds
        try:
            self._http.putrequest("POST", path, skip_host=True, skip_accept_encoding=True)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self._http.putheader(name, value)
            self._http.endheaders(body)
            return _received(self._http.getresponse())
        except (ConnectionResetError, BrokenPipeError) as problem:
            # http.client's RemoteDisconnected is a ConnectionResetError, too.
            if was_used:
                raise ClosedWhileIdle from problem
            raise AwsUnreachable(type(problem).__name__) from problem
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise AwsUnreachable(type(problem).__name__) from problem


def _received(response: http.client.HTTPResponse) -> Response:
    expected = response.length
    body = response.read(_LARGEST_RESPONSE + 1)
    if len(body) > _LARGEST_RESPONSE:
        raise AwsUnreachable("ResponseTooLarge")
    if expected is not None and len(body) != expected:
        raise AwsUnreachable("IncompleteResponse")
    return Response(
        response.status,
        body,
        response.getheader("Date"),
        response.getheader("x-amz-crc32"),
        not response.will_close,
    )


class TimedSocket:
    """A socket whose operations all end at one deadline, even if bytes arrive slowly.

    It sends what it was given when it is next asked to receive: http.client sends headers and body
    one after the other, and each would be a packet of its own.

    Attributes:
        deadline: on the monotonic clock, in seconds.
    """

    def __init__(self, connected: socket.socket) -> None:
        """Use a connected socket."""
        self._socket = connected
        self._unsent = b""
        self.deadline = 0.0

    def sendall(self, data: bytes) -> None:
        """Send bytes, with the next ones."""
        self._unsent += data

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a stream of the received bytes."""
        return io.BufferedReader(_TimedReader(self))

    def receive_into(self, buffer: memoryview) -> int:
        """Receive bytes into a buffer; return how many."""
        if self._unsent:
            data, self._unsent = self._unsent, b""
            self._limit()
            self._socket.sendall(data)
        self._limit()
        return self._socket.recv_into(buffer)

    def close(self) -> None:
        """Leave the socket open: http.client closes it before it reads the last response."""

    def disconnect(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _limit(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)


class _TimedReader(io.RawIOBase):
    """The stream of bytes from a :class:`TimedSocket`."""

    def __init__(self, source: TimedSocket) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._source.receive_into(buffer)


@functools.cache
def _tls(host: str) -> "ssl.SSLContext":
    """Return the TLS settings for a host.

    For AWS's own hosts only Amazon's root certificates count. To load all others takes about 20 ms.
    """
    import ssl

    bundle = os.environ.get("AWS_CA_BUNDLE")
    if bundle or not host.endswith(AMAZON):
        return ssl.create_default_context(cafile=bundle)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(_ROOTS)
    return context
