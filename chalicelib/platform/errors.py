"""Error responses: each class declares its HTTP status, code, and message.

A class is named after the problem, in standard terms. Clients depend on ``code`` and on some of the
messages, so these never change, even if a class gets a better name.

The errors here are shared. Each package declares its own next to the rule that raises them.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from chalice.app import ChaliceViewError

from chalicelib.platform.languages import N_, Language

MAX_BODY_BYTES = 64 * 1024
COMPRESSED_BODY_MESSAGE = N_(
    "The body must be sent without Content-Encoding: it is not decompressed here."
)


class ApiError(ChaliceViewError):
    """An error response.

    Attributes:
        STATUS_CODE: the HTTP status, under the name that Chalice requires.
        code: the identifier for programs.
        message: the message for people, in English, with placeholders in braces.
        values: the values of the placeholders.
        is_translated: whether the response has the message in the client's language.
        retry_after_seconds: the seconds after which another attempt may succeed; None if unknown.
        extra_fields: the JSON Schema of each body field except ``error`` and ``code``, by name.
        optional_fields: names of extra fields that may be missing.
    """

    STATUS_CODE: int = 400
    code: ClassVar[str]
    message: ClassVar[str]
    values: ClassVar[Mapping[str, object]] = {}
    is_translated: ClassVar[bool] = True
    retry_after_seconds: int | None = None
    extra_fields: ClassVar[Mapping[str, Any]] = {}
    optional_fields: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, message: str | None = None, *, cause: str = "", **values: object) -> None:
        """Create the error.

        Args:
            message: the message, marked for translation; None for the message of the class.
            cause: the reason for the log. The response never contains it.
            values: the values of the placeholders in ``message``.
        """
        self.message_template = message or self.message
        self.message_values = values or self.values
        super().__init__(_with_values(self.message_template, self.message_values))
        self.cause = cause

    @property
    def log_fields(self) -> dict[str, str]:
        """The fields of the log line about a rejected request."""
        return {"code": self.code}

    @classmethod
    def english_message(cls) -> str:
        """Return the message of the class in English."""
        return _with_values(cls.message, cls.values)

    def response_language(self, preferred: Language) -> Language:
        """Return the language of the response: the preferred one if the message is translated."""
        return preferred if self.is_translated else Language.ENGLISH

    def body(self, language: Language = Language.ENGLISH) -> dict[str, Any]:
        """Return the JSON object of the response in a language."""
        message = str(self)
        if self.response_language(language) is not Language.ENGLISH:
            from chalicelib.platform.translations import translate  # only for translated errors

            message = translate(self.message_template, language, **self.message_values)
        return {"error": message, "code": self.code}


def _with_values(message: str, values: Mapping[str, object]) -> str:
    return message.format(**values) if values else message


class InvalidJson(ApiError):
    """The body isn't a JSON object (RFC 8259)."""

    code = "bad_json"
    message = N_("The body must be a JSON object.")


class Unauthenticated(ApiError):
    """The request has no valid session."""

    STATUS_CODE = 401
    code = "not_signed_in"
    message = "Not authorized"
    is_translated = False  # an existing front end compares this text


class MultipleSessions(ApiError):
    """The request has tokens of several sessions.

    A browser sends several cookies of one name if their paths or domains are different. Another
    site of the same domain may have set one of them.
    """

    STATUS_CODE = 401
    code = "several_sessions"
    message = N_(
        "Your browser sent more than one session. Sign in again. If that doesn’t help, delete this "
        "site’s cookies in your browser’s settings."
    )


class CrossSiteRequest(ApiError):
    """The request came from a page of another site (CSRF)."""

    STATUS_CODE = 403
    code = "cross_site"
    message = N_("This request came from another website, so we blocked it.")


class Forbidden(ApiError):
    """The caller's role doesn't permit this."""

    STATUS_CODE = 403
    code = "forbidden"
    message = N_("You don’t have permission to do this.")


class NotFound(ApiError):
    """The resource doesn't exist, or the caller can't access it."""

    STATUS_CODE = 404
    code = "not_found"
    message = N_("We couldn’t find this. It may have been removed.")


class MethodNotAllowed(ApiError):
    """The path exists, but not with this method."""

    STATUS_CODE = 405
    code = "method_not_allowed"
    message = N_("This address doesn’t accept that kind of request.")


class VersionConflict(ApiError):
    """The record has changed since the client read it.

    Attributes:
        current: the current record, which the endpoint's response schema renders; omitted from
            the response if the endpoint has no response schema.
    """

    STATUS_CODE = 409
    code = "stale_version"
    message = N_("Someone else changed this. Review the latest version and try again.")
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
    message = N_("That’s too much to send at once (limit: {limit} KiB).")
    values: ClassVar[Mapping[str, object]] = {"limit": MAX_BODY_BYTES // 1024}


class UnsupportedMediaType(ApiError):
    """The body's `Content-Type` isn't `application/json`."""

    STATUS_CODE = 415
    code = "unsupported_media_type"
    message = N_("The body must be sent as application/json.")


class TooManyAttempts(ApiError):
    """Too many attempts. The request wasn't processed and doesn't count as an attempt."""

    STATUS_CODE = 429
    code = "too_many_attempts"
    message = N_("Too many attempts.")

    def __init__(
        self, retry_after_seconds: int, message: str | None = None, *, limit_name: str | None = None
    ) -> None:
        """Create the error.

        Args:
            retry_after_seconds: the time until the next attempt.
            message: the message; None for the message of the class.
            limit_name: the name of the limit, for the log; None for a backoff, which isn't
                logged as a limit: people who have forgotten their password reach it, too.
        """
        super().__init__(message)
        self.retry_after_seconds = max(1, retry_after_seconds)
        self.limit_name = limit_name

    @property
    def log_fields(self) -> dict[str, str]:
        """The fields of the log line: the code, and the name of the limit."""
        return {**super().log_fields, **({"limit": self.limit_name} if self.limit_name else {})}


class InternalError(ApiError):
    """An unexpected error. Details are only in the log."""

    STATUS_CODE = 500
    code = "internal_error"
    message = N_("Something went wrong on our end. Try again.")


class ServiceUnavailable(ApiError):
    """A service that this one depends on is throttling, timing out, or unavailable."""

    STATUS_CODE = 503
    code = "unavailable"
    message = N_("The service isn’t responding right now. Try again in a moment.")
    retry_after_seconds = 2
