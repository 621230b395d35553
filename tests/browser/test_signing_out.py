"""Signing out on a phone that several people may share."""

import pytest
from playwright.sync_api import expect

from tests.browser.desk import STORED
from tests.browser.journeys import field, fill_in, shows_no_personal_data, sign_out
from tests.support.clients import COOKIE, PASSWORD
from tests.support.events import EVENT, FORM
from tests.support.slow import slow

ENDING = "**/sessions/current"
STATELESS = "**/signout"


@pytest.fixture
def page(phone, applicant):
    """River's phone, with answers on it that are not sent yet."""
    phone.become(applicant)
    assert applicant.request("PUT", f"/registrations/{EVENT}", {"form": FORM}).status in STORED
    phone.page.goto(f"{phone.url}/register/{EVENT}")
    expect(field(phone.page, "city")).to_have_value(FORM["city"])
    return phone.page


def cookies_of(visit):
    return {cookie["name"] for cookie in visit.context.cookies()}


def refuse_with(status):
    return lambda route: route.fulfill(status=status, json={"error": "No.", "code": "unavailable"})


def test_it_ends_the_session_on_the_server_and_forgets_what_the_page_kept(phone, page, applicant):
    sign_out(page)
    shows_no_personal_data(page, "River", FORM["city"])
    expect(page.locator("#signed-out")).to_have_text("You’re signed out on this device.")

    assert applicant.get("/me").status == 401
    assert COOKIE not in cookies_of(phone)
    assert page.evaluate("sessionStorage.length") == 0


def test_back_shows_nothing_of_who_was_there(phone, page):
    phone.expects(401)
    page.goto(f"{phone.url}/account")
    expect(page.locator("#own-username")).not_to_be_empty()
    sign_out(page)
    shows_no_personal_data(page)
    # The page empties itself before it leaves, and a browser that leaves can't go back.
    expect(page.locator("#signed-out")).to_be_visible()
    page.go_back()
    shows_no_personal_data(page, "River", FORM["city"])


def test_where_the_session_cannot_be_ended_the_cookie_still_goes(phone, page, applicant):
    phone.expects(503)
    phone.context.route(ENDING, refuse_with(503))
    sign_out(page)
    shows_no_personal_data(page)

    assert COOKIE not in cookies_of(phone)
    assert applicant.get("/me").status == 200


def test_a_session_that_is_over_is_signed_out_of_just_the_same(phone, page, applicant):
    phone.expects(401)
    assert applicant.delete("/sessions").status == 200
    sign_out(page)
    shows_no_personal_data(page)

    assert COOKIE not in cookies_of(phone)


def test_offline_it_says_that_one_is_still_signed_in_and_its_button_works_later(
    phone, page, applicant
):
    message = page.get_by_text("You’re still signed in on this device.")
    with phone.offline():
        sign_out(page)
        expect(message).to_be_visible()
        expect(page.locator("#still-signed-in")).to_be_focused()
    page.locator("#still-signed-in button").click()
    shows_no_personal_data(page)

    assert applicant.get("/me").status == 401


def test_where_both_ways_fail_it_does_not_pretend(phone, page, applicant):
    phone.expects(503)
    phone.context.route(ENDING, refuse_with(503))
    phone.context.route(STATELESS, refuse_with(503))
    sign_out(page)

    expect(page.get_by_text("You’re still signed in on this device.")).to_be_visible()
    assert applicant.get("/me").status == 200


def end_all_sessions(page):
    press_and_confirm(page, "Sign out of all devices")


def delete_the_account(page):
    press_and_confirm(page, "Delete my account", PASSWORD)


def press_and_confirm(page, button, password=None):
    page.get_by_role("button", name=button).click()
    dialog = page.get_by_role("dialog")
    if password:
        dialog.get_by_label("Current password").fill(password)
    dialog.get_by_role("button", name=button).click()


@pytest.mark.parametrize("way_out", [sign_out, *slow(end_all_sessions, delete_the_account)])
def test_the_other_tabs_are_left_and_forget_too(phone, page, way_out):
    waiting = phone.tab()  # left at the end of an earlier session, with what was typed
    waiting.goto(f"{phone.url}/signin")
    waiting.evaluate(
        """() => {
          sessionStorage.setItem("kept/register", "River");
          // The page has listened for longer, and is told first.
          window.told = new Promise((resolve) =>
            (new BroadcastChannel("breeze-lakes-point").onmessage = () => resolve()));
        }"""
    )
    other = phone.tab()
    other.goto(f"{phone.url}/account", wait_until="networkidle")
    expect(other.locator("#own-username")).not_to_be_empty()
    page.goto(f"{phone.url}/account", wait_until="networkidle")
    way_out(page)

    shows_no_personal_data(page, "River")
    shows_no_personal_data(other, "River")
    waiting.evaluate("told")
    for tab in (page, other, waiting):
        assert tab.evaluate("sessionStorage.length") == 0


def test_what_is_typed_and_not_saved_yet_is_not_sent_after_it(phone, page, applicant):
    sent = []
    phone.context.on("request", lambda request: sent.append(request.method))
    fill_in(page, {"city": "Duluth"})
    sign_out(page)
    shows_no_personal_data(page, "Duluth")

    assert "PUT" not in sent[sent.index("DELETE") :]


@pytest.mark.parametrize("path", ["/", "/account", "/register", "/staff", f"/register/{EVENT}"])
def test_who_is_not_signed_in_is_sent_to_sign_in_and_comes_back(phone, applicant, path):
    phone.expects(401)
    phone.page.goto(f"{phone.url}{path}")
    shows_no_personal_data(phone.page)
    field(phone.page, "username").fill(applicant.name)
    field(phone.page, "password").fill("four quiet lakes in May")
    phone.page.keyboard.press("Enter")

    phone.page.wait_for_url(lambda url: url.partition("#")[0] == f"{phone.url}{path}")


@pytest.mark.parametrize(
    "next_page",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "javascript:alert(1)",
    ],
)
def test_signing_in_never_redirects_to_another_site(phone, applicant, next_page):
    phone.page.goto(f"{phone.url}/signin?next={next_page}")
    field(phone.page, "username").fill(applicant.name)
    field(phone.page, "password").fill("four quiet lakes in May")
    phone.page.keyboard.press("Enter")
    phone.page.locator("body[data-ready]").wait_for()

    assert phone.page.url.startswith(f"{phone.url}/")
