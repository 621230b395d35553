"""Signing in with a second factor: accepted codes, and attacks."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from chalice.test import Client

from chalicelib.identity.account import Role
from chalicelib.platform import clock
from tests.second_factor.apps import STEP, confirm, set_up, sign_in, start_setup
from tests.support.accounts import signed_in_staff
from tests.support.clients import PASSWORD, Person
from tests.support.credentials import credentials_of, store_credentials
from tests.support.environments import stage


def test_the_correct_password_without_a_code_returns_second_factor_required(applicant, app):
    response = sign_in(applicant.other_client())

    assert (response.status, response.code) == (401, "second_factor_required")
    assert response.set_cookies == []


def test_a_wrong_password_does_not_reveal_the_second_factor(applicant, app):
    for code in (None, app.code()):
        response = sign_in(applicant.other_client(), code, password="wrong")
        assert (response.status, response.code) == (401, "incorrect_credentials")


def test_password_and_code_open(applicant, app):
    other = applicant.other_client()

    assert sign_in(other, app.code()).status == 200
    assert other.get("/me").json["id"] == applicant.account["id"]


def test_a_code_is_not_looked_at_where_none_is_needed(applicant):
    assert sign_in(applicant.other_client(), "000000").status == 200


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_code_counts_as_missing(applicant, app, blank):
    assert sign_in(applicant.other_client(), blank).code == "second_factor_required"


def test_a_code_works_once(applicant, app):
    code = app.code()
    assert sign_in(applicant.other_client(), code).status == 200

    response = sign_in(applicant.other_client(), code)

    assert (response.status, response.code) == (401, "incorrect_code")


def test_a_code_of_an_earlier_step_is_rejected_after_a_later_one(applicant, app):
    now = clock.now()
    assert sign_in(applicant.other_client(), app.code(now + STEP)).status == 200

    assert sign_in(applicant.other_client(), app.code(now)).code == "incorrect_code"


def test_a_recovery_code_opens_once(applicant, app):
    assert sign_in(applicant.other_client(), app.recovery_codes[0]).status == 200

    assert sign_in(applicant.other_client(), app.recovery_codes[0]).code == "incorrect_code"
    assert sign_in(applicant.other_client(), app.recovery_codes[1]).status == 200


def test_a_code_of_another_account_does_not_open(applicant, app, verified_applicant):
    other = set_up(verified_applicant)

    for code in (other.code(), other.recovery_codes[0]):
        assert sign_in(applicant.other_client(), code).code == "incorrect_code"


def test_a_seed_copied_to_another_account_is_useless(applicant, app, other_applicant, backend):
    stored = credentials_of(backend, applicant.account["id"])
    store_credentials(backend, other_applicant.account["id"], authenticator=stored["authenticator"])

    assert sign_in(other_applicant.other_client(), app.code()).code == "incorrect_code"


def test_users_cannot_confirm_the_set_up_of_another_user(applicant, other_applicant):
    enrollment = start_setup(applicant)

    assert confirm(other_applicant, enrollment).status == 422
    assert not applicant.get("/me").json["secondFactor"]


def test_codes_are_counted_apart_and_slowed_down(applicant, app, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    for _ in range(5):
        assert sign_in(applicant, app.wrong_code()).status == 401
    response = sign_in(applicant, app.wrong_code())

    assert (response.status, response.code) == (429, "too_many_attempts")
    assert int(response.headers["Retry-After"]) >= 1


def test_a_trusted_device_shares_the_code_backoff_of_the_account(applicant, app, monkeypatch):
    """Wrong codes from one device and another count together: the password is known there."""
    now = clock.now()
    for number in range(5):
        at = now + timedelta(hours=number)
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        person = applicant if number % 2 else applicant.other_client()
        assert sign_in(person, app.wrong_code()).status == 401
    monkeypatch.undo()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=4))

    assert sign_in(applicant, app.code()).status == 429


def test_only_a_completed_sign_in_clears_the_count(applicant, app, monkeypatch):
    now = clock.now()

    def at(hours):
        moment = now + timedelta(hours=hours)
        monkeypatch.setattr(clock, "now", lambda: moment)

    for hour in range(6):
        at(hour)
        assert sign_in(applicant.other_client(), app.wrong_code()).code == "incorrect_code"
        assert sign_in(applicant.other_client()).code in {
            "second_factor_required",
            "too_many_attempts",
        }
    at(30)
    assert sign_in(applicant.other_client(), app.wrong_code()).code == "incorrect_code"
    assert sign_in(applicant.other_client(), app.code()).status == 429
    at(31)
    assert sign_in(applicant.other_client(), app.code()).status == 200
    assert sign_in(applicant.other_client(), app.wrong_code()).code == "incorrect_code"
    assert sign_in(applicant.other_client(), app.recovery_codes[0]).status == 200


def test_a_reset_of_the_password_skips_no_code_and_clears_no_count(
    client, applicant, app, monkeypatch
):
    now = clock.now()
    # So many that codes wait for an hour, and passwords for a quarter of one.
    for hours in range(18):
        monkeypatch.setattr(clock, "now", lambda later=hours: now + timedelta(hours=later))
        assert sign_in(applicant.other_client(), app.wrong_code()).code == "incorrect_code"
    monkeypatch.undo()
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    link = super_admin.post(f"/admin/users/{applicant.account['id']}/password-reset").json["link"]
    token, password = link.partition("#token=")[2], "five quiet lakes in June"
    reset = {"token": token, "newPassword": password}
    assert Person(client).post("/password/reset", reset).status == 200

    def at(minutes):
        later = now + timedelta(hours=17, minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda: later)

    at(20)
    assert sign_in(applicant.other_client(), None, password).code == "second_factor_required"
    at(40)
    assert sign_in(applicant.other_client(), app.code(), password).status == 429


def test_a_session_stolen_before_the_setup_is_revoked(applicant):
    stolen = applicant.client_with_copied_token()
    set_up(applicant)

    assert stolen.get("/me").status == 401
    assert stolen.post("/mfa/totp/remove", {"currentPassword": PASSWORD, "code": "1"}).status == 401


def test_sign_in_without_a_second_factor_takes_no_additional_aws_calls(
    applicant, verified_applicant, aws_calls
):
    def calls(person, code=None):
        aws_calls.clear()
        assert sign_in(person.other_client(), code).status == 200
        return [call.operation for call in aws_calls]

    app = set_up(verified_applicant)
    plain = calls(applicant)

    assert len(plain) == 4
    assert len(calls(verified_applicant, app.code())) == len(plain) + 2


SIGNING_IN_WITHOUT_ONE = """
import sys
import app
from chalicelib.sessions import schemas, service
schemas.SignIn.validate({"username": "river", "password": "four quiet lakes"})
ours = ("pyotp", "segno", "chalicelib.second_factor.")
print([name for name in sys.modules if name.startswith(ours)])
"""


def test_sign_in_without_a_second_factor_imports_no_totp_library():
    result = subprocess.run(
        [sys.executable, "-c", SIGNING_IN_WITHOUT_ONE],
        env={**os.environ, "BREEZE_LAKES_POINT_FUNCTION": "accounts"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.strip() == "['chalicelib.second_factor.routes']"


@pytest.mark.parametrize("of", ["app", "recovery code"])
def test_a_hundred_concurrent_requests_use_a_code_once(local_endpoint, of):
    with stage(local_endpoint):
        from app import app as service

        applicant = Person(Client(service), "river")
        assert applicant.sign_up().status == 201
        app = set_up(applicant)
        code = app.code() if of == "app" else app.recovery_codes[0]

        def once(_):
            return sign_in(Person(Client(service), "river", device=applicant.device), code).status

        with ThreadPoolExecutor(20) as crowd:
            statuses = list(crowd.map(once, range(100)))

    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 401, 429}
