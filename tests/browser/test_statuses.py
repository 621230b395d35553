"""Staff change statuses: buttons stay in place, decisions are confirmed, failures lose nothing."""

import pytest
from playwright.sync_api import expect

from tests.browser.desk import announced, at, names
from tests.browser.journeys import field, problem_of
from tests.support.events import FORM
from tests.support.slow import slow

BUTTONS = [
    "Move to submitted",
    "Move to waiting list",
    "Move to review",
    "Move to interview",
    "Hire",
    "Decline",
    "Withdraw",
]


def enabled(page):
    return page.locator("#move [data-from]:enabled")


def places(page):
    return [button.bounding_box() for button in page.locator("#move [data-from]").all()]


def press(page, name):
    page.locator("#move").get_by_role("button", name=name, exact=True).click()


def answer(page, name):
    page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def test_status_buttons_keep_their_places_and_the_focus_goes_to_the_status(
    fair, super_admin_browser
):
    applicant = fair.register()
    page = at(super_admin_browser, fair.page_of(applicant))
    expect(page.locator("#move [data-from]")).to_have_text(BUTTONS)
    expect(enabled(page)).to_have_text([BUTTONS[1], BUTTONS[2], BUTTONS[5], BUTTONS[6]])
    before = places(page)
    page.locator("#reason summary").click()
    page.get_by_label("Reason").fill("Looks good.")
    press(page, "Move to review")

    expect(page.locator("#standing")).to_have_text("In review")
    expect(page.locator("#standing")).to_be_focused()
    expect(announced(page)).to_have_text("Status changed to In review")
    assert places(page) == before
    expect(enabled(page)).to_have_text([BUTTONS[0], BUTTONS[1], BUTTONS[3], *BUTTONS[5:]])
    expect(page.locator("#notes")).to_contain_text("Looks good.")
    expect(page.locator("#history li").first).to_contain_text("Submitted → In review")


@pytest.mark.parametrize(
    ("button", "status", "consequence"),
    [
        ("Decline", "Not selected", "email that says “We can’t offer you a job at this event”"),
        *slow(
            ("Withdraw", "Withdrawn", "email that says the registration was withdrawn"),
            ("Hire", "Hired", "email that says “You’re hired”"),
        ),
    ],
)
def test_a_decision_is_made_only_after_its_consequence_was_confirmed(
    fair, super_admin_browser, button, status, consequence
):
    applicant = fair.register()
    for step in ("InReview", "Interview"):
        fair.move(applicant, step)
    page = at(super_admin_browser, fair.page_of(applicant))
    press(page, button)
    expect(page.get_by_role("dialog")).to_contain_text("River Okafor")
    expect(page.get_by_role("dialog")).to_contain_text(consequence)
    answer(page, "Cancel")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#standing")).to_have_text("Invited to interview")
    assert fair.record(applicant)["status"] == "Interview"
    press(page, button)
    answer(page, button)
    press(page, "Change now")

    expect(page.locator("#standing")).to_have_text(status)


def test_a_change_of_what_has_changed_already_shows_where_it_is(fair, super_admin_browser):
    super_admin_browser.expects(409)
    applicant = fair.register()
    page = at(super_admin_browser, fair.page_of(applicant))
    fair.move(applicant, "InReview")
    press(page, "Decline")
    answer(page, "Decline")
    press(page, "Change now")

    expect(page.locator("#changed-by-others")).to_contain_text("Submitted → In review")
    expect(page.locator("#standing")).to_have_text("In review")


def test_a_draft_is_submitted_with_a_signature_on_paper_once_it_is_whole(fair, super_admin_browser):
    super_admin_browser.expects(422)
    applicant = fair.register(submitted=False, city=None, phone1="+19524451111")
    page = at(super_admin_browser, fair.page_of(applicant))
    expect(page.locator("#signed")).to_have_text("Not signed yet")
    press(page, "Move to submitted")
    page.get_by_role("dialog").get_by_label("The applicant signed on paper").check()
    answer(page, "Move to submitted")
    press(page, "Change now")
    expect(problem_of(page, "city")).to_be_visible()
    field(page, "city").fill("St. Paul")
    page.get_by_role("button", name="Save changes").click()
    expect(announced(page)).to_have_text("Changes saved")

    press(page, "Move to submitted")
    answer(page, "Move to submitted")
    expect(page.get_by_role("dialog")).to_be_visible()  # not without the paper
    page.get_by_role("dialog").get_by_label("The applicant signed on paper").check()
    answer(page, "Move to submitted")
    press(page, "Change now")
    expect(page.locator("#standing")).to_have_text("Submitted")
    expect(page.locator("#signed")).to_contain_text("Signed on paper, recorded")
    expect(page.locator("#signed")).to_contain_text("superadmin")
    expect(page.locator("#history li").first).to_contain_text("Signed on paper")


