"""What is said on the wire of what is held about somebody."""

from typing import Annotated, Any

from pydantic import Field

from chalicelib.identity import passwords
from chalicelib.identity.schemas import Account
from chalicelib.platform.languages import Language
from chalicelib.platform.schemas import Body, Identifier, Moment, Wire
from chalicelib.privacy.personal_data import By
from chalicelib.registrations.schemas import Registration
from chalicelib.sessions.schemas import ListedSession


class Farewell(Body):
    """Whoever wants to be erased, proved."""

    current_password: Annotated[
        str,
        Field(
            min_length=1,
            max_length=passwords.LONGEST_TYPED,
            # Not that of any account that the description is tried with: it would be erased.
            examples=["harvest river lemon ticket quiet barrel"],
            json_schema_extra={"format": "password"},
        ),
    ]


class HeldChange(Wire):
    """What became of a registration."""

    at: Moment
    by: By
    action: Annotated[str, Field(examples=["saved"])]
    changes: Annotated[
        dict[str, list[Any]],
        Field(
            description="Old and new value of each field that changed.",
            examples=[{"city": ["St. Paul", "Shakopee"]}],
        ),
    ]


class HeldRegistration(Wire):
    """What is held for one event."""

    event_id: Identifier
    registration: Annotated[
        Registration | None,
        Field(description="Null where only the history of a deleted draft is left."),
    ]
    signed_at: Annotated[
        Moment | None,
        Field(description="When the applicant last signed it; null where they have not."),
    ]
    history: Annotated[list[HeldChange], Field(description="Newest first.")]


class HeldEntry(Wire):
    """What was done to the account or its registrations, by the names of fields."""

    at: Moment
    by: By
    action: Annotated[str, Field(examples=["registration.moved"])]
    fields: Annotated[
        list[str], Field(description="The names of what changed.", examples=[["status"]])
    ]


class Export(Wire):
    """Everything held about one's account, but for staff's notes."""

    account: Account
    language: Annotated[
        Language | None,
        Field(description="That of the mail to this account; null where none was ever said."),
    ]
    email_verified_at: Annotated[
        Moment | None,
        Field(description="Null without a verified email, and where it was not recorded yet."),
    ]
    password_set_at: Annotated[
        Moment | None, Field(description="Null where it was not recorded yet.")
    ]
    second_factor_set_at: Annotated[
        Moment | None,
        Field(description="Null without a second factor, and where it was not recorded yet."),
    ]
    recovery_codes_left: Annotated[
        int, Field(description="Of the second factor, not used yet.", examples=[0])
    ]
    sessions: list[ListedSession]
    registrations: list[HeldRegistration]
    audit: Annotated[list[HeldEntry], Field(description="Newest first.")]
    is_complete: Annotated[
        bool,
        Field(
            description="False where the newest two megabytes of history, thousand sessions or "
            "thousand entries of the audit are not all.",
            examples=[True],
        ),
    ]
