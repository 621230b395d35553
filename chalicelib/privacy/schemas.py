"""Schemas of data export."""

from typing import Annotated, Any

from chalicelib.identity.schemas import Account, LastUses
from chalicelib.passkeys.schemas import Passkey
from chalicelib.platform.fields import Field
from chalicelib.platform.languages import Language
from chalicelib.platform.response_schema import Identifier, ResponseSchema, Timestamp
from chalicelib.privacy.personal_data import ChangedBy
from chalicelib.registrations.schemas import Registration
from chalicelib.sessions.schemas import ListedSession


class ExportedHistoryEntry(ResponseSchema):
    """One entry of a registration's history."""

    at: Timestamp
    by: ChangedBy
    action: Annotated[str, Field(examples=["saved"])]
    changes: Annotated[
        dict[str, list[Any]],
        Field(
            description="The old and new value of each changed field.",
            examples=[{"city": ["St. Paul", "Shakopee"]}],
        ),
    ]


class ExportedRegistration(ResponseSchema):
    """The stored data of one registration."""

    event_id: Identifier
    registration: Annotated[
        Registration | None,
        Field(description="Null if only the history of a deleted draft is left."),
    ]
    signed_at: Annotated[
        Timestamp | None,
        Field(description="When the applicant last signed it; null if they haven't."),
    ]
    history: Annotated[list[ExportedHistoryEntry], Field(description="Newest first.")]


class ExportedAuditEntry(ResponseSchema):
    """One change to the account or its registrations, with the names of the fields."""

    at: Timestamp
    by: ChangedBy
    action: Annotated[str, Field(examples=["registration.moved"])]
    fields: Annotated[
        list[str], Field(description="The names of the changed fields.", examples=[["status"]])
    ]


class Export(ResponseSchema):
    """All data about the account, except staff notes."""

    account: Account
    language: Annotated[
        Language | None,
        Field(description="The language of emails to this account; null if it was never set."),
    ]
    email_verified_at: Annotated[
        Timestamp | None,
        Field(description="Null without a verified email, or if it wasn't recorded."),
    ]
    password_set_at: Annotated[Timestamp | None, Field(description="Null if it wasn't recorded.")]
    last_uses: LastUses
    second_factor_set_at: Annotated[
        Timestamp | None,
        Field(description="Null without two-step verification, or if it wasn't recorded."),
    ]
    recovery_codes_left: Annotated[int, Field(description="Unused recovery codes.", examples=[0])]
    sessions: list[ListedSession]
    passkeys: list[Passkey]
    registrations: list[ExportedRegistration]
    audit: Annotated[list[ExportedAuditEntry], Field(description="Newest first.")]
    is_complete: Annotated[
        bool,
        Field(
            description="False if the export is cut off: at 2 MB of history, 1,000 sessions, "
            "or 1,000 audit entries.",
            examples=[True],
        ),
    ]
