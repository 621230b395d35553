"""Schemas of sign-up and of accounts."""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Self

from chalicelib.identity import login_names, passwords
from chalicelib.identity.schemas import AS_TYPED_NAME, Account, SharedDevice
from chalicelib.platform import settings
from chalicelib.platform.field_errors import FieldError, InvalidFields, InvalidValue
from chalicelib.platform.fields import AfterValidator, CrossFieldValidator, Field, anchored
from chalicelib.platform.request_schema import BodySchema
from chalicelib.platform.response_schema import ResponseSchema, Timestamp
from chalicelib.platform.text import BLANK_IS_ABSENT, PersonName, SingleLine
from chalicelib.platform.value_readers import REQUIRED

__all__ = ["Account", "Email", "NewPassword", "SignUp", "Suggestion", "Token", "Username"]


def check_with(problem: Callable[[str], FieldError | None]) -> AfterValidator:
    """Return a validator that rejects a text with the message that a function returns for it."""

    def check(text: str) -> str:
        if error := problem(text):
            raise InvalidValue(error)
        return text

    return AfterValidator(check)


def _check_beside_email(username: str, earlier: Mapping[str, Any]) -> str:
    """Check a username against the email that stands before it in the same body."""
    if error := login_names.conflict(username, earlier.get("email")):
        raise InvalidValue(error)
    return username


def _check_new_password(password: str, earlier: Mapping[str, Any]) -> str:
    """Check a new password against the names that stand before it in the same body."""
    if error := passwords.find_new_password_error(password, map(earlier.get, _NAMES)):
        raise InvalidValue(error)
    return password


_NAMES = ("username", "email", "first_name", "middle_name", "last_name")


def _lengths_of_a_password(schema: dict[str, Any]) -> None:
    shortest = settings.current().minimum_password_length
    schema |= {
        "format": "password",
        "minLength": shortest,
        "maxLength": passwords.MAX_NEW_PASSWORD_LENGTH,
    }


Username = Annotated[
    SingleLine,
    check_with(login_names.username_problem),
    Field(
        description="3 to 64 letters and digits of any script and `. _ - + @`; with an `@`, it is "
        "the account's email address.",
        examples=["river.okafor"],
        json_schema_extra={
            "minLength": login_names.SHORTEST_USERNAME,
            "maxLength": login_names.LONGEST_USERNAME,
            "pattern": anchored(login_names.USERNAME),
            "format": "username",
        },
    ),
    AS_TYPED_NAME,
]
Email = Annotated[
    SingleLine,
    check_with(login_names.email_problem),
    Field(
        examples=["river@example.com"],
        json_schema_extra={
            "maxLength": login_names.LONGEST_EMAIL,
            "pattern": anchored(login_names.EMAIL),
        },
    ),
    AS_TYPED_NAME,
]
UsernameBesideEmail = Annotated[Username, CrossFieldValidator(_check_beside_email)]
NEW_PASSWORD_FIELD = Field(
    description="Any characters, spaces included: neither easy to guess, nor with a name of "
    "its owner or of the service in it. `GET /password/suggestion` has one.",
    examples=["four quiet lakes in May"],
    json_schema_extra=_lengths_of_a_password,
)
NewPassword = Annotated[str, CrossFieldValidator(_check_new_password), NEW_PASSWORD_FIELD]


Token = Annotated[
    str,
    Field(
        min_length=1,
        max_length=512,
        description="The part after `#token=` in the link.",
        examples=["J0f9p1cF2yq8XnEwB5sT7rKdLmVhZaGuCoQ3xPiN6tM"],
    ),
]


_EMAIL_TOKEN = "emailToken"  # noqa: S105  # nosec B105 # a field


class _NewAccount(BodySchema):
    """What an account can have in each way to sign up."""

    # The email is first, because the username is checked against it.
    email: Annotated[Email | None, BLANK_IS_ABSENT] = None
    username: Annotated[
        UsernameBesideEmail | None,
        BLANK_IS_ABSENT,
        Field(description="Needed without `emailToken`; with one, the default is the address."),
    ] = None
    first_name: Annotated[PersonName | None, BLANK_IS_ABSENT] = None
    middle_name: Annotated[PersonName | None, BLANK_IS_ABSENT, Field(examples=["Ada"])] = None
    last_name: Annotated[PersonName | None, BLANK_IS_ABSENT, Field(examples=["Okafor"])] = None
    email_token: Annotated[
        Token | None,
        Field(
            description="Of the link that `POST /signup/email` mails; proves the email.",
            examples=[None],
        ),
    ] = None

    @classmethod
    def is_required(cls) -> bool:
        """Return that there must be a body: which fields it needs depends on its token."""
        return True

    @classmethod
    def _validate_with(cls, required: Iterable[str], inputs: Mapping[str, Any]) -> Self:
        """Return the values; without a token of a link, these fields are required, too."""
        needed = required if inputs.get(_EMAIL_TOKEN) is None else ()
        absent = {name: _absence(name, inputs) for name in needed if not inputs.get(name)}
        try:
            body = super().validate(inputs)
        except InvalidFields as invalid:
            raise InvalidFields(absent | dict(invalid.errors)) from None
        # Blank characters alone count as absent, too.
        for name in needed:
            if getattr(body, name) is None:
                absent.setdefault(name, REQUIRED)
        if absent:
            raise InvalidFields(absent)
        return body


def _absence(name: str, inputs: Mapping[str, Any]) -> FieldError:
    """Return the error of an absent field; a form sends empty text, and says what to enter."""
    is_empty_username = name == "username" and inputs.get(name) == ""
    return (login_names.username_problem("") if is_empty_username else None) or REQUIRED


class SignUp(_NewAccount):
    """A new account with a password; with the token of an emailed link, also without one.

    Its owner then signs in by a code that is emailed to the address.
    """

    shared_device: SharedDevice = False
    # Last, since it is checked against what stands before it.
    password: Annotated[
        NewPassword | None,
        Field(
            description="Needed without `emailToken`. Any characters, spaces included: neither "
            "easy to guess, nor with a name of its owner or of the service in it. "
            "`GET /password/suggestion` has one."
        ),
    ] = None

    @classmethod
    def validate(cls, inputs: Mapping[str, Any]) -> Self:
        """Return the values of a request; see :meth:`RequestSchema.validate`."""
        return cls._validate_with(("username", "password"), inputs)


class SignUpWithPasskey(_NewAccount):
    """A new account for the owner of the passkey that the browser has created."""

    @classmethod
    def validate(cls, inputs: Mapping[str, Any]) -> Self:
        """Return the values of a request; see :meth:`RequestSchema.validate`."""
        return cls._validate_with(("username",), inputs)


class Suggestion(ResponseSchema):
    """A suggested password."""

    password: Annotated[str, Field(examples=["harvest river lemon ticket quiet barrel"])]


class Confirmation(ResponseSchema):
    """Permits one change of how the account signs in, or its deletion, in this session."""

    confirmation: Annotated[str, Field(examples=["0b2mTtJVtgyAF-9AVYMnoZ9LZjnN0ORIsyEMGRVNFnQ"])]
    expires_at: Timestamp


class PasswordReset(ResponseSchema):
    """A password was set; its owner signs in next."""

    msg: Annotated[str, Field(examples=["Password changed. Sign in with your new password."])]
    username: Annotated[
        str, Field(description="Of the account that the link was for.", examples=["river.okafor"])
    ]
