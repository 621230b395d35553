"""A page that is still open when another user signs in with the same browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.desk import STORED
from tests.browser.journeys import (
    SAVED,
    field,
    fill_in,
    saved,
    shows_no_personal_data,
    sign_in,
    sign_out,
)
from tests.support.clients import COOKIE
from tests.support.events import EVENT, FORM

REGISTRATION = f"/registrations/{EVENT}"
SKYS = FORM | {"firstName": "Sky", "city": "Ely", "aptSuite": "4"}


@pytest.fixture
def other_applicant(sign_up_applicant):
    return sign_up_applicant(firstName="Sky", lastName="Larsen")


@pytest.fixture
def open_form(phone):
    """Opens a user's form on the phone; returns the page."""

    def open_form(person):
        phone.become(person)
        phone.page.goto(f"{phone.url}/register/{EVENT}")
        expect(phone.page.locator("#registration")).to_be_visible()
        return phone.page

    return open_form


def stored(person):
    return person.get(REGISTRATION)


def save(person, form):
    assert person.request("PUT", REGISTRATION, {"form": form}).status in STORED


def is_rivers_alone(page, applicant):
    """Assert that input in a page that River left is saved once River is back."""
    shows_no_personal_data(page, "Sky", SKYS["city"])
    sign_in(page, applicant.name)
    expect(field(page, "city")).to_have_value("Duluth")
    expect(saved(page)).to_have_text(SAVED)
    assert stored(applicant).json["form"]["city"] == "Duluth"


def test_what_waits_for_a_connection_begins_no_draft_of_theirs(
    phone, open_form, applicant, other_applicant
):
    phone.expects(401)
    page = open_form(applicant)
    with phone.offline():
        fill_in(page, {"city": "Duluth"})
        expect(saved(page)).to_contain_text("Not saved yet: we can’t reach the service")
        phone.become(other_applicant)

    shows_no_personal_data(page, "River")
    assert stored(other_applicant).status == 404
    is_rivers_alone(page, applicant)


def test_neither_draft_gets_into_the_other_though_both_are_of_one_version(
    phone, open_form, applicant, other_applicant
):
    phone.expects(401)
    save(applicant, FORM)
    save(other_applicant, SKYS)
    other_draft = stored(other_applicant).json
    page = open_form(applicant)
    phone.become(other_applicant)
    fill_in(page, {"city": "Duluth"})

    shows_no_personal_data(page, "River", SKYS["city"])
    assert stored(other_applicant).json == other_draft
    is_rivers_alone(page, applicant)


def test_a_user_does_not_get_another_users_name(phone, applicant, other_applicant):
    phone.expects(401)
    phone.become(applicant)
    page = phone.page
    # The last request of the page: one that came later would be the other user's.
    with page.expect_response("**/me/passkeys"):
        page.goto(f"{phone.url}/account")
    phone.become(other_applicant)
    field(page, "firstName").fill("Rivka")
    page.get_by_role("button", name="Save", exact=True).click()

    shows_no_personal_data(page, "Rivka", "Sky")
    assert other_applicant.get("/me").json["firstName"] == "Sky"


def test_their_sign_in_has_the_other_tabs_left_at_once(
    phone, open_form, applicant, other_applicant
):
    page = open_form(applicant)
    questions = []
    page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.dismiss()))
    phone.loses(f"**{REGISTRATION}")
    fill_in(page, {"city": "Duluth"})
    expect(saved(page)).to_contain_text("Not saved yet: we can’t reach the service")
    other = phone.tab()
    other.goto(f"{phone.url}/signin")
    sign_in(other, other_applicant.name)
    shows_no_personal_data(page, "River")
    assert questions == []
    phone.context.unroute(f"**{REGISTRATION}")

    sign_in(page, applicant.name)
    expect(field(page, "city")).to_have_value("Duluth")
    shows_no_personal_data(other, "Sky")


def test_in_that_tab_they_find_their_own(phone, open_form, applicant, other_applicant):
    phone.expects(401)
    save(other_applicant, SKYS)
    page = open_form(applicant)
    phone.become(other_applicant)
    fill_in(page, {"city": "Duluth"})
    shows_no_personal_data(page)
    page.goto(f"{phone.url}/register/{EVENT}")

    expect(field(page, "city")).to_have_value(SKYS["city"])
    assert "Duluth" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_who_signs_in_again_leaves_no_tab_of_their_own(phone, open_form, applicant):
    page = open_form(applicant)
    other = phone.tab()
    other.goto(f"{phone.url}/signin")
    sign_in(other, applicant.name)
    other.locator("body[data-ready]").wait_for()
    fill_in(page, {"city": "Duluth"})

    expect(saved(page)).to_have_text(SAVED)


def test_signing_out_in_that_page_signs_out_the_current_user(
    phone, open_form, applicant, other_applicant
):
    phone.expects(401)
    page = open_form(applicant)
    phone.become(other_applicant)
    sign_out(page)
    shows_no_personal_data(page)

    assert COOKIE not in {cookie["name"] for cookie in phone.context.cookies()}
