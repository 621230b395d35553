"""The form: what may stand in it, and what must."""

import pytest

from chalicelib.events.event import MinimumAge
from chalicelib.platform.field_errors import InvalidFields
from chalicelib.registrations import phones
from chalicelib.registrations.form import RegistrationForm, problems_to_submit
from tests.support.events import FORM


def messages(errors):
    """Return the message of each field's error."""
    return {path: str(error) for path, error in errors.items()}


def parse_form(form):
    import json

    return RegistrationForm.parse(json.dumps(form).encode()).to_stored()


def wrong_in(form):
    with pytest.raises(InvalidFields) as error:
        parse_form(form)
    return set(error.value.fields)


def test_a_complete_form_is_stored_unchanged():
    assert parse_form(FORM) == FORM


def test_an_empty_form_is_a_draft():
    assert parse_form({}) == {}


def test_blank_fields_are_absent_ones():
    assert (
        parse_form({"firstName": " ", "phone2": "", "state": "", "zipCode": "", "email": ""}) == {}
    )


@pytest.mark.parametrize(
    "typed",
    ["9524451234", "952-445-1234", "(952) 445-1234", "952.445.1234", "+1 952 445 1234",
     "1 (952) 445 1234", "  952 445 1234 "],
)  # fmt: skip
def test_a_phone_number_may_be_typed_in_any_usual_way(typed):
    assert parse_form({"phone1": typed}) == {"phone1": "+19524451234"}


