"""Items as one version of the service stores them, which every later version must read.

``python -m tests.support.stored_items`` writes the file of the current version, at a release. Files
of earlier versions are never written again.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pyotp
from chalice.test import Client
from jwt.api_jwt import PyJWT

import chalicelib
from chalicelib.platform import clock, settings
from chalicelib.sessions import keys
from tests.support.clients import Person, Response
from tests.support.environments import HERE, Stage, environment, stage, store_secrets
from tests.support.events import EVENT_BODY

FOLDER = Path(__file__).parents[1] / "data"
_SIZE = {"applicants": 16, "full": 5, "places": 2, "past": 2}
# They are different in each response: the rest must be as it was.
_CHANGING = {"cursor", "lastSeenAt"}


@dataclass(frozen=True)
class Recording:
    """What a version stored, and what it returned.

    Attributes:
        now: when it was recorded; the time that the service must find on its clock.
        secret: the secret with the keys of the sessions.
        tables: the items of each table, as DynamoDB's attribute values.
        people: for each role, ``username``, ``password``, and the ``token`` of a session.
        seed: the seed of the authenticator app of the SuperAdmin.
        responses: for each role, the body of the response to each GET, by path.
    """

    now: str
    secret: str
    tables: dict[str, list[dict[str, Any]]]
    people: dict[str, dict[str, str]]
    seed: str
    responses: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, file: Path) -> "Recording":
        """Read a file that :func:`record` wrote."""
        return cls(**json.loads(file.read_text()))

    def store(self, stage: Stage) -> None:
        """Put the items and the secret into a stage."""
        for table, items in self.tables.items():
            for item in items:
                stage.client.put_item(TableName=settings.current().table_name(table), Item=item)
        store_secrets(self.secret)


@contextmanager
def clock_at(now: str) -> Iterator[datetime]:
    """Stop the service's clock, and let PyJWT, which has a clock of its own, accept any expiry."""
    moment = datetime.fromisoformat(now)
    with (
        mock.patch.object(clock, "now", return_value=moment),
        mock.patch.object(PyJWT, "_validate_exp"),
    ):
        yield moment


def comparable(body: Any) -> Any:
    """Return a response's body without the values that change each time."""
    if isinstance(body, dict):
        return {name: comparable(value) for name, value in body.items() if name not in _CHANGING}
    return [comparable(value) for value in body] if isinstance(body, list) else body


def _vault() -> Any:
    from chalicelib.platform.aws import aws_client

    return aws_client("secretsmanager")


def record(stage: Stage, folder: Path) -> Recording:
    """Create a small season in an empty stage, and return what is stored then.

    Args:
        stage: the stage.
        folder: for the file with the passwords of the season.
    """
    from app import app
    from tools import demo, local

    # The season begins more than a year ago, and a key of today couldn't sign its sessions.
    store_secrets(keys.new_secret(clock.now() - timedelta(days=400)))
    with mock.patch.object(demo, "FILE", folder / "demo.json"):
        created = demo.fill(local.prepare(None), demo.Size(**_SIZE))
    admin = next(name for name, role in demo.STAFF.items() if role == "Admin")
    applicant = next(
        name for name in created.passwords if name not in {local.SUPER_ADMIN, *demo.STAFF}
    )
    usernames = {"SuperAdmin": local.SUPER_ADMIN, "Admin": admin, "User": applicant}
    people = {}
    for role, username in usernames.items():
        person = people[role] = Person(Client(app), username)
        person.account = person.sign_in(password=created.passwords[username]).json
    boss = people["SuperAdmin"]
    seed = _set_up_authenticator(stage, boss, created.passwords[local.SUPER_ADMIN])
    worked_on = _leave_traces(stage, people, created.passwords[applicant])
    now = clock.now().isoformat()
    # First: to read may change something, such as an offer that has expired.
    tables = {name: _items(stage, name) for name in stage.everything()}
    with clock_at(now):
        responses = {
            role: {path: comparable(_read(people[role], path)) for path in paths}
            for role, paths in _paths(boss, worked_on).items()
        }
    return Recording(
        now=now,
        secret=_vault().get_secret_value(SecretId=settings.current().account_secret_name)[
            "SecretString"
        ],
        tables=tables,
        people={
            role: {
                "username": person.name,
                "password": created.passwords[person.name],
                "token": str(person.token),
            }
            for role, person in people.items()
        },
        seed=seed,
        responses=responses,
    )


def _items(stage: Stage, table: str) -> list[dict[str, Any]]:
    items = stage.client.scan(TableName=settings.current().table_name(table), ConsistentRead=True)
    return sorted(items["Items"], key=str)


