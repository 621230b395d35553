"""A registration: what one applicant tells us for one event, and how far it has come."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from chalicelib.platform.errors import Refusal
from chalicelib.registrations.workflow import Status

# Crockford's base 32: nothing in it is mistaken for something else when it is said aloud.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_REFERENCE_LENGTH = 6


@dataclass(frozen=True)
class Registration:
    """One registration, as of one version of its record.

    Attributes:
        user_id: whose it is.
        event_id: for which event.
        event_starts_on: that event's first day, as it was when this was written.
        username: of its applicant, as it was when this was written.
        reference: six characters that a person can say aloud; not a secret.
        status: how far it has come.
        version: raised by every change.
        form: what was filled in, under the names on the wire.
        created_at: when it was first saved.
        updated_at: when it was last changed.
        submitted_at: when it was last submitted; None for a draft.
        acknowledged_at: when its applicant last signed it, by confirming that it is accurate.
        expires_at: when it is erased.
    """

    user_id: str
    event_id: str
    event_starts_on: date
    username: str = field(default="", kw_only=True)
    reference: str
    status: Status
    version: int
    form: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    acknowledged_at: datetime | None
    expires_at: datetime


def new_reference() -> str:
    """Return six random characters of Crockford's base 32."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_REFERENCE_LENGTH))


class RegistrationClosed(Refusal):
    """The event's registration window is not open."""

    STATUS_CODE = 409
    code = "registration_closed"
    sentence = "Registration for this event is not open now."


class WrongStatus(Refusal):
    """From where the registration is now, this does not follow."""

    STATUS_CODE = 409
    code = "wrong_status"
    sentence = "Your registration has come too far for that, or not far enough."
