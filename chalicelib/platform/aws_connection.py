"""A connection to an AWS endpoint that holds every request to one deadline."""

import functools
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.platform.aws_errors import AwsUnreachable
from chalicelib.platform.http_responses import (
    HttpResponse,
    InvalidResponse,
    NoResponse,
    read_response,
)
from chalicelib.platform.timed_socket import TimedSocket

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
        self._is_used = False

    def close(self) -> None:
        """Close the connection, in any state."""
        self._socket.disconnect()

    def send(self, path: str, body: bytes, headers: Mapping[str, str]) -> HttpResponse:
        """Send a POST request and receive the whole response.

        Args:
            path: the path.
            body: the body.
            headers: the headers.

        Raises:
            AwsUnreachable: the response is missing, incomplete, or too large, or it times out; or
                a header has a line break.
            ClosedWhileIdle: the service has closed the connection since the previous request.
        """
        fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if len(fields.splitlines()) != len(headers):
            raise AwsUnreachable("LineBreakInHeader")
        head = f"POST {path} HTTP/1.1\r\n{fields}Content-Length: {len(body)}\r\n\r\n"
        was_used, self._is_used = self._is_used, True
        self._socket.deadline = time.monotonic() + self._seconds
        try:
            self._socket.sendall(head.encode() + body)
            return read_response(self._socket.receive, _LARGEST_RESPONSE)
        except (ConnectionResetError, BrokenPipeError, NoResponse) as problem:
            if was_used:
                raise ClosedWhileIdle from problem
            raise AwsUnreachable(type(problem).__name__) from problem
        except InvalidResponse as problem:
            raise AwsUnreachable(str(problem)) from problem
        except OSError as problem:
            raise AwsUnreachable(type(problem).__name__) from problem


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
