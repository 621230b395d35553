"""Changing a submitted registration: nothing is sent or called saved before the button."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import STORED
from tests.browser.journeys import (
    REFERENCE,
    SAVED,
    field,
    fill_in,
    saved,
    shows_no_personal_data,
    sign_in,
    sign_out,
    through_the_menu,
)
from tests.support.clients import COOKIE
from tests.support.events import EVENT, FORM
from tests.support.slow import slow

REGISTRATION = f"/registrations/{EVENT}"
UNSAVED = "Changes not saved yet"
# Longer than the page waits before it saves a draft.
A_WHILE = 10_000


@pytest.fixture
def submission(phone, applicant):
    """River's submitted registration, as the service has it."""
    assert applicant.request("PUT", REGISTRATION, {"form": FORM}).status in STORED
    assert applicant.post(f"{REGISTRATION}/submit").status == 200
    phone.become(applicant)
    return stored(applicant)


@pytest.fixture
def write_requests(phone):
    """The requests that would change the registration."""
    sent = []

    def note(request):
        if request.method != "GET" and "/registrations/" in request.url:
            sent.append(f"{request.method} {request.url.partition('/registrations/')[2]}")

    phone.context.on("request", note)
    return sent


@pytest.fixture
def edited_phone(phone, submission, write_requests):
    """River's phone, with another city typed and not saved."""
    page = phone.page
    page.clock.install()
    open_receipt(phone)
    edit(page, city="Duluth")
    expect(saved(page)).to_have_text(UNSAVED)
    return page


def open_receipt(visit):
    visit.page.goto(f"{visit.url}/register/{EVENT}")
    expect(visit.page.locator("#reference")).to_have_text(REFERENCE)


def edit(page, **answers):
    page.locator("#edit").click()
    fill_in(page, answers)


def stored(person):
    return person.get(REGISTRATION).json


def has_unsaved_changes(page):
    """Assert that the page shows the input, and says that it is not saved."""
    expect(field(page, "city")).to_have_value("Duluth")
    expect(saved(page)).to_have_text(UNSAVED)
    expect(page.get_by_role("button", name="Save changes")).to_be_visible()
    page.clock.run_for(A_WHILE)
    expect(saved(page)).to_have_text(UNSAVED)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def reload(visit):
    visit.page.reload()


def change_the_language_and_back(visit):
    visit.page.get_by_role("button", name="Menu").click()
    press(visit.page, "Español")
    expect(visit.page.locator("#saved")).to_have_text("Cambios sin guardar")
    visit.page.get_by_role("button", name="Menú").click()
    press(visit.page, "English")


def leave_the_tab_and_come_back(visit):
    for is_hidden in ("true", "false"):
        visit.page.evaluate(
            f"""() => {{
            Object.defineProperty(document, "hidden", {{ value: {is_hidden}, configurable: true }});
            document.dispatchEvent(new Event("visibilitychange"));
        }}"""
        )


def lose_the_connection_and_find_it(visit):
    with visit.offline():
        expect(saved(visit.page)).to_have_text(UNSAVED)


@pytest.mark.parametrize(
    "happens",
    [
        reload,
        *slow(
            change_the_language_and_back,
            leave_the_tab_and_come_back,
            lose_the_connection_and_find_it,
        ),
    ],
)
def test_unsaved_changes_of_a_submission_are_kept_shown_as_unsaved_and_never_sent(
    phone, edited_phone, write_requests, applicant, submission, happens
):
    happens(phone)

    has_unsaved_changes(edited_phone)
    assert write_requests == []
    assert stored(applicant) == submission


def test_unsaved_changes_of_a_submission_survive_signing_in_again_and_are_not_sent(
    phone, edited_phone, write_requests, applicant, submission
):
    phone.expects(401)
    phone.context.clear_cookies(name=COOKIE)
    press(edited_phone, "Save changes")
    shows_no_personal_data(edited_phone)
    write_requests.clear()  # the request that was rejected
    sign_in(edited_phone, applicant.name)

    has_unsaved_changes(edited_phone)
    assert write_requests == []
    assert stored(applicant) == submission


def test_a_change_of_a_submission_is_saved_by_the_button_in_the_bar(
    edited_phone, write_requests, applicant, submission
):
    expect(edited_phone.locator(".save-bar").get_by_role("button")).to_have_text("Save changes")
    expect(edited_phone.get_by_text("You already submitted this registration")).to_be_visible()
    press(edited_phone, "Save changes")

    expect(edited_phone.locator("#answers")).to_contain_text("Duluth")
    expect(edited_phone.locator("#announcement")).to_have_text("Changes saved")
    assert write_requests == [f"PUT {EVENT}"]
    assert stored(applicant)["version"] == submission["version"] + 1
    assert "kept" not in edited_phone.evaluate("JSON.stringify(sessionStorage)")


