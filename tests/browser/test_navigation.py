"""What leads from page to page: the menu, and the languages."""

import pytest
from playwright.sync_api import expect

from tests.browser.tour import open_page
from tests.browser.visits import DESKTOP
from tests.support.events import EVENT


def test_each_link_of_an_applicants_menu_has_the_name_of_its_page(desktop, submitted_data):
    page = open_page(desktop, submitted_data, "/", submitted_data.applicant)
    names = page.locator("#menu > ul > li > a:visible").all_text_contents()
    assert len(names) == 3

    for name in names:
        page.locator("#menu").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()
        assert page.title().startswith(f"{name} · ")


@pytest.mark.parametrize("path", ["/signin", "/", f"/event/{EVENT}"])
@pytest.mark.parametrize("viewport", [{"width": 320, "height": 568}, DESKTOP])
def test_the_other_language_is_the_only_link_to_one_and_in_the_bar(
    visit, submitted_data, path, viewport
):
    browser = visit(viewport=viewport)
    page = open_page(browser, submitted_data, path, submitted_data.applicant)

    expect(page.locator("[data-language]")).to_have_count(1)
    expect(page.locator(".bar").get_by_role("button", name="Español")).to_be_in_viewport(ratio=1)


def test_the_present_language_is_marked(desktop):
    page = desktop.page
    page.goto(f"{desktop.url}/signin")
    current = page.locator(".bar .languages [aria-current=true]")
    expect(current).to_have_text("English")
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")

    expect(current).to_have_text("Español")
    expect(page.get_by_role("button", name="English")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "most"), [("zipCode", 200), ("state", 350), ("phone1", 350), ("phone2", 350)]
)
def test_a_field_is_as_wide_as_its_answer(desktop, applicant, name, most):
    desktop.become(applicant)
    page = desktop.page
    page.goto(f"{desktop.url}/register/{EVENT}#contact")

    assert page.locator(f"#{name}").bounding_box()["width"] <= most
    assert page.locator("#city").bounding_box()["width"] > most


@pytest.mark.parametrize("language", ["es-US", "en-US"])
def test_the_bar_of_a_phone_is_one_line(visit, submitted_data, language):
    page = open_page(visit(locale=language), submitted_data, "/", submitted_data.applicant)
    brand, menu = (page.locator(part).bounding_box() for part in (".brand", "#menu-button"))

    assert abs(brand["y"] + brand["height"] / 2 - menu["y"] - menu["height"] / 2) < 2
