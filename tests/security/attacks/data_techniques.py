"""How attackers read and lose data, and silence the audit log.

A technique returns whether it succeeded. One that the role doesn't allow raises Denied.
"""

from tests.security.attacks.attacker import Attacker, Denied
from tests.security.attacks.world import (
    ALL,
    PASSWORD,
    Technique,
    World,
    credentials_key,
    key_of,
    technique,
)

_EVENT_QUEUES = ("bus", "webhooks")

# To read what the function has no use for


def _reading(table: str, attribute: str, *names: str, listed: str = "") -> Technique:
    """Read an attribute of an item, or from an index, the one that it lists."""

    def read(attacker: Attacker, world: World) -> bool:
        row = next(row for row in world.stage.rows(table) if attribute in row)
        return not {attribute, listed}.isdisjoint(
            attacker.read(table, key_of(row, *names), attribute)
        )

    return read


ALL |= {
    "read an account": _reading("users", "username", "id", listed="nameKey"),
    "read whose name it is": _reading("identities", "userId", "identity"),
    "read whose link it is": _reading("one-time-tokens", "userId", "tokenHash"),
    "read a note": _reading("notes", "said", "registration", "id"),
    "read a line of the history": _reading("history", "changes", "registration", "id"),
    "read by which words a registration is found": _reading("search", "userId", "scope", "place"),
    "read counts of registrations": _reading("summaries", "id", "id"),
    "read a registration": _reading("registrations", "form", "userId", "eventId", listed="status"),
    "read a passkey": _reading("passkeys", "userId", "userId"),
}


@technique
def read_a_password_hash(attacker: Attacker, world: World) -> bool:
    """To guess the password elsewhere."""
    return "passwordHash" in attacker.read("credentials", credentials_key(world), "passwordHash")


@technique
def guess_a_password_hash_by_conditions(attacker: Attacker, world: World) -> bool:
    """One character after the other."""
    key = credentials_key(world)
    start = world.item("credentials", **key)["passwordHash"][:12]
    return attacker.starts_with("credentials", key, "passwordHash", start)


@technique
def read_the_seed_of_an_authenticator(attacker: Attacker, world: World) -> bool:
    """With the long-lived keys, it produces the codes."""
    return "authenticator" in attacker.read("credentials", credentials_key(world), "authenticator")


@technique
def read_where_a_person_signed_in(attacker: Attacker, world: World) -> bool:
    """The address and the browser of a session."""
    key = key_of(world.session(), "userId", "id")
    return "address" in attacker.read("sessions", key, "address")


@technique
def read_the_audit_log(attacker: Attacker, world: World) -> bool:
    """Entries about any account."""
    entry = world.stage.rows("audit")[0]
    return "action" in attacker.read("audit", key_of(entry, "subject", "id"), "action")


@technique
def read_an_email_on_its_way(attacker: Attacker, world: World) -> bool:
    """With the link in it: from the table, its stream, or a queue."""
    if attacker.may("dynamodb:GetRecords outbox/stream"):
        return True
    if any(attacker.may(f"sqs:ReceiveMessage queue/{queue}") for queue in ("links", "notices")):
        return True
    key = key_of(world.item("outbox", queue="links"), "id")
    return "link" in attacker.read("outbox", key, "link")


@technique
def use_a_link_that_is_stored(attacker: Attacker, world: World) -> bool:
    """The table has what a link is compared with."""
    [row] = [row for row in world.stage.rows("one-time-tokens") if row["purpose"] == "password"]
    key = key_of(row, "tokenHash")
    attacker.read("one-time-tokens", key, "tokenHash")
    body = {"token": row["tokenHash"], "newPassword": PASSWORD}
    return world.own.other_client().post("/password/reset", body).status == 200


# To lose data


def _deleting(table: str, *names: str) -> Technique:
    def delete(attacker: Attacker, world: World) -> bool:
        row = world.stage.rows(table)[0]
        attacker.delete(table, key_of(row, *names))
        return row not in world.stage.rows(table)

    return delete


def _overwriting(table: str, attribute: str, *key: str) -> Technique:
    """Put an item, or with the names of its key, update it if it can't be put."""

    def overwrite(attacker: Attacker, world: World) -> bool:
        row = next(row for row in world.stage.rows(table) if attribute in row)
        worthless = {attribute: type(row[attribute])()}
        try:
            attacker.put(table, row | worthless)
        except Denied:
            if not key:
                raise
            attacker.update(table, key_of(row, *key), **worthless)
        return row not in world.stage.rows(table)

    return overwrite


def _any_of(*ways: Technique) -> Technique:
    def attempt(attacker: Attacker, world: World) -> bool:
        for way in ways:
            try:
                if way(attacker, world):
                    return True
            except Denied:
                continue
        raise Denied("each of them")

    return attempt