def test_a_number_of_a_territory_is_american():
    assert parse_form({"phone1": "787-724-1234"}) == {"phone1": "+17877241234"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone1", "416-967-1111"),
        ("phone1", "+1 952 445"),
        ("phone1", "+52 55 1234"),
        ("phone1", "+999 12345678"),
        ("phone1", "+"),
        ("phone1", "445-1234"),
        ("phone1", "911"),
        ("phone1", "1-800-FLOWERS-AND-MORE"),
        ("phone2", "none"),
        ("phone2", 9524451234),
        ("zipCode", "5510"),
        ("zipCode", "55108-12"),
        ("zipCode", "5510８"),
        ("zipCode", "55108  1234"),
        ("zipCode", "55108-"),
        ("zipCode", "5510812345"),
        ("zipCode", "55108 12"),
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
def test_values_in_a_draft_must_be_valid(field, value):
    assert {name.split(".")[0] for name in wrong_in({field: value})} == {field}


def test_there_is_a_middle_name_or_none():
    assert wrong_in({"middleName": "Jo", "noMiddleName": True}) == {"noMiddleName"}
    assert parse_form({"middleName": "Jo", "noMiddleName": False})["middleName"] == "Jo"


@pytest.mark.parametrize(
    ("typed", "stored"),
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
def test_names_in_any_script_are_stored_unchanged(typed, stored):
    assert parse_form({"firstName": typed}) == {"firstName": stored}


def test_all_missing_fields_are_reported_together():
    assert set(problems_to_submit({}, MinimumAge.SIXTEEN)) == {
        f"form.{name}"
        for name in (
            *("firstName", "age", "phone1", "streetAddress", "city", "state"),
            *("zipCode", "workAll", "regAck"),
        )
    }


def test_a_whole_form_may_be_submitted():
    assert problems_to_submit(FORM, MinimumAge.SIXTEEN) == {}


def test_a_no_to_working_all_days_is_an_answer():
    assert problems_to_submit(FORM | {"workAll": False}, MinimumAge.SIXTEEN) == {}


def test_an_unsigned_form_cannot_be_submitted():
    assert set(problems_to_submit(FORM | {"regAck": False}, MinimumAge.SIXTEEN)) == {"form.regAck"}


@pytest.mark.parametrize(
    ("age", "minimum", "is_old_enough"),
    [
        ("UnderSixteen", MinimumAge.NONE, True),
        ("UnderSixteen", MinimumAge.SIXTEEN, False),
        ("SixteenToSeventeen", MinimumAge.SIXTEEN, True),
        ("SixteenToSeventeen", MinimumAge.EIGHTEEN, False),
        ("EighteenToTwenty", MinimumAge.EIGHTEEN, True),
        ("EighteenToTwenty", MinimumAge.TWENTYONE, False),
        ("TwentyonePlus", MinimumAge.TWENTYONE, True),
        # Answers of earlier versions count for what they say for certain.
        ("SixteenPlus", MinimumAge.SIXTEEN, True),
        ("SixteenPlus", MinimumAge.EIGHTEEN, False),
        ("EighteenPlus", MinimumAge.EIGHTEEN, True),
        ("EighteenPlus", MinimumAge.TWENTYONE, False),
    ],
)
def test_an_age_reaches_the_minimum_if_it_is_certain(age, minimum, is_old_enough):
    problems = messages(problems_to_submit(FORM | {"age": age}, minimum))
    too_young = f"You must be at least {minimum.years} on the first day of this event."

    assert problems == ({} if is_old_enough else {"form.age": too_young})


@pytest.mark.parametrize(
    ("typed", "stored", "displayed"),
    [
        ("+52 55 1234 5678", "+52-55-1234-5678", "+52 55 1234 5678"),
        ("+52 (55) 1234-5678", "+52-55-1234-5678", "+52 55 1234 5678"),
        ("011 52 55 1234 5678", "+52-55-1234-5678", "+52 55 1234 5678"),
        ("＋52 55 1234 5678", "+52-55-1234-5678", "+52 55 1234 5678"),
        ("+44 20 7946 0958", "+44-20-7946-0958", "+44 20 7946 0958"),
        ("+1 416-967-1111", "+1-416-967-1111", "+1 416 967 1111"),
        ("+49 30 901820 ext. 5", "+49-30-901820;ext=5", "+49 30 901820 ext. 5"),
        ("952-445-1234 x12", "+19524451234;ext=12", "(952) 445-1234 ext. 12"),
        ("952-445-1234 ext. 5", "+19524451234;ext=5", "(952) 445-1234 ext. 5"),
        ("952 445 1234 extension 77", "+19524451234;ext=77", "(952) 445-1234 ext. 77"),
        ("55 1234 5678", "+15512345678", "(551) 234-5678"),
        ("9524451234", "+19524451234", "(952) 445-1234"),
    ],
)
def test_a_phone_number_is_stored_and_shown_as_it_was_understood(typed, stored, displayed):
    assert parse_form({"phone1": typed}) == {"phone1": stored}
    assert phones.format_phone(stored) == displayed
    assert parse_form({"phone1": stored}) == parse_form({"phone1": displayed}) == {"phone1": stored}


@pytest.mark.parametrize("typed", ["416-967-1111", "5512 3456 78901", "20 7946 09581"])
def test_a_foreign_number_without_a_plus_is_told_to_start_with_one(typed):
    with pytest.raises(InvalidFields) as error:
        parse_form({"phone1": typed})

    assert error.value.fields == {
        "phone1": "Enter a 10-digit U.S. phone number, or start with + and the country code."
    }


@pytest.mark.parametrize("typed", ["55108-1234", "551081234", "55108 1234"])
def test_a_zip_code_of_nine_digits_may_be_typed_in_any_usual_way(typed):
    assert parse_form({"zipCode": typed}) == {"zipCode": "55108-1234"}


@pytest.mark.parametrize("name", ["firstName", "lastName"])
def test_one_name_is_enough(name):
    form = {key: value for key, value in FORM.items() if key not in {"firstName", "lastName"}}

    assert problems_to_submit(form | {name: "Sukarno"}, MinimumAge.SIXTEEN) == {}
    assert messages(problems_to_submit(form, MinimumAge.SIXTEEN)) == {
        "form.firstName": "Enter a first name or a last name. One is enough."
    }


def test_every_field_has_a_title_of_its_own():
    titles = [details["title"] for details in RegistrationForm.details().values()]

    assert all(titles)
    assert len(titles) == len(set(titles))
