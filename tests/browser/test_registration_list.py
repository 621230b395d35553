"""The list of registrations on a laptop at the office: many at once, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import announced, at, names
from tests.browser.journeys import field
from tests.support.slow import slow

LAPTOP = {"width": 1280, "height": 720}
_VISIBLE = "rows => rows.filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length"
_HEIGHTS = "rows => rows.map((row) => Math.round(row.getBoundingClientRect().height))"


@pytest.fixture
def people(fair):
    """Three people; Ana and Noa can be found by what they have in common."""
    return [
        fair.register(firstName="Ana", lastName="García", phone1="+19524459871"),
        fair.register(firstName="Noa", lastName="Garza", phone1="+19524459872"),
        fair.register(firstName="Lee", lastName="Young", phone1="+19524459873"),
    ]


@pytest.fixture
def listed(fair, people, super_admin_browser):
    """The list of these three on a laptop, the latest first."""
    super_admin_browser.page.set_viewport_size(LAPTOP)
    page = at(super_admin_browser, f"/staff?event={fair.event}")
    expect(names(page)).to_have_text(["Lee Young", "Noa Garza", "Ana García"])
    return page


@pytest.mark.parametrize("language", ["en-US", *slow("es-US")])
def test_a_laptop_shows_fifteen_rows_of_36_to_44_pixels(fair, super_admin, visit, language):
    fair.register(firstName="Guadalupe", lastName="Hernández")
    browser = visit(viewport=LAPTOP, locale=language)
    browser.become(super_admin)

    def repeat(route):
        response = route.fetch()
        [one] = response.json()["items"]
        items = [one | {"userId": f"u{number}"} for number in range(50)]
        route.fulfill(response=response, json={"items": items, "cursor": None})

    browser.context.route(f"**{fair.all}?*", repeat)
    rows = at(browser, f"/staff?event={fair.event}").locator("#list tbody tr")

    expect(rows).to_have_count(50)
    assert rows.evaluate_all(_VISIBLE) >= 15
    assert all(36 <= one <= 44 for one in rows.evaluate_all(_HEIGHTS))


def test_tabs_count_each_status_and_keep_the_search(fair, people, super_admin_browser):
    fair.move(people[0], "InReview")
    fair.register(submitted=False)
    page = at(super_admin_browser, f"/staff?event={fair.event}&q=gar")
    tabs = page.get_by_role("navigation", name="Status")

    expect(tabs.get_by_role("link", name="All 3")).to_have_attribute("aria-current", "page")
    expect(tabs.get_by_role("link").nth(-2)).to_have_text("Drafts 1")
    tabs.get_by_role("link", name="In review 1").click()
    expect(names(page)).to_have_text(["Ana García"])
    expect(field(page, "q")).to_have_value("gar")
    page.get_by_role("link", name="Clear search and filters").click()
    expect(names(page)).to_have_count(3)


def test_only_the_current_tab_is_underlined_in_forced_colors(listed):
    listed.emulate_media(forced_colors="active")
    lines = listed.locator("[data-tab]").evaluate_all(
        "tabs => tabs.map((tab) => getComputedStyle(tab).borderBottomWidth)"
    )

    assert lines == ["3px", *["0px"] * 8]


def test_headings_sort_the_list(listed):
    listed.get_by_role("link", name="Name", exact=True).click()
    expect(names(listed)).to_have_text(["Ana García", "Noa Garza", "Lee Young"])
    expect(listed.locator("[data-sort=lastName]")).to_have_attribute("aria-sort", "ascending")
    heading = listed.locator("thead").get_by_role("link", name="Submitted")
    heading.click()
    expect(names(listed)).to_have_text(["Lee Young", "Noa Garza", "Ana García"])
    heading.click()

    expect(names(listed)).to_have_text(["Ana García", "Noa Garza", "Lee Young"])


@pytest.mark.parametrize("typed", ["9871", *slow("ana", "{reference}")])
def test_one_click_leads_from_what_was_typed_to_the_open_registration(listed, fair, people, typed):
    expect(field(listed, "q")).to_be_focused()
    # As a scanner of codes types: the text, then Enter.
    listed.keyboard.type(typed.format(reference=fair.record(people[0])["reference"]))
    listed.keyboard.press("Enter")
    expect(names(listed)).to_have_text(["Ana García"])
    listed.locator("#list tbody .status").click()

    expect(listed.locator("#who")).to_have_text("Ana García")


def test_arrow_keys_and_enter_open_a_registration_and_slash_searches(listed):
    expect(field(listed, "q")).to_be_focused()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowDown"):
        listed.keyboard.press(key)
    expect(names(listed).first).to_be_focused()
    listed.keyboard.press("/")
    expect(field(listed, "q")).to_be_focused()
    expect(field(listed, "q")).to_have_value("")
    listed.keyboard.press("ArrowDown")
    listed.keyboard.press("ArrowDown")
    listed.keyboard.press("Enter")

    expect(listed.locator("#who")).to_have_text("Noa Garza")


@pytest.mark.slow
def test_slash_can_be_turned_off_and_stays_off(listed):
    listed.locator("#filters summary").click()
    listed.get_by_label("Press / to search").uncheck()
    listed.reload(wait_until="networkidle")
    names(listed).first.focus()
    listed.keyboard.press("/")

    expect(names(listed).first).to_be_focused()


def test_bulk_actions_are_three_tabs_away_and_the_focus_stays_in_the_list(listed):
    box = listed.get_by_label("Select Noa Garza")
    box.check()
    tabs = 0
    while not listed.evaluate("document.activeElement.matches('#bulk button')"):
        listed.keyboard.press("Tab")
        tabs += 1
    assert tabs <= 3
    listed.locator("#bulk").get_by_role("button", name="Move to review").click()
    listed.get_by_role("dialog").get_by_role("button", name="Move to review").click()

    expect(announced(listed)).to_have_text("1 registration updated")
    expect(names(listed).nth(1)).to_be_focused()
    expect(listed.get_by_role("link", name="In review 1")).to_be_visible()


@pytest.mark.slow
def test_shift_selects_what_lies_between_and_clear_selects_nothing(listed):
    listed.get_by_label("Select Lee Young").click()
    listed.get_by_label("Select Ana García").click(modifiers=["Shift"])
    expect(listed.locator("#chosen")).to_have_text("3 selected")
    listed.get_by_role("button", name="Clear selection").click()

    expect(listed.locator("#bulk")).to_be_hidden()
    expect(names(listed).last).to_be_focused()


def test_filters_and_place_survive_the_way_through_several_registrations(fair, listed):
    address = f"/staff?event={fair.event}&sort=lastName"
    listed.goto(listed.url.partition("/staff")[0] + address, wait_until="networkidle")
    names(listed).first.click()
    expect(listed.locator("#who")).to_have_text("Ana García")
    expect(listed.locator("#previous")).to_be_hidden()
    listed.get_by_role("link", name="Next", exact=True).click()
    expect(listed.locator("#who")).to_have_text("Noa Garza")
    expect(listed.get_by_role("link", name="Previous")).to_be_visible()
    listed.get_by_role("link", name="Back to registrations").click()

    expect(listed).to_have_url(re.compile(re.escape(address)))
    expect(listed.get_by_role("link", name="Noa Garza")).to_be_focused()


@pytest.mark.slow
def test_next_goes_on_to_what_the_list_has_not_shown(fair, people, super_admin_browser):
    super_admin_browser.context.route(
        f"**{fair.all}?*",
        lambda route: route.continue_(url=route.request.url.replace("limit=50", "limit=2")),
    )
    page = at(super_admin_browser, f"/staff?event={fair.event}")
    # As if the list had stopped after its first page.
    page.evaluate(
        """async () => {
          const list = JSON.parse(sessionStorage["kept/list"]);
          const first = await (await fetch(`${list.path}?limit=2`)).json();
          list.entries = list.entries.slice(0, 2);
          sessionStorage["kept/list"] = JSON.stringify({ ...list, cursor: first.cursor });
        }"""
    )
    page.goto(page.url.partition("/staff")[0] + fair.page_of(people[1]), wait_until="networkidle")
    page.get_by_role("link", name="Next", exact=True).click()

    expect(page.locator("#who")).to_have_text("Ana García")


@pytest.mark.slow
def test_the_focus_goes_to_the_first_of_those_that_were_loaded(fair, super_admin_browser):
    for _ in range(6):
        fair.register()
    super_admin_browser.context.route(
        f"**{fair.all}?*",
        lambda route: route.continue_(url=route.request.url.replace("limit=50", "limit=1")),
    )
    page = at(super_admin_browser, f"/staff?event={fair.event}")
    page.get_by_role("button", name="Load more").click()

    expect(names(page)).to_have_count(6)
    expect(names(page).nth(5)).to_be_focused()


def test_staff_land_on_the_list_of_registrations(desktop, super_admin):
    page = desktop.page
    desktop.become(super_admin)
    page.goto(f"{desktop.url}/signin?next=/", wait_until="networkidle")
    page.route(
        "**/signin",
        lambda route: (
            route.fulfill(json=super_admin.account)
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    field(page, "username").fill("superadmin")
    field(page, "password").fill("is not sent anywhere")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("heading", name="Registrations")).to_be_visible()
