"""Records the calls to AWS."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from botocore.client import BaseClient


@dataclass(frozen=True)
class AwsCall:
    """One round trip; the answer is None where there was none, or an error."""

    service: str
    operation: str
    parameters: dict[str, Any]
    answer: Any = None


@contextmanager
def recorded_calls() -> Iterator[list[AwsCall]]:
    """Give a list that grows with every call made inside."""
    calls: list[AwsCall] = []
    make_call = BaseClient._make_api_call

    def record(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        answer = None
        try:
            answer = make_call(client, operation, parameters)
        finally:
            service = client.meta.service_model.service_name
            calls.append(AwsCall(service, operation, parameters, answer))
        return answer

    with mock.patch.object(BaseClient, "_make_api_call", record):
        yield calls
