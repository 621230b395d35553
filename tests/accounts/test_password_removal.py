"""Removing a password: with a proof of the owner, and never as the last way to sign in."""

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.identity.role import Role
from chalicelib.passkeys.store import PasskeyStore
from chalicelib.platform import clock
from tests.accounts.codes import ask, code_in, codes_in
from tests.accounts.links import token_in
from tests.second_factor import apps
from tests.support.accounts import signed_in_staff
from tests.support.clients import PASSWORD
from tests.support.credentials import credentials_of
from tests.support.environments import SETTINGS, environment
from tests.support.soft_passkeys import (
    SoftPasskey,
    add_passkey,
    confirm,
    show_passkey,
    sign_in_with,
    sign_up_with,
)

OWN = {"currentPassword": PASSWORD}
EMAIL = "river@example.com"


@pytest.fixture
def passkey(applicant):
    """The passkey of an applicant who has a password, too."""
    return add_passkey(applicant)


def remove_password(person, **body):
    return person.post("/password/remove", body or OWN)


def verify_email(backend, person):
    """Note that the person has verified an address."""
    verified_at = clock.to_text(clock.now() - timedelta(minutes=1))
    values = {"email": EMAIL, "emailVerified": True, "emailVerifiedAt": verified_at}
    backend.change("users", {"id": person.account["id"]}, **values)


def remove_passkey(person):
    [passkey] = person.get("/me/passkeys").json["items"]
    shown = person.post("/me/confirmation", {}).json["confirmation"]
    return person.post(f"/me/passkeys/{passkey['id']}/remove", {"confirmation": shown})


def test_a_removed_password_signs_in_no_longer_and_the_passkey_does(applicant, passkey):
    assert remove_password(applicant).status == 200

    assert applicant.get("/me").json["signInMethods"] == ["passkey"]
    assert applicant.get("/me/identities").json["hasPassword"] is False
    assert applicant.other_client().sign_in().code == "incorrect_credentials"
    assert sign_in_with(applicant.other_client(), passkey).status == 200


def test_no_hash_is_left_in_any_table(applicant, passkey, backend):
    remove_password(applicant)

    assert "passwordHash" not in credentials_of(backend, applicant.account["id"])


def test_this_device_stays_signed_in_and_the_others_do_not(applicant, passkey):
    other = applicant.other_client()
    assert other.sign_in().status == 200

    assert remove_password(applicant).status == 200
    assert (applicant.get("/me").status, other.get("/me").status) == (200, 401)


def test_a_trusted_device_is_trusted_no_longer(applicant, passkey, backend):
    [before] = [row["passwordVersion"] for row in backend.rows("users") if "username" in row]
    remove_password(applicant)

    [after] = [row["passwordVersion"] for row in backend.rows("users") if "username" in row]
    assert after == before + 1


def test_it_takes_the_password_or_a_confirmation(applicant, passkey):
    assert remove_password(applicant, currentPassword="wrong").fields == {"currentPassword"}
    assert remove_password(applicant, code="755224").fields == {"currentPassword"}
    assert remove_password(applicant, confirmation="none").code == "confirmation_required"
    assert remove_password(applicant, confirmation=confirm(applicant)).status == 200


def test_it_takes_the_code_of_a_second_factor(applicant):
    app = apps.set_up(applicant)
    add_passkey(applicant, code=app.code())

    assert remove_password(applicant).fields == {"code"}
    assert remove_password(applicant, **OWN, code=app.recovery_codes[0]).status == 200


def test_the_only_way_to_sign_in_is_not_removed(applicant):
    assert remove_password(applicant).code == "last_sign_in_method"
    assert applicant.other_client().sign_in().status == 200


def test_an_emailed_code_is_another_way(applicant, backend, mailbox):
    verify_email(backend, applicant)

    assert remove_password(applicant).status == 200
    later = applicant.other_client()
    assert ask(later, applicant.name).status == 202
    assert later.post("/signin/email/code", {"emailCode": code_in(mailbox())}).status == 200


def test_an_unverified_address_is_no_other_way(other_applicant):
    assert remove_password(other_applicant).code == "last_sign_in_method"


def test_a_passkey_is_no_other_way_on_a_stage_without_a_domain(applicant, passkey):
    with environment(**SETTINGS | {"PUBLIC_URL": None}):
        assert remove_password(applicant).code == "last_sign_in_method"


