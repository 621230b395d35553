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
from tests.stages import Stage

_RANDOM = {"passwordHash", "createdAt", "updatedAt", "startedAt", "expiresAt", "ttl"}
_IDENTIFIER = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
EMAIL = "river@example.com"


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
    """

    action: str
    ask: Callable[[Person], Reply]
    signed_in: bool = True
    adds: bool = False
    circumstances: Callable[[Stage, Person], None] = _as_they_are

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


SCENARIOS = {
    "sign up": Scenario("sign_up", _sign_up, signed_in=False),
    "sign up where somebody is signed in": Scenario("sign_up", _sign_up_as_another),
    "look at oneself": Scenario("show_me", lambda person: person.get("/me")),
    "sign in": Scenario("sign_in", lambda person: person.sign_in(), adds=True),
    "sign in with a weak hash": Scenario(
        "sign_in", lambda person: person.sign_in(), adds=True, circumstances=_with_a_weak_hash
    ),
    "sign out": Scenario("sign_out", lambda person: person.post("/signout")),
    "sign out by GET": Scenario("sign_out_by_get", lambda person: person.get("/signout")),
    "list sessions": Scenario("list_sessions", lambda person: person.get("/sessions")),
    "end a session": Scenario("end_session", lambda person: person.delete("/sessions/current")),
    "end all sessions": Scenario("end_all_sessions", lambda person: person.delete("/sessions")),
    "ask for health": Scenario("show_health", lambda person: person.get("/health")),
    "read the description": Scenario("show_description", lambda p: p.get("/openapi.json")),
    "read the page": Scenario("show_docs", lambda person: person.get("/docs")),
    "fetch its style": Scenario("show_docs_style", lambda person: person.get("/docs.css")),
}


def comparable(everything: dict[str, list[dict[str, Any]]]) -> dict[str, list[Any]]:
    """Return what is stored, with whatever is new each time told apart by order only."""
    names: dict[str, str] = {}

    def tell(name: str, value: Any) -> Any:
        if name in _RANDOM:
            return type(value).__name__
        if isinstance(value, str) and _IDENTIFIER.fullmatch(value):
            return names[value]
        return value

    found = sorted(
        {
            value
            for rows in everything.values()
            for row in rows
            for value in row.values()
            if isinstance(value, str) and _IDENTIFIER.fullmatch(value)
        }
    )
    names |= {identifier: f"identifier {number}" for number, identifier in enumerate(found)}
    return {
        table: sorted(
            ({name: tell(name, value) for name, value in row.items()} for row in rows), key=str
        )
        for table, rows in everything.items()
    }
