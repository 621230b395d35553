"""Credentials are read where they are, and move to their own table with the first write."""

from dataclasses import replace
from unittest import mock

import pytest

from chalicelib.identity.credentials import ELSEWHERE_HASH
from chalicelib.identity.store import AccountStore
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from chalicelib.sessions.service import SessionService
from tests.second_factor.apps import STEP, begin, confirm, set_up, sign_in
from tests.support.clients import PASSWORD
from tests.support.credentials import credentials_of, hold_credentials, layout, move_back

NEW = "seven tall herons by night"


@pytest.fixture
def account_id(river):
    return river.account["id"]


@pytest.fixture
def old(backend, river):
    """River's account, with an authenticator, as an earlier version stored it."""
    app = set_up(river)
    move_back(backend)
    return app


def own_item(backend, account_id):
    [row] = [row for row in backend.rows("users") if row["id"] == account_id]
    return row


def is_moved(backend, account_id):
    """Whether nothing that opens the account is in its own item."""
    row, stored = own_item(backend, account_id), credentials_of(backend, account_id)
    hidden = str([row.get(name) for name in ("passwordHash", "authenticator", "setup")])
    secrets = [stored.get("passwordHash", "")]
    for app in (stored.get("authenticator"), stored.get("setup")):
        secrets += [app["seed"], *app.get("recoveryCodes", ())] if app else []
    return row["passwordHash"] == ELSEWHERE_HASH and not any(one in hidden for one in secrets)


def test_new_account_has_its_hash_in_the_table_of_credentials(backend, river, account_id):
    assert is_moved(backend, account_id)
    assert credentials_of(backend, account_id)["passwordHash"].startswith("$argon2id$")


def test_own_item_says_how_many_recovery_codes_are_left(backend, river, account_id):
    app = set_up(river)
    assert sign_in(river.elsewhere(), app.recovery_codes[0]).status == 200

    assert is_moved(backend, account_id)
    assert river.get("/me").json["recoveryCodesLeft"] == 9
    assert len(own_item(backend, account_id)["authenticator"]["recoveryCodes"]) == 9


@pytest.mark.parametrize(
    "write",
    [
        lambda river, app: sign_in(river.elsewhere(), app.code()),
        lambda river, app: river.ask("PATCH", "/me", {"firstName": "River"}),
        lambda river, app: river.post(
            "/password/change", {"currentPassword": PASSWORD, "newPassword": PASSWORD}
        ),
        lambda river, app: river.post(
            "/mfa/recovery-codes", {"currentPassword": PASSWORD, "code": app.code()}
        ),
    ],
    ids=["sign in with a code", "change a name", "change the password", "renew codes"],
)
def test_first_write_moves_the_credentials_of_an_earlier_version(
    backend, river, account_id, old, write
):
    with layout("moving"):
        assert write(river, old).status == 200

    assert is_moved(backend, account_id)
    # And nothing is lost: the password and the next code open it in the final layout.
    with mock.patch.object(clock, "now", return_value=clock.now() + STEP):
        assert sign_in(river.elsewhere(), old.code(clock.now())).status == 200


def test_sign_in_without_a_code_moves_the_hash(backend, river, account_id):
    move_back(backend)
    with layout("moving"):
        assert river.elsewhere().sign_in().status == 200

    assert is_moved(backend, account_id)
    assert river.elsewhere().sign_in().status == 200


def test_setup_that_began_in_an_earlier_version_is_confirmed(backend, river, account_id):
    app = begin(river)
    move_back(backend)
    with layout("moving"):
        assert confirm(river, app).status == 200

    assert is_moved(backend, account_id)
    assert "setup" not in own_item(backend, account_id) | credentials_of(backend, account_id)


def test_removed_authenticator_leaves_nothing_in_either_table(backend, river, account_id, old):
    with layout("moving"):
        given = {"currentPassword": PASSWORD, "code": old.code()}
        assert river.post("/mfa/totp/remove", given).status == 200

    both = own_item(backend, account_id) | credentials_of(backend, account_id)
    assert "authenticator" not in both
    assert sign_in(river.elsewhere()).status == 200


def test_stage_that_may_go_back_keeps_credentials_where_earlier_versions_read_them(
    backend, newcomer
):
    with layout("in-users"):
        lane = newcomer("lane")
        lane.sign_up()
        app = set_up(lane)
        assert sign_in(lane.elsewhere(), app.code()).status == 200
        given = {"currentPassword": PASSWORD, "newPassword": NEW}
        assert lane.post("/password/change", given).status == 200

    row = own_item(backend, lane.account["id"])
    assert row["passwordHash"] != ELSEWHERE_HASH
    assert len(row["authenticator"]["recoveryCodes"]) == 10
    assert not credentials_of(backend, lane.account["id"])