def test_typing_the_stored_answer_again_leaves_nothing_unsaved(edited_phone):
    fill_in(edited_phone, {"city": FORM["city"]})

    expect(saved(edited_phone)).to_have_text("No changes yet")
    expect(edited_phone.get_by_role("button", name="Save changes")).to_have_count(0)
    assert "kept" not in edited_phone.evaluate("JSON.stringify(sessionStorage)")


def test_canceled_changes_of_a_submission_are_gone_from_this_device_too(
    phone, edited_phone, write_requests, applicant, submission
):
    press(edited_phone, "Cancel changes")
    expect(edited_phone.locator("#answers")).to_contain_text(FORM["city"])
    assert "Duluth" not in edited_phone.evaluate("JSON.stringify(sessionStorage)")
    open_receipt(phone)
    edit(edited_phone)

    expect(field(edited_phone, "city")).to_have_value(FORM["city"])
    expect(saved(edited_phone)).to_have_text("No changes yet")
    assert write_requests == []
    assert stored(applicant) == submission


def test_the_browser_asks_before_it_leaves_unsaved_changes(edited_phone):
    dialogs = []
    edited_phone.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.dismiss()))
    with edited_phone.expect_event("dialog"):
        edited_phone.close(run_before_unload=True)

    expect(field(edited_phone, "city")).to_have_value("Duluth")
    assert dialogs == ["beforeunload"]


def test_nothing_is_asked_where_there_are_no_changes(phone, submission):
    dialogs = []
    phone.page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))
    open_receipt(phone)
    edit(phone.page)
    through_the_menu(phone.page, "Your registrations")

    expect(phone.page.locator("#registrations")).to_contain_text("Submitted")
    assert dialogs == []


def test_a_link_asks_before_it_leaves_unsaved_changes(phone, edited_phone, applicant, submission):
    through_the_menu(edited_phone, "Your account")
    press(edited_phone, "Keep editing")
    expect(field(edited_phone, "city")).to_have_value("Duluth")
    edited_phone.locator("#menu").get_by_role("link", name="Your account").click()
    press(edited_phone, "Leave without saving")
    expect(edited_phone.get_by_role("heading", name="Your account")).to_be_visible()

    open_receipt(phone)
    assert "Duluth" not in edited_phone.evaluate("JSON.stringify(sessionStorage)")
    assert stored(applicant) == submission


def test_signing_out_asks_before_it_drops_unsaved_changes(edited_phone):
    sign_out(edited_phone)
    press(edited_phone, "Keep editing")
    expect(field(edited_phone, "city")).to_have_value("Duluth")
    edited_phone.locator("#sign-out button").click()
    press(edited_phone, "Leave without saving")

    shows_no_personal_data(edited_phone)


def test_an_emptied_required_answer_is_named_and_stays_unsaved(
    phone, edited_phone, applicant, submission
):
    phone.expects(422)
    fill_in(edited_phone, {"streetAddress": ""})
    edited_phone.reload()
    expect(saved(edited_phone)).to_have_text(UNSAVED)
    press(edited_phone, "Save changes")

    summary = edited_phone.locator("form .problems").get_by_role("link")
    expect(summary).to_have_text("Enter your street address.")
    expect(saved(edited_phone)).to_have_text(UNSAVED)
    assert stored(applicant) == submission


def test_a_save_whose_response_was_lost_is_found_saved_after_a_reload(
    phone, edited_phone, applicant
):
    def lose_the_answer(route):
        assert route.fetch().status == 200
        route.abort()

    phone.loses("**/nothing")
    phone.context.route(f"**{REGISTRATION}", lose_the_answer, times=1)
    press(edited_phone, "Save changes")
    expect(edited_phone.locator("form .problems")).to_contain_text("can’t reach the service")
    expect(saved(edited_phone)).to_have_text(UNSAVED)
    edited_phone.reload()

    expect(edited_phone.locator("#answers")).to_contain_text("Duluth")
    assert "kept" not in edited_phone.evaluate("JSON.stringify(sessionStorage)")


def correct(super_admin, applicant, **form):
    path = f"/admin{REGISTRATION.replace('/registrations', '/events')}/registrations"
    path = f"{path}/{applicant.account['id']}"
    body = {"form": form, "version": super_admin.get(path).json["version"]}
    assert super_admin.request("PATCH", path, body).status == 200


def test_what_staff_changed_elsewhere_in_a_submission_is_merged(
    phone, edited_phone, applicant, super_admin
):
    phone.expects(409)
    correct(super_admin, applicant, zipCode="55802")
    press(edited_phone, "Save changes")

    expect(edited_phone.locator("#announcement")).to_have_text("Changes saved")
    assert (stored(applicant)["form"]["city"], stored(applicant)["form"]["zipCode"]) == (
        "Duluth",
        "55802",
    )


