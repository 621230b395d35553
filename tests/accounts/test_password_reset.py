"""Password reset: a one-time link works once, for an hour, while the account stays the same."""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import pytest
from chalice.test import Client

from app import app
from chalicelib.accounts import one_time_token
from chalicelib.accounts.one_time_token import Purpose
from chalicelib.accounts.one_time_token_store import OneTimeTokenStore
from chalicelib.identity import password_strength, passwords
from chalicelib.identity.account import Role
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import PASSWORD, Person
from tests.support.clocks import clock_at
from tests.support.environments import PUBLIC_URL, SETTINGS, environment, stage

NEW_PASSWORD = "five quiet lakes in June"
INVALID_LINK_MESSAGE = "This link has expired or was already used. Request a new one."


@pytest.fixture
def super_admin(client):
    return signed_in_staff(client, "sue", Role.SUPER_ADMIN)


def start_reset(person, account_id):
    response = person.post(f"/admin/users/{account_id}/password-reset")
    assert response.status == 200
    return response.json


def issue_reset_token(person, account_id):
    return start_reset(person, account_id)["link"].removeprefix(f"{PUBLIC_URL}/reset#token=")


def reset_password(person, token, password=NEW_PASSWORD):
    return person.post("/password/reset", {"token": token, "newPassword": password})


def assert_link_rejected(response):
    assert (response.status, response.code) == (422, "invalid_fields")
    assert response.json["fields"] == {"token": INVALID_LINK_MESSAGE}
    assert response.set_cookie is None


def test_a_link_replaces_the_password_ends_every_session_and_opens_none(
    super_admin, applicant, backend
):
    token = issue_reset_token(super_admin, applicant.account["id"])
    stranger = Person(applicant.client, "river")
    response = reset_password(stranger, token)

    assert (response.status, response.json) == (
        200,
        {"msg": "Password changed. Sign in with your new password.", "username": "river"},
    )
    assert response.set_cookie is None
    assert applicant.get("/me").status == 401
    assert stranger.sign_in().status == 401
    assert stranger.sign_in(password=NEW_PASSWORD).status == 200
    actions = [(row["action"], row["actor"]) for row in backend.rows("audit")]
    assert sorted(actions) == [
        ("account.password_reset", applicant.account["id"]),
        ("account.reset_started", super_admin.account["id"]),
    ]


def test_an_unused_link_changes_nothing(super_admin, applicant):
    issue_reset_token(super_admin, applicant.account["id"])

    assert applicant.get("/me").status == 200
    assert applicant.other_client().sign_in().status == 200


def test_a_link_works_once(super_admin, applicant, backend):
    token = issue_reset_token(super_admin, applicant.account["id"])
    assert reset_password(applicant, token).status == 200
    before = backend.everything()

    assert_link_rejected(reset_password(applicant, token, PASSWORD))
    assert backend.everything() == before
    assert before["one-time-tokens"] == []


def test_a_reset_is_logged_with_its_account(super_admin, applicant, capsys):
    token = issue_reset_token(super_admin, applicant.account["id"])
    capsys.readouterr()
    reset_password(Person(applicant.client), token)

    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["account"]) == ("password_reset", applicant.account["id"])


def test_a_token_is_256_random_bits(super_admin, applicant):
    first, second = (issue_reset_token(super_admin, applicant.account["id"]) for _ in range(2))

    assert first != second
    assert len(base64.urlsafe_b64decode(f"{first}=")) == 256 // 8


@pytest.mark.parametrize("token", ["unknown", "#token=", "ž", "\ufdfa" * 500, "0" * 64])
def test_an_unknown_token_is_rejected(backend, anonymous, token):
    assert_link_rejected(reset_password(anonymous, token))


def test_the_stored_hash_does_not_work_as_a_token(super_admin, applicant, backend):
    issue_reset_token(super_admin, applicant.account["id"])
    [stored_token] = backend.rows("one-time-tokens")

    assert_link_rejected(reset_password(applicant, stored_token["tokenHash"]))


@pytest.mark.parametrize(("seconds", "status"), [(3598, 200), (3602, 422)])
def test_a_link_expires_after_an_hour_even_if_its_item_still_exists(
    super_admin, applicant, seconds, status
):
    token = issue_reset_token(super_admin, applicant.account["id"])

    with clock_at(clock.now() + timedelta(seconds=seconds)):
        assert reset_password(applicant, token).status == status


