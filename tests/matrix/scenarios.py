"""One story for each action: who does it, and in what circumstances it succeeds.

The fault matrices, the authorisation matrix and the record of permissions all run these. A new
action gets its line here, or they fail.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.people import PASSWORD, Person, Reply

_RANDOM = {"passwordHash", "createdAt", "updatedAt", "startedAt", "expiresAt", "ttl"}
_IDENTIFIER = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


@dataclass(frozen=True)
class Scenario:
    """A story.

    Attributes:
        ask: what the person asks.
        signed_in: whether they have signed up before.
        adds: whether a repetition adds to what is stored. A second sign-in begins a second
            session: one whose cookie never arrived stays behind, listed, until it is ended or over.
    """

    ask: Callable[[Person], Reply]
    signed_in: bool = True
    adds: bool = False

    def begin(self, person: Person) -> Person:
        """Bring about the circumstances."""
        if self.signed_in:
            assert person.sign_up(email="river@example.com").status == 201
        return person


def _sign_up(person: Person) -> Reply:
    given = {"username": person.name, "password": PASSWORD, "email": "river@example.com"}
    return person.post("/signup", given)


SCENARIOS = {
    "sign_up": Scenario(_sign_up, signed_in=False),
    "show_me": Scenario(lambda person: person.get("/me")),
    "sign_in": Scenario(lambda person: person.sign_in(), adds=True),
    "sign_out": Scenario(lambda person: person.post("/signout")),
    "sign_out_by_get": Scenario(lambda person: person.get("/signout")),
    "list_sessions": Scenario(lambda person: person.get("/sessions")),
    "end_session": Scenario(lambda person: person.delete("/sessions/current")),
    "end_all_sessions": Scenario(lambda person: person.delete("/sessions")),
    "show_health": Scenario(lambda person: person.get("/health"), signed_in=False),
    "show_description": Scenario(lambda person: person.get("/openapi.json"), signed_in=False),
    "show_docs": Scenario(lambda person: person.get("/docs"), signed_in=False),
    "show_docs_style": Scenario(lambda person: person.get("/docs.css"), signed_in=False),
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
