"""Sessions on the server: users list and revoke them, and the service rejects revoked ones."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.platform import clock, settings
from chalicelib.sessions import session_token
from chalicelib.sessions.keys import session_keys


def test_a_session_shows_its_address_and_user_agent(new_client):
    applicant = new_client("river")
    applicant.post(
        "/signup",
        {"username": "river", "password": "four quiet lakes in May"},
        User_Agent="Phone/1\u00e9",
    )

    [session] = applicant.get("/sessions").json["items"]
    assert session.pop("id")
    started, expires = session.pop("startedAt"), session.pop("expiresAt")
    assert clock.from_text(expires) - clock.from_text(started) == timedelta(hours=8)
    assert session == {
        "current": True,
        "address": "127.0.0.1",
        "userAgent": "Phone/1é",
        "sharedDevice": False,
    }


def test_a_long_user_agent_is_truncated_and_control_characters_removed(new_client):
    applicant = new_client("river")
    applicant.sign_up()
    applicant.post(
        "/signin",
        {"username": "river", "password": "four quiet lakes in May"},
        User_Agent="a\x07" + "b" * 5000,
    )

    [session] = applicant.get("/sessions").json["items"]
    assert session["userAgent"] == "a" + "b" * 255


def test_users_list_their_own_sessions_newest_first(applicant, other_applicant):
    phone = applicant.other_client()
    phone.sign_in()

    listed = phone.get("/sessions").json
    assert [session["current"] for session in listed["items"]] == [True, False]
    assert listed["cursor"] is None


def expired(backend, person):
    for row in backend.rows("sessions"):
        if row["userId"] == person.account["id"]:
            key = {"userId": row["userId"], "id": row["id"]}
            backend.change("sessions", key, expiresAt=clock.to_text(clock.now()))


def test_an_expired_session_is_rejected_while_its_item_still_exists(applicant, backend):
    expired(backend, applicant)

    assert applicant.get("/me").status == 401


def test_expired_sessions_are_not_listed(applicant, backend):
    expired(backend, applicant)
    applicant.sign_in()

    assert len(applicant.get("/sessions").json["items"]) == 1


def test_a_long_list_is_paged_without_gaps_or_duplicates(applicant):
    for _ in range(6):
        applicant.other_client().sign_in()
    seen, cursor = [], ""
    while cursor is not None:
        page = applicant.get(f"/sessions?limit=3{cursor and '&cursor=' + cursor}").json
        seen += [session["id"] for session in page["items"]]
        cursor = page["cursor"]

    assert len(seen) == len(set(seen)) == 7
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=101",
        "limit=abc",
        "limit=1.0",
        "limit=1_0",
        "limit=%201",
        "limit=1&limit=2",
        "cursor=",
        "cursor=abc",
        "cursor=%00",
        "page=2",
    ],
)
def test_an_invalid_query_is_rejected(applicant, query):
    response = applicant.get(f"/sessions?{query}")

    assert (response.status, response.fields) == (422, {query.partition("=")[0]})


def cursor_of(person):
    for _ in range(2):
        person.other_client().sign_in()
    return person.get("/sessions?limit=1").json["cursor"]


def test_a_tampered_cursor_is_rejected(applicant):
    cursor = cursor_of(applicant)

    for place in range(0, len(cursor), 7):
        altered = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        assert applicant.get(f"/sessions?cursor={altered}").fields == {"cursor"}


def test_another_users_cursor_is_rejected(applicant, other_applicant):
    assert other_applicant.get(f"/sessions?cursor={cursor_of(applicant)}").fields == {"cursor"}


def test_revoking_the_current_session_rejects_every_copy_of_its_token(applicant):
    client_with_copied_token = applicant.client_with_copied_token()
    response = applicant.delete("/sessions/current")

    assert response.json == {"msg": "Session ended"}
    assert "Max-Age=0" in response.set_cookie
    assert (
        client_with_copied_token.get("/me").status,
        client_with_copied_token.get("/me").code,
    ) == (
        401,
        "not_signed_in",
    )


def test_a_user_revokes_another_session_and_stays_signed_in(applicant):
    phone = applicant.other_client()
    phone.sign_in()
    [lost] = [s["id"] for s in applicant.get("/sessions").json["items"] if not s["current"]]

    assert applicant.delete(f"/sessions/{lost}").set_cookie is None
    assert phone.get("/me").status == 401
    assert applicant.get("/me").status == 200


def test_revoking_the_current_session_by_id_deletes_the_cookie(applicant):
    [session_id] = [s["id"] for s in applicant.get("/sessions").json["items"]]

    assert "Max-Age=0" in applicant.delete(f"/sessions/{session_id}").set_cookie
    assert applicant.token is None


@pytest.mark.parametrize("which", ["nothing", "a" * 64, "a" * 65, "a.b", "CURRENT", "%2e%2e"])
def test_revoking_an_unknown_session_returns_404(applicant, which):
    response = applicant.delete(f"/sessions/{which}")

    assert (response.status, response.code, response.set_cookie) == (404, "not_found", None)


def test_revoking_another_users_session_returns_404(applicant, other_applicant):
    [session_id] = [s["id"] for s in applicant.get("/sessions").json["items"]]

    assert (
        other_applicant.delete(f"/sessions/{session_id}").body
        == other_applicant.delete("/sessions/nothing").body
    )
    assert applicant.get("/me").status == 200


def test_signing_out_everywhere_revokes_all_sessions(applicant, other_applicant):
    phones = [applicant.other_client() for _ in range(3)]
    for phone in phones:
        phone.sign_in()
    client_with_copied_token = applicant.client_with_copied_token()
    response = applicant.delete("/sessions")

    assert response.json == {"msg": "Signed out everywhere"}
    assert "Max-Age=0" in response.set_cookie
    assert [person.get("/me").status for person in (client_with_copied_token, *phones)] == [401] * 4
    assert other_applicant.get("/me").status == 200


def test_a_user_can_sign_in_after_signing_out_everywhere(applicant):
    applicant.delete("/sessions")

    assert applicant.sign_in().status == 200
    assert len(applicant.get("/sessions").json["items"]) == 1


def test_a_disabled_account_is_rejected_from_the_next_request(applicant, backend):
    backend.change("users", {"id": applicant.account["id"]}, disabled=True)

    assert applicant.get("/me").status == 401


def test_a_deleted_accounts_token_is_rejected(applicant, backend):
    backend.remove("users", {"id": applicant.account["id"]})

    assert [applicant.get("/me").status, applicant.delete("/sessions").status] == [401, 401]
    assert not backend.rows("users")


def test_a_token_of_another_session_version_is_rejected(applicant):
    issuer, keys = settings.current().issuer, session_keys()
    claims = session_token.verify(applicant.token, keys, issuer)
    applicant.token = session_token.issue(replace(claims, session_version=2), keys, issuer)

    assert applicant.get("/me").status == 401


def test_a_changed_role_applies_to_the_next_request(applicant, backend):
    backend.change("users", {"id": applicant.account["id"]}, role="Admin")

    assert applicant.get("/me").json["role"] == "Admin"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/me"),
        ("GET", "/sessions"),
        ("DELETE", "/sessions"),
        ("DELETE", "/sessions/current"),
    ],
)
def test_a_client_without_a_session_is_not_authorized(anonymous, method, path):
    response = anonymous.request(method, path)

    assert (response.status, response.json) == (
        401,
        {"error": "Not authorized", "code": "not_signed_in"},
    )


def test_a_session_that_authenticates_a_request_is_read_without_its_address(applicant, aws_calls):
    applicant.get("/me")

    [call] = [call for call in aws_calls if call.operation == "BatchGetItem"]
    [(read, session)] = [
        (call.parameters["RequestItems"][name], items[0])
        for name, items in call.answer["Responses"].items()
        if name.endswith("-sessions")
    ]
    assert "secretHash" in session
    assert {"address", "userAgent"}.isdisjoint(session)
    assert "ProjectionExpression" in read
