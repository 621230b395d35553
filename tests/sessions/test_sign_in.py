"""Signing in."""

import threading
from datetime import timedelta
from unittest import mock

import pytest
from passlib.hash import argon2

from chalicelib.identity import passwords
from chalicelib.platform import clock
from chalicelib.sessions import service
from tests.support.clients import PASSWORD
from tests.support.credentials import store_credentials


def test_a_person_can_sign_in_with_the_username(applicant):
    response = applicant.other_client().sign_in("river")

    assert (response.status, response.json) == (200, applicant.account)
    assert "Max-Age=28800" in response.set_cookie


def test_passwords_do_not_expire(applicant):
    later = clock.now() + timedelta(days=3650)
    with mock.patch.object(clock, "now", return_value=later):
        assert applicant.other_client().sign_in().status == 200


@pytest.mark.parametrize("name", ["sky", "SKY", " sky ", "sky@example.com", "SKY@EXAMPLE.COM"])
def test_username_and_email_are_accepted_regardless_of_case_and_spaces(other_applicant, name):
    assert other_applicant.other_client().sign_in(name).status == 200


def test_unknown_name_wrong_password_and_disabled_account_respond_alike(
    other_applicant, applicant, backend
):
    backend.change("users", {"id": applicant.account["id"]}, disabled=True)

    responses = [
        other_applicant.other_client().sign_in("unknown"),
        other_applicant.other_client().sign_in("sky", "another password"),
        applicant.other_client().sign_in(),
    ]

    for response in responses:
        assert (response.status, response.set_cookie) == (401, None)
        assert response.json == {
            "error": "Username or Password is incorrect",
            "code": "incorrect_credentials",
        }


def test_unknown_name_wrong_password_and_disabled_account_take_the_same_work(
    other_applicant, applicant, backend, aws_calls
):
    backend.change("users", {"id": applicant.account["id"]}, disabled=True)
    work_by_case = []

    with mock.patch.object(passwords, "verify_password", wraps=passwords.verify_password) as verify:
        for name, password in [("unknown", PASSWORD), ("sky", "wrong"), ("river", PASSWORD)]:
            aws_calls.clear()
            verify.reset_mock()
            other_applicant.other_client().sign_in(name, password)
            work_by_case.append(([call.operation for call in aws_calls], verify.call_count))

    assert work_by_case == [(["GetItem", "BatchGetItem", "TransactWriteItems"], 1)] * 3


def test_every_sign_in_issues_a_new_token(applicant):
    before = applicant.token
    applicant.other_client().sign_in()
    applicant.sign_in()

    assert applicant.token != before


def test_sign_in_ends_the_session_of_the_request(applicant):
    client_with_copied_token = applicant.client_with_copied_token()
    applicant.sign_in()

    assert client_with_copied_token.get("/me").status == 401
    assert applicant.get("/me").status == 200


def test_a_failed_sign_in_keeps_the_session_of_the_request(applicant):
    assert applicant.sign_in(password="wrong").status == 401
    assert applicant.get("/me").status == 200


def test_sign_in_succeeds_despite_an_invalid_cookie(applicant):
    other = applicant.other_client()
    other.token = "nonsense"

    assert other.sign_in().status == 200


def store_weak_hash(person, backend):
    weak = argon2.using(type="ID", memory_cost=8192, time_cost=1).hash(PASSWORD)
    store_credentials(backend, person.account["id"], passwordHash=weak)


def stored_hash(backend):
    return backend.rows("credentials")[0]["passwordHash"]


def test_a_weak_hash_is_replaced_at_sign_in(applicant, backend):
    store_weak_hash(applicant, backend)

    assert applicant.other_client().sign_in().status == 200
    assert stored_hash(backend).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert applicant.other_client().sign_in().status == 200


def test_a_failed_sign_in_does_not_replace_a_weak_hash(applicant, backend):
    store_weak_hash(applicant, backend)
    before = stored_hash(backend)
    applicant.other_client().sign_in(password="wrong")

    assert stored_hash(backend) == before


def test_sign_in_succeeds_when_another_request_replaces_the_weak_hash(applicant, backend):
    store_weak_hash(applicant, backend)
    prepare_session = service.SessionService.prepare_session

    def replace_hash_concurrently(*arguments, **options):
        store_credentials(backend, applicant.account["id"], passwordHash="the winner's")
        return prepare_session(*arguments, **options)

    with mock.patch.object(service.SessionService, "prepare_session", replace_hash_concurrently):
        assert applicant.sign_in().status == 200
    assert applicant.get("/me").status == 200
    assert stored_hash(backend) == "the winner's"


def test_a_session_is_prepared_while_the_password_is_verified(applicant):
    prepare, verify = service.SessionService.prepare_session, passwords.verify_password
    prepared = threading.Event()

    def note_preparation(*arguments, **options):
        prepared.set()
        return prepare(*arguments, **options)

    def verify_after_preparation(*arguments):
        assert prepared.wait(timeout=10)
        return verify(*arguments)

    with (
        mock.patch.object(service.SessionService, "prepare_session", note_preparation),
        mock.patch.object(passwords, "verify_password", verify_after_preparation),
    ):
        assert applicant.other_client().sign_in().status == 200


def test_a_session_that_was_prepared_for_a_wrong_password_is_not_stored(applicant, backend):
    before = backend.rows("sessions")

    assert applicant.other_client().sign_in(password="wrong").status == 401
    assert backend.rows("sessions") == before


@pytest.mark.parametrize(
    "invalid_field",
    [{"username": ""}, {"username": "a" * 255}, {"password": ""}, {"password": "a" * 1025}],
)
def test_an_invalid_login_name_or_password_is_rejected(applicant, invalid_field):
    fields = {"username": "river", "password": PASSWORD} | invalid_field

    assert applicant.other_client().post("/signin", fields).fields == set(invalid_field)
