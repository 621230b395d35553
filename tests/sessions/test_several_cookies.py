"""Several cookies of the session's name in one request."""

import pytest

from tests.support.clients import COOKIE, PASSWORD, Person

INVALID = ["", "nonsense", "forged.forged.forged"]


def cookies(*tokens):
    return "; ".join(f"{COOKIE}={one}" for one in tokens)


def ask(river, *tokens, method="GET", path="/me"):
    return Person(river.client).ask(method, path, Cookie=cookies(*tokens))


def assert_several(reply):
    assert (reply.status, reply.code, reply.set_cookie) == (401, "several_sessions", None)


@pytest.fixture
def ended(river):
    """A token that is signed and not expired, of a session that has been revoked."""
    other = river.elsewhere()
    assert other.sign_in().status == 200
    ended = other.token
    assert other.delete("/sessions/current").status == 200
    return ended


def test_a_repeated_cookie_counts_as_one_session(river):
    assert ask(river, river.token, river.token).json == river.account


@pytest.mark.parametrize("invalid", INVALID)
def test_an_invalid_cookie_is_ignored_if_another_is_valid(river, invalid):
    assert ask(river, invalid, river.token).json == river.account
    assert ask(river, river.token, invalid, invalid).json == river.account


def test_the_cookie_of_an_ended_session_is_ignored(river, ended):
    assert ask(river, ended, river.token).json == river.account
    assert ask(river, river.token, ended).json == river.account


def test_two_valid_sessions_are_rejected_with_several_sessions(river, sky):
    assert_several(ask(river, river.token, sky.token))
    assert_several(ask(river, sky.token, river.token))


def test_two_valid_sessions_of_the_same_account_are_rejected(river):
    other = river.elsewhere()
    assert other.sign_in().status == 200

    assert_several(ask(river, river.token, other.token))


def test_invalid_cookies_alone_are_not_authenticated(river, ended):
    reply = ask(river, *INVALID, ended)

    assert (reply.status, reply.code) == (401, "not_signed_in")


def test_the_expected_account_does_not_choose_between_two_sessions(river, sky):
    reply = Person(river.client).get(
        "/me", Cookie=cookies(river.token, sky.token), Expected_Account=river.account["id"]
    )

    assert_several(reply)


def test_signing_out_revokes_every_session_of_the_request(river, sky):
    reply = ask(river, river.token, sky.token, "x", method="DELETE", path="/sessions/current")

    assert (reply.status, reply.json) == (200, {"msg": "Session ended"})
    assert reply.set_cookie.startswith(f"{COOKIE}=; Path=/; Max-Age=0")
    assert (river.get("/me").status, sky.get("/me").status) == (401, 401)


def test_a_user_with_two_sessions_can_sign_out(river, sky):
    both = river.token, sky.token
    assert_several(ask(river, *both))
    assert ask(river, *both, method="DELETE", path="/sessions/current").status == 200
    back = river.elsewhere()
    assert back.sign_in().status == 200

    assert ask(river, *both, back.token).json == river.account


def test_a_user_with_two_sessions_can_sign_in_again(river, sky):
    person = Person(river.client, "river")
    given = {"username": "river", "password": PASSWORD}
    assert person.post("/signin", given, Cookie=cookies(river.token, sky.token)).status == 200

    assert ask(river, river.token, sky.token, person.token).json == river.account
    assert (river.get("/me").status, sky.get("/me").status) == (401, 401)


def test_revoking_by_id_is_rejected_with_two_sessions(river, sky):
    [listed] = river.get("/sessions").json["items"]
    path = f"/sessions/{listed['id']}"

    assert_several(ask(river, river.token, sky.token, method="DELETE", path=path))
    assert river.get("/me").status == 200


def test_stateless_sign_out_verifies_no_token(river, sky, aws_calls):
    reply = ask(river, river.token, sky.token, method="POST", path="/signout")

    assert (reply.status, aws_calls) == (200, [])
