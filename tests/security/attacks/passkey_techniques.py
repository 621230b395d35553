"""How attackers become another person by way of passkeys."""

import secrets

from chalicelib.accounts import one_time_token, sign_in_ticket, sign_up_ticket
from chalicelib.accounts.one_time_token import Purpose
from chalicelib.platform import clock
from tests.security.attacks.attacker import Attacker, Denied
from tests.security.attacks.world import World, technique


@technique
def issue_a_sign_in_ticket(attacker: Attacker, world: World) -> bool:
    """As if the victim had shown a passkey in the attacker's browser."""
    browser, account = world.own.other_client(), world.account(world.victim)
    browser.passkey_secret = secrets.token_urlsafe(one_time_token.TOKEN_BYTES)
    soon = clock.now() + sign_in_ticket.LIFETIME
    attacker.put(
        "one-time-tokens",
        {
            "tokenHash": sign_in_ticket.hash_secret(browser.passkey_secret),
            "purpose": Purpose.PASSKEY.value,
            "userId": account["id"],
            "sessionVersion": account["sessionVersion"],
            "tries": 0,
            "expiresAt": clock.to_text(soon),
            "ttl": int(soon.timestamp()),
        },
    )
    return browser.post("/signin/passkey").status == 200


@technique
def replace_a_passkey(attacker: Attacker, world: World) -> bool:
    """With one of the attacker's own."""
    key, planted = {"userId": world.registered.account["id"]}, {"name": "of the attacker"}
    try:
        attacker.update("passkeys", key, planted=planted)
    except Denied:
        attacker.put("passkeys", world.item("passkeys", **key) | {"planted": planted})
    return "planted" in world.item("passkeys", **key)


@technique
def delete_a_passkey(attacker: Attacker, world: World) -> bool:
    """All those of a person."""
    attacker.delete("passkeys", {"userId": world.registered.account["id"]})
    return not world.stage.rows("passkeys")


@technique
def sign_up_over_an_account(attacker: Attacker, world: World) -> bool:
    """With a ticket for an account that exists, and a passkey of the attacker's own."""
    browser, account = world.own.other_client(), world.account(world.victim)
    browser.passkey_secret = secrets.token_urlsafe(one_time_token.TOKEN_BYTES)
    soon = clock.now() + sign_in_ticket.LIFETIME
    attacker.put(
        "one-time-tokens",
        {
            "tokenHash": sign_up_ticket.hash_secret(browser.passkey_secret),
            "purpose": Purpose.PASSKEY_SIGN_UP.value,
            "userId": account["id"],
            "passkeys": {"planted": {"name": "of the attacker"}},
            "tries": 0,
            "expiresAt": clock.to_text(soon),
            "ttl": int(soon.timestamp()),
        },
    )
    return browser.post("/signup/passkey", {"username": "attacker"}).status == 201
