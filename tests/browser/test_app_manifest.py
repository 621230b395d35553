"""Chromium reads the web app manifest, under the policy of the pages."""

import pytest


@pytest.mark.parametrize("language", ["en-US", "es-US"])
def test_browser_reads_the_manifest_without_an_error_and_draws_its_icons(visit, language):
    phone = visit(locale=language)
    page = phone.page
    page.goto(f"{phone.url}/signin", wait_until="networkidle")
    manifest = page.context.new_cdp_session(page).send("Page.getAppManifest")
    draw = """async (sources) => Promise.all(sources.map(async (src) => {
        const image = Object.assign(new Image(), { src });
        await image.decode();
        return image.width / image.height;
    }))"""

    assert manifest["errors"] == []
    icons = manifest["manifest"]["icons"]
    assert manifest["manifest"]["name"] == "Breeze Lakes Point"
    assert page.evaluate(draw, [icon["url"] for icon in icons]) == [1, 1]
