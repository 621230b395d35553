"""The page of components: complete, accessible, and drawn as the pages are."""

import re

import jinja2.nodes
import pytest
from playwright.sync_api import expect

from chalicelib.platform.languages import Language
from tests.browser.axe import expect_accessible
from tests.browser.test_accessibility import NARROWEST, overflowing
from tests.browser.tour import open_page
from tests.browser.visits import DESKTOP
from web import components, pages

# Templates whose macros are components; those of a single page are none.
LIBRARIES = ("fields.html", "registration-form.html", "incomplete-link.html")
# What is measured of an element that a page and the page of components both have.
PROPERTIES = (
    *("color", "background-color", "border-color", "border-width", "border-radius"),
    *("font-size", "font-weight", "line-height", "padding", "min-height"),
)
# A component, by its selector, and a page that has it in each density.
ON_PAGES = {
    "comfortable": {
        "/signin": ("main .strong", "main label", "main input[type=password]", "main h1"),
        "/forgot": ("main .notice",),
    },
    "compact": {
        "/staff/walk-in": ("main h2", "main .strong", "main input[type=search]"),
    },
}


def templates_parsed(name):
    environment = pages.environment(Language.ENGLISH)
    return environment.parse((pages.TEMPLATES / name).read_text())


def macros_called(tree):
    """The names of the macros that a template calls, with or without the name of their template."""
    calls = [call.node for call in tree.find_all(jinja2.nodes.Call)]
    return {getattr(node, "attr", None) or getattr(node, "name", "") for node in calls}


@pytest.fixture(params=components.DENSITIES)
def density(request):
    return request.param


@pytest.fixture
def components_page(open_with_axe, density):
    """The page of components in one density, on a wide screen."""
    page = open_with_axe(viewport=DESKTOP).page
    page.set_content(components.render(density))
    return page


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_macro_of_the_templates_is_on_the_page_of_components(library):
    macros = {one.name: one for one in templates_parsed(library).find_all(jinja2.nodes.Macro)}
    called = macros_called(templates_parsed("components.html"))
    # Those that are on the page through another one of their library.
    inside = [macros_called(macro) for name, macro in macros.items() if name in called]

    assert macros
    assert macros.keys() - called.union(*inside) == set()


def test_every_color_of_the_style_sheet_is_shown():
    html = components.render("comfortable")

    assert len(components.colors()) >= 10
    for name in components.colors():
        assert f"<code>--{name}</code>" in html


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_components_are_accessible_in_both_schemes(components_page, scheme):
    components_page.emulate_media(color_scheme=scheme)

    expect_accessible(components_page)


def test_components_fit_a_narrow_phone(components_page):
    components_page.set_viewport_size(NARROWEST)

    assert overflowing(components_page) == []


def looks_of(page, selectors):
    """The computed styles of the first visible element of each selector."""
    return page.evaluate(
        """([selectors, properties]) => Object.fromEntries(selectors.map((selector) => {
          const found = [...document.querySelectorAll(selector)];
          const style = getComputedStyle(found.find((one) => one.checkVisibility()));
          const look = properties.map((name) => [name, style.getPropertyValue(name)]);
          return [selector, Object.fromEntries(look)];
        }))""",
        [list(selectors), list(PROPERTIES)],
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_components_look_as_on_the_pages(components_page, density, scheme, visit, submitted_data):
    # Without motion, a color doesn't change in steps.
    media = {"color_scheme": scheme, "reduced_motion": "reduce"}
    components_page.emulate_media(**media)
    for path, selectors in ON_PAGES[density].items():
        visitor = visit(viewport=DESKTOP, **media)
        page = open_page(visitor, submitted_data, path, submitted_data.reader_of(path))
        expect(page.locator(selectors[0]).first).to_be_visible()

        assert looks_of(page, selectors) == looks_of(components_page, selectors), path


def test_a_laptop_shows_more_in_the_compact_density(open_with_axe):
    heights = []
    for density in components.DENSITIES:
        page = open_with_axe(viewport=DESKTOP).page
        page.set_content(components.render(density))
        heights.append(page.locator("main").bounding_box()["height"])
    comfortable, compact = heights

    assert compact < comfortable * 0.9


def test_page_needs_no_other_file_and_no_placeholder_is_left():
    html = components.render("comfortable")

    assert "{{" not in html
    assert not re.search(r'(?:src|href)="(?!data:|#)', html)
