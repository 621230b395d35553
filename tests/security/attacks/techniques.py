"""How attackers become another person, speak for the service, and end sessions.

A technique returns whether it succeeded. One that the role doesn't allow raises Denied.
"""

import json
import secrets

from chalicelib.accounts import one_time_token
from chalicelib.accounts.one_time_token import Purpose
from chalicelib.identity.account_item import account_from_item
from chalicelib.identity.passwords import hash_password
from chalicelib.platform import clock, settings
from chalicelib.sessions import keys, session_token
from chalicelib.sessions.keys import Keys
from tests.security.attacks.attacker import Attacker, Denied, Item
from tests.security.attacks.world import (
    PASSWORD,
    World,
    credentials_key,
    key_of,
    technique,
)

LONG_AGO = "2020-01-01T00:00:00.000Z"


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
    claims = session_token.SessionClaims(
        account_id=session["userId"],
        session_id=session["id"],
        session_version=session["accountVersion"],
        started_at=clock.from_text(session["startedAt"]),
        expires_at=clock.from_text(session["expiresAt"]),
        session_secret=secret,
    )
    return session_token.issue(claims, _signing_keys(attacker), settings.current().issuer)


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
        key_of(session, "userId", "id"),
        secretHash=session_token.hash_session_secret(secret),
    )
    return world.is_open_to(_signed(attacker, session, secret))


@technique
def take_the_secret_out_of_a_session(attacker: Attacker, world: World) -> bool:
    """Sessions of an earlier version have no secret, and their tokens have none."""
    session = world.session()
    attacker.update("sessions", key_of(session, "userId", "id"), drop=("secretHash",))
    return world.is_open_to(_signed(attacker, session, None))


@technique
def set_a_password(attacker: Attacker, world: World) -> bool:
    """In the item that has the hash."""
    attacker.update("credentials", credentials_key(world), passwordHash=_hash())
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
    victim = account_from_item(world.account(world.victim))
    stored = one_time_token.stored_account_token(link, Purpose.PASSWORD_RESET, victim, clock.now())
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
    other = {"userId": world.own.account["id"]}
    try:
        attacker.put("identities", name | other)
    except Denied:
        attacker.update("identities", key_of(name, "identity"), **other)
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


@technique
def read_the_signing_secret(attacker: Attacker, _: World) -> bool:
    """It signs sessions, if not alone."""
    return bool(attacker.secret(settings.current().signing_secret_name))


# To deceive other systems


@technique
def send_a_forged_event(attacker: Attacker, world: World) -> bool:
    """As an item of the outbox, to the bus, or to the queue of webhooks."""
    event = {"type": "registration.status_changed", "data": {"status": "Hired"}}
    try:
        attacker.put("outbox", {"id": "forged", "queue": "bus", **event})
        return bool(world.item("outbox", id="forged"))
    except Denied:
        pass
    try:
        entry = {"Source": "any", "DetailType": event["type"], "Detail": "{}"}
        entry["EventBusName"] = settings.current().event_bus_name
        return bool(attacker.call("events", "PutEvents", Entries=[entry])["Entries"])
    except Denied:
        return any(attacker.may(f"sqs:SendMessage queue/{queue}") for queue in ("bus", "webhooks"))


# To speak for the service


@technique
def email_a_person_a_link_of_their_own(attacker: Attacker, world: World) -> bool:
    """By the outbox, or a queue."""
    if any(attacker.may(f"sqs:SendMessage queue/{queue}") for queue in ("links", "notices")):
        return True
    email = world.item("outbox", queue="links")
    attacker.put("outbox", email | {"id": "forged", "link": "https://attacker.example"})
    return True


@technique
def email_anyone_any_text(attacker: Attacker, _: World) -> bool:
    """From the service's address."""
    return attacker.may("ses:SendEmail mail")


@technique
def swallow_an_email(attacker: Attacker, world: World) -> bool:
    """Before it is sent."""
    if any(attacker.may(f"sqs:DeleteMessage queue/{queue}") for queue in ("links", "notices")):
        return True
    row = world.item("outbox", queue="links")
    attacker.delete("outbox", key_of(row, "id"))
    return row not in world.stage.rows("outbox")


@technique
def ask_for_a_link_in_any_name(attacker: Attacker, _: World) -> bool:
    """Its owner gets it."""
    return attacker.may("sqs:SendMessage queue/resets")


@technique
def stop_the_emails_to_a_person(attacker: Attacker, world: World) -> bool:
    """So that the person is told of nothing."""
    attacker.update("users", _victim(world), emailBounced="sue@lakes.example")
    return "emailBounced" in world.account(world.victim)


# To end sessions


@technique
def delete_a_session(attacker: Attacker, world: World) -> bool:
    """One of any person."""
    attacker.delete("sessions", key_of(world.session(), "userId", "id"))
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
    attacker.update("sessions", key_of(world.session(), "userId", "id"), lastSeenAt=LONG_AGO)
    return world.victim.get("/me").status == 401


def _victim(world: World) -> Item:
    return {"id": world.victim.account["id"]}


def _hash() -> str:
    return hash_password(PASSWORD)
