"""Applicants register, on a phone."""

import re

import pytest
from playwright.sync_api import expect

from chalicelib.platform.errors import ServiceUnavailable, TooManyAttempts
from chalicelib.platform.identifiers import new_identifier
from chalicelib.sessions.account_limits import APPLICANT_CHANGES
from tests.browser.desk import STORED, create_event
from tests.browser.journeys import (
    REFERENCE,
    SAVED,
    field,
    fill_in,
    fill_in_whole,
    problem_of,
    register_without_email,
    saved,
    sign_in,
    submit,
)
from tests.support.clients import COOKIE, PASSWORD
from tests.support.events import EVENT, FORM

REGISTRATION = f"/registrations/{EVENT}"
LATER = "winter-market"
SAVED_TOO_MUCH = APPLICANT_CHANGES.message


@pytest.fixture
def form_phone(phone, applicant):
    """River's phone, at the form, before anything is in it."""
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/register/{EVENT}")
    expect(phone.page.locator("#registration")).to_be_visible()
    return phone.page


@pytest.fixture
def receipt_phone(phone, applicant):
    """River's phone, at the receipt."""
    assert applicant.request("PUT", REGISTRATION, {"form": FORM}).status in STORED
    assert applicant.post(f"{REGISTRATION}/submit").status == 200
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/register/{EVENT}")
    expect(phone.page.locator("#reference")).to_have_text(REFERENCE)
    return phone.page


def stored(person, event=EVENT):
    return person.get(f"/registrations/{event}").json


# make check goes the same way with the package: tests/package/test_pages.py.
@pytest.mark.slow
def test_from_no_account_to_a_submitted_registration_and_back_again(phone):
    phone.expects(401, 422)
    register_without_email(phone, f"river-{new_identifier()}")


def sign_up_unanswered(visit, username):
    """Let a sign-up reach the service, but lose the response."""
    page = visit.page
    page.goto(f"{visit.url}/signup")
    fill_in(page, {"username": username, "password": PASSWORD})

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    visit.loses("**/signup")
    visit.context.route("**/signup", lose_the_answer, times=1)
    page.get_by_role("button", name="Create account", exact=True).click()
    expect(page.locator("form .problems")).to_contain_text("can’t reach the service")
    visit.context.unroute("**/signup")


def test_a_sign_up_whose_answer_was_lost_is_tried_again_and_goes_on(phone):
    phone.expects(409)
    sign_up_unanswered(phone, f"river-{new_identifier()}")
    phone.page.get_by_role("button", name="Create account", exact=True).click()

    expect(phone.page.get_by_role("heading", name="Register for an event")).to_be_visible()


def test_a_name_of_another_user_is_taken_after_a_lost_response_too(phone, sign_up_applicant):
    phone.expects(401, 409)
    sign_up_unanswered(phone, sign_up_applicant(password="seven herons left the marsh").name)
    phone.page.get_by_role("button", name="Create account", exact=True).click()

    expect(phone.page.locator("form .problems")).to_contain_text("already in use")


