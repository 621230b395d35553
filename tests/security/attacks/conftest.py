"""What there is to attack, and how."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError
from chalice.test import Client

from chalicelib.delivery.webhook_endpoint import WebhookEndpoint, new_secret
from chalicelib.delivery.webhook_store import WebhookStore
from chalicelib.exports import files
from chalicelib.identity.role import Role
from chalicelib.oidc.authorization import Purpose
from chalicelib.platform import clock, outbox, settings
from chalicelib.platform.aws import aws_client
from chalicelib.platform.dynamodb import database
from chalicelib.platform.outbox import Email, Queue
from chalicelib.sessions import keys
from ops import functions
from tests.matrix.provider_scenarios import link_identity, store_proof
from tests.security.attacks import (
    api_key_techniques,
    data_techniques,
    export_techniques,
    passkey_techniques,
    provider_techniques,
    techniques,
)
from tests.security.attacks.attacker import Attacker, Denied
from tests.security.attacks.world import ALL, World
from tests.support.accounts import signed_in_staff
from tests.support.api_keys import create_key
from tests.support.clients import Person
from tests.support.environments import stage, store_secrets
from tests.support.events import FORM, create_event
from tests.support.exports import store_ready_export
from tests.support.soft_passkeys import add_passkey

# Each module adds its techniques to the list.
_ = techniques, data_techniques, provider_techniques, passkey_techniques, api_key_techniques
_ = export_techniques
Attack = Callable[..., set[str]]


@dataclass(frozen=True)
class AttackedStage:
    """The world, what puts its tables back, and the secret of its sessions."""

    world: World
    put_back: Callable[[], None]
    secret: str


@pytest.fixture(scope="session")
def attacked_stage(_aws: None) -> AttackedStage:
    """Everyone whom an attacker may want to be, or to harm: made once for all tests."""
    from app import app

    with stage() as backend:
        secret = keys.new_secret(clock.now())
        store_secrets(secret)
        client = Client(app)
        victim = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
        own, registered = Person(client, "mallory"), Person(client, "river")
        for person in (own, registered):
            assert person.sign_up().status == 201
        event = create_event()
        form = f"/registrations/{event.id}"
        filled_in = {"form": FORM | {"phone2": FORM["phone1"]}}
        assert registered.request("PUT", form, filled_in).status == 201
        record = f"/admin/events/{event.id}/registrations/{registered.account['id']}"
        assert registered.post(f"{form}/submit").status == 200
        assert victim.post(f"{record}/notes", {"text": "Called."}).status == 201
        store_proof(registered, Purpose.LINK)
        assert link_identity(registered).status == 200
        add_passkey(registered)
        create_key(victim)
        place = {"Bucket": settings.current().exports_bucket}
        file = files.key(store_ready_export(victim.account["id"]))
        aws_client("s3").put_object(**place, Key=file, Body=b"Reference")
        for action in ("disable", "enable"):
            path = f"/admin/users/{registered.account['id']}/{action}"
            assert victim.post(path).status == 200
        path = f"/admin/users/{registered.account['id']}/password-reset"
        assert victim.post(path).status == 200
        email = Email("river@example.com", None, "verification", "https://example.com/#link")
        database().transact([outbox.enqueue_write(Queue.LINK_EMAILS, email.to_item(), clock.now())])
        url, secret_of_webhooks = "https://receiver.example/", new_secret()
        endpoint = WebhookEndpoint("one", url, secret_of_webhooks, clock.now())
        WebhookStore(database()).add(endpoint)
        return AttackedStage(World(backend, victim, own, registered), backend.keep(), secret)


@pytest.fixture
def attack(attacked_stage: AttackedStage) -> Iterator[Attack]:
    """Runs techniques with a function's role; returns the names of those that succeed."""

    def run(function: str, *names: str, policy: Mapping[str, Any] | None = None) -> set[str]:
        attacker = Attacker(function, policy or functions.policy(function))
        succeeded = set()
        for name in names or ALL:
            attacked_stage.put_back()
            try:
                if ALL[name](attacker, attacked_stage.world):
                    succeeded.add(name)
            except (Denied, ClientError):
                continue
        return succeeded

    with stage():
        store_secrets(attacked_stage.secret)
        yield run
