"""Messages disappear when they are out of date, and errors when the user fixes the field."""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import field, fill_in, problem_of, submit
from tests.support.clients import PASSWORD
from tests.support.events import EVENT, FORM

REGISTRATION = f"/registrations/{EVENT}"
A_WHILE = 7_000


@pytest.fixture
def account(phone, applicant):
    """River's account page, with a clock that the test turns."""
    phone.become(applicant)
    phone.page.clock.install()
    phone.page.goto(f"{phone.url}/account", wait_until="networkidle")
    return phone.page


def message(page):
    return page.locator("#announcement")


def save_the_profile(page):
    page.get_by_role("button", name="Save", exact=True).click()
    expect(message(page)).not_to_be_empty()


def test_a_message_is_a_status_for_screen_readers_and_goes_away_by_itself(account):
    save_the_profile(account)
    expect(message(account)).to_have_role("status")
    account.clock.run_for(A_WHILE)

    expect(message(account)).to_be_empty()
    expect(account.locator(".toast")).to_have_css("opacity", "0")
    expect(account.get_by_role("button", name="Close")).to_be_hidden()


def test_a_message_that_is_pointed_at_or_focused_stays_until_it_is_left(account):
    save_the_profile(account)
    account.locator(".toast").hover()
    account.clock.run_for(A_WHILE)
    expect(message(account)).not_to_be_empty()
    account.mouse.move(1, 1)
    account.clock.run_for(A_WHILE)
    expect(message(account)).to_be_empty()

    save_the_profile(account)
    account.locator(".toast button").focus()
    account.clock.run_for(A_WHILE)
    expect(message(account)).not_to_be_empty()


def test_a_message_can_be_closed(account):
    save_the_profile(account)
    account.get_by_role("button", name="Close").click()

    expect(message(account)).to_be_empty()


def test_an_error_message_stays_until_the_next_action(phone, account):
    with phone.offline():
        account.get_by_role("button", name="Download my data").click()
        expect(message(account)).to_contain_text("can’t reach the service")
        account.clock.run_for(A_WHILE)
        expect(message(account)).to_contain_text("can’t reach the service")
    with account.expect_download():
        account.get_by_role("button", name="Download my data").click()

    expect(message(account)).to_be_empty()


def test_a_message_goes_when_another_part_of_the_page_is_shown(phone, applicant):
    assert applicant.request("PUT", REGISTRATION, {"form": FORM}).status == 201
    assert applicant.post(f"{REGISTRATION}/submit").status == 200
    phone.become(applicant)
    page = phone.page
    page.goto(f"{phone.url}/register/{EVENT}")
    page.locator("#edit").click()
    fill_in(page, {"city": "Duluth"})
    page.get_by_role("button", name="Save changes").click()
    expect(message(page)).to_have_text("Changes saved")
    page.locator("#edit").click()

    expect(message(page)).to_be_empty()


def is_fixed(page, name):
    expect(problem_of(page, name)).to_have_count(0)
    assert field(page, name).get_attribute("aria-invalid") is None
    assert "problem" not in (field(page, name).get_attribute("aria-describedby") or "")


def test_typing_takes_the_error_of_a_field_away(phone):
    phone.expects(422)
    page = phone.page
    page.goto(f"{phone.url}/signup")
    fill_in(page, {"username": "a b", "password": "short"})
    page.locator("main form button.strong").last.click()
    expect(problem_of(page, "username")).to_be_visible()
    expect(field(page, "password")).to_have_attribute("aria-invalid", "true")
    fill_in(page, {"username": "river.okafor"})
    is_fixed(page, "username")
    expect(problem_of(page, "password")).to_be_visible()
    fill_in(page, {"password": PASSWORD})

    is_fixed(page, "password")


def test_no_advice_contradicts_the_error_of_a_password(phone):
    phone.expects(422)
    page = phone.page
    page.goto(f"{phone.url}/signup")
    fill_in(page, {"username": "river.okafor", "password": "river.okafor.river"})
    page.locator("main form button.strong").last.click()
    expect(problem_of(page, "password")).to_be_visible()

    expect(page.locator("#password-advice")).to_be_hidden()
    fill_in(page, {"password": PASSWORD})
    expect(page.locator("#password-advice")).to_be_visible()


def test_a_fixed_choice_of_a_registration_is_not_red(phone, applicant):
    phone.expects(422)
    phone.become(applicant)
    page = phone.page
    page.goto(f"{phone.url}/register/{EVENT}")
    fill_in(page, {"phone1": "12"})
    submit(page)
    expect(problem_of(page, "phone1")).to_have_count(1)
    fill_in(page, {"phone1": FORM["phone1"], "age": FORM["age"]})

    is_fixed(page, "phone1")
    is_fixed(page, "age")
    expect(page.locator('[name="age"][aria-invalid]')).to_have_count(0)
