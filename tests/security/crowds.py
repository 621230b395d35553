"""Runs the service in this process behind a socket, and sends many concurrent requests."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from app import app
from chalicelib.platform import clock
from tests.support.clients import Response
from tools import server

# What tells one answer from another though both say the same.
_OF_EACH = {"date", "x-request-id"}


@contextmanager
def behind_a_socket() -> Iterator[str]:
    """Serve the app from a thread; give the URL."""
    listening = server.start(app, 0).server
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}"
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


@contextmanager
def clock_standing_still() -> Iterator[None]:
    """Stop the clock, so that no delay ends."""
    with mock.patch.object(clock, "now", return_value=clock.now()):
        yield


def at_once(times: int, send: Callable[[int], Any]) -> list[Any]:
    """Run this many concurrent calls, and return their results."""
    start = threading.Barrier(times)

    def wait_and_ask(number: int) -> Any:
        start.wait()
        return send(number)

    with ThreadPoolExecutor(times) as crowd:
        return list(crowd.map(wait_and_ask, range(times)))


def visible_response(response: Response) -> tuple[Any, ...]:
    """Return all that an answer tells: status, headers and body, to the byte."""
    headers = {n.lower(): v for n, v in response.headers.items() if n.lower() not in _OF_EACH}
    return response.status, sorted(headers.items()), response.body


def send_raw(url: str, request: bytes) -> tuple[int, bytes]:
    """Send bytes that no client would; return the status (0 for none) and all that came back."""
    where = urlsplit(url)
    with socket.create_connection((where.hostname, where.port), timeout=60) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    answer = b"".join(parts)
    return (int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0), answer
