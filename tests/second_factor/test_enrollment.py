"""A user sets up an authenticator app, and removes it again."""

from datetime import timedelta

import pytest

from chalicelib.identity.account import Role
from chalicelib.platform import clock
from chalicelib.sessions.code_check import CodeVerifier
from tests.second_factor.apps import STEP, confirm, set_up, sign_in, start_setup
from tests.support.accounts import signed_in_staff
from tests.support.clients import PASSWORD
from tests.support.credentials import credentials_of
from tests.support.environments import environment

FIELD = "code"


def prove(app, code=None):
    return {"currentPassword": PASSWORD, "code": code or app.code()}


def test_the_secret_is_returned_as_text_uri_and_qr_code(applicant):
    enrollment = applicant.post("/mfa/totp", {"currentPassword": PASSWORD}).json

    assert enrollment["secret"] in enrollment["uri"]
    assert enrollment["uri"].startswith("otpauth://totp/Breeze%20Lakes%20Point:river?")
    assert enrollment["qrSvg"].startswith("<svg")


def test_enrollment_requires_the_password(applicant):
    response = applicant.post("/mfa/totp", {"currentPassword": "wrong"})

    assert (response.status, response.fields) == (422, {"currentPassword"})
    assert not applicant.get("/me").json["secondFactor"]


def test_an_unconfirmed_app_is_not_required_at_sign_in(applicant):
    start_setup(applicant)

    assert sign_in(applicant.other_client()).status == 200


def test_ten_recovery_codes_are_shown_once(applicant):
    app = set_up(applicant)

    assert len(app.recovery_codes) == 10
    assert applicant.get("/me").json["secondFactor"] is True
    assert applicant.get("/me/export").json["recoveryCodesLeft"] == 10
    for path in ("/me", "/me/export"):
        body = applicant.get(path).body.decode()
        assert not any(code in body for code in [*app.recovery_codes, app.secret])


def test_confirmation_revokes_all_other_sessions(applicant):
    other = applicant.other_client()
    assert sign_in(other).status == 200

    set_up(applicant)

    assert other.get("/me").status == 401
    assert applicant.get("/me").status == 200


def test_a_copy_of_the_previous_sessions_token_stops_working(applicant):
    before = applicant.client_with_copied_token()

    set_up(applicant)

    assert before.get("/me").status == 401


def test_a_wrong_code_changes_nothing(applicant):
    app = start_setup(applicant)

    response = applicant.post("/mfa/totp/confirm", {"code": app.wrong_code()})

    assert (response.status, response.fields) == (422, {FIELD})
    assert not applicant.get("/me").json["secondFactor"]
    assert confirm(applicant, app).status == 200


def test_an_expired_setup_is_rejected(applicant, monkeypatch):
    app = start_setup(applicant)
    late = clock.now() + timedelta(hours=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: late)

    response = confirm(applicant, app)

    assert (response.status, response.fields) == (422, {FIELD})


def test_a_second_beginning_replaces_the_first(applicant):
    first, second = start_setup(applicant), start_setup(applicant)

    assert confirm(applicant, first).status == 422
    assert confirm(applicant, second).status == 200


def meanwhile(monkeypatch, checked, act):
    """Have something happen between the check of a code and what is written after it."""
    check = getattr(CodeVerifier, checked)

    def checking(*arguments):
        result = check(*arguments)
        monkeypatch.setattr(CodeVerifier, checked, check)
        act()
        return result

    monkeypatch.setattr(CodeVerifier, checked, checking)


def test_a_code_of_a_replaced_setup_is_rejected(applicant, monkeypatch):
    first = start_setup(applicant)
    meanwhile(monkeypatch, "check_first", lambda: start_setup(applicant))

    assert confirm(applicant, first).status == 422
    assert not applicant.get("/me").json["secondFactor"]


@pytest.mark.parametrize("path", ["/mfa/totp/remove", "/mfa/recovery-codes"])
def test_a_code_that_signs_the_user_in_meanwhile_changes_nothing(applicant, app, monkeypatch, path):
    code = app.code()
    meanwhile(monkeypatch, "consume", lambda: sign_in(applicant.other_client(), code))

    response = applicant.post(path, prove(app, code))

    assert (response.status, response.fields) == (422, {FIELD})
    assert sign_in(applicant.other_client(), code).code == "incorrect_code"
    assert sign_in(applicant.other_client(), app.recovery_codes[0]).status == 200


