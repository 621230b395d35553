"""Staff submit a draft that they started with the form's own button, in one go."""

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.desk import CLOSED, announced, at, create_event
from tests.browser.journeys import field, fill_in, problem_of
from tests.browser.visits import DESKTOP
from tests.support.events import FORM

ANSWERS = {name: FORM[name] for name in FORM if name not in {"lastName", "ethnicity", "regAck"}}
SIGNED = "The applicant signed on paper, and I have the signature."
# The page, two names, the account, its registration, six answers, the signature, the submission;
# the state is chosen with the keyboard.
FEWEST_CLICKS = 13
# The shortest walk-in: what a registration needs, and nothing else.
TYPED = {
    "phone1": "(952) 445-1234",
    "streetAddress": FORM["streetAddress"],
    "city": FORM["city"],
    "zipCode": FORM["zipCode"],
}
_COUNT_CLICKS = """
  addEventListener("click", ({ isTrusted, detail }) => {
    if (isTrusted && detail) sessionStorage.clicks = Number(sessionStorage.clicks ?? 0) + 1;
  }, { capture: true });
"""


@pytest.fixture
def open_draft(fair, super_admin_browser):
    """Opens the form of a draft that the SuperAdmin started."""

    def go_there(**different):
        applicant = fair.register(submitted=False, regAck=None, **different)
        return applicant, at(super_admin_browser, f"{fair.page_of(applicant)}#edit")

    return go_there


def submit(page):
    page.get_by_role("button", name="Submit registration", exact=True).click()


def signature(page):
    return page.get_by_label(SIGNED)


def click_and_type(page, answers):
    for name, value in answers.items():
        field(page, name).click()
        page.keyboard.type(value)


def test_the_shortest_walk_in_is_submitted_with_the_forms_own_button(fair, visit, super_admin):
    super_admin_browser = visit(viewport=DESKTOP)
    super_admin_browser.become(super_admin)
    super_admin_browser.context.add_init_script(_COUNT_CLICKS)
    page = at(super_admin_browser, f"/staff?event={fair.event}")
    page.locator("main").get_by_role("link", name="Add a walk-in").click()
    surname = f"Walker{new_identifier()}"
    click_and_type(page, {"firstName": "Will", "lastName": surname})
    page.get_by_role("button", name="Create account", exact=True).click()
    page.get_by_role("button", name="Go to registration form").click()
    expect(page.locator("#who")).to_have_text(f"Will {surname}")
    click_and_type(page, TYPED)
    fill_in(page, {name: FORM[name] for name in ("age", "workAll", "state")})
    signature(page).check()
    submit(page)

    expect(announced(page)).to_have_text("Submitted")
    expect(page.locator("#standing")).to_have_text("Submitted")
    expect(page.locator("#standing")).to_be_focused()
    expect(page.locator("#signed")).to_contain_text("Signed on paper, recorded")
    assert page.evaluate("Number(sessionStorage.clicks)") == FEWEST_CLICKS
    expect(page.locator("#edit")).to_be_visible()
    page.reload()
    expect(page.locator("#edit")).to_be_visible()


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(
    open_draft, fair, super_admin_browser
):
    super_admin_browser.expects(422)
    applicant, page = open_draft(city=None)
    field(page, "streetAddress").fill("7 Elm Street")
    submit(page)

    expect(problem_of(page, "city")).to_be_visible()
    expect(problem_of(page, "paperSignature")).to_contain_text("The applicant must sign first.")
    assert fair.record(applicant)["status"] == "Draft"
    expect(field(page, "streetAddress")).to_have_value("7 Elm Street")
    field(page, "city").fill("Ely")
    signature(page).check()
    page.locator("[data-language=es]").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(field(page, "city")).to_have_value("Ely")
    expect(page.locator("#paperSignature")).to_be_checked()
    page.get_by_role("button", name="Enviar inscripción", exact=True).click()

    expect(announced(page)).to_have_text("Enviada")
    stored = fair.record(applicant)
    assert (stored["status"], stored["form"]["city"]) == ("Submitted", "Ely")
    assert stored["form"]["streetAddress"] == "7 Elm Street"


@pytest.fixture
def full_fair(fair, super_admin):
    """A desk whose event has one spot, which is taken."""
    create_event(super_admin, fair.event, **CLOSED, capacity=1)
    fair.register()
    return fair


def lose_one_response(super_admin_browser, pattern):
    super_admin_browser.loses(pattern)
    super_admin_browser.context.unroute(pattern)

    def lose(route):
        assert route.fetch().status == 200
        route.abort()

    super_admin_browser.context.route(pattern, lose, times=1)


@pytest.mark.parametrize("part", ["", "/status"], ids=["of the save", "of the submission"])
def test_a_lost_response_that_is_repeated_makes_one_submission(
    open_draft, fair, super_admin_browser, part
):
    applicant, page = open_draft()
    lose_one_response(super_admin_browser, f"**/registrations/{applicant.account['id']}{part}")
    field(page, "city").fill("Ely")
    signature(page).check()
    submit(page)
    expect(page.locator("#correction .problems")).to_be_visible()
    expect(field(page, "city")).to_have_value("Ely")
    expect(signature(page)).to_be_checked()
    submit(page)

    expect(announced(page)).to_have_text("Submitted")
    assert fair.record(applicant)["version"] == 3
    expect(page.locator("#history li")).to_have_count(1)


def test_a_walk_in_of_a_full_event_is_said_to_wait_also_after_a_lost_response(
    full_fair, open_draft, super_admin_browser
):
    applicant, page = open_draft()
    lose_one_response(super_admin_browser, f"**/registrations/{applicant.account['id']}/status")
    signature(page).check()
    submit(page)
    expect(page.locator("#correction .problems")).to_be_visible()
    submit(page)

    expect(announced(page)).to_have_text("On the waiting list")
    expect(page.locator("#standing")).to_have_text("On the waiting list")
    expect(page.locator("#meanwhile")).to_be_hidden()
    assert full_fair.record(applicant)["version"] == 2


def test_what_was_submitted_is_saved_with_save_changes_alone(fair, super_admin_browser):
    applicant = fair.register()
    page = at(super_admin_browser, f"{fair.page_of(applicant)}#edit")

    expect(page.get_by_role("button", name="Save changes")).to_be_visible()
    expect(page.get_by_role("button", name="Submit registration")).to_have_count(0)
    expect(signature(page)).to_be_hidden()
    field(page, "city").fill("Ely")
    field(page, "city").press("Enter")
    expect(announced(page)).to_have_text("Changes saved")
    assert fair.record(applicant)["status"] == "Submitted"


def test_a_draft_can_still_be_saved_without_submitting_it(open_draft, fair):
    applicant, page = open_draft()
    fill_in(page, {"city": "Ely"})
    page.get_by_role("button", name="Save changes").click()

    expect(announced(page)).to_have_text("Changes saved")
    stored = fair.record(applicant)
    assert (stored["status"], stored["form"]["city"]) == ("Draft", "Ely")
