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
from tests.support.accounts import hold_account, signed_in_staff
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


def ask(person):
    return person.post("/email/verification")


def verify(person, token):
    return person.post("/email/verify", {"token": token})


def assert_spent(reply):
    assert (reply.status, reply.fields) == (422, {"token"})


@pytest.fixture
def sky(newcomer, mailbox):
    """A user who signed up with an email while the service writes mail to a folder."""
    person = newcomer("sky")
    assert person.sign_up(email="Sky@Example.com").status == 201
    return person


def test_sign_up_with_an_email_mails_a_link_that_verifies_it(sky, mailbox):
    [message] = mailbox()
    assert (message["To"], message["Subject"]) == ("Sky@Example.com", SUBJECT)
    [token] = tokens(mailbox)
    reply = verify(sky, token)

    assert (reply.status, reply.set_cookie) == (200, None)
    assert reply.json["emailVerified"]
    assert sky.get("/me").json == reply.json


def test_a_sign_up_without_an_email_sends_no_mail(newcomer, mailbox):
    newcomer("river").sign_up()

    assert mailbox() == []


@pytest.mark.parametrize(
    "different",
    [
        {"MAIL_FROM": None},
        {"MAIL_FROM": "unknown@e.co"},
        {"PUBLIC_URL": None},
        {"MAIL_NOTICES": "password-changed"},
    ],
    ids=str,
)
def test_signing_up_succeeds_without_mail(newcomer, backend, different):
    with environment(**SETTINGS | different):
        assert newcomer("sky").sign_up(email="sky@e.co").status == 201


def test_a_link_verifies_once(sky, mailbox):
    [token] = tokens(mailbox)

    assert verify(sky, token).status == 200
    assert_spent(verify(sky, token))


def test_verifying_leaves_sessions_and_password_as_they_are(sky, mailbox):
    [token] = tokens(mailbox)
    verify(sky, token)

    assert sky.get("/me").status == 200
    assert sky.elsewhere().sign_in().status == 200


def test_a_new_link_invalidates_the_previous_one(sky, mailbox):
    older = tokens(mailbox)
    assert ask(sky).status == 202
    [newer] = tokens(mailbox) - older

    assert_spent(verify(sky, older.pop()))
    assert verify(sky, newer).status == 200


def test_a_verified_email_gets_no_link(sky, mailbox):
    verify(sky, tokens(mailbox).pop())

    assert ask(sky).status == 202
    assert len(mailbox()) == 1


def test_without_an_email_there_is_nothing_to_verify(river):
    reply = ask(river)

    assert (reply.status, reply.fields) == (422, {"email"})


def test_a_failed_mail_returns_an_error(newcomer, backend):
    person = newcomer("sky")
    person.sign_up(email="sky@e.co")
    with environment(**SETTINGS | {"MAIL_FROM": "unknown@e.co"}):
        reply = ask(person)

    assert (reply.status, reply.code) == (503, "unavailable")
    assert reply.json["error"] == "We couldn’t send the email. Try again later."


def test_an_account_gets_five_links_an_hour(sky, mailbox, still):
    assert [ask(sky).status for _ in range(6)] == [202] * 5 + [429]
    assert len(mailbox()) == 6


def _change_email(sky, _backend):
    body = {"email": "new@e.co", "currentPassword": PASSWORD}
    assert sky.ask("PATCH", "/me", body).status == 200


def _change_it_and_back(sky, backend):
    _change_email(sky, backend)
    body = {"email": "Sky@Example.com", "currentPassword": PASSWORD}
    assert sky.ask("PATCH", "/me", body).status == 200


def _have_another(sky, backend):
    backend.change("users", {"id": sky.account["id"]}, email="other@e.co")


def _disable(sky, backend):
    backend.change("users", {"id": sky.account["id"]}, disabled=True)


def _erase(sky, backend):
    backend.remove("users", {"id": sky.account["id"]})


