"""Sign-in with a passkey: one that was added signs in, and each broken rule is rejected."""

import json
from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.platform import clock
from tests.second_factor import apps
from tests.support.accounts import store_account
from tests.support.clients import PASSWORD, Person
from tests.support.environments import SETTINGS, environment
from tests.support.soft_passkeys import (
    BACKED_UP,
    ELIGIBLE,
    PRESENT,
    VERIFIED,
    SoftPasskey,
    add_passkey,
    encode,
    show_passkey,
    sign_in_with,
)


@pytest.fixture
def passkey(applicant):
    """The applicant's passkey."""
    return add_passkey(applicant)


@pytest.fixture
def browser(applicant):
    """The applicant's other browser, without a session."""
    return applicant.other_client()


def later(**time):
    return mock.patch.object(clock, "now", return_value=clock.now() + timedelta(**time))


def test_a_passkey_signs_in_without_a_username_or_password(applicant, passkey, browser):
    response = sign_in_with(browser, passkey)

    assert response.status == 200
    assert response.json["id"] == applicant.account["id"]
    assert browser.get("/me").json["signInMethods"] == ["password", "passkey"]


def test_a_passkey_satisfies_the_second_factor(client):
    store_account("river", email="river@example.com", email_verified=True)
    owner = Person(client, "river")
    assert owner.sign_in().status == 200
    app = apps.set_up(owner)
    passkey = add_passkey(owner, code=app.code(clock.now() + apps.STEP))

    assert owner.other_client().sign_in().code == "second_factor_required"
    assert sign_in_with(owner.other_client(), passkey).status == 200


def test_the_log_says_that_a_passkey_signed_in(passkey, browser, capsys):
    sign_in_with(browser, passkey)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["factors"] for line in lines if line["event"] == "signed_in"] == ["passkey"]


def test_a_sign_in_ends_the_session_that_the_browser_had(applicant, passkey):
    thief = replace(applicant)

    assert sign_in_with(applicant, passkey).status == 200
    assert thief.get("/me").status == 401


def test_a_sign_in_is_seen_as_the_last_use(applicant, passkey, browser):
    [before] = applicant.get("/me/passkeys").json["items"]
    sign_in_with(browser, passkey)
    [after] = applicant.get("/me/passkeys").json["items"]

    assert before["lastUsedAt"] is None
    assert after == {**before, "lastUsedAt": after["lastUsedAt"]}
    assert after["lastUsedAt"] >= before["addedAt"]


# What is rejected. Each of these breaks one rule.


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "webauthn.create"},
        {"origin": "https://lakes.example.attacker.example"},
        {"origin": "http://lakes.example"},
        {"origin": "https://lakes.example:444"},
        {"crossOrigin": True},
        {"challenge": encode(b"a challenge that the attacker chose, once")},
    ],
)
def test_what_the_browser_says_must_be_right(passkey, browser, changes):
    assert show_passkey(browser, passkey, **changes).code == "incorrect_passkey"
    assert browser.post("/signin/passkey").code == "incorrect_passkey"


@pytest.mark.parametrize(
    "broken",
    [
        {"domain": "attacker.example"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"flags": PRESENT | VERIFIED | ELIGIBLE},
        {"flags": PRESENT | VERIFIED | BACKED_UP},
        {"key": SoftPasskey().key},
        {"credential_id": b"another credential"},
        {"user_handle": encode(b"01KC8W0000000000000000NONE")},
        {"user_handle": encode(b"\xff")},
    ],
)
def test_what_the_authenticator_says_must_be_right(passkey, browser, broken):
    for name, value in broken.items():
        setattr(passkey, name, value)

    assert show_passkey(browser, passkey).code == "incorrect_passkey"


def test_another_accounts_passkey_does_not_sign_in(other_applicant, applicant, passkey, browser):
    passkey.user_handle = encode(other_applicant.account["id"].encode())

    assert show_passkey(browser, passkey).code == "incorrect_passkey"


@pytest.mark.parametrize("field", ["clientData", "authenticatorData", "signature", "userHandle"])
def test_a_response_that_cannot_be_read_is_rejected(passkey, browser, field):
    options = browser.post("/signin/passkey/options").json
    body = passkey.sign(options) | {field: "A"}

    response = browser.post("/signin/passkey/verification", body)

    assert (response.status, response.code) == (401, "incorrect_passkey")


