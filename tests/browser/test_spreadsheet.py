"""The staff list as a spreadsheet file, as an office's own spreadsheet program expects it."""

from pathlib import Path

from playwright.sync_api import expect

from tests.support.events import EVENT


def downloaded(page):
    with page.expect_download() as downloading:
        page.locator("#sheet").click()
    expect(page.locator("#announcement")).to_contain_text("complete")
    return Path(downloading.value.path()).read_text("utf-8-sig").splitlines()[0]


def test_the_choice_of_separator_and_language_is_remembered(desktop, submitted_data):
    desktop.become(submitted_data.staff)
    page = desktop.page
    page.goto(f"{desktop.url}/staff?event={EVENT}", wait_until="networkidle")
    page.locator("#sheet-options summary").click()
    assert downloaded(page).startswith("Reference,Status,")

    page.locator("#separator").select_option("semicolon")
    page.locator("#sheet-language").select_option("es")
    page.reload(wait_until="networkidle")
    page.locator("#sheet-options summary").click()

    assert downloaded(page).startswith("Número de referencia;Estado de la inscripción;")
