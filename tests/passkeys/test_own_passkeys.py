"""The passkeys of an account: added and removed by its owner, who proves both factors again."""

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.passkeys.passkey import MAX_PASSKEYS
from chalicelib.platform import clock
from tests.second_factor import apps
from tests.support.accounts import store_account
from tests.support.clients import PASSWORD, Person
from tests.support.soft_passkeys import (
    PRESENT,
    VERIFIED,
    SoftPasskey,
    add_passkey,
    confirm,
    encode,
    sign_in_with,
)


def begin(person):
    """A confirmation, and what the browser needs to create a passkey."""
    confirmation = confirm(person)
    response = person.post("/me/passkeys/options", {"confirmation": confirmation})
    assert response.status == 200
    return confirmation, response.json


def add(person, passkey, name="My phone", **changes):
    confirmation, options = begin(person)
    created = passkey.create(options, **changes)
    body = {"confirmation": confirmation, "name": name, **created}
    return person.post("/me/passkeys", body)


def test_a_passkey_that_was_added_is_listed(applicant):
    response = add(applicant, SoftPasskey())

    assert response.status == 201
    assert response.json["name"] == "My phone"
    assert applicant.get("/me/passkeys").json["items"] == [response.json]
    assert applicant.get("/me").json["signInMethods"] == ["password", "passkey"]


def test_the_options_ask_for_a_passkey_that_verifies_the_person(applicant):
    passkey = add_passkey(applicant)
    _, options = begin(applicant)

    assert options["rp"]["id"] == "lakes.example"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["user"]["id"] == encode(applicant.account["id"].encode())
    [excluded] = options["excludeCredentials"]
    assert excluded["id"] == encode(passkey.credential_id)
    assert excluded["transports"] == ["hybrid", "internal"]


@pytest.mark.parametrize(
    "changes",
    [{"type": "webauthn.get"}, {"origin": "https://attacker.example"}, {"crossOrigin": True}],
)
def test_a_passkey_that_another_page_created_is_rejected(applicant, changes):
    response = add(applicant, SoftPasskey(), **changes)

    assert (response.status, response.fields) == (422, {"attestationObject"})
    assert applicant.get("/me/passkeys").json["items"] == []


@pytest.mark.parametrize(
    "broken", [{"domain": "attacker.example"}, {"flags": PRESENT}, {"flags": VERIFIED}]
)
def test_a_passkey_that_does_not_verify_the_person_here_is_rejected(applicant, broken):
    assert add(applicant, SoftPasskey(**broken)).status == 422


def test_an_attestation_that_cannot_be_read_is_rejected(applicant):
    confirmation, options = begin(applicant)
    created = SoftPasskey().create(options) | {"attestationObject": "oA"}

    response = applicant.post(
        "/me/passkeys", {"confirmation": confirmation, "name": "A", **created}
    )

    assert response.status == 422


def test_a_passkey_is_added_once(applicant):
    passkey = add_passkey(applicant)

    assert add(applicant, passkey).code == "passkey_exists"
    assert len(applicant.get("/me/passkeys").json["items"]) == 1


def test_a_confirmation_permits_one_change(applicant):
    confirmation, options = begin(applicant)
    body = {"confirmation": confirmation, "name": "A", **SoftPasskey().create(options)}
    assert applicant.post("/me/passkeys", body).status == 201

    again = {**body, **SoftPasskey().create(options)}

    assert (
        applicant.post("/me/passkeys", body).json == applicant.get("/me/passkeys").json["items"][0]
    )
    assert applicant.post("/me/passkeys", again).code == "confirmation_required"


def test_a_confirmation_is_for_its_session_and_for_five_minutes(applicant, other_applicant):
    body = {"confirmation": confirm(applicant)}
    other_session = applicant.other_client()
    assert other_session.sign_in().status == 200

    for person in (other_session, other_applicant):
        response = person.post("/me/passkeys/options", body)
        assert (response.status, response.code) == (409, "confirmation_required")
    with mock.patch.object(clock, "now", return_value=clock.now() + timedelta(minutes=5)):
        assert applicant.post("/me/passkeys/options", body).code == "confirmation_required"


