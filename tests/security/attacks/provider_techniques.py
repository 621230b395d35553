"""How attackers become another person by way of an OpenID Connect provider."""

import dataclasses
import json
import secrets

from chalicelib.accounts import one_time_token
from chalicelib.identity.linked_identity import identity_id, identity_key
from chalicelib.oidc import proof
from chalicelib.oidc.authorization import Purpose as ProofPurpose
from chalicelib.platform import clock, settings
from tests.matrix.provider_scenarios import store_proof
from tests.security.attacks.attacker import Attacker
from tests.security.attacks.world import World, technique
from tests.support.clients import OIDC_COOKIES


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
