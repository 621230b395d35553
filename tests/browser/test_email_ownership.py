"""Email ownership on the pages: a pending change, and an address that is taken."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import field, problem_of
from tests.second_factor.apps import set_up, sign_in
from tests.support.clients import PASSWORD
from tests.support.slow import slow

ANOTHER_PASSWORD = "seven herons left the marsh"


@pytest.fixture
def second_address(address):
    """A second address that no account has yet."""
    return f"new-{address}"


@pytest.fixture
def other_applicant(sign_up_applicant, address, mailed_link):
    """An applicant with a verified email, signed in."""
    person = sign_up_applicant(email=address)
    token = mailed_link("verify", address).partition("#token=")[2]
    assert person.post("/email/verify", {"token": token}).status == 200
    return person


def open_account(visit, person):
    visit.become(person)
    visit.page.goto(f"{visit.url}/account")
    expect(visit.page.locator("#sessions li")).not_to_have_count(0)
    return visit.page


def change_email(page, email):
    form = page.locator("#change-email")
    form.locator("[name=email]").fill(email)
    form.locator("[name=currentPassword]").fill(PASSWORD)
    form.get_by_role("button").click()
    expect(page.locator("#email-pending")).to_contain_text(email)


def test_new_email_waits_beside_the_confirmed_one_and_takes_its_place_once_confirmed(
    phone, other_applicant, address, second_address, mailed_link
):
    page = open_account(phone, other_applicant)
    change_email(page, second_address)
    expect(page.locator("#email-now")).to_have_text(f"{address} (confirmed)")
    page.goto(mailed_link("verify", second_address))
    page.get_by_role("button", name="Confirm email address").click()

    expect(page.locator("#verified")).to_have_text(second_address)
    page.goto(f"{phone.url}/account")
    expect(page.locator("#email-now")).to_have_text(f"{second_address} (confirmed)")
    expect(page.locator("#email-pending")).to_be_hidden()


def test_change_that_waits_is_canceled_on_the_account_page(
    phone, other_applicant, address, second_address
):
    page = open_account(phone, other_applicant)
    change_email(page, second_address)
    page.get_by_role("button", name="Cancel the change").click()

    expect(page.locator("#announcement")).to_have_text("The change is canceled.")
    expect(page.locator("#email-pending")).to_be_hidden()
    expect(page.locator("#email-now")).to_have_text(f"{address} (confirmed)")
    page.reload()
    expect(page.locator("#email-now")).to_have_text(f"{address} (confirmed)")
    expect(page.locator("#email-pending")).to_be_hidden()


def test_message_of_a_cancellation_outlasts_a_slow_list_of_devices(
    phone, other_applicant, second_address
):
    page = open_account(phone, other_applicant)
    held = []

    def hold(route):
        held.append(route)

    page.route("**/sessions?*", hold)
    change_email(page, second_address)
    page.get_by_role("button", name="Cancel the change").click()
    announcement = page.locator("#announcement")
    expect(announcement).to_have_text("The change is canceled.")

    with page.expect_response("**/sessions?*"):
        held[0].continue_()

    expect(page.locator("#sessions")).to_contain_text("This device")
    expect(announcement).to_have_text("The change is canceled.")


def sign_up(page, url, username, email):
    page.goto(f"{url}/signup")
    field(page, "username").fill(username)
    if email:
        field(page, "email").fill(email)
    field(page, "password").fill(PASSWORD)
    page.locator("form button.strong").click()


@pytest.mark.parametrize("locale", ["es-US", *slow("en-US")])
def test_owner_of_a_taken_address_gets_a_link_and_an_account_of_their_own(
    visit, sign_up_applicant, address, mailed_link, locale
):
    stranger = sign_up_applicant(email=address)
    phone = visit(locale=locale)
    phone.expects(409)
    page, username = phone.page, f"owner-{address.partition('@')[0][-12:]}"
    sign_up(page, phone.url, username, address)
    expect(page.locator("#taken-help")).to_contain_text(address)
    expect(field(page, "password")).to_have_value(PASSWORD)
    page.locator("#send-sign-up-link").click()
    expect(page.locator("#send-sign-up-link")).to_be_hidden()
    expect(page.locator("#taken-help")).to_contain_text(address)
    expect(page.locator("form .problems")).to_have_count(0)
    expect(page.locator("#taken")).to_be_focused()

    page.goto(mailed_link("signup/email", address))
    field(page, "username").fill(username)
    field(page, "password").fill(PASSWORD)
    page.locator("#choose button.strong").click()
    page.wait_for_url(f"{phone.url}/register")
    page.goto(f"{phone.url}/account")
    expect(page.locator("#email-now")).to_contain_text(address)
    expect(page.locator("#own-username")).to_have_text(username)
    assert stranger.get("/me").json["email"] is None


def test_link_that_was_asked_for_too_often_names_the_minutes_to_wait(
    visit, sign_up_applicant, address
):
    sign_up_applicant(email=address)
    phone = visit()
    phone.expects(409, 429)
    sign_up(phone.page, phone.url, "vera.kim", address)
    for _ in range(3):
        phone.page.locator("#send-sign-up-link").click()
        expect(phone.page.locator("#send-sign-up-link")).to_be_hidden()
        phone.page.locator("form button.strong").click()
        expect(phone.page.locator("#send-sign-up-link")).to_be_visible()
    phone.page.locator("#send-sign-up-link").click()

    announcement = phone.page.locator("#announcement")
    expect(announcement).to_contain_text("We already sent several emails there.")
    expect(announcement).to_contain_text(re.compile(r"Try again in \d+ (minutes|seconds)\."))
    expect(field(phone.page, "password")).to_have_value(PASSWORD)


def test_taken_username_without_an_address_offers_no_link(phone, applicant):
    phone.expects(409)
    sign_up(phone.page, phone.url, applicant.name, "")

    expect(phone.page.locator("form .problems")).to_be_visible()
    expect(phone.page.locator("#taken")).to_contain_text("Is this your account? Sign in")
    expect(phone.page.locator("#send-sign-up-link")).to_be_hidden()


def test_link_to_sign_up_without_its_token_asks_for_the_full_link_or_sends_a_new_one(
    phone, address, mailed_link
):
    page = phone.page
    page.goto(f"{phone.url}/signup/email")
    expect(page.get_by_role("heading", name="Your link is incomplete")).to_be_visible()
    field(page, "email").fill(address)
    page.get_by_role("button", name="Email me a link").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()

    page.goto(f"{phone.url}/signup/email")
    field(page, "link").fill(mailed_link("signup/email", address))
    page.locator("#whole-link button").click()
    expect(field(page, "password")).to_be_visible()


def test_wrong_address_for_a_link_to_sign_up_is_named_at_its_field(phone):
    phone.expects(422)
    page = phone.page
    page.goto(f"{phone.url}/signup/email")
    field(page, "email").fill("no address")
    page.get_by_role("button", name="Email me a link").click()

    expect(problem_of(page, "email")).to_contain_text("name@example.com")
    expect(field(page, "email")).to_have_value("no address")


def test_used_link_to_sign_up_says_so_and_offers_another(phone, address):
    phone.expects(422)
    page = phone.page
    page.goto(f"{phone.url}/signup/email#token=used")
    field(page, "username").fill(address.partition("@")[0])
    field(page, "password").fill(PASSWORD)
    page.locator("#choose button.strong").click()

    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()
    expect(page.get_by_role("button", name="Email me a link")).to_be_visible()


def test_replaced_username_is_told_on_the_home_page_until_it_is_read(
    phone, service, address, mailed_link
):
    from tests.support.clients import OverHttp, Person

    first = Person(OverHttp(service.url), address)
    assert first.sign_up(firstName="Sam", lastName="Berg").status == 201
    assert first.post("/signup/email", {"email": address}).status == 202
    token = mailed_link("signup/email", address).partition("#token=")[2]
    fields = {"username": f"own-{address[6:20]}", "password": PASSWORD, "emailToken": token}
    assert Person(OverHttp(service.url)).post("/signup", fields).status == 201
    username = first.get("/me").json["username"]

    phone.become(first)
    phone.page.goto(f"{phone.url}/")
    expect(phone.page.locator("#renamed-help")).to_contain_text(username)
    phone.page.get_by_role("button", name="I wrote it down").click()
    expect(phone.page.locator("#renamed")).to_be_hidden()
    phone.page.reload()
    expect(phone.page.locator("#registrations")).not_to_contain_text("…")
    expect(phone.page.locator("#renamed")).to_be_hidden()
    assert first.get("/me").json["usernameReplacedAt"] is None


def test_account_page_shows_how_many_recovery_codes_are_left(phone, applicant):
    app = set_up(applicant)
    for code in app.recovery_codes[:2]:
        assert sign_in(applicant, code).status == 200
    page = open_account(phone, applicant)

    expect(page.locator("#codes-left")).to_have_text("Recovery codes left: 8")


def test_account_page_asks_to_confirm_the_email_before_an_app_is_set_up(
    phone, sign_up_applicant, address
):
    page = open_account(phone, sign_up_applicant(email=address))

    expect(page.locator("#verify-first")).to_be_visible()
    expect(page.locator("#begin")).to_be_hidden()
