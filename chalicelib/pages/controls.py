"""Form controls, made from the declaration that checks what they send.

Importing this module imports pydantic.
"""

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.events.event import Age
from chalicelib.pages.texts import text, word
from chalicelib.platform.html import Markup, element, empty, join
from chalicelib.platform.languages import Language
from chalicelib.registrations.form import RegistrationForm
from chalicelib.registrations.registration import KEPT_FROM_STAFF
from chalicelib.staff.models import Selecting

Json = Mapping[str, Any]

# The form in the groups of the paper one, each with a heading of its own.
GROUPS = {
    "personal": (
        *("firstName", "middleName", "noMiddleName", "lastName", "preferredName"),
        *("pronoun", "age", "ethnicity"),
    ),
    "contact": (
        *("phone1", "phone2", "email"),
        *("streetAddress", "aptSuite", "city", "state", "zipCode"),
    ),
    "availability": ("workAll", "shifts", "preEvent", "postEvent"),
    "work": ("eventJobs", "vendorJobs"),
    "experience": ("prevExp", "prevEventExp", "prevVendorExp", "skills"),
    "signature": ("regAck",),
}
# How a browser fills in what it knows (HTML's autofill field names), and which keys a phone shows.
_KNOWN_TO_BROWSERS = {
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
# These are not asked but said, by a mark in a box.
_MARKED = frozenset({"noMiddleName", "regAck"})
# A longer list of choices folds up; the paper form's own lie open.
_FOLDED = frozenset({"pronoun", "ethnicity", "state"})


def applicant_form(language: Language) -> Markup:
    """Return the groups of the form as an applicant fills it in."""
    return _groups(language, frozenset())


def staff_form(language: Language) -> Markup:
    """Return the groups of the form without what no staff member is shown."""
    return _groups(language, KEPT_FROM_STAFF)


def filters(language: Language) -> Markup:
    """Return a list for each choice by which registrations are filtered."""
    schema = Selecting.model_json_schema()
    kinds = {name: _kind(part, schema) for name, part in schema["properties"].items()}
    chosen = {name: kind for name, kind in kinds.items() if "enum" in kind and name != "sort"}
    asked = {name: kind for name, kind in kinds.items() if kind.get("type") == "boolean"}
    return join(
        *(_filter(name, kind["enum"], language) for name, kind in chosen.items()),
        *(_filter(name, ("true", "false"), language) for name in asked),
    )


def ages(language: Language) -> Markup:
    """Return the options of a minimum age."""
    return join(*(element("option", word(age, language), value=age) for age in Age))


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
            )
            for group, names in GROUPS.items()
        )
    )


@functools.cache
def _schema() -> dict[str, Any]:
    return RegistrationForm.model_json_schema()


def _field(name: str, part: Json, language: Language) -> Markup:
    kind = _kind(part, _schema())
    label = [text(f"form.{name}", language)]
    if part.get("requiredToSubmit"):
        label += [" ", element("span", text("needed", language), class_="needed")]
    hint = text(f"hint.{name}", language, default="")
    hints = [element("p", hint, class_="hint", id=f"{name}-hint")] if hint else []
    described = {"aria_describedby": f"{name}-hint"} if hint else {}
    if name in _MARKED:
        mark = empty("input", type="checkbox", name=name, id=name, value="true", **described)
        return _together("div", element("label", mark, " ", *label, class_="choice"), *hints)
    if kind.get("type") == "boolean":
        return _set(name, "radio", ("true", "false"), label, hints, language)
    if kind.get("type") == "array":
        return _set(name, "checkbox", kind["items"]["enum"], label, hints, language)
    if "enum" in kind and name not in _FOLDED:
        return _set(name, "radio", kind["enum"], label, hints, language)
    known = {**_KNOWN_TO_BROWSERS.get(name, {}), **described}
    if "enum" in kind:
        control = _list(name, kind["enum"], language, **known)
    else:
        longest = {"maxlength": str(kind["maxLength"])} if "maxLength" in kind else {}
        control = empty("input", **{"type": "text", "name": name, "id": name, **longest, **known})
    return _together("div", element("label", *label, for_=name), *hints, control)


def _kind(part: Json, schema: Json) -> Json:
    """Return what a field holds where it holds something."""
    first = part["anyOf"][0] if "anyOf" in part else part
    found: Json = schema["$defs"][first["$ref"].rpartition("/")[2]] if "$ref" in first else first
    return (
        {"enum": [choice for one in found["anyOf"] for choice in one["enum"]]}
        if ("anyOf" in found)
        else found
    )


def _together(tag: str, *content: str) -> Markup:
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
            word(value, language),
            class_="choice",
        )
        for value in values
    ]
    return _together(
        "fieldset",
        element("legend", *label),
        *hints,
        element("div", *choices, class_="choices"),
    )


def _list(name: str, values: Iterable[str], language: Language, **attributes: str) -> Markup:
    options = [element("option", word(value, language), value=value) for value in values]
    return element(
        "select", element("option", "", value=""), *options, id=name, name=name, **attributes
    )


def _filter(name: str, values: Iterable[str], language: Language) -> Markup:
    label = element("label", text(f"filter.{name}", language), for_=name)
    return _together("div", label, _list(name, values, language))