def test_a_confirmation_takes_both_factors(client):
    store_account("river", email="river@example.com", email_verified=True)
    owner = Person(client, "river")
    owner.sign_in()
    app = apps.set_up(owner)
    code = app.code(clock.now() + apps.STEP)

    def fields(**body):
        return owner.post("/me/confirmation", body).fields

    assert fields(currentPassword="wrong " + PASSWORD, code=code) == {"currentPassword"}
    assert fields(currentPassword=PASSWORD) == {"code"}
    assert fields(currentPassword=PASSWORD, code=app.wrong_code()) == {"code"}
    assert confirm(owner, code=code)
    assert fields(currentPassword=PASSWORD, code=code) == {"code"}


def test_an_unverified_address_comes_first(other_applicant):
    confirmation = confirm(other_applicant)

    response = other_applicant.post("/me/passkeys/options", {"confirmation": confirmation})

    assert response.code == "email_not_verified"


def test_an_account_has_ten_passkeys_at_most(applicant):
    for _ in range(MAX_PASSKEYS):
        add_passkey(applicant)

    response = applicant.post("/me/passkeys/options", {"confirmation": confirm(applicant)})

    assert response.code == "too_many_passkeys"


def test_a_removed_passkey_signs_in_no_longer(applicant):
    removed, kept = add_passkey(applicant, name="Lost"), add_passkey(applicant, name="Kept")
    listed = applicant.get("/me/passkeys").json["items"]
    [first, second] = sorted(listed, key=lambda passkey: passkey["name"] != "Lost")
    path = f"/me/passkeys/{first['id']}/remove"

    assert applicant.post(path, {"confirmation": "none"}).code == "confirmation_required"
    assert applicant.post(path, {"confirmation": confirm(applicant)}).status == 200

    assert applicant.get("/me/passkeys").json["items"] == [second]
    assert sign_in_with(applicant.other_client(), removed).code == "incorrect_passkey"
    assert sign_in_with(applicant.other_client(), kept).status == 200
    assert applicant.post(path, {"confirmation": confirm(applicant)}).status == 404


def test_without_passkeys_the_password_is_left(applicant):
    add_passkey(applicant)
    [passkey] = applicant.get("/me/passkeys").json["items"]
    applicant.post(f"/me/passkeys/{passkey['id']}/remove", {"confirmation": confirm(applicant)})

    assert applicant.get("/me").json["signInMethods"] == ["password"]


def test_each_change_is_emailed_and_recorded(client, mailbox):
    store_account("river", email="river@example.com", email_verified=True)
    owner = Person(client, "river")
    owner.sign_in()
    origin = "http://localhost:8000"
    passkey = SoftPasskey(domain="localhost")
    assert add(owner, passkey, origin=origin).status == 201
    [listed] = owner.get("/me/passkeys").json["items"]
    owner.post(f"/me/passkeys/{listed['id']}/remove", {"confirmation": confirm(owner)})

    subjects = sorted(email["Subject"] for email in mailbox())
    assert subjects == ["A passkey was added", "A passkey was removed"]
    actions = [entry["action"] for entry in owner.get("/me/export").json["audit"]]
    assert actions[:2] == ["account.passkey_removed", "account.passkey_added"]


def test_the_export_lists_passkeys_without_keys(applicant):
    add_passkey(applicant)

    export = applicant.get("/me/export").json

    assert export["passkeys"] == applicant.get("/me/passkeys").json["items"]
    assert set(export["passkeys"][0]) == {"id", "name", "backedUp", "addedAt", "lastUsedAt"}


def test_a_deleted_account_leaves_no_passkey_behind(applicant, backend):
    passkey = add_passkey(applicant)

    assert applicant.post("/me/delete", {"currentPassword": PASSWORD}).status == 200

    assert backend.rows("passkeys") == []
    assert sign_in_with(applicant.other_client(), passkey).code == "incorrect_passkey"