def test_a_new_link_invalidates_the_previous_one(super_admin, applicant):
    older, newer = (issue_reset_token(super_admin, applicant.account["id"]) for _ in range(2))

    assert_link_rejected(reset_password(applicant, older))
    assert reset_password(applicant, newer).status == 200


def _disable(super_admin, applicant, _backend):
    super_admin.post(f"/admin/users/{applicant.account['id']}/disable")


def _disable_and_enable(super_admin, applicant, backend):
    _disable(super_admin, applicant, backend)
    super_admin.post(f"/admin/users/{applicant.account['id']}/enable")


def _sign_out_everywhere(_super_admin, applicant, _backend):
    applicant.delete("/sessions")


def _promote(super_admin, applicant, _backend):
    super_admin.post(f"/admin/users/{applicant.account['id']}/role", {"role": "Admin"})


def _change_stored_email(_super_admin, applicant, backend):
    backend.change("users", {"id": applicant.account["id"]}, email="other@e.co")


def _delete_account_row(_super_admin, applicant, backend):
    backend.remove("users", {"id": applicant.account["id"]})


@pytest.mark.parametrize(
    "change_account",
    [
        _disable,
        _disable_and_enable,
        _sign_out_everywhere,
        _promote,
        _change_stored_email,
        _delete_account_row,
    ],
)
def test_a_link_is_invalid_after_a_change_of_its_account(
    super_admin, applicant, backend, change_account
):
    token = issue_reset_token(super_admin, applicant.account["id"])
    change_account(super_admin, applicant, backend)
    before = backend.everything()

    assert_link_rejected(reset_password(applicant, token))
    assert backend.everything() == before


@pytest.mark.parametrize("new_email", ["other@e.co", None], ids=str)
def test_a_link_is_invalid_for_another_email(super_admin, backend, client, new_email):
    other_applicant = store_account("sky", email="sky@e.co")
    token = issue_reset_token(super_admin, other_applicant.id)
    if new_email:
        backend.change("users", {"id": other_applicant.id}, email=new_email)
    else:
        backend.client.update_item(
            TableName="breeze-lakes-point-test-users",
            Key={"id": {"S": other_applicant.id}},
            UpdateExpression="REMOVE email",
        )

    assert_link_rejected(reset_password(Person(client), token))


def test_a_link_does_not_enable_a_disabled_account(super_admin, applicant, backend):
    _disable(super_admin, applicant, backend)
    token = issue_reset_token(super_admin, applicant.account["id"])

    assert_link_rejected(reset_password(applicant, token))
    assert applicant.other_client().sign_in().status == 401


def test_a_token_of_another_purpose_is_rejected(backend, client):
    other_applicant = store_account("sky")
    stored_token = one_time_token.stored_account_token(
        "t" * 43, Purpose.EMAIL_VERIFICATION, other_applicant, clock.now()
    )
    database().transact([OneTimeTokenStore(database()).put_write(stored_token)])
    backend.change("users", {"id": other_applicant.id}, recovery=stored_token.token_hash)

    assert_link_rejected(reset_password(Person(client), "t" * 43))


