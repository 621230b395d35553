"""A season to look at: applicants in every status, staff in each role, and three events.

Everything is created through the service's own endpoints, with its clock set to the day on which it
would have happened. So it has notes, history, and dates, and follows every change of the rules.
"""

import functools
import json
import os
import secrets
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from ops import progress
from tools import demo_people, local
from tools.demo_client import (
    DemoError,
    MovableClock,
    Person,
    at_any_time,
    hashing_once,
    patiently,
    without_mail,
)
from tools.fixtures import EVENT, EVENT_BODY

FULL_EVENT, PAST_EVENT = "winter-market", "spring-fair"
# The one with a page of its own in the documentation: submitted, and with a note.
FIRST = 0
# How many of a hundred are in a status in the end; statuses that aren't named get five.
SHARES = {
    "Draft": 12,
    "Submitted": 24,
    "InReview": 20,
    "Interview": 12,
    "Hired": 20,
    "Withdrawn": 4,
}
_USUAL_SHARE = 5
STAFF = {"sue.park": "SuperAdmin", "alex.rivera": "Admin", "kim.nguyen": "Admin"}
FILE = local.FOLDER / "demo.json"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_MOST_AT_ONCE = 100
_SEED = 20270903
_PASSWORD_CHARACTERS = "bcdfghjkmnpqrstvwxz23456789"  # noqa: S105  # nosec B105 # no password
_PASSWORD_LENGTH = 16
_NOTED = 5


@dataclass(frozen=True)
class Size:
    """How many there are.

    Attributes:
        applicants: all of them register for the open event.
        full: how many of them register for the full event as well.
        places: how many places that has; the others are on its waiting list.
        past: how many of them were at the past event.
    """

    applicants: int = 300
    full: int = 50
    places: int = 35
    past: int = 30


@dataclass(frozen=True)
class Demo:
    """What was created, for a person who wants to look at it.

    Attributes:
        passwords: each person's password, by username; all applicants have the same.
        first: the id of the first applicant.
    """

    passwords: dict[str, str]
    first: str


def run(description: Path = local.DESCRIPTION) -> int:
    """Fill the service that runs on this machine, from the command line.

    Args:
        description: the file in which ``make dev`` or ``chalice local`` describes it.

    Returns:
        The exit status.

    Raises:
        DemoError: none runs, its endpoints aren't on this machine, or it has demo data.
    """
    try:
        running = json.loads(description.read_text())
    except FileNotFoundError:
        raise DemoError(
            "The service isn't running: start make dev or chalice local first."
        ) from None
    for endpoint in (running["url"], running["aws"], running["dynamodb"]):
        require_loopback(endpoint)
    local.isolate()
    local.use_aws(running["aws"], running["dynamodb"])
    local.configure(running["url"], running["stage"])
    fill(running["superAdmin"]["password"])
    return 0


def require_loopback(endpoint: str) -> None:
    """Accept only an endpoint on this machine.

    Raises:
        DemoError: it's anywhere else.
    """
    if urlsplit(endpoint).hostname not in _LOOPBACK:
        raise DemoError(f"Demo data is only for this computer, and {endpoint} is on another one.")


def is_created() -> bool:
    """Say whether the service that this process's environment describes has the demo season."""
    events = Person().request("GET", "/events")["items"]
    return FULL_EVENT in {event["id"] for event in events}


def fill(password: str, size: Size = Size()) -> Demo:
    """Create the season in the service that this process's environment describes; print who is who.

    Args:
        password: the SuperAdmin's.
        size: how many people there are.

    Raises:
        DemoError: it's there already, or the service rejects a request.
    """
    with (
        patiently(),
        without_mail(),
        hashing_once(),
        at_any_time() as demo_clock,
        # Two thousand lines of the service's log.
        Path(os.devnull).open("w") as nothing,
        redirect_stdout(nothing),
    ):
        made = _DemoData(password, demo_clock, size).create()
    FILE.parent.mkdir(exist_ok=True)
    local.write_privately(FILE, made.passwords)
    print(f"Demo: {size.applicants} applicants, 3 events. Passwords (also in {FILE}):")
    for name, password_of_account in made.passwords.items():
        print(f"  {name}: {password_of_account}", flush=True)
    return made


