"""Error responses: each class declares its HTTP status, code, and message.

Clients compare ``code`` and some of the messages. So these stay when a class gets a better name.

These are common to all packages. Each package declares its own errors beside the rule that raises
them.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from chalice.app import ChaliceViewError


class ApiError(ChaliceViewError):
    """An error response.

    Attributes:
        STATUS_CODE: the HTTP status, under the name that Chalice requires.
        code: the identifier for programs.
        message: the message for people.
        retry_after: the seconds after which another attempt may succeed; None if unknown.
        extra_fields: the JSON Schema of each body field except ``error`` and ``code``, by name.
        optional_fields: names of extra fields that may be missing.
    """

    STATUS_CODE: int = 400
    code: ClassVar[str]
    message: ClassVar[str]
    retry_after: int | None = None
    extra_fields: ClassVar[Mapping[str, Any]] = {}
    optional_fields: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, message: str | None = None, *, cause: str = "") -> None:
        """Create the error.

        Args:
            message: the message; None for the message of the class.
            cause: the reason for the log. The response never contains it.
        """
        super().__init__(message or self.message)
        self.cause = cause

    def body(self) -> dict[str, Any]:
        """Return the JSON object of the response."""
        return {"error": str(self), "code": self.code}


UNKNOWN_FIELD = "Unknown field."


class BadJson(ApiError):
    """The body isn't a JSON object (RFC 8259)."""

    code = "bad_json"
    message = "The body must be a JSON object."


class Unauthenticated(ApiError):
    """The request has no valid session."""

    STATUS_CODE = 401
    code = "not_signed_in"
    message = "Not authorized"


class MultipleSessions(ApiError):
    """The request has tokens of several sessions.

    A browser sends several cookies of one name if their paths or domains are different. Another
    site of the same domain may have set one of them.
    """

    STATUS_CODE = 401
    code = "several_sessions"
    message = (
        "Your browser sent more than one session. Sign in again. If that doesn’t help, delete this "
        "site’s cookies in your browser’s settings."
    )


class CsrfRejected(ApiError):
    """The browser sent the request for a page of another site (CSRF)."""

    STATUS_CODE = 403
    code = "cross_site"
    message = "This request came from another website, so we blocked it."


class Forbidden(ApiError):
    """The caller's role doesn't permit this."""

    STATUS_CODE = 403
    code = "forbidden"
    message = "You don’t have permission to do this."


class NotFound(ApiError):
    """The resource doesn't exist, or the caller can't access it."""

    STATUS_CODE = 404
    code = "not_found"
    message = "We couldn’t find this. It may have been removed."


class MethodNotAllowed(ApiError):
    """The path exists, but not with this method."""

    STATUS_CODE = 405
    code = "method_not_allowed"
    message = "This address doesn’t accept that kind of request."


class VersionConflict(ApiError):
    """The record has changed since the client read it.

    Attributes:
        current: the current record, which the endpoint's response model renders; omitted from the
            response if the endpoint has no response model.
    """

    STATUS_CODE = 409
    code = "stale_version"
    message = "Someone else changed this. Review the latest version and try again."
    extra_fields: ClassVar[Mapping[str, Any]] = {
        "current": {
            "type": "object",
            "additionalProperties": True,
            "description": (
                "The record as it is now, in the format of this endpoint’s success response."
            ),
            "examples": [{}],
        }
    }
    optional_fields: ClassVar[frozenset[str]] = frozenset({"current"})

    def __init__(self, current: object) -> None:
        """Create the error with the current record."""
        super().__init__()
        self.current = current


class PayloadTooLarge(ApiError):
    """The request body is larger than the limit."""

    STATUS_CODE = 413
    code = "too_large"
    message = "That’s too much to send at once (limit: 64 KiB)."


class UnsupportedMediaType(ApiError):
    """The body's `Content-Type` isn't `application/json`."""

    STATUS_CODE = 415
    code = "unsupported_media_type"
    message = "The body must be sent as application/json."


class InvalidFields(ApiError):
    """Some fields are invalid; `fields` names all of them."""

    STATUS_CODE = 422
    code = "invalid_fields"
    message = "There is a problem with some of your answers."
    extra_fields: ClassVar[Mapping[str, Any]] = {
        "fields": {
            "type": "object",
            "description": "An error message for each invalid field, by its path.",
            "additionalProperties": {"type": "string"},
            "examples": [{"username": "This field is required."}],
        }
    }

    def __init__(self, fields: Mapping[str, str]) -> None:
        """Create the error from a message for the path of each field."""
        super().__init__()
        self.fields = dict(fields)

    def body(self) -> dict[str, Any]:
        """Return the JSON object of the response, with ``fields``."""
        return super().body() | {"fields": self.fields}


class TooManyAttempts(ApiError):
    """Too many attempts. The request wasn't processed and doesn't count as an attempt."""

    STATUS_CODE = 429
    code = "too_many_attempts"
    message = "Too many attempts."

    def __init__(self, seconds: int, message: str | None = None) -> None:
        """Create the error.

        Args:
            seconds: the time until the next attempt.
            message: the message; None for the message of the class.
        """
        super().__init__(message)
        self.retry_after = max(1, seconds)


class InternalError(ApiError):
    """An unexpected error. Details are only in the log."""

    STATUS_CODE = 500
    code = "internal_error"
    message = "Something went wrong on our end. Try again."


class ServiceUnavailable(ApiError):
    """A service that this one depends on is throttling, timing out, or unavailable."""

    STATUS_CODE = 503
    code = "unavailable"
    message = "The service isn’t responding right now. Try again in a moment."
    retry_after = 2
