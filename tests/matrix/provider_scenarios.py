"""Scenarios of signing in with a provider, and their steps."""

from typing import Any

from chalicelib.identity.linked_identity import identity_id
from chalicelib.oidc import authorization
from chalicelib.oidc import proof as proofs
from chalicelib.oidc.authorization import Begun, Purpose
from chalicelib.oidc.proof import ProviderProof
from chalicelib.oidc.proof_store import ProofStore
from chalicelib.platform import clock, settings
from chalicelib.platform.dynamodb import database
from tests.support import oidc_provider
from tests.support.clients import OIDC_COOKIES, PASSWORD, Person, Response
from tests.support.environments import Stage

EMAIL = "river@example.com"
TOKEN = "t" * 43


def at_a_provider(_stage: Stage, person: Person) -> None:
    """The browser has gone to a provider."""
    person.oidc = {OIDC_COOKIES[0]: TOKEN}


def _response_of(name: str, purpose: Purpose) -> dict[str, str]:
    """What a provider sends a browser back with."""
    begun = Begun(name, purpose, int(clock.now().timestamp()), at_front_end=False, next_path="")
    state = begun.state(TOKEN)
    [issuer] = [one.issuer for one in settings.current().providers if one.name == name]
    provider = oidc_provider.latest.providers[issuer]
    provider.known_code, provider.known_nonce = "known", authorization.nonce(TOKEN, state)
    return {"code": "known", "state": state, "iss": issuer}


def with_a_proof(_stage: Stage, person: Person) -> None:
    """The browser has come back from a provider."""
    store_proof(person, Purpose.SIGN_IN)


def with_a_proof_to_link(stage: Stage, person: Person) -> None:
    stage.change("users", {"id": person.account["id"]}, emailVerified=True)
    store_proof(person, Purpose.LINK)


def with_a_linked_identity_and_a_proof(stage: Stage, person: Person) -> None:
    with_a_linked_identity(stage, person)
    with_a_proof(stage, person)


def with_a_linked_identity(stage: Stage, person: Person) -> None:
    with_a_proof_to_link(stage, person)
    assert link_identity(person).status == 200


def with_a_verified_address_and_a_proof(stage: Stage, person: Person) -> None:
    """The provider hosts the address."""
    now = clock.to_text(clock.now())
    key = {"id": person.account["id"]}
    stage.change("users", key, emailVerified=True, emailVerifiedAt=now)
    with_a_proof(stage, person)


def store_proof(person: Person, purpose: Purpose, subject: str = "river-at-the-provider") -> None:
    provider = settings.current().providers[0]
    proof = ProviderProof(
        hash=proofs.hash_secret(TOKEN),
        purpose=purpose,
        provider=provider.name,
        issuer=provider.issuer,
        subject=subject,
        email=EMAIL,
        email_verified=True,
        first_name="River",
        last_name="Okafor",
        expires_at=clock.now() + proofs.LIFETIME,
    )
    ProofStore(database()).put(proof, authorization.new_secret(), clock.now())
    person.oidc = {OIDC_COOKIES[1]: TOKEN}


def sign_up_with_a_proof(person: Person) -> Response:
    return person.post("/signup/proof", {"username": "river", "email": EMAIL})


def link_identity(person: Person) -> Response:
    return person.post("/me/identities", {"currentPassword": PASSWORD})


def unlink_identity(person: Person) -> Response:
    provider = settings.current().providers[0]
    identity = identity_id(provider.issuer, "river-at-the-provider")
    return person.post(f"/me/identities/{identity}/unlink", {"currentPassword": PASSWORD})


def come_back_from_a_provider(person: Person) -> Response:
    return oidc_provider.come_back(person, _response_of("example", Purpose.SIGN_IN))


def come_back_with_a_form(person: Person) -> Response:
    response = _response_of("posting", Purpose.SIGN_IN)
    return oidc_provider.come_back(person, response, "posting")


# By name: the arguments of a Scenario.
SCENARIOS: dict[str, dict[str, Any]] = {
    "list providers": {
        "action": "list_providers",
        "request": lambda person: person.get("/signin/providers"),
    },
    "go to a provider": {
        "action": "begin_provider_sign_in",
        "request": lambda person: person.post("/signin/providers/example", {}),
    },
    "come back from a provider": {
        "action": "take_provider_response",
        "request": come_back_from_a_provider,
        "circumstances": at_a_provider,
        "signed_in": False,
        "counts_twice": True,
    },
    "come back from a provider that posts": {
        "action": "take_posted_provider_response",
        "request": come_back_with_a_form,
        "circumstances": at_a_provider,
        "signed_in": False,
        "counts_twice": True,
    },
    "look at who signed in at a provider": {
        "action": "show_proof",
        "request": lambda person: person.get("/signin/proof"),
        "circumstances": with_a_proof,
    },
    "sign in with a provider": {
        "action": "sign_in_with_proof",
        "request": lambda person: person.post("/signin/proof", {}),
        "circumstances": with_a_linked_identity_and_a_proof,
        "adds": True,
    },
    "sign in with the provider of the mailbox": {
        "action": "sign_in_with_proof",
        "request": lambda person: person.post("/signin/proof", {}),
        "circumstances": with_a_verified_address_and_a_proof,
        "adds": True,
        "stepwise": True,
    },
    "sign up with a provider": {
        "action": "sign_up_with_proof",
        "request": sign_up_with_a_proof,
        "circumstances": with_a_proof,
        "signed_in": False,
        "counts_twice": True,
    },
    "list linked identities": {
        "action": "list_identities",
        "request": lambda person: person.get("/me/identities"),
        "circumstances": with_a_linked_identity,
    },
    "link a provider": {
        "action": "link_identity",
        "request": link_identity,
        "circumstances": with_a_proof_to_link,
    },
    "unlink a provider": {
        "action": "unlink_identity",
        "request": unlink_identity,
        "circumstances": with_a_linked_identity,
    },
}
