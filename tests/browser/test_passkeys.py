"""Passkeys in Chromium, with a virtual authenticator: added, used to sign in, and removed."""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import sign_out
from tests.support.clients import PASSWORD


@pytest.fixture
def account(phone, applicant, authenticator):
    """River's phone, at the account's page."""
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/account#passkeys")
    expect(phone.page.locator("#add-passkey")).to_be_visible()
    return phone.page


def toast(page):
    return page.locator("#announcement")


def add(page, name):
    section = page.locator("#passkeys")
    section.get_by_label("Name of the passkey").fill(name)
    section.get_by_label("Current password").fill(PASSWORD)
    section.get_by_role("button", name="Add a passkey").click()


def test_a_passkey_is_added_signs_in_and_is_removed(phone, account):
    page = account
    add(page, "My phone")
    expect(toast(page)).to_have_text("Passkey added")
    passkey = page.locator("#own-passkeys li")
    expect(passkey).to_contain_text("My phone")
    expect(passkey).to_contain_text("never used")

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Your registrations")).to_be_visible()

    page.goto(f"{phone.url}/account")
    expect(passkey).to_contain_text("Last used")
    expect(page.locator("#methods li")).to_have_text(["PasswordNo sign-in recorded yet"])
    page.get_by_role("button", name="Remove My phone").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Current password").fill(PASSWORD)
    dialog.get_by_role("button", name="Remove").click()
    expect(passkey).to_have_count(0)


def test_the_field_for_the_username_offers_passkeys(account):
    page = account
    add(page, "My phone")
    expect(toast(page)).to_have_text("Passkey added")
    sign_out(page)

    page.get_by_label("Username or email").focus()

    expect(page.get_by_role("heading", name="Your registrations")).to_be_visible()


def test_a_wrong_password_adds_nothing_and_is_said_at_its_field(phone, account):
    phone.expects(422)
    section = account.locator("#passkeys")
    section.get_by_label("Name of the passkey").fill("My phone")
    section.get_by_label("Current password").fill("wrong")
    section.get_by_role("button", name="Add a passkey").click()

    expect(section.locator(".problem")).to_contain_text("incorrect")
    expect(section.get_by_label("Name of the passkey")).to_have_value("My phone")
