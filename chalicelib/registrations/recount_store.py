"""The DynamoDB write that marks a registration as counted on its waiting list."""

from chalicelib.platform import clock
from chalicelib.platform.items import Write
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.registration_item import waiting_list_key
from chalicelib.registrations.store import REGISTRATIONS, RegistrationChanged
from chalicelib.registrations.workflow import Status

# The new version makes a concurrent change fail that was decided before the registration was
# counted.
_MARK_COUNTED = {
    "UpdateExpression": "SET waitlistedAt = :since, version = version + :one",
    "ConditionExpression": (
        "#status = :waiting AND filedAt = :position AND attribute_not_exists(waitlistedAt)"
    ),
}


def mark_counted_write(registration: Registration) -> Write:
    """Return the write that marks a registration as counted on the waiting list.

    It raises RegistrationChanged if the registration no longer waits, or is already counted.
    """
    return Write(
        "Update",
        REGISTRATIONS,
        {"userId": registration.user_id, "eventId": registration.event_id},
        _MARK_COUNTED,
        {
            ":waiting": Status.WAITLISTED.value,
            ":position": waiting_list_key(registration),
            ":since": clock.to_text(registration.filed_at),
            ":one": 1,
        },
        on_condition_failed=RegistrationChanged,
        names={"#status": "status"},
    )
