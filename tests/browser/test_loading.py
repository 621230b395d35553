"""What a page shows and asks for before the service has answered."""

import pytest
from playwright.sync_api import expect

from tests.support.events import EVENT

PAGES = {
    f"/register/{EVENT}": ("Registration", "#registration", {"/me", "/registrations"}),
    "/": ("Your registrations", ".card", {"/me", "/registrations", "/events"}),
    "/register": ("Register for an event", ".card", {"/me", "/events"}),
}


@pytest.mark.parametrize("path", PAGES)
def test_heading_and_loading_show_at_once_and_all_data_is_requested_together(
    phone, applicant, path
):
    heading, content, needed = PAGES[path]
    waiting = []

    def is_data(url):
        return url.partition("?")[0].removeprefix(phone.url) in needed

    def hold(route):
        waiting.append(route)

    phone.context.route(is_data, hold)
    phone.become(applicant)
    page = phone.page
    page.goto(f"{phone.url}{path}")
    for _ in range(500):
        if len(waiting) == len(needed):
            break
        page.evaluate("new Promise(requestAnimationFrame)")
    assert len(waiting) == len(needed)
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_text("Loading…")).to_be_visible()
    expect(page.locator(content).first).to_be_hidden()

    for route in waiting:
        route.continue_()
    expect(page.locator(content).first).to_be_visible()
