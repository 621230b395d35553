"""TOTP codes: the codes that an app shows, and the codes that the service accepts."""

import base64
from datetime import UTC, datetime, timedelta
from unittest import mock

import pyotp
import pytest

from chalicelib.identity.account import Authenticator, IncorrectSecondFactorCode
from chalicelib.platform import qr_codes
from chalicelib.sessions import code_check, totp
from chalicelib.sessions.code_check import CodeVerifier
from chalicelib.sessions.rate_limit_store import BackoffState

# RFC 6238, appendix B: its SHA-1 rows. Six digits are the last six of its eight.
SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
NOW = datetime(2027, 3, 5, 20, 8, 15, tzinfo=UTC)
PRESENT = int(NOW.timestamp()) // 30
KEY = b"k" * 32


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_test_vectors_of_rfc_6238_are_accepted(seconds, code):
    step = totp.accepted_step(SECRET, code[-6:], datetime.fromtimestamp(seconds, UTC), 0)

    assert step == seconds // 30


@pytest.mark.parametrize(
    ("drift", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_may_be_one_time_step_early_or_late(drift, taken):
    code = pyotp.TOTP(SECRET).generate_otp(PRESENT + drift)

    assert (totp.accepted_step(SECRET, code, NOW, 0) is not None) is taken


def test_a_code_of_a_used_or_earlier_step_is_rejected():
    code = pyotp.TOTP(SECRET).generate_otp(PRESENT)

    assert totp.accepted_step(SECRET, code, NOW, PRESENT - 1) == PRESENT
    assert totp.accepted_step(SECRET, code, NOW, PRESENT) is None
    assert totp.accepted_step(SECRET, code, NOW, PRESENT + 1) is None


@pytest.mark.parametrize(
    "typed",
    [
        *("{0} {1}", " {0}{1} ", "{0}-{1}", "{0}\u00a0{1}", "{0}\u2009{1}", "{0}\u2013{1}"),
        *("{0}\u2011{1}", "\u202a{0}{1}\u202c", "{0}\u200b{1}"),
    ],
)
def test_a_code_with_spaces_or_hyphens_is_accepted(typed):
    code = pyotp.TOTP(SECRET).generate_otp(PRESENT)

    assert totp.accepted_step(SECRET, typed.format(code[:3], code[3:]), NOW, 0) == PRESENT


def test_a_code_in_full_width_digits_is_accepted():
    code = pyotp.TOTP(SECRET).generate_otp(PRESENT)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)

    assert totp.accepted_step(SECRET, wide, NOW, 0) == PRESENT


@pytest.mark.parametrize("dash", ["\u2011", "\u2013", " ", "\u00a0", "\u2003", ""])
def test_a_recovery_code_is_accepted_with_any_dash_or_space(dash):
    codes = totp.new_recovery_codes()
    authenticator = Authenticator("seed", 7, tuple(map(totp.hash_recovery_code, codes)))

    used = totp.consume(authenticator, codes[3].replace("-", dash), KEY, "river", NOW)

    assert len(used.recovery_codes) == 9


@pytest.mark.parametrize(
    "typed", ["", "１２３４５６", "12345", "1234567", "é" * 6, "\0" * 6, "{}" * 3]
)
def test_malformed_input_is_an_incorrect_code(typed):
    authenticator = Authenticator("seed", 0, ("0" * 64,))

    with pytest.raises(IncorrectSecondFactorCode):
        totp.consume(authenticator, typed, KEY, "river", NOW)


def test_the_secret_depends_on_account_and_stage():
    secrets = {
        totp.secret(seed, account, key)
        for seed in ("one", "two")
        for account in ("river", "sky")
        for key in (KEY, b"o" * 32)
    }

    assert len(secrets) == 8
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}


def test_recovery_codes_are_unique_and_have_at_least_128_bits():
    codes = totp.new_recovery_codes()

    assert len(set(codes)) == 10
    for code in codes:
        characters = code.replace("-", "")
        assert len(characters) * 5 >= 128
        assert max(map(len, code.split("-"))) == 4


def test_a_recovery_code_is_accepted_once_in_any_notation():
    codes = totp.new_recovery_codes()
    authenticator = Authenticator("seed", 7, tuple(map(totp.hash_recovery_code, codes)))
    typed = codes[3].lower().replace("-", " ").replace("0", "o").replace("1", "l")

    used = totp.consume(authenticator, typed, KEY, "river", NOW)

    assert len(used.recovery_codes) == 9
    assert used.last_time_step == 7
    with pytest.raises(IncorrectSecondFactorCode):
        totp.consume(used, codes[3], KEY, "river", NOW)
    assert totp.consume(used, codes[4], KEY, "river", NOW)


def test_the_qr_code_contains_the_otpauth_uri():
    uri = totp.address(SECRET, "river & sky")

    assert uri.startswith("otpauth://totp/Breeze%20Lakes%20Point:river%20%26%20sky?secret=")
    assert qr_codes.svg(uri).startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "<script" not in qr_codes.svg(uri)


def test_guessing_a_code_takes_more_than_10000_days_on_average():
    """Of a million codes three are valid; the waits of the settings say how many can be tried."""
    backoff = code_check.CODES_PER_ACCOUNT
    counter, now, day = None, NOW, timedelta(days=1)
    tries_on_day = []
    for number in range(3):
        tries = 0
        while now < NOW + day * (number + 1):
            wait = backoff.remaining_delay(counter, now)
            if wait:
                now += timedelta(seconds=wait)
                continue
            counter = BackoffState((counter.attempts if counter else 0) + 1, now)
            tries += 1
        tries_on_day.append(tries)
    valid = 2 * totp.STEPS_EITHER_WAY + 1
    expected_tries = 10**totp.DIGITS / valid

    assert tries_on_day[-1] <= 24
    assert expected_tries / max(tries_on_day[1:]) > 10_000
    # To wait until all is forgotten is no way round: there is less to be had in that time.
    assert tries_on_day[0] / (backoff.reset_after / day) < tries_on_day[-1]


@pytest.mark.parametrize("typed", ["12345", "1234567", "abc", "12345é", "-", "7KQ2-MX0D"])
def test_malformed_input_does_not_count_as_an_attempt(typed):
    tries = mock.Mock()
    account = mock.Mock(authenticator=Authenticator("seed", 0, ("0" * 64,)))

    with pytest.raises(IncorrectSecondFactorCode):
        CodeVerifier(mock.Mock(), tries, mock.Mock()).consume(account, typed, NOW)

    tries.count_attempt_and_read.assert_not_called()
