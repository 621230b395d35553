"""Dates and deadlines of an event: every reader sees them by the clock of its time zone."""

from datetime import datetime

import pytest
from playwright.sync_api import expect

from chalicelib.platform import zones
from chalicelib.platform.identifiers import new_identifier
from chalicelib.platform.languages import Language
from tests.browser.desk import STORED, create_event
from tests.browser.journeys import field, fill_in, problem_of
from tests.browser.visits import DESKTOP
from tests.support.events import FORM
from tests.support.slow import slow

CLOSED = {"name": "County Fair", "registrationClosesAt": "2026-11-02T08:00:00Z"}
DEADLINE = {"name": "Deadline Fair", "registrationClosesAt": "2027-08-15T04:59:00Z"}
DEVICES = ["Asia/Tokyo", *slow("America/Chicago", "America/Los_Angeles", "UTC")]


@pytest.fixture
def deadline_fair(super_admin):
    """An event that closes a minute before midnight in Minnesota; open while the test runs."""
    event = create_event(super_admin, f"deadline-{new_identifier()}", **DEADLINE)
    yield event
    create_event(super_admin, event, **CLOSED)


def staff_page(visit, super_admin, path, **options):
    browser = visit(viewport=DESKTOP, **options)
    browser.become(super_admin)
    browser.page.goto(f"{browser.url}{path}", wait_until="networkidle")
    return browser, browser.page


def edit(page, event):
    page.locator(".card", has_text=event).get_by_role("button", name="Edit event").click()


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()


def as_written(moment, zone):
    """A moment as lists and receipts write it, with the short name of its month."""
    words = zones.in_words(datetime.fromisoformat(moment), zone, Language.ENGLISH)
    month, rest = words.split(" ", 1)
    return f"{month[:3]} {rest.replace(' at ', ', ')}"


@pytest.mark.parametrize("device", DEVICES)
def test_applicants_read_a_deadline_by_the_clock_of_the_event(
    visit, applicant, deadline_fair, device
):
    browser = visit(timezone_id=device)
    browser.become(applicant)
    deadline = "Register by August 14, 2027 at 11:59 PM CDT."

    for path in ("/", "/register"):
        browser.page.goto(f"{browser.url}{path}")
        expect(browser.page.locator(".card", has_text="Deadline Fair")).to_contain_text(deadline)
    browser.page.goto(f"{browser.url}/register/{deadline_fair}")
    expect(browser.page.locator("#event-deadline")).to_have_text(deadline)


def test_a_deadline_is_written_in_spanish_as_in_the_united_states(visit, applicant, deadline_fair):
    browser = visit(locale="es-US", timezone_id="Europe/Madrid")
    browser.become(applicant)
    browser.page.goto(f"{browser.url}/register/{deadline_fair}")

    deadline = browser.page.locator("#event-deadline")
    expect(deadline).to_contain_text("Inscríbase a más tardar el 14 de agosto de 2027")
    expect(deadline).to_contain_text("11:59")
    expect(deadline).to_contain_text("CDT")


def test_a_browser_that_does_not_know_the_time_zone_shows_utc_and_says_so(
    visit, applicant, super_admin
):
    event = create_event(
        super_admin, f"coming-{new_identifier()}", registrationOpensAt="2027-01-01T08:00:00Z"
    )
    browser = visit(timezone_id="Asia/Tokyo")
    browser.context.add_init_script("""const Known = Intl.DateTimeFormat;
      Intl.DateTimeFormat = function (locale, options) {
        if (options?.timeZone === "America/Chicago") throw new RangeError("Invalid time zone");
        return new Known(locale, options);
      };""")
    browser.become(applicant)
    browser.page.goto(f"{browser.url}/register/{event}")

    expect(browser.page.locator("#closed")).to_have_text(
        "Registration opens January 1, 2027 at 8:00 AM UTC."
    )


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", *slow("America/Chicago")])
def test_receipt_list_record_notes_and_history_tell_times_of_the_event(
    visit, super_admin, sign_up_applicant, zone
):
    person = sign_up_applicant()
    event = create_event(super_admin, f"fair-{new_identifier()}", **CLOSED, timeZone=zone)
    path = f"/admin/events/{event}/registrations/{person.account['id']}"
    assert super_admin.request("PUT", path, {"form": FORM}).status in STORED
    on_paper = {"status": "Submitted", "version": 1, "paperSignature": True}
    assert super_admin.post(f"{path}/status", on_paper).status == 200
    noted = super_admin.post(f"{path}/notes", {"text": "Called."}).json["at"]
    record = super_admin.get(path).json
    submitted = as_written(record["submittedAt"], zone)

    _, page = staff_page(visit, super_admin, f"/staff?event={event}", timezone_id="Asia/Tokyo")
    expect(page.locator("#list .filed")).to_have_attribute("title", submitted)
    page.goto(page.url.replace("/staff?", "/staff/registration?") + f"&user={person.account['id']}")
    expect(page.locator("#times")).to_contain_text(submitted)
    expect(page.locator("#notes .hint")).to_contain_text(as_written(noted, zone))
    expect(page.locator("#history .hint").first).to_contain_text(submitted)

    browser = visit(timezone_id="Asia/Tokyo")
    browser.become(person)
    browser.page.goto(f"{browser.url}/register/{event}")
    expect(browser.page.locator("#submitted-at")).to_contain_text(submitted)


