"""Credentials are read where they are, and move to their own table with the first write."""

from dataclasses import replace
from unittest import mock

import pytest

from chalicelib.identity.credentials import PLACEHOLDER_HASH
from chalicelib.identity.sign_in_store import sign_in_writes
from chalicelib.identity.store import AccountStore
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from chalicelib.sessions.service import SessionService
from tests.second_factor.apps import STEP, confirm, set_up, sign_in, start_setup
from tests.support.clients import PASSWORD
from tests.support.credentials import credentials_of, layout, move_back, store_credentials

NEW_PASSWORD = "seven tall herons by night"


@pytest.fixture
def account_id(applicant):
    return applicant.account["id"]


@pytest.fixture
def earlier_account(backend, applicant):
    """River's account, with an authenticator, as an earlier version stored it."""
    app = set_up(applicant)
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
    return row["passwordHash"] == PLACEHOLDER_HASH and not any(
        secret in hidden for secret in secrets
    )


def test_new_account_has_its_hash_in_the_table_of_credentials(backend, applicant, account_id):
    assert is_moved(backend, account_id)
    assert credentials_of(backend, account_id)["passwordHash"].startswith("$argon2id$")


def test_own_item_says_how_many_recovery_codes_are_left(backend, applicant, account_id):
    app = set_up(applicant)
    assert sign_in(applicant.other_client(), app.recovery_codes[0]).status == 200

    assert is_moved(backend, account_id)
    assert applicant.get("/me").json["recoveryCodesLeft"] == 9
    assert len(own_item(backend, account_id)["authenticator"]["recoveryCodes"]) == 9


@pytest.mark.parametrize(
    "write",
    [
        lambda applicant, app: sign_in(applicant.other_client(), app.code()),
        lambda applicant, app: applicant.request("PATCH", "/me", {"firstName": "River"}),
        lambda applicant, app: applicant.post(
            "/password/change",
            {"currentPassword": PASSWORD, "newPassword": PASSWORD, "code": app.code()},
        ),
        lambda applicant, app: applicant.post(
            "/mfa/recovery-codes", {"currentPassword": PASSWORD, "code": app.code()}
        ),
    ],
    ids=["sign in with a code", "change a name", "change the password", "renew codes"],
)
def test_first_write_moves_the_credentials_of_an_earlier_version(
    backend, applicant, account_id, earlier_account, write
):
    with layout("moving"):
        assert write(applicant, earlier_account).status == 200

    assert is_moved(backend, account_id)
    # And nothing is lost: the password and the next code open it in the final layout.
    with mock.patch.object(clock, "now", return_value=clock.now() + STEP):
        assert sign_in(applicant.other_client(), earlier_account.code(clock.now())).status == 200


def test_sign_in_without_a_code_moves_the_hash(backend, applicant, account_id):
    move_back(backend)
    with layout("moving"):
        assert applicant.other_client().sign_in().status == 200

    assert is_moved(backend, account_id)
    assert applicant.other_client().sign_in().status == 200


def test_setup_that_began_in_an_earlier_version_is_confirmed(backend, applicant, account_id):
    app = start_setup(applicant)
    move_back(backend)
    with layout("moving"):
        assert confirm(applicant, app).status == 200

    assert is_moved(backend, account_id)
    assert "setup" not in own_item(backend, account_id) | credentials_of(backend, account_id)


def test_removed_authenticator_leaves_nothing_in_either_table(
    backend, applicant, account_id, earlier_account
):
    with layout("moving"):
        body = {"currentPassword": PASSWORD, "code": earlier_account.code()}
        assert applicant.post("/mfa/totp/remove", body).status == 200

    both = own_item(backend, account_id) | credentials_of(backend, account_id)
    assert "authenticator" not in both
    assert sign_in(applicant.other_client()).status == 200


def test_stage_that_may_go_back_keeps_credentials_where_earlier_versions_read_them(
    backend, new_client
):
    with layout("in-users"):
        other_person = new_client("lane")
        other_person.sign_up()
        app = set_up(other_person)
        assert sign_in(other_person.other_client(), app.code()).status == 200
        next_code = app.code(clock.now() + STEP)
        body = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD, "code": next_code}
        assert other_person.post("/password/change", body).status == 200

    row = own_item(backend, other_person.account["id"])
    assert row["passwordHash"] != PLACEHOLDER_HASH
    assert len(row["authenticator"]["recoveryCodes"]) == 10
    assert not credentials_of(backend, other_person.account["id"])


