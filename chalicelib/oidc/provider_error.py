"""What can go wrong at a provider."""


class ProviderError(Exception):
    """A provider doesn't respond, or its response isn't valid.

    Attributes:
        reason: why, for the log and never for the response: no secret and no personal data.
    """

    def __init__(self, reason: str) -> None:
        """Create the error."""
        super().__init__(reason)
        self.reason = reason
