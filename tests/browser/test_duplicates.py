"""Staff are warned of a person who may be registered twice, on the record and at walk-in."""

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.axe import expect_accessible
from tests.browser.desk import announced, at
from tests.browser.journeys import field, fill_in, problem_of
from tests.browser.visits import DESKTOP
from tests.support.slow import slow

WARNING = "The same name and phone number are registered for this event in another account."
UNKNOWN = "We couldn’t check whether this person is registered in another account."
CHECK = "**/duplicates?*"
UNAVAILABLE = {"status": 503, "json": {"error": "Try again later.", "code": "unavailable"}}


@pytest.fixture
def registered_person(fair):
    """A person who is registered: their account, and what they'd say at the desk."""
    known = {"firstName": "Zoë", "lastName": f"Walker{new_identifier()}"}
    person = fair.register(**known, phone1="+16515550123")
    return person, known | {"firstName": "Zoe", "phone1": "(651) 555-0123"}


def at_once(visit, path):
    """A page, though one of its requests waits for a response."""
    visit.page.goto(f"{visit.url}{path}")
    expect(visit.page.locator("#edit")).to_be_visible()
    return visit.page


def go_to_the_walk_in(fair, super_admin_browser, details):
    page = at(super_admin_browser, f"/staff/walk-in?event={fair.event}")
    fill_in(page, details)
    page.get_by_role("button", name="Create account only").click()
    return page


def accounts(super_admin, details):
    return super_admin.get(f"/admin/users?q={details['lastName']}").json["items"]


def test_a_person_who_is_registered_already_is_noticed_before_an_account_is_created(
    fair, super_admin, super_admin_browser, registered_person
):
    person, details = registered_person
    page = go_to_the_walk_in(fair, super_admin_browser, details)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(WARNING)
    expect(dialog).to_contain_text(f"Submitted · {fair.record(person)['reference']}")
    with super_admin_browser.context.expect_page() as new_page:
        dialog.get_by_role("link", name=f"Zoë {details['lastName']}").click()
    expect(new_page.value.locator("#who")).to_have_text(f"Zoë {details['lastName']}")
    dialog.get_by_role("button", name="Cancel").click()

    for name, value in details.items():
        expect(field(page, name)).to_have_value(value)
    assert [user["id"] for user in accounts(super_admin, details)] == [person.account["id"]]


def test_another_person_of_that_name_gets_an_account_and_a_form_with_the_phone_number(
    fair, super_admin, super_admin_browser, registered_person
):
    _, details = registered_person
    page = go_to_the_walk_in(fair, super_admin_browser, details)
    page.get_by_role("dialog").get_by_role("button", name="It’s another person").click()
    page.get_by_role("button", name="Go to registration form").click()

    expect(page.locator("#who")).to_have_text(f"Zoe {details['lastName']}")
    expect(field(page, "phone1")).to_have_value("(651) 555-0123")
    expect(page.locator("#duplicates")).to_contain_text(WARNING)
    assert len(accounts(super_admin, details)) == 2


def test_a_new_person_is_asked_nothing(fair, super_admin, super_admin_browser):
    details = {"lastName": f"Walker{new_identifier()}", "phone1": "(651) 555-0123"}
    page = go_to_the_walk_in(fair, super_admin_browser, details)

    expect(page.locator("#made")).to_be_visible()
    assert len(accounts(super_admin, details)) == 1


def test_a_wrong_phone_number_is_said_at_its_field_before_an_account_is_created(
    fair, super_admin, super_admin_browser
):
    super_admin_browser.expects(422)
    details = {"lastName": f"Walker{new_identifier()}", "phone1": "12"}
    page = go_to_the_walk_in(fair, super_admin_browser, details)

    expect(problem_of(page, "phone1")).to_be_visible()
    expect(field(page, "lastName")).to_have_value(details["lastName"])
    assert accounts(super_admin, details) == []


@pytest.mark.parametrize("scheme", ["light", *slow("dark")])
def test_a_record_warns_of_another_account_with_a_link_to_its_registration(
    fair, super_admin, open_with_axe, registered_person, scheme
):
    person, details = registered_person
    other = fair.register(**details)
    browser = open_with_axe(color_scheme=scheme, viewport=DESKTOP)
    browser.become(super_admin)
    page = at(browser, fair.page_of(other))
    warning = page.locator("#duplicates")
    expect(warning).to_contain_text(WARNING)
    expect(warning.get_by_role("link")).to_have_count(1)
    expect_accessible(page)
    page.locator("[data-language=es]").click()
    expect(warning).to_contain_text("con el mismo nombre y teléfono en otra cuenta")
    warning.get_by_role("link").click()

    expect(page.locator("#username")).to_have_text(person.name)
    expect(warning.get_by_role("link")).to_have_text(f"Zoe {details['lastName']}")


