"""A socket whose operations all end at one deadline."""

import io
import socket
import time
from typing import Any


class TimedSocket:
    """A socket whose operations all end at one deadline, even if bytes arrive slowly.

    It sends what it was given when it is next asked to receive: http.client sends headers and body
    one after the other, and each would be a packet of its own. It has those methods of a socket
    that http.client uses.

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

    def receive(self, size: int) -> bytes:
        """Receive up to this many bytes; none if the other side has closed the connection.

        Raises:
            OSError: the connection is broken, or the deadline has passed.
        """
        self._prepare_to_receive()
        return self._socket.recv(size)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a stream of the received bytes."""
        return io.BufferedReader(_TimedReader(self))

    def receive_into(self, buffer: memoryview) -> int:
        """Receive bytes into a buffer; return how many."""
        self._prepare_to_receive()
        return self._socket.recv_into(buffer)

    def close(self) -> None:
        """Leave the socket open: http.client closes it before it reads the last response."""

    def disconnect(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _prepare_to_receive(self) -> None:
        if self._unsent:
            data, self._unsent = self._unsent, b""
            self._limit()
            self._socket.sendall(data)
        self._limit()

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
