"""Responses do not reveal which accounts exist: not by message, status, headers, or length."""

import hashlib
from datetime import timedelta

import pytest

from chalicelib.accounts import one_time_token
from chalicelib.accounts.one_time_token import Purpose
from chalicelib.accounts.one_time_token_store import OneTimeTokenStore
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from tests.security.crowds import clock_standing_still, visible_response
from tests.support.accounts import store_account
from tests.support.clients import PASSWORD, Person
from tests.support.events import EVENT, FORM

NEW_PASSWORD = "five quiet lakes in June"


@pytest.fixture
def disabled_account(backend):
    return store_account("dan", email="dan@example.com", disabled=True)


def try_to_get_in(client, name, password):
    return visible_response(
        Person(client).post("/signin", {"username": name, "password": password})
    )


def test_sign_in_responds_the_same_for_known_and_unknown_names(
    client, other_applicant, disabled_account
):
    responses = {
        repr(try_to_get_in(client, name, password))
        for name, password in [
            ("unknown", "wrong"),
            ("unknown@example.com", "wrong"),
            ("not a name at all", "wrong"),
            ("sky", "wrong"),
            ("sky@example.com", "wrong"),
            ("dan", "wrong"),
            ("dan@example.com", PASSWORD),
        ]
    }

    [once] = responses
    assert once.startswith("(401,")


def test_delays_are_the_same_for_known_and_unknown_names(client, other_applicant, disabled_account):
    delays = set()
    with clock_standing_still():
        for name in ("unknown", "sky", "dan"):
            for _ in range(5):
                try_to_get_in(client, name, "wrong")
            delays.add(repr(try_to_get_in(client, name, PASSWORD)))

    [once] = delays
    assert once.startswith("(429,")


def test_every_invalid_token_has_the_same_response(client, backend, disabled_account):
    now, store = clock.now(), OneTimeTokenStore(database())
    people = {name: store_account(name) for name in ("over", "mail", "gone", "older", "used")}
    people["disabled"] = disabled_account

    def hand_out(name, purpose=Purpose.PASSWORD_RESET, at=now):
        stored_token = one_time_token.stored_account_token(
            f"token of {name}", purpose, people[name], at
        )
        database().transact([store.put_write(stored_token)])
        backend.change("users", {"id": people[name].id}, recovery=stored_token.token_hash)

    hand_out("over", at=now - timedelta(hours=2))
    hand_out("mail", Purpose.EMAIL_VERIFICATION)
    for name in ("gone", "older", "used", "disabled"):
        hand_out(name)
    backend.remove("users", {"id": people["gone"].id})
    backend.change("users", {"id": people["older"].id}, recovery="a newer one")

    def choose(token):
        return Person(client).post("/password/reset", {"token": token, "newPassword": NEW_PASSWORD})

    assert choose("token of used").status == 200
    token_hash = hashlib.sha256(b"token of older").hexdigest()
    tokens = ["unknown", token_hash, *(f"token of {name}" for name in people)]
    responses = {repr(visible_response(choose(token))) for token in tokens}

    [once] = responses
    assert once.startswith("(422,")


@pytest.mark.parametrize(
    ("method", "there", "nowhere"),
    [
        ("GET", "/admin/users/{river}", "/admin/users/unknown"),
        ("POST", "/admin/users/{river}/disable", "/admin/users/unknown/disable"),
        ("POST", "/admin/users/{river}/password-reset", "/admin/users/unknown/password-reset"),
        ("DELETE", "/admin/users/{river}/sessions", "/admin/users/unknown/sessions"),
        ("GET", "/admin/users?q=river", "/admin/users?q=unknown"),
        ("GET", "/admin/audit?subject={river}", "/admin/audit?subject=unknown"),
        ("GET", "/admin/events/{event}/registrations", "/admin/events/none/registrations"),
        (
            "GET",
            "/admin/events/{event}/registrations/{river}",
            "/admin/events/{event}/registrations/unknown",
        ),
        ("GET", "/admin/events/{event}/summary", "/admin/events/none/summary"),
        ("GET", "/registrations/{event}", "/registrations/none"),
        ("POST", "/registrations/{event}/withdraw", "/registrations/none/withdraw"),
        ("DELETE", "/registrations/{event}", "/registrations/none"),
        ("DELETE", "/sessions/{session}", "/sessions/unknown"),
    ],
)
@pytest.mark.parametrize("requester", ["an applicant", "unknown"])
def test_another_users_resource_responds_like_a_missing_one(
    event, applicant, other_applicant, anonymous, method, there, nowhere, requester
):
    assert applicant.request("PUT", f"/registrations/{EVENT}", {"form": FORM}).status == 201
    known = {
        "river": applicant.account["id"],
        "event": EVENT,
        "session": applicant.get("/sessions").json["items"][0]["id"],
    }
    curious = other_applicant if requester == "an applicant" else anonymous

    response, missed = (curious.request(method, p.format(**known)) for p in (there, nowhere))

    assert response.status >= 400
    assert visible_response(response) == visible_response(missed)
