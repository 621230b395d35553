"""How attackers read with API keys, and hide that they do."""

from chalicelib.api_keys.api_key import ApiKeyToken
from tests.security.attacks.attacker import Attacker, Denied, Item
from tests.security.attacks.world import World, key_of, technique
from tests.support.api_keys import send

TABLE = "api-keys"
_PATH = "/admin/events"


def _key(world: World) -> Item:
    return key_of(world.item(TABLE), "kind", "id")


@technique
def read_the_hash_of_an_api_key(attacker: Attacker, world: World) -> bool:
    """It opens nothing: the secret has too many bits to be found."""
    return "secretHash" in attacker.read(TABLE, _key(world), "secretHash")


@technique
def create_an_api_key(attacker: Attacker, world: World) -> bool:
    """As if the victim had."""
    token = ApiKeyToken.new("01KAPZ5J8QV6M3T9XW2RDN4C7E")
    made = {"id": token.key_id, "secretHash": token.secret_hash}
    attacker.put(TABLE, world.item(TABLE) | made)
    return send(world.own.client, token.text, _PATH).status == 200


@technique
def take_over_an_api_key(attacker: Attacker, world: World) -> bool:
    """By another secret."""
    key = _key(world)
    token = ApiKeyToken.new(key["id"])
    try:
        attacker.update(TABLE, key, secretHash=token.secret_hash)
    except Denied:
        attacker.put(TABLE, world.item(TABLE) | {"secretHash": token.secret_hash})
    return send(world.own.client, token.text, _PATH).status == 200


@technique
def revoke_an_api_key(attacker: Attacker, world: World) -> bool:
    """So that another system gets nothing."""
    key = _key(world)
    try:
        attacker.update(TABLE, key, revokedAt="2026-11-30T00:00:00Z")
    except Denied:
        attacker.delete(TABLE, key)
    return not world.stage.rows(TABLE) or "revokedAt" in world.item(TABLE)


@technique
def hide_on_which_days_an_api_key_is_used(attacker: Attacker, world: World) -> bool:
    """By a last use in the future."""
    attacker.update(TABLE, _key(world), lastUsedOn="2999-12-31")
    return bool(world.stage.rows(TABLE)[0].get("lastUsedOn"))
