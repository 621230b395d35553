"""The registration form: each field declared once, and read by draft rules and by submit rules.

A draft may be incomplete, but its answers must be valid. A submission must also contain every
field marked ``REQUIRED_TO_SUBMIT``. Pages, spreadsheets, and error messages show a field's title.
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any

from chalicelib.accounts.schemas import Email
from chalicelib.events.event import MinimumAge
from chalicelib.platform.field_errors import FieldError, InvalidFields, InvalidValue
from chalicelib.platform.fields import AfterValidator, CrossFieldValidator, Field, to_camel
from chalicelib.platform.request_schema import BodySchema
from chalicelib.platform.text import BLANK_IS_ABSENT, PersonName
from chalicelib.registrations.enums import (
    Age,
    Ethnicity,
    EventJob,
    Pronoun,
    Shift,
    Skill,
    State,
    VendorJob,
)
from chalicelib.registrations.schemas import Phone

Form = dict[str, Any]

_REQUIRED_KEY = "requiredToSubmit"
# Put beside a field that must be there to submit.
REQUIRED_TO_SUBMIT = Field(json_schema_extra={_REQUIRED_KEY: True})
_SIGNATURE_MISSING = FieldError(
    "signature_required", "Check the box to certify that your answers are true."
)
_NO_NAME = FieldError("required", "Enter a first name or a last name. One is enough.")
_UNANSWERED = FieldError("required", "Answer this question to submit.")
# What to say where a required answer is missing.
_MISSING = {
    "age": FieldError("required", "Select your age."),
    "phone1": FieldError("required", "Enter your phone number."),
    "streetAddress": FieldError("required", "Enter your street address."),
    "city": FieldError("required", "Enter your city."),
    "state": FieldError("required", "Select your state."),
    "zipCode": FieldError("required", "Enter your ZIP code."),
    "workAll": FieldError("required", "Select whether you can work every day."),
    "regAck": _SIGNATURE_MISSING,
}


def _require_unique(values: list[Any] | None) -> list[Any] | None:
    if values and len(set(values)) != len(values):
        raise InvalidValue(FieldError("duplicate_choice", "Choose each option only once."))
    return values or None


# Put beside a list of choices.
UNIQUE_ITEMS = AfterValidator(_require_unique)

# USPS: five digits, or nine, which people write with a hyphen, a blank, or nothing between.
_ZIP = "([0-9]{5})(?:[ -]?([0-9]{4}))?"
_INVALID_ZIP = FieldError(
    "invalid_zip_code", "Enter a ZIP code with 5 or 9 digits, for example 55108 or 55108-1234."
)
_TWO_MIDDLE_NAMES = FieldError(
    "middle_name_contradiction", "Enter a middle name or check the box, not both."
)


def _zip_code(text: str) -> str:
    parts = re.fullmatch(_ZIP, text)
    if not parts:
        raise InvalidValue(_INVALID_ZIP)
    return "-".join(filter(None, parts.groups()))


YesOrNo = Annotated[bool | None, Field(examples=[True])]
OptionalName = Annotated[PersonName | None, BLANK_IS_ABSENT]
OptionalPhone = Annotated[Phone | None, BLANK_IS_ABSENT]


def _reject_middle_name(value: bool | None, earlier: Mapping[str, Any]) -> bool | None:  # noqa: FBT001
    if value and earlier.get("middle_name"):
        raise InvalidValue(_TWO_MIDDLE_NAMES)
    return value


ZipCode = Annotated[
    str,
    AfterValidator(_zip_code),
    Field(examples=["55416"], json_schema_extra={"pattern": "^[0-9]{5}([ -]?[0-9]{4})?$"}),
]


class RegistrationForm(BodySchema):
    """The registration form, in the groups of the paper form."""

    first_name: Annotated[OptionalName, Field(title="First name")] = None
    middle_name: Annotated[OptionalName, Field(title="Middle name")] = None
    no_middle_name: Annotated[
        YesOrNo, CrossFieldValidator(_reject_middle_name), Field(title="No middle name")
    ] = None
    last_name: Annotated[OptionalName, Field(title="Last name")] = None
    preferred_name: Annotated[OptionalName, Field(title="Preferred name")] = None
    pronoun: Annotated[Pronoun | None, Field(title="Pronoun")] = None
    age: Annotated[
        Age | None,
        Field(
            title="Age",
            description="On the event's first day. `SixteenPlus`, `EighteenPlus`: deprecated.",
        ),
        REQUIRED_TO_SUBMIT,
    ] = None
    ethnicity: Annotated[Ethnicity | None, Field(title="Ethnicity")] = None

    phone1: Annotated[OptionalPhone, Field(title="Phone"), REQUIRED_TO_SUBMIT] = None
    phone2: Annotated[OptionalPhone, Field(title="Second phone")] = None
    email: Annotated[Email | None, BLANK_IS_ABSENT, Field(title="Email")] = None
    street_address: Annotated[OptionalName, Field(title="Street address"), REQUIRED_TO_SUBMIT] = (
        None
    )
    apt_suite: Annotated[OptionalName, Field(title="Apartment or suite")] = None
    city: Annotated[OptionalName, Field(title="City"), REQUIRED_TO_SUBMIT] = None
    state: Annotated[State | None, BLANK_IS_ABSENT, Field(title="State"), REQUIRED_TO_SUBMIT] = None
    zip_code: Annotated[
        ZipCode | None, BLANK_IS_ABSENT, Field(title="ZIP code"), REQUIRED_TO_SUBMIT
    ] = None

    work_all: Annotated[YesOrNo, Field(title="Can work all days"), REQUIRED_TO_SUBMIT] = None
    shifts: Annotated[list[Shift] | None, UNIQUE_ITEMS, Field(title="Shifts")] = None
    pre_event: Annotated[YesOrNo, Field(title="Can work before the event")] = None
    post_event: Annotated[YesOrNo, Field(title="Can work after the event")] = None

    event_jobs: Annotated[
        list[EventJob] | None, UNIQUE_ITEMS, Field(title="Jobs with the event")
    ] = None
    vendor_jobs: Annotated[
        list[VendorJob] | None, UNIQUE_ITEMS, Field(title="Jobs with a vendor")
    ] = None

    prev_exp: Annotated[YesOrNo, Field(title="Has worked before")] = None
    prev_event_exp: Annotated[YesOrNo, Field(title="Has worked at the event before")] = None
    prev_vendor_exp: Annotated[YesOrNo, Field(title="Has worked for a vendor before")] = None
    skills: Annotated[list[Skill] | None, UNIQUE_ITEMS, Field(title="Skills")] = None

    reg_ack: Annotated[YesOrNo, Field(title="What I say here is accurate"), REQUIRED_TO_SUBMIT] = (
        None
    )

    def to_stored(self) -> Form:
        """Return the filled-in answers, by wire name, as they are stored."""
        return {name: each for name, each in _as_json(self.values()).items() if each is not None}

    def explicit_values(self) -> Form:
        """Return the fields that the client sent; None removes a value."""
        return _as_json(self.sent_values())


def _as_json(values: Mapping[str, Any]) -> Form:
    return {to_camel(name): _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    """Return an answer as JSON has it."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.value if isinstance(value, Enum) else value


