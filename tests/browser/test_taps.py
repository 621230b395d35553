"""How often a person who is new taps, from the link to an event to the receipt."""

import re

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.journeys import REFERENCE, field
from tests.support.events import EVENT

MOST_TAPS = 20
COUNT = 'addEventListener("pointerdown", () => window.tapped(), { capture: true })'


@pytest.fixture
def taps(phone):
    """The taps of a visit, one entry for each."""
    found = []
    phone.context.expose_function("tapped", lambda: found.append("tap"))
    phone.context.add_init_script(COUNT)
    return found


def write(page, name, *texts):
    """Tap a field unless it has the focus; type texts, each but the last followed by "next"."""
    if not field(page, name).evaluate("control => control === document.activeElement"):
        field(page, name).click()
    for number, text in enumerate(texts):
        page.keyboard.type(text)
        if number < len(texts) - 1:
            page.keyboard.press("Enter")


def choose(page, name, *values):
    for value in values:
        page.locator(f'[name="{name}"][value="{value}"]').click()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_from_the_link_to_an_event_to_the_receipt_takes_20_taps_and_no_email(phone, taps):
    page = phone.page
    page.goto(f"{phone.url}/event/{EVENT}")
    page.get_by_role("link", name="Register", exact=True).click()
    write(page, "username", f"river-{new_identifier()}")
    press(page, "Suggest a password for me")
    expect(field(page, "password")).to_have_value(re.compile(r"^\w+(\W\w+){4}$"))
    press(page, "Create account")

    expect(page.locator("#step")).to_have_text("1 of 5 · About you")
    choose(page, "age", "EighteenToTwenty")
    # First name, middle name, last name, preferred name; then the next step.
    write(page, "firstName", "River", "", "Okafor", "", "")
    expect(field(page, "phone1")).to_be_focused()
    # Two phone numbers, email, street, apartment, city, ZIP code, which gives the state.
    write(page, "phone1", "9524451234", "", "", "7 Elm Street", "", "St. Paul", "55108", "")

    expect(page.locator("#step")).to_have_text("3 of 5 · When you can work")
    choose(page, "workAll", "true")
    choose(page, "shifts", "morning", "day")
    choose(page, "preEvent", "true")
    choose(page, "postEvent", "false")
    press(page, "Next")
    choose(page, "eventJobs", "animals", "cleaning")
    choose(page, "prevEventExp", "true")
    choose(page, "prevVendorExp", "false")
    choose(page, "skills", "dataEntry")
    press(page, "Next")
    choose(page, "regAck", "true")
    press(page, "Submit registration")

    expect(page.locator("#reference")).to_have_text(REFERENCE)
    assert len(taps) <= MOST_TAPS
