"""A browser that sends two sessions, because cookies of one name have different paths."""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import sign_in
from tests.support.clients import COOKIE


@pytest.mark.parametrize(
    ("locale", "expected_text", "button"),
    [
        ("en-US", "Your browser sent more than one session", "Sign in"),
        ("es-US", "Su navegador envió más de una sesión", "Iniciar sesión"),
    ],
)
def test_the_page_says_so_and_how_to_recover(
    visit, sign_up_applicant, locale, expected_text, button
):
    browser, applicant, other_applicant = (
        visit(locale=locale),
        sign_up_applicant(),
        sign_up_applicant(),
    )
    browser.expects(401)
    browser.become(applicant)
    host = browser.url.removeprefix("http://").partition(":")[0]
    other = {"name": COOKIE, "value": other_applicant.token, "domain": host, "path": "/me"}
    browser.context.add_cookies([other])
    page = browser.page
    page.goto(f"{browser.url}/account")
    expect(page.get_by_role("heading", name=button)).to_be_visible()
    expect(page.locator("#several-sessions")).to_contain_text(expected_text)

    browser.context.clear_cookies()  # as the message says
    page.locator("[name=username]").fill(applicant.name)
    page.locator("[name=password]").fill("four quiet lakes in May")
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url(f"{browser.url}/account")
    expect(page.locator("#own-username")).to_have_text(applicant.name)


def test_the_page_that_signs_in_says_nothing_of_it_otherwise(phone):
    phone.page.goto(f"{phone.url}/signin")

    expect(phone.page.locator("#several-sessions")).to_be_hidden()


def test_one_valid_session_is_enough(phone, applicant):
    phone.become(applicant)
    host = phone.url.removeprefix("http://").partition(":")[0]
    phone.context.add_cookies(
        [{"name": COOKIE, "value": "forged.forged.forged", "domain": host, "path": "/me"}]
    )
    phone.page.goto(f"{phone.url}/account")

    expect(phone.page.locator("#own-username")).to_have_text(applicant.name)


def test_signing_in_again_ends_the_sessions_that_came_along(phone, sign_up_applicant):
    phone.expects(401)
    applicant, other_applicant = sign_up_applicant(), sign_up_applicant()
    phone.become(applicant)
    host = phone.url.removeprefix("http://").partition(":")[0]
    for path in ("/me", "/signin"):
        cookie = {"name": COOKIE, "value": other_applicant.token, "domain": host, "path": path}
        phone.context.add_cookies([cookie])
    phone.page.goto(f"{phone.url}/account")
    expect(phone.page.locator("#several-sessions")).to_be_visible()
    sign_in(phone.page, applicant.name)

    expect(phone.page.locator("#own-username")).to_have_text(applicant.name)
    assert other_applicant.get("/me").status == 401
