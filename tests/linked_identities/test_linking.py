"""Linking a provider to an account, and unlinking it: with the password, and a code if needed."""

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.platform import clock
from tests.second_factor import apps
from tests.support.clients import PASSWORD, Person
from tests.support.credentials import credentials_of
from tests.support.oidc_provider import sign_in, visit

OWN = {"currentPassword": PASSWORD}


@pytest.fixture
def owner(applicant, provider):
    """The owner of an account with a password and without an email address."""
    return applicant


def link(person, provider, **body):
    visit(person, provider, purpose="link")
    return person.post("/me/identities", OWN | body)


def unlink(person, identity, **body):
    return person.post(f"/me/identities/{identity['id']}/unlink", OWN | body)


def keys_in(backend):
    return [row["identity"] for row in backend.rows("identities") if row["kind"] == "oidc"]


def test_a_linked_provider_signs_in_until_it_is_unlinked(owner, provider, backend):
    linked = link(owner, provider)
    assert linked.status == 200, linked.json
    [identity] = linked.json["items"]

    again = owner.other_client()
    visit(again, provider)
    assert sign_in(again).json["id"] == owner.account["id"]

    assert unlink(owner, identity).status == 200
    assert owner.get("/me/identities").json["items"] == []
    assert keys_in(backend) == []
    visit(again, provider)
    assert sign_in(again).code == "sign_up_required"


def test_linking_takes_the_password(owner, provider, backend):
    response = link(owner, provider, currentPassword="wrong")

    assert response.fields == {"currentPassword"}
    assert keys_in(backend) == []
    assert owner.post("/me/identities", OWN).status == 200


def test_linking_and_unlinking_take_the_code_of_a_second_factor(owner, provider):
    app = apps.set_up(owner)
    assert link(owner, provider).fields == {"code"}
    assert link(owner, provider, code=app.wrong_code()).fields == {"code"}
    code = app.code()
    linked = link(owner, provider, code=code)

    assert linked.status == 200
    [identity] = linked.json["items"]
    assert unlink(owner, identity).fields == {"code"}
    assert unlink(owner, identity, code=code).fields == {"code"}, "a code works once"
    assert unlink(owner, identity, code=app.recovery_codes[0]).status == 200


def test_an_account_with_an_unverified_address_links_nothing(other_applicant, provider):
    assert link(other_applicant, provider).code == "email_not_verified"


def test_linking_again_changes_nothing(owner, provider):
    first = link(owner, provider).json
    assert link(owner, provider).json == first


def test_a_lost_response_can_be_repeated(owner, provider):
    visit(owner, provider, purpose="link")
    kept = dict(owner.oidc)
    first = owner.post("/me/identities", OWN)
    owner.oidc = kept

    assert owner.post("/me/identities", OWN).json == first.json


def test_an_identity_of_another_account_is_not_linked(owner, provider, new_client):
    assert link(owner, provider).status == 200
    other = new_client("sky")
    other.sign_up()

    assert link(other, provider).code == "linked_elsewhere"


def test_a_proof_of_a_sign_in_links_nothing(owner, provider):
    visit(owner, provider)

    assert owner.post("/me/identities", OWN).code == "proof_expired"


def test_another_persons_identity_can_not_be_unlinked(owner, provider, new_client):
    [identity] = link(owner, provider).json["items"]
    other = new_client("sky")
    other.sign_up()

    assert unlink(other, identity).status == 404


def test_the_last_way_to_sign_in_is_not_removed(browser, provider):
    visit(browser, provider)
    browser.post("/signup/proof", {"username": "river"})
    [identity] = browser.get("/me/identities").json["items"]

    assert unlink(browser, identity).status in {409, 422}
    assert len(browser.get("/me/identities").json["items"]) == 1


def test_several_identities_are_unlinked_one_by_one(owner, provider, backend):
    link(owner, provider)
    provider.subject = "their other account"
    first, second = link(owner, provider).json["items"]

    assert unlink(owner, first).status == 200
    assert owner.get("/me/identities").json["items"] == [second]
    assert len(keys_in(backend)) == 1


def test_linking_and_unlinking_are_in_the_audit_log_and_mailed(owner, provider, backend, mailbox):
    backend.change("users", {"id": owner.account["id"]}, email="river@e.co", emailVerified=True)
    [identity] = link(owner, provider).json["items"]
    unlink(owner, identity)

    actions = {row["action"] for row in backend.rows("audit")}
    assert {"account.identity_linked", "account.identity_unlinked"} <= actions
    assert {message["Subject"] for message in mailbox()} == {
        "You can now sign in another way",
        "A way to sign in was removed",
    }


def test_an_erased_account_frees_the_identity(owner, provider, backend):
    link(owner, provider)

    assert owner.post("/me/delete", OWN).status == 200
    assert keys_in(backend) == []
    assert credentials_of(backend, owner.account["id"]) == {}


def test_an_identity_of_an_account_that_is_gone_is_free(owner, provider, backend, new_client):
    link(owner, provider)
    backend.remove("users", {"id": owner.account["id"]})
    other = new_client("sky")
    other.sign_up()

    assert link(other, provider).status == 200
    again = Person(other.client)
    visit(again, provider)
    assert sign_in(again).json["id"] == other.account["id"]


def test_the_owner_sees_the_last_use_of_the_password_and_the_second_factor(owner):
    assert set(owner.get("/me/identities").json["lastUses"].values()) == {None}
    app = apps.set_up(owner)
    noon = clock.now().replace(microsecond=0) + timedelta(minutes=2)
    with mock.patch.object(clock, "now", return_value=noon):
        assert apps.sign_in(owner.other_client(), app.code()).status == 200

    uses = owner.get("/me/identities").json["lastUses"]
    text = clock.to_text(noon)
    assert uses == {"password": text, "emailCode": None, "secondFactor": text}
