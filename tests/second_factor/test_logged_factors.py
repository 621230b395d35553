"""The log says how a person proved who they are."""

import json

import pytest

from tests.second_factor.apps import sign_in, start_setup


@pytest.fixture
def logged(capsys):
    """Returns the values of a field in the log lines with it since the last call."""

    def values(field):
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [line[field] for line in lines if field in line]

    return values


def test_a_sign_in_with_a_password_alone_is_logged_as_such(applicant, logged):
    logged("factors")
    applicant.sign_in()

    assert logged("factors") == ["password"]


def test_a_sign_in_with_the_app_is_logged_as_such(applicant, app, logged):
    logged("factors")
    sign_in(applicant.other_client(), app.code())

    assert logged("factors") == ["password+app"]


def test_a_sign_in_with_a_recovery_code_is_logged_as_such(applicant, app, logged):
    logged("factors")
    sign_in(applicant.other_client(), app.recovery_codes[0])

    assert "password+recovery_code" in logged("factors")


def test_the_factors_of_one_request_are_not_those_of_the_next(applicant, app, logged):
    sign_in(applicant.other_client(), app.code())
    logged("factors")
    applicant.sign_in(password="wrong")

    assert logged("factors") == []


def test_a_wrong_code_while_an_app_is_set_up_is_logged(applicant, logged):
    start_setup(applicant)
    logged("code")

    assert applicant.post("/mfa/totp/confirm", {"code": "000000"}).status == 422
    assert logged("code") == ["invalid_code"]
