"""Signing in."""

from datetime import timedelta
from unittest import mock

import pytest
from passlib.hash import argon2

from chalicelib.identity import passwords
from chalicelib.platform import clock
from chalicelib.sessions import service
from tests.support.clients import PASSWORD
from tests.support.credentials import hold_credentials


def test_the_username_signs_in(river):
    reply = river.elsewhere().sign_in("river")

    assert (reply.status, reply.json) == (200, river.account)
    assert "Max-Age=28800" in reply.set_cookie


def test_a_password_of_ten_years_ago_signs_in(river):
    later = clock.now() + timedelta(days=3650)
    with mock.patch.object(clock, "now", return_value=later):
        assert river.elsewhere().sign_in().status == 200


@pytest.mark.parametrize("name", ["sky", "SKY", " sky ", "sky@example.com", "SKY@EXAMPLE.COM"])
def test_username_or_email_sign_in_in_any_form(sky, name):
    assert sky.elsewhere().sign_in(name).status == 200


def test_unknown_name_wrong_password_and_disabled_account_respond_alike(sky, river, backend):
    backend.change("users", {"id": river.account["id"]}, disabled=True)

    replies = [
        sky.elsewhere().sign_in("nobody"),
        sky.elsewhere().sign_in("sky", "another password"),
        river.elsewhere().sign_in(),
    ]

    for reply in replies:
        assert (reply.status, reply.set_cookie) == (401, None)
        assert reply.json == {
            "error": "Username or Password is incorrect",
            "code": "incorrect_credentials",
        }


def test_unknown_name_wrong_password_and_disabled_account_take_the_same_work(
    sky, river, backend, aws_calls
):
    backend.change("users", {"id": river.account["id"]}, disabled=True)
    costs = []

    with mock.patch.object(passwords, "verify", wraps=passwords.verify) as verify:
        for name, password in [("nobody", PASSWORD), ("sky", "wrong"), ("river", PASSWORD)]:
            aws_calls.clear()
            verify.reset_mock()
            sky.elsewhere().sign_in(name, password)
            costs.append(([call.operation for call in aws_calls], verify.call_count))

    assert costs == [(["GetItem", "BatchGetItem", "TransactWriteItems"], 1)] * 3


def test_every_sign_in_issues_a_new_token(river):
    before = river.token
    river.elsewhere().sign_in()
    river.sign_in()

    assert river.token != before


def test_sign_in_ends_the_session_of_the_request(river):
    thief = river.thief()
    river.sign_in()

    assert thief.get("/me").status == 401
    assert river.get("/me").status == 200


def test_a_failed_sign_in_keeps_the_session_of_the_request(river):
    assert river.sign_in(password="wrong").status == 401
    assert river.get("/me").status == 200


def test_sign_in_succeeds_despite_an_invalid_cookie(river):
    other = river.elsewhere()
    other.token = "nonsense"

    assert other.sign_in().status == 200


def weaken(person, backend):
    weak = argon2.using(type="ID", memory_cost=8192, time_cost=1).hash(PASSWORD)
    hold_credentials(backend, person.account["id"], passwordHash=weak)


def kept_hash(backend):
    return backend.rows("credentials")[0]["passwordHash"]


def test_a_weak_hash_is_replaced_at_sign_in(river, backend):
    weaken(river, backend)

    assert river.elsewhere().sign_in().status == 200
    assert kept_hash(backend).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert river.elsewhere().sign_in().status == 200


def test_a_failed_sign_in_does_not_replace_a_weak_hash(river, backend):
    weaken(river, backend)
    before = kept_hash(backend)
    river.elsewhere().sign_in(password="wrong")

    assert kept_hash(backend) == before


def test_sign_in_succeeds_when_another_request_replaces_the_weak_hash(river, backend):
    weaken(river, backend)
    prepare_session = service.SessionService.prepare_session

    def lose_the_race(*arguments):
        hold_credentials(backend, river.account["id"], passwordHash="the winner's")
        return prepare_session(*arguments)

    with mock.patch.object(service.SessionService, "prepare_session", lose_the_race):
        assert river.sign_in().status == 200
    assert river.get("/me").status == 200
    assert kept_hash(backend) == "the winner's"


@pytest.mark.parametrize(
    "wrong", [{"username": ""}, {"username": "a" * 255}, {"password": ""}, {"password": "a" * 1025}]
)
def test_an_invalid_login_name_or_password_is_rejected(river, wrong):
    given = {"username": "river", "password": PASSWORD} | wrong

    assert river.elsewhere().post("/signin", given).fields == set(wrong)
