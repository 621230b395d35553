"""Watching what is asked of AWS."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from botocore.client import BaseClient


@dataclass(frozen=True)
class AwsCall:
    """One round trip."""

    service: str
    operation: str
    parameters: dict[str, Any]


@contextmanager
def recorded_calls() -> Iterator[list[AwsCall]]:
    """Give a list that grows with every call made inside."""
    calls: list[AwsCall] = []
    make_call = BaseClient._make_api_call

    def record(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        calls.append(AwsCall(client.meta.service_model.service_name, operation, parameters))
        return make_call(client, operation, parameters)

    with mock.patch.object(BaseClient, "_make_api_call", record):
        yield calls
