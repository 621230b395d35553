"""Known devices: attackers' attempts do not lock the owner out of a known device."""

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.identity.account_repository import account_repository
from chalicelib.platform import clock, settings
from chalicelib.sessions import trusted_device
from chalicelib.sessions.keys import account_keys
from tests.sessions.sign_in_attempts import fail_sign_in, retry_after_seconds
from tests.support.clients import DEVICE_COOKIE, PASSWORD
from tests.support.clocks import NOON, clock_at
from tests.support.environments import environment


def test_a_trusted_device_signs_in_while_strangers_guess(applicant):
    with clock_at(NOON):
        fail_sign_in(applicant.other_client(), 5)
        assert applicant.other_client().sign_in().status == 429
        assert applicant.sign_in().status == 200
        assert applicant.other_client().sign_in().status == 429


def test_a_trusted_device_has_its_own_backoff(applicant):
    with clock_at(NOON):
        fail_sign_in(applicant, 5)
        assert retry_after_seconds(applicant.sign_in()) == 1
        assert applicant.other_client().sign_in().status == 200


def test_each_sign_in_creates_a_new_trusted_device(applicant):
    before = applicant.device
    applicant.sign_in()

    assert applicant.device not in {before, None}


def test_a_device_is_trusted_for_one_account_only(applicant, other_applicant):
    with clock_at(NOON):
        fail_sign_in(other_applicant.other_client(), 5)
        assert applicant.sign_in("sky").status == 429
        assert applicant.sign_in().status == 200


def test_a_device_stays_trusted_after_sign_out(applicant):
    applicant.delete("/sessions/current")
    applicant.post("/signout")
    with clock_at(NOON):
        fail_sign_in(applicant.other_client(), 5)
        assert applicant.sign_in().status == 200


def test_a_device_stays_trusted_after_signing_out_everywhere(applicant):
    applicant.delete("/sessions")
    with clock_at(NOON):
        fail_sign_in(applicant.other_client(), 5)
        assert applicant.sign_in().status == 200


def change_password(applicant, new):
    body = {"currentPassword": PASSWORD, "newPassword": new}
    assert applicant.post("/password/change", body).status == 200


@pytest.mark.parametrize("new", [PASSWORD, "five quiet lakes in June"], ids=["the same", "another"])
def test_a_new_password_revokes_the_trust_in_all_other_devices(applicant, new):
    before = applicant.other_client()
    before.sign_in()
    change_password(applicant, new)
    with clock_at(NOON):
        fail_sign_in(applicant.other_client(), 5)
        assert before.sign_in(password=new).status == 429
        assert applicant.sign_in(password=new).status == 200


def test_an_attempt_on_a_formerly_trusted_device_counts_for_the_account(applicant):
    before = applicant.other_client()
    before.sign_in()
    change_password(applicant, "five quiet lakes in June")
    with environment(SIGN_IN_TRIES_PER_ADDRESS="1"), clock_at(NOON):
        fail_sign_in(before, 1)
        assert before.sign_in().status == 429
        assert applicant.other_client().sign_in("unknown").status == 429


def another_device(applicant):
    other = applicant.other_client()
    assert other.sign_in().status == 200
    return other.device


def test_a_repeated_device_cookie_is_trusted(applicant):
    other_client = applicant.other_client()
    other_client.device = (
        f"{applicant.device}; {DEVICE_COOKIE}={applicant.device}; {DEVICE_COOKIE}=nonsense"
    )
    with clock_at(NOON):
        fail_sign_in(applicant.other_client(), 5)
        assert other_client.sign_in().status == 200


@pytest.mark.parametrize(
    "forge_cookie",
    [
        lambda applicant: "nonsense",
        lambda applicant: "a.b.c",
        lambda applicant: applicant.token,
        lambda applicant: applicant.device[:-4] + "AAAA",
        lambda applicant: f"{applicant.device}; {DEVICE_COOKIE}={another_device(applicant)}",
    ],
    ids=["nonsense", "three parts", "a session token", "another signature", "two of them"],
)
def test_a_forged_device_cookie_is_not_trusted(applicant, forge_cookie):
    other_client = applicant.other_client()
    other_client.device = forge_cookie(applicant)
    with clock_at(NOON):
        fail_sign_in(applicant.other_client(), 5)
        assert other_client.sign_in().status == 429


@pytest.mark.parametrize(("days", "status"), [(364, 200), (366, 429)])
def test_a_device_is_trusted_for_one_year(applicant, days, status):
    signed_in = clock.now() - timedelta(days=days)
    issuer = settings.current().issuer
    account = account_repository().get(applicant.account["id"])
    applicant.device = trusted_device.issue(account, account_keys(), issuer, signed_in)
    with clock_at(NOON):
        fail_sign_in(applicant.other_client(), 5)
        assert applicant.sign_in().status == status


def test_a_session_token_is_not_accepted_as_a_device_token(applicant):
    with mock.patch.object(trusted_device, "JWT_TYPE", "another+jwt"):
        applicant.sign_in()
    with clock_at(NOON):
        fail_sign_in(applicant.other_client(), 5)
        assert applicant.sign_in().status == 429


def test_a_device_token_is_not_accepted_as_a_session_token(applicant):
    client_with_copied_token = applicant.other_client()
    client_with_copied_token.token = applicant.device

    assert client_with_copied_token.get("/me").status == 401


def test_the_device_cookie_has_the_session_cookies_attributes_and_lasts_a_year(anonymous):
    session, device = (line.split("; ") for line in anonymous.sign_up().set_cookies)

    assert device[0].startswith(f"{DEVICE_COOKIE}=")
    assert device[1:] == ["Path=/", "Max-Age=31536000", "HttpOnly", "SameSite=Lax", "Secure"]
    assert [a for a in device[1:] if "Age" not in a] == [a for a in session[1:] if "Age" not in a]


def test_the_device_cookie_has_the_session_cookies_prefix(anonymous):
    with environment(COOKIE_NAME="__Host-session"):
        _, device = anonymous.sign_up().set_cookies

    assert device.startswith(f"__Host-{DEVICE_COOKIE}=")
