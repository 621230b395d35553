"""Fixtures for browser tests: the service, a browser, and its users."""

import email
import email.policy
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from chalicelib.platform.identifiers import new_identifier
from tests.browser.desk import STORED, Desk, create_event
from tests.browser.tour import SubmittedData
from tests.browser.visits import DESKTOP, Visit
from tests.http.servers import Served, serving
from tests.support.clients import OverHttp, Person, Received, Response
from tests.support.events import EVENT, FORM
from tools import chromium

_EMAIL_WITHIN_SECONDS, _POLL_SECONDS = 60, 0.05
_COUNT_TAPS = 'addEventListener("pointerdown", () => window.tapped(), { capture: true })'
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
_LINK = re.compile(r"http://\S+#(?:token|code)=\S+")


# A busy machine has no answer within the time of a request, and then has one.
_ATTEMPTS = 10


class Patient(OverHttp):
    """The service, asked again where it cannot answer just now (503).

    What the fixtures ask is safe to repeat: an event, a registration, or a note with an id of its
    own is stored once, and of a sign-up see :func:`signed_up`.
    """

    def request(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Received:
        for _ in range(_ATTEMPTS):
            received = super().request(method, path, headers, body)
            if received.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                break
        return received


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service on moto, with two events that are open."""
    folder = tmp_path_factory.mktemp("served")
    with serving(folder, BREEZE_LAKES_POINT_AWS_CLIENT="boto3") as running:
        create_event(superadmin_at(running), "winter-market", name="Winter Market")
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium. Playwright's loop runs in this thread from now on: no other test may need one."""
    if problem := chromium.problem():
        pytest.skip(problem)
    with chromium.running() as started:
        yield started


@pytest.fixture
def visit(browser: Any, service: Served) -> Iterator[Callable[..., Visit]]:
    """Opens browsers, which are closed and judged when the test is over."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(closing(Visit(browser, service.url, **options)))


@pytest.fixture
def phone(visit: Callable[..., Visit]) -> Visit:
    """A phone that speaks English."""
    return visit()


@pytest.fixture
def taps(phone: Visit) -> list[str]:
    """The taps on the phone's pages, one entry for each."""
    found: list[str] = []
    phone.context.expose_function("tapped", lambda: found.append("tap"))
    phone.context.add_init_script(_COUNT_TAPS)
    return found


@pytest.fixture
def authenticator(phone: Visit) -> Any:
    """The phone's own authenticator, which verifies its owner at once."""
    session = phone.context.new_cdp_session(phone.page)
    session.send("WebAuthn.enable", {"enableUI": False})
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session


@pytest.fixture
def desktop(visit: Callable[..., Visit]) -> Visit:
    """A computer at a desk."""
    return visit(viewport=DESKTOP)


@pytest.fixture
def sign_up_applicant(service: Served) -> Callable[..., Person]:
    """Signs a user up with a unique username."""

    def sign_up(**overrides: Any) -> Person:
        person = new_client(service)
        return signed_up(person, **overrides)

    return sign_up


@pytest.fixture
def applicant(sign_up_applicant: Callable[..., Person]) -> Person:
    """An applicant without an email address, signed in."""
    return sign_up_applicant(firstName="River", lastName="Okafor")


@pytest.fixture(scope="session")
def super_admin(service: Served) -> Person:
    """The SuperAdmin, signed in."""
    return superadmin_at(service)


@pytest.fixture(scope="session")
def submitted_data(service: Served, super_admin: Person) -> SubmittedData:
    """River's submitted registration, with a note of staff's."""
    applicant = new_client(service)
    signed_up(applicant, firstName="River", lastName="Okafor")
    path = f"/registrations/{EVENT}"
    assert applicant.request("PUT", path, {"form": FORM}).status in STORED
    assert applicant.post(f"{path}/submit").status == 200
    notes = f"/admin/events/{EVENT}/registrations/{applicant.account['id']}/notes"
    note = {"id": "called-back", "text": "Called back.\nComes on Tuesday."}
    assert super_admin.post(notes, note).status == 201
    return SubmittedData(EVENT, applicant, super_admin)


@pytest.fixture
def fair(super_admin: Person, sign_up_applicant: Callable[..., Person]) -> Desk:
    """An event of the test's own, and the people who register for it."""
    return Desk(super_admin, sign_up_applicant)


@pytest.fixture
def super_admin_browser(desktop: Visit, super_admin: Person) -> Visit:
    """The SuperAdmin's browser."""
    desktop.become(super_admin)
    return desktop


@pytest.fixture
def open_with_axe(visit: Callable[..., Visit]) -> Callable[..., Visit]:
    """Opens browsers that load axe-core, which the pages' content security policy would block.

    Animations are off: axe-core would measure the contrast of colors in the middle of a transition.
    """
    return partial(visit, bypass_csp=True, reduced_motion="reduce")


@pytest.fixture
def address() -> str:
    """An email address that no account has yet."""
    return f"river-{new_identifier().lower()}@example.com"


@pytest.fixture
def mailed_link(service: Served) -> Callable[..., str]:
    """Returns the link to a page from the last of some emails to an address that have one.

    Emails are sent shortly after the response, so the function looks again until all are there.
    """

    def links(page: str, address: str) -> list[str]:
        files = sorted(Path(service.described["mail"]).glob("*.eml"), key=_written_at)
        return [
            link
            for letter in (
                email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                for file in files
            )
            if letter["To"] == address
            for link in _LINK.findall(letter.get_body(("plain",)).get_content())
            if f"/{page}#" in link
        ]

    def find(page: str, address: str, emails: int = 1) -> str:
        deadline = time.monotonic() + _EMAIL_WITHIN_SECONDS
        while len(found := links(page, address)) < emails and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        assert len(found) >= emails
        return found[-1]

    return find


def _written_at(file: Path) -> int:
    return file.stat().st_mtime_ns


def new_client(service: Served) -> Person:
    """Return a user who has not signed up, with a unique username."""
    return Person(Patient(service.url), f"river-{new_identifier()}")


def signed_up(person: Person, **overrides: Any) -> Person:
    """Sign up a user with a unique name; if the name is taken, an earlier attempt took it."""
    response: Response = person.sign_up(**overrides)
    if response.code == "identity_taken":
        response = person.sign_in()
        person.account = response.json
    assert response.status in STORED, response.json
    return person


def superadmin_at(service: Served) -> Person:
    """Sign the SuperAdmin of a service in."""
    person = Person(Patient(service.url), "superadmin")
    response = person.sign_in(**_named(service.described["superAdmin"]))
    assert response.status == 200
    person.account = response.json
    return person


def _named(described: dict[str, str]) -> dict[str, str]:
    return {"name": described["username"], "password": described["password"]}


@pytest.fixture
def admin(sign_up_applicant, super_admin):
    """One of staff, an Admin."""
    person = sign_up_applicant()
    role = super_admin.post(f"/admin/users/{person.account['id']}/role", {"role": "Admin"})
    assert role.status == 200
    return person
