"""Several cookies of the session's name in one request."""

import pytest

from tests.support.clients import COOKIE, PASSWORD, Person

INVALID_TOKENS = ["", "nonsense", "forged.forged.forged"]


def cookies(*tokens):
    return "; ".join(f"{COOKIE}={token}" for token in tokens)


def send_cookies(applicant, *tokens, method="GET", path="/me"):
    return Person(applicant.client).request(method, path, Cookie=cookies(*tokens))


def assert_rejected(response):
    assert (response.status, response.code, response.set_cookie) == (401, "several_sessions", None)


@pytest.fixture
def revoked_token(applicant):
    """A token that is signed and not expired, of a session that has been revoked."""
    other = applicant.other_client()
    assert other.sign_in().status == 200
    token = other.token
    assert other.delete("/sessions/current").status == 200
    return token


def test_a_repeated_cookie_counts_as_one_session(applicant):
    assert send_cookies(applicant, applicant.token, applicant.token).json == applicant.account


@pytest.mark.parametrize("invalid", INVALID_TOKENS)
def test_an_invalid_cookie_is_ignored_if_another_is_valid(applicant, invalid):
    assert send_cookies(applicant, invalid, applicant.token).json == applicant.account
    assert send_cookies(applicant, applicant.token, invalid, invalid).json == applicant.account


def test_the_cookie_of_an_ended_session_is_ignored(applicant, revoked_token):
    assert send_cookies(applicant, revoked_token, applicant.token).json == applicant.account
    assert send_cookies(applicant, applicant.token, revoked_token).json == applicant.account


def test_two_valid_sessions_are_rejected_with_several_sessions(applicant, other_applicant):
    assert_rejected(send_cookies(applicant, applicant.token, other_applicant.token))
    assert_rejected(send_cookies(applicant, other_applicant.token, applicant.token))


def test_two_valid_sessions_of_the_same_account_are_rejected(applicant):
    other = applicant.other_client()
    assert other.sign_in().status == 200

    assert_rejected(send_cookies(applicant, applicant.token, other.token))


def test_invalid_cookies_alone_are_not_authenticated(applicant, revoked_token):
    response = send_cookies(applicant, *INVALID_TOKENS, revoked_token)

    assert (response.status, response.code) == (401, "not_signed_in")


def test_the_expected_account_does_not_choose_between_two_sessions(applicant, other_applicant):
    response = Person(applicant.client).get(
        "/me",
        Cookie=cookies(applicant.token, other_applicant.token),
        Expected_Account=applicant.account["id"],
    )

    assert_rejected(response)


def test_signing_out_revokes_every_session_of_the_request(applicant, other_applicant):
    response = send_cookies(
        applicant,
        applicant.token,
        other_applicant.token,
        "x",
        method="DELETE",
        path="/sessions/current",
    )

    assert (response.status, response.json) == (200, {"msg": "Session ended"})
    assert response.set_cookie.startswith(f"{COOKIE}=; Path=/; Max-Age=0")
    assert (applicant.get("/me").status, other_applicant.get("/me").status) == (401, 401)


def test_a_user_with_two_sessions_can_sign_out(applicant, other_applicant):
    tokens = applicant.token, other_applicant.token
    assert_rejected(send_cookies(applicant, *tokens))
    assert send_cookies(applicant, *tokens, method="DELETE", path="/sessions/current").status == 200
    new_client = applicant.other_client()
    assert new_client.sign_in().status == 200

    assert send_cookies(applicant, *tokens, new_client.token).json == applicant.account


def test_a_user_with_two_sessions_can_sign_in_again(applicant, other_applicant):
    person = Person(applicant.client, "river")
    fields = {"username": "river", "password": PASSWORD}
    assert (
        person.post(
            "/signin", fields, Cookie=cookies(applicant.token, other_applicant.token)
        ).status
        == 200
    )

    assert (
        send_cookies(applicant, applicant.token, other_applicant.token, person.token).json
        == applicant.account
    )
    assert (applicant.get("/me").status, other_applicant.get("/me").status) == (401, 401)


def test_revoking_by_id_is_rejected_with_two_sessions(applicant, other_applicant):
    [listed] = applicant.get("/sessions").json["items"]
    path = f"/sessions/{listed['id']}"

    assert_rejected(
        send_cookies(applicant, applicant.token, other_applicant.token, method="DELETE", path=path)
    )
    assert applicant.get("/me").status == 200


def test_stateless_sign_out_verifies_no_token(applicant, other_applicant, aws_calls):
    response = send_cookies(
        applicant, applicant.token, other_applicant.token, method="POST", path="/signout"
    )

    assert (response.status, aws_calls) == (200, [])