def test_codes_that_confirm_are_counted_too(applicant, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    app = start_setup(applicant)
    for _ in range(5):
        assert applicant.post("/mfa/totp/confirm", {"code": app.wrong_code()}).status == 422

    assert confirm(applicant, app).status == 429


def test_an_app_in_use_is_not_replaced_past_it(applicant, app):
    response = applicant.post("/mfa/totp", {"currentPassword": PASSWORD})

    assert (response.status, response.code) == (409, "second_factor_active")
    assert sign_in(applicant.other_client(), app.code()).status == 200


def test_the_tables_contain_no_secret_of_an_app(applicant, backend):
    app = set_up(applicant)

    stored = str(backend.everything())
    assert app.secret not in stored
    assert not any(code in stored for code in app.recovery_codes)
    assert not any(code.replace("-", "") in stored for code in app.recovery_codes)


def test_new_recovery_codes_require_both_factors_and_replace_the_old_ones(applicant, app):
    for wrong in ({"currentPassword": "wrong"}, {"code": app.wrong_code()}):
        assert applicant.post("/mfa/recovery-codes", prove(app) | wrong).status == 422

    response = applicant.post("/mfa/recovery-codes", prove(app))

    assert response.status == 200
    assert sign_in(applicant.other_client(), app.recovery_codes[0]).status == 401
    assert sign_in(applicant.other_client(), response.json["recoveryCodes"][0]).status == 200


def test_a_user_with_both_factors_can_remove_the_second_one(applicant, app):
    for wrong in ({"currentPassword": "wrong"}, {"code": app.wrong_code()}):
        assert applicant.post("/mfa/totp/remove", prove(app) | wrong).status == 422

    assert applicant.post("/mfa/totp/remove", prove(app)).status == 200

    assert not applicant.get("/me").json["secondFactor"]
    assert sign_in(applicant.other_client()).status == 200


def test_a_recovery_code_removes_it_too(applicant, app):
    assert applicant.post("/mfa/totp/remove", prove(app, app.recovery_codes[0])).status == 200


@pytest.mark.parametrize("path", ["/mfa/totp/remove", "/mfa/recovery-codes"])
def test_changes_require_a_second_factor(applicant, path):
    response = applicant.post(path, {"currentPassword": PASSWORD, "code": "000000"})

    assert (response.status, response.fields) == (422, {FIELD})


def test_a_code_used_for_a_change_cannot_sign_in(applicant, app):
    code = app.code()
    assert applicant.post("/mfa/recovery-codes", prove(app, code)).status == 200

    assert sign_in(applicant.other_client(), code).status == 401


def test_setup_and_removal_are_mailed_to_the_owner(verified_applicant, mailbox):
    app = set_up(verified_applicant)
    assert verified_applicant.post("/mfa/totp/remove", prove(app)).status == 200

    assert {letter["subject"] for letter in mailbox()} == {
        "Two-step verification is on",
        "Two-step verification is off",
    }


def test_each_change_is_in_the_audit_without_values(applicant, backend):
    app = set_up(applicant)
    applicant.post("/mfa/recovery-codes", prove(app, app.recovery_codes[0]))
    applicant.post("/mfa/totp/remove", prove(app))

    entries = backend.rows("audit")
    assert [entry["action"] for entry in entries] == [
        "account.second_factor_begun",
        "account.second_factor_set",
        "account.recovery_codes_made",
        "account.second_factor_removed",
    ]
    assert {tuple(entry["fields"]) for entry in entries} == {("secondFactor",)}


def test_an_erasure_deletes_the_second_factor(applicant, backend):
    app = set_up(applicant)
    stored = credentials_of(backend, applicant.account["id"])
    assert applicant.post("/me/delete", prove(app)).status == 200

    left = str(backend.records())
    assert stored["authenticator"]["seed"] not in left
    assert not any(code in left for code in stored["authenticator"]["recoveryCodes"])
    assert app.secret not in left


# Staff, where they must have one.


@pytest.fixture
def required_second_factor(backend):
    with environment(STAFF_SECOND_FACTOR="required"):
        yield backend


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPER_ADMIN])
def test_staff_without_a_second_factor_can_only_set_it_up(client, required_second_factor, role):
    admin = signed_in_staff(client, "ada", role)

    for path in ("/admin/users", "/registrations", "/sessions", "/me/export"):
        response = admin.get(path)
        assert (response.status, response.code) == (403, "second_factor_setup_required")
    assert admin.get("/me").status == 200
    set_up(admin)
    assert admin.get("/admin/users").status == 200


def test_applicants_need_none(applicant, required_second_factor):
    assert applicant.get("/sessions").status == 200


def test_a_new_staff_member_needs_a_second_factor_from_the_next_request(
    applicant, required_second_factor, backend
):
    backend.change("users", {"id": applicant.account["id"]}, role="Admin")

    assert applicant.get("/sessions").code == "second_factor_setup_required"


def test_staff_who_remove_it_must_set_it_up_again(client, required_second_factor):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    app = set_up(admin)
    assert admin.post("/mfa/totp/remove", prove(app)).status == 200

    assert admin.get("/admin/users").code == "second_factor_setup_required"


def test_the_second_factor_of_staff_is_required_by_default():
    from chalicelib.platform import settings

    assert settings.read({}).staff_second_factor == "required"


def test_staff_without_a_second_factor_can_sign_out(client, required_second_factor):
    admin = signed_in_staff(client, "ada", Role.ADMIN)

    assert admin.delete("/sessions/current").status == 200


# Lost apps.


def test_a_super_admin_removes_it_from_another_user(client, applicant, app):
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)

    response = super_admin.post(f"/admin/users/{applicant.account['id']}/mfa/remove")

    assert (response.status, response.json["secondFactor"]) == (200, False)
    assert applicant.get("/me").status == 401
    assert sign_in(applicant.other_client()).status == 200


def test_users_cannot_remove_their_own_second_factor_as_staff(client):
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    set_up(super_admin)

    assert super_admin.post(f"/admin/users/{super_admin.account['id']}/mfa/remove").status == 403


def test_removing_a_missing_second_factor_changes_nothing(client, applicant, backend):
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)

    assert super_admin.post(f"/admin/users/{applicant.account['id']}/mfa/remove").status == 200

    assert applicant.get("/me").status == 200
    assert backend.rows("audit") == []


def test_the_code_of_the_setup_cannot_be_used_again_within_the_drift(applicant):
    app = start_setup(applicant)
    code = app.code()
    assert applicant.post("/mfa/totp/confirm", {"code": code}).status == 200

    assert sign_in(applicant.other_client(), code).status == 401
    assert sign_in(applicant.other_client(), app.code(clock.now() + STEP)).status == 200