@pytest.mark.parametrize("device", DEVICES)
def test_staff_type_times_by_the_clock_of_the_event(visit, super_admin, device):
    _, page = staff_page(visit, super_admin, "/staff/events", timezone_id=device)
    page.get_by_role("button", name="New event", exact=True).click()
    expect(page.locator("#zone")).to_have_text(
        "Times are in the event’s time zone: America/Chicago."
    )
    event = f"winter-{new_identifier()}"
    fill_in(
        page,
        {
            **{"name": "Winter Fair", "id": event},
            **{"startsOn": "2028-01-10", "endsOn": "2028-01-20"},
            **{"registrationOpensAt": "2027-07-01T08:00"},
            **{"registrationClosesAt": "2027-12-24T18:30"},
        },
    )
    save(page)

    expect(page.locator("#announcement")).to_have_text("Event saved")
    stored_event = super_admin.get(f"/events/{event}").json
    # Central time: five hours behind in summer, six in winter.
    assert stored_event["registrationOpensAt"] == "2027-07-01T13:00:00Z"
    assert stored_event["registrationClosesAt"] == "2027-12-25T00:30:00Z"
    assert stored_event["timeZone"] == "America/Chicago"
    card = page.locator(".card", has_text=event)
    expect(card.locator(".window")).to_have_text(
        "Jul 1, 2027, 8:00 AM CDT – Dec 24, 2027, 6:30 PM CST"
    )
    edit(page, event)
    expect(field(page, "registrationClosesAt")).to_have_value("2027-12-24T18:30")


def test_in_another_zone_the_times_that_are_shown_mean_other_moments(visit, super_admin):
    event = create_event(super_admin, f"luau-{new_identifier()}", **CLOSED)
    _, page = staff_page(visit, super_admin, "/staff/events", timezone_id="UTC")
    edit(page, event)
    expect(field(page, "registrationClosesAt")).to_have_value("2026-11-02T02:00")
    fill_in(page, {"timeZone": "Pacific/Honolulu"})
    expect(page.locator("#zone")).to_contain_text("Pacific/Honolulu")
    save(page)

    expect(page.locator("#announcement")).to_have_text("Event saved")
    changed = super_admin.get(f"/events/{event}").json
    assert changed["timeZone"] == "Pacific/Honolulu"
    assert changed["registrationClosesAt"] == "2026-11-02T12:00:00Z"


@pytest.mark.parametrize(
    ("local", "expected_message"),
    [
        ("2027-03-14T02:30", "go forward that night, and this time doesn’t exist"),
        ("2027-11-07T01:30", "go back that night, and this time comes twice"),
    ],
)
def test_a_time_that_clocks_skip_or_repeat_is_an_error_at_its_field(
    visit, super_admin, local, expected_message
):
    dates = {"startsOn": "2027-11-20", "endsOn": "2027-11-21"}
    event = create_event(super_admin, f"fair-{new_identifier()}", **CLOSED | dates)
    _, page = staff_page(visit, super_admin, "/staff/events", timezone_id="Asia/Tokyo")
    edit(page, event)
    field(page, "registrationClosesAt").fill(local)
    save(page)

    expect(problem_of(page, "registrationClosesAt")).to_contain_text(expected_message)
    expect(field(page, "registrationClosesAt")).to_have_value(local)
    assert super_admin.get(f"/events/{event}").json["version"] == 1


