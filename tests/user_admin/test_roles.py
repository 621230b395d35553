"""Role changes: users can't change their own role, and the last SuperAdmin keeps theirs."""

import pytest
from chalice.test import Client

from app import app
from chalicelib.identity.account import Role
from chalicelib.user_admin.user_store import UserStore
from tests.http.test_rush import at_once
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import Person
from tests.support.environments import stage


def give(person, account, role):
    return person.post(f"/admin/users/{account.id}/role", {"role": role})


def enabled(stage):
    return [row["enabled"] for row in stage.rows("users") if row["id"] == "#super-admins"]


@pytest.mark.parametrize("role", ["User", "Admin", "SuperAdmin"])
def test_a_super_admin_gives_every_role(super_admin, role, entries):
    applicant = store_account("river", Role.ADMIN if role == "User" else Role.USER)
    if role != "User":
        assert give(super_admin, applicant, "User").status == 200
    response = give(super_admin, applicant, role)

    assert (response.status, response.json["role"]) == (200, role)
    assert super_admin.get(f"/admin/users/{applicant.id}").json == response.json
    assert entries() == [
        ("account.role_changed", super_admin.account["id"], applicant.id, ["role"])
    ]


def test_setting_the_current_role_changes_nothing(super_admin, backend):
    applicant = store_account("river")
    before = backend.everything()

    assert give(super_admin, applicant, "User").status == 200
    assert backend.everything() == before


def test_users_cannot_change_their_own_role(super_admin, backend):
    before = backend.everything()
    response = super_admin.post(
        f"/admin/users/{super_admin.account['id']}/role", {"role": "SuperAdmin"}
    )

    assert (response.status, response.code) == (403, "forbidden")
    assert backend.everything() == before


def test_a_role_counts_from_the_next_request_on_and_ends_no_session(super_admin, client):
    eve = signed_in_staff(client, "eve", Role.ADMIN)
    them = f"/admin/users/{eve.account['id']}/role"

    assert eve.get("/admin/users").status == 200
    assert super_admin.post(them, {"role": "User"}).status == 200
    assert (eve.get("/admin/users").status, eve.get("/me").json["role"]) == (403, "User")
    assert super_admin.post(them, {"role": "Admin"}).status == 200
    assert eve.get("/admin/users").status == 200


def test_super_admins_are_counted(super_admin, backend):
    applicant = store_account("river")

    counts = []
    for role in ("SuperAdmin", "SuperAdmin", "Admin", "SuperAdmin", "User"):
        give(super_admin, applicant, role)
        counts += enabled(backend)
    assert counts == [2, 2, 1, 2, 1]


@pytest.mark.parametrize("change", ["role", "disable"])
def test_the_last_super_admin_stays(super_admin, backend, change):
    last = store_account("last", Role.SUPER_ADMIN)
    backend.change("users", {"id": "#super-admins"}, enabled=1)
    before = backend.everything()
    response = (
        give(super_admin, last, "User") if change == "role" else super_admin.post(_disable(last))
    )

    assert (response.status, response.code) == (409, "last_super_admin")
    assert backend.everything() == before


def _disable(account):
    return f"/admin/users/{account.id}/disable"


def test_a_disabled_super_admin_is_not_counted(super_admin, backend):
    other = store_account("other", Role.SUPER_ADMIN)

    assert super_admin.post(_disable(other)).status == 200
    assert enabled(backend) == [1]
    assert give(super_admin, other, "User").status == 200
    assert give(super_admin, other, "SuperAdmin").status == 200
    assert enabled(backend) == [1]
    assert super_admin.post(f"/admin/users/{other.id}/enable").status == 200
    assert enabled(backend) == [2]


@pytest.mark.parametrize("body", [{}, {"role": "Owner"}, {"role": None}, {"role": "user"}])
def test_an_unknown_role_is_reported(super_admin, body):
    applicant = store_account("river")
    response = super_admin.post(f"/admin/users/{applicant.id}/role", body)

    assert (response.status, response.fields) == (422, {"role"})


def test_changing_the_role_of_an_unknown_account_is_not_found(super_admin):
    assert super_admin.post("/admin/users/unknown/role", {"role": "User"}).status == 404


def between_reading_and_writing(monkeypatch, do):
    """Do something, once, right before the next change is written."""
    change, left = UserStore.change, [do]

    def first(*arguments, **keywords):
        if left:
            left.pop()()
        return change(*arguments, **keywords)

    monkeypatch.setattr(UserStore, "change", first)


def test_a_conflicting_change_is_retried(super_admin, backend, monkeypatch):
    applicant = store_account("river")
    between_reading_and_writing(
        monkeypatch,
        lambda: backend.change("users", {"id": applicant.id}, version=7, disabled=True),
    )
    response = give(super_admin, applicant, "Admin")

    assert (response.status, response.json["disabled"]) == (200, True)
    [row] = [row for row in backend.rows("users") if row["id"] == applicant.id]
    assert (row["version"], row["role"], row["disabled"]) == (8, "Admin", True)


@pytest.mark.parametrize("lost", [{"role": "Admin"}, {"role": "User"}, {"disabled": True}])
def test_a_demoted_or_disabled_super_admin_cannot_finish_a_change(
    super_admin, backend, monkeypatch, lost
):
    applicant = store_account("river")
    between_reading_and_writing(
        monkeypatch, lambda: backend.change("users", {"id": super_admin.account["id"]}, **lost)
    )
    response = give(super_admin, applicant, "Admin")

    assert (response.status, response.code) == (403, "forbidden")
    [row] = [row for row in backend.rows("users") if row["id"] == applicant.id]
    assert (row["role"], row["version"]) == ("User", 1)
    assert backend.rows("audit") == []


@pytest.mark.parametrize("rounds", [5, pytest.param(50, marks=pytest.mark.slow)])
def test_two_super_admins_who_demote_each_other_keep_one(local_endpoint, rounds):
    with stage(local_endpoint) as backend:
        for number in range(rounds):
            backend.clear()
            two = [
                signed_in_staff(Client(app), f"sue-{number}-{n}", Role.SUPER_ADMIN) for n in (0, 1)
            ]

            def demote(which, two=two):
                them = two[1 - which].account["id"]
                return two[which].post(f"/admin/users/{them}/role", {"role": "Admin"}).status

            answers = at_once(2, demote)

            roles = sorted(row["role"] for row in backend.rows("users") if "role" in row)
            assert roles == ["Admin", "SuperAdmin"], answers
            assert enabled(backend) == [1]
            assert 200 in answers
            assert set(answers) <= {200, 403, 503}
            assert len(backend.rows("audit")) == 1


def test_an_admin_gives_no_role(admin):
    applicant = store_account("river")

    assert give(admin, applicant, "Admin").status == 403


def test_an_applicant_gives_no_role(backend, client):
    applicant = Person(client)
    applicant.sign_up()

    response = applicant.post(
        f"/admin/users/{applicant.account['id']}/role", {"role": "SuperAdmin"}
    )
    assert response.status == 403
