"""Client IP addresses for requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from chalicelib.platform import request as requests


@contextmanager
def from_address(address: str) -> Iterator[None]:
    """Have the gateway say that requests come from here."""
    read = requests.from_chalice

    def somewhere_else(request: Any) -> requests.Request:
        request.context["identity"] = {"sourceIp": address}
        return read(request)

    with mock.patch.object(requests, "from_chalice", somewhere_else):
        yield
