"""Schemas of request bodies of accounts."""

from typing import Annotated

from chalicelib.accounts.confirmation_token import ConfirmationToken
from chalicelib.accounts.schemas import NEW_PASSWORD_FIELD, Email, NewPassword, Token, check_with
from chalicelib.identity import passwords
from chalicelib.identity.schemas import Code, LoginName, SharedDevice
from chalicelib.platform import lengths
from chalicelib.platform.fields import Field
from chalicelib.platform.request_schema import BodySchema
from chalicelib.platform.text import BLANK_IS_ABSENT, PersonName

# Estimating its strength takes long: the service does that after it has verified the token.
LinkedPassword = Annotated[
    str, check_with(passwords.find_new_password_length_error), NEW_PASSWORD_FIELD
]


class SignUpLinkRequest(BodySchema):
    """The address of a person who wants to sign up with it."""

    email: Email


# Any password that an earlier version accepted, and mistyped ones.
CurrentPassword = Annotated[
    str,
    Field(
        min_length=1,
        max_length=passwords.MAX_VERIFIABLE_PASSWORD_LENGTH,
        examples=["three quiet lakes in March"],
    ),
]


OptionalCode = Annotated[
    Code | None, BLANK_IS_ABSENT, Field(description="Needed if the account has a second factor.")
]


class PasswordChange(BodySchema):
    """A new password in place of the current one."""

    current_password: CurrentPassword
    new_password: Annotated[NewPassword, Field(examples=["five quiet lakes in June"])]
    code: OptionalCode = None


class AccountChange(BodySchema):
    """Changes to an account. Omitted fields stay; null removes a value."""

    first_name: Annotated[PersonName | None, BLANK_IS_ABSENT] = None
    middle_name: Annotated[PersonName | None, BLANK_IS_ABSENT, Field(examples=["Ada"])] = None
    last_name: Annotated[PersonName | None, BLANK_IS_ABSENT, Field(examples=["Okafor"])] = None
    # An empty text is an error here: a form that sends all of its fields must not remove the email.
    email: Annotated[
        Email | None,
        Field(
            description="A new email, or null to remove it. Needs `currentPassword`, and `code` "
            "if the account has a second factor; or a `confirmation`."
        ),
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
    code: OptionalCode = None
    confirmation: Annotated[ConfirmationToken | None, Field(examples=[None])] = None

    def changes(self) -> dict[str, str | None]:
        """Return what is named, but for what the owner proves."""
        proofs = {"current_password", "code", "confirmation"}
        return {name: value for name, value in self.sent_values().items() if name not in proofs}


class PasswordResetRequest(BodySchema):
    """The account; the username can be its email."""

    username: LoginName


class SignInCodeRequest(BodySchema):
    """The account to sign in to; the username can be its email."""

    username: LoginName


EmailCode = Annotated[
    str,
    Field(
        min_length=1,
        max_length=lengths.CODE,
        description="The eight characters; case, spaces, and hyphens make no difference.",
        examples=["7KQ2-MX4D"],
    ),
]


class SignInWithCode(BodySchema):
    """The emailed code, and the code of the second factor, if the account has one."""

    email_code: EmailCode
    code: Annotated[
        Code | None,
        BLANK_IS_ABSENT,
        Field(description="The code, if the response was `second_factor_required`."),
    ] = None
    shared_device: SharedDevice = False


class OfDevice(BodySchema):
    """What the person says about the device that they sign in on."""

    shared_device: SharedDevice = False


class IdentityConfirmation(BodySchema):
    """What the account's owner proves; without password and emailed code, a passkey.

    The passkey is the one that `POST /signin/passkey/verification` has verified in this browser.
    """

    current_password: CurrentPassword | None = None
    email_code: Annotated[
        EmailCode | None,
        Field(
            description="Of `POST /signin/email`, for an account without a password.",
            examples=[None],
        ),
    ] = None
    code: OptionalCode = None


class OwnerProof(BodySchema):
    """The password, with a code if the account has a second factor; or a confirmation."""

    current_password: CurrentPassword | None = None
    code: OptionalCode = None
    confirmation: Annotated[ConfirmationToken | None, Field(examples=[None])] = None


class EmailVerificationToken(BodySchema):
    """A token from an emailed link."""

    token: Token


class PrintedPassphrase(BodySchema):
    """The passphrase of a printed slip, and the password that its owner chooses."""

    username: LoginName
    passphrase: Annotated[
        str,
        Field(
            min_length=1,
            max_length=lengths.LINE,
            description="The four words; case, accents, spaces, and hyphens make no difference.",
            examples=["otter quiet march lamp"],
        ),
    ]
    new_password: LinkedPassword


class PasswordResetByToken(BodySchema):
    """A new password, and the token that allows it."""

    token: Token
    new_password: LinkedPassword
