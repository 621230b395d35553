"""What other systems learn about registrations: each change of a status, but no answers."""

from typing import Annotated

from chalicelib.platform import cloud_events
from chalicelib.platform.cloud_events import EventData, Version
from chalicelib.platform.fields import Field
from chalicelib.platform.items import Write
from chalicelib.platform.response_schema import Identifier
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.workflow import Status

_SUBJECT = "events/{event_id}/registrations/{user_id}"
_NOT_SUBMITTED = frozenset({None, Status.DRAFT, Status.WITHDRAWN})


class _RegistrationData(EventData):
    """The facts about a registration whose status has changed."""

    event_id: Annotated[Identifier, Field(description="The event's id.", examples=["fair-2027"])]
    user_id: Annotated[Identifier, Field(description="The applicant's account id.")]
    status: Status
    previous_status: Annotated[
        Status | None, Field(description="The status before; null if it has just been created.")
    ]
    version: Version


class RegistrationSubmitted(_RegistrationData, type="registration.submitted", subject=_SUBJECT):
    """A registration was submitted and got a place."""


class RegistrationWaitlisted(_RegistrationData, type="registration.waitlisted", subject=_SUBJECT):
    """A registration joined the waiting list: by its submission, or moved there by staff."""


class RegistrationStatusChanged(
    _RegistrationData, type="registration.status_changed", subject=_SUBJECT
):
    """A submitted registration got another status, such as `Hired`."""


class RegistrationWithdrawn(_RegistrationData, type="registration.withdrawn", subject=_SUBJECT):
    """A registration was withdrawn, by the applicant or by staff, or its offer has expired."""


def outgoing_event_writes(before: Registration | None, after: Registration | None) -> list[Write]:
    """Return the writes of the event of a change, which is none if the status stays.

    Args:
        before: the registration as it was read; None for a new one.
        after: the registration to write; None to delete it. The account's event tells of that.
    """
    previous_status = before.status if before else None
    if after is None or after.status is previous_status or after.status is Status.DRAFT:
        return []
    facts = {
        "event_id": after.event_id,
        "user_id": after.user_id,
        "status": after.status,
        "previous_status": previous_status,
        "version": after.version,
    }
    return [cloud_events.write(_kind(previous_status, after.status), after.updated_at, **facts)]


def _kind(previous_status: Status | None, status: Status) -> type[EventData]:
    if status is Status.WAITLISTED:
        return RegistrationWaitlisted
    if status is Status.WITHDRAWN:
        return RegistrationWithdrawn
    if previous_status in _NOT_SUBMITTED:
        return RegistrationSubmitted
    return RegistrationStatusChanged