def test_account_that_has_moved_stays_where_it_is(backend, river, account_id):
    with layout("in-users"):
        given = {"currentPassword": PASSWORD, "newPassword": NEW}
        assert river.post("/password/change", given).status == 200
        assert river.elsewhere().sign_in(password=NEW).status == 200

    assert is_moved(backend, account_id)


def test_password_that_an_earlier_version_changed_counts_until_the_layout_is_final(
    backend, river, account_id
):
    stale = credentials_of(backend, account_id)
    given = {"currentPassword": PASSWORD, "newPassword": NEW}
    assert river.post("/password/change", given).status == 200
    move_back(backend)
    backend.change("credentials", {"userId": account_id}, passwordHash=stale["passwordHash"])

    with layout("moving"):
        assert river.elsewhere().sign_in(password=PASSWORD).status == 401
        assert river.elsewhere().sign_in(password=NEW).status == 200


def test_hash_that_is_planted_in_the_own_item_opens_nothing(backend, river, account_id, newcomer):
    thief = newcomer("thief")
    thief.sign_up(password=NEW)
    planted = credentials_of(backend, thief.account["id"])["passwordHash"]
    backend.change("users", {"id": account_id}, passwordHash=planted)

    assert river.elsewhere().sign_in(password=NEW).status == 401
    # Nor does a later write of the account take it over.
    assert river.ask("PATCH", "/me", {"firstName": "River"}).status == 200
    assert river.elsewhere().sign_in(password=NEW).status == 401
    assert river.elsewhere().sign_in().status == 200


def test_authenticator_that_staff_removed_does_not_come_back(backend, river, account_id):
    app = set_up(river)
    backend.drop("users", {"id": account_id}, "authenticator")

    assert sign_in(river.elsewhere()).status == 200
    assert river.get("/me").json["secondFactor"] is False
    # A new one takes its place.
    other = set_up(river)
    assert sign_in(river.elsewhere(), app.code()).code == "incorrect_code"
    assert sign_in(river.elsewhere(), other.code()).status == 200


def test_without_its_credentials_an_account_is_closed_and_not_open(backend, river, account_id):
    app = set_up(river)
    backend.remove("credentials", {"userId": account_id})

    assert sign_in(river.elsewhere(), app.code()).code == "incorrect_credentials"


def test_credentials_of_another_account_do_not_match(backend, river, account_id, sky):
    app = set_up(river)
    mine = credentials_of(backend, account_id)
    hold_credentials(backend, sky.account["id"], authenticator=mine["authenticator"])

    assert sign_in(sky.elsewhere(), app.code()).code == "incorrect_code"


def test_erasure_deletes_the_credentials(backend, river, account_id):
    assert river.post("/me/delete", {"currentPassword": PASSWORD}).status == 200

    assert backend.rows("credentials") == []


def test_erasure_deletes_the_credentials_of_accounts_that_were_merged(backend, river, sky):
    backend.change("users", {"id": river.account["id"]}, mergedAccounts=[sky.account["id"]])
    assert river.post("/me/delete", {"currentPassword": PASSWORD}).status == 200

    assert backend.rows("credentials") == []


def test_move_that_loses_the_race_against_a_new_password_is_not_made(backend, river, account_id):
    move_back(backend)
    winners = own_item(backend, account_id)["passwordHash"]

    def lose_the_race(*arguments):
        backend.change("users", {"id": account_id}, passwordHash=f"{winners[:-1]}A")
        return start(*arguments)

    start = SessionService.prepare_session
    with (
        layout("moving"),
        mock.patch.object(SessionService, "prepare_session", lose_the_race),
    ):
        assert river.sign_in().status == 200

    assert own_item(backend, account_id)["passwordHash"] == f"{winners[:-1]}A"
    assert not credentials_of(backend, account_id)


def test_sign_in_writes_of_a_moved_account_without_changes_touch_no_credentials(river, account_id):
    account = replace(AccountStore(database()).get(account_id), password_hash="a stored hash")

    writes = AccountStore(database()).sign_in_writes(account)

    assert [(one.operation, one.table) for one in writes] == [("Update", "users")]
