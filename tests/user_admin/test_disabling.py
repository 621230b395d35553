"""Staff disable and enable accounts, and sign users out."""

import pytest

from chalicelib.identity.account import Role
from chalicelib.user_admin.commands import UserCommands
from chalicelib.user_admin.user_store import UserStore
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import PASSWORD, Person

ACTS = [("POST", "disable"), ("POST", "enable"), ("DELETE", "sessions"), ("POST", "password-reset")]


def perform(person, act, account_id):
    method, action = act
    return person.request(method, f"/admin/users/{account_id}/{action}")


def test_a_disabled_user_is_signed_out_at_once_and_cannot_sign_in(admin, applicant, entries):
    account_id = applicant.account["id"]
    response = perform(admin, ACTS[0], account_id)

    assert (response.status, response.json["disabled"]) == (200, True)
    assert applicant.get("/me").status == 401
    assert applicant.other_client().sign_in().status == 401
    assert entries() == [("account.disabled", admin.account["id"], account_id, ["disabled"])]


def test_an_enabled_user_can_sign_in_again(admin, applicant):
    account_id = applicant.account["id"]
    before = admin.get(f"/admin/users/{account_id}").json
    perform(admin, ACTS[0], account_id)
    client_with_copied_token = applicant.client_with_copied_token()

    assert perform(admin, ACTS[1], account_id).json["disabled"] is False
    assert client_with_copied_token.get("/me").status == 401
    assert applicant.other_client().sign_in().status == 200
    after = admin.get(f"/admin/users/{account_id}").json
    assert after == before | {"updatedAt": after["updatedAt"]}


@pytest.mark.parametrize("act", ACTS[:2], ids=str)
def test_twice_is_as_good_as_once(admin, applicant, backend, act):
    perform(admin, act, applicant.account["id"])
    before = backend.everything()

    assert perform(admin, act, applicant.account["id"]).status == 200
    assert backend.everything() == before


def test_staff_sign_a_user_out_everywhere(admin, applicant, entries):
    other = applicant.other_client()
    other.sign_in()
    response = perform(admin, ACTS[2], applicant.account["id"])

    assert (response.status, response.json) == (200, {"msg": "Signed out everywhere"})
    assert (applicant.get("/me").status, other.get("/me").status) == (401, 401)
    assert applicant.sign_in().status == 200
    assert entries() == [
        ("account.sessions_ended", admin.account["id"], applicant.account["id"], ["sessionVersion"])
    ]


def test_a_session_started_during_the_request_is_revoked(admin, applicant, monkeypatch):
    end, left = UserStore.end_sessions, [1]

    def first(*arguments):
        if left:
            left.pop()
            applicant.delete("/sessions")
            assert applicant.sign_in().status == 200
        return end(*arguments)

    monkeypatch.setattr(UserStore, "end_sessions", first)

    assert perform(admin, ACTS[2], applicant.account["id"]).status == 200
    assert applicant.get("/me").status == 401


@pytest.mark.parametrize("act", ACTS, ids=str)
@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPER_ADMIN])
def test_an_admin_acts_on_no_staff(admin, backend, act, role):
    other = store_account("other", role)
    before = backend.everything()
    response = perform(admin, act, other.id)

    assert (response.status, response.code) == (403, "forbidden")
    assert backend.everything() == before


@pytest.mark.parametrize("act", ACTS, ids=str)
@pytest.mark.parametrize("role", list(Role))
def test_a_super_admin_may_act_on_every_account(super_admin, act, role):
    assert perform(super_admin, act, store_account("other", role).id).status == 200


@pytest.mark.parametrize("act", [ACTS[0], ACTS[1], ACTS[3]], ids=str)
@pytest.mark.parametrize("fixture_name", ["admin", "super_admin"])
def test_users_cannot_disable_enable_or_reset_their_own_account(request, fixture_name, act):
    person = request.getfixturevalue(fixture_name)

    assert perform(person, act, person.account["id"]).status == 403
    assert person.get("/me").status == 200


def test_a_super_admin_may_sign_themselves_out(database_engine, client):
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)

    assert perform(super_admin, ACTS[2], super_admin.account["id"]).status == 200
    assert super_admin.get("/me").status == 401


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_an_action_on_an_unknown_account_is_not_found(super_admin, act):
    assert perform(super_admin, act, "unknown").status == 404


@pytest.mark.parametrize("act", ACTS, ids=str)
@pytest.mark.parametrize("lost", [{"role": "User"}, {"disabled": True}], ids=str)
def test_a_former_staff_member_cannot_act_on_an_account(client, backend, monkeypatch, act, lost):
    """The caller loses their role after the guard has let them in."""
    eve = signed_in_staff(client, "eve", Role.SUPER_ADMIN)
    other_account = store_account("someone", disabled=act[1] == "enable")
    read = UserStore.get

    def get(store, *account_ids):
        users = read(store, *account_ids)
        backend.change("users", {"id": eve.account["id"]}, **lost)
        return users

    monkeypatch.setattr(UserStore, "get", get)
    response = perform(eve, act, other_account.id)

    assert (response.status, response.code) == (403, "forbidden")
    [row] = [row for row in backend.rows("users") if row["id"] == other_account.id]
    assert (row["version"], row["sessionVersion"], row.get("recovery")) == (1, 1, None)
    assert backend.rows("audit") == backend.rows("one-time-tokens") == []


def test_the_audit_log_contains_no_personal_data(admin, applicant, backend):
    for act in ACTS:
        perform(admin, act, applicant.account["id"])

    assert "river" not in str(backend.rows("audit"))
    assert PASSWORD not in str(backend.rows("audit"))


def test_a_disabled_staff_member_cannot_disable_an_account(super_admin, client):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    other_account = store_account("someone")
    perform(super_admin, ACTS[0], admin.account["id"])

    assert perform(admin, ACTS[0], other_account.id).status == 401
    assert Person(client, "someone").sign_in().status == 200


@pytest.mark.parametrize("act", ACTS, ids=str)
@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPER_ADMIN])
def test_an_admin_cannot_change_an_account_of_staff_though_the_rule_is_missing(
    admin, backend, monkeypatch, act, role
):
    monkeypatch.setattr(UserCommands, "_require_manageable", lambda *_: None)
    boss = store_account("boss", role, disabled=act[1] == "enable")
    before = backend.everything(["users", "one-time-tokens", "audit"])

    assert perform(admin, act, boss.id).status == 503
    assert backend.everything(["users", "one-time-tokens", "audit"]) == before
