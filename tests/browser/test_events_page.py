"""Events that staff hide, or copy for another year."""

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.desk import create_event
from tests.browser.journeys import field, fill_in, problem_of
from tests.support.events import FORM

NAMES = ("description", "pay", "address", "hours", "contact")
ENGLISH = {"language": "en", "description": "A fair.\nOn the ice.", "hours": "Monday"}
CLOSED = {"name": "County Fair", "registrationClosesAt": "2026-11-02T08:00:00Z"}


@pytest.fixture
def page(desktop, super_admin):
    """The events page of the SuperAdmin."""
    desktop.become(super_admin)
    desktop.page.goto(f"{desktop.url}/staff/events", wait_until="networkidle")
    return desktop.page


def event_card(page, event):
    return page.locator(".card", has=page.locator("code", has_text=event))


def test_an_event_is_copied_to_next_year_and_needs_only_its_name_in_links(
    super_admin, desktop, page
):
    old = create_event(
        super_admin,
        f"leap-{new_identifier()}",
        name="Leap Fair",
        startsOn="2028-02-29",
        endsOn="2028-03-02",
        registrationClosesAt="2026-11-02T08:00:00Z",
        timeZone="Pacific/Honolulu",
        minimumAge="EighteenPlus",
        capacity=300,
        texts=[ENGLISH],
    )
    page.reload()
    event_card(page, old).get_by_role("button", name="Copy to a new event").click()
    expect(page.locator("#editing")).to_have_text("New event")
    expect(field(page, "id")).to_have_value("")
    new = f"leap-{new_identifier()}"
    fill_in(page, {"id": new, "en-hours": "", "es-pay": "$17 por hora"})
    page.reload()
    expect(field(page, "id")).to_have_value(new)
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("#announcement")).to_have_text("Event saved")
    copied = super_admin.get(f"/events/{new}").json
    assert copied == super_admin.get(f"/events/{old}").json | {
        **{"id": new, "startsOn": "2029-02-28", "endsOn": "2029-03-02"},
        **{"registrationOpensAt": "2027-11-01T08:00:00Z"},
        **{"registrationClosesAt": "2027-11-02T08:00:00Z"},
        "texts": [
            *[dict.fromkeys(NAMES) | ENGLISH | {"hours": None}],
            *[dict.fromkeys(NAMES) | {"language": "es", "pay": "$17 por hora"}],
        ],
    }


def test_a_hidden_event_is_gone_for_newcomers_and_stays_for_who_has_registered(
    super_admin, page, visit, sign_up_applicant
):
    event = create_event(super_admin, f"mistake-{new_identifier()}", name="Mistaken Fair")
    registered, new_client = sign_up_applicant(), sign_up_applicant()
    path = f"/registrations/{event}"
    assert registered.request("PUT", path, {"form": FORM}).status == 201
    assert registered.post(f"{path}/submit").status == 200
    page.reload()
    event_card(page, event).get_by_role("button", name="Edit event").click()
    page.get_by_label("Hide this event").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(event_card(page, event).locator(".status")).to_have_text("Hidden")

    browser = visit()
    browser.expects(404)
    browser.become(registered)
    browser.page.goto(f"{browser.url}/")
    browser.page.locator(".card", has_text="Mistaken Fair").get_by_role("link").click()
    expect(browser.page.locator("#event-name")).to_have_text("Mistaken Fair")
    expect(browser.page.locator("#status")).to_have_text("Submitted")

    stranger = visit()
    stranger.expects(404)
    stranger.become(new_client)
    stranger.page.goto(f"{stranger.url}/register", wait_until="networkidle")
    expect(stranger.page.locator("main")).not_to_contain_text("Mistaken Fair")
    stranger.page.goto(f"{stranger.url}/register/{event}")
    expect(stranger.page.get_by_text("We couldn’t find that event.")).to_be_visible()


def test_staff_find_a_hidden_event_last_and_marked(super_admin, page, desktop):
    event = create_event(super_admin, f"hidden-{new_identifier()}", **CLOSED | {"hidden": True})
    page.goto(f"{desktop.url}/staff", wait_until="networkidle")

    options = page.locator("#event option")
    expect(page.locator(f"#event option[value={event}]")).to_contain_text("Hidden")
    assert options.last.get_attribute("value").startswith(("hidden-", "mistake-"))
    page.locator("#filters summary").click()
    page.locator("#event").select_option(event)
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("County Fair · Registrations")


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Feria de Otoño 2027", "feria-de-otono-2027"),
        ("  River’s  Fair! ", "rivers-fair"),
        ("冬", ""),
    ],
)
def test_name_in_links_is_made_from_the_name(page, name, made):
    page.get_by_role("button", name="New event", exact=True).click()
    field(page, "name").press_sequentially(name)

    expect(field(page, "id")).to_have_value(made)


def test_name_in_links_that_was_typed_stays(page):
    page.get_by_role("button", name="New event", exact=True).click()
    fill_in(page, {"name": "Winter", "id": "winter-27"})
    field(page, "name").fill("Winter Market")

    expect(field(page, "id")).to_have_value("winter-27")


def test_all_that_is_missing_of_an_event_is_said_at_once(page):
    page.get_by_role("button", name="New event", exact=True).click()
    page.get_by_role("button", name="Save", exact=True).click()

    for name in ("name", "id", "startsOn", "endsOn", "registrationOpensAt", "registrationClosesAt"):
        expect(problem_of(page, name)).to_be_visible()