def test_an_answer_that_staff_changed_too_is_not_overwritten_before_it_was_seen(
    phone, edited_phone, applicant, super_admin
):
    phone.expects(409)
    correct(super_admin, applicant, city="Ely")
    press(edited_phone, "Save changes")
    expect(edited_phone.locator(".contested")).to_contain_text("“Ely”")
    expect(saved(edited_phone)).to_have_text(UNSAVED)
    assert stored(applicant)["form"]["city"] == "Ely"
    press(edited_phone, "Save changes")

    expect(edited_phone.locator("#answers")).to_contain_text("Duluth")
    assert stored(applicant)["form"]["city"] == "Duluth"


def test_a_draft_that_was_submitted_in_another_tab_is_not_changed_without_the_button(
    phone, applicant, write_requests
):
    phone.expects(409)
    phone.become(applicant)
    page = phone.page
    page.clock.install()
    page.goto(f"{phone.url}/register/{EVENT}")
    fill_in(page, FORM)
    expect(saved(page)).to_have_text(SAVED)
    assert applicant.post(f"{REGISTRATION}/submit").status == 200
    submission = stored(applicant)
    fill_in(page, {"city": "Duluth"})

    has_unsaved_changes(page)
    assert stored(applicant) == submission
    press(page, "Save changes")
    expect(page.locator("#answers")).to_contain_text("Duluth")


def test_a_withdrawn_registration_is_not_submitted_again_before_the_button(
    phone, submission, applicant, write_requests
):
    assert applicant.post(f"{REGISTRATION}/withdraw").status == 200
    withdrawn = stored(applicant)
    page = phone.page
    page.clock.install()
    open_receipt(phone)
    edit(page, city="Duluth")
    page.reload()

    expect(field(page, "city")).to_have_value("Duluth")
    expect(saved(page)).to_have_text("Not submitted yet")
    page.clock.run_for(A_WHILE)
    assert write_requests == []
    assert stored(applicant) == withdrawn
    page.locator("#regAck").check()
    press(page, "Submit registration")
    expect(page.locator("#status")).to_have_text("Submitted")
    assert stored(applicant)["form"]["city"] == "Duluth"


def test_withdrawing_says_so_and_what_it_costs(phone, submission):
    open_receipt(phone)
    press(phone.page, "Withdraw registration")
    dialog = phone.page.get_by_role("dialog")
    expect(dialog).to_contain_text("You may lose your spot.")
    dialog.get_by_role("button", name="Withdraw registration").click()

    expect(phone.page.locator("#announcement")).to_have_text("Registration withdrawn")
    expect(phone.page.locator("#status")).to_have_text(re.compile("Withdrawn"))


def test_contact_information_alone_can_be_changed_in_a_review(
    phone, submission, applicant, super_admin
):
    review(super_admin, applicant)
    page = phone.page
    open_receipt(phone)
    press(page, "Edit contact information")
    expect(page.get_by_text("You can still change your phone numbers")).to_be_in_viewport()
    expect(field(page, "lastName")).to_be_hidden()
    fill_in(page, {"city": "Duluth"})
    press(page, "Save changes")

    expect(page.locator("#answers")).to_contain_text("Duluth")
    assert (stored(applicant)["status"], stored(applicant)["form"]["city"]) == (
        "InReview",
        "Duluth",
    )


def review(super_admin, applicant):
    path = f"/admin/events/{EVENT}/registrations/{applicant.account['id']}"
    body = {"status": "InReview", "version": super_admin.get(path).json["version"]}
    assert super_admin.post(f"{path}/status", body).status == 200


def test_a_review_that_begins_meanwhile_locks_other_answers_and_says_so(
    phone, edited_phone, applicant, super_admin
):
    phone.expects(409)
    fill_in(edited_phone, {"preferredName": "Riv"})
    review(super_admin, applicant)
    press(edited_phone, "Save changes")

    expect(edited_phone.locator("#announcement")).to_contain_text("Preferred name")
    expect(field(edited_phone, "preferredName")).to_be_hidden()
    has_unsaved_changes(edited_phone)
    press(edited_phone, "Save changes")
    expect(edited_phone.locator("#answers")).to_contain_text("Duluth")
    assert "preferredName" not in stored(applicant)["form"]


def test_applicants_are_told_who_can_see_their_draft(phone, applicant):
    phone.become(applicant)
    page = phone.page
    page.goto(f"{phone.url}/register/{EVENT}")
    privacy_notice = page.locator("#draft-privacy")
    expect(privacy_notice).to_contain_text(
        "Staff can see a draft only if you tell them its reference number"
    )
    fill_in(page, {"city": "Duluth"})

    expect(privacy_notice).to_contain_text(re.compile(r": [0-9A-Z]{6}$"))


def test_editing_starts_at_the_top_of_the_form(phone, submission):
    open_receipt(phone)
    page = phone.page
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator("#edit").evaluate("button => button.click()")

    expect(page.locator("#registration")).to_be_visible()
    assert page.evaluate("scrollY") == 0
