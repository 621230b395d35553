"""The account page: profile, email, password, sessions, data export, and deletion."""

import json
import time

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.journeys import field, problem_of, shows_no_personal_data
from tests.support.clients import PASSWORD

ANOTHER_PASSWORD = "seven herons left the marsh"


@pytest.fixture
def account(phone, applicant):
    """River's phone, at the account's page."""
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/account")
    expect(phone.page.locator("#sessions li")).not_to_have_count(0)
    return phone.page


@pytest.fixture
def address():
    return f"river-{new_identifier().lower()}@example.com"


def announced(page):
    return page.locator("#announcement")


def test_names_are_changed(account, applicant):
    field(account, "firstName").fill("Rivka")
    account.get_by_role("button", name="Save", exact=True).click()

    expect(announced(account)).to_have_text("Profile saved")
    assert applicant.get("/me").json["firstName"] == "Rivka"


def test_the_password_is_changed_and_the_wrong_one_is_told_beside_its_field(
    phone, account, applicant
):
    phone.expects(422)
    form = account.locator("#change-password")
    form.locator("[name=currentPassword]").fill("not it")
    form.locator("[name=newPassword]").fill(ANOTHER_PASSWORD)
    form.get_by_role("button", name="Change password").click()
    expect(form.locator(".field", has_text="Current password").locator(".problem")).to_have_text(
        "Your current password is incorrect."
    )

    form.locator("[name=currentPassword]").fill(PASSWORD)
    form.get_by_role("button", name="Change password").click()
    expect(announced(account)).to_contain_text("Password changed.")
    assert applicant.other_client().sign_in(password=ANOTHER_PASSWORD).status == 200


@pytest.fixture
def bounced(sign_up_applicant):
    """An applicant whose address is one of SES's simulator, after the first email bounced."""
    name = new_identifier().lower()
    person = sign_up_applicant(email=f"bounce+{name}@simulator.amazonses.com")
    deadline = time.monotonic() + 60
    while not person.get("/me").json["emailProblem"] and time.monotonic() < deadline:
        time.sleep(0.1)
    return person


def test_bounced_address_is_explained_and_gets_email_again(phone, bounced):
    person, address = bounced, bounced.account["email"]
    phone.become(person)
    phone.page.goto(f"{phone.url}/account")
    page = phone.page
    expect(page.locator("#email-problem")).to_contain_text(f"Email to {address} came back")
    expect(page.locator("#verify")).to_be_hidden()

    page.get_by_role("button", name="Send email again").click()
    expect(announced(page)).to_have_text("We’ll send email to your address again.")
    expect(page.locator("#email-problem")).to_be_hidden()
    expect(page.locator("#verify")).to_be_visible()
    assert person.get("/me").json["emailProblem"] is None


def test_another_session_is_ended(account, applicant):
    other = applicant.other_client()
    assert other.sign_in().status == 200
    account.reload()
    account.get_by_role("button", name="Sign out device").click()

    expect(announced(account)).to_have_text("Device signed out")
    expect(account.locator("#sessions li")).to_have_count(1)
    assert other.get("/me").status == 401
    assert applicant.get("/me").status == 200


def test_every_session_is_ended_this_one_too(account, applicant):
    other = applicant.other_client()
    assert other.sign_in().status == 200
    account.get_by_role("button", name="Sign out of all devices").click()
    account.get_by_role("dialog").get_by_role("button", name="Sign out of all devices").click()

    shows_no_personal_data(account)
    assert (applicant.get("/me").status, other.get("/me").status) == (401, 401)


def test_what_is_held_is_downloaded(account, applicant):
    with account.expect_download() as downloading:
        account.get_by_role("button", name="Download my data").click()
    held = json.loads(downloading.value.path().read_text())

    assert downloading.value.suggested_filename == f"breeze-lakes-point-{applicant.name}.json"
    assert held == applicant.get("/me/export").json


def test_an_account_is_deleted_with_its_password(phone, account, applicant):
    phone.expects(422)
    for password, expected_error in (
        ("not it", "Your current password is incorrect."),
        (PASSWORD, None),
    ):
        account.get_by_role("button", name="Delete my account").click()
        account.get_by_label("Current password").last.fill(password)
        account.get_by_role("dialog").get_by_role("button", name="Delete my account").click()
        if expected_error:
            expect(account.get_by_text(expected_error)).to_be_visible()

    shows_no_personal_data(account, "River")
    assert applicant.other_client().sign_in().status == 401


