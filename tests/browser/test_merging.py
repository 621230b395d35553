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
def duplicate(sign_up_applicant):
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
def admin_browser(visit, admin):
    """An Admin at a desk."""
    browser = visit(viewport=DESKTOP)
    browser.become(admin)
    return browser


def person_at(browser, person):
    """Expand the actions that staff can take on an account."""
    page = browser.page
    page.goto(f"{browser.url}/staff/people?q={person.name}", wait_until="networkidle")
    account_row = page.locator("#people > li", has_text=person.name)
    account_row.locator(".doings > summary").click()
    return page, account_row


def compare(browser, target, typed):
    page, account_row = person_at(browser, target)
    account_row.locator(".merging > summary").click()
    account_row.locator("[name=from]").fill(typed)
    account_row.locator(".compare button").click()
    return page, account_row


def merge(account_row, reason=REASON):
    account_row.locator("[name=reason]").fill(reason)
    account_row.locator(".merge button").click()


def test_staff_compare_two_accounts_and_merge_them(admin_browser, applicant, duplicate):
    reference = submit(duplicate)["reference"]
    page, account_row = compare(admin_browser, applicant, f" {duplicate.name.upper()} ")
    closed = account_row.locator(".closed")
    expect(closed).to_contain_text(duplicate.name)
    expect(closed).to_contain_text("River Okafor")
    expect(closed).to_contain_text(f"Harvest Fair · Submitted · {reference}")
    expect(account_row.locator(".kept")).to_contain_text(applicant.name)
    expect(account_row.locator(".kept h2")).to_be_focused()
    expect(account_row.locator(".effect")).to_contain_text(
        f"All registrations move to {applicant.name}."
    )
    assert applicant.get(REGISTRATION_PATH).status == 404
    merge(account_row)

    expect(page.get_by_text("The accounts are merged.")).to_be_visible()
    assert applicant.get(REGISTRATION_PATH).json["reference"] == reference
    assert duplicate.sign_in().status == 401


def test_merged_account_leaves_the_list_and_its_email_names_it(
    admin_browser, applicant, sign_up_applicant, address
):
    old = sign_up_applicant(email=address)
    page, account_row = compare(admin_browser, applicant, address)
    expect(account_row.locator(".closed")).to_contain_text(f"{address} (not confirmed)")
    merge(account_row)

    expect(page.get_by_text("The accounts are merged.")).to_be_visible()
    expect(page.locator(f"[data-id='{old.account['id']}']")).to_have_count(0)


def test_activity_of_the_account_has_the_reason_and_the_other_account(
    visit, super_admin, applicant, duplicate
):
    browser = visit(viewport=DESKTOP)
    browser.become(super_admin)
    page, account_row = compare(browser, applicant, duplicate.name)
    merge(account_row)
    expect(page.get_by_text("The accounts are merged.")).to_be_visible()
    # The name of the account that is gone can't be read any more.
    browser.expects(404)
    account_row.locator(".trail summary").click()

    entry = account_row.locator(".trail li").first
    expect(entry).to_contain_text(f"accounts merged: {REASON}")
    expect(entry).to_contain_text(f"other account: {duplicate.account['id']}")


@pytest.mark.parametrize("typed", ["unknown.has.this.name", *slow("", "river")])
def test_account_that_is_not_there_is_a_message_at_its_field(admin_browser, applicant, typed):
    _, account_row = compare(admin_browser, applicant, typed)

    problem = account_row.locator(".compare .field .problem")
    expect(problem).to_have_text("We couldn’t find this account. Enter its full username or email.")
    expect(account_row.locator("[name=from]")).to_have_value(typed)
    expect(account_row.locator(".compared")).to_be_hidden()


def test_same_account_is_a_message_at_its_field(admin_browser, applicant):
    admin_browser.expects(422)
    _, account_row = compare(admin_browser, applicant, applicant.name)

    expect(account_row.locator(".compare .field .problem")).to_have_text(
        "This is the same account. Choose another one."
    )


def test_registrations_for_the_same_event_are_named_and_nothing_can_be_merged(
    admin_browser, applicant, duplicate
):
    save(applicant)
    submit(duplicate)
    _, account_row = compare(admin_browser, applicant, duplicate.name)

    expect(account_row.locator(".effect")).to_contain_text(
        "both have a registration for Harvest Fair."
    )
    expect(account_row.locator(".merge")).to_be_hidden()


def test_missing_reason_is_a_message_at_its_field(admin_browser, applicant, duplicate):
    admin_browser.expects(422)
    _, account_row = compare(admin_browser, applicant, duplicate.name)
    merge(account_row, " ")

    expect(account_row.locator(".merge .field .problem")).to_have_text("Enter a reason.")
    assert duplicate.get("/me").status == 200


def test_merge_whose_answer_is_lost_is_pressed_again(admin_browser, applicant, duplicate):
    submit(duplicate)
    page, account_row = compare(admin_browser, applicant, duplicate.name)
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        unavailable = {"error": "Away.", "code": "unavailable"}
        route.fulfill(status=503, json=unavailable, headers={"Content-Language": "en"})

    admin_browser.expects(503)
    page.route(re.compile("/merge$"), lose, times=1)
    merge(account_row)
    expect(account_row.locator(".merge .problems")).to_have_text("Away.")
    expect(account_row.locator("[name=reason]")).to_have_value(REASON)
    account_row.locator(".merge button").click()

    expect(page.get_by_text("The accounts are merged.")).to_be_visible()
    assert lost == [200]
    assert applicant.get(REGISTRATION_PATH).json["status"] == "Submitted"


def test_another_name_hides_what_was_compared(admin_browser, applicant, duplicate):
    _, account_row = compare(admin_browser, applicant, duplicate.name)
    expect(account_row.locator(".compared")).to_be_visible()
    account_row.locator("[name=from]").fill("another")

    expect(account_row.locator(".compared")).to_be_hidden()


def test_staff_accounts_are_not_offered_a_merge(visit, super_admin, admin):
    browser = visit(viewport=DESKTOP)
    browser.become(super_admin)
    _, account_row = person_at(browser, admin)

    expect(account_row.locator(".disable")).to_be_visible()
    expect(account_row.locator(".merging")).to_have_count(0)


@pytest.mark.parametrize("language", ["es-US", *slow("en-US")])
def test_form_is_accessible_and_fits_a_phone(open_with_axe, admin, applicant, duplicate, language):
    submit(duplicate)
    browser = open_with_axe(locale=language)
    browser.become(admin)
    page, account_row = compare(browser, applicant, duplicate.name)
    expect(account_row.locator(".compared")).to_be_visible()

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
