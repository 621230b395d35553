"""What a page shows before the service has answered: on a slow phone, each trip takes seconds."""

import pytest
from playwright.sync_api import expect

from tests.support.events import EVENT

SCRIPTS = 2  # the one that all pages share, and the page's own
PAGES = {
    f"/register/{EVENT}": ("Registration", "#registration", {"/me", "/registrations", EVENT}),
    "/": ("Your registrations", ".card", {"/me", "/registrations", "/events"}),
    "/register": ("Register for an event", ".card", {"/me", "/events"}),
}


class Trips:
    """Holds all requests but that of the page itself until the test sends them on."""

    def __init__(self, visit):
        self._url = visit.url
        self._page = visit.page
        self.held = []
        visit.context.route("**", self._hold)

    def _hold(self, route):
        if route.request.is_navigation_request():
            route.continue_()
        else:
            self.held.append(route)

    def paths(self, kind):
        """The paths of the requests of a kind that are held."""
        requests = [route.request for route in self.held if route.request.resource_type == kind]
        return [request.url.partition("?")[0].removeprefix(self._url) for request in requests]

    def wait(self, reached):
        """Wait until what is held satisfies a condition."""
        for _ in range(1000):
            if reached():
                return
            self._page.evaluate("new Promise(requestAnimationFrame)")
        raise AssertionError([route.request.url for route in self.held])

    def send_on(self):
        """Send on what is held by now, and hold what follows."""
        held, self.held = self.held, []
        for route in held:
            route.continue_()


@pytest.mark.parametrize("path", PAGES)
def test_heading_shows_after_one_trip_and_the_content_after_two(phone, applicant, path):
    heading, content, needed = PAGES[path]
    needed = {f"/events/{EVENT}" if name == EVENT else name for name in needed}
    phone.become(applicant)
    page = phone.page
    trips = Trips(phone)

    page.goto(f"{phone.url}{path}", wait_until="commit")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_text("Loading…")).to_be_visible()
    expect(page.locator("header")).to_have_css("display", "flex")  # its styles are there

    trips.wait(lambda: len(trips.paths("script")) == SCRIPTS)
    trips.wait(lambda: set(trips.paths("fetch")) == needed)
    expect(page.locator(content).first).to_be_hidden()
    trips.send_on()
    expect(page.locator(content).first).to_be_visible()

    assert not needed & set(trips.paths("fetch"))
    trips.send_on()
