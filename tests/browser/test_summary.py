"""The summary of an event in pictures, each with a table that says the same."""

from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser.axe import expect_accessible
from tests.browser.desk import at
from tests.browser.visits import DESKTOP

COUNTED = {
    "byStatus": {"Submitted": 30, "Hired": 60, "Waitlisted": 10},
    "byDate": {"2027-03-07": 20, "2027-03-04": 80},
    "byJob": {"animals": 90},
    "byShift": {"overnight": 80},
    "byAge": {},
    "byEthnicity": {},
    "byShiftAndJob": {"overnight": {"animals": 80, "cleaning": 20}},
}
PLACES = {"capacity": 120, "taken": 90, "offered": 0, "waiting": 10}
_BACKGROUND = "cell => getComputedStyle(cell).backgroundColor"


def _answer(counted, route):
    route.fulfill(json=counted)


@pytest.fixture
def summary(fair, open_with_axe, super_admin):
    browser = open_with_axe(viewport=DESKTOP)
    browser.become(super_admin)
    for part, counted in (("summary?*", COUNTED), ("places", PLACES)):
        browser.context.route(
            f"**/admin/events/{fair.event}/{part}",
            partial(_answer, counted),
        )
    return at(browser, f"/staff/summary?event={fair.event}")


def cell(page, job, shift):
    return page.locator(f"[data-job={job}][data-shift={shift}]")


def test_pictures_of_a_summary_have_the_numbers_of_their_tables(summary):
    expect(summary.locator("#hired")).to_have_text("60 of 120")
    expect(summary.locator("#taken")).to_have_text("90 of 120")
    expect(summary.locator("#waiting")).to_have_text("10")
    bars = {
        one.get_attribute("data-status"): float(one.get_attribute("width"))
        for one in summary.locator("#stack rect").all()
    }
    assert list(bars) == ["Submitted", "Waitlisted", "Hired"]
    assert [round(width) for width in bars.values()] == [30, 10, 60]
    expect(summary.locator("[data-choice=Hired] .number")).to_have_text("60")
    expect(cell(summary, "animals", "overnight")).to_have_text("80")
    shades = [
        cell(summary, job, "overnight").evaluate(_BACKGROUND)
        for job in ("animals", "cleaning", "setUp")
        if cell(summary, job, "overnight").count()
    ]
    assert len(set(shades)) == len(shades) >= 2


def test_registrations_per_day_are_drawn_in_the_order_of_days_with_a_table(summary):
    bars = summary.locator("#days rect")
    expect(bars).to_have_count(2)
    drawn = [(bar.get_attribute("x"), bar.get_attribute("height")) for bar in bars.all()]
    assert drawn == [("0", "40"), ("3", "10")]
    expect(summary.locator("#first-day")).to_have_text("March 4, 2027")
    expect(summary.locator("#last-day")).to_have_text("March 7, 2027")

    summary.get_by_text("Show as a table").click()
    table = summary.get_by_role("table", name="Registrations per day")
    expect(table.get_by_role("row")).to_have_text(
        ["DateRegistrations", "March 4, 202780", "March 7, 202720"]
    )


def test_a_summary_in_pictures_is_accessible_and_is_printed(summary):
    for scheme in ("light", "dark"):
        summary.emulate_media(color_scheme=scheme)
        expect_accessible(summary)
    summary.emulate_media(media="print")

    expect(summary.locator("#stack")).to_be_visible()
    expect(summary.locator("#days svg")).to_be_visible()
    expect(summary.locator("#list-query")).to_be_hidden()
