"""Passkeys in Chromium, with a virtual authenticator: added, used to sign in, and removed."""

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
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


def test_a_password_is_removed_once_a_passkey_signs_in(phone, account):
    phone.expects(409)
    page = account
    expect(page.get_by_role("button", name="Remove password")).to_be_hidden()
    add(page, "My phone")
    expect(toast(page)).to_have_text("Passkey added")
    page.get_by_role("button", name="Remove password").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Current password").fill(PASSWORD)
    dialog.get_by_role("button", name="Remove password").click()
    expect(toast(page)).to_have_text("Password removed")
    expect(page.locator("#no-password")).to_be_visible()
    expect(page.locator("#change-password")).to_be_hidden()
    expect(page.locator("#email-password")).to_be_hidden()

    page.get_by_role("button", name="Remove My phone").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(toast(page)).to_have_text("This is your only way to sign in. Add another one first.")


def test_without_a_password_an_email_address_is_added_with_the_passkey(phone, authenticator):
    page = phone.page
    page.goto(f"{phone.url}/signup?next=/account")
    page.get_by_label("Username").fill(f"river-{new_identifier()}")
    page.get_by_role("button", name="Create account with a passkey").click()
    page.get_by_label("New email address").fill(f"{new_identifier()}@example.com".lower())
    page.get_by_role("button", name="Save email address").click()

    expect(toast(page)).to_have_text("Email address saved")


def test_a_name_that_is_taken_is_said_before_a_passkey_is_created(phone, applicant, authenticator):
    phone.expects(409)
    page = phone.page
    page.goto(f"{phone.url}/signup")
    page.get_by_label("Username").fill(applicant.name)
    page.get_by_role("button", name="Create account with a passkey").click()

    expect(page.locator("form .problems")).to_contain_text("already in use")
    expect(page.locator("form .problems")).to_be_focused()


def test_a_person_who_closes_the_browsers_dialog_chooses_a_password(phone):
    refused = "async () => { throw new DOMException('', 'NotAllowedError'); }"
    phone.context.add_init_script(f"navigator.credentials.create = {refused}")
    page = phone.page
    page.goto(f"{phone.url}/signup")
    page.get_by_label("Username").fill(f"river-{new_identifier()}")
    page.get_by_role("button", name="Create account with a passkey").click()

    expect(toast(page)).to_contain_text("No passkey was created")


def test_after_a_lost_answer_the_passkey_signs_in(phone, authenticator):
    def lose_the_answer(route):
        assert route.fetch().status == 201
        route.abort()

    phone.loses("**/signup/passkey")
    phone.context.route("**/signup/passkey", lose_the_answer, times=1)
    page = phone.page
    page.goto(f"{phone.url}/signup?next=/account")
    page.get_by_label("Username").fill(f"river-{new_identifier()}")
    page.get_by_role("button", name="Create account with a passkey").click()
    expect(page.locator("form .problems")).to_contain_text("can’t reach the service")
    phone.context.unroute("**/signup/passkey")
    phone.expects(401)
    page.get_by_role("button", name="Create account with a passkey").click()

    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_staff_who_must_use_a_passkey_are_led_to_it(super_admin_browser):
    page = super_admin_browser.page
    page.goto(f"{super_admin_browser.url}/account#passkey-required")

    expect(page.locator("#passkey-required")).to_be_visible()
    expect(page.locator("#passkeys")).to_be_focused()


def test_an_applicant_is_not_told_to_use_a_passkey(phone, account):
    account.goto(f"{phone.url}/account#passkey-required")
    account.reload()

    expect(account.locator("#add-passkey")).to_be_visible()
    expect(account.locator("#passkey-required")).to_be_hidden()


def test_a_wrong_password_adds_nothing_and_is_said_at_its_field(phone, account):
    phone.expects(422)
    section = account.locator("#passkeys")
    section.get_by_label("Name of the passkey").fill("My phone")
    section.get_by_label("Current password").fill("wrong")
    section.get_by_role("button", name="Add a passkey").click()

    expect(section.locator(".problem")).to_contain_text("incorrect")
    expect(section.get_by_label("Name of the passkey")).to_have_value("My phone")
