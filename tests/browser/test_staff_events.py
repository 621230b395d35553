"""What staff do with events on the pages: change, create, and count them."""

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.desk import CLOSED, announced, at, create_event
from tests.browser.journeys import field, fill_in, problem_of, shows_no_personal_data
from tests.support.clients import COOKIE
from tests.support.events import EVENT_BODY


def test_two_who_change_an_event_lose_nothing(fair, super_admin, super_admin_browser):
    super_admin_browser.expects(409)
    page = at(super_admin_browser, "/staff/events")
    page.locator(".card", has_text=fair.event).get_by_role("button", name="Edit event").click()
    field(page, "capacity").fill("700")
    create_event(super_admin, fair.event, **CLOSED | {"name": "Autumn Fair"})
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("#changed-by-others")).to_contain_text("County Fair → Autumn Fair")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(announced(page)).to_have_text("Event saved")
    event = super_admin.get(f"/events/{fair.event}").json
    assert (event["name"], event["capacity"]) == ("Autumn Fair", 700)


@pytest.mark.parametrize("is_stale", [True, False])
def test_an_answer_about_one_event_leaves_another_alone(
    fair, super_admin, super_admin_browser, is_stale
):
    another = create_event(
        super_admin, f"another-{new_identifier()}", **CLOSED | {"name": "Autumn Fair"}
    )
    page = at(super_admin_browser, "/staff/events")
    page.locator(".card", has_text=fair.event).get_by_role("button", name="Edit event").click()
    field(page, "capacity").fill("700")
    if is_stale:
        super_admin_browser.expects(409)
        create_event(super_admin, fair.event, **CLOSED | {"minimumAge": "EighteenPlus"})
    waiting = []

    def hold(route):
        waiting.append(route)

    super_admin_browser.context.route(f"**/events/{fair.event}", hold)
    with page.expect_request(f"**/admin/events/{fair.event}"):
        page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".card", has_text=another).get_by_role("button", name="Edit event").click()
    field(page, "capacity").fill("900")
    waiting[0].continue_()

    expect(announced(page)).to_have_text(
        "County Fair: Someone else changed this. Review the latest version and try again."
        if is_stale
        else "Event saved"
    )
    expect(page.locator("#editing")).to_have_text("Autumn Fair")
    expect(page.locator("#editing")).to_be_visible()
    expect(page.locator("#changed-by-others")).to_be_hidden()
    expect(field(page, "capacity")).to_have_value("900")
    stored_keys = page.evaluate(
        "Object.keys(sessionStorage).filter((name) => name.startsWith('kept'))"
    )
    expected_keys = [f"kept/events/{another}"]
    assert sorted(stored_keys) == sorted(
        [*expected_keys, f"kept/events/{fair.event}"] if is_stale else expected_keys
    )


def test_an_event_that_is_being_changed_outlives_an_ended_session(
    fair, super_admin, super_admin_browser
):
    super_admin_browser.expects(401)
    page = at(super_admin_browser, "/staff/events")
    page.locator(".card", has_text=fair.event).get_by_role("button", name="Edit event").click()
    fill_in(page, {"capacity": "700", "minimumAge": "EighteenPlus"})
    super_admin_browser.context.clear_cookies(name=COOKIE)
    page.get_by_role("button", name="Save", exact=True).click()
    shows_no_personal_data(page)
    create_event(super_admin, fair.event, **CLOSED | {"name": "Autumn Fair"})

    super_admin_browser.become(super_admin)
    page = at(super_admin_browser, "/staff/events")
    expect(page.locator("#editing")).to_have_text("Autumn Fair")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(announced(page)).to_have_text("Event saved")
    event = super_admin.get(f"/events/{fair.event}").json
    changed = (event["name"], event["capacity"], event["minimumAge"])
    assert changed == ("Autumn Fair", 700, "EighteenPlus")
    assert page.evaluate("Object.keys(sessionStorage)") == ["whose"]


