"""HTTP responses of AWS: those that http.client also understands, and ambiguous ones."""

import http.client
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.platform.http_responses import InvalidResponse, NoResponse, read_response

LARGEST = 1000
BODIES = st.binary(max_size=200)
TOKENS = st.text("abcXYZ019-_.!~", min_size=1, max_size=12).map("x-{}".format)
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f\x85"))
HEADERS = st.dictionaries(TOKENS.map(str.lower), VALUES.map(lambda text: text.strip()), max_size=5)


def read(data, sizes=()):
    """Read a response from bytes that arrive in parts of these sizes, then whole."""
    left, source = iter(sizes), io.BytesIO(data)
    return read_response(lambda size: source.read(min(size, next(left, size))), LARGEST)


def response(*fields, body=b"{}", status="HTTP/1.1 200 OK"):
    return "\r\n".join([status, *fields, "", ""]).encode("latin-1") + body


def in_chunks(chunks):
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


@given(HEADERS, BODIES, st.booleans(), st.lists(st.integers(1, 50)))
def test_response_is_read_as_http_client_reads_it_however_its_bytes_arrive(
    headers, body, is_chunked, sizes
):
    length = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {len(body)}"
    sent = in_chunks([body] if body else []) if is_chunked else body
    data = response(length, *(f"{n}: {v}" for n, v in headers.items()), body=sent)

    class Socket:
        def makefile(self, _mode):
            return io.BytesIO(data)

    expected = http.client.HTTPResponse(Socket(), method="POST")
    expected.begin()
    found = read(data, sizes)

    assert found.status == expected.status
    assert found.body == expected.read() == body
    assert found.keeps_connection
    for name in headers:
        assert found.headers[name] == expected.getheader(name).strip()


def test_chunks_may_have_extensions_and_a_trailer():
    body = b"3;name=value\r\nabc\r\nA \r\n0123456789\r\n000\r\nX-Later: 1\r\n\r\n"

    found = read(response("Transfer-Encoding: Chunked", body=body))

    assert found.body == b"abc0123456789"
    assert "x-later" not in found.headers


@pytest.mark.parametrize("option", ["close", "Close", "keep-alive, close"])
def test_connection_that_ends_is_not_kept(option):
    assert not read(response("Content-Length: 2", f"Connection: {option}")).keeps_connection


@pytest.mark.parametrize(
    "data",
    [
        response(),
        response("Content-Length: 2", "Content-Length: 1"),
        response("Content-Length: 2", "Transfer-Encoding: chunked", body=in_chunks([b"{}"])),
        response("Transfer-Encoding: gzip, chunked", body=in_chunks([b"{}"])),
        response("Transfer-Encoding: chunked", "Transfer-Encoding: identity", body=b"0\r\n\r\n"),
        *(response(f"Content-Length: {text}") for text in ("-2", "+2", "2, 2", "0x2", "", "\xb2")),
        response("Content-Length: 2", " folded: line"),
        response("Content-Length : 2"),
        response("Content-Length: 2", "no colon"),
        response("Content-Length: 2", ": no name"),
        response("Content-Length: 2", "x: a\nContent-Length: 1"),
        response("Content-Length: 2", "x: a\0b"),
        response("Content-Length: 2", status="HTTP/2 200 OK"),
        response("Content-Length: 2", status="HTTP/1.1 20 OK"),
        response("Content-Length: 2", status="HTTP/1.1 2000 OK"),
        response("Content-Length: 2", status="ICY 200 OK"),
        response("Content-Length: 2", *["x: y"] * 100),
        response("Content-Length: 2", f"x: {'y' * 70_000}"),
        response(f"Content-Length: {LARGEST + 1}", body=b"x" * (LARGEST + 1)),
        response("Transfer-Encoding: chunked", body=in_chunks([b"x" * 600] * 2)),
        *(
            response("Transfer-Encoding: chunked", body=body)
            for body in (b"-2\r\n{}\r\n", b"x\r\n", b"2\r\n{}..0\r\n\r\n", b"1" * 2000, b"2\n{}")
        ),
        response("Transfer-Encoding: chunked", body=b"0\r\n" + b"x: y\r\n" * 200),
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ],
)
def test_response_that_is_ambiguous_or_too_large_is_rejected(data):
    with pytest.raises(InvalidResponse):
        read(data)


@given(st.integers(1, len(response("Content-Length: 2")) - 1))
def test_response_that_breaks_off_is_rejected(length):
    with pytest.raises(InvalidResponse, match="Incomplete"):
        read(response("Content-Length: 2")[:length])


def test_connection_that_ends_before_a_response_is_told_apart():
    with pytest.raises(NoResponse):
        read(b"")


@given(st.binary(max_size=300), st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n"]))
def test_any_bytes_are_a_response_or_rejected(data, start):
    with suppress(InvalidResponse, NoResponse):
        read(start + data)
