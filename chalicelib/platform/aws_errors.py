"""Why a call to AWS failed, whichever client made it."""

from collections.abc import Mapping
from typing import Any


class AwsError(Exception):
    """The service returned an error.

    Attributes:
        code: its name, for example ``ConditionalCheckFailedException``.
        response: the whole error.
    """

    def __init__(self, code: str, response: Mapping[str, Any]) -> None:
        """Keep the error."""
        super().__init__(code)
        self.code = code
        self.response = response


class AwsUnreachable(Exception):
    """The service returned nothing that can be used. A write may have been carried out."""