def test_an_email_is_confirmed_by_the_mails_link(account, applicant, address, mailed_link):
    change = account.locator("#change-email")
    change.locator("[name=email]").fill(address)
    change.locator("[name=currentPassword]").fill(PASSWORD)
    change.get_by_role("button", name="Save email address").click()
    expect(account.locator("#email-now")).to_have_text(f"{address} (not confirmed)")
    account.get_by_role("button", name="Send confirmation link").click()
    expect(announced(account)).to_have_text("We sent you a link. Check your email.")
    account.goto(mailed_link("verify", address, emails=2))
    account.get_by_role("button", name="Confirm email address").click()

    expect(account.get_by_role("heading", name="Email address confirmed")).to_be_visible()
    assert "token" not in account.url
    account.get_by_role("link", name="Continue").click()
    account.goto(account.url.rpartition("/")[0] + "/account")
    expect(account.locator("#email-now")).to_have_text(f"{address} (confirmed)")


def test_a_forgotten_password_is_chosen_anew_by_the_mails_link(
    phone, sign_up_applicant, address, mailed_link
):
    phone.expects(422)
    page, applicant = phone.page, sign_up_applicant(email=address)
    assert applicant.post("/email/verification").status == 202
    token = mailed_link("verify", address, emails=2).rpartition("=")[2]
    assert applicant.post("/email/verify", {"token": token}).status == 200

    page.goto(f"{phone.url}/signin")
    page.get_by_role("link", name="Forgot your username or password?").click()
    field(page, "username").fill(applicant.name)
    page.get_by_role("button", name="Send reset link").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    link = mailed_link("reset", address)
    page.goto(link)
    field(page, "newPassword").fill(f"{applicant.name} and more")
    page.get_by_role("button", name="Save password").click()
    expect(problem_of(page, "newPassword")).to_contain_text("Don’t use your name")
    field(page, "newPassword").fill(ANOTHER_PASSWORD)
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_role("heading", name="Your password has been changed")).to_be_visible()
    expect(page.locator("#own-username")).to_have_text(applicant.name)
    page.get_by_role("link", name="Sign in").click()
    expect(field(page, "username")).to_have_value(applicant.name)
    field(page, "password").fill(ANOTHER_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("body[data-ready]").wait_for()

    page.goto(link)
    field(page, "newPassword").fill(PASSWORD)
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()


def test_skipping_to_the_content_and_back_does_not_load_a_link_anew(phone):
    page = phone.page
    page.goto(f"{phone.url}/reset#token=none")
    field(page, "newPassword").fill(ANOTHER_PASSWORD)
    # These are told of a change after the page itself: a wrong reload has begun by then.
    page.evaluate(
        """() => {
          let changes = 0;
          window.loads = 0;
          navigation.addEventListener("navigate", (event) => {
            if (event.navigationType === "reload") loads += 1;
          });
          window.back = new Promise((resolve) =>
            addEventListener("hashchange", () => ++changes === 2 && resolve()));
        }"""
    )
    page.locator(".skip").press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.go_back()
    page.evaluate("back")

    assert page.evaluate("loads") == 0
    expect(field(page, "newPassword")).to_have_value(ANOTHER_PASSWORD)


def test_the_message_comes_when_the_form_takes_the_next_press(account, address):
    form = account.locator("#change-email")
    held = []

    def hold(route):
        held.append(route)

    account.route("**/sessions?*", hold)
    form.locator("[name=email]").fill(address)
    form.locator("[name=currentPassword]").fill(PASSWORD)
    with account.expect_request("**/sessions?*"):
        form.get_by_role("button", name="Save email address").click()
    expect(form).to_have_attribute("aria-busy", "true")
    expect(announced(account)).to_have_text("")
    held[0].continue_()
    account.unroute("**/sessions?*", hold)
    expect(announced(account)).to_have_text("Email address saved")

    form.locator("[name=currentPassword]").fill(PASSWORD)
    form.get_by_role("button", name="Save email address").click()
    expect(account.locator("#email-now")).to_have_text("No email address on your account")
