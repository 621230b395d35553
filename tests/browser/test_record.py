"""One registration on staff's laptop: side by side, edited by section, and ten seconds to undo."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from chalicelib.platform import clock
from tests.browser.desk import announced, at
from tests.browser.journeys import field


@pytest.fixture
def applicant(fair):
    return fair.register()


@pytest.fixture
def record(fair, applicant, super_admin_browser):
    """The page of a submitted registration."""
    super_admin_browser.page.set_viewport_size({"width": 1280, "height": 720})
    return at(super_admin_browser, fair.page_of(applicant))


def invite(page):
    page.get_by_role("button", name="Move to interview").click()


@pytest.fixture
def reviewed(fair, applicant):
    fair.move(applicant, "InReview")


@pytest.fixture
def invited(reviewed, record):
    """A status that mails the applicant was pressed, and waits."""
    invite(record)
    expect(record.get_by_text("No email has been sent.")).to_be_visible()
    return record


def test_answers_notes_and_history_stand_side_by_side_above_the_fold(record):
    tops = {
        round(record.get_by_role("heading", name=name, exact=True).bounding_box()["y"])
        for name in ("Answers", "Notes", "History")
    }

    assert len(tops) == 1
    assert tops.pop() < 400


def test_one_section_is_edited_at_a_time_and_the_focus_comes_back(fair, applicant, record):
    record.get_by_role("button", name="Edit: Contact information").click()
    expect(field(record, "phone1")).to_be_focused()
    expect(field(record, "firstName")).to_be_hidden()
    field(record, "city").fill("Shakopee")
    record.get_by_role("button", name="Save changes").click()

    expect(announced(record)).to_have_text("Changes saved")
    expect(record.get_by_role("button", name="Edit: Contact information")).to_be_focused()
    assert fair.record(applicant)["form"]["city"] == "Shakopee"
    assert fair.record(applicant)["form"]["firstName"] == "River"


def test_a_status_that_is_undone_within_ten_seconds_is_never_sent(fair, applicant, invited):
    undo = invited.get_by_role("button", name="Undo")
    expect(undo).to_be_in_viewport(ratio=1)
    assert undo.evaluate("button => getComputedStyle(button).opacity") == "1"
    undo.click()

    expect(announced(invited)).to_have_text("Undone. Nothing was changed.")
    expect(invited.get_by_role("button", name="Move to interview")).to_be_focused()
    assert fair.record(applicant)["status"] == "InReview"


def test_a_status_is_changed_after_ten_seconds(fair, applicant, reviewed, super_admin_browser):
    page, now = super_admin_browser.page, clock.now()
    page.clock.install(time=now)
    at(super_admin_browser, fair.page_of(applicant))
    # Otherwise the seconds that the test itself takes would count, too.
    page.clock.pause_at(now + timedelta(minutes=1))
    invite(page)
    expect(page.locator("#held .seconds")).to_have_text("10")
    page.clock.run_for(9_900)
    assert fair.record(applicant)["status"] == "InReview"
    page.clock.run_for(200)

    expect(page.locator("#standing")).to_have_text("Invited to interview")


def test_following_a_link_changes_the_status_first(fair, applicant, invited):
    invited.get_by_role("link", name="Back to registrations").click()

    expect(invited.locator("#list")).to_be_visible()
    expect(invited.locator("#list .status")).to_have_text("Invited to interview")


@pytest.mark.slow
def test_a_link_is_not_followed_if_the_change_failed(fair, applicant, invited, super_admin_browser):
    super_admin_browser.expects(409)
    fair.correct(applicant, city="Shakopee")
    invited.get_by_role("link", name="Back to registrations").click()

    expect(invited.locator("#changed-by-others")).to_be_focused()


@pytest.mark.slow
def test_a_bulk_change_can_be_undone(fair, applicant, reviewed, super_admin_browser):
    page = at(super_admin_browser, f"/staff?event={fair.event}")
    page.locator("#all").check()
    page.locator("#bulk").get_by_role("button", name="Move to interview").click()
    page.get_by_role("dialog").get_by_role("button", name="Move to interview").click()
    page.get_by_role("button", name="Undo").click()

    expect(announced(page)).to_have_text("Undone. Nothing was changed.")
    expect(page.locator("#list tbody input:checked")).to_have_count(1)
    assert fair.record(applicant)["status"] == "InReview"
