"""What attackers try with a function's role, each by the name that ``docs/security.md`` has for it.

A technique returns whether it succeeded. One that the role doesn't allow raises Denied.
"""

import dataclasses
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.accounts import one_time_token
from chalicelib.accounts.one_time_token import Purpose
from chalicelib.identity.account_item import from_item
from chalicelib.identity.linked_identity import identity_id, identity_key
from chalicelib.identity.passwords import hash_password
from chalicelib.oidc import proof
from chalicelib.oidc.authorization import Purpose as ProofPurpose
from chalicelib.platform import clock, settings
from chalicelib.sessions import keys, session_token
from chalicelib.sessions.keys import Keys
from tests.matrix.provider_scenarios import store_proof
from tests.security.attacks.attacker import Attacker, Denied, Item
from tests.support.clients import OIDC_COOKIES, Person
from tests.support.environments import Stage

PASSWORD = "chosen by the attacker"
LONG_AGO = "2020-01-01T00:00:00.000Z"


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


def _key(item: Item, *names: str) -> Item:
    return {name: item[name] for name in names}


def _signing_keys(attacker: Attacker) -> Keys:
    """Return the keys that sign sessions: they are in the secret of every signed-in function."""
    current = settings.current()
    is_accounts = attacker.function == keys.ACCOUNTS
    text = attacker.secret(
        current.account_secret_name if is_accounts else current.signing_secret_name
    )
    return Keys(lambda: text)


def _signed(attacker: Attacker, session: Item, secret: str | None) -> str:
    """Sign a token for a session."""
    claims = session_token.Claims(
        account_id=session["userId"],
        session_id=session["id"],
        session_version=session["accountVersion"],
        started_at=clock.from_text(session["startedAt"]),
        expires_at=clock.from_text(session["expiresAt"]),
        session_secret=secret,
    )
    return session_token.issue(claims, _signing_keys(attacker), settings.current().issuer)


# To deceive other systems


@technique
def send_a_forged_event(attacker: Attacker, world: World) -> bool:
    """To the bus, or as an item of the outbox."""
    event = {"type": "registration.status_changed", "data": {"status": "Hired"}}
    try:
        attacker.put("outbox", {"id": "forged", "queue": "bus", **event})
        return bool(world.item("outbox", id="forged"))
    except Denied:
        entry = {"Source": "any", "DetailType": event["type"], "Detail": "{}"}
        entry["EventBusName"] = settings.current().event_bus_name
        return bool(attacker.call("events", "PutEvents", Entries=[entry])["Entries"])


# To become another person


@technique
def sign_a_token_for_an_open_session(attacker: Attacker, world: World) -> bool:
    """With the signing key, and a secret that is guessed, missing, or the stored hash."""
    session = world.session()
    guesses = (None, session_token.new_session_secret(), session["secretHash"])
    return any(world.is_open_to(_signed(attacker, session, guess)) for guess in guesses)


@technique
def create_a_session(attacker: Attacker, world: World) -> bool:
    """With a secret that the attacker knows."""
    secret = session_token.new_session_secret()
    session = world.session() | {
        "id": "forged",
        "secretHash": session_token.hash_session_secret(secret),
    }
    attacker.put("sessions", session)
    return world.is_open_to(_signed(attacker, session, secret))


@technique
def put_a_known_secret_into_a_session(attacker: Attacker, world: World) -> bool:
    """The token needs the secret of which the session has the hash."""
    secret, session = session_token.new_session_secret(), world.session()
    attacker.update(
        "sessions",
        _key(session, "userId", "id"),
        secretHash=session_token.hash_session_secret(secret),
    )
    return world.is_open_to(_signed(attacker, session, secret))


@technique
def take_the_secret_out_of_a_session(attacker: Attacker, world: World) -> bool:
    """Sessions of an earlier version have no secret, and their tokens have none."""
    session = world.session()
    attacker.update("sessions", _key(session, "userId", "id"), drop=("secretHash",))
    return world.is_open_to(_signed(attacker, session, None))


@technique
def set_a_password(attacker: Attacker, world: World) -> bool:
    """In the item that has the hash."""
    attacker.update("credentials", _credentials(world), passwordHash=_hash())
    return world.signs_in(world.victim)


@technique
def plant_a_password_in_an_account(attacker: Attacker, world: World) -> bool:
    """Where earlier versions stored it."""
    attacker.update("users", _victim(world), passwordHash=_hash())
    return world.signs_in(world.victim)


@technique
def replace_an_account(attacker: Attacker, world: World) -> bool:
    """With one that has the attacker's password and no second factor."""
    attacker.put("users", world.account(world.victim) | {"passwordHash": _hash()})
    return world.signs_in(world.victim)


