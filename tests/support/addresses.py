"""Client IP addresses for request_parsing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from chalicelib.platform import request as request_parsing


@contextmanager
def from_address(address: str) -> Iterator[None]:
    """Have the gateway say that requests come from here."""
    read = request_parsing.from_chalice

    def somewhere_else(request: Any) -> request_parsing.Request:
        request.context["identity"] = {"sourceIp": address}
        return read(request)

    with mock.patch.object(request_parsing, "from_chalice", somewhere_else):
        yield
