"""Reads HTTP/1.1 responses (RFC 9112) of AWS's services, without http.client.

http.client parses headers with Python's ``email``, which takes 8 ms to import, and longer for each
response than all else that our client of AWS does. This module accepts less: a response says how
long it is, with ``Content-Length`` or in chunks, because without a length a response that breaks
off can't be told from a complete one. Whatever is ambiguous is rejected (RFC 9112, 11.2).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_END_OF_LINE, _END_OF_HEAD = b"\r\n", b"\r\n\r\n"
_MAX_HEAD_BYTES = 64 * 1024
_MAX_FIELDS = 100
_STATUS_LINE = re.compile(r"HTTP/1\.([01]) ([1-9][0-9]{2})(?: .*)?")
_FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*)")
_LENGTH = re.compile(r"[0-9]{1,15}")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?")
_MAX_CHUNK_LINE_BYTES = 1024
_RECEIVED_AT_ONCE = 64 * 1024
_FIRST_FINAL_STATUS = 200

Receive = Callable[[int], bytes]


class NoResponse(Exception):
    """The connection was closed before the first byte of a response."""


class InvalidResponse(Exception):
    """The response is incomplete, too large, or not HTTP; the message says which."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A complete response.

    Attributes:
        status: the HTTP status, 200 or higher.
        headers: the last value of each header, by its name in lowercase.
        body: the body.
        keeps_connection: whether the connection takes another request.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    keeps_connection: bool


def read_response(receive: Receive, max_body_bytes: int) -> HttpResponse:
    """Read a response to a POST request. Interim responses are skipped (RFC 9110, 15.2).

    Args:
        receive: receives up to a number of bytes; none at the end of the connection.
        max_body_bytes: the size of the largest body that is accepted.

    Raises:
        NoResponse: the connection was closed before the first byte.
        InvalidResponse: the response can't be used.
        OSError: ``receive`` failed.
    """
    source = _Source(receive)
    status = 0
    while status < _FIRST_FINAL_STATUS:
        is_persistent, status, headers = _parse_head(source.read_until(_END_OF_HEAD))
    body = _read_body(source, headers, max_body_bytes)
    options = {option.strip() for option in headers.get("connection", "").lower().split(",")}
    # Bytes that follow belong to no request, and would be read as the next response.
    keeps_connection = is_persistent and "close" not in options and not source.buffer
    return HttpResponse(status, headers, body, keeps_connection)


class _Source:
    """The received bytes.

    Attributes:
        buffer: those that haven't been read yet.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.buffer = b""
        self._is_begun = False

    def read_until(self, end: bytes, max_bytes: int = _MAX_HEAD_BYTES) -> bytes:
        """Return the bytes before these ones, and skip both."""
        while (position := self.buffer.find(end)) < 0:
            if len(self.buffer) >= max_bytes:
                raise InvalidResponse("HeadTooLarge")
            self.buffer += self._receive_some(_RECEIVED_AT_ONCE)
        read, self.buffer = self.buffer[:position], self.buffer[position + len(end) :]
        return read

    def read(self, size: int) -> bytes:
        """Return exactly this many bytes."""
        if len(self.buffer) < size:
            parts, missing = [self.buffer], size - len(self.buffer)
            self.buffer = b""
            while missing:
                parts.append(self._receive_some(min(missing, _RECEIVED_AT_ONCE)))
                missing -= len(parts[-1])
            return b"".join(parts)
        read, self.buffer = self.buffer[:size], self.buffer[size:]
        return read

    def _receive_some(self, size: int) -> bytes:
        data = self._receive(size)
        if not data:
            raise InvalidResponse("IncompleteResponse") if self._is_begun else NoResponse
        self._is_begun = True
        return data


def _parse_head(head: bytes) -> tuple[bool, int, dict[str, str]]:
    """Return whether the connection is persistent by default, the status, and the headers."""
    first, *lines = head.decode("latin-1").split("\r\n")
    match = _STATUS_LINE.fullmatch(first)
    if match is None:
        raise InvalidResponse("BadStatusLine")
    if len(lines) > _MAX_FIELDS:
        raise InvalidResponse("TooManyHeaders")
    headers: dict[str, str] = {}
    for line in lines:
        field = _FIELD.fullmatch(line)
        if field is None:
            raise InvalidResponse("BadHeader")
        name, value = field[1].lower(), field[2].rstrip(" \t")
        if name in _FRAMING and headers.get(name, value) != value:
            raise InvalidResponse("AmbiguousLength")
        headers[name] = value
    return match[1] == "1", int(match[2]), headers


_FRAMING = {"content-length", "transfer-encoding"}


def _read_body(source: _Source, headers: Mapping[str, str], max_bytes: int) -> bytes:
    length, coding = headers.get("content-length"), headers.get("transfer-encoding")
    if coding is not None:
        if length is not None or coding.lower() != "chunked":
            raise InvalidResponse("AmbiguousLength")
        return _read_chunks(source, max_bytes)
    if length is None or not _LENGTH.fullmatch(length):
        raise InvalidResponse("UnknownLength")
    if int(length) > max_bytes:
        raise InvalidResponse("ResponseTooLarge")
    return source.read(int(length))


def _read_chunks(source: _Source, max_bytes: int) -> bytes:
    """Read a body in chunks (RFC 9112, 7.1), and skip its trailer."""
    body: list[bytes] = []
    left = max_bytes
    while True:
        match = _CHUNK_SIZE.fullmatch(source.read_until(_END_OF_LINE, _MAX_CHUNK_LINE_BYTES))
        if match is None:
            raise InvalidResponse("BadChunk")
        size = int(match[1], 16)
        left -= size
        if left < 0:
            raise InvalidResponse("ResponseTooLarge")
        if size == 0:
            break
        body.append(source.read(size))
        if source.read(len(_END_OF_LINE)) != _END_OF_LINE:
            raise InvalidResponse("BadChunk")
    for _ in range(_MAX_FIELDS + 1):
        if not source.read_until(_END_OF_LINE):
            return b"".join(body)
    raise InvalidResponse("TooManyHeaders")