def test_a_second_removal_finds_no_password(applicant, passkey):
    assert remove_password(applicant).status == 200
    show_passkey(applicant, passkey)
    shown = applicant.post("/me/confirmation", {}).json["confirmation"]

    assert remove_password(applicant, confirmation=shown).status == 404


def test_it_is_emailed_and_in_the_audit_log(applicant, backend, mailbox):
    verify_email(backend, applicant)
    remove_password(applicant)

    assert [message["Subject"] for message in mailbox()] == ["Your password was removed"]
    assert "account.password_removed" in {row["action"] for row in backend.rows("audit")}


def test_a_new_password_is_set_with_an_emailed_link_and_the_passkey_stays(
    applicant, passkey, backend, mailbox
):
    remove_password(applicant)
    person_id = {"id": applicant.account["id"]}
    backend.change("users", person_id, email=EMAIL, emailVerified=True)
    assert applicant.post("/password/forgot", {"username": applicant.name}).status == 202
    reset = {"token": token_in(mailbox(), "reset", EMAIL), "newPassword": PASSWORD}
    assert applicant.post("/password/reset", reset).status == 200

    assert applicant.sign_in().status == 200
    assert applicant.get("/me").json["signInMethods"] == ["password", "passkey"]


def test_staff_leave_their_password_behind(client):
    staff = signed_in_staff(client, "ada", Role.ADMIN)
    passkey = add_passkey(staff)
    assert sign_in_with(staff, passkey).status == 200
    show_passkey(staff, passkey)
    shown = staff.post("/me/confirmation", {}).json["confirmation"]
    assert remove_password(staff, confirmation=shown).status == 200

    with environment(**SETTINGS | {"STAFF_PASSKEY": "required"}):
        later = staff.other_client()
        assert sign_in_with(later, passkey).status == 200
        assert later.get("/admin/events").status == 200


def test_the_last_passkey_is_not_removed_without_a_password(applicant, passkey):
    remove_password(applicant)
    show_passkey(applicant, passkey)

    assert remove_passkey(applicant).code == "last_sign_in_method"
    assert sign_in_with(applicant.other_client(), passkey).status == 200


def test_the_last_passkey_is_not_removed_after_signing_up_with_it(new_client):
    person, own = new_client("lane"), SoftPasskey()
    sign_up_with(person, own)
    show_passkey(person, own)

    assert remove_passkey(person).code == "last_sign_in_method"


def test_of_two_removals_at_once_one_way_to_sign_in_is_left(applicant, passkey):
    """The passkey goes after the account was read, and before the password goes."""
    show_passkey(applicant, passkey)
    [listed] = applicant.get("/me/passkeys").json["items"]
    shown = applicant.post("/me/confirmation", {}).json["confirmation"]
    removed = PasskeyStore.remove

    def after_the_password(store, account, passkey_id, extra_writes):
        other = applicant.other_client()
        other.sign_in()
        assert remove_password(other).status == 200
        removed(store, account, passkey_id, extra_writes)

    with mock.patch.object(PasskeyStore, "remove", after_the_password):
        path = f"/me/passkeys/{listed['id']}/remove"
        assert applicant.post(path, {"confirmation": shown}).status == 503
    assert sign_in_with(applicant.other_client(), passkey).status == 200


def test_without_a_password_a_passkey_adds_an_email_address(new_client):
    person, own = new_client("lane"), SoftPasskey()
    sign_up_with(person, own)
    assert person.request("PATCH", "/me", {"email": EMAIL}).fields == {"currentPassword"}
    show_passkey(person, own)
    shown = person.post("/me/confirmation", {}).json["confirmation"]

    changed = person.request("PATCH", "/me", {"email": EMAIL, "confirmation": shown})
    assert changed.json["email"] == EMAIL


def test_the_address_that_is_the_only_way_to_sign_in_is_not_removed(applicant, backend, mailbox):
    verify_email(backend, applicant)
    remove_password(applicant)
    assert ask(applicant, applicant.name).status == 202
    [code] = codes_in(mailbox())
    confirmed = applicant.post("/me/confirmation", {"emailCode": code}).json["confirmation"]

    body = {"email": None, "confirmation": confirmed}
    assert applicant.request("PATCH", "/me", body).code == "last_sign_in_method"
