"""Forms on pages follow from the declaration that checks what they send."""

import re
from typing import Annotated, Literal
from unittest import mock

import pytest
from pydantic import Field

from chalicelib.platform.languages import Language
from chalicelib.registrations import labels
from chalicelib.registrations.form import REQUIRED_TO_SUBMIT, RegistrationForm
from chalicelib.registrations.registration import FIELDS_HIDDEN_FROM_STAFF, SIGNATURE_FIELDS
from chalicelib.registrations.workflow import ActorType, Status, find_transition
from chalicelib.staff.schemas import RegistrationListQuery, Summary
from web import form_fields, pages
from web.openapi.models import model_of

MOVE = re.compile(r'<button name="status" value="(\w+)" data-from="([\w ]+)">')
FIELDS = model_of(RegistrationForm).model_json_schema()["properties"]


@pytest.fixture
def declare_fields():
    """Has the form be declared otherwise."""

    def declare(model):
        schema = mock.Mock(return_value=model_of(model).model_json_schema())
        return mock.patch.object(form_fields, "_schema", schema)

    return declare


def rendered(macro, declaration, language=Language.ENGLISH):
    """Return the HTML that a macro makes of a declaration."""
    declared = getattr(form_fields.FormFields(language), declaration)()
    module = pages.environment(language).get_template("registration-form.html").module
    return str(getattr(module, macro)(declared))


def names_in(html):
    return set(re.findall(r'\bname="(\w+)"', html))


def field_of(html, name):
    return html[: html.index(f'name="{name}"')].rpartition('class="field"')[2]


def test_every_field_is_in_one_group_and_has_a_label():
    grouped = [name for names in form_fields.GROUPS.values() for name in names]

    assert sorted(grouped) == sorted(FIELDS)
    assert set(FIELDS) == set(labels.FIELDS)


@pytest.mark.parametrize("language", Language)
def test_an_applicant_is_asked_for_all_of_it(language):
    assert names_in(rendered("groups", "applicant_form", language)) == set(FIELDS)


def test_pages_hide_the_fields_that_staff_may_not_see():
    names = names_in(rendered("groups", "staff_form"))

    assert names == set(FIELDS) - FIELDS_HIDDEN_FROM_STAFF - SIGNATURE_FIELDS


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_needed_is_marked(name):
    html = rendered("groups", "applicant_form")
    following = html[html.index(f'name="{name}"') :].partition('class="field"')[0]
    around = field_of(html, name) + following

    assert ('class="needed"' in around) == bool(FIELDS[name].get("requiredToSubmit"))


def test_a_choice_more_is_a_control_more(declare_fields):
    class Tomorrow(RegistrationForm):
        shifts: Annotated[list[Literal["morning", "dawn"]] | None, Field(title="Shifts")] = None
        pronoun: Annotated[Literal["Ze", "Xe"] | None, Field(title="Pronoun")] = None

    with declare_fields(Tomorrow):
        html = rendered("groups", "applicant_form")

    assert '<input type="checkbox" name="shifts" value="dawn">' in html
    assert '<option value="Ze">' in html
    assert 'value="overnight"' not in html


def test_a_field_that_is_needed_from_now_on_is_marked_from_now_on(declare_fields):
    class Tomorrow(RegistrationForm):
        phone2: Annotated[str | None, REQUIRED_TO_SUBMIT] = None

    with declare_fields(Tomorrow):
        html = rendered("groups", "applicant_form")

    assert 'class="needed"' in field_of(html, "phone2")


def test_texts_that_could_be_markup_are_escaped():
    with mock.patch.dict(labels.FIELDS, {"city": "<City> & town"}):
        html = rendered("groups", "applicant_form")

    assert "&lt;City&gt; &amp; town" in html


@pytest.mark.parametrize("source", Status)
@pytest.mark.parametrize("target", Status)
def test_staff_are_offered_the_moves_that_they_may_make(source, target):
    offered = dict(MOVE.findall(rendered("moves", "moves")))

    assert (source in offered.get(target, "").split()) == bool(
        find_transition(source, target, ActorType.STAFF)
    )


def test_a_list_is_filtered_by_all_that_the_service_takes():
    searched = {"lastName", "phone", "reference", "q"}
    parameters = set(model_of(RegistrationListQuery).model_json_schema()["properties"])

    assert names_in(rendered("filters", "filters")) == parameters - searched - {
        *("sort", "limit", "cursor")
    }


def test_a_summary_has_a_row_for_every_choice():
    tables = rendered("counts", "counts").split("<section")[1:]
    rows = {
        re.search(r'data-counts="(\w+)"', table)[1]: re.findall(r'data-choice="(\w+)"', table)
        for table in tables
    }
    jobs = FIELDS["eventJobs"], FIELDS["vendorJobs"]

    counted = list(model_of(Summary).model_json_schema(by_alias=True)["properties"])
    assert [*rows, "byDate", "byShiftAndJob"] == counted
    assert rows["byStatus"] == list(Status)
    assert rows["byJob"] == [job for schema in jobs for job in schema["anyOf"][0]["items"]["enum"]]
    assert rows["byShift"] == FIELDS["shifts"]["anyOf"][0]["items"]["enum"]
