"""Response times do not reveal which accounts exist. Takes minutes; runs with ``make prove``.

The test alternates between the kinds of accounts, so that other load on the machine affects all of
them equally, and compares medians. To test another endpoint, add a row to ``ASKED``.
"""

import statistics
import time
from unittest import mock

import pytest
from chalice.test import Client

from app import app
from chalicelib.identity import passwords
from chalicelib.platform import clock
from tests.support.accounts import store_account
from tests.support.clients import Person
from tests.support.environments import environment, stage

# These tests measure how long hashing takes.
pytestmark = [pytest.mark.slow, pytest.mark.real_password_hashes]

# Of each kind.
ACCOUNTS, FEW = 200, 60
# What one may be slower than another, in parts of it.
APART = 0.10


def sign_in(client, name):
    return Person(client).sign_in(name, "a wrong guess at a password")


def forget(client, name):
    return Person(client).post("/password/forgot", {"username": name})


def ask_for_a_code(client, name):
    return Person(client).post("/signin/email", {"username": name})


KINDS = ("known", "unknown", "disabled")
# The requests, and the status that the service returns for every kind of account.
ASKED = {
    "POST /signin": (sign_in, 401),
    "POST /password/forgot": (forget, 202),
    "POST /signin/email": (ask_for_a_code, 202),
}


@pytest.fixture
def people(local_endpoint):
    """Makes the accounts, and gives their names by what they are."""
    generous = {"SIGN_IN_TRIES_PER_ADDRESS": "1000000", "RESET_LINKS_PER_ADDRESS": "1000000"}
    with stage(local_endpoint), environment(**generous):
        for number in range(ACCOUNTS):
            verified = {"email_verified": True, "email_verified_at": clock.now()}
            store_account(f"known{number}", email=f"known{number}@example.com", **verified)
            store_account(f"disabled{number}", disabled=True)
        yield {kind: [f"{kind}{n}" for n in range(ACCOUNTS)] for kind in KINDS}


def ratios(people, send, status):
    """Ask after all of them in rounds of one of each kind; return how long each kind took.

    It is the median, over the rounds, of its part of its round: a machine that is slow for a while
    is so for the whole of a round.
    """
    client = Client(app)
    parts = {kind: [] for kind in KINDS}
    for number, names in enumerate(zip(*(people[kind] for kind in KINDS), strict=True)):
        took = {}
        # The kind that goes first changes each round.
        for index in (number % 3, (number + 1) % 3, (number + 2) % 3):
            began = time.perf_counter()
            response = send(client, names[index])
            took[KINDS[index]] = time.perf_counter() - began
            assert response.status == status
        for kind, seconds in took.items():
            parts[kind].append(3 * seconds / sum(took.values()))
    return {kind: statistics.median(times) for kind, times in parts.items()}


@pytest.mark.parametrize("request_name", ASKED)
def test_time_tells_nothing_of_who_has_an_account(people, request_name):
    send, status = ASKED[request_name]
    took = ratios(people, send, status)

    assert max(took.values()) <= (1 + APART) * min(took.values()), took


def test_a_difference_would_show(people):
    """Without the decoy's hash an unknown name is told at once: this way of measuring finds it."""
    verify = passwords.verify_password

    def without_a_decoy(password, stored_hash):
        return verify(password, stored_hash) if stored_hash else (False, None)

    few = {kind: names[:FEW] for kind, names in people.items()}
    with mock.patch.object(passwords, "verify_password", without_a_decoy):
        took = ratios(few, sign_in, 401)

    assert took["known"] > (1 + 2 * APART) * took["unknown"], took
