"""Clients for AWS: the operations that are called, timeouts, and retries.

DynamoDB, Secrets Manager, SQS, and EventBridge are called with
:mod:`~chalicelib.platform.aws_http`, or with botocore if the settings say so; SES and S3 are called
with botocore. Each is imported with the first call, since signing out makes none.
"""

import functools
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from chalicelib.platform import settings
from chalicelib.platform.aws_errors import AwsClient, AwsUnreachable
from chalicelib.platform.errors import ServiceUnavailable

# A call may take 1.5 s twice, so a request with another slow call still ends within 5 s.
TIMEOUT_SECONDS = 1.5
ATTEMPTS = 2
MAIL, STORAGE = "sesv2", "s3"
# Every AWS operation in use. Packaging reduces botocore's data to these.
OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "dynamodb": (
        *("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem"),
        *("Query", "TransactWriteItems", "UpdateItem"),
    ),
    "secretsmanager": ("GetSecretValue",),
    "sqs": ("ChangeMessageVisibility", "SendMessageBatch"),
    "events": ("PutEvents",),
    MAIL: ("SendEmail",),
    STORAGE: (
        *("AbortMultipartUpload", "CompleteMultipartUpload", "CreateMultipartUpload"),
        *("GetObject", "UploadPart"),
    ),
}
# That data in the package. Elsewhere the folder is missing, and botocore reads its own data.
DATA = Path(__file__).parents[2] / "aws-data"
# No caller waits for an email. A lost response would send it twice, so the timeout is long, and
# sending is not repeated here.
# No caller waits for a part of a file either, and it's large.
STORAGE_READ_SECONDS, STORAGE_ATTEMPTS = 20.0, 4
MAIL_CONNECT_SECONDS, MAIL_READ_SECONDS, MAIL_ATTEMPTS = 2.0, 10.0, 1
# Presigned URLs need Signature Version 4. A multipart upload with checksums would need those of all
# parts at its end; TLS protects a part on its way.
_STORAGE_CONFIG: Mapping[str, Any] = {
    "signature_version": "s3v4",
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}
# Only this retry mode of botocore verifies the checksum of DynamoDB's responses. In the others,
# a response that breaks off halfway reads as "no such item".
RETRY_MODE = "legacy"


def service_client(service: str) -> AwsClient:
    """Return this process's client of a service, as the settings choose it.

    Args:
        service: a key of ``OPERATIONS``, except that of email.

    Raises:
        ServiceUnavailable: this process belongs to no stage, or AWS's settings are wrong.
    """
    if settings.current().aws_client == settings.BOTO3 or service == STORAGE:
        from chalicelib.platform.aws_botocore import BotocoreClient

        return BotocoreClient(aws_client(service))
    _require_stage()
    return _http_client(service)


@functools.cache
def _http_client(service: str) -> AwsClient:
    from chalicelib.platform.aws_connection import Limits
    from chalicelib.platform.aws_http import SERVICES, HttpClient

    limits = Limits(TIMEOUT_SECONDS, TIMEOUT_SECONDS, ATTEMPTS)
    try:
        return HttpClient(SERVICES[service], limits)
    except AwsUnreachable as error:
        raise ServiceUnavailable(cause=f"{service}: {error}") from error


def presigned_url(service: str, operation: str, lifetime: timedelta, **arguments: Any) -> str:
    """Return a URL that calls an operation with this function's permissions; sends no request.

    Args:
        service: a key of ``OPERATIONS``.
        operation: its name, for example ``GetObject``.
        lifetime: how long the URL works, at most as long as this function's credentials.
        arguments: the request, as the service's API reference has it.

    Raises:
        ServiceUnavailable: there are no credentials.
    """
    from botocore import xform_name
    from botocore.exceptions import BotoCoreError

    client = aws_client(service)
    try:
        url: str = client.generate_presigned_url(
            xform_name(operation), Params=arguments, ExpiresIn=int(lifetime.total_seconds())
        )
    except BotoCoreError as error:
        raise ServiceUnavailable(cause=f"{operation}: {type(error).__name__}") from error
    return url


def aws_client(service: str) -> Any:
    """Return this process's botocore client, with timeouts that fit into one request.

    Raises:
        ServiceUnavailable: this process belongs to no stage, or AWS's settings are wrong.
    """
    _require_stage()
    return _aws_client(service)


def _require_stage() -> None:
    if settings.current().stage is None:
        message = "No database is set up here. Start the service with: make dev"
        raise ServiceUnavailable(message, cause="the stage is not configured")


@functools.cache
def _aws_client(service: str) -> Any:
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    connect, read, attempts = TIMEOUT_SECONDS, TIMEOUT_SECONDS, ATTEMPTS
    if service == MAIL:
        connect, read, attempts = MAIL_CONNECT_SECONDS, MAIL_READ_SECONDS, MAIL_ATTEMPTS
    elif service == STORAGE:
        read, attempts = STORAGE_READ_SECONDS, STORAGE_ATTEMPTS
    config = Config(
        connect_timeout=connect,
        read_timeout=read,
        retries={"mode": RETRY_MODE, "total_max_attempts": attempts},
        **(_STORAGE_CONFIG if service == STORAGE else {}),
    )
    try:
        return _aws_session().create_client(service, config=config)
    except BotoCoreError as error:
        raise ServiceUnavailable(cause=f"{service}: {type(error).__name__}") from error


@functools.cache
def _aws_session() -> Any:
    """Return the client factory: botocore's part of boto3, which is all that the service needs.

    Importing the rest (S3 transfers and resource objects) takes as long as a whole request with a
    database call.
    """
    from botocore.loaders import Loader
    from botocore.session import get_session

    class OurServices(Loader):  # type: ignore[misc]  # botocore has no types
        """Knows only these services, instead of listing botocore's 400 folders.

        It reads the package's data before botocore's, and marks it as a part of botocore's own,
        so that botocore keeps its built-in endpoints. Without that data, on other machines, it
        knows all services: an operator's credentials may come from STS or SSO.
        """

        def list_available_services(self, type_name: str) -> list[str]:
            if DATA.is_dir():
                return list(OPERATIONS)
            return list(super().list_available_services(type_name))

        def is_builtin_path(self, path: str) -> bool:
            return path.startswith(str(DATA)) or super().is_builtin_path(path)

    session = get_session()
    session.register_component("data_loader", OurServices([str(DATA)]))
    return session
