"""Rate limits: the service counts attempts first, delays them, and resets the counter."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from unittest import mock

import pytest

from chalicelib.accounts.sign_up import sign_up_limits
from chalicelib.identity import passwords
from chalicelib.identity.account import IncorrectCredentials
from chalicelib.identity.account_repository import account_repository, new_account
from chalicelib.platform import aws
from chalicelib.platform.errors import ApiError
from chalicelib.sessions import ip_networks, rate_limiter
from chalicelib.sessions.rate_limit_store import BackoffState, ConcurrentUpdate, RateLimitStore
from chalicelib.sessions.rate_limiter import BackoffPolicy, FixedWindowPolicy
from chalicelib.sessions.service import session_service
from chalicelib.sessions.session import ClientContext
from tests.sessions.sign_in_attempts import fail_sign_in, retry_after_seconds
from tests.support.addresses import from_address
from tests.support.clients import PASSWORD
from tests.support.clocks import NOON, clock_after_noon, clock_at
from tests.support.environments import environment, stage


@pytest.fixture
def verify_password_spy():
    """Records the calls that verify a password."""
    with mock.patch.object(passwords, "verify_password", wraps=passwords.verify_password) as verify:
        yield verify


# Delays.


def test_delays_double_after_five_attempts_up_to_15_minutes():
    policy = BackoffPolicy("")
    delays = [policy.remaining_delay(BackoffState(tries, NOON), NOON) for tries in range(1, 19)]

    assert delays == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]


def test_the_longest_delay_is_15_minutes_after_any_number_of_attempts():
    assert BackoffPolicy("").remaining_delay(BackoffState(10**9, NOON), NOON) == 900


@pytest.mark.parametrize(("seconds", "seconds_left"), [(0, 8), (1, 7), (7, 1), (8, 0), (9, 0)])
def test_the_delay_starts_at_the_last_attempt(seconds, seconds_left):
    state = BackoffState(8, NOON)

    assert (
        BackoffPolicy("").remaining_delay(state, NOON + timedelta(seconds=seconds)) == seconds_left
    )


def test_retry_after_is_rounded_up_so_that_a_client_never_comes_too_early():
    state = BackoffState(8, NOON)
    window = FixedWindowPolicy("", 1).for_subject("")

    assert (
        BackoffPolicy("").remaining_delay(state, NOON + timedelta(seconds=7, milliseconds=100)) == 1
    )
    store, keys = mock.Mock(), mock.Mock(**{"derived_key.return_value": b""})
    rate_limiter.RateLimiter(store, keys).count_request(window, NOON + timedelta(milliseconds=100))
    [counter] = store.increment.call_args.args
    assert counter.on_limit_exceeded().retry_after_seconds == 3600


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:DB8:1:2::", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("test-invoke-source-ip", "test-invoke-source-ip"),
    ],
)
def test_ipv4_is_limited_by_address_and_ipv6_by_64_bit_prefix(address, network):
    assert ip_networks.limited_network(address) == network


# Signing in.


def test_after_five_failures_sign_in_returns_429_with_retry_after(applicant, verify_password_spy):
    other_client = applicant.other_client()
    with clock_at(NOON):
        fail_sign_in(other_client, 5)
        verify_password_spy.reset_mock()

        assert retry_after_seconds(other_client.sign_in()) == 1
        assert verify_password_spy.call_count == 0


def test_a_rejected_attempt_does_not_count(applicant):
    other_client = applicant.other_client()
    with clock_at(NOON):
        fail_sign_in(other_client, 5)
        for _ in range(20):
            assert retry_after_seconds(other_client.sign_in(password="a wrong password")) == 1
    with clock_after_noon(seconds=1):
        assert other_client.sign_in().status == 200


def test_a_client_that_waits_for_retry_after_is_never_rejected(applicant):
    other_client, moment = applicant.other_client(), NOON
    with clock_at(moment):
        fail_sign_in(other_client, 5)
    for expected in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900):
        with clock_at(moment):
            assert (
                retry_after_seconds(other_client.sign_in(password="a wrong password")) == expected
            )
        with clock_at(moment + timedelta(seconds=expected - 1)):
            assert retry_after_seconds(other_client.sign_in(password="a wrong password")) == 1
        moment += timedelta(seconds=expected)
        with clock_at(moment):
            fail_sign_in(other_client, 1)


def test_a_successful_sign_in_resets_the_backoff(applicant):
    other_client = applicant.other_client()
    with clock_at(NOON):
        fail_sign_in(other_client, 4)
        assert other_client.sign_in().status == 200
        fail_sign_in(applicant.other_client(), 5)


def test_the_backoff_resets_24_hours_after_the_last_failure(applicant):
    other_client = applicant.other_client()
    with clock_at(NOON):
        fail_sign_in(other_client, 5)
    with clock_after_noon(hours=23, minutes=59):
        fail_sign_in(other_client, 1)
        assert retry_after_seconds(other_client.sign_in()) == 2
    with clock_after_noon(hours=47, minutes=59):
        fail_sign_in(other_client, 5)
        assert retry_after_seconds(other_client.sign_in()) == 1


def test_the_backoff_does_not_reset_within_24_hours(applicant):
    other_client = applicant.other_client()
    with clock_at(NOON):
        fail_sign_in(other_client, 5)
    with clock_after_noon(hours=23, minutes=59, seconds=59):
        fail_sign_in(other_client, 1)
        assert retry_after_seconds(other_client.sign_in()) == 2


@pytest.mark.parametrize("name", ["river", "unknown"])
def test_an_unknown_name_has_the_same_delays_and_aws_calls(applicant, name, aws_calls):
    responses = []
    with clock_at(NOON):
        for _ in range(7):
            aws_calls.clear()
            response = applicant.other_client().sign_in(name, "a wrong password")
            operations = [call.operation for call in aws_calls]
            responses.append(
                (response.status, response.headers.get("Retry-After"), response.code, operations)
            )

    read = ["GetItem", "BatchGetItem"]
    failed = (401, None, "incorrect_credentials", [*read, "TransactWriteItems"])
    assert responses == [failed] * 5 + [(429, "1", "too_many_attempts", read)] * 2


@pytest.mark.parametrize(
    "names",
    [
        ("sky", "sky@example.com"),
        ("sky", "SKY", " Sky ", "ｓｋｙ"),
        ("unknown", "UNKNOWN", "ｕｎｋｎｏｗｎ"),
    ],
    ids=["username and email", "forms of a name", "forms of an unknown name"],
)
def test_all_names_of_an_account_share_one_backoff(other_applicant, names):
    other_client = other_applicant.other_client()
    with clock_at(NOON):
        for number in range(5):
            fail_sign_in(other_client, 1, names[number % len(names)])
        assert [retry_after_seconds(other_client.sign_in(name)) for name in names] == [1] * len(
            names
        )


def test_another_account_is_not_delayed(applicant, other_applicant):
    with clock_at(NOON):
        fail_sign_in(applicant.other_client(), 5)
        assert other_applicant.other_client().sign_in().status == 200


def test_stored_counters_reveal_no_name_address_or_account(applicant, backend):
    applicant.other_client().sign_in("my secret password", "a wrong password")
    fail_sign_in(applicant.other_client(), 1)
    fail_sign_in(applicant, 1)

    stored = str(backend.rows("attempts"))
    for secret_text in ("river", "secret", applicant.account["id"], "127.0.0.1"):
        assert secret_text not in stored


def test_a_counter_expires_24_hours_after_its_last_attempt(applicant, backend):
    with clock_at(NOON):
        fail_sign_in(applicant, 1)

    ends = {row["ttl"] for row in backend.rows("attempts") if "lastAt" in row}
    assert ends == {(NOON + timedelta(hours=24)).timestamp()}


# Addresses.


def test_an_address_over_its_limit_waits_for_the_next_hour(applicant, verify_password_spy):
    other_client = applicant.other_client()
    with environment(SIGN_IN_TRIES_PER_ADDRESS="3"), clock_after_noon(minutes=50):
        for number in range(3):
            fail_sign_in(other_client, 1, f"unknown-{number}")
        verify_password_spy.reset_mock()
        assert retry_after_seconds(other_client.sign_in()) == 600
        assert verify_password_spy.call_count == 0
        with clock_after_noon(minutes=60):
            assert other_client.sign_in().status == 200


def test_successful_sign_ins_do_not_count_for_an_address(applicant):
    with environment(SIGN_IN_TRIES_PER_ADDRESS="2"), clock_at(NOON):
        for _ in range(5):
            assert applicant.other_client().sign_in().status == 200


def test_a_trusted_device_can_sign_in_despite_failures_from_its_network(applicant):
    with environment(SIGN_IN_TRIES_PER_ADDRESS="1"), clock_at(NOON):
        fail_sign_in(applicant.other_client(), 1, "unknown")
        assert applicant.other_client().sign_in().status == 429
        assert applicant.sign_in().status == 200


def test_an_attempt_over_the_address_limit_does_not_count_for_the_account(
    applicant, other_applicant
):
    with environment(SIGN_IN_TRIES_PER_ADDRESS="1"), clock_at(NOON):
        fail_sign_in(other_applicant.other_client(), 1)
        for _ in range(6):
            assert retry_after_seconds(applicant.other_client().sign_in()) == 3600
    with clock_at(NOON):
        assert applicant.other_client().sign_in().status == 200


@pytest.mark.parametrize(
    "header", ["X_Forwarded_For", "X_Real_IP", "Forwarded", "CF_Connecting_IP"]
)
def test_forwarding_headers_do_not_change_the_address(applicant, header):
    with environment(SIGN_IN_TRIES_PER_ADDRESS="1"), clock_at(NOON):
        fail_sign_in(applicant.other_client(), 1, "unknown")
        fields = {"username": "river", "password": PASSWORD}
        response = applicant.other_client().post("/signin", fields, **{header: "203.0.113.9"})

    assert response.status == 429


def test_ipv6_addresses_of_one_64_share_a_limit(applicant):
    with environment(SIGN_IN_TRIES_PER_ADDRESS="1"), clock_at(NOON):
        with from_address("2001:db8:1:2::7"):
            fail_sign_in(applicant.other_client(), 1, "unknown")
        with from_address("2001:db8:1:2:ffff::1"):
            assert applicant.other_client().sign_in().status == 429
        with from_address("2001:db8:1:3::7"):
            assert applicant.other_client().sign_in().status == 200


def test_an_ipv6_site_has_ten_times_the_limit_of_one_customer(new_client, verify_password_spy):
    """An attacker with a /48 must not have the limit of an address 65,536 times."""
    people = [new_client(f"person-{number}") for number in range(13)]
    with environment(SIGN_UPS_PER_ADDRESS="1"), clock_at(NOON):
        statuses = []
        for number, person in enumerate(people[:12]):
            with from_address(f"2001:db8:1:{number:x}::7"):
                statuses.append(person.sign_up().status)
        with from_address("2001:db8:2::7"):
            assert people[12].sign_up().status == 201

    assert statuses == [201] * 10 + [429] * 2


def test_wrong_passwords_from_an_ipv6_48_network_are_limited_and_a_right_one_does_not_count(
    applicant,
):
    with environment(SIGN_IN_TRIES_PER_ADDRESS="1"), clock_at(NOON):
        for number in range(1, 11):
            with from_address(f"2001:db8:1:{number:x}::7"):
                # Refunded: it counts for neither network.
                assert applicant.other_client().sign_in().status == 200
                fail_sign_in(applicant.other_client(), 1, f"unknown-{number}")
        with from_address("2001:db8:1:ffff::7"):
            assert applicant.other_client().sign_in().status == 429


def test_sign_ups_of_an_address_are_limited_and_taken_names_count(new_client, verify_password_spy):
    with environment(SIGN_UPS_PER_ADDRESS="3"), clock_after_noon(minutes=45):
        assert new_client("one").sign_up().status == 201
        assert new_client("one").sign_up().status == 409
        assert new_client("two").sign_up().status == 201
        with mock.patch.object(passwords, "hash_password") as hash_password:
            response = new_client("three").post(
                "/signup", {"username": "three", "password": "four quiet lakes in May"}
            )
        assert (retry_after_seconds(response), hash_password.call_count, response.set_cookies) == (
            900,
            0,
            [],
        )
        with from_address("192.0.2.7"):
            assert new_client("three").sign_up().status == 201
        with clock_after_noon(minutes=60):
            assert new_client("fourth").sign_up().status == 201


def test_invalid_input_does_not_count_as_a_sign_up(new_client):
    with environment(SIGN_UPS_PER_ADDRESS="1"):
        assert new_client("a b").sign_up().status == 422
        assert new_client("river").sign_up().status == 201


def test_counting_retries_after_a_concurrent_update(applicant, backend):
    other_client, record_attempt = applicant.other_client(), RateLimitStore.record_attempt

    def count_concurrently(store, name, state, new_state, expires_at, counters):
        if state is None:
            record_attempt(store, name, None, BackoffState(4, NOON), expires_at, [])
        record_attempt(store, name, state, new_state, expires_at, counters)

    with clock_at(NOON), mock.patch.object(RateLimitStore, "record_attempt", count_concurrently):
        fail_sign_in(other_client, 1)
        assert retry_after_seconds(other_client.sign_in()) == 1


def test_repeated_concurrent_updates_return_429_with_retry_after_1(applicant):
    with mock.patch.object(RateLimitStore, "record_attempt", side_effect=ConcurrentUpdate):
        assert retry_after_seconds(applicant.sign_in()) == 1


# All at once.


@pytest.fixture(params=[60, pytest.param(1000, marks=pytest.mark.slow)])
def request_count(request):
    """How many at once."""
    return request.param


def run_concurrently(request_count, call):
    """Run this many concurrent calls; count their results."""
    start = Barrier(request_count)

    def wait_and_call(number):
        start.wait()
        try:
            call(number)
        except ApiError as error:
            return f"{error.code} {error.cause}".strip()
        return "done"

    with ThreadPoolExecutor(request_count) as executor:
        return Counter(executor.map(wait_and_call, range(request_count)))


def guess(name, address="192.0.2.1", moment=NOON):
    session_service().sign_in(name, "a wrong password", ClientContext(moment, address, "", ()))


@pytest.fixture
def dynamodb_local_account(local_endpoint):
    """River has an account on DynamoDB Local, since moto does one thing at a time, and patience.

    So many at once take this machine longer than one request would wait.
    """
    with mock.patch.object(aws, "TIMEOUT_SECONDS", 120), stage(local_endpoint):
        account = new_account(
            username="river", password=PASSWORD, email="river@example.com", now=NOON
        )
        account_repository().add(account)
        yield


@pytest.mark.parametrize(
    "names", [("river",), ("river", "RIVER", "river@example.com"), ("unknown", "UNKNOWN")]
)
def test_concurrent_guesses_get_five_attempts(dynamodb_local_account, request_count, names):
    with mock.patch.object(passwords, "verify_password", return_value=(False, None)):
        outcomes = run_concurrently(request_count, lambda number: guess(names[number % len(names)]))

    assert outcomes == {"incorrect_credentials": 5, "too_many_attempts": request_count - 5}


def test_concurrent_guesses_after_a_delay_get_one_attempt(dynamodb_local_account, request_count):
    for _ in range(5):
        with pytest.raises(IncorrectCredentials):
            guess("river")
    with mock.patch.object(passwords, "verify_password", return_value=(False, None)):
        outcomes = run_concurrently(
            request_count, lambda _: guess("river", moment=NOON + timedelta(seconds=1))
        )

    assert outcomes == {"incorrect_credentials": 1, "too_many_attempts": request_count - 1}


def test_concurrent_guesses_for_many_names_stay_within_the_address_limit(
    dynamodb_local_account, request_count
):
    with (
        environment(SIGN_IN_TRIES_PER_ADDRESS="20"),
        mock.patch.object(passwords, "verify_password", return_value=(False, None)),
    ):
        outcomes = run_concurrently(request_count, lambda number: guess(f"unknown-{number}"))

    assert outcomes == {"incorrect_credentials": 20, "too_many_attempts": request_count - 20}


def test_concurrent_sign_ups_stay_within_the_address_limit(dynamodb_local_account, request_count):
    with environment(SIGN_UPS_PER_ADDRESS="20"):
        [window] = sign_up_limits("192.0.2.1")
        outcomes = run_concurrently(
            request_count,
            lambda _: rate_limiter.rate_limiter_with_account_keys().count_request(window, NOON),
        )

    assert outcomes == {"done": 20, "too_many_attempts": request_count - 20}