def test_account_that_has_moved_stays_where_it_is(backend, applicant, account_id):
    with layout("in-users"):
        body = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}
        assert applicant.post("/password/change", body).status == 200
        assert applicant.other_client().sign_in(password=NEW_PASSWORD).status == 200

    assert is_moved(backend, account_id)


def test_password_that_an_earlier_version_changed_counts_until_the_layout_is_final(
    backend, applicant, account_id
):
    stale = credentials_of(backend, account_id)
    body = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}
    assert applicant.post("/password/change", body).status == 200
    move_back(backend)
    backend.change("credentials", {"userId": account_id}, passwordHash=stale["passwordHash"])

    with layout("moving"):
        assert applicant.other_client().sign_in(password=PASSWORD).status == 401
        assert applicant.other_client().sign_in(password=NEW_PASSWORD).status == 200


def test_hash_that_is_planted_in_the_own_item_opens_nothing(
    backend, applicant, account_id, new_client
):
    client_with_copied_token = new_client("thief")
    client_with_copied_token.sign_up(password=NEW_PASSWORD)
    planted = credentials_of(backend, client_with_copied_token.account["id"])["passwordHash"]
    backend.change("users", {"id": account_id}, passwordHash=planted)

    assert applicant.other_client().sign_in(password=NEW_PASSWORD).status == 401
    # Nor does a later write of the account take it over.
    assert applicant.request("PATCH", "/me", {"firstName": "River"}).status == 200
    assert applicant.other_client().sign_in(password=NEW_PASSWORD).status == 401
    assert applicant.other_client().sign_in().status == 200


def test_authenticator_that_staff_removed_does_not_come_back(backend, applicant, account_id):
    app = set_up(applicant)
    backend.drop("users", {"id": account_id}, "authenticator")

    assert sign_in(applicant.other_client()).status == 200
    assert applicant.get("/me").json["secondFactor"] is False
    # A new one takes its place.
    other = set_up(applicant)
    assert sign_in(applicant.other_client(), app.code()).code == "incorrect_code"
    assert sign_in(applicant.other_client(), other.code()).status == 200


def test_without_its_credentials_an_account_is_closed_and_not_open(backend, applicant, account_id):
    app = set_up(applicant)
    backend.remove("credentials", {"userId": account_id})

    assert sign_in(applicant.other_client(), app.code()).code == "incorrect_credentials"


def test_credentials_of_another_account_do_not_match(
    backend, applicant, account_id, other_applicant
):
    app = set_up(applicant)
    credentials = credentials_of(backend, account_id)
    store_credentials(
        backend, other_applicant.account["id"], authenticator=credentials["authenticator"]
    )

    assert sign_in(other_applicant.other_client(), app.code()).code == "incorrect_code"


def test_erasure_deletes_the_credentials(backend, applicant, account_id):
    assert applicant.post("/me/delete", {"currentPassword": PASSWORD}).status == 200

    assert backend.rows("credentials") == []


def test_erasure_deletes_the_credentials_of_accounts_that_were_merged(
    backend, applicant, other_applicant
):
    backend.change(
        "users", {"id": applicant.account["id"]}, mergedAccounts=[other_applicant.account["id"]]
    )
    assert applicant.post("/me/delete", {"currentPassword": PASSWORD}).status == 200

    assert backend.rows("credentials") == []


def test_move_that_loses_the_race_against_a_new_password_is_not_made(
    backend, applicant, account_id
):
    move_back(backend)
    winners = own_item(backend, account_id)["passwordHash"]

    def lose_the_race(*arguments, **options):
        backend.change("users", {"id": account_id}, passwordHash=f"{winners[:-1]}.")
        return start(*arguments, **options)

    start = SessionService.prepare_session
    with (
        layout("moving"),
        mock.patch.object(SessionService, "prepare_session", lose_the_race),
    ):
        assert applicant.sign_in().status == 200

    assert own_item(backend, account_id)["passwordHash"] == f"{winners[:-1]}."
    assert not credentials_of(backend, account_id)


def test_sign_in_writes_of_a_moved_account_without_changes_touch_no_credentials(
    applicant, account_id
):
    account = replace(AccountStore(database()).get(account_id), password_hash="a stored hash")

    writes = sign_in_writes(account)

    assert [(write.operation, write.table) for write in writes] == [("Update", "users")]
