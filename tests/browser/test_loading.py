"""What a page shows before the service has answered: on a slow phone, each trip takes seconds."""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import field
from tests.pages.addresses import PAGES
from tests.support.clients import PASSWORD
from tests.support.events import EVENT

# Whether a script of the page takes each form that has no address of its own.
SUBMIT_EACH_FORM = """() => [...document.querySelectorAll("form[method=post]:not([action])")].map(
  (form) => !form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })))"""
SCRIPTS = 2  # the one that all pages share, and the page's own
HEADINGS = {
    f"/register/{EVENT}": ("Registration", "#registration", {"/me", "/registrations", EVENT}),
    "/": ("Your registrations", ".card", {"/me", "/registrations", "/events"}),
    "/register": ("Register for an event", ".card", {"/me", "/registrations", "/events"}),
}


class Trips:
    """Holds all requests but that of the page itself until the test sends them on."""

    def __init__(self, visit):
        self._url = visit.url
        self._page = visit.page
        self.held = []
        self._released = False
        visit.context.route("**", self._hold)

    def _hold(self, route):
        if self._released or route.request.is_navigation_request():
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

    def release(self):
        """Send on what is held, and hold nothing any more."""
        self._released = True
        self.send_on()


@pytest.mark.parametrize("path", HEADINGS)
def test_heading_shows_after_one_trip_and_the_content_after_two(phone, applicant, path):
    heading, content, needed = HEADINGS[path]
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


def test_form_that_is_sent_before_its_script_arrives_is_sent_when_it_does(phone, applicant):
    page = phone.page
    trips = Trips(phone)
    page.goto(f"{phone.url}/signin?next=/account", wait_until="commit")
    field(page, "username").fill(applicant.name)
    field(page, "password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("form[aria-busy=true]")).to_be_visible()
    assert page.url.endswith("/signin?next=/account")

    trips.release()
    page.wait_for_url(f"{phone.url}/account")
    expect(page.locator("#own-username")).to_have_text(applicant.name)


def test_button_that_is_pressed_before_its_script_arrives_does_what_it_says(phone, applicant):
    page = phone.page
    trips = Trips(phone)
    page.goto(f"{phone.url}/signin", wait_until="commit")
    field(page, "username").fill(applicant.name)
    page.locator("button[value=email]").click()

    trips.release()
    page.wait_for_url(f"{phone.url}/signin/email")


def test_no_page_has_a_form_that_is_posted_to_the_page_itself(phone, submitted_data):
    posted = {}
    phone.context.route("**/scripts/**", lambda route: None)
    for path in PAGES:
        phone.context.clear_cookies()
        if reader := submitted_data.reader_of(path):
            phone.become(reader)
        phone.page.goto(f"{phone.url}{submitted_data.address(path)}", wait_until="commit")
        phone.page.locator("noscript").wait_for(state="attached")
        posted[path] = phone.page.evaluate(SUBMIT_EACH_FORM)

    assert sum(map(len, posted.values())) > len(PAGES) / 2
    assert not {path: forms for path, forms in posted.items() if not all(forms)}
