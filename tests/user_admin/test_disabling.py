"""Staff disable and enable accounts, and sign users out."""

import pytest

from chalicelib.identity.account import Role
from chalicelib.user_admin.commands import UserCommands
from chalicelib.user_admin.user_store import UserStore
from tests.support.accounts import hold_account, signed_in_staff
from tests.support.clients import PASSWORD, Person

ACTS = [("POST", "disable"), ("POST", "enable"), ("DELETE", "sessions"), ("POST", "password-reset")]


def ask(person, act, account_id):
    method, what = act
    return person.ask(method, f"/admin/users/{account_id}/{what}")


def test_a_disabled_user_is_signed_out_at_once_and_cannot_sign_in(ada, river, entries):
    theirs = river.account["id"]
    reply = ask(ada, ACTS[0], theirs)

    assert (reply.status, reply.json["disabled"]) == (200, True)
    assert river.get("/me").status == 401
    assert river.elsewhere().sign_in().status == 401
    assert entries() == [("account.disabled", ada.account["id"], theirs, ["disabled"])]


def test_an_enabled_user_can_sign_in_again(ada, river):
    theirs = river.account["id"]
    before = ada.get(f"/admin/users/{theirs}").json
    ask(ada, ACTS[0], theirs)
    thief = river.thief()

    assert ask(ada, ACTS[1], theirs).json["disabled"] is False
    assert thief.get("/me").status == 401
    assert river.elsewhere().sign_in().status == 200
    after = ada.get(f"/admin/users/{theirs}").json
    assert after == before | {"updatedAt": after["updatedAt"]}


@pytest.mark.parametrize("act", ACTS[:2], ids=str)
def test_twice_is_as_good_as_once(ada, river, backend, act):
    ask(ada, act, river.account["id"])
    before = backend.everything()

    assert ask(ada, act, river.account["id"]).status == 200
    assert backend.everything() == before


def test_staff_sign_a_user_out_everywhere(ada, river, entries):
    other = river.elsewhere()
    other.sign_in()
    reply = ask(ada, ACTS[2], river.account["id"])

    assert (reply.status, reply.json) == (200, {"msg": "Signed out everywhere"})
    assert (river.get("/me").status, other.get("/me").status) == (401, 401)
    assert river.sign_in().status == 200
    assert entries() == [
        ("account.sessions_ended", ada.account["id"], river.account["id"], ["sessionVersion"])
    ]


def test_a_session_started_during_the_request_is_revoked(ada, river, monkeypatch):
    end, left = UserStore.end_sessions, [1]

    def first(*arguments):
        if left:
            left.pop()
            river.delete("/sessions")
            assert river.sign_in().status == 200
        return end(*arguments)

    monkeypatch.setattr(UserStore, "end_sessions", first)

    assert ask(ada, ACTS[2], river.account["id"]).status == 200
    assert river.get("/me").status == 401


@pytest.mark.parametrize("act", ACTS, ids=str)
@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPER_ADMIN])
def test_an_admin_acts_on_no_staff(ada, backend, act, role):
    other = hold_account("other", role)
    before = backend.everything()
    reply = ask(ada, act, other.id)

    assert (reply.status, reply.code) == (403, "forbidden")
    assert backend.everything() == before


@pytest.mark.parametrize("act", ACTS, ids=str)
@pytest.mark.parametrize("role", list(Role))
def test_a_super_admin_may_act_on_every_account(sue, act, role):
    assert ask(sue, act, hold_account("other", role).id).status == 200


@pytest.mark.parametrize("act", [ACTS[0], ACTS[1], ACTS[3]], ids=str)
@pytest.mark.parametrize("who", ["ada", "sue"])
def test_users_cannot_disable_enable_or_reset_their_own_account(request, who, act):
    person = request.getfixturevalue(who)

    assert ask(person, act, person.account["id"]).status == 403
    assert person.get("/me").status == 200


def test_a_super_admin_may_sign_themselves_out(either_engine, client):
    sue = signed_in_staff(client, "sue", Role.SUPER_ADMIN)

    assert ask(sue, ACTS[2], sue.account["id"]).status == 200
    assert sue.get("/me").status == 401


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_an_action_on_an_unknown_account_is_not_found(sue, act):
    assert ask(sue, act, "nobody").status == 404


@pytest.mark.parametrize("act", ACTS, ids=str)
@pytest.mark.parametrize("lost", [{"role": "User"}, {"disabled": True}], ids=str)
def test_a_former_staff_member_cannot_act_on_an_account(client, backend, monkeypatch, act, lost):
    """The caller loses their role after the guard has let them in."""
    eve = signed_in_staff(client, "eve", Role.SUPER_ADMIN)
    somebody = hold_account("somebody", disabled=act[1] == "enable")
    read = UserStore.get

    def get(store, *account_ids):
        found = read(store, *account_ids)
        backend.change("users", {"id": eve.account["id"]}, **lost)
        return found

    monkeypatch.setattr(UserStore, "get", get)
    reply = ask(eve, act, somebody.id)

    assert (reply.status, reply.code) == (403, "forbidden")
    [row] = [row for row in backend.rows("users") if row["id"] == somebody.id]
    assert (row["version"], row["sessionVersion"], row.get("recovery")) == (1, 1, None)
    assert backend.rows("audit") == backend.rows("one-time-tokens") == []


def test_the_audit_log_contains_no_personal_data(ada, river, backend):
    for act in ACTS:
        ask(ada, act, river.account["id"])

    assert "river" not in str(backend.rows("audit"))
    assert PASSWORD not in str(backend.rows("audit"))


def test_a_disabled_staff_member_cannot_disable_an_account(sue, client):
    ada = signed_in_staff(client, "ada", Role.ADMIN)
    somebody = hold_account("somebody")
    ask(sue, ACTS[0], ada.account["id"])

    assert ask(ada, ACTS[0], somebody.id).status == 401
    assert Person(client, "somebody").sign_in().status == 200


@pytest.mark.parametrize("act", ACTS, ids=str)
@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPER_ADMIN])
def test_an_admin_cannot_change_an_account_of_staff_though_the_rule_is_missing(
    ada, backend, monkeypatch, act, role
):
    monkeypatch.setattr(UserCommands, "_require_manageable", lambda *_: None)
    boss = hold_account("boss", role, disabled=act[1] == "enable")
    before = backend.everything(["users", "one-time-tokens", "audit"])

    assert ask(ada, act, boss.id).status == 503
    assert backend.everything(["users", "one-time-tokens", "audit"]) == before
