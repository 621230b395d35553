"""Signing in with an emailed code: in the browser that asked, and nowhere else."""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import field, problem_of
from tests.second_factor.apps import set_up


@pytest.fixture
def owner(sign_up_applicant, address, mailed_link):
    """An applicant with a verified email."""
    person = sign_up_applicant(email=address)
    token = mailed_link("verify", address).partition("#token=")[2]
    assert person.post("/email/verify", {"token": token}).status == 200
    return person


def ask(visit, name):
    visit.page.goto(f"{visit.url}/signin")
    field(visit.page, "username").fill(name)
    visit.page.get_by_role("button", name="Email me a code instead").click()
    visit.page.wait_for_url(f"{visit.url}/signin/email")


def press_sign_in(page):
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_code_is_pasted_where_it_was_asked_for_and_the_link_only_shows_it_elsewhere(
    phone, visit, owner, address, mailed_link
):
    ask(phone, address)
    link = mailed_link("signin/email", address)
    code = link.partition("#code=")[2]

    elsewhere = visit()
    elsewhere.expects(401)
    elsewhere.page.goto(link)
    expect(field(elsewhere.page, "emailCode")).to_have_value(code)
    press_sign_in(elsewhere.page)
    expect(problem_of(elsewhere.page, "emailCode")).to_contain_text("in the browser where you")

    phone.page.reload()  # as phones do when a person comes back from their mail
    field(phone.page, "emailCode").fill(f" {code.lower()} ")
    press_sign_in(phone.page)
    expect(phone.page.get_by_role("heading", name="Your registrations")).to_be_visible()


def test_link_in_the_same_browser_fills_the_code_in_and_the_second_factor_follows(
    phone, owner, address, mailed_link
):
    app = set_up(owner)
    phone.expects(401)
    ask(phone, owner.name)
    phone.page.goto(mailed_link("signin/email", address))
    press_sign_in(phone.page)
    expect(field(phone.page, "code")).to_be_focused()
    field(phone.page, "code").fill(app.code())
    press_sign_in(phone.page)

    expect(phone.page.get_by_role("heading", name="Your registrations")).to_be_visible()


def test_name_is_asked_for_before_a_code(phone):
    phone.expects(422)
    phone.page.goto(f"{phone.url}/signin")
    phone.page.get_by_role("button", name="Email me a code instead").click()

    expect(problem_of(phone.page, "username")).to_be_visible()
