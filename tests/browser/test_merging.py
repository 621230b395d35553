"""Two accounts of one person, compared and merged on the page People."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import expect_accessible
from tests.browser.visits import DESKTOP
from tests.support.slow import slow
from tests.user_admin.merging import REGISTRATION_PATH, save, submit

REASON = "Signed up twice. Showed a driver's license."


@pytest.fixture
def old(sign_up_applicant):
    """The earlier account of the person whose other account is river's."""
    return sign_up_applicant(firstName="River", lastName="Okafor")


@pytest.fixture
def admin(sign_up_applicant, super_admin):
    """One of staff, an Admin."""
    person = sign_up_applicant()
    role = super_admin.post(f"/admin/users/{person.account['id']}/role", {"role": "Admin"})
    assert role.status == 200
    return person


@pytest.fixture
def desk(visit, admin):
    """An Admin at a desk."""
    browser = visit(viewport=DESKTOP)
    browser.become(admin)
    return browser


def person_at(browser, person):
    """Expand the actions that staff can take on an account."""
    page = browser.page
    page.goto(f"{browser.url}/staff/people?q={person.name}", wait_until="networkidle")
    shown = page.locator("#people > li", has_text=person.name)
    shown.locator(".doings > summary").click()
    return page, shown


def compare(browser, kept, typed):
    page, shown = person_at(browser, kept)
    shown.locator(".merging > summary").click()
    shown.locator("[name=from]").fill(typed)
    shown.locator(".compare button").click()
    return page, shown


def merge(shown, reason=REASON):
    shown.locator("[name=reason]").fill(reason)
    shown.locator(".merge button").click()


def test_staff_compare_two_accounts_and_merge_them(desk, applicant, old):
    reference = submit(old)["reference"]
    page, shown = compare(desk, applicant, f" {old.name.upper()} ")
    closed = shown.locator(".closed")
    expect(closed).to_contain_text(old.name)
    expect(closed).to_contain_text("River Okafor")
    expect(closed).to_contain_text(f"Harvest Fair · Submitted · {reference}")
    expect(shown.locator(".kept")).to_contain_text(applicant.name)
    expect(shown.locator(".kept h2")).to_be_focused()
    expect(shown.locator(".effect")).to_contain_text(f"All registrations move to {applicant.name}.")
    assert applicant.get(REGISTRATION_PATH).status == 404
    merge(shown)

    expect(page.get_by_text("The accounts are merged.")).to_be_visible()
    assert applicant.get(REGISTRATION_PATH).json["reference"] == reference
    assert old.sign_in().status == 401


def test_merged_account_leaves_the_list_and_its_email_names_it(
    desk, applicant, sign_up_applicant, address
):
    old = sign_up_applicant(email=address)
    page, shown = compare(desk, applicant, address)
    expect(shown.locator(".closed")).to_contain_text(f"{address} (not confirmed)")
    merge(shown)

    expect(page.get_by_text("The accounts are merged.")).to_be_visible()
    expect(page.locator(f"[data-id='{old.account['id']}']")).to_have_count(0)


def test_activity_of_the_account_has_the_reason_and_the_other_account(
    visit, super_admin, applicant, old
):
    browser = visit(viewport=DESKTOP)
    browser.become(super_admin)
    page, shown = compare(browser, applicant, old.name)
    merge(shown)
    expect(page.get_by_text("The accounts are merged.")).to_be_visible()
    # The name of the account that is gone can't be read any more.
    browser.expects(404)
    shown.locator(".trail summary").click()

    entry = shown.locator(".trail li").first
    expect(entry).to_contain_text(f"accounts merged: {REASON}")
    expect(entry).to_contain_text(f"other account: {old.account['id']}")


@pytest.mark.parametrize("typed", ["nobody.has.this.name", *slow("", "river")])
def test_account_that_is_not_there_is_a_message_at_its_field(desk, applicant, typed):
    _, shown = compare(desk, applicant, typed)

    problem = shown.locator(".compare .field .problem")
    expect(problem).to_have_text("We couldn’t find this account. Enter its full username or email.")
    expect(shown.locator("[name=from]")).to_have_value(typed)
    expect(shown.locator(".compared")).to_be_hidden()


def test_same_account_is_a_message_at_its_field(desk, applicant):
    desk.expects(422)
    _, shown = compare(desk, applicant, applicant.name)

    expect(shown.locator(".compare .field .problem")).to_have_text(
        "This is the same account. Choose another one."
    )


def test_registrations_for_the_same_event_are_named_and_nothing_can_be_merged(desk, applicant, old):
    save(applicant)
    submit(old)
    _, shown = compare(desk, applicant, old.name)

    expect(shown.locator(".effect")).to_contain_text("both have a registration for Harvest Fair.")
    expect(shown.locator(".merge")).to_be_hidden()


def test_missing_reason_is_a_message_at_its_field(desk, applicant, old):
    desk.expects(422)
    _, shown = compare(desk, applicant, old.name)
    merge(shown, " ")

    expect(shown.locator(".merge .field .problem")).to_have_text("Enter a reason.")
    assert old.get("/me").status == 200


def test_merge_whose_answer_is_lost_is_pressed_again(desk, applicant, old):
    submit(old)
    page, shown = compare(desk, applicant, old.name)
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        unavailable = {"error": "Away.", "code": "unavailable"}
        route.fulfill(status=503, json=unavailable, headers={"Content-Language": "en"})

    desk.expects(503)
    page.route(re.compile("/merge$"), lose, times=1)
    merge(shown)
    expect(shown.locator(".merge .problems")).to_have_text("Away.")
    expect(shown.locator("[name=reason]")).to_have_value(REASON)
    shown.locator(".merge button").click()

    expect(page.get_by_text("The accounts are merged.")).to_be_visible()
    assert lost == [200]
    assert applicant.get(REGISTRATION_PATH).json["status"] == "Submitted"


def test_another_name_hides_what_was_compared(desk, applicant, old):
    _, shown = compare(desk, applicant, old.name)
    expect(shown.locator(".compared")).to_be_visible()
    shown.locator("[name=from]").fill("another")

    expect(shown.locator(".compared")).to_be_hidden()


def test_staff_accounts_are_not_offered_a_merge(visit, super_admin, admin):
    browser = visit(viewport=DESKTOP)
    browser.become(super_admin)
    _, shown = person_at(browser, admin)

    expect(shown.locator(".disable")).to_be_visible()
    expect(shown.locator(".merging")).to_have_count(0)


@pytest.mark.parametrize("language", ["es-US", *slow("en-US")])
def test_form_is_accessible_and_fits_a_phone(examined, admin, applicant, old, language):
    submit(old)
    browser = examined(locale=language)
    browser.become(admin)
    page, shown = compare(browser, applicant, old.name)
    expect(shown.locator(".compared")).to_be_visible()

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
