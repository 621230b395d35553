"""A small client for four AWS services: DynamoDB, Secrets Manager, SQS, and EventBridge.

botocore takes most of a cold start to import and more than a millisecond per call. These services
take a JSON document over HTTPS, signed with Signature Version 4, so a client for them is short.
docs/adr says what would make us go back; ``BREEZE_LAKES_POINT_AWS_CLIENT=boto3`` goes back at once.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html, and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html.
"""

import contextlib
import json
import os
import random
import secrets
import time
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from chalicelib.platform.aws_connection import (
    AMAZON,
    ClosedWhileIdle,
    Connection,
    Limits,
)
from chalicelib.platform.aws_errors import AwsError, AwsUnreachable
from chalicelib.platform.aws_signature import signature
from chalicelib.platform.http_responses import HttpResponse

# AWS advises to double the pause and to choose it at random: "exponential backoff and jitter".
_FIRST_PAUSE_SECONDS = 0.05
# Errors of the service that the next attempt may not meet; so may every 5xx.
_TRANSIENT = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestTimeout",
    "RequestTimeoutException",
    "ThrottlingException",
    "TransactionInProgressException",
}
_FIRST_SERVER_ERROR = 500
# AWS accepts a signature for five minutes. With these errors its clock may be the reason.
_SKEW_ERRORS = {
    "InvalidSignatureException",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
}
_LARGEST_SKEW = timedelta(minutes=4)


@dataclass(frozen=True, slots=True)
class Service:
    """One AWS service.

    Attributes:
        name: in host names and signatures.
        target: what precedes an operation in the ``X-Amz-Target`` header.
        json_version: of the content type.
        endpoint_variable: the environment variable that has the URL of another endpoint.
    """

    name: str
    target: str
    json_version: str
    endpoint_variable: str


SERVICES = {
    "dynamodb": Service("dynamodb", "DynamoDB_20120810", "1.0", "AWS_ENDPOINT_URL_DYNAMODB"),
    "secretsmanager": Service(
        "secretsmanager", "secretsmanager", "1.1", "AWS_ENDPOINT_URL_SECRETS_MANAGER"
    ),
    "sqs": Service("sqs", "AmazonSQS", "1.0", "AWS_ENDPOINT_URL_SQS"),
    "events": Service("events", "AWSEvents", "1.1", "AWS_ENDPOINT_URL_EVENTBRIDGE"),
}


class HttpClient:
    """Calls one service. It keeps its connections open, and can be used by several threads."""

    def __init__(self, service: Service, limits: Limits) -> None:
        """Use the endpoint that this process's environment names, or else the region's.

        Args:
            service: the service.
            limits: how long a call may take.

        Raises:
            AwsUnreachable: there is no region.
        """
        self._service = service
        self._limits = limits
        self._region = os.environ.get("AWS_DEFAULT_REGION") or os.environ.get("AWS_REGION") or ""
        if not self._region:
            raise AwsUnreachable("NoRegion")
        endpoint = os.environ.get(service.endpoint_variable) or os.environ.get("AWS_ENDPOINT_URL")
        parts = urlsplit(endpoint or f"https://{service.name}.{self._region}{AMAZON}")
        self._is_secure = parts.scheme == "https"
        self._host = str(parts.hostname)
        self._port = parts.port or (443 if self._is_secure else 80)
        self._path, self._netloc = parts.path or "/", parts.netloc
        self._idle: list[Connection] = []
        self._clock_offset = timedelta()

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Call an operation, as :meth:`AwsClient.call` says."""
        if operation == "TransactWriteItems":
            # Attempts with the same token apply a transaction once.
            arguments.setdefault("ClientRequestToken", secrets.token_hex(16))
        body = json.dumps(arguments, separators=(",", ":")).encode()
        for attempt in range(1, self._limits.attempts + 1):
            try:
                return self._attempt(operation, body)
            except AwsError as error:
                is_last = attempt == self._limits.attempts
                if is_last or not _is_transient(error):
                    raise
            except AwsUnreachable:
                if attempt == self._limits.attempts:
                    raise
            _pause(attempt)
        raise AssertionError

    def close(self) -> None:
        """Close the idle connections."""
        while connection := self._idle_connection():
            connection.close()

    def _attempt(self, operation: str, body: bytes) -> dict[str, Any]:
        response = self._exchange(operation, body)
        # DynamoDB sends a CRC-32 of the body, in decimal.
        checksum = response.headers.get("x-amz-crc32")
        if checksum is not None and checksum != str(zlib.crc32(response.body)):
            raise AwsUnreachable("ChecksumMismatch")
        try:
            content = json.loads(response.body)
        except ValueError:
            raise AwsUnreachable(f"UnreadableResponse{response.status}") from None
        if not isinstance(content, dict):
            raise AwsUnreachable(f"UnreadableResponse{response.status}")
        if response.status == HTTPStatus.OK:
            return content
        code = str(content.get("__type", response.status)).rpartition("#")[2].partition(":")[0]
        raise AwsError(code, {**content, "status": response.status, **self._skew(code, response)})

    def _skew(self, code: str, response: HttpResponse) -> dict[str, bool]:
        """Learn the difference between the clocks if it explains an error."""
        date = response.headers.get("date")
        if code not in _SKEW_ERRORS or not date:
            return {}
        from email.utils import parsedate_to_datetime  # rarely needed, and slow to import

        try:
            offset = parsedate_to_datetime(date) - datetime.now(UTC)
        except (ValueError, TypeError):  # no date, or one without a time zone
            return {}
        if abs(offset - self._clock_offset) < _LARGEST_SKEW:
            return {}
        self._clock_offset = offset
        return {"clockCorrected": True}

    def _exchange(self, operation: str, body: bytes) -> HttpResponse:
        """Send a request and receive the response.

        A connection that the service closed while it was idle is replaced at once.
        """
        while connection := self._idle_connection():
            with contextlib.suppress(ClosedWhileIdle):
                return self._on(connection, operation, body)
        return self._on(self._connect(), operation, body)

    def _idle_connection(self) -> Connection | None:
        try:
            return self._idle.pop()
        except IndexError:  # Another thread may have taken the last one.
            return None

    def _connect(self) -> Connection:
        try:
            return Connection(self._host, self._port, self._limits, is_secure=self._is_secure)
        except OSError as problem:
            raise AwsUnreachable(f"Connect{type(problem).__name__}") from problem

    def _on(self, connection: Connection, operation: str, body: bytes) -> HttpResponse:
        try:
            response = connection.send(self._path, body, self._headers(operation, body))
        except BaseException:
            connection.close()
            raise
        if response.keeps_connection:
            self._idle.append(connection)
        else:
            connection.close()
        return response

    def _headers(self, operation: str, body: bytes) -> dict[str, str]:
        headers = {
            "Host": self._netloc,
            "Content-Type": f"application/x-amz-json-{self._service.json_version}",
            "X-Amz-Target": f"{self._service.target}.{operation}",
        }
        now = datetime.now(UTC) + self._clock_offset
        return headers | signature(
            "POST", self._path, headers, body, now, self._region, self._service.name
        )


def _is_transient(error: AwsError) -> bool:
    return (
        error.code in _TRANSIENT
        or error.response["status"] >= _FIRST_SERVER_ERROR
        or "clockCorrected" in error.response
    )


def _pause(attempt: int) -> None:
    longest = _FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)
    time.sleep(random.uniform(0, longest))  # noqa: S311  # nosec B311 # a pause, not a secret
