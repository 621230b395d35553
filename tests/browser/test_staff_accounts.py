"""What staff do with accounts on the pages: create, disable, reset, and sign out."""

import re

from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.desk import CLOSED, announced, at, create_event
from tests.browser.journeys import field, fill_in, shows_no_personal_data
from tests.browser.visits import DESKTOP
from tests.support.clients import COOKIE, PASSWORD
from tests.support.events import FORM


def test_a_walk_in_gets_an_account_a_link_and_a_registration(fair, super_admin_browser, visit):
    page = at(super_admin_browser, f"/staff/walk-in?event={fair.event}")
    surname = f"Walker{new_identifier()}"
    page.get_by_role("searchbox").fill(surname)
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#found")).to_have_text("No accounts found")
    fill_in(page, {"firstName": "Will", "lastName": surname})
    page.get_by_role("button", name="Create account only").click()
    link = page.get_by_label("One-time password link").input_value()
    username = page.locator("#made").text_content()

    page.get_by_role("button", name="Go to registration form").click()
    expect(page.locator("#who")).to_have_text(f"Will {surname}")
    fill_in(
        page, {name: FORM[name] for name in FORM if name not in {"lastName", "ethnicity", "regAck"}}
    )
    page.get_by_label("The applicant signed on paper").check()
    page.get_by_role("button", name="Submit registration").click()
    expect(page.locator("#standing")).to_have_text("Submitted")

    walk_in_page = visit().page
    walk_in_page.goto(link)
    field(walk_in_page, "newPassword").fill(PASSWORD)
    walk_in_page.get_by_role("button", name="Save password").click()
    walk_in_page.get_by_role("link", name="Sign in").click()
    fill_in(walk_in_page, {"username": username, "password": PASSWORD})
    walk_in_page.get_by_role("button", name="Sign in", exact=True).click()
    expect(walk_in_page.locator("main")).to_contain_text("Submitted")


def test_who_stands_at_the_desk_need_not_say_it_again_after_an_ended_session(
    fair, super_admin, super_admin_browser, admin
):
    super_admin_browser.expects(401)
    event = create_event(super_admin, f"fair-{new_identifier()}", **CLOSED)
    page = at(super_admin_browser, f"/staff/walk-in?event={fair.event}")
    page.get_by_label("Event").select_option(event)
    for reader, name in ((super_admin, "Will"), (admin, "")):
        fill_in(page, {"firstName": "Will"})
        super_admin_browser.context.clear_cookies(name=COOKIE)
        page.get_by_role("button", name="Create account only").click()
        shows_no_personal_data(page)
        super_admin_browser.become(reader)
        page = at(super_admin_browser, f"/staff/walk-in?event={event}")

        expect(field(page, "firstName")).to_have_value(name)
        expect(page.get_by_label("Event")).to_have_value(event)


def test_who_has_an_account_is_found_and_their_registration_gone_on_with(fair, super_admin_browser):
    super_admin_browser.expects(409)
    applicant = fair.register()
    page = at(super_admin_browser, f"/staff/walk-in?event={fair.event}")
    page.get_by_role("searchbox").fill(applicant.name)
    page.get_by_role("button", name="Search").click()
    page.locator("#people").get_by_role("button", name="Go to registration form").click()

    expect(page.locator("#standing")).to_have_text("Submitted")


# People.


def person_shown(page, person):
    return page.locator("#people > li", has_text=person.name)


def test_a_person_is_made_staff(super_admin_browser, sign_up_applicant):
    applicant = sign_up_applicant()
    page = at(super_admin_browser, f"/staff/people?q={applicant.name}")
    expect(person_shown(page, applicant)).to_contain_text("Signs in with: password")
    person_shown(page, applicant).get_by_text("Manage account").click()
    page.get_by_role("combobox", name="Role").last.select_option("Admin")
    page.get_by_role("button", name="Change role").click()
    page.get_by_role("dialog").get_by_role("button", name="Change role").click()

    expect(person_shown(page, applicant).locator(".role")).to_have_text("Admin")
    assert applicant.get("/admin/users").status == 200
    person_shown(page, applicant).get_by_text("Account activity").click()
    expect(person_shown(page, applicant).locator(".trail li").first).to_contain_text("superadmin")
    expect(person_shown(page, applicant).locator(".trail li").first).to_contain_text("role changed")


def test_a_person_is_kept_from_signing_in_and_let_in_again(super_admin_browser, sign_up_applicant):
    applicant = sign_up_applicant()
    page = at(super_admin_browser, f"/staff/people?q={applicant.name}")
    page.get_by_text("Manage account").click()
    page.get_by_role("button", name="Disable").click()
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(person_shown(page, applicant).locator(".gone")).to_be_visible()
    assert applicant.sign_in().status == 401

    page.get_by_role("button", name="Enable").click()
    expect(person_shown(page, applicant).locator(".gone")).to_be_hidden()
    assert applicant.sign_in().status == 200


def test_a_link_for_a_new_password_is_shown_to_hand_over(super_admin_browser, sign_up_applicant):
    applicant = sign_up_applicant()
    page = at(super_admin_browser, f"/staff/people?q={applicant.name}")
    page.get_by_text("Manage account").click()
    page.get_by_role("button", name="Create password reset link").click()
    page.get_by_role("dialog").get_by_role("button", name="Link").click()

    link = page.get_by_label("One-time password link")
    expect(link).to_have_value(re.compile(rf"^{super_admin_browser.url}/reset#token=."))


def test_a_person_is_signed_out_everywhere(super_admin_browser, sign_up_applicant):
    applicant = sign_up_applicant()
    page = at(super_admin_browser, f"/staff/people?q={applicant.name}")
    page.get_by_text("Manage account").click()
    page.get_by_role("button", name="Sign out of all devices").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out").click()

    expect(announced(page)).to_have_text("Signed out of all devices")
    assert applicant.get("/me").status == 401


def test_an_admin_is_offered_what_an_admin_may_do(visit, admin, sign_up_applicant):
    applicant = sign_up_applicant()
    browser = visit(viewport=DESKTOP)
    browser.become(admin)
    page = at(browser, f"/staff/people?q={applicant.name}")
    page.get_by_text("Manage account").click()
    expect(page.get_by_role("button", name="Disable")).to_be_visible()
    expect(page.get_by_role("button", name="Change role")).to_have_count(0)
    expect(page.get_by_text("Account activity")).to_have_count(0)

    page = at(browser, "/staff/people?q=superadmin")
    expect(page.locator("#people > li")).to_have_count(1)
    expect(page.get_by_text("Manage account")).to_have_count(0)

    page = at(browser, "/staff/events")
    expect(page.locator(".card")).not_to_have_count(0)
    expect(page.locator("main button:visible")).to_have_count(0)
