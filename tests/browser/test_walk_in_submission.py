"""Staff submit a draft that they started with the form's own button, in one go."""

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.desk import CLOSED, announced, at, create_event
from tests.browser.journeys import field, fill_in, problem_of
from tests.support.events import FORM

ANSWERS = {name: FORM[name] for name in FORM if name not in {"lastName", "ethnicity", "regAck"}}
SIGNED = "The applicant signed on paper, and I have the signature."
# The page, the last name, six answers, the signature, and the submission; the first name has the
# focus, and the state is chosen with the keyboard.
FEWEST_CLICKS = 10
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

    def go_there(**overrides):
        applicant = fair.register(submitted=False, regAck=None, **overrides)
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


@pytest.fixture
def walk_in(fair, super_admin_browser):
    """The page for a new walk-in, reached from the list; it counts clicks."""
    super_admin_browser.context.add_init_script(_COUNT_CLICKS)
    page = at(super_admin_browser, f"/staff?event={fair.event}")
    page.locator("main").get_by_role("link", name="Add a walk-in").click()
    expect(field(page, "firstName")).to_be_focused()
    return page


def type_the_shortest(page, surname):
    page.keyboard.type("Will")
    click_and_type(page, {"lastName": surname} | TYPED)
    fill_in(page, {name: FORM[name] for name in ("age", "workAll", "state")})


def test_ten_clicks_submit_a_walk_in_and_end_with_a_slip_to_hand_over(fair, walk_in, super_admin):
    surname = f"Walker{new_identifier()}"
    type_the_shortest(walk_in, surname)
    signature(walk_in).check()
    submit(walk_in)

    expect(walk_in.get_by_role("heading", name="Registration submitted")).to_be_visible()
    assert walk_in.evaluate("Number(sessionStorage.clicks)") == FEWEST_CLICKS
    [stored] = super_admin.get(f"{fair.all}?q={surname}").json["items"]
    assert (stored["status"], stored["form"]["city"]) == ("Submitted", FORM["city"])
    slip = walk_in.locator(".slip")
    for part in (stored["reference"], stored["username"], "expires in 24 hours"):
        expect(slip).to_contain_text(part)
    expect(slip.get_by_role("img", name="QR code")).to_be_visible()
    walk_in.get_by_role("link", name="Open registration").click()
    expect(walk_in.locator("#standing")).to_have_text("Submitted")


def test_what_is_missing_of_a_walk_in_is_said_before_an_account_is_created(walk_in, super_admin):
    surname = f"Walker{new_identifier()}"
    field(walk_in, "lastName").fill(surname)
    submit(walk_in)

    for name in ("phone1", "city", "state", "age", "workAll", "paperSignature"):
        expect(problem_of(walk_in, name)).to_be_visible()
    assert super_admin.get(f"/admin/users?q={surname}").json["items"] == []


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["/admin/users", "/registrations/*", "/status"])
def test_a_walk_in_after_a_lost_response_is_one_account_and_one_submission(
    fair, walk_in, super_admin, super_admin_browser, lost
):
    surname = f"Walker{new_identifier()}"
    type_the_shortest(walk_in, surname)
    signature(walk_in).check()
    lose_one_response(super_admin_browser, f"**{lost}", stored=201 if lost != "/status" else 200)
    submit(walk_in)
    expect(walk_in.locator("#person .problems")).to_be_visible()
    submit(walk_in)

    expect(walk_in.get_by_role("heading", name="Registration submitted")).to_be_visible()
    [account] = super_admin.get(f"/admin/users?q={surname}").json["items"]
    [stored] = super_admin.get(f"{fair.all}?q={surname}").json["items"]
    assert (stored["userId"], stored["version"]) == (account["id"], 2)


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


def lose_one_response(super_admin_browser, pattern, stored=200):
    super_admin_browser.loses(pattern)
    super_admin_browser.context.unroute(pattern)

    def lose(route):
        assert route.fetch().status == stored
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
    expect(page.locator("#changed-by-others")).to_be_hidden()
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
