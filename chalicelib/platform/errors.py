"""What the service refuses: one class for each refusal, its status, code and sentence in one place.

A refusal that belongs to a room is declared there; these are everybody's.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from chalice.app import ChaliceViewError


class Refusal(ChaliceViewError):
    """Anything that the service says no to, in the words that the caller gets to see.

    Attributes:
        STATUS_CODE: the HTTP status.
        code: the name that a program compares.
        sentence: what a person reads.
        retry_after: seconds after which another try may succeed; None to promise nothing.
        more: what its body holds beside the sentence and the code: JSON Schemas, by name.
        optional: which of these may be missing.
    """

    STATUS_CODE: int = 400
    code: ClassVar[str]
    sentence: ClassVar[str]
    retry_after: int | None = None
    more: ClassVar[Mapping[str, Any]] = {}
    optional: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, sentence: str | None = None, *, cause: str = "") -> None:
        """Refuse.

        Args:
            sentence: said in place of the class's own.
            cause: for the log only, never for the caller.
        """
        super().__init__(sentence or self.sentence)
        self.cause = cause

    def body(self) -> dict[str, Any]:
        """Return the JSON object that the caller gets."""
        return {"error": str(self), "code": self.code}


class BadJson(Refusal):
    """The body isn't a JSON object (RFC 8259)."""

    code = "bad_json"
    sentence = "The body must be a JSON object."


class NotSignedIn(Refusal):
    """The request has no valid session."""

    STATUS_CODE = 401
    code = "not_signed_in"
    sentence = "Not authorized"


class SeveralSessions(Refusal):
    """The request has tokens of several sessions.

    A browser does that where cookies of one name have different paths or domains. Another site of
    the same domain may have set one of them.
    """

    STATUS_CODE = 401
    code = "several_sessions"
    sentence = (
        "Your browser sent more than one session. Sign in again. If that doesn’t help, delete this "
        "site’s cookies in your browser’s settings."
    )


class CrossSite(Refusal):
    """The browser sent the request for a page of another site (CSRF)."""

    STATUS_CODE = 403
    code = "cross_site"
    sentence = "This request came from another website, so we blocked it."


class Forbidden(Refusal):
    """The caller's role doesn't permit this."""

    STATUS_CODE = 403
    code = "forbidden"
    sentence = "You don’t have permission to do this."


class NotFound(Refusal):
    """The resource doesn't exist, or the caller can't access it."""

    STATUS_CODE = 404
    code = "not_found"
    sentence = "We couldn’t find this. It may have been removed."


class MethodNotAllowed(Refusal):
    """The path exists, but not for this method."""

    STATUS_CODE = 405
    code = "method_not_allowed"
    sentence = "This address doesn’t accept that kind of request."


class StaleVersion(Refusal):
    """The record has changed since the client read it.

    Attributes:
        current: the record as it is now, which the model of the action's success writes into the
            answer; it is left out where there is no such model.
    """

    STATUS_CODE = 409
    code = "stale_version"
    sentence = "Someone else changed this. Review the latest version and try again."
    more: ClassVar[Mapping[str, Any]] = {
        "current": {
            "type": "object",
            "additionalProperties": True,
            "description": (
                "The record as it is now, in the format of this endpoint’s success response."
            ),
            "examples": [{}],
        }
    }
    optional: ClassVar[frozenset[str]] = frozenset({"current"})

    def __init__(self, current: object) -> None:
        """Refuse, and show the record as it is now."""
        super().__init__()
        self.current = current


class TooLarge(Refusal):
    """The request body is larger than the limit."""

    STATUS_CODE = 413
    code = "too_large"
    sentence = "That’s too much to send at once (limit: 64 KiB)."


class UnsupportedMediaType(Refusal):
    """The body's `Content-Type` isn't `application/json`."""

    STATUS_CODE = 415
    code = "unsupported_media_type"
    sentence = "The body must be sent as application/json."


class InvalidFields(Refusal):
    """Some fields are invalid; `fields` names all of them."""

    STATUS_CODE = 422
    code = "invalid_fields"
    sentence = "There is a problem with some of your answers."
    more: ClassVar[Mapping[str, Any]] = {
        "fields": {
            "type": "object",
            "description": "An error message for each invalid field, by its path.",
            "additionalProperties": {"type": "string"},
            "examples": [{"username": "This field is required."}],
        }
    }

    def __init__(self, fields: Mapping[str, str]) -> None:
        """Refuse the fields given as a map of path to sentence."""
        super().__init__()
        self.fields = dict(fields)

    def body(self) -> dict[str, Any]:
        """Return the JSON object that the caller gets, with ``fields``."""
        return super().body() | {"fields": self.fields}


class TooManyAttempts(Refusal):
    """Too many attempts. The request wasn't processed and doesn't count as an attempt."""

    STATUS_CODE = 429
    code = "too_many_attempts"
    sentence = "Too many attempts."

    def __init__(self, seconds: int, sentence: str | None = None) -> None:
        """Refuse for so many seconds.

        Args:
            seconds: until the next attempt.
            sentence: what there was too much of, in place of the class's own sentence.
        """
        super().__init__(sentence)
        self.retry_after = max(1, seconds)


class InternalError(Refusal):
    """An unexpected error. Details are only in the log."""

    STATUS_CODE = 500
    code = "internal_error"
    sentence = "Something went wrong on our end. Try again."


class Unavailable(Refusal):
    """A service that this one depends on is throttling, timing out, or unavailable."""

    STATUS_CODE = 503
    code = "unavailable"
    sentence = "The service isn’t responding right now. Try again in a moment."
    retry_after = 2
