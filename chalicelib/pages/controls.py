"""Form controls, made from the declaration that checks what they send.

Importing this module imports pydantic.
"""

import functools
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from chalicelib.events.event import MinimumAge
from chalicelib.identity.role import Role
from chalicelib.pages.texts import label as label_of
from chalicelib.pages.texts import text, translate
from chalicelib.platform.html import Markup, element, empty, join
from chalicelib.platform.languages import Language
from chalicelib.registrations import form
from chalicelib.registrations.enums import LEGACY_AGES, Age, Ethnicity, EventJob, Shift, VendorJob
from chalicelib.registrations.form import RegistrationForm
from chalicelib.registrations.registration import (
    CONTACT_FIELDS,
    SIGNATURE_FIELDS,
    STAFF_HIDDEN_FIELDS,
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

Json = Mapping[str, Any]

# The form in the groups of the paper one, each with a heading of its own.
GROUPS = {
    "personal": (
        *("firstName", "middleName", "noMiddleName", "lastName", "preferredName"),
        *("pronoun", "age", "ethnicity"),
    ),
    "contact": CONTACT_FIELDS,
    "availability": ("workAll", "shifts", "preEvent", "postEvent"),
    "work": ("eventJobs", "vendorJobs"),
    "experience": ("prevExp", "prevEventExp", "prevVendorExp", "skills"),
    "signature": ("regAck",),
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
# Fields among required ones that people may leave out, and that say so.
_OPTIONAL = frozenset(
    {"middleName", "preferredName", "pronoun", "ethnicity", "phone2", "email", "aptSuite"}
)
# These are not asked but said, by a mark in a box.
_SINGLE_CHECKBOXES = frozenset({"noMiddleName", "regAck"})
# A longer list of choices folds up; the paper form's own lie open.
_SELECTS = frozenset({"pronoun", "ethnicity", "state"})
# What a summary counts, in the order of its tables and of their rows.
_SUMMARY_GROUPS: Mapping[str, tuple[str, ...]] = {
    "byStatus": tuple(Status),
    "byJob": (*get_args(EventJob), *get_args(VendorJob)),
    "byShift": get_args(Shift),
    "byAge": tuple(Age),
    "byEthnicity": tuple(Ethnicity),
}


def applicant_form(language: Language) -> Markup:
    """Return the groups of the form as an applicant fills it in."""
    return _groups(language, frozenset())


def staff_form(language: Language) -> Markup:
    """Return the groups of the form without what staff are not shown and what they can't sign."""
    return _groups(language, STAFF_HIDDEN_FIELDS | SIGNATURE_FIELDS)


def filters(language: Language) -> Markup:
    """Return a list for each choice by which registrations are filtered."""
    schema = RegistrationListQuery.model_json_schema()
    kinds = {name: _kind(part, schema) for name, part in schema["properties"].items()}
    chosen = {name: kind for name, kind in kinds.items() if "enum" in kind and name != "sort"}
    asked = {name: kind for name, kind in kinds.items() if kind.get("type") == "boolean"}
    return join(
        *(_filter(name, kind["enum"], language) for name, kind in chosen.items()),
        *(_filter(name, ("true", "false"), language) for name in asked),
    )


def ages(language: Language) -> Markup:
    """Return the options of a minimum age."""
    lowest, *others = MinimumAge
    none = element("option", text("noMinimumAge", language), value=lowest)
    return join(none, _options(others, language))


def roles(language: Language) -> Markup:
    """Return the options of a role."""
    return _options(Role, language)


def statuses(language: Language) -> Markup:
    """Return the options of a status."""
    return _options(Status, language)


def orders(language: Language) -> Markup:
    """Return the options by which registrations are sorted; the first is what is not asked for."""
    usual = Sort.LAST_FILED
    others = [sort for sort in Sort if sort is not usual]
    return join(
        element("option", text(f"sort.{usual}", language), value=""),
        *(element("option", text(f"sort.{sort}", language), value=sort) for sort in others),
    )


def moves(language: Language) -> Markup:
    """Return a button for each status that staff may move a registration to.

    Each button has the same place in every status, so that none moves under the pointer.
    ``data-from`` names the statuses it may come from, with a space between them.
    """
    sources = {status: _sources(status, ActorType.STAFF) for status in Status}
    return join(
        *(
            element(
                "button",
                text(f"move.{status}", language),
                name="status",
                value=status,
                data_from=" ".join(sources[status]),
            )
            for status in Status
            if sources[status]
        )
    )


def editable(_: Language) -> Markup:
    """Return the statuses in which an applicant may change their answers."""
    return join(" ".join(status for status in Status if status in EDITABLE))


def contact_editable(_: Language) -> Markup:
    """Return the statuses in which an applicant may change how to reach them."""
    return join(" ".join(status for status in Status if status in CONTACT_EDITABLE))


def withdrawable(_: Language) -> Markup:
    """Return the statuses from which an applicant may withdraw."""
    return join(" ".join(_sources(Status.WITHDRAWN, ActorType.APPLICANT)))


def counts(language: Language) -> Markup:
    """Return a table for each thing that a summary counts, a row for each choice."""
    named = (field.alias or "" for field in Summary.model_fields.values())
    return join(*(_count(name, _SUMMARY_GROUPS[name], language) for name in named))


def _sources(target: Status, actor_type: ActorType) -> list[Status]:
    """Return from where one side may move a registration to a status."""
    possible = {
        source
        for transition in TRANSITIONS
        if transition.target is target and actor_type in transition.actor_types
        for source in transition.sources
    }
    return [status for status in Status if status in possible]


def _groups(language: Language, without: frozenset[str]) -> Markup:
    schema = _schema()
    return join(
        *(
            element(
                "fieldset",
                element("legend", text(f"group.{group}", language)),
                *(
                    _field(name, schema["properties"][name], language)
                    for name in names
                    if name not in without
                ),
                class_="group",
                data_group=group,
            )
            for group, names in GROUPS.items()
            if set(names) - without
        )
    )


@functools.cache
def _schema() -> dict[str, Any]:
    return RegistrationForm.model_json_schema()


def _field(name: str, part: Json, language: Language) -> Markup:
    kind = _kind(part, _schema())
    label = [text(f"form.{name}", language)]
    if part.get("requiredToSubmit"):
        missing = translate(form.missing_message(name), language)
        mark = element("span", text("needed", language), class_="needed", data_missing=missing)
        label += [" ", mark]
    elif name in _OPTIONAL:
        label += [" ", element("span", text("optional", language), class_="optional")]
    hint = text(f"hint.{name}", language, default="")
    hints = [element("p", hint, class_="hint", id=f"{name}-hint")] if hint else []
    details = {"aria_describedby": f"{name}-hint"} if hint else {}
    if name in _SINGLE_CHECKBOXES:
        mark = empty("input", type="checkbox", name=name, id=name, value="true", **details)
        return _field_element("div", element("label", mark, " ", *label, class_="choice"), *hints)
    if kind.get("type") == "boolean":
        return _set(name, "radio", ("true", "false"), label, hints, language)
    if kind.get("type") == "array":
        return _set(name, "checkbox", kind["items"]["enum"], label, hints, language)
    if "enum" in kind and name not in _SELECTS:
        return _set(name, "radio", kind["enum"], label, hints, language)
    known = {**_AUTOFILL.get(name, {}), **details}
    if "enum" in kind:
        none = text(f"none.{name}", language, default="")
        control = _list(name, kind["enum"], language, none=none, **known)
    else:
        # No ``maxlength``: a browser would cut what is pasted, and the person would not notice.
        control = empty("input", **{"type": "text", "name": name, "id": name, **known})
    return _field_element("div", element("label", *label, for_=name), *hints, control)


def _kind(part: Json, schema: Json) -> Json:
    """Return what a field holds where it holds something."""
    first = part["anyOf"][0] if "anyOf" in part else part
    found: Json = schema["$defs"][first["$ref"].rpartition("/")[2]] if "$ref" in first else first
    return (
        {"enum": [choice for one in found["anyOf"] for choice in one["enum"]]}
        if ("anyOf" in found)
        else found
    )


def _field_element(tag: str, *content: str) -> Markup:
    return element(tag, *content, class_="field")


def _set(
    name: str,
    kind: str,
    values: Iterable[str],
    label: list[str],
    hints: list[Markup],
    language: Language,
) -> Markup:
    choices = [
        element(
            "label",
            empty("input", type=kind, name=name, value=value),
            " ",
            # A shift has its hours here, and only here.
            text(f"choice.{value}", language, default=label_of(value, language)),
            class_="choice",
            **_legacy_attributes(value),
        )
        for value in values
    ]
    return _field_element(
        "fieldset",
        element("legend", *label),
        *hints,
        element("div", *choices, class_="choices"),
    )


def _list(
    name: str, values: Iterable[str], language: Language, *, none: str = "", **attributes: str
) -> Markup:
    options = element("option", none, value=""), _options(values, language)
    return element("select", *options, id=name, name=name, **attributes)


def _options(values: Iterable[str], language: Language) -> Markup:
    return join(*(element("option", label_of(value, language), value=value) for value in values))


def _filter(name: str, values: Iterable[str], language: Language) -> Markup:
    label = element("label", text(f"filter.{name}", language), for_=name)
    return _field_element("div", label, _list(name, values, language, none=text("any", language)))


def _count(name: str, values: Iterable[str], language: Language) -> Markup:
    drawn = element("td", element("div", element("div", class_="length"), class_="track"))
    rows = [
        element(
            "tr",
            element("th", label_of(value, language), scope="row"),
            element("td", class_="number"),
            drawn,
            data_choice=value,
            **_legacy_attributes(value),
        )
        for value in values
    ]
    head = element("h2", text(f"summary.{name}", language), id=name)
    table = element("table", element("tbody", *rows), class_="counts", aria_labelledby=name)
    return element("section", head, table, data_counts=name)


def _legacy_attributes(value: str) -> Mapping[str, str]:
    """Return the attributes of a choice of earlier versions, hidden unless it was made."""
    return {"data_former": "", "hidden": ""} if value in LEGACY_AGES else {}