def test_the_receipt_of_a_walk_in_shows_the_signature_on_paper(fair, visit):
    applicant = fair.register()
    phone = visit()
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/register/{fair.event}")

    expect(phone.page.locator("#signed")).to_contain_text("Signed on paper, recorded")
    expect(phone.page.locator("#signed")).not_to_contain_text("superadmin")


@pytest.fixture
def scrolled_list(fair, super_admin_browser):
    """A long list, scrolled, with Mia and Noa selected; Noa's has changed meanwhile."""
    super_admin_browser.page.set_viewport_size({"width": 1280, "height": 500})
    for _ in range(6):
        fair.register()
    people = fair.register(lastName="Mia"), fair.register(lastName="Noa")
    page = at(super_admin_browser, f"/staff?event={fair.event}")
    expect(names(page)).to_have_count(8)
    fair.correct(people[1], city="Shakopee")
    for name in ("River Mia", "River Noa"):
        page.get_by_label(f"Select {name}").check()
    page.locator("#bulk summary").click()
    page.locator("#bulk").get_by_label("Reason").fill("All at once.")
    return page, *people


def change_the_selected(page, button):
    page.locator("#bulk").get_by_role("button", name=button, exact=True).click()
    answer(page, button)


def test_after_a_failure_among_many_the_place_the_note_and_the_failed_ones_stay(
    fair, scrolled_list
):
    page, mia, noa = scrolled_list
    page.locator("tbody tr").last.scroll_into_view_if_needed()
    expect(page.locator("#bulk [data-from]:enabled")).to_have_text(
        [BUTTONS[1], BUTTONS[2], BUTTONS[5], BUTTONS[6]]
    )
    page.locator("#bulk").get_by_role("button", name="Move to review").click()
    scrolled = page.evaluate("scrollY")
    answer(page, "Move to review")

    expect(page.locator("#failed li")).to_contain_text(["River Noa"])
    expect(page.locator("#failed")).to_be_focused()
    expect(announced(page)).to_have_text("1 registration updated")
    expect(page.locator("tr", has_text="River Mia").locator(".status")).to_have_text("In review")
    expect(page.locator("#list tbody input:checked")).to_have_count(1)
    expect(page.locator("#bulk").get_by_label("Reason")).to_have_value("All at once.")
    assert page.evaluate("scrollY") == scrolled > 0
    assert fair.record(noa)["status"] == "Submitted"

    change_the_selected(page, "Move to review")
    expect(page.locator("tr", has_text="River Noa").locator(".status")).to_have_text("In review")
    expect(page.locator("#bulk")).to_be_hidden()
    expect(page.locator("#failed")).to_be_hidden()
    notes = [fair.record(person)["notes"] for person in (mia, noa)]
    assert [[note["text"] for note in some] for some in notes] == [["All at once."]] * 2


def test_a_decision_about_many_names_its_consequence(fair, scrolled_list):
    page, *_ = scrolled_list
    page.locator("#bulk").get_by_role("button", name="Decline").click()

    expect(page.get_by_role("dialog")).to_contain_text("Decline 2 registrations?")
    expect(page.get_by_role("dialog")).to_contain_text("We’ll send an email")


def test_staff_see_how_many_drafts_there_are_and_open_one_with_its_reference(
    fair, super_admin_browser, sign_up_applicant
):
    second_person = sign_up_applicant()
    closed = f"/registrations/{fair.event}"
    assert second_person.request("PUT", closed, {"form": FORM}).code == "registration_closed"
    fair.register(submitted=False)
    page = at(super_admin_browser, f"/staff?event={fair.event}")

    expect(page.locator("#drafts")).to_contain_text("1 draft not submitted yet.")
    expect(names(page)).to_have_count(0)
