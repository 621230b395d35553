"""A long list becomes a file that the service prepares, with progress on the page of the list."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.axe import expect_accessible
from tests.browser.desk import announced, at
from tests.browser.visits import DESKTOP

STORAGE = "https://s3.us-east-1.amazonaws.com"
TIMES = {"createdAt": "2026-12-01T20:00:00Z", "expiresAt": "2026-12-02T20:00:00Z"}


def endless(route):
    """A part of a list that goes on and on."""
    route.fulfill(
        status=200,
        headers={"Content-Type": "text/csv; charset=utf-8", "Link": '<?cursor=x>; rel="next"'},
        body="\ufeffReference\r\nAAAAAA\r\n",
    )


def file(route):
    """What S3 answers. Its own address is where no test may go: tests/http/test_exports.py does."""
    route.fulfill(
        status=200,
        headers={"Content-Disposition": 'attachment; filename="registrations.csv"'},
        body="Reference\r\n",
    )


def listing(page, *exports):
    """Let the page find these exports."""
    items = [{"id": str(number), **TIMES, **export} for number, export in enumerate(exports)]
    page.route(
        "**/exports",
        lambda route: route.fulfill(
            content_type="application/json", body=json.dumps({"items": items})
        ),
    )


WRITING = {"status": "writing", "rows": 12_400, "total": 100_000}


def test_a_long_list_becomes_a_file_that_is_downloaded_from_the_page(fair, super_admin_browser):
    for name in ("Okafor", "Lee"):
        fair.register(lastName=name)
    page = at(super_admin_browser, f"/staff?event={fair.event}&sort=lastName")
    parts = []
    page.on("request", lambda request: parts.append(request) if ".csv" in request.url else None)
    page.route("**/registrations.csv?*", endless)
    page.locator("#sheet-options summary").click()
    page.get_by_role("button", name="Download spreadsheet (CSV)").click()

    expect(page.locator("#exports li")).to_contain_text("2 registrations, available until")
    assert len(parts) == 10
    super_admin_browser.goes_to(STORAGE)
    page.route(f"{STORAGE}/**", file)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the file from").click()
    assert download.value.path().read_bytes() == b"Reference\r\n"
    assert "/exports/" in download.value.url


def test_the_page_says_that_it_prepares_a_file_and_then_that_it_is_ready(fair, super_admin_browser):
    fair.register()
    page = at(super_admin_browser, f"/staff?event={fair.event}")
    page.route("**/registrations.csv?*", endless)
    page.locator("#sheet-options summary").click()
    page.get_by_role("button", name="Download spreadsheet (CSV)").click()

    expect(announced(page)).to_contain_text("preparing a file")
    expect(announced(page)).to_contain_text("Your file is ready")


@pytest.mark.parametrize(
    ("export", "text"),
    [
        ({"status": "waiting", "rows": 0, "total": None}, "Waiting to start…"),
        (WRITING, "12,400 of 100,000 registrations…"),
        (WRITING | {"total": None}, "12,400 registrations so far…"),
        (WRITING | {"total": 9}, "12,400 registrations so far…"),
        (WRITING | {"status": "failed"}, "This file couldn’t be completed."),
    ],
)
def test_the_list_says_how_far_a_file_is(fair, super_admin_browser, export, text):
    page = super_admin_browser.page
    listing(page, export)
    at(super_admin_browser, f"/staff?event={fair.event}#exports")

    expect(page.locator("#exports li")).to_contain_text(text)


def test_progress_is_told_in_spanish(visit, fair, super_admin):
    desk = visit(viewport=DESKTOP, locale="es-US")
    desk.become(super_admin)
    listing(desk.page, WRITING)
    page = at(desk, f"/staff?event={fair.event}#exports")

    expect(page.locator("#exports li")).to_contain_text("12,400 de 100,000 inscripciones…")


def test_a_download_that_is_too_late_says_so(fair, super_admin_browser):
    super_admin_browser.expects(404)
    page = super_admin_browser.page
    listing(page, {"status": "ready", "rows": 1, "total": 1})
    at(super_admin_browser, f"/staff?event={fair.event}#exports")
    page.get_by_role("button", name="Download the file from").click()

    expect(announced(page)).to_contain_text("We couldn’t find this")


def test_files_of_each_kind_are_accessible(open_with_axe, fair, super_admin):
    desk = open_with_axe(viewport=DESKTOP)
    desk.become(super_admin)
    listing(desk.page, WRITING, {"status": "ready", "rows": 1, "total": 1})
    page = at(desk, f"/staff?event={fair.event}#exports")

    expect(page.get_by_role("progressbar")).to_have_attribute("value", "12400")
    expect(page.get_by_role("region", name="Your files")).to_be_visible()
    expect_accessible(page)


def test_short_lists_ask_for_no_files(fair, super_admin_browser):
    page = super_admin_browser.page
    asked = []
    page.on("request", lambda request: asked.append(request) if "/exports" in request.url else None)
    at(super_admin_browser, f"/staff?event={fair.event}")

    assert asked == []