@pytest.mark.parametrize(
    ("body", "invalid_fields"),
    [
        ({}, ["newPassword", "token"]),
        ({"token": "", "newPassword": NEW_PASSWORD}, ["token"]),
        ({"token": "t" * 513, "newPassword": NEW_PASSWORD}, ["token"]),
        ({"token": "t", "newPassword": "short"}, ["newPassword"]),
        ({"token": "t", "newPassword": "x" * 129}, ["newPassword"]),
        ({"token": "t", "newPassword": NEW_PASSWORD, "username": "sue"}, ["username"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_invalid_input_is_rejected_before_the_token_is_read(
    anonymous, aws_calls, body, invalid_fields
):
    response = anonymous.post("/password/reset", body)

    assert (response.status, sorted(response.fields)) == (422, invalid_fields)
    assert aws_calls == []


@pytest.mark.parametrize("invalid_password", ["short", "password123456789"])
def test_a_rejected_password_does_not_consume_the_link(super_admin, applicant, invalid_password):
    token = issue_reset_token(super_admin, applicant.account["id"])
    response = reset_password(applicant, token, invalid_password)

    assert (response.status, response.fields) == (422, {"newPassword"})
    assert reset_password(applicant, token).status == 200


def test_an_unknown_token_evaluates_no_password_strength(anonymous, backend):
    with mock.patch.object(password_strength, "find_weakness_error") as find_weakness_mock:
        assert_link_rejected(reset_password(anonymous, "unknown", "password123456789"))

    find_weakness_mock.assert_not_called()


def test_an_unknown_token_computes_no_password_hash(anonymous, backend):
    with mock.patch.object(passwords, "hash_password") as hash_password_mock:
        reset_password(anonymous, "unknown")

    hash_password_mock.assert_not_called()


def test_twenty_concurrent_requests_use_a_link_once(local_endpoint):
    with stage(local_endpoint):
        super_admin = signed_in_staff(Client(app), "sue", Role.SUPER_ADMIN)
        applicant = store_account("river")
        token = issue_reset_token(super_admin, applicant.id)
        words = [f"{number} quiet lakes in June" for number in range(20)]

        def use(password):
            return reset_password(Person(Client(app)), token, password).status

        with ThreadPoolExecutor(20) as crowd:
            answers = list(crowd.map(use, words))

        [winner] = [word for word, status in zip(words, answers, strict=True) if status == 200]
        assert set(answers) <= {200, 422, 503}
        assert Person(Client(app), "river").sign_in(password=winner).status == 200


def verified(name="sky"):
    return store_account(name, email=f"{name}@example.com", email_verified=True)


def test_a_link_is_mailed_to_a_verified_email_and_hidden_from_staff(super_admin, mailbox, capsys):
    other_applicant = verified()
    started = start_reset(super_admin, other_applicant.id)

    assert started["link"] is None
    [message] = mailbox()
    assert message["To"] == "sky@example.com"
    text = message.get_body(["plain"]).get_content()
    token = text.partition("http://localhost:8000/reset#token=")[2].split()[0]
    output = capsys.readouterr().out
    assert token not in str(started) + output
    assert "sky@example.com" not in str(started) + output
    assert reset_password(Person(super_admin.client), token).status == 200


def test_an_unverified_email_gets_no_link(super_admin, mailbox):
    other_applicant = store_account("sky", email="sky@example.com")

    assert start_reset(super_admin, other_applicant.id)["link"].startswith(
        "http://localhost:8000/reset#token="
    )
    assert mailbox() == []


def test_a_stage_without_mail_returns_an_error_without_the_link(super_admin, backend):
    other_applicant = verified()
    with environment(**SETTINGS | {"MAIL_FROM": None}):
        started = start_reset(super_admin, other_applicant.id)

    assert started == {
        "link": None,
        "linkQrSvg": None,
        "msg": "We couldn’t send the email. Try again later.",
        "emailed": False,
    }
    assert len(backend.rows("audit")) == 1


def test_links_require_a_public_url(super_admin, applicant, backend):
    before = backend.everything()
    with environment(**SETTINGS | {"PUBLIC_URL": None}):
        response = super_admin.post(
            f"/admin/users/{applicant.account['id']}/password-reset", Host="evil.example"
        )

    assert (response.status, response.code) == (503, "unavailable")
    assert backend.everything() == before


def test_a_password_with_a_name_of_its_owner_is_rejected_and_the_link_stays_good(
    super_admin, applicant
):
    reset = f"/admin/users/{applicant.account['id']}/password-reset"
    token = super_admin.post(reset).json["link"].partition("#token=")[2]
    response = applicant.post(
        "/password/reset", {"token": token, "newPassword": "seven river boats here"}
    )
    other = applicant.post(
        "/password/reset", {"token": token, "newPassword": "seven green boats here"}
    )

    assert (response.status, response.fields) == (422, {"newPassword"})
    assert other.status == 200


def test_the_reset_page_has_a_username_field_for_password_managers(anonymous):
    page = anonymous.get("/reset").body.decode()
    [form] = re.findall(r'<form id="choose".*?</form>', page, re.DOTALL)

    assert re.findall(r'autocomplete="(username|new-password)"', form) == [
        "username",
        "new-password",
    ]
