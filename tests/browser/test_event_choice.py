"""The event that staff work on: the open one at first, then the one that they have chosen."""

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.desk import create_event
from tests.browser.journeys import field, through_the_menu
from tests.support.slow import slow

CLOSED = {"name": "County Fair", "registrationClosesAt": "2026-11-02T08:00:00Z"}
NEXT_YEAR = {
    **{"name": "Fair of next year", "startsOn": "2039-09-03", "endsOn": "2039-09-19"},
    **{"registrationOpensAt": "2039-03-01T08:00:00Z"},
    **{"registrationClosesAt": "2039-08-15T04:59:00Z"},
}


def open_page(visit, path):
    visit.page.goto(f"{visit.url}{path}", wait_until="networkidle")
    return visit.page


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/staff", "Registrations"),
        *slow(("/staff/walk-in", "Add a walk-in registration"), ("/staff/summary", "Summary")),
    ],
)
def test_the_open_event_is_chosen_though_next_years_exists(
    super_admin, super_admin_browser, path, title
):
    create_event(super_admin, f"next-{new_identifier()}", **NEXT_YEAR)
    page = open_page(super_admin_browser, path)

    chosen = super_admin.get(f"/events/{page.locator('#event').input_value()}").json
    assert chosen["isOpen"]
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{chosen['name']} · {title}")
    assert page.url.endswith(f"{path}?event={chosen['id']}")


def test_events_are_listed_open_ones_first_then_the_next_to_open_then_the_latest(
    super_admin, super_admin_browser
):
    later = {"registrationOpensAt": "2039-04-01T08:00:00Z"}
    mark = new_identifier()
    events = [
        create_event(super_admin, f"past-{mark}", **CLOSED),
        create_event(
            super_admin,
            f"latest-{mark}",
            **CLOSED | {"registrationClosesAt": "2026-11-03T08:00:00Z"},
        ),
        create_event(super_admin, f"later-{mark}", **NEXT_YEAR | later),
        create_event(super_admin, f"next-{mark}", **NEXT_YEAR),
    ]
    page = open_page(super_admin_browser, "/staff")

    values = page.locator("#event option").evaluate_all("all => all.map((one) => one.value)")
    assert [value for value in values if value in events] == [
        *(f"next-{mark}", f"later-{mark}", f"latest-{mark}", f"past-{mark}")
    ]
    assert values.index("winter-market") < values.index(f"next-{mark}")


def test_the_chosen_event_goes_along_from_page_to_page(super_admin, super_admin_browser):
    event = create_event(
        super_admin, f"fair-{new_identifier()}", **CLOSED | {"name": "Harvest Days"}
    )
    page = open_page(super_admin_browser, "/staff")
    page.locator("#filters summary").click()
    page.locator("#event").select_option(event)
    page.get_by_role("button", name="Apply").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Harvest Days · Registrations")

    page.locator("main").get_by_role("link", name="Add a walk-in").click()
    expect(heading).to_have_text("Harvest Days · Add a walk-in registration")
    expect(page.locator("#not-open")).to_contain_text("isn’t open right now")
    through_the_menu(page, "Accounts")
    expect(heading).to_have_text("Accounts")
    through_the_menu(page, "Summary")
    expect(heading).to_have_text("Harvest Days · Summary")
    page = open_page(super_admin_browser, "/staff")
    expect(heading).to_have_text("Harvest Days · Registrations")
    expect(page).to_have_title("Harvest Days · Registrations · Breeze Lakes Point")


def test_a_walk_in_registers_for_the_event_that_the_heading_names(
    super_admin, super_admin_browser, sign_up_applicant
):
    person = sign_up_applicant(firstName="Zoe", lastName=f"Z{new_identifier()}")
    event = create_event(
        super_admin, f"fair-{new_identifier()}", **CLOSED | {"name": "Harvest Days"}
    )
    page = open_page(super_admin_browser, "/staff/walk-in")
    page.locator("#event").select_option(event)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Harvest Days · ")
    assert page.url.endswith(f"?event={event}")
    field(page, "q").fill(person.name)
    page.locator("#look").get_by_role("button").click()
    page.locator("#people").get_by_role("button").click()

    page.wait_for_url(f"**/staff/registration?event={event}&user={person.account['id']}*")
    assert (
        super_admin.get(f"/admin/events/{event}/registrations/{person.account['id']}").status == 200
    )


def test_events_of_one_name_are_told_apart_by_their_first_day(super_admin, super_admin_browser):
    name = f"Fair {new_identifier()}"
    for year in (2039, 2040):
        days = {"startsOn": f"{year}-09-03", "endsOn": f"{year}-09-19"}
        create_event(
            super_admin, f"fair-{year}-{new_identifier()}", **CLOSED | days | {"name": name}
        )
    page = open_page(super_admin_browser, "/staff")

    labels = page.locator("#event option").all_text_contents()
    assert sorted(label for label in labels if name in label) == [
        f"{name} (September 3, {year})" for year in (2039, 2040)
    ]