def apply_changes(form: Form, changes: Form) -> Form:
    """Return a stored form with some fields changed.

    A stored answer that a newer rule rejects stays as it is until it is changed.

    Args:
        form: as :meth:`RegistrationForm.stored` gives it.
        changes: as :meth:`RegistrationForm.given` gives them.

    Raises:
        InvalidFields: the two do not go together.
    """
    merged = {name: value for name, value in (form | changes).items() if value is not None}
    problems_found = problems(merged)
    unchanged = (
        {_field_of(at) for at in problems(form)} - changes.keys() if problems_found else set()
    )
    if new := {
        at: problem for at, problem in problems_found.items() if _field_of(at) not in unchanged
    }:
        raise InvalidFields({f"form.{at}": problem for at, problem in new.items()})
    checked = {name: value for name, value in merged.items() if name not in unchanged}
    return RegistrationForm.validate(checked).to_stored() | {name: form[name] for name in unchanged}


def problems(form: Form) -> dict[str, FieldError]:
    """Return what is wrong with the answers of a form, by the path of each in the form."""
    try:
        RegistrationForm.validate(form)
    except InvalidFields as invalid:
        return invalid.errors
    return {}


def _field_of(path: str) -> str:
    """Return the field that a path leads into: ``shifts`` for ``shifts.0``."""
    return path.partition(".")[0]


def missing_error(field: str) -> FieldError:
    """Return the error of a required answer that is missing.

    Args:
        field: its name in the API.
    """
    return _MISSING.get(field, _UNANSWERED)


def problems_to_submit(form: Form, minimum_age: MinimumAge) -> dict[str, FieldError]:
    """Return all that keeps a stored form from being submitted, by the field's path in a body.

    Args:
        form: as :meth:`RegistrationForm.stored` gives it.
        minimum_age: the event's.
    """
    errors: dict[str, FieldError] = {}
    # A person may have a single name, which they call their first or their last.
    if "firstName" not in form and "lastName" not in form:
        errors["form.firstName"] = _NO_NAME
    for name, details in RegistrationForm.details().items():
        alias = to_camel(name)
        if _REQUIRED_KEY in details["json_schema_extra"] and alias not in form:
            errors[f"form.{alias}"] = missing_error(alias)
    if form.get("regAck") is not True:
        errors["form.regAck"] = _SIGNATURE_MISSING
    if "age" in form and not Age(form["age"]).reaches(minimum_age):
        errors["form.age"] = FieldError(
            "too_young",
            "You must be at least {years} on the first day of this event.",
            years=minimum_age.years,
        )
    return errors