@technique
def issue_a_password_link(attacker: Attacker, world: World) -> bool:
    """A token that the service stores as the newest of the account."""
    link = secrets.token_urlsafe(one_time_token.TOKEN_BYTES)
    victim = from_item(world.account(world.victim))
    stored = one_time_token.account_token(link, Purpose.PASSWORD_RESET, victim, clock.now())
    attacker.put(
        "one-time-tokens",
        {
            "tokenHash": stored.token_hash,
            "purpose": stored.purpose.value,
            "userId": stored.account_id,
            "sessionVersion": stored.session_version,
            "role": stored.role.value,
            "expiresAt": clock.to_text(stored.expires_at),
            "ttl": int(stored.expires_at.timestamp()),
        },
    )
    attacker.update("users", {"id": victim.id}, recovery=stored.token_hash)
    response = world.own.other_client().post(
        "/password/reset", {"token": link, "newPassword": PASSWORD}
    )
    return response.status == 200


@technique
def forge_a_proof_from_a_provider(attacker: Attacker, world: World) -> bool:
    """That the linked identity of another person has just signed in there."""
    secret = secrets.token_urlsafe(one_time_token.TOKEN_BYTES)
    provider, expires_at = settings.current().providers[0], clock.now() + proof.LIFETIME
    said = {"provider": provider.name, "issuer": provider.issuer, "emailVerified": False}
    attacker.put(
        "one-time-tokens",
        {
            "tokenHash": proof.hash_secret(secret),
            "purpose": "oidc-proof",
            "proof": {**said, "subject": "river-at-the-provider", "purpose": "signIn"},
            "expiresAt": clock.to_text(expires_at),
            "ttl": int(expires_at.timestamp()),
        },
    )
    client = dataclasses.replace(world.own.other_client(), oidc={OIDC_COOKIES[1]: secret})
    response = client.post("/signin/proof", {})
    return response.status == 200 and response.json["id"] == world.registered.account["id"]


@technique
def read_the_client_secrets_of_providers(attacker: Attacker, _: World) -> bool:
    """With one, a code that leaks can be exchanged for an ID token."""
    return bool(json.loads(attacker.secret(settings.current().oidc_secret_name)))


@technique
def point_a_linked_identity_at_another_account(attacker: Attacker, world: World) -> bool:
    """The attacker's own identity, to the account of a person who never linked it."""
    key = identity_key(identity_id(settings.current().providers[0].issuer, "the attacker"))
    victim = world.registered.account["id"]
    attacker.put("identities", {"identity": key, "kind": "oidc", "userId": victim})
    client = world.own.other_client()
    store_proof(client, ProofPurpose.SIGN_IN, "the attacker")
    return client.post("/signin/proof", {}).status == 200


@technique
def turn_off_a_second_factor(attacker: Attacker, world: World) -> bool:
    """So that a password is enough."""
    attacker.update("users", {"id": world.victim.account["id"]}, drop=("authenticator",))
    return "authenticator" not in world.account(world.victim)


@technique
def change_a_role(attacker: Attacker, world: World) -> bool:
    """The one of a SuperAdmin."""
    attacker.update("users", {"id": world.own.account["id"]}, role="SuperAdmin")
    return world.own.get("/me").json["role"] == "SuperAdmin"


@technique
def point_a_name_at_another_account(attacker: Attacker, world: World) -> bool:
    """The victim's username, to the attacker's account."""
    name = world.item("identities", userId=world.victim.account["id"])
    attacker.put("identities", name | {"userId": world.own.account["id"]})
    return name not in world.stage.rows("identities")


@technique
def replace_their_own_account(attacker: Attacker, world: World) -> bool:
    """By one with the role of a SuperAdmin."""
    attacker.put("users", world.account(world.own) | {"role": "SuperAdmin"})
    return world.own.get("/me").json["role"] == "SuperAdmin"


@technique
def read_the_account_secret(attacker: Attacker, _: World) -> bool:
    """Authenticator secrets and the cookies of known devices are derived from them."""
    return bool(json.loads(attacker.secret(settings.current().account_secret_name))["lasting"])


# To read what the function has no use for


@technique
def read_a_password_hash(attacker: Attacker, world: World) -> bool:
    """To guess the password elsewhere."""
    return "passwordHash" in attacker.read("credentials", _credentials(world), "passwordHash")


@technique
def guess_a_password_hash_by_conditions(attacker: Attacker, world: World) -> bool:
    """One character after the other."""
    key = _credentials(world)
    start = world.item("credentials", **key)["passwordHash"][:12]
    return attacker.starts_with("credentials", key, "passwordHash", start)


