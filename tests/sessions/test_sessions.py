"""Sessions on the server: users list and revoke them, and the service rejects revoked ones."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.platform import clock, settings
from chalicelib.sessions import token
from chalicelib.sessions.keys import session_keys


def test_a_session_shows_its_address_and_user_agent(newcomer):
    river = newcomer("river")
    river.post(
        "/signup",
        {"username": "river", "password": "four quiet lakes in May"},
        User_Agent="Phone/1\u00e9",
    )

    [session] = river.get("/sessions").json["items"]
    assert session.pop("id")
    started, expires = session.pop("startedAt"), session.pop("expiresAt")
    assert clock.from_text(expires) - clock.from_text(started) == timedelta(hours=8)
    assert session == {"current": True, "address": "127.0.0.1", "userAgent": "Phone/1é"}


def test_a_long_user_agent_is_truncated_and_control_characters_removed(newcomer):
    river = newcomer("river")
    river.sign_up()
    river.post(
        "/signin",
        {"username": "river", "password": "four quiet lakes in May"},
        User_Agent="a\x07" + "b" * 5000,
    )

    [session] = river.get("/sessions").json["items"]
    assert session["userAgent"] == "a" + "b" * 255


def test_users_list_their_own_sessions_newest_first(river, sky):
    phone = river.elsewhere()
    phone.sign_in()

    listed = phone.get("/sessions").json
    assert [session["current"] for session in listed["items"]] == [True, False]
    assert listed["cursor"] is None


def expired(backend, person):
    for row in backend.rows("sessions"):
        if row["userId"] == person.account["id"]:
            key = {"userId": row["userId"], "id": row["id"]}
            backend.change("sessions", key, expiresAt=clock.to_text(clock.now()))


def test_an_expired_session_is_rejected_while_its_item_still_exists(river, backend):
    expired(backend, river)

    assert river.get("/me").status == 401


def test_expired_sessions_are_not_listed(river, backend):
    expired(backend, river)
    river.sign_in()

    assert len(river.get("/sessions").json["items"]) == 1


def test_a_long_list_is_paged_without_gaps_or_duplicates(river):
    for _ in range(6):
        river.elsewhere().sign_in()
    seen, cursor = [], ""
    while cursor is not None:
        page = river.get(f"/sessions?limit=3{cursor and '&cursor=' + cursor}").json
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
def test_an_invalid_query_is_rejected(river, query):
    reply = river.get(f"/sessions?{query}")

    assert (reply.status, reply.fields) == (422, {query.partition("=")[0]})


def cursor_of(person):
    for _ in range(2):
        person.elsewhere().sign_in()
    return person.get("/sessions?limit=1").json["cursor"]


def test_a_tampered_cursor_is_rejected(river):
    cursor = cursor_of(river)

    for place in range(0, len(cursor), 7):
        altered = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        assert river.get(f"/sessions?cursor={altered}").fields == {"cursor"}


def test_another_users_cursor_is_rejected(river, sky):
    assert sky.get(f"/sessions?cursor={cursor_of(river)}").fields == {"cursor"}


def test_revoking_the_current_session_rejects_every_copy_of_its_token(river):
    thief = river.thief()
    reply = river.delete("/sessions/current")

    assert reply.json == {"msg": "Session ended"}
    assert "Max-Age=0" in reply.set_cookie
    assert (thief.get("/me").status, thief.get("/me").code) == (401, "not_signed_in")


def test_a_user_revokes_another_session_and_stays_signed_in(river):
    phone = river.elsewhere()
    phone.sign_in()
    [lost] = [s["id"] for s in river.get("/sessions").json["items"] if not s["current"]]

    assert river.delete(f"/sessions/{lost}").set_cookie is None
    assert phone.get("/me").status == 401
    assert river.get("/me").status == 200


def test_revoking_the_current_session_by_id_deletes_the_cookie(river):
    [own] = [s["id"] for s in river.get("/sessions").json["items"]]

    assert "Max-Age=0" in river.delete(f"/sessions/{own}").set_cookie
    assert river.token is None


@pytest.mark.parametrize("which", ["nothing", "a" * 64, "a" * 65, "a.b", "CURRENT", "%2e%2e"])
def test_revoking_an_unknown_session_returns_404(river, which):
    reply = river.delete(f"/sessions/{which}")

    assert (reply.status, reply.code, reply.set_cookie) == (404, "not_found", None)


def test_revoking_another_users_session_returns_404(river, sky):
    [own] = [s["id"] for s in river.get("/sessions").json["items"]]

    assert sky.delete(f"/sessions/{own}").body == sky.delete("/sessions/nothing").body
    assert river.get("/me").status == 200


def test_signing_out_everywhere_revokes_all_sessions(river, sky):
    phones = [river.elsewhere() for _ in range(3)]
    for phone in phones:
        phone.sign_in()
    thief = river.thief()
    reply = river.delete("/sessions")

    assert reply.json == {"msg": "Signed out everywhere"}
    assert "Max-Age=0" in reply.set_cookie
    assert [person.get("/me").status for person in (thief, *phones)] == [401] * 4
    assert sky.get("/me").status == 200


def test_a_user_can_sign_in_after_signing_out_everywhere(river):
    river.delete("/sessions")

    assert river.sign_in().status == 200
    assert len(river.get("/sessions").json["items"]) == 1


def test_a_disabled_account_is_rejected_from_the_next_request(river, backend):
    backend.change("users", {"id": river.account["id"]}, disabled=True)

    assert river.get("/me").status == 401


def test_a_deleted_accounts_token_is_rejected(river, backend):
    backend.remove("users", {"id": river.account["id"]})

    assert [river.get("/me").status, river.delete("/sessions").status] == [401, 401]
    assert not backend.rows("users")


def test_a_token_of_another_session_version_is_rejected(river):
    issuer, keys = settings.current().issuer, session_keys()
    claims = token.verify(river.token, keys, issuer)
    river.token = token.issue(replace(claims, session_version=2), keys, issuer)

    assert river.get("/me").status == 401


def test_a_changed_role_applies_to_the_next_request(river, backend):
    backend.change("users", {"id": river.account["id"]}, role="Admin")

    assert river.get("/me").json["role"] == "Admin"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/me"),
        ("GET", "/sessions"),
        ("DELETE", "/sessions"),
        ("DELETE", "/sessions/current"),
    ],
)
def test_a_client_without_a_session_is_not_authorized(nobody, method, path):
    reply = nobody.ask(method, path)

    assert (reply.status, reply.json) == (
        401,
        {"error": "Not authorized", "code": "not_signed_in"},
    )


def test_a_session_that_authenticates_a_request_is_read_without_its_address(river, aws_calls):
    river.get("/me")

    [call] = [call for call in aws_calls if call.operation == "BatchGetItem"]
    [(read, session)] = [
        (call.parameters["RequestItems"][name], items[0])
        for name, items in call.answer["Responses"].items()
        if name.endswith("-sessions")
    ]
    assert "secretHash" in session
    assert {"address", "userAgent"}.isdisjoint(session)
    assert "ProjectionExpression" in read
