"""Every page with data on it, and the user who opens it."""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.visits import Visit
from tests.pages.addresses import PAGES
from tests.support.clients import Person

# For whom each page is: who asks for it else is sent away, or told that it is not for them.
OPEN = (
    *("/signin", "/signin/email", "/signin/provider", "/signup", "/signup/email"),
    *("/forgot", "/reset"),
)
STAFF = tuple(path for path in PAGES if path.startswith("/staff"))
OWN = tuple(path for path in PAGES if path not in OPEN + STAFF)


@dataclass(frozen=True)
class SubmittedData:
    """An event with a registration, which an applicant and staff look at."""

    event: str
    applicant: Person
    staff: Person

    def reader_of(self, path: str) -> Person | None:
        """Return the user that a page is for; None for a public page."""
        if path in OPEN:
            return None
        return self.staff if path in STAFF else self.applicant

    def address(self, path: str) -> str:
        """A page's path and query, so that there is something on it."""
        queries = {
            "/staff": f"?event={self.event}",
            "/staff/registration": f"?event={self.event}&user={self.applicant.account['id']}",
            "/staff/walk-in": f"?event={self.event}",
            "/staff/summary": f"?event={self.event}",
            "/signin/email": "#code=CDFH-2345",
            # Otherwise it goes on to sign in.
            "/signin/provider": "?problem=cancelled",
            "/signup/email": "#token=none",
            "/reset": "#token=none",
            "/verify": "#token=none",
        }
        return path.replace("{event_id}", self.event) + queries.get(path, "")


def open_page(
    visit: Visit, submitted_data: SubmittedData, path: str, reader: Person | None
) -> Page:
    """Open a page as a user, and wait until the page has loaded all its content."""
    visit.context.clear_cookies()
    if reader:
        visit.become(reader)
    visit.page.goto(f"{visit.url}{submitted_data.address(path)}", wait_until="networkidle")
    return visit.page
