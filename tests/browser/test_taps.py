"""How often a person who is new taps: to register, and to sign up and come back.

The tables in docs/usability.md have these numbers.
"""

import re

from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.journeys import REFERENCE, field, sign_out
from tests.support.clients import PASSWORD
from tests.support.events import EVENT

MOST_TAPS = 20
# Outside of our pages: on the email's notification, and to unlock a passkey.
NOTIFICATION = UNLOCK = 1


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


# From sign-up to the second visit. Each ends at the account page, and signing out doesn't count.


def sign_up(phone, **answers):
    phone.page.goto(f"{phone.url}/signup?next=/account")
    for name, answer in answers.items():
        write(phone.page, name, answer)


def come_back(phone, taps, **answers):
    """Sign out, and open the page to sign in; return the taps until then."""
    expect_account(phone)
    so_far = len(taps)
    sign_out(phone.page)
    expect(phone.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    phone.page.goto(f"{phone.url}/signin?next=/account")
    taps.clear()
    for name, answer in answers.items():
        write(phone.page, name, answer)
    return so_far


def expect_account(phone):
    expect(phone.page.get_by_role("heading", name="Your account")).to_be_visible()


def test_a_password_takes_6_taps_from_sign_up_to_the_second_visit(phone, taps):
    name = f"river-{new_identifier()}"
    sign_up(phone, username=name, password=PASSWORD)
    press(phone.page, "Create account")
    first = come_back(phone, taps, username=name, password=PASSWORD)
    press(phone.page, "Sign in")
    expect_account(phone)

    assert (first, len(taps)) == (3, 3)


def test_a_passkey_takes_5_taps_from_sign_up_to_the_second_visit(phone, authenticator, taps):
    sign_up(phone, username=f"river-{new_identifier()}")
    press(phone.page, "Create account with a passkey")
    first = come_back(phone, taps)
    press(phone.page, "Sign in with a passkey")
    expect_account(phone)

    assert (first + UNLOCK, len(taps) + UNLOCK) == (3, 2)


def test_a_password_and_a_confirmed_address_take_9_taps(phone, taps, address, mailed_link):
    name = f"river-{new_identifier()}"
    sign_up(phone, username=name, email=address, password=PASSWORD)
    press(phone.page, "Create account")
    expect_account(phone)
    phone.page.goto(mailed_link("verify", address))
    press(phone.page, "Confirm email address")
    expect(phone.page.get_by_role("heading", name="Email address confirmed")).to_be_visible()
    phone.page.goto(f"{phone.url}/account")
    first = come_back(phone, taps, username=name, password=PASSWORD)
    press(phone.page, "Sign in")
    expect_account(phone)

    assert (first + NOTIFICATION, len(taps)) == (6, 3)


def test_an_emailed_code_takes_8_taps_with_a_confirmed_address(phone, taps, address, mailed_link):
    sign_up(phone, email=address)
    press(phone.page, "Email me a link instead")
    expect(phone.page.locator("#taken")).to_contain_text(address)
    phone.page.goto(mailed_link("signup/email", address))
    press(phone.page, "Create account")
    expect(phone.page).to_have_url(f"{phone.url}/register")
    phone.page.goto(f"{phone.url}/account")
    first = come_back(phone, taps, username=address)
    press(phone.page, "Email me a code instead")
    phone.page.wait_for_url("**/signin/email**")
    phone.page.goto(mailed_link("signin/email", address))
    press(phone.page, "Sign in")
    expect(phone.page.get_by_role("heading", name="Your registrations")).to_be_visible()

    assert (first + NOTIFICATION, len(taps) + NOTIFICATION) == (4, 4)
