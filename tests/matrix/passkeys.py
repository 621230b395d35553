"""The scenarios of passkeys, and their steps."""

import functools
from typing import Any

from chalicelib.passkeys import challenge as passkey_challenge
from chalicelib.passkeys.ceremonies import verify_registration
from chalicelib.passkeys.challenge import Ceremony, decode, encode
from chalicelib.passkeys.passkey import Passkey
from chalicelib.passkeys.relying_party import relying_party
from chalicelib.passkeys.store import passkey_store
from chalicelib.platform import clock
from chalicelib.sessions.keys import session_keys
from tests.matrix import steps
from tests.matrix.scenario import Scenario
from tests.support.clients import PASSWORD, Person, Response
from tests.support.environments import Stage
from tests.support.soft_passkeys import SoftPasskey

CHALLENGE = "Y2hhbGxlbmdl"


@functools.cache
def soft_passkey() -> SoftPasskey:
    """The same one each time that a scenario begins."""
    return SoftPasskey(credential_id=b"passkey")


def with_a_passkey(stage: Stage, person: Person) -> None:
    steps.with_a_session_verified_email(stage, person)
    passkey = soft_passkey()
    created = passkey.create({"user": {"id": _handle(person)}, "challenge": CHALLENGE})
    party = relying_party()
    credential = verify_registration(
        party, decode(CHALLENGE), created["clientData"], created["attestationObject"]
    )
    added = Passkey("My phone", credential, clock.now())
    passkey_store().add(person.account["id"], added, [])


def _handle(person: Person) -> str:
    return encode(person.account["id"].encode())


def with_a_challenge(stage: Stage, person: Person) -> None:
    with_a_passkey(stage, person)
    challenge = passkey_challenge.create(session_keys(), clock.now())
    person.passkey_secret = challenge.browser_secret
    person.account["shown"] = soft_passkey().sign({"challenge": challenge.text})


def show_a_passkey(person: Person) -> Response:
    return person.post("/signin/passkey/verification", person.account["shown"])


def with_a_ticket(stage: Stage, person: Person) -> None:
    with_a_challenge(stage, person)
    assert show_a_passkey(person).status == 200


def sign_in_with_a_passkey(person: Person) -> Response:
    browser = person.other_client()
    browser.passkey_secret = person.passkey_secret
    return browser.post("/signin/passkey")


def with_a_first_challenge(stage: Stage, person: Person) -> None:
    challenge = passkey_challenge.create(session_keys(), clock.now(), Ceremony.SIGN_UP)
    person.passkey_secret = challenge.browser_secret
    options = {"user": {"id": encode(b"new")}, "challenge": challenge.text}
    person.account["created"] = {"name": "My phone", **soft_passkey().create(options)}


def verify_a_first_passkey(person: Person) -> Response:
    return person.post("/signup/passkey/verification", person.account["created"])


def with_a_first_ticket(stage: Stage, person: Person) -> None:
    with_a_first_challenge(stage, person)
    assert verify_a_first_passkey(person).status == 200


def sign_up_with_a_passkey(person: Person) -> Response:
    browser = person.other_client()
    browser.passkey_secret = person.passkey_secret
    return browser.post("/signup/passkey", {"username": "river", "email": steps.EMAIL})


def confirm(person: Person) -> Response:
    return person.post("/me/confirmation", {"currentPassword": PASSWORD})


def confirm_with_a_code(person: Person) -> Response:
    return person.post("/me/confirmation", steps.both_factors(person))


def confirmed(stage: Stage, person: Person) -> None:
    with_a_passkey(stage, person)
    person.account["confirmation"] = confirm(person).json["confirmation"]


def confirmation(person: Person) -> dict[str, Any]:
    return {"confirmation": person.account["confirmation"]}


def add_a_passkey(person: Person) -> Response:
    challenge = person.account["confirmation"]
    passkey = SoftPasskey(credential_id=b"another", key=soft_passkey().key)
    created = passkey.create({"user": {"id": _handle(person)}, "challenge": challenge})
    return person.post("/me/passkeys", {**confirmation(person), "name": "Key", **created})


def remove_a_passkey(person: Person) -> Response:
    [passkey] = passkey_store().list_of(person.account["id"])
    return person.post(f"/me/passkeys/{passkey.id}/remove", confirmation(person))


SCENARIOS = {
    "ask for a passkey": Scenario(
        "begin_passkey_sign_in", lambda p: p.post("/signin/passkey/options"), signed_in=False
    ),
    "show a passkey": Scenario(
        "verify_passkey",
        show_a_passkey,
        counts_twice=True,
        circumstances=with_a_challenge,
    ),
    "sign in with a passkey": Scenario(
        "sign_in_with_passkey", sign_in_with_a_passkey, circumstances=with_a_ticket
    ),
    "ask to sign up with a passkey": Scenario(
        "begin_passkey_sign_up",
        lambda p: p.post("/signup/passkey/options", {"username": "river", "email": steps.EMAIL}),
        signed_in=False,
        counts_twice=True,
    ),
    "show the passkey of a new account": Scenario(
        "verify_first_passkey",
        verify_a_first_passkey,
        signed_in=False,
        counts_twice=True,
        circumstances=with_a_first_challenge,
    ),
    "sign up with a passkey": Scenario(
        "sign_up_with_passkey",
        sign_up_with_a_passkey,
        signed_in=False,
        counts_twice=True,
        circumstances=with_a_first_ticket,
    ),
    "remove their password": Scenario(
        "remove_password",
        lambda p: p.post("/password/remove", {"currentPassword": PASSWORD}),
        circumstances=with_a_passkey,
    ),
    "change their email by a passkey": Scenario(
        "change_me",
        lambda p: p.request("PATCH", "/me", {"email": "new@e.co", **confirmation(p)}),
        circumstances=confirmed,
    ),
    "prove their password": Scenario("confirm_identity", confirm, adds=True),
    "prove their password and a code": Scenario(
        "confirm_identity",
        confirm_with_a_code,
        takes_code=True,
        circumstances=steps.with_an_app,
    ),
    "prove who they are by a passkey": Scenario(
        "confirm_identity", lambda p: p.post("/me/confirmation", {}), circumstances=with_a_ticket
    ),
    "list their passkeys": Scenario(
        "list_passkeys", lambda p: p.get("/me/passkeys"), circumstances=with_a_passkey
    ),
    "begin to add a passkey": Scenario(
        "begin_passkey",
        lambda p: p.post("/me/passkeys/options", confirmation(p)),
        circumstances=confirmed,
    ),
    "add a passkey": Scenario("add_passkey", add_a_passkey, circumstances=confirmed),
    "remove a passkey": Scenario("remove_passkey", remove_a_passkey, circumstances=confirmed),
}
