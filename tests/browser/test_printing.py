"""Registrations on paper: what the office files and signs, one sheet for each."""

import re

import pytest

from tests.browser.desk import create_event
from tests.browser.visits import DESKTOP
from tests.support.events import EVENT, FORM

NOTE = "Called back."
SHEETS = "#sheets > .sheet"


@pytest.fixture
def open_page(visit, submitted_data):
    """Opens a staff page, and waits until it has loaded all its content."""

    def open_path(path, **options):
        browser = visit(viewport=DESKTOP, **options)
        browser.become(submitted_data.staff)
        browser.page.goto(f"{browser.url}{path}", wait_until="networkidle")
        return browser.page

    return open_path


def record_of(submitted_data):
    return f"/staff/registration?event={EVENT}&user={submitted_data.applicant.account['id']}"


def printed(page):
    """What is on paper: the text of each sheet, with all around it out of sight."""
    # What a browser does before it prints; in a PDF there would be nothing left to ask.
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert not page.locator("main > :not(#sheets)").filter(visible=True).count()
    sheets = page.locator(SHEETS)
    breaks = [sheet.evaluate("one => getComputedStyle(one).breakAfter") for sheet in sheets.all()]
    assert breaks == ["page"] * (len(breaks) - 1) + ["auto"]
    return [sheet.inner_text() for sheet in sheets.all()]


def test_a_record_is_printed_as_a_sheet_for_the_office(open_page, submitted_data):
    [text] = printed(open_page(record_of(submitted_data)))

    for part in ("Harvest Fair", "River Okafor", "Submitted", "Last name", "Signature", "Date"):
        assert part in text
    assert re.search(r"Reference number \S{6}\b", text)
    assert NOTE not in text


def test_notes_and_history_are_printed_on_request(open_page, submitted_data):
    page = open_page(record_of(submitted_data))
    page.get_by_label("Print notes and history, too").check()
    [text] = printed(page)

    assert NOTE in text
    assert "History" in text


def test_selected_registrations_are_printed_one_sheet_each(
    super_admin, sign_up_applicant, open_page
):
    event = create_event(super_admin, "printed-fair", name="Printed Fair")
    for name in ("Abel", "Baker", "Clark"):
        person = sign_up_applicant()
        path = f"/registrations/{event}"
        assert person.request("PUT", path, {"form": FORM | {"lastName": name}}).status == 201
        assert person.post(f"{path}/submit").status == 200
    page = open_page(f"/staff?event={event}&sort=lastName")
    boxes = page.locator("#list tbody input")
    boxes.nth(0).check()
    boxes.nth(2).check()
    sheets = printed(page)

    for sheet, name in zip(sheets, ("River Abel", "River Clark"), strict=True):
        for part in ("Printed Fair", name, "Signature"):
            assert part in sheet


def test_the_button_prints_the_selection_and_leaves_the_page_as_it_was(open_page, submitted_data):
    page = open_page(f"/staff?event={EVENT}")
    page.evaluate("window.print = () => (window.printed = true)")
    page.locator("#list tbody input").first.check()
    page.get_by_role("button", name="Print selected").click()
    assert page.evaluate("window.printed")
    printed(page)
    page.evaluate("dispatchEvent(new Event('afterprint'))")

    assert page.locator(SHEETS).count() == 0


def test_a_sheet_is_printed_in_spanish(open_page, submitted_data):
    [text] = printed(open_page(record_of(submitted_data), locale="es-US"))

    for part in ("Apellido o apellidos", "Firma", "Fecha"):
        assert part in text


def test_the_list_is_printed_without_what_only_a_screen_needs(open_page):
    page = open_page(f"/staff?event={EVENT}&status=Submitted&shift=day")
    page.emulate_media(media="print")

    assert page.locator("#list tbody tr").first.is_visible()
    title = page.locator("#printed-title").inner_text()
    assert title == "Harvest Fair · Registrations · Submitted · Midday"
    header = page.locator("#list thead")
    assert header.evaluate("one => getComputedStyle(one).display") == "table-header-group"
    for part in ("#list-query", "#sheet", "#list tbody input", "#all"):
        assert not page.locator(part).first.is_visible()
