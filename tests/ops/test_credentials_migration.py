"""``migrate --finish`` moves credentials to their own table. It can stop anywhere and go on."""

import pytest

from chalicelib.identity.credentials import PLACEHOLDER_HASH
from chalicelib.platform.dynamodb import Database
from ops import migrate
from ops.migrations import MIGRATIONS, checkpoint, engine
from tests.second_factor.apps import set_up, sign_in
from tests.support.clients import PASSWORD
from tests.support.credentials import credentials_of, layout, move_back
from tests.support.environments import STAGE


@pytest.fixture(autouse=True)
def _one_at_a_time(monkeypatch, tmp_path):
    """One writer, as moto needs it, and a folder for checkpoints."""
    monkeypatch.setattr(engine, "WRITERS", 1)
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path / "migrations")


def finish(**options):
    return migrate.run(STAGE, finish=True, migrations=(), **options)


def hashes(backend):
    return {row["id"]: row["passwordHash"] for row in backend.rows("users") if "username" in row}


@pytest.fixture
def app(backend, applicant, other_applicant):
    """River's authenticator; both accounts are stored as an earlier version did."""
    app = set_up(applicant)
    move_back(backend)
    return app


def test_all_credentials_move_and_open_the_accounts_as_before(
    backend, applicant, other_applicant, app, capsys
):
    assert finish() == 0

    assert set(hashes(backend).values()) == {PLACEHOLDER_HASH}
    assert "2 changed, 0 findings, 0 problems" in capsys.readouterr().out
    with layout("separate"):
        assert sign_in(applicant.other_client(), app.code()).status == 200
        assert sign_in(applicant.other_client(), app.recovery_codes[0]).status == 200
        assert other_applicant.other_client().sign_in().status == 200


def test_second_run_changes_nothing(backend, app, capsys):
    finish()
    before = backend.everything()
    capsys.readouterr()

    assert finish() == 0

    assert backend.everything() == before
    assert "0 changed" in capsys.readouterr().out


def test_without_finish_the_credentials_stay(backend, app):
    before = hashes(backend)

    assert migrate.run(STAGE, migrations=MIGRATIONS) == 0

    assert hashes(backend) == before


@pytest.mark.parametrize("calls", range(5))
def test_run_that_is_killed_after_any_call_loses_nothing_and_is_continued(
    backend, applicant, other_applicant, app, calls, monkeypatch
):
    call, left = Database._call, iter(range(calls))

    def kill(self, operation, **arguments):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return call(self, operation, **arguments)

    with monkeypatch.context() as patched:
        patched.setattr(Database, "_call", kill)
        status = finish()
    # Both layouts at once: each account opens, whether it has moved or not.
    with layout("moving"):
        assert sign_in(applicant.other_client()).code == "second_factor_required"
        assert other_applicant.other_client().sign_in().status == 200
    assert status == (1 if calls < 3 else 0)

    assert finish() == 0
    assert set(hashes(backend).values()) == {PLACEHOLDER_HASH}
    assert sign_in(applicant.other_client(), app.code()).status == 200
    assert other_applicant.other_client().sign_in().status == 200


def test_password_that_changes_while_an_account_moves_is_the_one_that_opens_it(
    backend, other_applicant, monkeypatch
):
    move_back(backend)
    new, transact, changes = "seven tall herons by night", Database.transact, []

    def change_first(self, writes):
        if not changes:
            changes.append(True)
            body = {"currentPassword": PASSWORD, "newPassword": new}
            assert other_applicant.post("/password/change", body).status == 200
        return transact(self, writes)

    with layout("in-users"), monkeypatch.context() as patched:
        patched.setattr(Database, "transact", change_first)
        assert finish() == 0

    assert credentials_of(backend, other_applicant.account["id"])
    assert other_applicant.other_client().sign_in().status == 401
    assert other_applicant.other_client().sign_in(password=new).status == 200
