"""Signatures of a registration: the applicant's own, and one on paper that staff record.

Only the applicant signs. A staff member who has the applicant's signature on paper says so under
their own name; the applicant's own signature stays what it is.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.registrations.registration import (
    SIGNATURE_FIELDS,
    PaperSignature,
    Registration,
)

FORM_FIELDS = frozenset(f"form.{name}" for name in SIGNATURE_FIELDS)
_ONLY_WITH_SUBMISSION = FieldError(
    "only_when_submitted", "A paper signature is recorded when the registration is submitted."
)
_ONLY_APPLICANT = FieldError(
    "only_applicant_signs",
    "Only the applicant can sign. If they signed on paper, record that instead.",
)
_UNSIGNED = FieldError(
    "signature_required", "The applicant must sign first. If they signed on paper, record that."
)


def sign_as_applicant(registration: Registration, now: datetime) -> Registration:
    """Return a registration that its applicant has saved or submitted, with their signature.

    The signature is gone if the applicant takes their confirmation back.
    """
    signs = all(registration.form.get(name) is True for name in SIGNATURE_FIELDS)
    return replace(registration, acknowledged_at=now if signs else None)


def record_paper_signature(
    registration: Registration, staff_id: str, now: datetime
) -> Registration:
    """Return a registration with the paper signature that a staff member records."""
    return replace(registration, paper_signature=PaperSignature(staff_id, now))


def signed_without_submission() -> InvalidFields:
    """Return the error of a paper signature in a request that doesn't submit the registration."""
    return InvalidFields({"paperSignature": _ONLY_WITH_SUBMISSION})


def problems(registration: Registration) -> dict[str, FieldError]:
    """Return what is wrong with the signatures of a registration that staff submit, by field."""
    if registration.acknowledged_at or registration.paper_signature:
        return {}
    return {"paperSignature": _UNSIGNED}


def keep_applicant_signature(
    before: Registration | None, form: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a whole form that staff save, with the applicant's confirmation as it was."""
    earlier_form = before.form if before else {}
    signature_fields = {name: earlier_form[name] for name in SIGNATURE_FIELDS & earlier_form.keys()}
    return {name: form[name] for name in form if name not in SIGNATURE_FIELDS} | signature_fields


def reject_signing_by_staff(before: Registration, changes: Mapping[str, Any]) -> None:
    """Reject changes in which staff sign for the applicant, or take the signature back.

    Raises:
        InvalidFields: naming the field.
    """
    errors = [
        name for name in SIGNATURE_FIELDS & changes.keys() if changes[name] != before.form.get(name)
    ]
    if errors:
        raise InvalidFields({f"form.{name}": _ONLY_APPLICANT for name in errors})
