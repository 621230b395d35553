"""Stories of each action: who does it, and in what circumstances it succeeds.

The fault matrices, the authorisation matrix and the record of permissions all run these. A new
action gets its line here, or they fail.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from passlib.hash import argon2

from tests.people import PASSWORD, Person, Reply
from tests.seasons import EVENT, EVENT_BODY, FORM, hold_event
from tests.stages import Stage

_RANDOM = {
    *("passwordHash", "createdAt", "updatedAt", "startedAt", "expiresAt", "ttl"),
    *("at", "reference", "submittedAt", "acknowledgedAt", "requestId", "lastAt"),
}
_IDENTIFIER = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
# What has a name of its own, for the order or so that nobody can read it, which says nothing.
_NAMED_ANYHOW = {"history": "id", "audit": "id", "attempts": "name"}
EMAIL = "river@example.com"
OWN = f"/registrations/{EVENT}"


def _as_they_are(_stage: Stage, _person: Person) -> None:
    """Leave the circumstances alone."""


def _with_a_weak_hash(stage: Stage, person: Person) -> None:
    """Keep the person's password as an application of another time might have."""
    weak = argon2.using(type="ID", memory_cost=8, time_cost=1, parallelism=1).hash(PASSWORD)
    stage.change("users", {"id": person.account["id"]}, passwordHash=weak)


@dataclass(frozen=True)
class Scenario:
    """A story.

    Attributes:
        action: the name of the view that it is about.
        ask: what the person asks.
        signed_in: whether they have signed up before.
        adds: whether a repetition adds to what is stored. A second sign-in begins a second
            session: one whose cookie never arrived stays behind, listed, until it is ended or over.
        circumstances: what else is so.
        counts_twice: whether a try may count twice, where botocore repeats its counting for want of
            an answer. A sign-up's may: it is one of hundreds, and many people count there at once.
    """

    action: str
    ask: Callable[[Person], Reply]
    signed_in: bool = True
    adds: bool = False
    circumstances: Callable[[Stage, Person], None] = _as_they_are
    counts_twice: bool = False

    def begin(self, stage: Stage, client: Any) -> Person:
        """Bring it about in empty tables; return whoever it is about."""
        stage.clear()
        person = Person(client)
        if self.signed_in:
            assert person.sign_up(email=EMAIL).status == 201
        self.circumstances(stage, person)
        return person


def _sign_up(person: Person) -> Reply:
    return person.post("/signup", {"username": person.name, "password": PASSWORD, "email": EMAIL})


def _sign_up_as_another(person: Person) -> Reply:
    return person.post("/signup", {"username": "another", "password": PASSWORD})


def _sign_in_elsewhere(person: Person) -> Reply:
    return person.elsewhere().sign_in()


def _after_failures_elsewhere(_stage: Stage, person: Person) -> None:
    for _ in range(3):
        assert person.elsewhere().sign_in(password="wrong").status == 401


def _an_event(_stage: Stage, _person: Person) -> None:
    hold_event()


def _a_draft(_stage: Stage, person: Person) -> None:
    hold_event()
    assert _save(person).status == 201


def _a_late_draft(_stage: Stage, person: Person) -> None:
    hold_event(capacity=0)
    assert _save(person).status == 201


def _submitted(_stage: Stage, person: Person) -> None:
    hold_event()
    assert _save(person).status == 201
    assert person.post(f"{OWN}/submit").status == 200


def _as_super_admin(stage: Stage, person: Person) -> None:
    stage.change("users", {"id": person.account["id"]}, role="SuperAdmin")


def _as_super_admin_of_one(stage: Stage, person: Person) -> None:
    _as_super_admin(stage, person)
    hold_event()


def _put_event(person: Person) -> Reply:
    return person.ask("PUT", f"/admin/events/{EVENT}", EVENT_BODY)


def _change_event(person: Person) -> Reply:
    return person.ask("PUT", f"/admin/events/{EVENT}", EVENT_BODY | {"capacity": 7, "version": 1})


def _save(person: Person) -> Reply:
    return person.ask("PUT", OWN, {"form": FORM})


def _save_again(person: Person) -> Reply:
    return person.ask("PUT", OWN, {"form": FORM | {"city": "Shakopee"}, "version": 1})