def test_a_stored_time_that_comes_twice_stays_what_it_is(visit, super_admin):
    dates = {"startsOn": "2027-11-20", "endsOn": "2027-11-21"}
    second = {"registrationClosesAt": "2027-11-07T07:30:00Z"}  # 1:30 AM, the second time
    event = create_event(super_admin, f"fair-{new_identifier()}", **dates | second)
    try:
        _, page = staff_page(visit, super_admin, "/staff/events")
        edit(page, event)
        fill_in(page, {"capacity": "900"})
        save(page)

        expect(page.locator("#announcement")).to_have_text("Event saved")
        changed = super_admin.get(f"/events/{event}").json
        assert (changed["capacity"], changed["registrationClosesAt"]) == (
            900,
            second["registrationClosesAt"],
        )
    finally:
        create_event(super_admin, event, **CLOSED)


@pytest.mark.parametrize(
    "typed", ["1e3", *slow("1200-", "12e", "-5", "1,200", "12.5", "+7", "many")]
)
def test_a_capacity_that_is_no_whole_number_is_an_error_at_its_field(visit, super_admin, typed):
    event = create_event(super_admin, f"fair-{new_identifier()}", **CLOSED)
    _, page = staff_page(visit, super_admin, "/staff/events")
    edit(page, event)
    field(page, "capacity").fill("")
    field(page, "capacity").press_sequentially(typed)
    save(page)

    expect(problem_of(page, "capacity")).to_contain_text("Enter a whole number")
    expect(field(page, "capacity")).to_have_value(typed)
    assert super_admin.get(f"/events/{event}").json["capacity"] == 1200


def test_the_mouse_wheel_changes_no_number(visit, super_admin):
    event = create_event(super_admin, f"fair-{new_identifier()}", **CLOSED)
    _, page = staff_page(visit, super_admin, "/staff/events")
    edit(page, event)
    field(page, "capacity").click()
    page.mouse.wheel(0, -400)
    page.mouse.wheel(0, 300)
    field(page, "capacity").press("ArrowUp")

    expect(field(page, "capacity")).to_have_value("1200")


def test_digits_typed_into_a_date_and_time_are_the_moment_that_they_spell(visit, super_admin):
    event = create_event(super_admin, f"fair-{new_identifier()}", **CLOSED)
    _, page = staff_page(visit, super_admin, "/staff/events")
    edit(page, event)
    field(page, "registrationClosesAt").press_sequentially("081420271159PM")
    save(page)

    expect(page.locator("#announcement")).to_have_text("Event saved")
    closes = super_admin.get(f"/events/{event}").json["registrationClosesAt"]
    assert closes == "2027-08-15T04:59:00Z"
    create_event(super_admin, event, **CLOSED)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("registrationClosesAt", "202711-08-14T11:59"),
        *slow(
            ("registrationOpensAt", "1027-08-14T11:59"),
            ("startsOn", "20277-09-03"),
            ("endsOn", ""),
        ),
    ],
)
def test_a_date_beyond_the_calendar_is_an_error_at_its_field(visit, super_admin, name, value):
    """Browsers that take years of more than four digits give them on."""
    event = create_event(super_admin, f"fair-{new_identifier()}", **CLOSED)
    _, page = staff_page(visit, super_admin, "/staff/events")
    edit(page, event)
    field(page, name).evaluate("(control, value) => (control.value = value)", value)
    save(page)

    expect(problem_of(page, name)).to_contain_text("between 2000 and 2999")
    assert super_admin.get(f"/events/{event}").json["version"] == 1


def test_a_date_that_is_only_begun_is_an_error_at_its_field(visit, super_admin):
    event = create_event(super_admin, f"fair-{new_identifier()}", **CLOSED)
    _, page = staff_page(visit, super_admin, "/staff/events")
    edit(page, event)
    for name, keys in (("registrationClosesAt", "0814"), ("startsOn", "09")):
        field(page, name).evaluate("(control) => (control.value = '')")
        field(page, name).press_sequentially(keys)
    save(page)

    for name in ("registrationClosesAt", "startsOn"):
        expect(problem_of(page, name)).to_contain_text("Enter a complete date")
    assert super_admin.get(f"/events/{event}").json["version"] == 1
