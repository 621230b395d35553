"""Attacks on the sign-in with an emailed code."""

import pytest

from chalicelib.accounts import sign_in_code
from chalicelib.accounts.sign_in_code import MAX_ATTEMPTS
from chalicelib.accounts.sign_in_code_store import SignInCodeStore
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from tests.accounts.codes import (
    ADDRESS,
    NAME,
    ask,
    code_in,
    codes_in,
    enter,
    other_code,
    store_owner,
)
from tests.security.crowds import at_once, behind_a_socket
from tests.support.addresses import from_address
from tests.support.clients import OverHttp, Person
from tests.support.environments import environment, stage

WRONG = "incorrect_email_code"
MANY = 20
OWNERS, STRANGERS = "203.0.113.9", "198.51.100.7"


@pytest.fixture
def owner(new_client):
    store_owner()
    return new_client(NAME)


@pytest.fixture
def stranger(new_client):
    return new_client("stranger")


@pytest.fixture
def code(owner, mailbox):
    """The code that the owner asked for."""
    assert ask(owner).status == 202
    return code_in(mailbox())


def test_a_forwarded_email_opens_nothing_in_another_browser(owner, stranger, code, backend):
    assert enter(stranger, code).code == WRONG
    ask(stranger, "stranger")
    assert enter(stranger, code).code == WRONG
    assert backend.rows("sessions") == []
    assert enter(owner, code).status == 200


def test_a_link_scanner_that_opens_the_link_uses_nothing_up(owner, stranger, code):
    before = owner.code_secret
    assert stranger.get("/signin/email").status == 200
    assert enter(stranger, code).code == WRONG

    assert owner.code_secret == before
    assert enter(owner, code).status == 200


def test_a_code_of_the_attackers_own_account_does_not_sign_the_victim_in_to_it(
    stranger, owner, mailbox
):
    store_owner("stranger", "stranger@e.co")
    ask(stranger, "stranger")
    planted = code_in(mailbox())

    assert enter(owner, planted).code == WRONG
    response = stranger.post(
        "/signin/email/code",
        {"emailCode": planted},
        Origin="https://evil.example",
        Sec_Fetch_Site="cross-site",
    )
    assert response.status == 403


def test_a_planted_cookie_beside_the_own_one_opens_nothing(owner, stranger, code):
    name = "BREEZE_LAKES_POINT_SIGN_IN_CODE"
    ask(stranger, "stranger")
    both = f"{name}={stranger.code_secret}; {name}={owner.code_secret}"

    assert owner.post("/signin/email/code", {"emailCode": code}, Cookie=both).code == WRONG


def test_a_sign_in_by_code_starts_a_new_session_and_ends_the_earlier_one(owner, code):
    owner.sign_in()
    fixed = owner.client_with_copied_token()
    assert enter(owner, code).status == 200

    assert fixed.get("/me").status == 401


def test_a_used_code_is_wrong_with_a_copy_of_the_cookie(owner, stranger, code):
    stranger.code_secret = owner.code_secret
    assert enter(owner, code).status == 200

    assert enter(stranger, code).code == WRONG


def test_of_many_concurrent_uses_of_a_code_one_signs_in_and_of_guesses_five_are_compared(
    local_endpoint,
):
    with stage(local_endpoint) as backend, behind_a_socket() as url:
        account = store_owner()
        used, guessed = (sign_in_code.create(account, clock.now()) for _ in range(2))
        for code in (used, guessed):
            SignInCodeStore(database()).put(code.stored, None, [])

        def enter_copy(code, text):
            return enter(Person(OverHttp(url), code_secret=code.browser_secret), text).status

        uses = at_once(MAX_ATTEMPTS, lambda _: enter_copy(used, used.text))
        guesses = at_once(MANY, lambda _: enter_copy(guessed, other_code(guessed.text)))

        assert uses.count(200) == len(backend.rows("sessions")) == 1
        assert set(uses) <= {200, 401, 503}
        assert 200 not in guesses
        assert enter_copy(guessed, guessed.text) == 401
        [left] = backend.rows("one-time-tokens")
        assert left["tries"] == MAX_ATTEMPTS