@pytest.mark.parametrize(
    "then", [_change_email, _change_it_and_back, _have_another, _disable, _erase]
)
def test_a_link_is_invalid_after_a_change_of_its_email(sky, mailbox, backend, then):
    [token] = tokens(mailbox)
    then(sky, backend)
    before = backend.everything()

    reply = verify(sky, token)
    assert (reply.status, reply.code) in {(422, "invalid_fields"), (401, "not_signed_in")}
    assert backend.everything() == before


def test_a_link_survives_changes_of_sessions_and_names(sky, mailbox):
    [token] = tokens(mailbox)
    sky.ask("PATCH", "/me", {"firstName": "Sky"})
    sky.delete("/sessions")
    assert sky.sign_in().status == 200
    reply = verify(sky, token)

    assert (reply.status, reply.json["firstName"]) == (200, "Sky")


@pytest.mark.parametrize(("seconds", "status"), [(3598, 200), (3602, 422)])
def test_a_link_is_valid_for_one_hour(sky, mailbox, seconds, status):
    [token] = tokens(mailbox)
    with mock.patch.object(clock, "now", return_value=clock.now() + timedelta(seconds=seconds)):
        assert verify(sky, token).status == status


@pytest.mark.parametrize("token", ["unknown", "#token=", "ž", "0" * 64])
def test_an_unknown_token_is_rejected(river, token):
    assert_spent(verify(river, token))


def test_a_link_without_a_session_is_rejected_and_reveals_nothing(sky, mailbox, nobody):
    [token] = tokens(mailbox)
    told = {(reply.status, reply.body) for reply in (verify(nobody, token), verify(nobody, "none"))}

    [(status, body)] = told
    assert (status, json.loads(body)["code"]) == (401, "not_signed_in")
    assert not sky.get("/me").json["emailVerified"]
    assert verify(sky, token).status == 200


def test_a_session_of_another_account_is_rejected_and_reveals_nothing(sky, river, mailbox):
    [token] = tokens(mailbox)

    assert verify(river, token).body == verify(river, "none").body
    assert_spent(verify(river, token))
    assert not sky.get("/me").json["emailVerified"]


def test_an_ended_session_is_rejected(sky, mailbox):
    [token] = tokens(mailbox)
    thief = sky.thief()
    assert sky.delete("/sessions").status == 200

    assert verify(thief, token).status == 401


def test_the_time_of_the_verification_is_stored(sky, mailbox, backend, still):
    verify(sky, tokens(mailbox).pop())

    [row] = backend.rows("users")
    assert row["emailVerifiedAt"] == clock.to_text(clock.now())


def test_password_and_email_tokens_are_not_interchangeable(backend, client):
    person, store = hold_account("sky", email="sky@e.co"), OneTimeTokenStore(database())
    sky = Person(client, "sky")
    assert sky.sign_in().status == 200
    for number, purpose in enumerate(Purpose):
        stored_token = one_time_token.for_account(str(number) * 43, purpose, person, clock.now())
        database().transact([store.put_write(stored_token)])
        hashes = {"recovery": stored_token.hash, "verification": stored_token.hash}
        backend.change("users", {"id": person.id}, **hashes)
        body = {"token": str(number) * 43, "newPassword": "five quiet lakes in June"}
        path = "/email/verify" if purpose is Purpose.PASSWORD else "/password/reset"
        sent = {"token": body["token"]} if purpose is Purpose.PASSWORD else body
        assert_spent(sky.post(path, sent))


def test_a_verification_link_does_not_invalidate_a_reset_link(client, sky, mailbox):
    sue = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    link = sue.post(f"/admin/users/{sky.account['id']}/password-reset").json["link"]
    ask(sky)
    chosen = {"token": link.partition("#token=")[2], "newPassword": "five quiet lakes in June"}

    assert sue.post("/password/reset", chosen).status == 200


@pytest.mark.parametrize("body", [{}, {"token": ""}, {"token": "t" * 513}, {"token": "t", "x": 1}])
def test_invalid_input_is_rejected_before_the_token_is_read(river, aws_calls, body):
    aws_calls.clear()
    assert river.post("/email/verify", body).status == 422
    assert [call.operation for call in aws_calls] == ["BatchGetItem"]
