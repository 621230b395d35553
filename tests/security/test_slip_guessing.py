"""Attackers guess the passphrase on a walk-in's slip, or use one for more than a first password."""

from datetime import timedelta

import pytest

from chalicelib.platform import clock
from tests.security.crowds import at_once, clock_standing_still, visible_response
from tests.support.clients import PASSWORD, Person
from tests.support.clocks import clock_at
from tests.support.environments import SETTINGS, environment

ALLOWED = 5
# NIST SP 800-63B-4 3.2.2 permits 100 failed attempts.
ATTEMPTS_IN_A_DAY = 39
GUESS = "otter quiet march lamp"
NEW_PASSWORD = "five quiet lakes in June"


@pytest.fixture
def slip(admin):
    return admin.post("/admin/users", {"firstName": "Will", "username": "will"}).json


def choose(client, passphrase=GUESS, username="will", password=NEW_PASSWORD):
    body = {"username": username, "passphrase": passphrase, "newPassword": password}
    return Person(client).post("/password/reset/passphrase", body)


def test_five_guesses_are_verified_and_then_the_right_passphrase_waits_too(client, slip):
    with clock_standing_still():
        tried = [choose(client).status for _ in range(20)]
        delayed = choose(client, slip["passphrase"])

    assert tried == [422] * ALLOWED + [429] * 15
    assert delayed.status == 429


def test_guesses_in_the_24_hours_of_a_slip_are_few(client, slip):
    now = clock.now()
    end, attempts = now + timedelta(hours=24), 0
    while now < end:
        with clock_at(now):
            response = choose(client)
        if response.status == 429:
            now += timedelta(seconds=int(response.headers["Retry-After"]))
        else:
            attempts += 1

    assert attempts == ATTEMPTS_IN_A_DAY


def test_guesses_for_many_accounts_count_for_the_address(client, slip):
    limited = SETTINGS | {"SIGN_IN_TRIES_PER_ADDRESS": "10"}
    with environment(**limited), clock_standing_still():
        tried = [choose(client, username=f"person{number}").status for number in range(12)]

    assert tried == [422] * 10 + [429] * 2


def test_guesses_delay_neither_the_link_nor_signing_in(client, applicant, slip):
    token = slip["link"].partition("#token=")[2]
    with clock_standing_still():
        for username in ("will", "river"):
            for _ in range(ALLOWED + 1):
                choose(client, username=username)

        assert applicant.sign_in().status == 200
        body = {"token": token, "newPassword": NEW_PASSWORD}
        assert Person(client).post("/password/reset", body).status == 200


def test_response_does_not_reveal_who_has_a_slip(client, admin, slip, applicant):
    used, disabled = (
        admin.post("/admin/users", {"firstName": name, "username": name}).json
        for name in ("used", "shut")
    )
    assert choose(client, used["passphrase"], "used").status == 200
    assert admin.post(f"/admin/users/{disabled['id']}/disable").status == 200
    tried = [
        (GUESS, "will"),
        (GUESS, "unknown"),
        (GUESS, "not a name at all"),
        (GUESS, "river"),
        (GUESS, "ada"),
        (used["passphrase"], "used"),
        (disabled["passphrase"], "shut"),
        (used["passphrase"], "will"),
        ("…", "will"),
    ]
    responses = {repr(visible_response(choose(client, *one))) for one in tried}

    [once] = responses
    assert once.startswith("(422,")


def test_slip_opens_no_account_of_staff(client, super_admin, slip):
    path = f"/admin/users/{slip['id']}/role"
    assert super_admin.post(path, {"role": "Admin"}).status == 200

    assert choose(client, slip["passphrase"]).status == 422


def test_slip_opens_no_account_that_has_signed_in_since(client, slip):
    assert choose(client, slip["passphrase"], password=PASSWORD).status == 200

    assert choose(client, slip["passphrase"]).status == 422
    assert Person(client, "will").sign_in().status == 200


def test_one_of_several_simultaneous_uses_succeeds(client, slip):
    statuses = at_once(ALLOWED, lambda _: choose(client, slip["passphrase"]).status)

    assert sorted(statuses) == [200] + [422] * (ALLOWED - 1)
