"""An authenticator app: a user sets it up, signs in with it, loses it, and removes it."""

import pytest
from playwright.sync_api import expect

from chalicelib.platform import clock
from tests.browser.journeys import field, problem_of, sign_in, sign_out
from tests.second_factor.apps import STEP, App, set_up
from tests.support.clients import PASSWORD


@pytest.fixture
def account(phone, applicant):
    """River's phone, at the account's page."""
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/account")
    expect(phone.page.locator("#without")).to_be_visible()
    return phone.page


def start_setup(page):
    page.locator("#begin-password").fill(PASSWORD)
    page.get_by_role("button", name="Set up authenticator app").click()
    expect(page.get_by_role("img", name="QR code for the authenticator app")).to_be_visible()
    return App(page.locator("#secret").inner_text().replace(" ", ""))


def test_it_is_set_up_and_signs_in_by_a_code_and_by_a_recovery_code(account, phone, applicant):
    phone.expects(401)
    app = start_setup(account)
    account.locator("#confirm-code").fill(app.code())
    account.get_by_role("button", name="Turn on").click()
    expect(account.locator("#recovery-codes li")).to_have_count(10)
    recovery_code = account.locator("#recovery-codes li").first.inner_text()

    # The next step's code: the present one has been used.
    for code in (app.code(clock.now() + STEP), recovery_code):
        sign_out(account)
        sign_in(account, applicant.name)
        expect(field(account, "code")).to_be_focused()
        field(account, "code").fill(code)
        account.get_by_role("button", name="Sign in", exact=True).click()
        expect(account.get_by_role("heading", name="Your registrations")).to_be_visible()


def test_its_picture_is_what_the_browser_draws(account):
    start_setup(account)
    drawn = "document.querySelector('#qr img').decode().then(() => true)"

    assert account.evaluate(drawn)


def test_a_wrong_code_is_said_beside_its_field(account, phone):
    phone.expects(422)
    app = start_setup(account)

    account.locator("#confirm-code").fill(app.wrong_code())
    account.get_by_role("button", name="Turn on").click()

    expect(account.locator("#confirm .problem")).to_contain_text("That code is wrong")


def test_a_wrong_code_at_signing_in_is_said_beside_its_field(phone, applicant):
    phone.expects(401)
    app = set_up(applicant)
    phone.page.goto(f"{phone.url}/signin")
    sign_in(phone.page, applicant.name)
    field(phone.page, "code").fill(app.wrong_code())
    phone.page.get_by_role("button", name="Sign in", exact=True).click()

    expect(problem_of(phone.page, "code")).to_contain_text("That code is wrong")


def test_recovery_codes_are_handed_over_as_a_file(account):
    app = start_setup(account)
    account.locator("#confirm-code").fill(app.code())
    account.get_by_role("button", name="Turn on").click()
    expect(account.locator("#recovery-codes li")).to_have_count(10)
    displayed_codes = account.locator("#recovery-codes li").all_inner_texts()

    with account.expect_download() as download:
        account.get_by_role("button", name="Download codes").click()

    assert download.value.path().read_text().split() == displayed_codes


def test_it_is_done_without_again(phone, applicant):
    app = set_up(applicant)
    phone.become(applicant)
    page = phone.page
    page.goto(f"{phone.url}/account")
    page.locator("#factor-password").fill(PASSWORD)
    page.locator("#factor-code").fill(app.code())
    page.get_by_role("button", name="Turn off two-step verification").click()

    expect(page.locator("#without")).to_be_visible()
    assert not applicant.get("/me").json["secondFactor"]


def test_a_password_is_changed_with_the_code(phone, applicant):
    app = set_up(applicant)
    phone.become(applicant)
    page = phone.page
    page.goto(f"{phone.url}/account")
    page.locator("#change-password [name=currentPassword]").fill(PASSWORD)
    page.locator("#change-password [name=newPassword]").fill("five quiet lakes in June")
    page.locator("#password-code").fill(app.code())
    page.get_by_role("button", name="Change password").click()

    expect(page.get_by_text("Password changed.")).to_be_visible()


def test_no_code_is_asked_for_without_a_second_factor(account):
    expect(account.get_by_role("button", name="Change password")).to_be_visible()
    expect(account.locator("#password-code")).to_be_hidden()


def test_staff_who_need_one_are_led_there(desktop, super_admin):
    """The service of these tests asks none of staff: it is made to here."""
    desktop.expects(403)
    refusal = {"error": "Set up an app first.", "code": "second_factor_setup_required"}
    for path in ("**/admin/**", "**/sessions?*"):
        desktop.context.route(path, lambda route: route.fulfill(status=403, json=refusal))
    desktop.become(super_admin)
    desktop.page.goto(f"{desktop.url}/staff/people")

    expect(desktop.page.locator("#must-set-up")).to_be_visible()
    expect(desktop.page.locator("#without")).to_be_visible()


def test_a_super_admin_takes_a_lost_one_away(desktop, applicant, super_admin):
    set_up(applicant)
    desktop.become(super_admin)
    page = desktop.page
    page.goto(f"{desktop.url}/staff/people?q={applicant.name}")
    page.locator(".doings > summary").click()
    page.get_by_role("button", name="Turn off two-step verification").click()
    page.get_by_role("dialog").get_by_role("button", name="Turn off two-step verification").click()

    expect(page.locator("#announcement")).not_to_be_empty()
    expect(page.get_by_role("button", name="Turn off two-step verification")).to_be_hidden()
    assert applicant.get("/me").status == 401
