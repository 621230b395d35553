"""botocore behind the interface of the service's own client, for stages and tests that use it."""

from typing import Any

from chalicelib.platform.aws_errors import AwsError, AwsUnreachable


class BotocoreClient:
    """Calls one service through botocore."""

    def __init__(self, client: Any) -> None:
        """Use a botocore client."""
        self._client = client

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Call an operation, as :meth:`AwsClient.call` says."""
        from botocore import xform_name
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            response: dict[str, Any] = getattr(self._client, xform_name(operation))(**arguments)
        except ClientError as error:
            raise AwsError(error.response["Error"]["Code"], error.response) from error
        except BotoCoreError as error:
            raise AwsUnreachable(type(error).__name__) from error
        return response
