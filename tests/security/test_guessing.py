"""Attackers guess passwords: for one account or many, sequentially and concurrently."""

from unittest import mock

import pytest

from chalicelib.identity import passwords
from tests.security.crowds import at_once, behind_a_socket, clock_standing_still
from tests.support.clients import PASSWORD, OverHttp, Person
from tests.support.environments import environment, stage

ALLOWED = 5
# Headers that an attacker may send to impersonate another IP address.
CLAIMS = (
    *("X_Forwarded_For", "X_Real_IP", "X_Client_IP", "True_Client_IP", "CF_Connecting_IP"),
    *("X_Originating_IP", "X_Cluster_Client_IP", "X_Remote_Addr", "Client_IP", "Via"),
)
GUESS = "a guess, and a wrong one"
NEW_PASSWORD = "five quiet lakes in June"


@pytest.fixture
def verification_count():
    """Says how many guesses were looked at."""
    with mock.patch.object(passwords, "verify_password", wraps=passwords.verify_password) as verify:
        yield lambda: [call.args[0] for call in verify.call_args_list].count(GUESS)


def claiming(number):
    """Headers that name another address for each number."""
    address = f"203.0.{number // 250}.{number % 250}"
    return {**dict.fromkeys(CLAIMS, address), "Forwarded": f"for={address};by={address}"}


def guess(client, name, **headers):
    """Try a name from a browser that is not known yet."""
    return Person(client).post("/signin", {"username": name, "password": GUESS}, **headers).status


def test_sequential_guesses_get_five_attempts_and_the_owner_still_signs_in(
    client, applicant, verification_count
):
    with clock_standing_still():
        for number in range(60):
            tried = guess(client, ["river", "RIVER", " River "][number % 3], **claiming(number))
            assert tried == (401 if number < ALLOWED else 429)
            if number % 20 == 19:
                assert applicant.sign_in().status == 200

    assert verification_count() == ALLOWED


def test_guesses_by_email_share_the_backoff_of_the_username(
    client, other_applicant, verification_count
):
    with clock_standing_still():
        tried = [guess(client, ["sky", "sky@example.com"][number % 2]) for number in range(20)]

    assert tried == [401] * ALLOWED + [429] * (20 - ALLOWED)
    assert verification_count() == ALLOWED


@pytest.mark.parametrize("many", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_concurrent_guesses_get_five_attempts_and_the_owner_still_signs_in(local_endpoint, many):
    with stage(local_endpoint), behind_a_socket() as url, clock_standing_still():
        applicant = Person(OverHttp(url), "river")
        assert applicant.sign_up().status == 201

        def guess_password(number):
            if number % (many // 4) == 0:
                known = Person(applicant.client, "river", device=applicant.device)
                return known.sign_in().status
            return guess(applicant.client, "river", **claiming(number))

        statuses = at_once(many, guess_password)
        again = guess(applicant.client, "river")

    owners = statuses[:: many // 4]
    strangers = [s for n, s in enumerate(statuses) if n % (many // 4)]
    assert owners == [200] * 4
    assert set(strangers) <= {401, 429, 503}
    assert strangers.count(401) <= ALLOWED
    assert again == (429 if strangers.count(401) + strangers.count(503) >= ALLOWED else 401)


def test_password_spraying_is_limited_by_ip_address(client, applicant, verification_count):
    with environment(SIGN_IN_TRIES_PER_ADDRESS="12"), clock_standing_still():
        tried = [guess(client, f"person{number}", **claiming(number)) for number in range(40)]

        assert tried == [401] * 12 + [429] * 28
        assert verification_count() == 12
        assert Person(client, "river").sign_in().status == 429
        assert applicant.sign_in().status == 200


def test_sign_ups_are_limited_by_ip_address(client):
    with environment(SIGN_UPS_PER_ADDRESS="5"), clock_standing_still():
        statuses = [
            Person(client).post(
                "/signup", {"username": f"person{number}", "password": PASSWORD}, **claiming(number)
            )
            for number in range(8)
        ]

    assert [response.status for response in statuses] == [201] * 5 + [429] * 3


@pytest.mark.parametrize("token", ["another's device", "own session", "nonsense"])
def test_only_a_trusted_device_of_the_account_has_its_own_backoff(
    client, applicant, other_applicant, token
):
    presented = {
        "another's device": applicant.device,
        "own session": other_applicant.token,
        "nonsense": "a.b.c",
    }
    with clock_standing_still():
        for _ in range(ALLOWED):
            assert guess(client, "sky") == 401
        cuckoo = Person(client, "sky", device=presented[token])

        assert cuckoo.sign_in().status == 429


def change(applicant, _sue):
    return applicant.post(
        "/password/change", {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}
    )


def reset(applicant, super_admin):
    link = super_admin.post(f"/admin/users/{applicant.account['id']}/password-reset").json["link"]
    return Person(applicant.client).post(
        "/password/reset", {"token": link.partition("#token=")[2], "newPassword": NEW_PASSWORD}
    )


@pytest.mark.parametrize("renew", [change, reset])
def test_devices_collected_with_the_old_password_guess_no_better_at_the_new_one(
    client, applicant, super_admin, verification_count, renew
):
    thieves = [Person(client, "river") for _ in range(8)]
    with clock_standing_still():
        assert {
            client_with_copied_token.sign_in().status for client_with_copied_token in thieves
        } == {200}
        assert renew(applicant, super_admin).status == 200
        tried = [
            client_with_copied_token.sign_in(password=GUESS).status
            for client_with_copied_token in thieves
            for _ in range(5)
        ]

    assert tried == [401] * ALLOWED + [429] * (40 - ALLOWED)
    assert verification_count() == ALLOWED
