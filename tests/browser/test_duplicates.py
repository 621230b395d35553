"""Staff are warned of a person who may be registered twice, on the record and at walk-in."""

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.axe import expect_accessible
from tests.browser.journeys import field, fill_in, problem_of
from tests.browser.test_staff import Desk, announced, at
from tests.browser.visits import DESKTOP

WARNING = "The same name and phone number are registered for this event in another account."


@pytest.fixture
def desk(sue, somebody):
    return Desk(sue, somebody)


@pytest.fixture
def sues(desktop, sue):
    """The SuperAdmin's browser."""
    desktop.become(sue)
    return desktop


@pytest.fixture
def walker(desk):
    """Somebody who is registered: their account, and what they'd say at the desk."""
    known = {"firstName": "Zoë", "lastName": f"Walker{new_identifier()}"}
    person = desk.register(**known, phone1="+16515550123")
    return person, known | {"firstName": "Zoe", "phone1": "(651) 555-0123"}


def go_to_the_walk_in(desk, sues, said):
    page = at(sues, f"/staff/walk-in?event={desk.event}")
    fill_in(page, said)
    page.get_by_role("button", name="Create account", exact=True).click()
    return page


def accounts(sue, said):
    return sue.get(f"/admin/users?q={said['lastName']}").json["items"]


def test_a_person_who_is_registered_already_is_noticed_before_an_account_is_created(
    desk, sue, sues, walker
):
    person, said = walker
    page = go_to_the_walk_in(desk, sues, said)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(WARNING)
    expect(dialog).to_contain_text(f"Submitted · {desk.record(person)['reference']}")
    with sues.context.expect_page() as opened:
        dialog.get_by_role("link", name=f"Zoë {said['lastName']}").click()
    expect(opened.value.locator("#who")).to_have_text(f"Zoë {said['lastName']}")
    dialog.get_by_role("button", name="Cancel").click()

    for name, value in said.items():
        expect(field(page, name)).to_have_value(value)
    assert [one["id"] for one in accounts(sue, said)] == [person.account["id"]]


def test_another_person_of_that_name_gets_an_account_and_a_form_with_the_phone_number(
    desk, sue, sues, walker
):
    _, said = walker
    page = go_to_the_walk_in(desk, sues, said)
    page.get_by_role("dialog").get_by_role("button", name="It's another person").click()
    page.get_by_role("button", name="Go to registration form").click()

    expect(page.locator("#who")).to_have_text(f"Zoe {said['lastName']}")
    expect(field(page, "phone1")).to_have_value("(651) 555-0123")
    expect(page.locator("#duplicates")).to_contain_text(WARNING)
    assert len(accounts(sue, said)) == 2


def test_a_new_person_is_asked_nothing(desk, sue, sues):
    said = {"lastName": f"Walker{new_identifier()}", "phone1": "(651) 555-0123"}
    page = go_to_the_walk_in(desk, sues, said)

    expect(page.locator("#made")).to_be_visible()
    assert len(accounts(sue, said)) == 1


def test_a_wrong_phone_number_is_said_at_its_field_before_an_account_is_created(desk, sue, sues):
    sues.expects(422)
    said = {"lastName": f"Walker{new_identifier()}", "phone1": "12"}
    page = go_to_the_walk_in(desk, sues, said)

    expect(problem_of(page, "phone1")).to_be_visible()
    expect(field(page, "lastName")).to_have_value(said["lastName"])
    assert accounts(sue, said) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_record_warns_of_another_account_with_a_link_to_its_registration(
    desk, sue, examined, walker, scheme
):
    person, said = walker
    other = desk.register(**said)
    browser = examined(color_scheme=scheme, viewport=DESKTOP)
    browser.become(sue)
    page = at(browser, desk.page_of(other))
    warning = page.locator("#duplicates")
    expect(warning).to_contain_text(WARNING)
    expect(warning.get_by_role("link")).to_have_count(1)
    expect_accessible(page)
    page.locator("[data-language=es]").click()
    expect(warning).to_contain_text("El mismo nombre y teléfono están inscritos")
    warning.get_by_role("link").click()

    expect(page.locator("#username")).to_have_text(person.name)
    expect(warning.get_by_role("link")).to_have_text(f"Zoe {said['lastName']}")


def test_the_warning_comes_with_the_phone_number_and_goes_with_it(desk, sues, walker):
    _, said = walker
    other = desk.register(**said | {"phone1": "+16515550999"}, submitted=False)
    page = at(sues, f"{desk.page_of(other)}#edit")
    expect(page.locator("#history")).to_be_attached()
    expect(page.locator("#duplicates")).to_be_hidden()
    for number, is_warned in ((said["phone1"], True), ("(651) 555-0999", False)):
        field(page, "phone1").fill(number)
        page.get_by_role("button", name="Save changes").click()
        expect(announced(page)).to_have_text("Changes saved")
        expect(page.locator("#duplicates")).to_be_visible(visible=is_warned)
        page.get_by_role("button", name="Edit answers").click()
