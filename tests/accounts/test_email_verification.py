"""The link that verifies an email: it takes a session of the account, and works once."""

import json
from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.accounts import one_time_token
from chalicelib.accounts.one_time_token import Purpose
from chalicelib.accounts.one_time_token_store import OneTimeTokenStore
from chalicelib.identity.account import Role
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import PASSWORD, Person
from tests.support.environments import HERE, SETTINGS, environment

SUBJECT = "Confirm your email address"


def tokens(mailbox):
    """The tokens that were mailed."""
    return {
        message.get_body(["plain"]).get_content().partition(f"{HERE}/verify#token=")[2].split()[0]
        for message in mailbox()
        if message["Subject"] == SUBJECT
    }


def request_verification(person):
    return person.post("/email/verification")


def verify(person, token):
    return person.post("/email/verify", {"token": token})


def assert_link_rejected(response):
    assert (response.status, response.fields) == (422, {"token"})


@pytest.fixture
def other_applicant(new_client, mailbox):
    """A user who signed up with an email while the service writes mail to a folder."""
    person = new_client("sky")
    assert person.sign_up(email="Sky@Example.com").status == 201
    return person


def test_sign_up_with_an_email_mails_a_link_that_verifies_it(other_applicant, mailbox):
    [message] = mailbox()
    assert (message["To"], message["Subject"]) == ("Sky@Example.com", SUBJECT)
    [token] = tokens(mailbox)
    response = verify(other_applicant, token)

    assert (response.status, response.set_cookie) == (200, None)
    assert response.json["emailVerified"]
    assert other_applicant.get("/me").json == response.json


def test_a_sign_up_without_an_email_sends_no_mail(new_client, mailbox):
    new_client("river").sign_up()

    assert mailbox() == []


@pytest.mark.parametrize(
    "different",
    [
        {"MAIL_FROM": None},
        {"PUBLIC_URL": None},
        {"MAIL_NOTICES": "password-changed"},
    ],
    ids=str,
)
def test_signing_up_succeeds_without_mail(new_client, backend, different):
    with environment(**SETTINGS | different):
        assert new_client("sky").sign_up(email="sky@e.co").status == 201


def test_a_link_verifies_once(other_applicant, mailbox):
    [token] = tokens(mailbox)

    assert verify(other_applicant, token).status == 200
    assert_link_rejected(verify(other_applicant, token))


def test_verifying_leaves_sessions_and_password_as_they_are(other_applicant, mailbox):
    [token] = tokens(mailbox)
    verify(other_applicant, token)

    assert other_applicant.get("/me").status == 200
    assert other_applicant.other_client().sign_in().status == 200


def test_a_new_link_invalidates_the_previous_one(other_applicant, mailbox):
    older = tokens(mailbox)
    assert request_verification(other_applicant).status == 202
    [newer] = tokens(mailbox) - older

    assert_link_rejected(verify(other_applicant, older.pop()))
    assert verify(other_applicant, newer).status == 200


def test_a_verified_email_gets_no_link(other_applicant, mailbox):
    verify(other_applicant, tokens(mailbox).pop())

    assert request_verification(other_applicant).status == 202
    assert len(mailbox()) == 1


def test_without_an_email_there_is_nothing_to_verify(applicant):
    response = request_verification(applicant)

    assert (response.status, response.fields) == (422, {"email"})


def test_a_stage_without_mail_returns_an_error(new_client, backend):
    person = new_client("sky")
    person.sign_up(email="sky@e.co")
    with environment(**SETTINGS | {"MAIL_FROM": None}):
        response = request_verification(person)

    assert (response.status, response.code) == (503, "unavailable")
    assert response.json["error"] == "We couldn’t send the email. Try again later."


def test_an_account_gets_five_links_an_hour(other_applicant, mailbox, frozen_clock):
    assert [request_verification(other_applicant).status for _ in range(6)] == [202] * 5 + [429]
    assert len(mailbox()) == 6


def _change_email(other_applicant, _backend):
    body = {"email": "new@e.co", "currentPassword": PASSWORD}
    assert other_applicant.request("PATCH", "/me", body).status == 200


def _change_it_and_back(other_applicant, backend):
    _change_email(other_applicant, backend)
    body = {"email": "Sky@Example.com", "currentPassword": PASSWORD}
    assert other_applicant.request("PATCH", "/me", body).status == 200


def _have_another(other_applicant, backend):
    backend.change("users", {"id": other_applicant.account["id"]}, email="other@e.co")


def _disable(other_applicant, backend):
    backend.change("users", {"id": other_applicant.account["id"]}, disabled=True)


def _erase(other_applicant, backend):
    backend.remove("users", {"id": other_applicant.account["id"]})