def test_a_new_event_is_kept_until_it_is_discarded_and_for_the_same_user_only(
    super_admin, super_admin_browser, admin
):
    for given_up in (True, False):
        page = at(super_admin_browser, "/staff/events")
        expect(page.locator("#editor")).to_be_hidden()
        page.get_by_role("button", name="New event", exact=True).click()
        fill_in(page, {"name": "Winter Fair", "startsOn": "2028-01-10"})
        page.reload()
        expect(field(page, "name")).to_have_value("Winter Fair")
        expect(field(page, "startsOn")).to_have_value("2028-01-10")
        if given_up:
            page.get_by_role("button", name="Cancel changes").click()

    # The page's own requests, one for each event, are made in the name of its user.
    page.wait_for_load_state("networkidle")
    super_admin_browser.become(admin)
    page = at(super_admin_browser, "/staff/events")
    assert "Winter Fair" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_what_is_wrong_with_an_event_is_told_beside_its_fields(fair, super_admin_browser):
    super_admin_browser.expects(409)
    page = at(super_admin_browser, "/staff/events")
    page.get_by_role("button", name="New event", exact=True).click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(problem_of(page, "id")).to_contain_text("Letters, numbers")

    fill_in(page, {"id": "new-" + new_identifier(), "name": "New"})
    page.get_by_role("button", name="Save", exact=True).click()
    for name in ("startsOn", "endsOn", "registrationOpensAt", "registrationClosesAt"):
        expect(problem_of(page, name)).to_be_visible()

    fill_in(page, {"id": fair.event, "minimumAge": EVENT_BODY["minimumAge"]})
    fill_in(page, {name: EVENT_BODY[name] for name in ("startsOn", "endsOn")})
    fill_in(page, {"registrationOpensAt": "2027-01-01T08:00"})
    fill_in(page, {"registrationClosesAt": "2027-02-01T08:00"})
    page.get_by_role("button", name="Save", exact=True).click()
    expect(problem_of(page, "id")).to_contain_text("already uses this name")


# The summary.


def test_an_event_is_summed_up_in_numbers_and_in_bars(fair, super_admin_browser):
    fair.register(eventJobs=["cleaning"])
    fair.register(eventJobs=["cleaning", "animals"])
    fair.register(eventJobs=["animals"], submitted=False)
    page = at(super_admin_browser, f"/staff/summary?event={fair.event}")

    def counted(kind, choice):
        return page.locator(f"[data-counts={kind}] [data-choice={choice}]")

    expect(page.locator("#total")).to_have_text("3 registrations, drafts included")
    expect(counted("byStatus", "Submitted").locator(".number")).to_have_text("2")
    # Nothing in a draft is counted, only that there is one.
    expect(counted("byStatus", "Draft").locator(".number")).to_have_text("1")
    expect(counted("byJob", "animals").locator(".number")).to_have_text("1")
    page.locator("#status").select_option("Submitted")
    page.get_by_role("button", name="Apply", exact=True).click()

    expect(counted("byJob", "animals").locator(".number")).to_have_text("1")
    assert page.url.endswith("&status=Submitted")
    bars = [counted("byJob", job).locator(".length") for job in ("cleaning", "animals", "cooking")]
    widths = [bar.bounding_box()["width"] for bar in bars]
    assert widths == [pytest.approx(2 * widths[1]), widths[1], 0]
    assert widths[1] > 0


def test_public_page_of_a_hidden_event_is_previewed_from_its_form(
    fair, super_admin, super_admin_browser
):
    create_event(super_admin, fair.event, **CLOSED | {"hidden": True})
    page = at(super_admin_browser, "/staff/events")
    card = page.locator(".card", has_text=fair.event)
    expect(card.get_by_role("link", name="Preview public page")).to_be_visible()
    expect(card.get_by_role("link", name="Public page", exact=True)).to_have_count(0)
    card.get_by_role("button", name="Edit event").click()
    with page.expect_popup() as opened:
        page.locator("#editor").get_by_role("link", name="Preview the public page").click()

    expect(opened.value.get_by_text("This is a preview.")).to_be_visible()
    expect(opened.value.get_by_role("heading", name="County Fair")).to_be_visible()


def test_form_of_a_new_event_has_nothing_to_preview(super_admin_browser):
    page = at(super_admin_browser, "/staff/events")
    page.get_by_role("button", name="New event", exact=True).click()

    expect(page.locator("#editing")).to_have_text("New event")
    expect(page.locator("#preview")).to_be_hidden()
