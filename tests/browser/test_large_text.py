"""At 200 % text, nothing is cut and nothing scrolls sideways, not even on a small phone.

WCAG 2.2: 1.4.4, Resize Text, and 1.4.10, Reflow.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.tour import open_page
from tests.browser.visits import PHONE
from tests.pages.addresses import PAGES
from tests.support.events import EVENT
from tests.support.slow import slow

WIDTHS = (390, 320)
# What a zoom of 400 % leaves of a laptop's 1280 by 1024 pixels.
ZOOMED_IN = {"width": 320, "height": 256}
# Pixels. Twice what browsers begin with, as their settings and iOS's text zoom make it.
LARGE_TEXT = 32
PASSWORD_FIELDS = (("/signin", "password"), ("/signup", "password"), ("/account", "newPassword"))

_CUT = """() => {
  const { scrollWidth } = document.documentElement;
  const said = ({ tagName, id, className, textContent }) =>
    `${tagName}#${id}.${className} ${textContent.trim().slice(0, 30)}`;
  const shown = [...document.querySelectorAll("body *")].filter((one) =>
    one.checkVisibility({ visibilityProperty: true }) &&
    getComputedStyle(one).clipPath === "none" && !one.closest(".skip, thead, svg"));
  const outside = shown.filter((one) => {
    const { left, right, width } = one.getBoundingClientRect();
    return width && (left < -1 || right > innerWidth + 1);
  });
  const clipped = shown.filter((one) =>
    one.matches("button, a, h1, h2, label, legend, .status") &&
    getComputedStyle(one).display !== "inline" && one.scrollWidth > one.clientWidth + 1);
  return [
    ...(scrollWidth > innerWidth ? [`page: ${scrollWidth} px`] : []),
    ...outside.map((one) => `outside: ${said(one)}`),
    ...clipped.map((one) => `clipped: ${said(one)}`),
  ];
}"""
_CHARACTERS_SHOWN = """(field) => {
  const { fontSize, fontFamily, paddingLeft, paddingRight } = getComputedStyle(field);
  const zero = document.createElement("canvas").getContext("2d");
  zero.font = `${fontSize} ${fontFamily}`;
  const room = field.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  return room / zero.measureText("0").width;
}"""
_POSITION = "one => getComputedStyle(one).position"


@pytest.fixture
def open_enlarged(open_with_axe, submitted_data):
    """Open a page with the browser's font size at 200 %."""

    def open_enlarged(path, *, language="en-US", viewport=PHONE):
        visit = open_with_axe(viewport=viewport, locale=language)
        _set_font_size(visit.page, LARGE_TEXT)
        return open_page(visit, submitted_data, path, submitted_data.reader_of(path))

    return open_enlarged


def _set_font_size(page, pixels):
    sizes = {"fontSizes": {"standard": pixels, "fixed": pixels}}
    page.context.new_cdp_session(page).send("Page.setFontSizes", sizes)


def _what_is_cut(page):
    """What sticks out of the page or of itself, at each width."""
    cut = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": PHONE["height"]})
        cut += [f"{width}: {element}" for element in page.evaluate(_CUT)]
    return cut


# Spanish is longer.
@pytest.mark.parametrize("language", ["es-US", *slow("en-US")])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_cut_at_200_percent_text(open_enlarged, path, language):
    page = open_enlarged(path, language=language)
    for part in page.locator("main details").all():
        part.evaluate("part => part.open = true")

    assert _what_is_cut(page) == []

    _set_font_size(page, LARGE_TEXT // 2)
    page.add_style_tag(content="html { font-size: 200% !important; }")
    assert _what_is_cut(page) == []


@pytest.mark.parametrize("language", ["es-US", *slow("en-US")])
def test_the_menu_and_sign_out_are_within_reach_at_200_percent_text(open_enlarged, language):
    page = open_enlarged("/", language=language)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": PHONE["height"]})
        expect(page.locator("#menu-button")).to_be_in_viewport(ratio=1)
        page.locator("#menu-button").click()
        button = page.locator("#sign-out button")
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport(ratio=1)
        page.locator("#menu-button").click()


def test_the_other_language_is_within_reach_at_200_percent_text(open_enlarged):
    page = open_enlarged("/signin")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": PHONE["height"]})
        expect(page.locator("[data-language=es]")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("path", "name"), PASSWORD_FIELDS)
def test_a_password_field_shows_ten_characters_at_200_percent_text(open_enlarged, path, name):
    page = open_enlarged(path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": PHONE["height"]})
        assert page.locator(f"#{name}").evaluate(_CHARACTERS_SHOWN) >= 10


def test_on_a_short_screen_nothing_sticks_over_the_list(desktop, submitted_data):
    desktop.become(submitted_data.staff)
    page = desktop.page
    page.set_viewport_size(ZOOMED_IN)
    page.goto(f"{desktop.url}/staff?event={EVENT}", wait_until="networkidle")
    page.locator("#all").check()
    last = page.locator("#list tbody tr").last
    last.scroll_into_view_if_needed()

    assert page.locator("#bulk").evaluate(_POSITION) == "static"
    bar, row = page.locator("#bulk").bounding_box(), last.bounding_box()
    assert bar["y"] >= row["y"] + row["height"]


def test_the_bulk_actions_cover_at_most_half_of_a_phone_at_200_percent_text(
    open_enlarged,
):
    page = open_enlarged("/staff")
    page.locator("#all").check()

    assert page.locator("#bulk").bounding_box()["height"] <= PHONE["height"] / 2


def test_a_form_does_not_stick_its_status_over_a_short_screen(phone, applicant):
    phone.become(applicant)
    phone.page.set_viewport_size(ZOOMED_IN)
    phone.page.goto(f"{phone.url}/register/{EVENT}", wait_until="networkidle")

    assert phone.page.locator(".save-bar").evaluate(_POSITION) == "static"