@technique
def read_the_seed_of_an_authenticator(attacker: Attacker, world: World) -> bool:
    """With the long-lived keys, it produces the codes."""
    return "authenticator" in attacker.read("credentials", _credentials(world), "authenticator")


@technique
def read_where_a_person_signed_in(attacker: Attacker, world: World) -> bool:
    """The address and the browser of a session."""
    key = _key(world.session(), "userId", "id")
    return "address" in attacker.read("sessions", key, "address")


@technique
def read_the_audit_log(attacker: Attacker, world: World) -> bool:
    """Entries about any account."""
    entry = world.stage.rows("audit")[0]
    return "action" in attacker.read("audit", _key(entry, "subject", "id"), "action")


@technique
def read_a_registration(attacker: Attacker, world: World) -> bool:
    """The form of any person."""
    key = _key(world.stage.rows("registrations")[0], "userId", "eventId")
    return "form" in attacker.read("registrations", key, "form")


# To end sessions


@technique
def delete_a_session(attacker: Attacker, world: World) -> bool:
    """One of any person."""
    attacker.delete("sessions", _key(world.session(), "userId", "id"))
    return world.victim.get("/me").status == 401


@technique
def raise_a_session_version(attacker: Attacker, world: World) -> bool:
    """All sessions of a person have the earlier one."""
    attacker.update("users", _victim(world), sessionVersion=99)
    return world.victim.get("/me").status == 401


@technique
def disable_an_account(attacker: Attacker, world: World) -> bool:
    """Any person's."""
    attacker.update("users", _victim(world), disabled=True)
    return world.victim.get("/me").status == 401


@technique
def make_a_staff_session_look_idle(attacker: Attacker, world: World) -> bool:
    """Its last request seems to be long ago."""
    attacker.update("sessions", _key(world.session(), "userId", "id"), lastSeenAt=LONG_AGO)
    return world.victim.get("/me").status == 401


@technique
def stop_the_emails_to_a_person(attacker: Attacker, world: World) -> bool:
    """So that the person is told of nothing."""
    attacker.update("users", _victim(world), emailBounced="sue@lakes.example")
    return "emailBounced" in world.account(world.victim)


# To lose data


def _deleting(table: str, *names: str) -> Technique:
    def delete(attacker: Attacker, world: World) -> bool:
        row = world.stage.rows(table)[0]
        attacker.delete(table, _key(row, *names))
        return row not in world.stage.rows(table)

    return delete


def _overwriting(table: str, attribute: str) -> Technique:
    def overwrite(attacker: Attacker, world: World) -> bool:
        row = next(row for row in world.stage.rows(table) if attribute in row)
        attacker.put(table, row | {attribute: type(row[attribute])()})
        return row not in world.stage.rows(table)

    return overwrite


@technique
def delete_an_event(attacker: Attacker, world: World) -> bool:
    """And with it, what registrations are for."""
    [event] = [row for row in world.stage.rows("events") if "#" not in row["id"]]
    attacker.delete("events", _key(event, "id"))
    return event not in world.stage.rows("events")


@technique
def change_an_event(attacker: Attacker, world: World) -> bool:
    """When it takes place, and how many places it has."""
    [event] = [row for row in world.stage.rows("events") if "#" not in row["id"]]
    attacker.update("events", _key(event, "id"), name="")
    return event not in world.stage.rows("events")


ALL |= {
    "overwrite an event": _overwriting("events", "name"),
    "delete an account": _deleting("users", "id"),
    "free a name": _deleting("identities", "identity"),
    "delete a registration": _deleting("registrations", "userId", "eventId"),
    "overwrite a registration": _overwriting("registrations", "form"),
    "delete a note": _deleting("notes", "registration", "id"),
    "delete a line of the history": _deleting("history", "registration", "id"),
}


# To silence the audit log


@technique
def change_an_audit_entry(attacker: Attacker, world: World) -> bool:
    """To name another person."""
    entry = world.stage.rows("audit")[0]
    attacker.update("audit", _key(entry, "subject", "id"), actor="unknown")
    return entry not in world.stage.rows("audit")


ALL |= {
    "delete an audit entry": _deleting("audit", "subject", "id"),
    "overwrite an audit entry whose key is known": _overwriting("audit", "actor"),
}


def _credentials(world: World) -> Item:
    return {"userId": world.victim.account["id"]}


def _victim(world: World) -> Item:
    return {"id": world.victim.account["id"]}


def _hash() -> str:
    return hash_password(PASSWORD)