class _DemoData:
    """The creation of the season, in the order in which it would have happened."""

    def __init__(self, password: str, demo_clock: MovableClock, size: Size) -> None:
        self._size = size
        self._demo_clock, self._rng = demo_clock, Random(_SEED)  # noqa: S311  # nosec B311 # no secret
        self._passwords = {local.SUPER_ADMIN: password}
        self._applicants_password = _password()
        self._people: list[tuple[Person, str]] = []

    def create(self) -> Demo:
        if is_created():
            raise DemoError(f"The demo data is already there. {FILE} has the passwords.")
        with progress.bar(
            self._size.applicants + self._size.full + self._size.past, "registrations"
        ) as bar:
            self._demo_clock.go(-390)
            self._staff()
            past = {"startsOn": -300, "endsOn": -284, "opens": -390, "closes": -310}
            self._event(PAST_EVENT, "Spring Fair", **past)
            for number in range(self._size.past):
                self._demo_clock.go(-385 + number)
                self._sign_up(number)
                self._register(PAST_EVENT, number)
                bar.update()
            self._demo_clock.go(-312)
            self._move(PAST_EVENT, range(self._size.past), lambda _: "Hired")
            self._demo_clock.go(-30)
            self._event(
                EVENT, str(EVENT_BODY["name"]), startsOn=280, endsOn=296, opens=-30, closes=260
            )
            targets = self._targets()
            for number in range(self._size.applicants):
                self._demo_clock.go(-29 + number // 12, hour=14 + number % 6)
                self._sign_up(number)
                self._register(EVENT, number, draft=targets[number] == "Draft")
                bar.update()
            self._demo_clock.go(-4)
            self._move(EVENT, range(self._size.applicants), targets.__getitem__)
            self._notes([number for number, status in targets.items() if status != "Draft"])
            self._demo_clock.go(-3)
            full = {"startsOn": 40, "endsOn": 54, "opens": -3, "closes": 30}
            self._event(FULL_EVENT, "Winter Market", **full, capacity=self._size.places)
            for number in range(self._size.full):
                self._demo_clock.go(-2, hour=8)
                self._sign_up(number)
                self._register(FULL_EVENT, number)
                bar.update()
        return Demo(
            {**self._passwords, demo_people.username(FIRST): self._applicants_password},
            self._people[FIRST][1],
        )

    def _super_admin(self) -> Person:
        return self._sign_in(local.SUPER_ADMIN)

    def _sign_in(self, username: str) -> Person:
        person = Person()
        person.request(
            "POST", "/signin", {"username": username, "password": self._passwords[username]}
        )
        return person

    def _staff(self) -> None:
        super_admin = self._super_admin()
        for username, role in STAFF.items():
            self._passwords[username] = _password()
            first, last = username.title().split(".")
            account = {"username": username, "password": self._passwords[username]}
            names = {"firstName": first, "lastName": last}
            created = Person().request("POST", "/signup", account | names)
            super_admin.request("POST", f"/admin/users/{created['id']}/role", {"role": role})

    def _event(self, event: str, name: str, capacity: int | None = None, **days: int) -> None:
        """Create an event, or change it if it's there. Days count from today."""
        super_admin, path = self._super_admin(), f"/admin/events/{event}"
        present = {
            event_shown["id"]: event_shown
            for event_shown in super_admin.request("GET", "/events")["items"]
        }.get(event)
        body = EVENT_BODY | {
            "name": name,
            "startsOn": self._demo_clock.day(days["startsOn"]).date().isoformat(),
            "endsOn": self._demo_clock.day(days["endsOn"]).date().isoformat(),
            "registrationOpensAt": self._demo_clock.day(days["opens"]).isoformat(),
            "registrationClosesAt": self._demo_clock.day(days["closes"]).isoformat(),
            "capacity": capacity,
        }
        super_admin.request(
            "PUT", path, body | ({"version": present["version"]} if present else {})
        )

    def _sign_up(self, number: int) -> None:
        """Create an applicant's account, or have the applicant sign in again."""
        account = {"username": demo_people.username(number), "password": self._applicants_password}
        if number < len(self._people):
            self._people[number][0].request("POST", "/signin", account)
            return
        person = Person()
        # A third has no email address, as people at a front desk often don't.
        email = {"email": f"{account['username']}@example.com"} if number % 3 else {}
        created = person.request("POST", "/signup", account | demo_people.name(number) | email)
        self._people.append((person, str(created["id"])))

    def _register(self, event: str, number: int, *, draft: bool = False) -> None:
        person, _ = self._people[number]
        path = f"/registrations/{event}"
        answers = demo_people.form(number, self._rng)
        if draft:
            del answers["regAck"]
        person.request("PUT", path, {"form": answers})
        if not draft:
            person.request("POST", f"{path}/submit", {})

    def _targets(self) -> dict[int, str]:
        """Return the status in which each applicant is in the end, every status among them."""
        from chalicelib.registrations.workflow import Status

        names = [str(status) for status in Status]
        shares = [SHARES.get(name, _USUAL_SHARE) for name in names]
        drawn = self._rng.choices(names, shares, k=self._size.applicants - len(names))
        # The first one is hired, for the documentation's pictures, and each status is there.
        everyone = ["Hired", *drawn, *names]
        return dict(enumerate(everyone[: self._size.applicants]))

    def _move(self, event: str, numbers: Sequence[int], target: Callable[[int], str]) -> None:
        """Have staff move submitted registrations along, a hundred at once."""
        staff, path = self._sign_in("alex.rivera"), f"/admin/events/{event}/registrations"
        steps = {number: _steps_to(target(number)) for number in numbers}
        versions = self._versions(staff, path)
        while any(steps.values()):
            status = next(way[0] for way in steps.values() if way)
            moving = [n for n, way in steps.items() if way and way[0] == status][:_MOST_AT_ONCE]
            items = [
                {"userId": self._people[n][1], "version": versions[self._people[n][1]]}
                for n in moving
            ]
            moved = staff.request("POST", f"{path}/status", {"status": status, "items": items})[
                "items"
            ]
            accepted = [
                (n, item) for n, item in zip(moving, moved, strict=True) if not item["error"]
            ]
            if not accepted:
                raise DemoError(f"{event}, {status}: {moved[0]['error']}")
            # A request has a time limit: what it left is asked for again.
            for number, item in accepted:
                versions[item["userId"]] = item["version"]
                steps[number].pop(0)

    def _versions(self, staff: Person, path: str) -> dict[str, int]:
        versions: dict[str, int] = {}
        cursor = ""
        while True:
            page = staff.request("GET", f"{path}?limit=100{cursor and f'&cursor={cursor}'}")
            versions |= {item["userId"]: item["version"] for item in page["items"]}
            if not page["cursor"]:
                return versions
            cursor = page["cursor"]

    def _notes(self, numbers: Sequence[int]) -> None:
        """Write about some registrations, of those that staff can see: drafts are private."""
        staff = self._sign_in("kim.nguyen")
        for number in numbers:
            if number % _NOTED != FIRST:
                continue
            path = f"/admin/events/{EVENT}/registrations/{self._people[number][1]}/notes"
            text = demo_people.NOTES[number // _NOTED % len(demo_people.NOTES)]
            staff.request("POST", path, {"text": text})


def _password() -> str:
    """Return a random password without vowels, so that it can't contain a name and be rejected."""
    return "".join(secrets.choice(_PASSWORD_CHARACTERS) for _ in range(_PASSWORD_LENGTH))


@functools.cache
def _paths_to_statuses() -> dict[str, list[str]]:
    """Return the shortest way for staff from Submitted to each status that they can reach."""
    from chalicelib.registrations.workflow import TRANSITIONS, ActorType, Status

    ways: dict[str, list[str]] = {Status.DRAFT: [], Status.SUBMITTED: []}
    left = deque([Status.SUBMITTED])
    while left:
        source = left.popleft()
        for transition in TRANSITIONS:
            if (
                source in transition.sources
                and ActorType.STAFF in transition.actor_types
                and transition.target not in ways
            ):
                ways[transition.target] = [*ways[source], str(transition.target)]
                left.append(transition.target)
    return ways


def _steps_to(status: str) -> list[str]:
    return list(_paths_to_statuses()[status])
