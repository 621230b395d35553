"""What a stolen session and a password aren't enough for takes a code, too."""

import pytest

from tests.second_factor.apps import set_up, sign_in
from tests.support.clients import PASSWORD

NEW_PASSWORD = "five quiet lakes in June"
CHANGES = {
    "password": ("POST", "/password/change", {"newPassword": NEW_PASSWORD}),
    "email": ("PATCH", "/me", {"email": "new@example.com"}),
    "deletion": ("POST", "/me/delete", {}),
}


@pytest.fixture(params=CHANGES, ids=str)
def change(request):
    """Return a function that asks for a change with the password and other values."""
    method, path, body = CHANGES[request.param]

    def ask(client, **values):
        return client.request(method, path, {**body, "currentPassword": PASSWORD, **values})

    return ask


def test_a_change_without_a_code_is_rejected_at_the_field(applicant, change):
    set_up(applicant)

    response = change(applicant)

    assert (response.status, response.json["fieldCodes"]) == (422, {"code": "required"})
    assert sign_in(applicant.other_client()).json["code"] == "second_factor_required"


def test_a_change_with_a_wrong_code_is_rejected_at_the_field(applicant, change):
    app = set_up(applicant)

    response = change(applicant, code=app.wrong_code())

    assert (response.status, response.json["fieldCodes"]) == (422, {"code": "incorrect_code"})
    assert applicant.get("/me").json["email"] is None


def test_a_change_with_the_code_succeeds(applicant, change):
    app = set_up(applicant)

    assert change(applicant, code=app.code()).status == 200


def test_a_change_with_a_recovery_code_succeeds(applicant, change):
    app = set_up(applicant)

    assert change(applicant, code=app.recovery_codes[0]).status == 200


def test_a_code_without_a_second_factor_is_ignored(applicant, change):
    assert change(applicant, code="755224").status == 200


def test_a_blank_code_is_no_code(applicant, change):
    assert change(applicant, code="").status == 200


def test_a_code_works_for_one_change(applicant):
    app = set_up(applicant)
    code = app.code()
    body = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD, "code": code}
    assert applicant.post("/password/change", body).status == 200

    again = {"currentPassword": NEW_PASSWORD, "newPassword": PASSWORD, "code": code}
    response = applicant.post("/password/change", again)

    assert response.json["fieldCodes"] == {"code": "incorrect_code"}


def test_a_missing_code_counts_as_no_attempt(applicant, change):
    app = set_up(applicant)

    for _ in range(6):
        assert change(applicant).status == 422
    assert change(applicant, code=app.code()).status == 200