def test_a_taken_username_is_marked_and_leads_to_the_sign_in(phone, applicant):
    phone.expects(409)
    page = phone.page
    page.goto(f"{phone.url}/signup?next=/account")
    field(page, "username").fill(applicant.name)
    field(page, "password").fill("seven herons left the marsh")
    page.get_by_role("button", name="Create account", exact=True).click()

    expect(problem_of(page, "username")).to_contain_text("already in use")
    expect(field(page, "username")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#taken")).to_contain_text("Is this your account?")
    expect(page.locator("#send-sign-up-link")).to_be_hidden()
    page.locator("#taken").get_by_role("link", name="Sign in").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert "next=%2Faccount" in page.url


def test_after_a_lost_answer_a_name_is_not_taken_because_of_too_many_tries(phone):
    phone.expects(409, 429)
    sign_up_unanswered(phone, f"river-{new_identifier()}")
    error_body = {"error": TooManyAttempts.message, "code": TooManyAttempts.code}
    answer = {"status": 429, "json": error_body, "headers": {"Retry-After": "30"}}
    phone.context.route("**/signin", lambda route: route.fulfill(**answer))
    phone.page.get_by_role("button", name="Create account", exact=True).click()

    expect(phone.page.locator("form .problems")).to_contain_text("Too many attempts.")


def test_where_one_event_is_open_registering_leads_to_its_form(phone, applicant, super_admin):
    only = {"items": [super_admin.get(f"/events/{EVENT}").json], "cursor": None}
    phone.context.route("**/events?*", lambda route: route.fulfill(json=only))
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/register")

    expect(phone.page.locator("#registration")).to_be_visible()


def test_event_that_one_is_registered_for_leads_to_the_registration(receipt_phone, phone):
    receipt_phone.goto(f"{phone.url}/register")
    card = receipt_phone.locator(".card", has=receipt_phone.locator(f"a[href$='/{EVENT}']"))
    other = receipt_phone.locator(".card", has=receipt_phone.locator(f"a[href$='/{LATER}']"))

    expect(card.get_by_role("link", name="View registration")).to_be_visible()
    expect(other.get_by_role("link", name="Register", exact=True)).to_be_visible()


def test_a_form_begins_with_what_the_account_knows(form_phone):
    expect(field(form_phone, "firstName")).to_have_value("River")
    expect(field(form_phone, "lastName")).to_have_value("Okafor")


def test_a_draft_over_the_hourly_limit_says_so_keeps_what_was_typed_and_is_saved_later(
    phone, form_phone, applicant
):
    phone.expects(429)
    error_body = {"error": SAVED_TOO_MUCH, "code": TooManyAttempts.code}
    headers = {"Retry-After": "60", "Content-Language": "en"}
    answer = {"status": 429, "json": error_body, "headers": headers}
    phone.context.route(f"**{REGISTRATION}", lambda route: route.fulfill(**answer))
    fill_in(form_phone, {"city": "Duluth"})
    expect(saved(form_phone)).to_have_text(
        f"Not saved yet: {SAVED_TOO_MUCH} Try again in 60 seconds. Keep this tab open. "
        "We’ll save it then."
    )
    expect(field(form_phone, "city")).to_have_value("Duluth")
    phone.context.unroute(f"**{REGISTRATION}")
    form_phone.evaluate("dispatchEvent(new Event('online'))")

    expect(saved(form_phone)).to_contain_text("Saved at")
    assert stored(applicant)["form"]["city"] == "Duluth"


def test_what_was_submitted_can_be_changed(receipt_phone, applicant):
    receipt_phone.get_by_role("button", name="Edit my answers").click()
    fill_in(receipt_phone, {"city": "Duluth"})
    receipt_phone.get_by_role("button", name="Save changes").click()

    expect(receipt_phone.locator("#answers")).to_contain_text("Duluth")
    assert stored(applicant)["form"]["city"] == "Duluth"


def test_what_was_submitted_cannot_become_incomplete(phone, receipt_phone, applicant):
    phone.expects(422)
    receipt_phone.get_by_role("button", name="Edit my answers").click()
    fill_in(receipt_phone, {"city": ""})
    receipt_phone.get_by_role("button", name="Save changes").click()

    expect(problem_of(receipt_phone, "city")).to_have_text("Enter your city.")
    assert stored(applicant)["form"]["city"] == FORM["city"]


def test_what_was_withdrawn_is_signed_and_submitted_again(phone, receipt_phone, applicant):
    phone.expects(422)
    receipt_phone.get_by_role("button", name="Withdraw").click()
    receipt_phone.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(receipt_phone.locator("#status")).to_have_text("Withdrawn")

    receipt_phone.get_by_role("button", name="Edit and submit again").click()
    receipt_phone.get_by_role("button", name="Submit registration", exact=True).click()
    expect(problem_of(receipt_phone, "regAck")).to_be_visible()
    assert stored(applicant)["status"] == "Withdrawn"
    receipt_phone.locator("#regAck").check()
    receipt_phone.get_by_role("button", name="Submit registration", exact=True).click()
    expect(receipt_phone.locator("#status")).to_have_text("Submitted")
    assert stored(applicant)["status"] == "Submitted"


def test_a_question_answered_no_changes_nothing(receipt_phone, applicant):
    receipt_phone.get_by_role("button", name="Withdraw").click()
    receipt_phone.get_by_role("button", name="Keep registration").click()

    expect(receipt_phone.get_by_role("dialog")).to_have_count(0)
    assert stored(applicant)["status"] == "Submitted"


def test_a_draft_can_be_deleted(form_phone, applicant):
    fill_in(form_phone, {"city": "Duluth"})
    expect(saved(form_phone)).to_have_text(SAVED)
    form_phone.get_by_role("button", name="Delete draft").click()
    form_phone.get_by_role("dialog").get_by_role("button", name="Delete draft").click()

    expect(field(form_phone, "city")).to_have_value("")
    assert applicant.get(REGISTRATION).status == 404


def test_a_draft_is_saved_without_what_is_wrong_in_it(phone, form_phone, applicant):
    phone.expects(422)
    fill_in(form_phone, {"phone1": "12", "city": "Duluth"})

    expect(saved(form_phone)).to_contain_text("except: Phone")
    assert stored(applicant)["form"]["city"] == "Duluth"
    assert "phone1" not in stored(applicant)["form"]


def test_what_changed_elsewhere_is_merged_and_nothing_typed_is_lost(phone, form_phone, applicant):
    phone.expects(409)
    fill_in(form_phone, {"city": "Duluth", "streetAddress": "1 Lake Street"})
    expect(saved(form_phone)).to_have_text(SAVED)
    here = stored(applicant)
    changed = here["form"] | {"city": "Ely", "aptSuite": "4", "streetAddress": "2 Lake Street"}
    body_of_other_client = {"form": changed, "version": here["version"]}
    assert applicant.request("PUT", REGISTRATION, body_of_other_client).status == 200
    fill_in(form_phone, {"streetAddress": "3 Lake Street"})

    expect(field(form_phone, "aptSuite")).to_have_value("4")
    expect(field(form_phone, "city")).to_have_value("Ely")
    expect(field(form_phone, "streetAddress")).to_have_value("3 Lake Street")
    expect(form_phone.locator(".contested")).to_contain_text("2 Lake Street")
    expect(saved(form_phone)).to_have_text(SAVED)
    assert stored(applicant)["form"]["streetAddress"] == "3 Lake Street"


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(
    phone, form_phone, applicant
):
    phone.expects(401)
    assert applicant.other_client().sign_in().status == 200
    phone.context.clear_cookies(name=COOKIE)
    fill_in(form_phone, {"city": "Duluth"})
    expect(form_phone.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    expect(form_phone.locator("#signed-ended")).to_be_visible()
    sign_in(form_phone, applicant.name)

    expect(field(form_phone, "city")).to_be_visible()
    expect(field(form_phone, "city")).to_have_value("Duluth")
    expect(saved(form_phone)).to_have_text(SAVED)
    assert stored(applicant)["form"]["city"] == "Duluth"


def test_another_user_who_signs_in_there_sees_none_of_it(phone, form_phone, sign_up_applicant):
    phone.expects(401)
    phone.context.clear_cookies(name=COOKIE)
    fill_in(form_phone, {"city": "Duluth"})
    expect(form_phone.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    sign_in(form_phone, sign_up_applicant().name)

    expect(form_phone.locator("#registration")).to_be_visible()
    expect(field(form_phone, "city")).to_have_value("")
    assert "Duluth" not in form_phone.evaluate("JSON.stringify(sessionStorage)")


def test_last_seasons_answers_are_there_but_for_age_and_signature(receipt_phone, applicant):
    receipt_phone.goto(receipt_phone.url.replace(EVENT, LATER))

    expect(receipt_phone.get_by_text("We filled in your answers from last time")).to_be_visible()
    expect(field(receipt_phone, "city")).to_have_value(FORM["city"])
    expect(receipt_phone.locator('[name="shifts"]:checked')).to_have_count(2)
    expect(receipt_phone.locator('[name="age"]:checked')).to_have_count(0)
    expect(field(receipt_phone, "regAck")).not_to_be_checked()


def test_an_applicant_who_is_too_young_gets_a_kind_message(phone, form_phone):
    phone.expects(422)
    fill_in_whole(form_phone)
    fill_in(form_phone, {"age": "UnderSixteen"})
    submit(form_phone)

    expect(problem_of(form_phone, "age")).to_contain_text("You must be at least 16")


def test_a_closed_event_says_since_when(phone, applicant, super_admin):
    create_event(super_admin, "past-fair", registrationClosesAt="2026-11-02T08:00:00Z")
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/register/past-fair")

    expect(phone.page.locator("#closed")).to_have_text(
        "Registration closed November 2, 2026 at 2:00 AM CST."
    )


def test_an_event_that_is_not_there_leads_to_those_that_are(phone, applicant):
    phone.expects(404)
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/register/nowhere")
    phone.page.locator("main").get_by_role("link", name="Register").click()

    expect(phone.page.get_by_role("heading", name="Register for an event")).to_be_visible()


def test_the_keyboard_alone_signs_in_and_submits(phone, applicant):
    phone.expects(401)
    page = phone.page
    draft = {name: value for name, value in FORM.items() if name not in {"age", "regAck"}}
    assert applicant.request("PUT", REGISTRATION, {"form": draft}).status in STORED

    def reach(condition):
        for _ in range(120):
            if page.evaluate(f"() => document.activeElement.matches({condition!r})"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"No Tab leads to {condition}")

    page.goto(f"{phone.url}/register/{EVENT}")
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    reach("[name=username]")
    page.keyboard.type(applicant.name)
    reach("[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#registration")).to_be_visible()
    reach("[name=age]")
    page.keyboard.press("ArrowDown")
    for _ in ("contact", "availability", "jobs", "review"):
        reach("#next")
        page.keyboard.press("Enter")
    reach("[name=regAck]")
    page.keyboard.press("Space")
    reach("#send")
    page.keyboard.press("Enter")

    expect(page.locator("#reference")).to_have_text(REFERENCE)
    assert stored(applicant)["form"]["age"] == "SixteenToSeventeen"


@pytest.mark.parametrize(
    ("where", "reading", "content"),
    [
        ("/", "**/registrations", "#registrations .card"),
        ("/register", "**/events?*", "#events .card"),
        ("/account", "**/sessions?*", "#sessions .agent"),
    ],
)
def test_a_page_that_cannot_read_what_it_begins_with_says_so_and_asks_again(
    phone, applicant, where, reading, content
):
    phone.expects(503)
    away = {"error": ServiceUnavailable.message, "code": ServiceUnavailable.code}
    phone.context.route(reading, lambda route: route.fulfill(status=503, json=away), times=1)
    phone.become(applicant)
    phone.page.goto(f"{phone.url}{where}")
    expect(phone.page.get_by_role("alert")).to_contain_text(away["error"])
    phone.page.get_by_role("button", name="Try again").click()

    expect(phone.page.locator(content).first).to_be_visible()


@pytest.mark.parametrize(
    ("where", "reading"),
    [("/", "**/registrations"), ("/register", "**/events?*"), ("/account", "**/sessions?*")],
)
def test_whose_session_ends_while_a_page_begins_is_asked_to_sign_in(
    phone, applicant, where, reading
):
    phone.expects(401)
    over = {"error": "Please sign in.", "code": "not_signed_in"}
    phone.context.route(reading, lambda route: route.fulfill(status=401, json=over))
    phone.become(applicant)
    phone.page.goto(f"{phone.url}{where}")

    expect(phone.page).to_have_url(re.compile("/signin"))
