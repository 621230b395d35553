"""Time tells nothing of who has an account. It takes a minute, so that it runs with ``make prove``.

Whoever is asked after is taken in turns, so that whatever else this machine does befalls all alike;
the median of each is compared. To hold another action to the same, add a row to ``ASKED``: for one
that sends mail, have ``mail.send`` take half a second within the test.
"""

import os
import statistics
import time
from unittest import mock

import pytest
from chalice.test import Client

from app import app
from chalicelib.accounts import passwords
from chalicelib.platform import mail
from tests.colleagues import hold_account
from tests.people import Person
from tests.stages import environment

ACCOUNTS, FEW = 200, 30
# What one may be slower than another, in parts of it.
APART = 0.10
SLOW_MAIL_SECONDS = 0.5

pytestmark = pytest.mark.skipif("PROVE" not in os.environ, reason="make prove")


def sign_in(client, name):
    return Person(client).sign_in(name, "a wrong guess at a password")


# What is asked, and what it is answered whoever is asked after.
ASKED = {"POST /signin": (sign_in, 401)}


@pytest.fixture
def slow_mail():
    """Has each mail take as long as one that SES is slow to take."""
    send = mail.send

    def send_slowly(message):
        time.sleep(SLOW_MAIL_SECONDS)
        return send(message)

    with mock.patch.object(mail, "send", send_slowly):
        yield


@pytest.fixture
def people(backend):
    """Makes the accounts, and gives their names by what they are."""
    with environment(SIGN_IN_TRIES_PER_ADDRESS="1000000"):
        for number in range(ACCOUNTS):
            hold_account(f"known{number}", email=f"known{number}@example.com", email_verified=True)
            hold_account(f"disabled{number}", disabled=True)
        yield {kind: [f"{kind}{n}" for n in range(ACCOUNTS)] for kind in KINDS}


KINDS = ("known", "unknown", "disabled")


def medians(people, ask, status):
    """Ask after everybody in turns; return what each kind took, as a median in seconds."""
    client = Client(app)
    took = {kind: [] for kind in KINDS}
    for number, names in enumerate(zip(*people.values(), strict=True)):
        # Nobody is always the first.
        order = range(len(KINDS))
        for index in [*order[number % 3 :], *order[: number % 3]]:
            began = time.perf_counter()
            reply = ask(client, names[index])
            took[KINDS[index]].append(time.perf_counter() - began)
            assert reply.status == status
    # The first of each pays for what all the others find ready.
    return {kind: statistics.median(times[5:]) for kind, times in took.items()}


@pytest.mark.parametrize("asked", ASKED)
def test_time_tells_nothing_of_who_has_an_account(people, slow_mail, asked):
    took = medians(people, *ASKED[asked])

    assert max(took.values()) <= (1 + APART) * min(took.values()), took


def test_a_difference_would_show(people):
    """Without the decoy's hash an unknown name is told at once: this way of measuring finds it."""
    verify = passwords.verify

    def without_a_decoy(password, kept):
        return verify(password, kept) if kept else (False, None)

    few = {kind: names[:FEW] for kind, names in people.items()}
    with mock.patch.object(passwords, "verify", without_a_decoy):
        took = medians(few, *ASKED["POST /signin"])

    assert took["known"] > (1 + 2 * APART) * took["unknown"], took
