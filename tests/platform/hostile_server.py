"""A server that returns the bytes that a test chooses, to test how a client handles them."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Response = Callable[[socket.socket], None]


@dataclass
class HostileServer:
    """What was received, and where.

    Attributes:
        url: the URL.
        requests: the bytes of each request.
        connections: how many connections were opened.
    """

    url: str
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0


def respond(
    body: bytes = b"{}", status: str = "200 OK", headers: str = "", length: int | None = None
) -> Response:
    """Send a response; ``length`` is announced in place of the true one."""

    def response(connection: socket.socket) -> None:
        announced = len(body) if length is None else length
        head = f"HTTP/1.1 {status}\r\nContent-Length: {announced}\r\n{headers}\r\n"
        connection.sendall(head.encode() + body)

    return response


def close(_: socket.socket) -> None:
    """Send nothing."""
    raise ConnectionAbortedError


def send(data: bytes) -> Response:
    """Send bytes that are no proper response, and close."""

    def response(connection: socket.socket) -> None:
        connection.sendall(data)
        raise ConnectionAbortedError

    return response


def send_and_stay(data: bytes) -> Response:
    """Send bytes, and leave the connection open."""
    return lambda connection: connection.sendall(data)


@contextmanager
def hostile_server(
    responses: Sequence[Response], tls: ssl.SSLContext | None = None
) -> Iterator[HostileServer]:
    """Serve one reply after the other; the connection stays open unless a reply ends it."""
    left = iter(responses)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        scheme = "https" if tls else "http"
        server = HostileServer(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")

        def serve() -> None:
            with suppress(OSError, StopIteration):
                while True:
                    connection, _ = listener.accept()
                    server.connections += 1
                    if tls:
                        connection = tls.wrap_socket(connection, server_side=True)
                    with connection, suppress(ConnectionError):
                        while request := _request(connection):
                            server.requests.append(request)
                            next(left)(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


def _request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        if not (data := connection.recv(65536)):
            return b""
        received += data
    head, _, body = received.partition(b"\r\n\r\n")
    [length] = [
        int(line.partition(b":")[2])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length")
    ]
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
