"""The interface of AWS clients, and the errors that they raise."""

from collections.abc import Mapping
from typing import Any, Protocol


class AwsError(Exception):
    """The service returned an error.

    Attributes:
        code: its name, for example ``ConditionalCheckFailedException``.
        response: the whole error.
    """

    def __init__(self, code: str, response: Mapping[str, Any]) -> None:
        """Store the error."""
        super().__init__(code)
        self.code = code
        self.response = response


class AwsUnreachable(Exception):
    """The service returned no usable response. It may have carried out a write."""


class AwsClient(Protocol):
    """Calls one service of AWS."""

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Call an operation.

        Args:
            operation: its name, for example ``GetItem``.
            arguments: the request, as the service's API reference has it.

        Returns:
            The response, as the API reference has it.

        Raises:
            AwsError: the service returned an error.
            AwsUnreachable: it couldn't be reached, or there are no credentials.
        """
        ...
