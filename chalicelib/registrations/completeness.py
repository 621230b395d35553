"""What of a registration its applicant may still edit, and what may not be missing from it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.events.event import Event
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.registrations import signatures, workflow
from chalicelib.registrations.registration import (
    CONTACT_FIELDS,
    FieldsLocked,
    Registration,
    RegistrationClosed,
    WrongStatus,
)
from chalicelib.registrations.workflow import ActorType


def is_contact_only_edit(
    before: Registration | None, event: Event, form: Mapping[str, Any], now: datetime
) -> bool:
    """Return whether an applicant may change the contact fields alone; they change nothing else.

    Args:
        before: the registration; None for a first draft.
        event: the event.
        form: what the applicant would save, whole.
        now: the current time.

    Raises:
        FieldsLocked: other fields would change.
        WrongStatus: in this status nothing can be changed.
        RegistrationClosed: the window is not open, or the event is over.
    """
    if before is None or before.status in workflow.EDITABLE:
        if event.is_open_at(now):
            return False
    elif before.status not in workflow.CONTACT_EDITABLE:
        raise WrongStatus
    if before is None or before.status not in workflow.CONTACT_EDITABLE or event.is_over_at(now):
        raise RegistrationClosed
    names = form.keys() | before.form.keys()
    changed = {name for name in names if form.get(name) != before.form.get(name)}
    if locked := changed.difference(CONTACT_FIELDS):
        raise FieldsLocked(locked)
    return True


def require_still_complete(
    registration: Registration, event: Event, actor_type: ActorType, *, contact_only: bool = False
) -> None:
    """Require that a submitted registration stays complete, as far as its editor can complete it.

    Staff can't sign, and may write down that an applicant is too young. An applicant who may change
    the contact fields alone answers for these.

    Raises:
        InvalidFields: names each problem.
    """
    if contact_only:
        require_complete(registration, event, only=CONTACT_FIELDS)
    elif actor_type is ActorType.STAFF:
        age = {"form.age"} if "age" in registration.form else set()
        require_complete(registration, event, signatures.FORM_FIELDS | age)
    else:
        require_complete(registration, event)


def require_complete(
    registration: Registration,
    event: Event,
    ignoring: Iterable[str] = (),
    other_problems: Mapping[str, FieldError] | None = None,
    *,
    only: Iterable[str] = (),
) -> None:
    """Reject what keeps a registration from being submitted.

    Args:
        registration: the registration.
        event: the event.
        ignoring: paths of fields that don't count.
        other_problems: other problems, by path.
        only: names of the only fields that count; empty for all.

    Raises:
        InvalidFields: names each problem.
    """
    # Imported here: the form comes with its rules; nothing else here needs them.
    from chalicelib.registrations.form import problems_to_submit

    problems = problems_to_submit(registration.form, event.minimum_age)
    counting = {f"form.{name}" for name in only} or problems.keys()
    problems_found = {
        path: problem
        for path, problem in problems.items()
        if path in counting and path not in ignoring
    }
    if problems_found := problems_found | dict(other_problems or {}):
        raise InvalidFields(problems_found)
