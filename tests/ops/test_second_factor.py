"""``python -m ops reset-second-factor``, for a user whom no SuperAdmin can help."""

import pytest

from chalicelib.platform import settings
from ops import second_factor
from tests.second_factor.apps import set_up, sign_in
from tests.support.environments import STAGE, environment


@pytest.fixture(autouse=True)
def _leave_the_environment_alone():
    """Restore the environment: the command sets its stage for the process that runs all tests."""
    with environment():
        yield


def reset(username):
    return second_factor.reset(STAGE, username)


@pytest.mark.parametrize("name", ["river", "RIVER"])
def test_the_password_alone_signs_in_again(applicant, name, capsys):
    set_up(applicant)

    assert reset(name) == 0
    assert "river now signs in with the password only" in capsys.readouterr().out
    assert applicant.get("/me").status == 401
    assert sign_in(applicant.other_client()).status == 200


def test_it_is_in_the_audit(applicant, backend):
    set_up(applicant)
    reset("river")

    entry = backend.rows("audit")[-1]
    assert (entry["actor"], entry["action"]) == ("ops", "account.second_factor_removed")


@pytest.mark.parametrize("name", ["river", "unknown"])
def test_without_one_there_is_nothing_to_reset(applicant, backend, name, capsys):
    before = backend.everything()

    assert reset(name) == 1
    assert f"No account {name} " in capsys.readouterr().err
    assert backend.everything() == before


def test_a_database_that_is_away_is_said(applicant, monkeypatch, capsys):
    from chalicelib.platform.errors import ServiceUnavailable

    def away():
        raise ServiceUnavailable(cause="no DynamoDB here")

    monkeypatch.setattr("chalicelib.platform.dynamodb.database", away)
    monkeypatch.setattr("chalicelib.identity.account_repository.database", away)

    assert reset("river") == 1
    assert "no DynamoDB here" in capsys.readouterr().err
    assert settings.current().stage == STAGE