def test_a_challenge_works_in_its_own_browser_only(passkey, browser, anonymous):
    phished = anonymous.post("/signin/passkey/options").json
    assert browser.post("/signin/passkey/options").status == 200

    response = browser.post("/signin/passkey/verification", passkey.sign(phished))

    assert response.code == "incorrect_passkey"


def test_a_challenge_works_once(passkey, browser):
    options = browser.post("/signin/passkey/options").json
    secret, body = browser.passkey_secret, passkey.sign(options)
    assert browser.post("/signin/passkey/verification", body).status == 200
    assert browser.post("/signin/passkey").status == 200
    browser.passkey_secret = secret

    assert browser.post("/signin/passkey/verification", body).code == "incorrect_passkey"
    assert browser.post("/signin/passkey").code == "incorrect_passkey"


def test_a_challenge_expires_after_ten_minutes(passkey, browser):
    options = browser.post("/signin/passkey/options").json

    with later(minutes=10):
        response = browser.post("/signin/passkey/verification", passkey.sign(options))

    assert response.code == "incorrect_passkey"


def test_a_session_must_be_started_within_a_minute_in_the_same_browser(passkey, browser, anonymous):
    assert show_passkey(browser, passkey).status == 200

    assert anonymous.post("/signin/passkey").code == "incorrect_passkey"
    with later(minutes=1):
        assert browser.post("/signin/passkey").code == "incorrect_passkey"


def test_a_counter_must_increase_if_there_is_one(passkey, browser):
    passkey.sign_count = 7
    assert sign_in_with(browser, passkey).status == 200

    for count in (7, 6, 0):
        passkey.sign_count = count
        assert show_passkey(browser, passkey).code == "incorrect_passkey"
    passkey.sign_count = 8
    assert sign_in_with(browser, passkey).status == 200


def test_a_passkey_that_can_be_backed_up_may_become_so(applicant, browser):
    passkey = add_passkey(applicant, SoftPasskey(flags=PRESENT | VERIFIED | ELIGIBLE))
    passkey.flags |= BACKED_UP

    assert sign_in_with(browser, passkey).status == 200
    assert applicant.get("/me/passkeys").json["items"][0]["backedUp"]


def test_a_disabled_account_has_no_use_for_its_passkey(backend, applicant, passkey, browser):
    assert show_passkey(browser, passkey).status == 200
    backend.change("users", {"id": applicant.account["id"]}, disabled=True)

    assert browser.post("/signin/passkey").code == "incorrect_passkey"
    assert show_passkey(browser, passkey).code == "incorrect_passkey"


def test_signing_out_everywhere_ends_a_sign_in_that_has_begun(applicant, passkey, browser):
    assert show_passkey(browser, passkey).status == 200
    assert applicant.delete("/sessions").status == 200

    assert browser.post("/signin/passkey").code == "incorrect_passkey"


def test_an_address_has_a_limit_of_wrong_passkeys_and_right_ones_do_not_count(passkey, browser):
    with environment(**SETTINGS | {"SIGN_IN_TRIES_PER_ADDRESS": "2"}), later(seconds=0):
        for _ in range(3):
            assert sign_in_with(browser, passkey).status == 200
        for _ in range(2):
            assert show_passkey(browser, passkey, type="wrong").code == "incorrect_passkey"
        assert show_passkey(browser, passkey).code == "too_many_attempts"
        assert applicant_can_enter_the_password(browser)


def applicant_can_enter_the_password(browser):
    return browser.sign_in(password=PASSWORD).status == 200


def test_a_passkey_from_before_another_person_got_the_account_does_not_sign_in(
    backend, applicant, passkey, browser
):
    # A stranger added it. Then the address's owner verified the address and reset the password.
    verified, reset = (clock.now() + timedelta(minutes=minutes) for minutes in (1, 2))
    changes = {
        "email": "river@example.com",
        "emailVerified": True,
        "emailVerifiedAt": clock.to_text(verified),
    }
    backend.change("users", {"id": applicant.account["id"]}, **changes)
    assert sign_in_with(browser, passkey).status == 200
    backend.change("users", {"id": applicant.account["id"]}, passwordResetAt=clock.to_text(reset))

    assert show_passkey(browser, passkey).code == "incorrect_passkey"


def test_without_a_domain_no_passkey_is_asked_for(anonymous):
    with environment(**SETTINGS | {"PUBLIC_URL": None}):
        assert anonymous.post("/signin/passkey/options").status == 404