SCENARIOS = {
    "sign up": Scenario("sign_up", _sign_up, signed_in=False, counts_twice=True),
    "sign up where somebody is signed in": Scenario(
        "sign_up", _sign_up_as_another, counts_twice=True
    ),
    "look at oneself": Scenario("show_me", lambda person: person.get("/me")),
    "sign in": Scenario("sign_in", lambda person: person.sign_in(), adds=True),
    "sign in with a weak hash": Scenario(
        "sign_in", lambda person: person.sign_in(), adds=True, circumstances=_with_a_weak_hash
    ),
    "sign in on another device": Scenario("sign_in", _sign_in_elsewhere, adds=True),
    "sign in after failures": Scenario(
        "sign_in", _sign_in_elsewhere, adds=True, circumstances=_after_failures_elsewhere
    ),
    "sign out": Scenario("sign_out", lambda person: person.post("/signout")),
    "sign out by GET": Scenario("sign_out_by_get", lambda person: person.get("/signout")),
    "list sessions": Scenario("list_sessions", lambda person: person.get("/sessions")),
    "end a session": Scenario("end_session", lambda person: person.delete("/sessions/current")),
    "end all sessions": Scenario("end_all_sessions", lambda person: person.delete("/sessions")),
    "ask for health": Scenario("show_health", lambda person: person.get("/health")),
    "list events": Scenario("list_events", lambda p: p.get("/events"), circumstances=_an_event),
    "look at an event": Scenario(
        "show_event", lambda p: p.get(f"/events/{EVENT}"), circumstances=_an_event
    ),
    "make an event": Scenario("put_event", _put_event, circumstances=_as_super_admin),
    "change an event": Scenario("put_event", _change_event, circumstances=_as_super_admin_of_one),
    "list registrations": Scenario(
        "list_registrations", lambda p: p.get("/registrations"), circumstances=_a_draft
    ),
    "look at a registration": Scenario(
        "show_registration", lambda p: p.get(OWN), circumstances=_a_draft
    ),
    "save a first draft": Scenario("save_registration", _save, circumstances=_an_event),
    "save a draft again": Scenario("save_registration", _save_again, circumstances=_a_draft),
    "submit": Scenario(
        "submit_registration", lambda p: p.post(f"{OWN}/submit"), circumstances=_a_draft
    ),
    "submit where all is taken": Scenario(
        "submit_registration", lambda p: p.post(f"{OWN}/submit"), circumstances=_a_late_draft
    ),
    "withdraw": Scenario(
        "withdraw_registration", lambda p: p.post(f"{OWN}/withdraw"), circumstances=_submitted
    ),
    "delete a draft": Scenario(
        "delete_registration", lambda p: p.delete(OWN), circumstances=_a_draft
    ),
    "read the description": Scenario("show_description", lambda p: p.get("/openapi.json")),
    "read the page": Scenario("show_docs", lambda person: person.get("/docs")),
    "fetch its style": Scenario("show_docs_style", lambda person: person.get("/docs.css")),
}


def comparable(everything: dict[str, list[dict[str, Any]]]) -> dict[str, list[Any]]:
    """Return what is stored, with whatever is new each time told apart by what it stands for."""
    names: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        return names.setdefault(found[0], f"identifier {len(names)}")

    def told(row: dict[str, Any], name_of: Callable[[re.Match[str]], str]) -> dict[str, Any]:
        return {
            name: type(value).__name__
            if name in _RANDOM
            else _IDENTIFIER.sub(name_of, value)
            if isinstance(value, str)
            else value
            for name, value in row.items()
        }

    # Which of two identifiers was made first, nobody knows who looks within a millisecond: they
    # are named as they turn up, in rows that are put in order without them.
    return {
        table: [
            told({n: v for n, v in row.items() if n != _NAMED_ANYHOW.get(table)}, named)
            for row in sorted(rows, key=lambda row: str(told(row, lambda _: "identifier")))
        ]
        for table, rows in everything.items()
    }


def settled(stored: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return what is stored without the tries that are counted.

    A try is claimed before it is made: whoever is refused on the way, because something is away,
    leaves it behind. How much that is, :func:`tries` says.
    """
    return {table: rows for table, rows in stored.items() if table != "attempts"}


def tries(stored: dict[str, list[Any]]) -> int:
    """Return how many tries are counted."""
    return sum(row["tries"] for row in stored["attempts"])
