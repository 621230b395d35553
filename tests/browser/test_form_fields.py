"""Real-world input in a form: ages, phone numbers of any country, a single name."""

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.desk import create_event
from tests.browser.journeys import SAVED, field, fill_in, open_step, problem_of, saved, submit
from tests.browser.visits import DESKTOP
from tests.support.events import EVENT, FORM
from tests.support.slow import slow


@pytest.fixture
def page(phone, applicant):
    """The form of an applicant who has not begun."""
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/register/{EVENT}")
    expect(phone.page.locator("#registration")).to_be_visible()
    return phone.page


def ages(page):
    return page.locator("label.choice:visible", has=page.locator("[name=age]"))


def test_the_form_asks_for_the_age_on_the_first_day_in_brackets_that_do_not_overlap(page):
    expect(page.get_by_text("How old will you be on the event’s first day?")).to_be_visible()
    expect(ages(page)).to_have_text(["Under 16", "16 or 17", "18 to 20", "21 or older"])
    hint = page.locator("#age-hint")
    expect(hint).to_contain_text("The event starts ")
    expect(hint).to_contain_text("You must be 16 or older on that day.")


def test_an_answer_of_an_earlier_version_is_kept_until_its_applicant_chooses_another(
    phone, applicant
):
    path = f"/registrations/{EVENT}"
    assert applicant.request("PUT", path, {"form": FORM | {"age": "SixteenPlus"}}).status == 201
    phone.become(applicant)
    page = phone.page
    page.goto(f"{phone.url}/register/{EVENT}")
    open_step(page, "about")
    expect(ages(page)).to_have_text(
        ["Under 16", "16 or 17", "18 to 20", "21 or older", "16 or older"]
    )
    fill_in(page, {"city": "Shakopee"})
    expect(saved(page)).to_have_text(SAVED)
    assert applicant.get(path).json["form"]["age"] == "SixteenPlus"

    open_step(page, "about")
    with page.expect_response(f"**{path}"):
        page.get_by_label("21 or older").check()
    expect(saved(page)).to_have_text(SAVED)
    assert applicant.get(path).json["form"]["age"] == "TwentyonePlus"


@pytest.mark.parametrize(
    ("typed", "displayed"),
    [
        ("952-445-1234 x12", "(952) 445-1234 ext. 12"),
        *slow(("55 1234 5678", "(551) 234-5678"), ("+52 (55) 12345678", "+52 55 1234 5678")),
    ],
)
def test_a_phone_number_is_shown_as_it_was_understood(page, typed, displayed):
    fill_in(page, {"phone1": typed})
    expect(saved(page)).to_have_text(SAVED)
    field(page, "city").focus()

    expect(field(page, "phone1")).to_have_value(displayed)
    expect(saved(page)).to_have_text(SAVED)
    page.reload()
    expect(field(page, "phone1")).to_have_value(displayed)


def test_a_number_of_no_country_is_an_error_at_its_field(phone, page):
    phone.expects(422)
    fill_in(page, {"phone1": "20 7946 09581"})
    field(page, "city").focus()

    expect(problem_of(page, "phone1")).to_have_text(
        "Enter a 10-digit U.S. phone number, or start with + and the country code."
    )
    expect(field(page, "phone1")).to_have_value("20 7946 09581")


def test_a_person_with_a_single_name_submits_and_sees_what_was_understood(page, applicant):
    form = {**FORM, "phone1": "+52 55 1234 5678", "zipCode": "551081234", "lastName": ""}
    fill_in(page, form | {"firstName": "Sukarno"})
    submit(page)

    expect(page.locator("#status")).to_have_text("Submitted")
    answers = page.locator("#answers")
    expect(answers).to_contain_text("+52 55 1234 5678")
    expect(answers).to_contain_text("55108-1234")
    assert "lastName" not in applicant.get(f"/registrations/{EVENT}").json["form"]


def test_the_desk_registers_a_person_with_a_single_name(visit, super_admin):
    closed = {"name": "County Fair", "registrationClosesAt": "2026-11-02T08:00:00Z"}
    event = create_event(super_admin, f"fair-{new_identifier()}", **closed)
    browser = visit(viewport=DESKTOP)
    browser.expects(422)
    browser.become(super_admin)
    page = browser.page
    page.goto(f"{browser.url}/staff/walk-in?event={event}", wait_until="networkidle")
    page.get_by_role("button", name="Create account only").click()
    expect(problem_of(page, "firstName")).to_contain_text("One is enough")
    fill_in(page, {"firstName": "Sukarno"})
    page.get_by_role("button", name="Create account only").click()

    expect(page.locator("#made")).to_contain_text("sukarno.")
