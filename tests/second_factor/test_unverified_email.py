"""No second factor is set up while the email is unverified, and that locks no account out."""

import pytest

from chalicelib.identity.account import Role
from tests.accounts.links import token_in
from tests.second_factor.apps import confirm, set_up, start_setup
from tests.support.accounts import store_account
from tests.support.clients import PASSWORD, Person
from tests.support.environments import environment

ADDRESS = "ada@example.com"


@pytest.fixture
def required_second_factor(mailbox):
    """A stage that sends mail and requires a second factor of staff."""
    with environment(STAFF_SECOND_FACTOR="required"):
        yield mailbox


@pytest.fixture
def admin(client, required_second_factor):
    """A staff member who signed in for the first time and has not verified their email."""
    store_account("ada", Role.ADMIN, email=ADDRESS)
    person = Person(client, "ada")
    assert person.sign_in().status == 200
    return person


def test_no_app_is_set_up_while_the_email_is_unverified(other_applicant):
    response = other_applicant.post("/mfa/totp", {"currentPassword": PASSWORD})

    assert (response.status, response.code) == (409, "email_not_verified")
    assert response.json["error"].startswith("Confirm your email address first")


def test_no_app_is_confirmed_after_an_unverified_email_was_added(applicant):
    app = start_setup(applicant)
    changed = {"email": "another@example.com", "currentPassword": PASSWORD}
    assert applicant.request("PATCH", "/me", changed).status == 200

    response = confirm(applicant, app)
    assert (response.status, response.code) == (409, "email_not_verified")
    assert not applicant.get("/me").json["secondFactor"]


def test_an_account_without_an_email_can_have_an_app(applicant):
    set_up(applicant)

    assert applicant.get("/me").json["secondFactor"]


def test_an_account_with_a_verified_email_can_have_an_app(verified_applicant):
    set_up(verified_applicant)

    assert verified_applicant.get("/me").json["secondFactor"]


def test_staff_verify_their_email_before_they_set_up_the_required_app(
    admin, required_second_factor
):
    assert admin.get("/admin/users").code == "second_factor_setup_required"
    assert admin.post("/mfa/totp", {"currentPassword": PASSWORD}).code == "email_not_verified"

    assert admin.post("/email/verification").status == 202
    token = token_in(required_second_factor(), "verify", ADDRESS)
    assert admin.post("/email/verify", {"token": token}).status == 200
    set_up(admin)
    assert admin.get("/admin/users").status == 200


@pytest.mark.parametrize("email", ["right@example.com", None], ids=str)
def test_staff_whose_address_is_mistyped_change_or_remove_it_first(
    admin, required_second_factor, email
):
    changed = {"email": email, "currentPassword": PASSWORD}
    assert admin.request("PATCH", "/me", changed).status == 200

    if email:
        token = token_in(required_second_factor(), "verify", email)
        assert admin.post("/email/verify", {"token": token}).status == 200
    set_up(admin)
    assert admin.get("/admin/users").status == 200