def test_the_warning_comes_with_the_phone_number_and_goes_with_it(
    fair, super_admin_browser, registered_person
):
    _, details = registered_person
    other = fair.register(**details | {"phone1": "+16515550999"}, submitted=False)
    page = at(super_admin_browser, f"{fair.page_of(other)}#edit")
    expect(page.locator("#history")).to_be_attached()
    expect(page.locator("#duplicates")).to_be_hidden()
    for number, is_warned in ((details["phone1"], True), ("(651) 555-0999", False)):
        field(page, "phone1").fill(number)
        page.get_by_role("button", name="Save changes").click()
        expect(announced(page)).to_have_text("Changes saved")
        expect(page.locator("#duplicates")).to_be_visible(visible=is_warned)
        page.get_by_role("button", name="Edit answers").click()


# The check fails.


@pytest.fixture
def failing_check_browser(super_admin_browser):
    """The SuperAdmin's browser, in which the check for duplicates fails and all else works."""
    super_admin_browser.expects(503)
    super_admin_browser.context.route(CHECK, lambda route: route.fulfill(**UNAVAILABLE))
    return super_admin_browser


def test_a_record_whose_check_fails_shows_its_answers_and_is_edited(
    fair, failing_check_browser, registered_person
):
    person, _ = registered_person
    page = at(failing_check_browser, fair.page_of(person))
    expect(page.locator("#answers")).to_contain_text("(651) 555-0123")
    expect(page.locator("#history li")).not_to_have_count(0)
    expect(page.locator("#duplicates")).to_have_text(UNKNOWN)
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)

    page.get_by_role("button", name="Edit answers").click()
    field(page, "city").fill("Eagan")
    failing_check_browser.context.unroute(CHECK)
    page.get_by_role("button", name="Save changes").click()
    expect(announced(page)).to_have_text("Changes saved")
    expect(page.locator("#duplicates")).to_be_hidden()
    assert fair.record(person)["form"]["city"] == "Eagan"


def test_staff_create_an_account_though_the_check_fails(fair, super_admin, failing_check_browser):
    details = {"lastName": f"Walker{new_identifier()}", "phone1": "(651) 555-0123"}
    page = go_to_the_walk_in(fair, failing_check_browser, details)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(UNKNOWN)
    dialog.get_by_role("button", name="Cancel").click()
    for name, value in details.items():
        expect(field(page, name)).to_have_value(value)
    assert accounts(super_admin, details) == []

    page.get_by_role("button", name="Create account only").click()
    dialog.get_by_role("button", name="Create account anyway").click()
    page.get_by_role("button", name="Go to registration form").click()
    expect(field(page, "phone1")).to_have_value("(651) 555-0123")
    assert len(accounts(super_admin, details)) == 1


def test_a_wrong_phone_number_that_was_not_checked_is_left_out_of_the_form(
    fair, failing_check_browser
):
    failing_check_browser.expects(422)
    page = go_to_the_walk_in(fair, failing_check_browser, {"lastName": "Walker", "phone1": "12"})
    page.get_by_role("button", name="Create account anyway").click()
    page.get_by_role("button", name="Go to registration form").click()

    expect(page.locator("#who")).to_have_text("Walker")
    expect(field(page, "phone1")).to_have_value("")


def test_a_walk_in_without_a_phone_number_needs_no_check(fair, super_admin, super_admin_browser):
    super_admin_browser.context.route(CHECK, lambda route: route.fulfill(**UNAVAILABLE))
    details = {"lastName": f"Walker{new_identifier()}", "phone1": " "}
    page = go_to_the_walk_in(fair, super_admin_browser, details)

    expect(page.locator("#made")).to_be_visible()
    assert len(accounts(super_admin, details)) == 1


def test_a_warning_that_comes_late_is_not_shown_for_the_record_as_it_is_now(
    fair, super_admin_browser, registered_person
):
    _, details = registered_person
    other = fair.register(**details)
    held = []

    def hold(route):
        held.append(route)

    super_admin_browser.context.route(CHECK, hold, times=1)
    page = at_once(super_admin_browser, fair.page_of(other))
    page.get_by_role("button", name="Edit answers").click()
    field(page, "phone1").fill("(651) 555-0999")
    with page.expect_response(CHECK):
        page.get_by_role("button", name="Save changes").click()
    with page.expect_response(CHECK) as late:
        held[0].continue_()
    late.value.finished()
    page.evaluate("new Promise(requestAnimationFrame)")

    expect(announced(page)).to_have_text("Changes saved")
    expect(page.locator("#duplicates")).to_be_hidden()
