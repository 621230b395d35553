"""Sign-up with a passkey: an account without a password, and what is rejected."""

import json
from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.platform import clock
from tests.accounts.links import token_in
from tests.support.clients import PASSWORD, Person
from tests.support.environments import HERE, SETTINGS, environment
from tests.support.soft_passkeys import (
    PRESENT,
    SoftPasskey,
    add_passkey,
    encode,
    show_passkey,
    sign_in_with,
    sign_up_with,
    verify_new_passkey,
)

NAMES = {"username": "river"}


@pytest.fixture
def stranger(client):
    """A person without an account."""
    return Person(client, "river")


@pytest.fixture
def passkey():
    """The passkey that their phone creates."""
    return SoftPasskey()


def later(**time):
    return mock.patch.object(clock, "now", return_value=clock.now() + timedelta(**time))


def test_a_passkey_is_enough_to_sign_up_and_to_come_back(stranger, passkey):
    created = sign_up_with(stranger, passkey, email="river@example.com", firstName="River")

    assert created.status == 201
    assert created.json["username"] == "river"
    assert stranger.get("/me").json["signInMethods"] == ["passkey"]
    assert sign_in_with(stranger.other_client(), passkey).json["id"] == created.json["id"]


def test_no_password_opens_an_account_with_a_passkey_alone(stranger, passkey):
    assert sign_up_with(stranger, passkey).status == 201

    assert stranger.get("/me/identities").json["hasPassword"] is False
    for password in (PASSWORD, "", "river"):
        assert stranger.other_client().sign_in(password=password).status in {401, 422}


def test_the_passkey_is_listed_with_its_name(stranger, passkey):
    sign_up_with(stranger, passkey)

    [listed] = stranger.get("/me/passkeys").json["items"]
    assert (listed["name"], listed["lastUsedAt"]) == ("My phone", None)


def test_the_log_says_that_a_passkey_signed_up(stranger, passkey, capsys):
    sign_up_with(stranger, passkey)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["factors"] for line in lines if line["event"] == "signed_up"] == ["passkey"]


def test_the_session_counts_as_one_by_passkey(stranger, passkey, backend):
    account_id = sign_up_with(stranger, passkey).json["id"]
    backend.change("users", {"id": account_id}, role="Admin")

    with environment(**SETTINGS | {"STAFF_PASSKEY": "required"}):
        assert stranger.get("/admin/events").status == 200


def test_the_passkey_confirms_the_deletion(stranger, passkey, backend):
    sign_up_with(stranger, passkey)
    show_passkey(stranger, passkey)
    confirmed = stranger.post("/me/confirmation", {}).json["confirmation"]

    assert stranger.post("/me/delete", {"confirmation": confirmed}).status == 200
    assert not backend.rows("passkeys")


def test_an_unverified_address_is_confirmed_by_mail(stranger, passkey, mailbox):
    sign_up = sign_up_with_mail(stranger, passkey, email="river@example.com")

    assert sign_up.json["emailVerified"] is False
    token = token_in(mailbox(), "verify", "river@example.com")
    assert stranger.post("/email/verify", {"token": token}).json["emailVerified"] is True


def sign_up_with_mail(person, passkey, **names):
    """As ``sign_up_with``, where mail is kept for tests: on a developer's machine."""
    passkey.domain = "localhost"
    named = {"username": person.name, **names}
    assert verify_new_passkey(person, passkey, named, origin=HERE).status == 200
    return person.post("/signup/passkey", named)


def test_with_an_emailed_link_the_address_is_verified_and_is_the_username(
    stranger, passkey, mailbox
):
    passkey.domain = "localhost"
    assert stranger.post("/signup/email", {"email": "river@example.com"}).status == 202
    token = token_in(mailbox(), "signup/email", "river@example.com")
    assert verify_new_passkey(stranger, passkey, origin=HERE).status == 200
    created = stranger.post("/signup/passkey", {"emailToken": token})

    assert created.status == 201
    assert (created.json["username"], created.json["emailVerified"]) == ("river@example.com", True)
    assert stranger.get("/me").json["signInMethods"] == ["emailCode", "passkey"]


# What is rejected.


