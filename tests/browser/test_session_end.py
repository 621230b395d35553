"""A page leaves when its session ends, and warns two minutes before."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import superadmin_at
from tests.browser.journeys import shows_no_personal_data

WARNING = "#session-end"
HOURS, MINUTES = 3_600_000, 60_000


@pytest.fixture
def account_page(phone, applicant):
    """River's account page, and a clock that the test moves."""
    phone.page.clock.install()
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/account")
    expect(phone.page.locator("#own-username")).not_to_be_empty()
    phone.page.wait_for_load_state("networkidle")
    return phone.page


@pytest.fixture
def admin(service):
    """A staff member in a session of her own, which a test may end."""
    return superadmin_at(service)


@pytest.fixture
def staff_page(desktop, admin):
    """A staff member's events, and a clock that the test moves."""
    desktop.page.clock.install()
    desktop.become(admin)
    desktop.page.goto(f"{desktop.url}/staff/events")
    expect(desktop.page.locator("[data-account=name]")).not_to_be_empty()
    # A response that comes after the clock has moved is an activity.
    desktop.page.wait_for_load_state("networkidle")
    return desktop.page


def test_an_applicant_is_warned_two_minutes_before_eight_hours_and_then_sees_nothing(account_page):
    account_page.clock.fast_forward(8 * HOURS - 3 * MINUTES)
    expect(account_page.locator(WARNING)).to_have_count(0)
    account_page.clock.fast_forward(90_000)
    expect(account_page.locator(WARNING)).to_contain_text("to keep your account safe")
    account_page.clock.fast_forward(2 * MINUTES)

    shows_no_personal_data(account_page, "River")
    expect(account_page.locator("#signed-ended")).to_contain_text("Your session has ended")


def test_an_idle_staff_member_is_warned_and_signed_out(staff_page, admin):
    staff_page.clock.fast_forward(54 * MINUTES)
    expect(staff_page.locator(WARNING)).to_contain_text("you haven’t done anything")
    with staff_page.expect_request("**/sessions/current") as ending:
        staff_page.clock.fast_forward(2 * MINUTES)
    shows_no_personal_data(staff_page, "superadmin")

    assert ending.value.method == "DELETE"


def test_a_staff_member_who_acts_stays_signed_in(staff_page):
    staff_page.clock.fast_forward(54 * MINUTES)
    staff_page.get_by_role("button", name="Stay signed in").click()
    expect(staff_page.locator(WARNING)).to_have_count(0)
    staff_page.clock.fast_forward(50 * MINUTES)

    expect(staff_page.locator(WARNING)).to_have_count(0)
    expect(staff_page.locator("[data-account=name]")).not_to_be_empty()