def _set_up_authenticator(stage: Stage, person: Person, password: str) -> str:
    """Set up a second factor, which needs a verified address; return its seed."""
    verified = {"email": "sa@lakes.example", "emailVerified": True}
    stage.change("users", {"id": person.account["id"]}, **verified)
    started = person.post("/mfa/totp", {"currentPassword": password})
    assert started.status == 200, started.json
    seed = str(started.json["secret"])
    confirmed = person.post("/mfa/totp/confirm", {"code": pyotp.TOTP(seed).now()})
    assert confirmed.status == 200, confirmed.json
    return seed


def _leave_traces(stage: Stage, people: dict[str, Person], password: str) -> list[str]:
    """Do what the season doesn't; return the ids of the accounts that staff worked on.

    Staff register a walk-in who signs on paper, merge two accounts, hide an event, and hand out a
    one-time link. The applicant changes a verified address, and fails to sign in.
    """
    from tools import demo

    applicant, staff, boss = people["User"], people["Admin"], people["SuperAdmin"]
    # 1. The applicant's own changes.
    stage.change("users", {"id": applicant.account["id"]}, emailVerified=True)
    change = {"email": "new.address@example.com", "currentPassword": password}
    _succeed(applicant.request("PATCH", "/me", change, Accept_Language="es-US"))
    assert applicant.other_client().sign_in(password="not the password").status == 401
    # 2. A walk-in, who signs on paper.
    new = {"firstName": "Noor", "lastName": "Haddad", "idempotencyKey": "k" * 26}
    walk_in = _succeed(staff.post("/admin/users", new))["id"]
    registrations = f"/admin/events/{demo.EVENT}/registrations"
    form = _succeed(applicant.get(f"/registrations/{demo.EVENT}"))["form"]
    form |= {"middleName": "Amal", "noMiddleName": None, "regAck": None}
    _succeed(staff.request("PUT", f"{registrations}/{walk_in}", {"form": form}))
    signed = {"status": "Submitted", "version": 1, "paperSignature": True}
    _succeed(staff.post(f"{registrations}/{walk_in}/status", signed))
    # 3. Two accounts of one person.
    double = _succeed(staff.post("/admin/users", new | {"idempotencyKey": "l" * 26}))
    merge = {"from": double["id"], "reason": "The same person signed up twice."}
    _succeed(staff.post(f"/admin/users/{walk_in}/merge", merge))
    # 4. An event that applicants don't see yet, and a link.
    hidden = _succeed(staff.get(f"/admin/events/{demo.PAST_EVENT}"))
    event = {name: hidden[name] for name in EVENT_BODY} | {"hidden": True}
    _succeed(boss.request("PUT", "/admin/events/next-fair", event))
    _succeed(staff.post(f"/admin/users/{walk_in}/password-reset"))
    return [applicant.account["id"], walk_in]


def _succeed(response: Response) -> Any:
    assert response.status < 300, response.json
    return response.json


def _paths(boss: Person, users: list[str]) -> dict[str, list[str]]:
    """Return each role's responses to every GET that shows stored data."""
    from tools import demo

    admin = []
    for event in (demo.EVENT, demo.FULL_EVENT, demo.PAST_EVENT):
        path = f"/admin/events/{event}"
        listed = boss.get(f"{path}/registrations?limit=100").json["items"]
        admin += [path, f"{path}/places", f"{path}/offers", f"{path}/summary"]
        admin += [f"{path}/duplicates?firstName=A&lastName=B", f"{path}/registrations?limit=100"]
        for user in (item["userId"] for item in listed):
            admin += [f"{path}/registrations/{user}", f"{path}/registrations/{user}/history"]
    paths = [f"/registrations/{event}" for event in (demo.EVENT, demo.FULL_EVENT, demo.PAST_EVENT)]
    return {
        "User": ["/me", "/me/export", "/sessions", "/events", "/registrations", *paths],
        "Admin": [
            *admin,
            "/admin/events",
            "/admin/users?limit=100",
            *(f"/admin/users/{user}" for user in users),
        ],
        "SuperAdmin": [
            "/me",
            "/admin/users?limit=100",
            *(f"/admin/audit?subject={user}" for user in users),
        ],
    }


def _read(person: Person, path: str) -> Any:
    return _succeed(person.get(path))


def main() -> None:
    """Write the file of the current version."""
    import tempfile

    from moto import mock_aws

    file = FOLDER / f"stored-items-{chalicelib.__version__}.json"
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with (
        mock_aws(),
        tempfile.TemporaryDirectory() as folder,
        stage() as made,
        environment(PUBLIC_URL=HERE, BREACHED_PASSWORDS=settings.OFF),
    ):
        recording = record(made, Path(folder))
    file.write_text(f"{json.dumps(vars(recording), indent=1, ensure_ascii=False)}\n")


if __name__ == "__main__":
    main()
