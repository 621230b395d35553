"""Staff give a user a one-time link as a QR code or on paper, so that no one has to type it."""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import field, fill_in, problem_of
from tests.browser.visits import DESKTOP
from tests.support.clients import PASSWORD


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
def test_a_printed_slip_has_the_code_the_username_and_the_passphrase_and_nothing_else(
    handover_page, language, instruction
):
    page = handover_page(language)
    page.emulate_media(media="print")
    slip = page.locator(".slip")

    for part in (instruction, page.locator("#made").text_content(), "/reset#slip"):
        expect(slip).to_contain_text(part)
    for part in (slip.locator("img"), slip.locator(".passphrase")):
        expect(part).to_be_visible()
    expect(slip).not_to_contain_text("#token=")
    for other in ("h1", "#made", "#link input", "#start", ".bar"):
        assert page.locator(other).first.evaluate(
            "one => !one.checkVisibility({ visibilityProperty: true })"
        ), other


@pytest.fixture
def slip(handover_page):
    """The username and the passphrase that the desk reads aloud."""
    page = handover_page()
    return page.locator("#made").inner_text(), page.locator(".slip .passphrase").inner_text()


def test_applicant_chooses_a_password_with_the_passphrase_that_is_read_to_them(slip, phone):
    username, passphrase = slip
    page = phone.page
    page.goto(f"{phone.url}/reset")
    page.get_by_role("link", name="Use the passphrase on a slip").click()
    expect(field(page, "username")).to_be_focused()
    fill_in(page, {"username": username, "passphrase": passphrase, "newPassword": PASSWORD})
    page.get_by_role("button", name="Save password").click()

    expect(page.get_by_role("heading", name="Your password has been changed")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    fill_in(page, {"username": username, "password": PASSWORD})
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Your registrations")).to_be_visible()


def test_wrong_passphrase_is_said_at_its_field_and_only_the_username_goes_to_the_other_language(
    slip, phone
):
    phone.expects(422)
    page = phone.page
    page.goto(f"{phone.url}/reset#slip")
    fill_in(page, {"username": slip[0], "passphrase": "otter quiet", "newPassword": PASSWORD})
    page.get_by_role("button", name="Save password").click()
    expect(problem_of(page, "passphrase")).to_contain_text("Check your username and the passphrase")

    page.locator("[data-language=es]").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(field(page, "username")).to_have_value(slip[0])
    expect(field(page, "passphrase")).to_have_value("")


def test_link_on_the_page_with_a_token_asks_for_no_passphrase(phone):
    phone.page.goto(f"{phone.url}/reset#token=any")

    expect(field(phone.page, "newPassword")).to_be_visible()
    for name in ("username", "passphrase"):
        expect(field(phone.page, name)).to_be_hidden()


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
