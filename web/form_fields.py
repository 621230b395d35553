"""What the templates show of declarations: the registration form, statuses, roles, and lists.

A field that is added to the form is added to the pages. ``templates/registration-form.html`` turns
what this module returns into HTML.
"""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from chalicelib.events.event import MinimumAge
from chalicelib.identity.role import Role
from chalicelib.platform import translations
from chalicelib.platform.fields import to_camel
from chalicelib.platform.languages import N_, Language
from chalicelib.registrations import form
from chalicelib.registrations import labels as registration_labels
from chalicelib.registrations.enums import LEGACY_AGES, Age, Ethnicity, EventJob, Shift, VendorJob
from chalicelib.registrations.form import RegistrationForm
from chalicelib.registrations.registration import (
    CONTACT_FIELDS,
    FIELDS_HIDDEN_FROM_STAFF,
    SIGNATURE_FIELDS,
)
from chalicelib.registrations.selection import Sort
from chalicelib.registrations.workflow import (
    CONTACT_EDITABLE,
    EDITABLE,
    TRANSITIONS,
    ActorType,
    Status,
)
from chalicelib.staff.list_query import RegistrationListQuery
from chalicelib.staff.schemas import Summary
from web import labels
from web.openapi.models import model_of

Json = Mapping[str, Any]

