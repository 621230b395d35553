"""The receipt of a submitted registration: a ticket for the office."""

import re
from pathlib import Path

import pytest
import segno
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.axe import expect_accessible
from tests.browser.desk import STORED, create_event
from tests.browser.journeys import REFERENCE
from tests.support.events import FORM

QUIET_ZONE = 4
ENGLISH = {"language": "en", "address": "500 Elm Street; Suite 2", "hours": "Monday, 9 to 5"}
SPANISH = {"language": "es", "hours": "Lunes, de 9 a 5"}


@pytest.fixture
def open_receipt(open_with_axe, applicant, super_admin):
    """Opens River's receipt for an event with an office."""
    event = create_event(
        super_admin, f"fair-{new_identifier()}", name="Lake Fair", texts=[ENGLISH, SPANISH]
    )
    path = f"/registrations/{event}"
    assert applicant.request("PUT", path, {"form": FORM}).status in STORED
    assert applicant.post(f"{path}/submit").status == 200

    def open_page(**kind):
        visit = open_with_axe(**kind)
        visit.become(applicant)
        visit.page.goto(f"{visit.url}/register/{event}")
        expect(visit.page.locator("#reference")).to_have_text(REFERENCE)
        return visit.page

    return open_page


def test_the_qr_code_is_that_of_the_reference_alone(open_receipt):
    page = open_receipt()
    reference = page.locator("#reference").text_content()
    drawn = page.locator("#code path").get_attribute("d")
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)", drawn)}
    code = segno.make(
        reference, version=1, error="m", mode="alphanumeric", mask=0, boost_error=False
    )

    assert dark == {
        (x + QUIET_ZONE, y + QUIET_ZONE)
        for y, row in enumerate(code.matrix)
        for x, module in enumerate(row)
        if module
    }
    expect(page.get_by_role("img", name="QR code of your reference number")).to_be_visible()


def test_the_receipt_names_the_office_in_the_readers_language_and_is_accessible(open_receipt):
    page = open_receipt(locale="es-US", viewport={"width": 320, "height": 568})
    office = page.locator("#office")
    expect(office).to_contain_text("500 Elm Street; Suite 2")
    expect(office).to_contain_text("Lunes, de 9 a 5")
    expect(office.get_by_text("Contacto")).to_be_hidden()

    expect_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_event_is_a_file_for_calendars(open_receipt):
    page = open_receipt()
    with page.expect_download() as download:
        page.get_by_role("button", name="Add to calendar").click()
    lines = Path(download.value.path()).read_bytes().decode().split("\r\n")

    assert download.value.suggested_filename.endswith(".ics")
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    for line in (
        "DTSTART;VALUE=DATE:20270903",
        "DTEND;VALUE=DATE:20270920",
        "SUMMARY:Lake Fair",
        r"LOCATION:500 Elm Street\; Suite 2",
    ):
        assert line in lines
    assert all(len(line.encode()) <= 75 for line in lines)