def test_a_name_that_is_taken_is_rejected_before_there_is_a_passkey(stranger, applicant):
    assert stranger.post("/signup/passkey/options", NAMES).code == "identity_taken"
    address = {"username": "lane", "email": "river@example.com"}
    owner = Person(stranger.client, "owner")
    owner.sign_up(email="river@example.com")
    assert stranger.post("/signup/passkey/options", address).code == "identity_taken"


def test_of_two_sign_ups_for_one_username_the_second_takes_another_with_its_passkey(
    stranger, passkey, backend
):
    rival, rivals = stranger.other_client(), SoftPasskey()
    assert verify_new_passkey(stranger, passkey).status == 200
    assert verify_new_passkey(rival, rivals).status == 200

    assert rival.post("/signup/passkey", NAMES).status == 201
    assert stranger.post("/signup/passkey", NAMES).code == "identity_taken"
    assert stranger.post("/signup/passkey", {"username": "river2"}).status == 201
    assert sign_in_with(stranger.other_client(), passkey).json["username"] == "river2"
    assert sign_in_with(rival.other_client(), rivals).json["username"] == "river"


def test_one_passkey_creates_one_account(stranger, passkey, backend):
    assert verify_new_passkey(stranger, passkey).status == 200
    secret = stranger.passkey_secret
    assert stranger.post("/signup/passkey", NAMES).status == 201
    again = stranger.other_client()
    again.passkey_secret = secret

    assert again.post("/signup/passkey", {"username": "lane"}).code == "incorrect_passkey"
    assert len(backend.rows("users")) == 1


def test_a_challenge_creates_one_passkey(stranger, passkey):
    options = stranger.post("/signup/passkey/options", NAMES).json
    body = {"name": "My phone", **passkey.create(options)}
    assert stranger.post("/signup/passkey/verification", body).status == 200
    body = {"name": "Another", **SoftPasskey().create(options)}

    assert stranger.post("/signup/passkey/verification", body).code == "incorrect_passkey"


def test_a_challenge_of_another_browser_creates_nothing(stranger, passkey, anonymous):
    # A phishing page shows its visitor the options of its own browser.
    options = anonymous.post("/signup/passkey/options", NAMES).json
    assert stranger.post("/signup/passkey/options", NAMES).status == 200
    body = {"name": "My phone", **passkey.create(options)}

    assert stranger.post("/signup/passkey/verification", body).code == "incorrect_passkey"


def test_a_ticket_of_another_browser_creates_nothing(stranger, passkey, anonymous):
    assert verify_new_passkey(stranger, passkey).status == 200

    assert anonymous.post("/signup/passkey", NAMES).code == "incorrect_passkey"


def test_a_challenge_to_sign_in_creates_nothing(stranger, passkey):
    challenge = stranger.post("/signin/passkey/options").json["challenge"]
    options = {"challenge": challenge, "user": {"id": encode(b"01KC8W0000000000000000NONE")}}
    body = {"name": "My phone", **passkey.create(options)}

    assert stranger.post("/signup/passkey/verification", body).code == "incorrect_passkey"


def test_a_challenge_to_sign_up_does_not_sign_in(stranger, passkey, applicant):
    shown = add_passkey(applicant)
    challenge = stranger.post("/signup/passkey/options", {"username": "lane"}).json["challenge"]
    body = shown.sign({"challenge": challenge})

    assert stranger.post("/signin/passkey/verification", body).code == "incorrect_passkey"


def test_a_ticket_to_sign_up_does_not_sign_in(stranger, passkey):
    assert verify_new_passkey(stranger, passkey).status == 200

    assert stranger.post("/signin/passkey").code == "incorrect_passkey"


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "webauthn.get"},
        {"origin": "https://lakes.example.attacker.example"},
        {"crossOrigin": True},
    ],
)
def test_what_the_browser_says_must_be_right(stranger, passkey, changes):
    assert verify_new_passkey(stranger, passkey, **changes).fields == {"attestationObject"}
    assert stranger.post("/signup/passkey", NAMES).code == "incorrect_passkey"