def _counting(table: str, key: str) -> Technique:
    """Change the number of a counter."""

    def count(attacker: Attacker, world: World) -> bool:
        row = world.stage.rows(table)[0]
        [name, *_] = [name for name, value in row.items() if isinstance(value, int)]
        try:
            attacker.update(table, key_of(row, key), **{name: 99})
        except Denied:
            attacker.put(table, row | {name: 99})
        return row not in world.stage.rows(table)

    return count


@technique
def delete_an_event(attacker: Attacker, world: World) -> bool:
    """And with it, what registrations are for."""
    [event] = [row for row in world.stage.rows("events") if "#" not in row["id"]]
    attacker.delete("events", key_of(event, "id"))
    return event not in world.stage.rows("events")


@technique
def change_an_event(attacker: Attacker, world: World) -> bool:
    """When it takes place, and how many places it has."""
    [event] = [row for row in world.stage.rows("events") if "#" not in row["id"]]
    attacker.update("events", key_of(event, "id"), name="")
    return event not in world.stage.rows("events")


ALL |= {
    "overwrite an event": _overwriting("events", "name"),
    "delete an account": _deleting("users", "id"),
    "free a name": _deleting("identities", "identity"),
    "delete a registration": _deleting("registrations", "userId", "eventId"),
    "overwrite a registration": _overwriting("registrations", "form", "userId", "eventId"),
    "overwrite a note whose key is known": _overwriting("notes", "said", "registration", "id"),
    "overwrite a line of the history whose key is known": _overwriting(
        "history", "changes", "registration", "id"
    ),
    "hide a registration from searches": _any_of(
        _deleting("search", "scope", "place"), _overwriting("search", "userId", "scope", "place")
    ),
    "change a count of registrations": _any_of(
        _counting("summaries", "id"), _deleting("summaries", "id")
    ),
    "change a limit": _any_of(_counting("attempts", "name"), _deleting("attempts", "name")),
    "withdraw a link": _any_of(
        _deleting("one-time-tokens", "tokenHash"),
        _overwriting("one-time-tokens", "userId", "tokenHash"),
    ),
    "delete a note": _deleting("notes", "registration", "id"),
    "delete a line of the history": _deleting("history", "registration", "id"),
}


# To silence the audit log


@technique
def change_an_audit_entry(attacker: Attacker, world: World) -> bool:
    """To name another person."""
    entry = world.stage.rows("audit")[0]
    attacker.update("audit", key_of(entry, "subject", "id"), actor="unknown")
    return entry not in world.stage.rows("audit")


ALL |= {
    "delete an audit entry": _deleting("audit", "subject", "id"),
    "overwrite an audit entry whose key is known": _overwriting("audit", "actor"),
}


# To get or lose the events of other systems, and what people ask for


@technique
def read_an_event_on_its_way(attacker: Attacker, _: World) -> bool:
    """From one of the queues behind the outbox."""
    return any(attacker.may(f"sqs:ReceiveMessage queue/{queue}") for queue in _EVENT_QUEUES)


@technique
def swallow_an_event(attacker: Attacker, _: World) -> bool:
    """Before a receiver has it."""
    return any(attacker.may(f"sqs:DeleteMessage queue/{queue}") for queue in _EVENT_QUEUES)


@technique
def read_who_asks_for_a_link(attacker: Attacker, _: World) -> bool:
    """The name that they typed."""
    return attacker.may("sqs:ReceiveMessage queue/resets")


@technique
def swallow_a_request_for_a_link(attacker: Attacker, _: World) -> bool:
    """So that its sender waits for an email that doesn't come."""
    return attacker.may("sqs:DeleteMessage queue/resets")


@technique
def read_a_secret_of_webhooks(attacker: Attacker, world: World) -> bool:
    """To sign requests to a receiver."""
    key = key_of(world.item("webhooks"), "scope", "id")
    return "secret" in attacker.read("webhooks", key, "secret")


@technique
def get_the_events_of_webhooks(attacker: Attacker, world: World) -> bool:
    """By an endpoint of their own, or another URL of one that is there."""
    url, endpoint = "https://attacker.example/", world.item("webhooks")
    try:
        attacker.put("webhooks", endpoint | {"url": url})
    except Denied:
        attacker.update("webhooks", key_of(endpoint, "scope", "id"), url=url)
    return bool(world.item("webhooks", url=url))


@technique
def remove_an_endpoint_of_webhooks(attacker: Attacker, world: World) -> bool:
    """So that a receiver gets no more events."""
    attacker.delete("webhooks", key_of(world.item("webhooks"), "scope", "id"))
    return not world.stage.rows("webhooks")
