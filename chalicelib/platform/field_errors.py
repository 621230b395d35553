"""Errors at single fields of a request: a code for programs, and a message for people."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, get_args

from chalicelib.platform.errors import ApiError
from chalicelib.platform.languages import N_, Language

# Codes for programs. Each has one meaning in all fields.
FieldErrorCode = Literal[
    # The type and the size of a value.
    "required",
    "unknown_field",
    "not_text",
    "not_boolean",
    "not_whole_number",
    "not_a_list",
    "not_an_object",
    "not_a_choice",
    "duplicate_choice",
    "too_few",
    "too_many",
    "too_short",
    "too_long",
    "too_low",
    "too_high",
    "invalid_format",
    # The format of a text.
    "unsupported_characters",
    "hidden_characters",
    "too_many_marks",
    "mixed_directions",
    "letter_required",
    "invalid_email",
    "invalid_phone_number",
    "invalid_zip_code",
    "invalid_reference",
    "invalid_date",
    "invalid_timestamp",
    "invalid_time_zone",
    "invalid_cursor",
    "invalid_idempotency_key",
    "idempotency_key_used",
    "search_term_required",
    "several_search_terms",
    # Accounts.
    "username_is_another_email",
    "another_email",
    "no_email",
    "email_stopped",
    "invalid_token",
    "invalid_passphrase",
    "password_has_site_name",
    "password_has_own_name",
    "password_easy_to_guess",
    "password_breached",
    "incorrect_password",
    "incorrect_code",
    "setup_expired",
    "invalid_passkey",
    "unknown_account",
    "same_account",
    "already_merged",
    # Registrations and events.
    "middle_name_contradiction",
    "signature_required",
    "only_applicant_signs",
    "only_when_submitted",
    "field_locked",
    "too_young",
    "note_exists",
    "export_exists",
    "ends_before_start",
    "closes_before_opening",
    "closes_after_end",
    "opens_after_end",
]
FIELD_ERROR_CODES: tuple[str, ...] = get_args(FieldErrorCode)


class FieldError:
    """What is wrong with the value of a field.

    Attributes:
        code: the identifier for programs.
        message: the message for people, in English, with placeholders in braces.
        values: the values of the placeholders.
    """

    __slots__ = ("code", "message", "values")

    def __init__(self, code: FieldErrorCode, message: str, /, **values: object) -> None:
        """Create the error. ``make translations`` collects messages from these calls."""
        self.code = code
        self.message = message
        self.values = values

    def with_values(self, values: Mapping[str, object]) -> "FieldError":
        """Return the same error with values for the placeholders."""
        return FieldError(self.code, self.message, **values)

    def in_language(self, language: Language) -> str:
        """Return the message in a language."""
        if language is Language.ENGLISH:
            return str(self)
        from chalicelib.platform.translations import translate

        return translate(self.message, language, **self.values)

    def __str__(self) -> str:
        """Return the message in English."""
        return self.message.format(**self.values) if self.values else self.message


class InvalidValue(ValueError):
    """The value of a field is invalid. Validators of fields raise this exception."""

    def __init__(self, error: FieldError) -> None:
        """Create the exception."""
        super().__init__(str(error))
        self.error = error


class ApiErrorWithFields(ApiError):
    """An error response that says what is wrong with some fields.

    Attributes:
        errors: the error of each field, by the path of the field.
    """

    extra_fields: ClassVar[Mapping[str, Any]] = {
        "fields": {
            "type": "object",
            "description": "An error message for each invalid field, by its path.",
            "additionalProperties": {"type": "string"},
            "examples": [{"username": "This field is required."}],
        },
        "fieldCodes": {
            "type": "object",
            "description": "A code for each invalid field, by the same path.",
            "additionalProperties": {"type": "string", "enum": list(FIELD_ERROR_CODES)},
            "examples": [{"username": "required"}],
        },
    }

    def __init__(self, errors: Mapping[str, FieldError]) -> None:
        """Create the error from field errors by path."""
        super().__init__()
        self.errors = dict(errors)

    @property
    def fields(self) -> dict[str, str]:
        """The English message for each field."""
        return {path: str(error) for path, error in self.errors.items()}

    def body(self, language: Language = Language.ENGLISH) -> dict[str, Any]:
        """Return the JSON object of the response, with ``fields`` and ``fieldCodes``."""
        return super().body(language) | {
            "fields": {path: error.in_language(language) for path, error in self.errors.items()},
            "fieldCodes": {path: error.code for path, error in self.errors.items()},
        }


class InvalidFields(ApiErrorWithFields):
    """Some fields are invalid; `fields` names all of them."""

    STATUS_CODE = 422
    code = "invalid_fields"
    message = N_("There is a problem with some of your answers.")