@pytest.mark.parametrize("broken", [{"domain": "attacker.example"}, {"flags": PRESENT}])
def test_what_the_authenticator_says_must_be_right(stranger, passkey, broken):
    for name, value in broken.items():
        setattr(passkey, name, value)

    assert verify_new_passkey(stranger, passkey).fields == {"attestationObject"}


def test_a_challenge_and_a_ticket_expire_after_ten_minutes(stranger, passkey):
    options = stranger.post("/signup/passkey/options", NAMES).json
    body = {"name": "My phone", **passkey.create(options)}
    with later(minutes=10):
        assert stranger.post("/signup/passkey/verification", body).code == "incorrect_passkey"
    assert stranger.post("/signup/passkey/verification", body).status == 200
    with later(minutes=10):
        assert stranger.post("/signup/passkey", NAMES).code == "incorrect_passkey"


def test_a_sign_up_ends_the_session_that_the_browser_had(applicant, passkey):
    stolen = applicant.client_with_copied_token()

    assert sign_up_with(applicant, passkey, username="lane").status == 201
    assert stolen.get("/me").status == 401


def test_the_browser_cannot_choose_the_identifier_of_its_account(stranger, passkey, applicant):
    named = {"username": "lane"}
    options = stranger.post("/signup/passkey/options", named).json
    options["user"]["id"] = encode(applicant.account["id"].encode())
    body = {"name": "My phone", **passkey.create(options)}
    assert stranger.post("/signup/passkey/verification", body).status == 200

    assert stranger.post("/signup/passkey", named).json["id"] != applicant.account["id"]
    assert sign_in_with(stranger.other_client(), passkey).code == "incorrect_passkey"


def test_names_are_asked_after_as_often_as_people_sign_up(stranger, passkey):
    with environment(**SETTINGS | {"SIGN_UPS_PER_ADDRESS": "2"}), later(seconds=0):
        for _ in range(2):
            assert stranger.post("/signup/passkey/options", NAMES).status == 200
        assert stranger.post("/signup/passkey/options", NAMES).code == "too_many_attempts"


def test_sign_ups_with_passkeys_and_passwords_have_one_limit(stranger, passkey, new_client):
    with environment(**SETTINGS | {"SIGN_UPS_PER_ADDRESS": "1"}), later(seconds=0):
        assert verify_new_passkey(stranger, passkey).status == 200
        assert new_client("lane").sign_up().status == 201
        assert stranger.post("/signup/passkey", NAMES).code == "too_many_attempts"


def test_wrong_passkeys_have_the_limit_of_sign_in(stranger, passkey):
    with environment(**SETTINGS | {"SIGN_IN_TRIES_PER_ADDRESS": "1"}), later(seconds=0):
        assert verify_new_passkey(stranger, passkey, type="wrong").status == 422
        assert verify_new_passkey(stranger, passkey).code == "too_many_attempts"


def test_without_a_domain_no_one_signs_up_with_a_passkey(stranger):
    with environment(**SETTINGS | {"PUBLIC_URL": None}):
        assert stranger.post("/signup/passkey/options", NAMES).status == 404
        body = {"name": "My phone", "clientData": "A", "attestationObject": "A"}
        assert stranger.post("/signup/passkey/verification", body).status == 404


def test_a_username_is_needed(stranger, passkey):
    assert verify_new_passkey(stranger, passkey).status == 200

    assert stranger.post("/signup/passkey/options", {}).fields == {"username"}
    assert stranger.post("/signup/passkey", {"username": " "}).fields == {"username"}


# A helper signs a person up with a passkey of their own and the person's address.


def test_a_reset_by_mail_ends_a_passkey_from_before_the_address_was_verified(
    stranger, passkey, mailbox
):
    email = "river@example.com"
    sign_up_with_mail(stranger, passkey, email=email)
    with later(minutes=1):
        token = token_in(mailbox(), "verify", email)
        assert stranger.post("/email/verify", {"token": token}).status == 200
    assert show_passkey(stranger, passkey, origin=HERE).status == 200
    with later(minutes=2):
        stranger.post("/password/forgot", {"username": email})
        reset = {"token": token_in(mailbox(), "reset", email), "newPassword": PASSWORD}
        assert stranger.post("/password/reset", reset).status == 200

    assert show_passkey(stranger, passkey, origin=HERE).code == "incorrect_passkey"