# The groups of the form, as on paper, each with a heading.
GROUPS = {
    "personal": (
        "age",
        *("firstName", "middleName", "noMiddleName", "lastName", "preferredName"),
    ),
    "contact": CONTACT_FIELDS,
    "availability": ("workAll", "shifts", "preEvent", "postEvent"),
    "work": ("eventJobs", "vendorJobs"),
    "experience": ("prevEventExp", "prevVendorExp", "prevExp", "skills"),
    "voluntary": ("pronoun", "ethnicity"),
    "signature": ("regAck",),
}
# The steps in which an applicant fills in a draft, each with its groups.
STEPS = {
    "about": ("personal",),
    "contact": ("contact",),
    "availability": ("availability",),
    "jobs": ("work", "experience"),
    "review": ("voluntary", "signature"),
}
# How a browser fills in what it knows (HTML's autofill field names), and which keys a phone shows.
_AUTOFILL = {
    "firstName": {"autocomplete": "given-name"},
    "middleName": {"autocomplete": "additional-name"},
    "lastName": {"autocomplete": "family-name"},
    "preferredName": {"autocomplete": "nickname"},
    "phone1": {"autocomplete": "tel", "type": "tel"},
    "phone2": {"autocomplete": "off", "type": "tel"},
    "email": {"autocomplete": "email", "type": "email"},
    "streetAddress": {"autocomplete": "address-line1"},
    "aptSuite": {"autocomplete": "address-line2"},
    "city": {"autocomplete": "address-level2"},
    "state": {"autocomplete": "address-level1"},
    "zipCode": {"autocomplete": "postal-code", "inputmode": "numeric"},
}
# Fields that people may leave out, and whose label says so.
_OPTIONAL = frozenset(
    {"middleName", "preferredName", "pronoun", "ethnicity", "phone2", "email", "aptSuite"}
)
# At the office, these are asked for the account.
_NAMES = frozenset({"firstName", "lastName"})
# The label of these is a statement, with one checkbox beside it.
_SINGLE_CHECKBOXES = frozenset({"noMiddleName", "regAck"})
# Choices in a list that folds up, because there are many.
_SELECTS = frozenset({"pronoun", "ethnicity", "state"})
# The choices that a summary counts, in the order of its tables and of their rows.
_SUMMARY_GROUPS: Mapping[str, tuple[str, ...]] = {
    "byStatus": tuple(Status),
    "byJob": (*get_args(EventJob), *get_args(VendorJob)),
    "byShift": get_args(Shift),
    "byAge": tuple(Age),
    "byEthnicity": tuple(Ethnicity),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a list, or of several buttons.

    Attributes:
        value: what the form sends.
        label: what people read.
        is_legacy: whether only earlier versions offered it.
    """

    value: str
    label: str
    is_legacy: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the registration form.

    Attributes:
        name: its name in requests.
        control: ``text``, ``checkbox``, ``choices``, or ``list``.
        label: what people read above the control, or beside the checkbox.
        hint: a sentence below the label; may be empty.
        missing_message: the error if it's missing, for a field that's required to submit.
        is_optional: whether the label says that people may leave it out.
        attributes: further attributes of the control.
        choices: the choices, if it has any.
        multiple: whether people may choose several.
        empty_label: the label of a list's empty choice.
    """

    name: str
    control: str
    label: str
    hint: str
    missing_message: str | None
    is_optional: bool
    attributes: Mapping[str, str]
    choices: tuple[Choice, ...] = ()
    multiple: bool = False
    empty_label: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the form's fields, with a heading."""

    name: str
    label: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the form, which shows one or more groups."""

    name: str
    label: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """Something with choices: a filter of a list, or a table of a summary."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """A status that staff may move a registration to, and the statuses that it may come from."""

    status: Status
    label: str
    sources: tuple[Status, ...]


class FormFields:
    """The declarations with their texts in one language."""

    def __init__(self, language: Language) -> None:
        """Use a language."""
        self._language = language

    def applicant_form(self) -> list[Group]:
        """Return the groups of the form as an applicant fills it in."""
        return self._groups(frozenset())

    def applicant_steps(self) -> list[Step]:
        """Return the applicant's form in steps; the last one is for the review."""
        groups = {group.name: group for group in self.applicant_form()}
        return [
            Step(name, self._translated(labels.STEPS[name]), tuple(groups[one] for one in parts))
            for name, parts in STEPS.items()
        ]

    def job_fields(self) -> list[Field]:
        """Return the questions about jobs, whose choices are the jobs of every event."""
        [group] = [group for group in self.applicant_form() if group.name == "work"]
        return list(group.fields)

    def staff_form(self) -> list[Group]:
        """Return the groups of the form without what staff can't see or sign."""
        return self._groups(FIELDS_HIDDEN_FROM_STAFF | SIGNATURE_FIELDS)

    def walk_in_form(self) -> list[Field]:
        """Return what staff must ask a person at the office for, but for names and signature."""
        return [
            field
            for group in self.staff_form()
            for field in group.fields
            if field.missing_message and field.name not in _NAMES
        ]

    def filters(self, without: tuple[str, ...] = ()) -> list[Choices]:
        """Return the choices by which registrations are filtered, but for some by name."""
        schema = model_of(RegistrationListQuery).model_json_schema()
        kinds = {name: _kind(part, schema) for name, part in schema["properties"].items()}
        lists = {name: kind["enum"] for name, kind in kinds.items() if "enum" in kind}
        yes_or_no = [name for name, kind in kinds.items() if kind.get("type") == "boolean"]
        del lists["sort"]
        return [
            Choices(name, self._translated(labels.FILTERS[name]), self._choices(values))
            for name, values in {**lists, **dict.fromkeys(yes_or_no, ("true", "false"))}.items()
            if name not in without
        ]

    def ages(self) -> tuple[Choice, ...]:
        """Return the minimum ages of events."""
        lowest, *others = MinimumAge
        return (Choice(lowest, self._translated(N_("No minimum"))), *self._choices(others))

    def roles(self) -> tuple[Choice, ...]:
        """Return the roles."""
        return self._choices(Role)

    def statuses(self) -> tuple[Choice, ...]:
        """Return the statuses of registrations."""
        return self._choices(Status)

    def tabs(self) -> tuple[Choice, ...]:
        """Return the statuses above the list of registrations, drafts last and apart."""
        statuses = (*(one for one in Status if one is not Status.DRAFT), Status.DRAFT)
        return tuple(Choice(one, self._translated(labels.STATUS_TABS[one])) for one in statuses)

    def orders(self) -> tuple[Choice, ...]:
        """Return how registrations may be sorted; the first one is the default."""
        default = Sort.LAST_FILED
        return (
            Choice("", self._translated(labels.ORDERS[default])),
            *(
                Choice(sort, self._translated(labels.ORDERS[sort]))
                for sort in Sort
                if sort is not default
            ),
        )

    def moves(self) -> list[TargetStatus]:
        """Return the statuses that staff may move a registration to."""
        return [
            TargetStatus(status, self._translated(labels.STATUS_BUTTONS[status]), sources)
            for status in Status
            if (sources := _sources(status, ActorType.STAFF))
        ]

    def editable(self) -> list[Status]:
        """Return the statuses in which an applicant may change their answers."""
        return [status for status in Status if status in EDITABLE]

    def contact_editable(self) -> list[Status]:
        """Return the statuses in which an applicant may change how to reach them."""
        return [status for status in Status if status in CONTACT_EDITABLE]

    def withdrawable(self) -> tuple[Status, ...]:
        """Return the statuses from which an applicant may withdraw."""
        return _sources(Status.WITHDRAWN, ActorType.APPLICANT)

    def counts(self) -> list[Choices]:
        """Return the tables of a summary."""
        names = [name for name in map(to_camel, Summary.annotations()) if name in _SUMMARY_GROUPS]
        return [
            Choices(
                name, self._translated(labels.SUMMARIES[name]), self._choices(_SUMMARY_GROUPS[name])
            )
            for name in names
        ]

    def heat_map(self) -> tuple[Choices, Choices]:
        """Return the rows and the columns of a summary's table of jobs and shifts."""
        jobs, shifts = (
            Choices(
                name, self._translated(labels.FILTERS[name]), self._choices(_SUMMARY_GROUPS[of])
            )
            for name, of in (("job", "byJob"), ("shift", "byShift"))
        )
        return jobs, shifts

    def _groups(self, without: frozenset[str]) -> list[Group]:
        properties = _schema()["properties"]
        return [
            Group(
                group,
                self._translated(labels.GROUPS[group]),
                tuple(self._field(name, properties[name]) for name in names),
            )
            for group, all_names in GROUPS.items()
            if (names := [name for name in all_names if name not in without])
        ]

    def _field(self, name: str, part: Json) -> Field:
        kind = _kind(part, _schema())
        needed = part.get("requiredToSubmit")
        field = functools.partial(
            Field,
            name,
            label=registration_labels.field_label(name, self._language),
            hint=self._translated(labels.HINTS.get(name, "")),
            missing_message=form.missing_error(name).in_language(self._language)
            if needed
            else None,
            is_optional=name in _OPTIONAL,
            attributes=_AUTOFILL.get(name, {}),
        )
        if name in _SINGLE_CHECKBOXES:
            return field("checkbox")
        if kind.get("type") == "boolean":
            return field("choices", choices=self._choices(("true", "false")))
        if kind.get("type") == "array":
            choices = self._choices(kind["items"]["enum"], explained=True)
            return field("choices", choices=choices, multiple=True)
        if "enum" not in kind:
            return field("text")
        choices = self._choices(kind["enum"])
        if name not in _SELECTS:
            return field("choices", choices=choices)
        return field(
            "list",
            choices=choices,
            empty_label=self._translated(labels.EMPTY_CHOICES.get(name, labels.EMPTY_CHOICE)),
        )

    def _choices(self, values: Iterable[str], *, explained: bool = False) -> tuple[Choice, ...]:
        """Return choices with their labels.

        Args:
            values: what the form sends.
            explained: whether a label is longer than elsewhere if there is more to say: a shift has
                its hours in the form only.
        """
        texts = labels.choice_labels(self._language)
        longer = labels.SHIFT_HOURS if explained else {}
        return tuple(
            Choice(
                value,
                self._translated(longer[value]) if value in longer else texts.get(value, value),
                value in LEGACY_AGES,
            )
            for value in values
        )

    def _translated(self, text: str) -> str:
        return translations.translate(text, self._language) if text else ""


def _sources(target: Status, actor_type: ActorType) -> tuple[Status, ...]:
    """Return the statuses from which one side may move a registration to a status."""
    possible = {
        source
        for transition in TRANSITIONS
        if transition.target is target and actor_type in transition.actor_types
        for source in transition.sources
    }
    return tuple(status for status in Status if status in possible)


@functools.cache
def _schema() -> dict[str, Any]:
    return model_of(RegistrationForm).model_json_schema()


def _kind(part: Json, schema: Json) -> Json:
    """Return the schema of a field's values other than null."""
    first = part["anyOf"][0] if "anyOf" in part else part
    schema_of_choice: Json = (
        schema["$defs"][first["$ref"].rpartition("/")[2]] if "$ref" in first else first
    )
    if "anyOf" in schema_of_choice:
        return {
            "enum": [choice for option in schema_of_choice["anyOf"] for choice in option["enum"]]
        }
    return schema_of_choice