@pytest.mark.parametrize(
    "then", [_change_email, _change_it_and_back, _have_another, _disable, _erase]
)
def test_a_link_is_invalid_after_a_change_of_its_email(other_applicant, mailbox, backend, then):
    [token] = tokens(mailbox)
    then(other_applicant, backend)
    before = backend.everything()

    response = verify(other_applicant, token)
    assert (response.status, response.code) in {(422, "invalid_fields"), (401, "not_signed_in")}
    assert backend.everything() == before


def test_a_link_survives_changes_of_sessions_and_names(other_applicant, mailbox):
    [token] = tokens(mailbox)
    other_applicant.request("PATCH", "/me", {"firstName": "Sky"})
    other_applicant.delete("/sessions")
    assert other_applicant.sign_in().status == 200
    response = verify(other_applicant, token)

    assert (response.status, response.json["firstName"]) == (200, "Sky")


@pytest.mark.parametrize(("seconds", "status"), [(3598, 200), (3602, 422)])
def test_a_link_is_valid_for_one_hour(other_applicant, mailbox, seconds, status):
    [token] = tokens(mailbox)
    with mock.patch.object(clock, "now", return_value=clock.now() + timedelta(seconds=seconds)):
        assert verify(other_applicant, token).status == status


@pytest.mark.parametrize("token", ["unknown", "#token=", "ž", "0" * 64])
def test_an_unknown_token_is_rejected(applicant, token):
    assert_link_rejected(verify(applicant, token))


def test_a_link_without_a_session_is_rejected_and_reveals_nothing(
    other_applicant, mailbox, anonymous
):
    [token] = tokens(mailbox)
    responses = {
        (response.status, response.body)
        for response in (verify(anonymous, token), verify(anonymous, "none"))
    }

    [(status, body)] = responses
    assert (status, json.loads(body)["code"]) == (401, "not_signed_in")
    assert not other_applicant.get("/me").json["emailVerified"]
    assert verify(other_applicant, token).status == 200


def test_a_session_of_another_account_is_rejected_and_reveals_nothing(
    other_applicant, applicant, mailbox
):
    [token] = tokens(mailbox)

    assert verify(applicant, token).body == verify(applicant, "none").body
    assert_link_rejected(verify(applicant, token))
    assert not other_applicant.get("/me").json["emailVerified"]


def test_an_ended_session_is_rejected(other_applicant, mailbox):
    [token] = tokens(mailbox)
    client_with_copied_token = other_applicant.client_with_copied_token()
    assert other_applicant.delete("/sessions").status == 200

    assert verify(client_with_copied_token, token).status == 401


def test_the_time_of_the_verification_is_stored(other_applicant, mailbox, backend, frozen_clock):
    verify(other_applicant, tokens(mailbox).pop())

    [row] = backend.rows("users")
    assert row["emailVerifiedAt"] == clock.to_text(clock.now())


def test_password_and_email_tokens_are_not_interchangeable(backend, client):
    person, store = store_account("sky", email="sky@e.co"), OneTimeTokenStore(database())
    other_applicant = Person(client, "sky")
    assert other_applicant.sign_in().status == 200
    for number, purpose in enumerate(Purpose):
        stored_token = one_time_token.stored_account_token(
            str(number) * 43, purpose, person, clock.now()
        )
        database().transact([store.put_write(stored_token)])
        hashes = {"recovery": stored_token.token_hash, "verification": stored_token.token_hash}
        backend.change("users", {"id": person.id}, **hashes)
        body = {"token": str(number) * 43, "newPassword": "five quiet lakes in June"}
        path = "/email/verify" if purpose is Purpose.PASSWORD_RESET else "/password/reset"
        sent = {"token": body["token"]} if purpose is Purpose.PASSWORD_RESET else body
        assert_link_rejected(other_applicant.post(path, sent))


def test_a_verification_link_does_not_invalidate_a_reset_link(client, other_applicant, mailbox):
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    link = super_admin.post(f"/admin/users/{other_applicant.account['id']}/password-reset").json[
        "link"
    ]
    request_verification(other_applicant)
    chosen = {"token": link.partition("#token=")[2], "newPassword": "five quiet lakes in June"}

    assert super_admin.post("/password/reset", chosen).status == 200


@pytest.mark.parametrize("body", [{}, {"token": ""}, {"token": "t" * 513}, {"token": "t", "x": 1}])
def test_invalid_input_is_rejected_before_the_token_is_read(applicant, aws_calls, body):
    aws_calls.clear()
    assert applicant.post("/email/verify", body).status == 422
    assert [call.operation for call in aws_calls] == ["BatchGetItem"]
