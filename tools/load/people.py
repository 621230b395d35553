"""The simulated users of the last evening, and what each of them does."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from tools.bench.scene import PASSWORD
from tools.fixtures import EVENT, FORM
from tools.load.client import Answer, Browser, Timings
from tools.load.ledger import Ledger, Record

_OWN = f"/registrations/{EVENT}"
_ALL = f"/admin/events/{EVENT}/registrations"
_PAGES = ("/", "/signup", "/register", "/signin", "/events", "/password/suggestion")
_LAST_NAMES = ("Okafor", "Nguyen", "O'Hara", "Lindqvist", "Yang", "Garcia", "Sørensen", "Abdi")
_CITIES = ("St. Paul", "Shakopee", "Duluth", "Edina", "Winona")
# One in so many applicants thinks better of it and is erased; so many withdraw for a while.
_ERASE, _WITHDRAW, _MISTYPE = 20, 10, 10
_CHANGED, _GONE = 409, 404


@dataclass
class Person:
    """A simulated user with a browser.

    Attributes:
        url: where the service is.
        random: decides what they do; of the same seed, the same.
        pause: called before each request, to read and type; raises once it is time to go.
        staff: name and password, if they are staff and have not signed in yet.
        ledger: what they were told was done.
        timings: how long they waited.
    """

    url: str
    random: Random
    pause: Callable[[], None]
    staff: tuple[str, str] | None = None
    ledger: Ledger = field(default_factory=Ledger)
    timings: Timings = field(default_factory=Timings)

    def __post_init__(self) -> None:
        """Open the browser."""
        self._browser = Browser(self.url, self.timings)
        self._names: list[str] = []

    def close(self) -> None:
        """Close the browser."""
        self._browser.close()

    def look_around(self) -> None:
        """Read a page or two without an account."""
        self._ask("a page", "GET", self.random.choice(_PAGES))
        self._ask("events", "GET", "/events")

    def register(self) -> None:
        """Sign up, fill in the form in three parts, submit it, and leave."""
        self._browser.forget()
        name = f"{self.random.choice(_LAST_NAMES)[0].lower()}-{uuid.uuid4().hex}"
        fields = {"username": name, "password": PASSWORD}
        account = self._ask("sign up", "POST", "/signup", fields, (201,)).json["id"]
        self.ledger.accounts.add(account)
        self._ask("events", "GET", "/events")
        form = self._form()
        version = self._save(account, {name: form[name] for name in list(form)[:4]}, None)
        version = self._save(account, {name: form[name] for name in list(form)[:9]}, version)
        self._save(account, form, version)
        self._change("submit", account, "POST", f"{_OWN}/submit")
        self._ask("own registrations", "GET", "/registrations")
        if self.random.randrange(_ERASE) == 0:
            self._ask("erase", "POST", "/me/delete", {"currentPassword": PASSWORD})
            self.ledger.erased.add(account)
        else:
            self._names.append(name)
            self._ask("sign out", "POST", "/signout")

    def come_back(self) -> None:
        """Sign in, read the registration, correct an answer, and end the session."""
        if not self._names:
            self.register()
            return
        self._browser.forget()
        fields = {"username": self.random.choice(self._names), "password": PASSWORD}
        if self.random.randrange(_MISTYPE) == 0:
            wrong_fields = {**fields, "password": PASSWORD.replace("May", "Mai")}
            self._ask("sign in, mistyped", "POST", "/signin", wrong_fields, (401,))
        account = self._ask("sign in", "POST", "/signin", fields).json["id"]
        self._ask("me", "GET", "/me")
        stored = self._ask("own registration", "GET", _OWN).json
        if stored["status"] in {"Submitted", "Waitlisted"}:
            form = {**stored["form"], "city": self.random.choice(_CITIES)}
            self._save(account, form, stored["version"])
            if self.random.randrange(_WITHDRAW) == 0:
                self._change("withdraw", account, "POST", f"{_OWN}/withdraw")
                self._change("submit", account, "POST", f"{_OWN}/submit")
        self._ask("end the session", "DELETE", "/sessions/current")

    def sit_at_the_desk(self) -> None:
        """Find a registration and change its status, or register a walk-in applicant."""
        self._come_to_work()
        if self.random.randrange(4) == 0:
            self._walk_in()
            return
        query = self.random.choice(["?limit=25", "?status=Submitted", "?lastName=o", "?shift=day"])
        registrations = self._ask("staff's list", "GET", f"{_ALL}{query}").json["items"]
        if not registrations:
            return
        account = self.random.choice(registrations)["userId"]
        where = f"{_ALL}/{account}"
        answer = self._ask("one registration", "GET", where, None, (200, _GONE))
        if answer.status == _GONE:
            return
        text = f"Seen at the desk: {uuid.uuid4().hex}"
        noted = self._ask("note", "POST", f"{where}/notes", {"text": text}, (201, _GONE, _CHANGED))
        if noted.status == 201:
            self.ledger.noted(account, text)
        version = answer.json["version"]
        change = {"form": {"city": self.random.choice(_CITIES)}, "version": version}
        corrected = self._change("correct", account, "PATCH", where, change)
        if corrected and corrected["status"] == "Submitted":
            move = {"status": "InReview", "version": corrected["version"]}
            self._change("move", account, "POST", f"{where}/status", move)

    def manage(self) -> None:
        """Count, look people up, read the audit, take a sheet home, and make more places."""
        self._come_to_work()
        self._ask("summary", "GET", f"/admin/events/{EVENT}/summary")
        users = self._ask("people", "GET", "/admin/users?q=o&limit=25").json["items"]
        if users:
            self._ask("audit", "GET", f"/admin/audit?subject={users[0]['id']}")
        self._ask("sheet", "GET", f"{_ALL}.csv?limit=100")
        event = self._ask("event", "GET", f"/events/{EVENT}").json
        event_fields = {
            name: value for name, value in event.items() if name not in {"id", "isOpen"}
        }
        more = {**event_fields, "capacity": event["capacity"] + 1}
        changed = self._ask("event, changed", "PUT", f"/admin/events/{EVENT}", more)
        self.ledger.changed_event(changed.json)

    def _come_to_work(self) -> None:
        if self.staff:
            name, password = self.staff
            fields = {"username": name, "password": password}
            self._ask("sign in", "POST", "/signin", fields)
            self.staff = None

    def _walk_in(self) -> None:
        fields = {"firstName": "River", "lastName": self.random.choice(_LAST_NAMES)}
        account = self._ask("walk-in", "POST", "/admin/users", fields, (201,)).json["id"]
        self.ledger.accounts.add(account)
        # Only the applicant signs on a page: this one signs on paper.
        answers = {name: value for name, value in self._form().items() if name != "regAck"}
        where, form = f"{_ALL}/{account}", {"form": answers}
        saved = self._change("walk-in's form", account, "PUT", where, form)
        if saved:
            move = {"status": "Submitted", "version": saved["version"], "paperSignature": True}
            self._change("move", account, "POST", f"{where}/status", move)

    def _form(self) -> Record:
        return {
            **FORM,
            "lastName": self.random.choice(_LAST_NAMES),
            "phone1": f"+1952445{self.random.randrange(1000, 10000)}",
            "city": self.random.choice(_CITIES),
            "ethnicity": "NotSpecified",
        }

    def _save(self, account: str, form: Record, version: int | None) -> int | None:
        """Save the form, again if staff were faster; return the version that was seen last."""
        body = {"form": form, "version": version} if version else {"form": form}
        answer = self._ask("save", "PUT", _OWN, body, (200, 201, _CHANGED))
        if answer.status != _CHANGED:
            self.ledger.wrote(account, answer.json)
            version = answer.json["version"]
        elif answer.json["code"] == "stale_version":
            version = self._save(account, form, answer.json["current"]["version"])
        # Otherwise it is being reviewed, and no longer theirs to change.
        return version

    def _change(
        self, name: str, account: str, method: str, path: str, body: Record | None = None
    ) -> Record | None:
        """Change a registration and record it; None if another user changed it first."""
        answer = self._ask(name, method, path, body, (200, 201, _GONE, _CHANGED))
        if answer.status in {_GONE, _CHANGED}:
            return None
        self.ledger.wrote(account, answer.json)
        changed: Record = answer.json
        return changed

    def _ask(
        self,
        name: str,
        method: str,
        path: str,
        body: Record | None = None,
        expected: tuple[int, ...] = (200,),
    ) -> Answer:
        self.pause()
        return self._browser.request(name, method, path, body, expected)


Doing = Callable[[Person], None]
# Of two hundred: most apply for the first time, many come back to correct something, some only
# look; a desk of eleven and a manager deal with them.
EVENING: dict[Doing, int] = {
    Person.register: 110,
    Person.come_back: 70,
    Person.look_around: 8,
    Person.sit_at_the_desk: 11,
    Person.manage: 1,
}


# Those among them who need an account that is there already.
AT_WORK = frozenset({Person.sit_at_the_desk, Person.manage})


def all_visitors(evening: Mapping[Doing, int]) -> Iterator[Doing]:
    """Yield each user's actions, repeatedly."""
    for doing, number in evening.items():
        yield from [doing] * number
