"""Staff with passkeys: instead of an app, required by a setting, and on a lost phone."""

from dataclasses import replace

import pytest

from chalicelib.identity.role import Role
from chalicelib.platform import settings
from chalicelib.sessions import session_token
from chalicelib.sessions.keys import session_keys
from tests.second_factor import apps
from tests.support.accounts import signed_in_staff
from tests.support.clients import COOKIE, PASSWORD
from tests.support.environments import environment
from tests.support.soft_passkeys import SoftPasskey, add_passkey, show_passkey, sign_in_with

PASSKEY_REQUIRED = (403, "passkey_sign_in_required")


@pytest.fixture
def ada(client):
    return signed_in_staff(client, "ada", Role.ADMIN)


def told(response):
    return response.status, response.code


def begin_app(person):
    return person.post("/mfa/totp", {"currentPassword": PASSWORD})


def test_staff_with_a_passkey_need_no_app_and_a_password_alone_adds_none(ada):
    with environment(STAFF_SECOND_FACTOR="required"):
        assert ada.get("/admin/users").code == "second_factor_setup_required"
        passkey = add_passkey(ada)

        assert told(begin_app(ada)) == PASSKEY_REQUIRED
        assert told(ada.post("/me/confirmation", {"currentPassword": PASSWORD})) == PASSKEY_REQUIRED
        assert sign_in_with(ada, passkey).status == 200
        assert ada.get("/admin/users").status == 200
        assert begin_app(ada).status == 200


def test_a_setting_requires_that_staff_sign_in_with_a_passkey(ada):
    with environment(STAFF_PASSKEY="required"):
        app = apps.set_up(ada)
        assert told(ada.get("/admin/users")) == PASSKEY_REQUIRED
        assert ada.get("/registrations").status == 200
        passkey = add_passkey(ada, code=app.code())

        phished = {"currentPassword": PASSWORD, "code": app.recovery_codes[0]}
        assert told(ada.post("/me/confirmation", phished)) == PASSKEY_REQUIRED
        show_passkey(ada, passkey)
        assert ada.post("/me/confirmation", {}).status == 200
        assert sign_in_with(ada, passkey).status == 200
        assert ada.get("/admin/users").status == 200


def test_the_session_after_a_new_password_is_still_one_by_passkey(ada):
    passkey = add_passkey(ada)
    with environment(STAFF_PASSKEY="required"):
        assert sign_in_with(ada, passkey).status == 200
        new = {"currentPassword": PASSWORD, "newPassword": "seven herons left the marsh"}
        assert ada.post("/password/change", new).status == 200
        assert ada.get("/admin/users").status == 200


def test_the_signing_key_alone_makes_no_session_one_by_passkey(ada):
    claims = session_token.verify(ada.token, session_keys(), settings.current().issuer)
    marked = replace(claims, session_secret=f"passkey.{claims.session_secret}")
    forged = session_token.issue(marked, session_keys(), settings.current().issuer)

    assert ada.get("/me", Cookie=f"{COOKIE}={forged}").status == 401


def test_a_passkey_of_a_lost_phone_is_removed_by_another_superadmin(ada, client):
    passkey = add_passkey(ada, SoftPasskey())
    chief = signed_in_staff(client, "chief", Role.SUPER_ADMIN)
    path = f"/admin/users/{ada.account['id']}/mfa/remove"
    removed = chief.post(path)

    assert removed.json["signInMethods"] == ["password"]
    again = ada.other_client()
    assert sign_in_with(again, passkey).code == "incorrect_passkey"
    with environment(STAFF_SECOND_FACTOR="required"):
        assert again.sign_in().status == 200
        assert begin_app(again).status == 200


def test_the_setting_takes_a_domain_for_passkeys():
    prefix = settings.PREFIX
    url = "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/api"
    variables = {f"{prefix}STAFF_PASSKEY": "required", f"{prefix}PUBLIC_URL": url}

    with pytest.raises(settings.SettingsError, match="STAFF_PASSKEY"):
        settings.read(variables)
