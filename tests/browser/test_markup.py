"""The HTML of pages in their states, as the Nu HTML checker of the W3C reads it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.tour import OPEN, open_page
from tests.browser.visits import DESKTOP
from tests.pages.addresses import PAGES
from tests.support.events import EVENT, FORM
from tools import page_checks

pytestmark = pytest.mark.slow


@pytest.fixture
def saved(tmp_path):
    """Saves what a page shows, and the checker reads all of it when the test is over."""
    if problem := page_checks.problem():
        pytest.skip(problem)

    def save(page, state):
        name = re.sub(r"[^a-z0-9-]+", "-", state.lower())
        (tmp_path / f"{name}.html").write_text(page.content())

    yield save
    assert page_checks.markup_errors(tmp_path) == []


@pytest.mark.parametrize("language", ["en-US", "es-US"])
def test_no_page_has_an_error_for_any_reader(visit, submitted_data, saved, language):
    browser = visit(locale=language, viewport=DESKTOP)
    for path in PAGES:
        readers = [submitted_data.reader_of(path)]
        readers += [None] if path in OPEN else [submitted_data.staff]
        for number, reader in enumerate(readers):
            saved(open_page(browser, submitted_data, path, reader), f"{path}-{number}")


def test_no_step_of_the_form_has_an_error(phone, sign_up_applicant, saved):
    applicant = sign_up_applicant(firstName="River", lastName="Okafor")
    assert applicant.request("PUT", f"/registrations/{EVENT}", {"form": FORM}).status == 201
    phone.become(applicant)
    phone.expects(422)
    page = phone.page
    page.goto(f"{phone.url}/register/{EVENT}")
    for step in page.locator("#progress a").all():
        href = step.get_attribute("href")
        page.goto(f"{phone.url}/register/{EVENT}{href}")
        expect(page.locator(f"[data-step={href.removeprefix('#')}]")).to_be_visible()
        saved(page, f"step-{href}")
    page.locator("#send").click()
    expect(page.locator("#status")).to_have_text("Submitted")
    saved(page, "receipt")
    page.locator("#edit").click()
    page.locator("#city").fill("")
    page.locator("#save").click()
    expect(page.locator(".problems:visible")).to_be_visible()
    saved(page, "change-with-an-error")


def test_no_error_message_or_question_has_an_error(phone, visit, submitted_data, saved):
    page = phone.page
    phone.expects(401, 422)
    page.goto(f"{phone.url}/signin", wait_until="networkidle")
    page.locator("[name=username]").fill("nobody")
    page.locator("[name=password]").fill("wrong password here")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".problems:visible")).to_be_visible()
    saved(page, "sign-in-fails")
    page.goto(f"{phone.url}/signup", wait_until="networkidle")
    page.locator("[name=username]").fill("a b")
    page.locator("[name=password]").fill("short")
    page.get_by_role("button", name="Create account", exact=True).click()
    expect(page.locator(".problems:visible")).to_be_visible()
    saved(page, "sign-up-fails")

    desk = visit(viewport=DESKTOP)
    page = open_page(desk, submitted_data, "/staff", submitted_data.staff)
    page.locator("#list tbody input[type=checkbox]").first.check()
    saved(page, "selected")
    page = open_page(desk, submitted_data, "/staff/registration", submitted_data.staff)
    page.locator("a[href='#edit'], button:has-text('Edit')").first.click()
    saved(page, "correction")
    page = open_page(desk, submitted_data, "/account", submitted_data.applicant)
    page.locator("#everywhere").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    saved(page, "question")
