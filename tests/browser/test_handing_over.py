"""Staff give a user a one-time link as a QR code or on paper, so that no one has to type it."""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import fill_in
from tests.browser.visits import DESKTOP


@pytest.fixture
def handover_page(visit, super_admin):
    """The walk-in page once it shows the link of a new account."""

    def create(language="en-US"):
        desk = visit(viewport=DESKTOP, locale=language)
        desk.become(super_admin)
        desk.page.goto(f"{desk.url}/staff/walk-in", wait_until="networkidle")
        fill_in(desk.page, {"firstName": "Will", "lastName": "Walker"})
        desk.page.locator("#person button[value=account]").click()
        expect(desk.page.locator("#link .slip")).to_be_visible()
        return desk.page

    return create


def test_the_link_is_a_qr_code_that_is_drawn(handover_page):
    image = handover_page().locator("#link img")

    expect(image).to_have_accessible_name("QR code of the link to choose a password")
    assert image.evaluate("async (image) => (await image.decode(), image.naturalWidth)") > 100


@pytest.mark.parametrize(
    ("language", "instruction"), [("en-US", "Scan this code"), ("es-US", "Escanee este código")]
)
def test_a_printed_slip_has_the_code_the_username_and_the_link_and_nothing_else(
    handover_page, language, instruction
):
    page = handover_page(language)
    page.emulate_media(media="print")
    slip = page.locator(".slip")

    for part in (instruction, page.locator("#made").text_content(), "/reset#token="):
        expect(slip).to_contain_text(part)
    expect(slip.locator("img")).to_be_visible()
    expect(slip.get_by_text("/reset#token=")).to_be_visible()
    for other in ("h1", "#made", "#link input", "#start", ".bar"):
        assert page.locator(other).first.evaluate(
            "one => !one.checkVisibility({ visibilityProperty: true })"
        ), other


def test_the_link_on_the_page_of_people_is_no_underlined_text(visit, super_admin, applicant):
    desk = visit(viewport=DESKTOP)
    desk.become(super_admin)
    page = desk.page
    page.goto(f"{desk.url}/staff/people?q={applicant.name}", wait_until="networkidle")
    page.locator(".doings > summary").click()
    page.locator(".reset").click()
    page.locator("dialog button.strong").click()
    slip = page.locator(".handed-over")
    expect(slip.locator("img")).to_be_visible()

    assert slip.evaluate("one => getComputedStyle(one).textDecorationLine") == "none"
