"""From a link to an event to its form, for people who are new and for those who are not."""

import re

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.axe import expect_accessible
from tests.browser.journeys import fill_in, sign_in
from tests.support.clients import PASSWORD
from tests.support.events import EVENT


def press(page, name):
    page.get_by_role("link", name=name, exact=True).click()


def test_register_leads_through_sign_up_to_the_form_of_that_event(phone):
    page = phone.page
    page.goto(f"{phone.url}/event/{EVENT}")
    press(page, "Register")
    fill_in(page, {"username": f"river-{new_identifier()}", "password": PASSWORD})
    page.get_by_role("button", name="Create account", exact=True).click()

    expect(page.locator("#registration")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/register/{EVENT}#about$"))


def test_sign_in_leads_to_the_form_and_to_sign_up_with_the_same_way_back(phone, applicant):
    phone.expects(401)
    page = phone.page
    page.goto(f"{phone.url}/event/{EVENT}")
    press(page, "Sign in")
    expect(page.get_by_role("link", name="Create account")).to_have_attribute(
        "href", re.compile(r"/signup\?next=%2Fregister%2F")
    )
    sign_in(page, applicant.name)

    expect(page.locator("#registration")).to_be_visible()


def test_the_page_of_an_event_is_accessible_and_changes_its_language(open_with_axe):
    visit = open_with_axe(viewport={"width": 320, "height": 568})
    page = visit.page
    page.goto(f"{visit.url}/event/{EVENT}", wait_until="networkidle")
    expect_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", name="Sobre este trabajo")).to_be_visible()


def test_an_email_that_is_not_confirmed_is_named_with_its_use_and_another_link(
    phone, sign_up_applicant, address
):
    phone.become(sign_up_applicant(email=address))
    page = phone.page
    for path in ("/", f"/register/{EVENT}"):
        page.goto(f"{phone.url}{path}")
        expect(page.locator("#confirm-email")).to_contain_text(f"we sent a link to {address}")
    page.get_by_role("button", name="Send the link again").click()

    expect(page.locator("#announcement")).to_have_text("We sent you a link. Check your email.")


@pytest.mark.parametrize("next_page", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_signing_up_never_redirects_to_another_site(phone, next_page):
    page = phone.page
    page.goto(f"{phone.url}/signup?next={next_page}")
    fill_in(page, {"username": f"river-{new_identifier()}", "password": PASSWORD})
    page.get_by_role("button", name="Create account", exact=True).click()
    page.locator("body[data-ready]").wait_for()

    assert page.url.startswith(f"{phone.url}/")
