"""A person signs in on a phone that other people use, too: it keeps nothing of them."""

import pytest
from playwright.sync_api import expect

from tests.browser.desk import STORED
from tests.browser.journeys import field, fill_in, shows_no_personal_data, sign_in, sign_out
from tests.support.clients import COOKIE, DEVICE_COOKIE, PASSWORD
from tests.support.events import EVENT, FORM

BOX = "This is a shared phone or computer"
MARK = "BREEZE_LAKES_POINT_SHARED_DEVICE"
MINUTES = 60_000
STORAGE = "JSON.stringify({ ...sessionStorage, ...localStorage })"


def cookie(visit, name):
    return next((one for one in visit.context.cookies() if one["name"] == name), None)


@pytest.fixture
def page(phone, applicant):
    """River's account page on a shared phone, with a clock that the test moves."""
    phone.page.clock.install()
    phone.page.goto(f"{phone.url}/signin?next=/account")
    phone.page.get_by_label(BOX).check()
    sign_in(phone.page, applicant.name)
    expect(phone.page.locator("#own-username")).not_to_be_empty()
    phone.page.wait_for_load_state("networkidle")
    return phone.page


def test_the_browser_keeps_the_session_until_it_is_closed_and_does_not_become_trusted(phone, page):
    assert cookie(phone, COOKIE)["expires"] == -1
    assert cookie(phone, DEVICE_COOKIE) is None


def test_without_the_box_the_browser_keeps_both(phone, applicant):
    phone.page.goto(f"{phone.url}/signin")
    sign_in(phone.page, applicant.name)
    phone.page.locator("body[data-ready]").wait_for()

    assert cookie(phone, COOKIE)["expires"] > 0
    assert cookie(phone, DEVICE_COOKIE)


def test_a_sign_up_is_for_a_shared_phone_too(phone, sign_up_applicant):
    page = phone.page
    page.goto(f"{phone.url}/signup")
    page.get_by_label(BOX).check()
    field(page, "username").fill(f"{sign_up_applicant().name}-2")
    field(page, "password").fill(PASSWORD)
    page.get_by_role("button", name="Create account", exact=True).click()
    page.locator("body[data-ready]").wait_for()

    assert cookie(phone, COOKIE)["expires"] == -1
    assert cookie(phone, DEVICE_COOKIE) is None


def posted(page, path, act):
    """The body that a page sends."""
    with page.expect_request(f"**{path}") as sent:
        act()
    return sent.value.post_data_json


def test_an_emailed_code_signs_in_on_a_shared_phone(phone):
    phone.expects(401)
    page = phone.page
    page.goto(f"{phone.url}/signin")
    page.get_by_label(BOX).check()
    page.goto(f"{phone.url}/signin/email#code=CDFH-2345")
    body = posted(
        page, "/signin/email/code", lambda: page.get_by_role("button", name="Sign in").click()
    )
    expect(page.locator("form .problems")).to_be_visible()

    assert body == {"emailCode": "CDFH-2345", "code": "", "sharedDevice": True}


def test_a_provider_signs_in_on_a_shared_phone(phone):
    phone.expects(401)
    page = phone.page
    page.goto(f"{phone.url}/signin")
    page.get_by_label(BOX).check()
    body = posted(page, "/signin/proof", lambda: page.goto(f"{phone.url}/signin/provider"))
    expect(page.locator("#problem")).not_to_be_empty()

    assert body == {"sharedDevice": True}


def test_a_passkey_signs_in_on_a_shared_phone(phone, page):
    phone.expects(401)
    page.goto(f"{phone.url}/signin")
    page.route("**/signin/passkey/verification", lambda route: route.fulfill(json={"msg": "Yes"}))
    page.evaluate(
        """() => {
          const bytes = new Uint8Array([1]).buffer;
          const names = ["clientDataJSON", "authenticatorData", "signature", "userHandle"];
          const response = Object.fromEntries(names.map((name) => [name, bytes]));
          navigator.credentials.get = async () => ({ id: "AQ", response });
        }"""
    )
    button = page.get_by_role("button", name="Sign in with a passkey")
    body = posted(page, "/signin/passkey", button.click)
    expect(page.locator(".toast[data-kind=wrong]")).to_be_visible()

    assert body == {"sharedDevice": True}


def test_the_box_stays_checked_on_each_page_until_it_is_unchecked(phone):
    page = phone.page
    page.goto(f"{phone.url}/signin")
    page.get_by_label(BOX).check()
    assert cookie(phone, MARK)["expires"] == -1
    page.get_by_role("link", name="Create account", exact=True).click()
    expect(page.get_by_label(BOX)).to_be_checked()
    page.get_by_label(BOX).uncheck()
    assert cookie(phone, MARK) is None

    page.reload()
    expect(page.get_by_label(BOX)).not_to_be_checked()


@pytest.mark.parametrize("path", ["/signin", "/signup"])
def test_the_browser_is_asked_not_to_offer_usernames(phone, path):
    page = phone.page
    page.goto(f"{phone.url}{path}")
    usual = field(page, "username").get_attribute("autocomplete")
    page.get_by_label(BOX).check()
    expect(field(page, "username")).to_have_attribute("autocomplete", "off")
    page.get_by_label(BOX).uncheck()

    expect(field(page, "username")).to_have_attribute("autocomplete", usual)


def test_the_list_of_devices_says_which_one_is_shared(page):
    expect(page.locator("#sessions li", has_text="This device")).to_contain_text(
        "(shared with others)"
    )
    others = page.locator("#sessions li").filter(has_not_text="This device")
    expect(others.locator(".shared")).to_be_hidden()


def test_no_passkey_is_offered(page):
    expect(page.locator("#passkeys")).to_contain_text("sign in on your own")
    expect(page.locator("#add-passkey")).to_be_hidden()


def test_after_15_minutes_without_activity_the_page_warns_and_leaves(page):
    page.clock.fast_forward(12 * MINUTES)
    expect(page.locator("#session-end")).to_contain_text("you haven’t done anything")
    page.clock.fast_forward(2 * MINUTES)

    shows_no_personal_data(page, "River")
    expect(page.locator("#signed-ended")).to_contain_text("Your session has ended")
    expect(page.get_by_text("What you typed is still in this tab.")).to_be_hidden()


def test_what_was_typed_is_gone_when_the_session_ends(phone, applicant, page):
    path = f"/registrations/{EVENT}"
    assert applicant.request("PUT", path, {"form": FORM}).status in STORED
    assert applicant.post(f"{path}/submit").status == 200
    page.goto(f"{phone.url}/register/{EVENT}")
    page.get_by_role("button", name="Edit my answers").click()
    fill_in(page, {"city": "Duluth"})
    assert "Duluth" in page.evaluate(STORAGE)
    page.clock.fast_forward(14 * MINUTES)

    shows_no_personal_data(page, "River", "Duluth")
    assert page.evaluate(STORAGE) == "{}"


def test_nothing_is_left_after_signing_out_but_that_the_phone_is_shared(phone, page):
    sign_out(page)
    shows_no_personal_data(page, "River")

    assert page.evaluate(STORAGE) == "{}"
    assert cookie(phone, COOKIE) is None
    expect(page.get_by_label(BOX)).to_be_checked()
