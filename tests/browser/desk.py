"""A separate event for a test: staff see it on the pages, and applicants register for it."""

from itertools import count
from typing import Any

from chalicelib.platform.identifiers import new_identifier
from tests.support.clients import Person
from tests.support.events import EVENT_BODY, FORM

# Of what creates something: now, or by an attempt whose response was lost.
STORED = {200, 201}
# Staff register whom they like; to the applicants of other tests it is nothing.
CLOSED = {"name": "County Fair", "registrationClosesAt": "2026-11-02T08:00:00Z"}

_numbers = count(1)


def create_event(super_admin: Person, event: str, **overrides: Any) -> str:
    """Have the SuperAdmin make an event, or change it; give its identifier."""
    known = super_admin.get(f"/events/{event}")
    version = {"version": known.json["version"]} if known.status == 200 else {}
    response = super_admin.request(
        "PUT", f"/admin/events/{event}", EVENT_BODY | overrides | version
    )
    assert response.status in STORED, response.json
    return event


class Desk:
    """An event of a test's own, and the people who register for it."""

    def __init__(self, super_admin, sign_up_applicant):
        self._sue = super_admin
        self._sign_up_applicant = sign_up_applicant
        self.event = create_event(super_admin, f"fair-{new_identifier()}", **CLOSED)
        self.all = f"/admin/events/{self.event}/registrations"

    def register(self, *, submitted=True, **overrides):
        """A person's registration."""
        person = self._sign_up_applicant()
        form = FORM | {"phone1": f"+1952445{next(_numbers):04}"} | overrides
        response = self._sue.request("PUT", f"{self.all}/{person.account['id']}", {"form": form})
        assert response.status in STORED, response.json
        if submitted:
            self.move(person, "Submitted")
        return person

    def record(self, person):
        """The registration as the service has it."""
        return self._sue.get(f"{self.all}/{person.account['id']}").json

    def correct(self, person, **form):
        """Another member of staff changes it."""
        body = {"form": form, "version": self.record(person)["version"]}
        response = self._sue.request("PATCH", f"{self.all}/{person.account['id']}", body)
        assert response.status == 200, response.json

    def move(self, person, status):
        """A member of staff moves it."""
        body = {"status": status, "version": self.record(person)["version"]}
        body |= {"paperSignature": True} if status == "Submitted" else {}
        response = self._sue.post(f"{self.all}/{person.account['id']}/status", body)
        assert response.status == 200, response.json

    def page_of(self, person):
        """Where the record is."""
        return f"/staff/registration?event={self.event}&user={person.account['id']}"


def at(visit, path):
    """A page, once it shows what it is for."""
    visit.page.goto(f"{visit.url}{path}", wait_until="networkidle")
    return visit.page


def names(page):
    return page.locator("#list tbody tr a")


def announced(page):
    return page.locator("#announcement")
