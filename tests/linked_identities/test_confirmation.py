"""An owner without a password proves who they are by an emailed code, or by a passkey."""

import pytest

from tests.accounts.codes import ask, code_in, other_code
from tests.second_factor import apps
from tests.support.clients import PASSWORD, Person
from tests.support.environments import HERE
from tests.support.oidc_provider import visit
from tests.support.soft_passkeys import SoftPasskey, add_passkey, show_passkey

EMAIL = "river@example.com"


@pytest.fixture
def owner(client, provider):
    """The owner of an account without a password, whose provider has verified the address."""
    person = Person(client, "river")
    visit(person, provider)
    assert person.post("/signup/proof", {"username": "river", "email": EMAIL}).status == 201
    return person


def confirm_by_code(person, mailbox, **more):
    assert ask(person, person.name).status == 202
    return person.post("/me/confirmation", {"emailCode": code_in(mailbox()), **more})


def test_an_emailed_code_confirms_a_passkey_unlinking_and_the_deletion(owner, mailbox, provider):
    confirmation = confirm_by_code(owner, mailbox).json["confirmation"]
    options = owner.post("/me/passkeys/options", {"confirmation": confirmation}).json
    passkey = SoftPasskey(domain="localhost")  # where mail is kept for tests
    created = passkey.create(options, origin=HERE)
    body = {"confirmation": confirmation, "name": "My phone", **created}
    assert owner.post("/me/passkeys", body).status == 201

    [identity] = owner.get("/me/identities").json["items"]
    path = f"/me/identities/{identity['id']}/unlink"
    assert owner.post(path, {"confirmation": confirmation}).code == "confirmation_required"
    assert owner.post(path, {}).fields == {"currentPassword"}
    assert show_passkey(owner, passkey, origin=HERE).status == 200
    shown = owner.post("/me/confirmation", {}).json["confirmation"]
    assert owner.post(path, {"confirmation": shown}).status == 200, "the passkey is left"
    assert show_passkey(owner, passkey, origin=HERE).status == 200
    shown = owner.post("/me/confirmation", {}).json["confirmation"]
    assert owner.post("/me/delete", {"confirmation": shown}).status == 200
    assert owner.get("/me").status == 401


def test_a_provider_is_unlinked_where_an_emailed_code_is_left(owner, mailbox):
    [identity] = owner.get("/me/identities").json["items"]
    confirmation = confirm_by_code(owner, mailbox).json["confirmation"]
    body = {"confirmation": confirmation}

    assert owner.post(f"/me/identities/{identity['id']}/unlink", body).status == 200
    assert owner.get("/me").json["signInMethods"] == ["emailCode"]


def test_the_last_provider_is_not_unlinked(owner, mailbox, backend):
    [identity] = owner.get("/me/identities").json["items"]
    confirmation = confirm_by_code(owner, mailbox).json["confirmation"]
    backend.change("users", {"id": owner.get("/me").json["id"]}, emailBounced=EMAIL)
    body = {"confirmation": confirmation}

    response = owner.post(f"/me/identities/{identity['id']}/unlink", body)
    assert response.code == "last_sign_in_method"


def test_neither_the_session_alone_nor_another_code_confirms(owner, mailbox):
    assert owner.post("/me/confirmation", {}).code == "incorrect_passkey"
    assert ask(owner, owner.name).status == 202
    wrong = {"emailCode": other_code(code_in(mailbox()))}
    assert owner.post("/me/confirmation", wrong).fields == {"emailCode"}
    thief = owner.client_with_copied_token()
    stolen = {"emailCode": code_in(mailbox())}
    assert thief.post("/me/confirmation", stolen).fields == {"emailCode"}, "another browser"


def test_a_passkey_of_another_account_does_not_confirm(owner, new_client):
    passkey = SoftPasskey()
    neighbor = new_client("lane")
    neighbor.sign_up()
    add_passkey(neighbor, passkey)
    show_passkey(owner, passkey)

    assert owner.post("/me/confirmation", {}).code == "incorrect_passkey"


def test_an_account_with_a_password_is_not_confirmed_by_an_emailed_code(
    applicant, mailbox, backend
):
    row = next(row for row in backend.rows("users") if row["id"] == applicant.account["id"])
    verified = {"emailVerified": True, "emailVerifiedAt": row["createdAt"], "email": EMAIL}
    backend.change("users", {"id": row["id"]}, **verified)

    assert confirm_by_code(applicant, mailbox).fields == {"currentPassword"}


def test_a_passkey_confirms_once_without_the_code_of_the_second_factor(applicant):
    app = apps.set_up(applicant)
    passkey = add_passkey(applicant, code=app.code())
    show_passkey(applicant, passkey)

    assert applicant.post("/me/confirmation", {}).status == 200
    assert applicant.post("/me/confirmation", {}).code == "incorrect_passkey"
    assert applicant.post("/me/confirmation", {"currentPassword": PASSWORD}).fields == {"code"}
