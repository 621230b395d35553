"""A draft is filled in step by step."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import STORED
from tests.browser.journeys import SAVED, field, fill_in, open_step, saved
from tests.support.events import EVENT, FORM

REGISTRATION = f"/registrations/{EVENT}"


@pytest.fixture
def page(phone, applicant):
    """River's phone, at the first step."""
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/register/{EVENT}")
    expect(step(phone.page)).to_have_text("1 of 5 · About you")
    return phone.page


def step(page):
    return page.locator("#step")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_back_and_reload_keep_the_step_and_what_was_typed(page):
    press(page, "Next")
    fill_in(page, {"city": "Duluth"})
    press(page, "Next")
    expect(step(page)).to_have_text("3 of 5 · When you can work")
    page.reload()
    expect(step(page)).to_have_text("3 of 5 · When you can work")
    page.go_back()

    expect(step(page)).to_have_text("2 of 5 · Contact information")
    expect(field(page, "city")).to_have_value("Duluth")
    page.go_back()
    expect(step(page)).to_have_text("1 of 5 · About you")


def test_the_keyboards_next_key_leads_from_text_to_text_and_to_the_next_step(page):
    press(page, "Next")
    expect(field(page, "phone1")).to_be_focused()
    for typed in ("6515550123", "", "", "7 Elm Street", "", "St. Paul", "55108"):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")

    expect(step(page)).to_have_text("3 of 5 · When you can work")
    expect(field(page, "state")).to_have_value("MN")
    expect(field(page, "city")).to_have_value("St. Paul")


def test_a_state_that_was_chosen_is_not_replaced_by_that_of_the_zip_code(page):
    fill_in(page, {"state": "WI", "zipCode": "55108"})

    expect(field(page, "state")).to_have_value("WI")


def test_who_has_worked_at_the_event_has_had_a_job(page):
    fill_in(page, {"prevEventExp": True})

    expect(page.locator("[name=prevExp]:checked")).to_have_value("true")


def test_save_and_exit_saves_and_the_draft_goes_on_where_an_answer_is_missing(page, applicant):
    answers = {name: FORM[name] for name in ("age", "firstName", "lastName")}
    fill_in(page, answers | {"city": "Duluth"})
    press(page, "Save and exit")
    page.get_by_role("link", name="Continue registration").click()

    expect(step(page)).to_have_text("2 of 5 · Contact information")
    assert applicant.get(REGISTRATION).json["form"]["city"] == "Duluth"


def test_save_and_exit_stays_and_says_so_without_a_connection(phone, page):
    with phone.offline():
        fill_in(page, {"city": "Duluth"})
        press(page, "Save and exit")
        expect(page.locator("#announcement")).to_contain_text("can’t reach the service")
        expect(field(page, "city")).to_have_value("Duluth")
    expect(saved(page)).to_have_text(SAVED)


def test_the_review_shows_every_answer_and_leads_to_what_is_missing(phone, applicant):
    form = {name: value for name, value in FORM.items() if name != "zipCode"}
    assert applicant.request("PUT", REGISTRATION, {"form": form}).status in STORED
    phone.become(applicant)
    page = phone.page
    page.goto(f"{phone.url}/register/{EVENT}")
    open_step(page, "review")
    expect(page.locator("#check")).to_contain_text(FORM["city"])
    page.locator("#check").get_by_role("link", name="Enter your ZIP code.").click()

    expect(field(page, "zipCode")).to_be_focused()
    expect(step(page)).to_have_text(re.compile("^2 of 5"))


def test_a_complete_draft_opens_at_the_review(phone, applicant):
    assert applicant.request("PUT", REGISTRATION, {"form": FORM}).status in STORED
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/register/{EVENT}")
    expect(step(phone.page)).to_have_text("5 of 5 · Review and submit")
    phone.page.locator("#check").get_by_role("link", name="Edit: Contact").click()

    expect(step(phone.page)).to_have_text("2 of 5 · Contact information")
