"""The log says how a person proved who they are."""

import json

import pytest

from tests.second_factor.apps import begin, sign_in


@pytest.fixture
def logged(capsys):
    """Returns the values of a field in the log lines with it since the last call."""

    def values(field):
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [line[field] for line in lines if field in line]

    return values


def test_a_sign_in_with_a_password_alone_is_logged_as_such(river, logged):
    logged("factors")
    river.sign_in()

    assert logged("factors") == ["password"]


def test_a_sign_in_with_the_app_is_logged_as_such(river, app, logged):
    logged("factors")
    sign_in(river.elsewhere(), app.code())

    assert logged("factors") == ["password+app"]


def test_a_sign_in_with_a_recovery_code_is_logged_as_such(river, app, logged):
    logged("factors")
    sign_in(river.elsewhere(), app.recovery_codes[0])

    assert "password+recovery_code" in logged("factors")


def test_the_factors_of_one_request_are_not_those_of_the_next(river, app, logged):
    sign_in(river.elsewhere(), app.code())
    logged("factors")
    river.sign_in(password="wrong")

    assert logged("factors") == []


def test_a_wrong_code_while_an_app_is_set_up_is_logged(river, logged):
    begin(river)
    logged("code")

    assert river.post("/mfa/totp/confirm", {"code": "000000"}).status == 422
    assert logged("code") == ["invalid_code"]
