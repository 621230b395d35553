"""Schemas of an account, and of sign-in credentials: those that every sign-in needs."""

from typing import Annotated

from chalicelib.identity import login_names
from chalicelib.identity.account import SignInMethod
from chalicelib.identity.email_marks import EmailProblem
from chalicelib.identity.role import Permission, Role
from chalicelib.platform import lengths
from chalicelib.platform.fields import BeforeValidator, Field
from chalicelib.platform.response_schema import Identifier, ResponseSchema, Timestamp
from chalicelib.platform.text import SingleLine


def _as_typed(value: object) -> object:
    return login_names.as_typed(value) if isinstance(value, str) else value


# Applied last to a name of an account: removes invisible characters.
AS_TYPED_NAME = BeforeValidator(_as_typed)
# A username or email that a person enters to sign in. It may break today's rules, because accounts
# from before a rule keep their names.
LoginName = Annotated[
    SingleLine,
    Field(min_length=1, max_length=lengths.LINE, examples=["river.okafor"]),
    AS_TYPED_NAME,
]

Code = Annotated[
    str,
    Field(
        min_length=1,
        max_length=lengths.CODE,
        description="The 6-digit code from the authenticator app, or a recovery code.",
        examples=["755224"],
    ),
]

SharedDevice = Annotated[
    bool,
    Field(
        description="Whether other people use the device, too. The session then ends after 15 "
        "minutes without a request, after an hour, and with the browser; the device isn’t trusted.",
        examples=[False],
    ),
]


class KnownAccount(ResponseSchema):
    """The properties of an account that both its owner and staff see."""

    id: Identifier
    username: Annotated[str, Field(examples=["river.okafor"])]
    email: Annotated[str | None, Field(examples=["river@example.com"])]
    email_verified: Annotated[bool, Field(examples=[False])]
    pending_email: Annotated[
        str | None,
        Field(
            description="The new email until it is verified; null without a pending change.",
            examples=["river.okafor@example.com"],
        ),
    ]
    email_problem: Annotated[
        EmailProblem | None,
        Field(
            description="`bounced`: mail to `email` came back, so none is sent there. "
            "`complained`: mail there was marked as spam, so only emails about security are sent. "
            "The owner clears it with `DELETE /me/email/problems`.",
            examples=[None],
        ),
    ]
    pending_email_problem: Annotated[
        EmailProblem | None,
        Field(description="The same for `pendingEmail`.", examples=[None]),
    ]
    first_name: Annotated[str | None, Field(examples=["River"])]
    middle_name: Annotated[str | None, Field(examples=["Ada"])]
    last_name: Annotated[str | None, Field(examples=["Okafor"])]
    role: Role
    permissions: Annotated[
        list[Permission], Field(description="What the role permits; empty for applicants.")
    ]
    second_factor: Annotated[
        bool, Field(description="Whether sign-in asks for a code.", examples=[False])
    ]
    sign_in_methods: Annotated[
        list[SignInMethod],
        Field(
            description="The ways to sign in. `emailCode` needs an email that was verified in a "
            "session of the account, and for staff a second factor; `provider` a linked account of "
            "an OpenID Connect provider.",
            examples=[["password", "emailCode"]],
        ),
    ]
    username_replaced_at: Annotated[
        Timestamp | None,
        Field(
            description="When the service replaced the username, an email address that another "
            "person proved to be theirs; null once the owner has read that."
        ),
    ]
    created_at: Timestamp
    updated_at: Timestamp


class Account(KnownAccount):
    """An account, as its owner sees it."""

    recovery_codes_left: Annotated[
        int | None,
        Field(
            description="Unused recovery codes; null without two-step verification.", examples=[10]
        ),
    ]


class LastUses(ResponseSchema):
    """The last sign-in by each method; null if none was recorded."""

    password: Timestamp | None
    email_code: Timestamp | None
    second_factor: Annotated[
        Timestamp | None, Field(description="With a code of the app, or a recovery code.")
    ]
