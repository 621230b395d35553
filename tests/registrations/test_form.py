"""The form: what may stand in it, and what must."""

import pytest

from chalicelib.events.event import Age
from chalicelib.platform.errors import InvalidFields
from chalicelib.platform.models import read_body
from chalicelib.registrations.form import RegistrationForm, problems_to_submit
from tests.seasons import FORM


def read(form):
    import json

    return read_body(json.dumps(form).encode(), RegistrationForm).stored()


def wrong_in(form):
    with pytest.raises(InvalidFields) as refused:
        read(form)
    return set(refused.value.fields)


def test_a_whole_form_is_kept_as_it_is():
    assert read(FORM) == FORM


def test_an_empty_form_is_a_draft():
    assert read({}) == {}


def test_blank_fields_are_absent_ones():
    assert read({"firstName": " ", "phone2": "", "state": "", "zipCode": "", "email": ""}) == {}


@pytest.mark.parametrize(
    "typed",
    ["9524451234", "952-445-1234", "(952) 445-1234", "952.445.1234", "+1 952 445 1234",
     "1 (952) 445 1234", "  952 445 1234 "],
)  # fmt: skip
def test_a_phone_number_may_be_typed_in_any_usual_way(typed):
    assert read({"phone1": typed}) == {"phone1": "+19524451234"}


def test_a_number_of_a_territory_is_american():
    assert read({"phone1": "787-724-1234"}) == {"phone1": "+17877241234"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone1", "+44 20 7946 0958"),
        ("phone1", "416-967-1111"),
        ("phone1", "445-1234"),
        ("phone1", "911"),
        ("phone1", "952-445-1234 ext. 5"),
        ("phone1", "1-800-FLOWERS-AND-MORE"),
        ("phone2", "none"),
        ("phone2", 9524451234),
        ("zipCode", "5510"),
        ("zipCode", "55108-12"),
        ("zipCode", "5510８"),
        ("zipCode", "55108\n"),
        ("state", "Minnesota"),
        ("state", "mn"),
        ("state", "ON"),
        ("age", "17"),
        ("pronoun", "it"),
        ("ethnicity", "Martian"),
        ("workAll", "yes"),
        ("regAck", 1),
        ("shifts", ["noon"]),
        ("shifts", ["day", "day"]),
        ("shifts", "day"),
        ("eventJobs", ["cooking"]),
        ("vendorJobs", ["animals"]),
        ("skills", ["juggling"]),
        ("firstName", "a" * 101),
        ("firstName", "a" * 10_000),
        ("firstName", "Riv\0er"),
        ("city", "St.\nPaul"),
        ("email", "river"),
        ("status", "Hired"),
        ("version", 9),
        ("userId", "sky"),
        ("submittedAt", "2027-01-01T00:00:00Z"),
    ],
)
def test_what_is_there_must_be_valid(field, value):
    assert {name.split(".")[0] for name in wrong_in({field: value})} == {field}


def test_there_is_a_middle_name_or_none():
    assert wrong_in({"middleName": "Jo", "noMiddleName": True}) == {"noMiddleName"}
    assert read({"middleName": "Jo", "noMiddleName": False})["middleName"] == "Jo"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Zoe\u0308 🦆", "Zoë 🦆"),
        ("محمد", "محمد"),
        ("עדן", "עדן"),
        ("O'Neil-Żak", "O'Neil-Żak"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ('"><img src=x onerror=alert(1)>', '"><img src=x onerror=alert(1)>'),
        ("👩‍👧", "👩‍👧"),
    ],
)
def test_names_of_any_script_are_kept_exactly(typed, kept):
    assert read({"firstName": typed}) == {"firstName": kept}


def test_everything_that_is_missing_is_said_at_once():
    assert set(problems_to_submit({}, Age.SIXTEEN_PLUS)) == {
        f"form.{name}"
        for name in (
            *("firstName", "lastName", "age", "phone1", "streetAddress", "city", "state"),
            *("zipCode", "workAll", "regAck"),
        )
    }


def test_a_whole_form_may_be_submitted():
    assert problems_to_submit(FORM, Age.SIXTEEN_PLUS) == {}


def test_a_no_to_working_all_days_is_an_answer():
    assert problems_to_submit(FORM | {"workAll": False}, Age.SIXTEEN_PLUS) == {}


def test_what_is_not_signed_may_not():
    assert set(problems_to_submit(FORM | {"regAck": False}, Age.SIXTEEN_PLUS)) == {"form.regAck"}


def test_who_is_too_young_is_told_so_kindly():
    problems = problems_to_submit(FORM, Age.TWENTYONE_PLUS)

    assert set(problems) == {"form.age"}
    assert "hope" in problems["form.age"]


def test_every_field_has_a_title_of_its_own():
    titles = [field.title for field in RegistrationForm.model_fields.values()]

    assert all(titles)
    assert len(titles) == len(set(titles))
