"""What there is to attack, and the list of the techniques with which attackers try it."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from tests.security.attacks.attacker import Attacker, Item
from tests.support.clients import Person
from tests.support.environments import Stage

PASSWORD = "chosen by the attacker"


@dataclass(frozen=True)
class World:
    """What there is to attack.

    Attributes:
        stage: the tables.
        victim: a SuperAdmin, signed in, with a second factor.
        own: the attacker's account: a person who may do nothing.
        registered: an applicant with a registration, a note, and a history.
    """

    stage: Stage
    victim: Person
    own: Person
    registered: Person

    def item(self, table: str, **key: str) -> Item:
        """Return the first stored item with these attributes."""
        return next(row for row in self.stage.rows(table) if key.items() <= row.items())

    def session(self) -> Item:
        """Return the victim's session."""
        return self.item("sessions", userId=self.victim.account["id"])

    def account(self, person: Person) -> Item:
        """Return the item of an account."""
        return self.item("users", id=person.account["id"])

    def is_open_to(self, cookie: str) -> bool:
        """Return whether a session token opens the victim's account."""
        client_with_copied_token = dataclasses.replace(
            self.victim.client_with_copied_token(), token=cookie
        )
        return client_with_copied_token.get("/me").status == 200

    def signs_in(self, person: Person) -> bool:
        """Return whether the attacker's password is accepted, if not the second factor."""
        response = person.other_client().sign_in(password=PASSWORD)
        return response.status == 200 or response.code == "second_factor_required"


Technique = Callable[[Attacker, World], bool]
ALL: dict[str, Technique] = {}


def technique(technique: Technique) -> Technique:
    """Add a technique under its name in words."""
    ALL[technique.__name__.replace("_", " ")] = technique
    return technique


def key_of(item: Item, *names: str) -> Item:
    """Return the key of an item, by the names of its attributes."""
    return {name: item[name] for name in names}


def credentials_key(world: World) -> Item:
    """Return the key of the victim's credentials."""
    return {"userId": world.victim.account["id"]}
