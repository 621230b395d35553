"""Every page of applicants for people with large fingers, a keyboard, or colors of their own.

WCAG 2.2: 2.4.3, 2.4.7, 2.4.11, 2.5.5, 2.5.8, and 1.4.11. Spanish is longer.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import open_step
from tests.browser.tour import OPEN, OWN, open_page
from tests.support.events import EVENT
from tests.support.slow import slow

STEPS = ("about", "contact", "availability", "jobs", "review")
SCREENS = (*OPEN, *OWN, f"/event/{EVENT}", *(f"#{step}" for step in STEPS))
LANGUAGES = ("es-US", *slow("en-US"))
PHONE_OF_320 = {"width": 320, "height": 568}
MOST_STOPS = 80

# CSS pixels. Links in a sentence may be smaller (2.5.8), and a label belongs to its control.
_SMALL_TARGETS = """() => {
  const area = (one) => (one.closest("label") ?? one).getBoundingClientRect();
  const said = (one) => `${one.tagName}#${one.id} ${one.textContent.trim().slice(0, 30)}`;
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".skip"))
    .map((one) => [one, area(one)])
    .filter(([one, { width, height }]) => {
      const isInText = one.tagName === "A" && getComputedStyle(one).display === "inline";
      return !isInText && (width < 24 || height < (one.matches(".link") ? 24 : 44) - 0.5);
    })
    .map(([one, { width, height }]) => `${said(one)}: ${width} x ${height}`);
}"""
_FOCUS = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const { left, top, right, bottom } = one.getBoundingClientRect();
  const middle = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
  const at = document.elementFromPoint((left + right) / 2, middle);
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const inLabel = one.closest("label")?.contains(at) === true;
  return {
    said: `${one.tagName}#${one.id} ${one.name ?? ""} ${one.textContent.trim().slice(0, 30)}`,
    position: [...document.querySelectorAll("*")].indexOf(one),
    isOutlined: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    isVisible: at !== null && (one.contains(at) || at.contains(one) || inLabel),
  };
}"""
_WITHOUT_EDGE = """() => [...document.querySelectorAll("button, .button, input, select, textarea")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .filter((one) => !one.matches(".link, .close, [type=checkbox], [type=radio]"))
  .filter((one) => {
    const { borderTopStyle, borderTopWidth } = getComputedStyle(one);
    return borderTopStyle === "none" || parseFloat(borderTopWidth) < 1;
  })
  .map((one) => `${one.tagName}#${one.id} ${one.textContent.trim().slice(0, 30)}`)"""


@pytest.fixture
def open_screen(visit, submitted_data, sign_up_applicant):
    """Open a page for applicants, or a step of the form, on a small phone."""

    def open_screen(screen, language, **options):
        browser = visit(viewport=PHONE_OF_320, locale=language, **options)
        if not screen.startswith("#"):
            is_open = screen in OPEN or screen.startswith("/event")
            reader = None if is_open else submitted_data.applicant
            return open_page(browser, submitted_data, screen, reader)
        browser.become(sign_up_applicant())
        browser.page.goto(f"{browser.url}/register/{EVENT}", wait_until="networkidle")
        open_step(browser.page, screen[1:])
        return browser.page

    return open_screen


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
def test_what_is_tapped_is_44_pixels_high_and_links_in_text_24(open_screen, screen, language):
    assert open_screen(screen, language).evaluate(_SMALL_TARGETS) == []


def focus_stops(page):
    """Return what the page says of each element that Tab leads to."""
    stops = []
    page.keyboard.press("Tab")
    while (stop := page.evaluate(_FOCUS)) and len(stops) < MOST_STOPS:
        stops.append(stop)
        page.keyboard.press("Tab")
    return stops


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
def test_the_focus_goes_in_the_order_of_the_page_and_can_be_seen(open_screen, screen, language):
    stops = focus_stops(open_screen(screen, language))

    assert stops  # a page that says what failed has the focus there, and only what follows it
    assert [stop["said"] for stop in stops if not stop["isOutlined"]] == []
    assert [stop["said"] for stop in stops if not stop["isVisible"]] == []
    positions = [stop["position"] for stop in stops]
    assert positions == sorted(positions)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
def test_controls_have_an_edge_in_the_colors_of_the_system(open_screen, screen, language):
    page = open_screen(screen, language, forced_colors="active")

    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.evaluate(_WITHOUT_EDGE) == []


def test_the_present_step_differs_in_the_colors_of_the_system(open_screen):
    page = open_screen("#contact", "en-US", forced_colors="active")
    bar = "one => getComputedStyle(one, '::before').backgroundColor"
    current, later = (
        page.locator(f"#progress a[href='#{step}']").evaluate(bar) for step in ("contact", "jobs")
    )

    expect(page.locator("#progress [aria-current]")).to_have_attribute("href", "#contact")
    assert current != later
