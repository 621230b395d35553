"""Accessibility for users who cannot see, use a mouse, or read small print.

Each test opens a page as a user that the page is for; ``test_every_screen`` covers the rest.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import expect_accessible
from tests.browser.journeys import field, sign_out, submit
from tests.browser.tour import open_page
from tests.browser.visits import DESKTOP
from tests.pages.addresses import PAGES
from tests.support.events import EVENT

# WCAG 2.2, 1.4.10: no scrolling in two dimensions at this width.
NARROWEST = {"width": 320, "height": 568}


def overflowing(page):
    """What sticks out at the right, and by how much."""
    return page.evaluate(
        """() => [...document.querySelectorAll("body *")]
          .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
          .filter((one) => document.documentElement.scrollWidth > innerWidth)
          .map((one) => `${one.tagName}#${one.id}.${one.className}`)"""
    )


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible(open_with_axe, submitted_data, path):
    page = open_page(
        open_with_axe(viewport=NARROWEST), submitted_data, path, submitted_data.reader_of(path)
    )
    expect_accessible(page)
    assert overflowing(page) == []

    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="dark")
    expect_accessible(page)


@pytest.mark.parametrize("path", ["/signin", "/account", "/register/{event_id}", "/staff"])
def test_where_the_focus_is_can_be_seen(phone, submitted_data, path):
    page = open_page(phone, submitted_data, path, submitted_data.reader_of(path))
    stops = 0
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement !== document.body") and stops < 25:
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        page.keyboard.press("Tab")
        stops += 1
    assert stops > 2


def test_the_first_stop_leads_past_the_menu(phone, submitted_data):
    page = open_page(phone, submitted_data, "/account", submitted_data.applicant)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#content")).to_be_focused()


def test_what_is_wrong_is_told_accessibly(open_with_axe):
    visit = open_with_axe()
    visit.expects(422)
    page = visit.page
    page.goto(f"{visit.url}/signup")
    page.get_by_role("button", name="Create account", exact=True).click()

    expect(page.locator("form .problems")).to_be_focused()
    expect(field(page, "username")).to_have_accessible_description(
        re.compile("Enter a username with")
    )
    expect_accessible(page)


def test_so_is_what_is_missing_in_a_form(open_with_axe, sign_up_applicant):
    visit = open_with_axe()
    visit.expects(422)
    visit.become(sign_up_applicant())
    page = visit.page
    page.goto(f"{visit.url}/register/{EVENT}")
    submit(page)
    expect(page.locator("form .problems")).to_be_focused()

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect_accessible(page)


def test_a_question_is_asked_accessibly(open_with_axe, submitted_data):
    page = open_page(open_with_axe(), submitted_data, "/account", submitted_data.applicant)
    page.get_by_role("button", name="Delete my account").click()

    expect(page.get_by_role("dialog", name="Permanently delete your account")).to_be_visible()
    expect_accessible(page)


def test_so_is_being_signed_in_still(open_with_axe, submitted_data):
    visit = open_with_axe()
    page = open_page(visit, submitted_data, "/account", submitted_data.applicant)
    with visit.offline():
        sign_out(page)
        expect(page.locator("#still-signed-in")).to_be_focused()

        expect_accessible(page)


def test_motion_is_left_out_for_those_who_want_none(phone):
    phone.page.emulate_media(reduced_motion="reduce")
    phone.page.goto(f"{phone.url}/signin")
    moving = """() => [...document.querySelectorAll("*")].filter((one) => {
      const style = getComputedStyle(one);
      return parseFloat(style.transitionDuration) || style.animationName !== "none";
    }).length"""

    assert phone.page.evaluate(moving) == 0
    phone.page.emulate_media(reduced_motion="no-preference")
    assert phone.page.evaluate(moving) > 0


def test_a_receipt_is_printed_without_what_surrounds_it(phone, submitted_data):
    page = open_page(phone, submitted_data, "/register/{event_id}", submitted_data.applicant)
    page.emulate_media(media="print")

    expect(page.locator("#reference")).to_be_visible()
    for part in (".bar", "#menu", "#print"):
        expect(page.locator(part)).to_be_hidden()
