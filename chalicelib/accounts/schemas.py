"""Request and response bodies of accounts."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo

from chalicelib.identity import login_names, passwords
from chalicelib.identity.schemas import AS_TYPED_NAME, Account, LoginName
from chalicelib.platform import settings
from chalicelib.platform.schemas import ApiModel, RequestBody
from chalicelib.platform.text import BLANK_IS_ABSENT, PersonName, SingleLine, anchored

__all__ = [
    "Account",
    "ChangedAccount",
    "ChangedPassword",
    "ChosenPassword",
    "CurrentPassword",
    "Email",
    "ForgottenPassword",
    "NewPassword",
    "OwnEmail",
    "SentToken",
    "SignUp",
    "Suggestion",
    "Token",
    "Username",
]


def _without(problem: Callable[[str], str | None]) -> AfterValidator:
    def check(text: str) -> str:
        if said := problem(text):
            raise ValueError(said)
        return text

    return AfterValidator(check)


def _check_beside_email(username: str, info: ValidationInfo) -> str:
    """Check a username against the email that stands before it in the same body."""
    if said := login_names.conflict(username, info.data.get("email")):
        raise ValueError(said)
    return username


def _check_new_password(password: str, info: ValidationInfo) -> str:
    """Check a new password against the names that stand before it in the same body."""
    if said := passwords.problem(password, map(info.data.get, _NAMES)):
        raise ValueError(said)
    return password


_NAMES = ("username", "email", "first_name", "middle_name", "last_name")


def _lengths_of_a_password(schema: dict[str, Any]) -> None:
    shortest = settings.current().minimum_password_length
    schema |= {"format": "password", "minLength": shortest, "maxLength": passwords.MAX_LENGTH}


Username = Annotated[
    SingleLine,
    _without(login_names.username_problem),
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
    _without(login_names.email_problem),
    Field(
        examples=["river@example.com"],
        json_schema_extra={
            "maxLength": login_names.LONGEST_EMAIL,
            "pattern": anchored(login_names.EMAIL),
        },
    ),
    AS_TYPED_NAME,
]
UsernameBesideEmail = Annotated[Username, AfterValidator(_check_beside_email)]
_NEW_PASSWORD = Field(
    description="Any characters, spaces included: neither easy to guess, nor with a name of "
    "its owner or of the service in it. `GET /password/suggestion` has one.",
    examples=["four quiet lakes in May"],
    json_schema_extra=_lengths_of_a_password,
)
NewPassword = Annotated[str, AfterValidator(_check_new_password), _NEW_PASSWORD]
# Estimating its strength takes long: the service does that after it has verified the token.
LinkedPassword = Annotated[str, _without(passwords.length_problem), _NEW_PASSWORD]


Token = Annotated[
    str,
    Field(
        min_length=1,
        max_length=512,
        description="The part after `#token=` in the link.",
        examples=["J0f9p1cF2yq8XnEwB5sT7rKdLmVhZaGuCoQ3xPiN6tM"],
    ),
]


class SignUp(RequestBody):
    """A new account."""

    # The email is first, because the username is checked against it.
    email: Annotated[Email | None, BLANK_IS_ABSENT] = None
    username: UsernameBesideEmail
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
    # Last, since it is checked against what stands before it.
    password: NewPassword


class OwnEmail(RequestBody):
    """The address of a person who wants to sign up with it."""

    email: Email


class Suggestion(ApiModel):
    """A suggested password."""

    password: Annotated[str, Field(examples=["harvest river lemon ticket quiet barrel"])]


# Any password that an earlier version accepted, and mistyped ones.
CurrentPassword = Annotated[
    str,
    Field(
        min_length=1, max_length=passwords.MAX_INPUT_LENGTH, examples=["three quiet lakes in March"]
    ),
]


class ChangedPassword(RequestBody):
    """A new password in place of the current one."""

    current_password: CurrentPassword
    new_password: Annotated[NewPassword, Field(examples=["five quiet lakes in June"])]


class ChangedAccount(RequestBody):
    """Changes to an account. Omitted fields stay; null removes a value."""

    first_name: Annotated[PersonName | None, BLANK_IS_ABSENT] = None
    middle_name: Annotated[PersonName | None, BLANK_IS_ABSENT, Field(examples=["Ada"])] = None
    last_name: Annotated[PersonName | None, BLANK_IS_ABSENT, Field(examples=["Okafor"])] = None
    # An empty text is an error here: a form that sends all of its fields must not remove the email.
    email: Annotated[
        Email | None,
        Field(description="A new email, or null to remove it. Needs `currentPassword`."),
    ] = None
    pending_email: Annotated[
        None,
        Field(
            description="Null cancels a change of the email that isn't verified yet.",
            examples=[None],
        ),
    ] = None
    username_replaced_at: Annotated[
        None,
        Field(description="Null records that the owner has read the notice.", examples=[None]),
    ] = None
    current_password: CurrentPassword | None = None

    def changes(self) -> dict[str, str | None]:
        """Return what is named, but for the password."""
        return self.model_dump(exclude_unset=True, exclude={"current_password"})


class ForgottenPassword(RequestBody):
    """The account; the username can be its email."""

    username: LoginName


class SentToken(RequestBody):
    """A token from an emailed link."""

    token: Token


class ChosenPassword(RequestBody):
    """A new password, and the token that allows it."""

    token: Token
    new_password: LinkedPassword
