"""What there is to attack, and how."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError
from chalice.test import Client

from chalicelib.identity.role import Role
from ops import functions
from tests.security.attacks import techniques
from tests.security.attacks.attacker import Attacker, Denied
from tests.security.attacks.techniques import World
from tests.support.accounts import at_work
from tests.support.clients import Person
from tests.support.environments import stage
from tests.support.events import FORM, hold_event

Attack = Callable[..., set[str]]


@pytest.fixture(scope="session")
def world(_aws: None) -> Iterator[World]:
    """A stage with everyone whom an attacker may want to be, or to harm."""
    from app import app

    with stage() as backend:
        client = Client(app)
        victim = at_work(client, "sue", Role.SUPER_ADMIN)
        own, registered = Person(client, "mallory"), Person(client, "river")
        for person in (own, registered):
            assert person.sign_up().status == 201
        event = hold_event()
        form = f"/registrations/{event.id}"
        assert registered.ask("PUT", form, {"form": FORM}).status == 201
        record = f"/admin/events/{event.id}/registrations/{registered.account['id']}"
        assert registered.post(f"{form}/submit").status == 200
        assert victim.post(f"{record}/notes", {"text": "Called."}).status == 201
        for what in ("disable", "enable"):
            path = f"/admin/users/{registered.account['id']}/{what}"
            assert victim.post(path).status == 200
        yield World(backend, victim, own, registered)


@pytest.fixture
def attack(world: World) -> Iterator[Attack]:
    """Runs techniques with a function's role; returns the names of those that succeed."""
    put_back = world.stage.keep()

    def run(function: str, *names: str, policy: Mapping[str, Any] | None = None) -> set[str]:
        attacker = Attacker(function, policy or functions.policy(function))
        found = set()
        for name in names or techniques.ALL:
            put_back()
            try:
                if techniques.ALL[name](attacker, world):
                    found.add(name)
            except (Denied, ClientError):
                continue
        return found

    yield run
    put_back()