def test_the_sixth_attempt_fails_even_with_the_right_code(owner, code):
    for _ in range(MAX_ATTEMPTS):
        assert enter(owner, other_code(code)).code == WRONG

    assert enter(owner, code).code == WRONG


def test_wrong_codes_do_not_delay_the_owners_password(owner, stranger, mailbox):
    for _ in range(3):
        ask(stranger)
        for _ in range(MAX_ATTEMPTS):
            assert enter(stranger, "CDFH-2345").code == WRONG

    assert owner.sign_in().status == 200


def test_an_address_has_a_limit_of_wrong_codes_and_a_known_device_is_exempt(
    owner, stranger, mailbox, frozen_clock
):
    owner.sign_in()
    with environment(SIGN_IN_TRIES_PER_ADDRESS="2"):
        ask(stranger, "unknown")
        statuses = [enter(stranger, "CDFH-2345").status for _ in range(3)]
        ask(owner)
        code = code_in(mailbox())
        of_owner = [enter(owner, other_code(code)).status for _ in range(3)]

        assert statuses == [401, 401, 429]
        assert of_owner == [401, 401, 401]
        assert enter(owner, code).status == 200


def test_a_successful_sign_in_takes_its_attempt_back(owner, mailbox, frozen_clock):
    with environment(SIGN_IN_TRIES_PER_ADDRESS="1"):
        for _ in range(2):
            browser = owner.other_client()
            seen = set(codes_in(mailbox()))
            ask(browser)
            [code] = set(codes_in(mailbox())) - seen
            assert enter(browser, code).status == 200


def test_a_stranger_cannot_keep_the_owner_from_asking(owner, stranger, mailbox, frozen_clock):
    with from_address(STRANGERS):
        statuses = [ask(stranger, name).status for name in (NAME, ADDRESS, NAME, ADDRESS)]
    with from_address(OWNERS):
        assert ask(owner).status == 202

    assert statuses == [202, 202, 202, 429]
    assert len(mailbox()) == 4


def test_strangers_together_send_a_mailbox_five_codes_an_hour(
    owner, stranger, mailbox, frozen_clock
):
    owner.sign_in()
    statuses = []
    store_owner("other", "lane+tag@e.co")
    for number in range(6):
        with from_address(f"198.51.100.{number}"):
            statuses.append(ask(stranger, "other" if number % 2 else NAME).status)
    known_device = ask(owner).status

    assert statuses == [202] * 5 + [429]
    assert known_device == 202
    assert len(mailbox()) == 6


@pytest.mark.parametrize("name", ["unknown", "unknown@e.co"])
def test_unknown_names_have_the_same_limits(stranger, mailbox, frozen_clock, name):
    statuses = []
    for number in range(6):
        with from_address(f"198.51.100.{number}"):
            statuses.append(ask(stranger, name).status)

    assert statuses == [202] * 5 + [429]


def test_neither_the_code_nor_the_browsers_secret_is_stored_or_logged(
    owner, mailbox, backend, capfd
):
    ask(owner)
    code = code_in(mailbox())
    enter(owner, other_code(code))
    stored = str(backend.rows("one-time-tokens"))
    logged = capfd.readouterr().out

    for secret in (code, code.replace("-", ""), owner.code_secret, ADDRESS):
        assert secret not in stored
        assert secret not in logged


def test_a_decoy_holds_nothing_of_the_name_that_was_typed(stranger, backend):
    ask(stranger, "my secret password")
    [row] = backend.rows("one-time-tokens")

    assert row["userId"] == "#nobody"
    assert "secret" not in str(row)


def test_the_secret_of_a_code_is_no_token_of_a_link(stranger):
    """With its kind before it, it has the hash under which the code is stored."""
    ask(stranger, "unknown")
    body = {"token": f"sign-in:{stranger.code_secret}", "newPassword": "five quiet lakes in June"}

    assert stranger.post("/password/reset", body).fields == {"token"}
