"""A reset by mail proves the mailbox alone, and removes what was set before that was verified."""

from datetime import timedelta

import pytest

from chalicelib.identity.account import Role
from chalicelib.platform import clock
from tests.accounts.links import token_in
from tests.second_factor.apps import STEP, App, confirm, set_up, sign_in
from tests.support.accounts import signed_in_staff
from tests.support.clients import PASSWORD, Person

ADDRESS = "river@example.com"
NEW_PASSWORD = "five quiet lakes in June"


def verify(person, mailbox, code=None):
    """Give a person without an email one, and verify it in their session."""
    changed = {"email": ADDRESS, "currentPassword": PASSWORD, "code": code}
    assert person.request("PATCH", "/me", changed).status == 200
    token = token_in(mailbox(), "verify", ADDRESS)
    assert person.post("/email/verify", {"token": token}).status == 200


def reset(person, mailbox):
    """Reset the password of an account by mail, as a person who is not signed in."""
    stranger = Person(person.client)
    assert stranger.post("/password/forgot", {"username": person.name}).status == 202
    chosen = {"token": token_in(mailbox(), "reset"), "newPassword": NEW_PASSWORD}
    assert stranger.post("/password/reset", chosen).status == 200


def times(backend, **when):
    """Store other times with the only account; None removes a time, as if it were unknown."""
    [row] = backend.rows("users")
    for name, at in when.items():
        if at:
            backend.change("users", {"id": row["id"]}, **{name: clock.to_text(at)})
        else:
            backend.client.update_item(
                TableName="breeze-lakes-point-test-users",
                Key={"id": {"S": row["id"]}},
                UpdateExpression=f"REMOVE {name}",
            )


@pytest.fixture
def early_authenticator(applicant, mailbox, backend):
    """An authenticator that was set up an hour before the address was verified by a link alone."""
    app = set_up(applicant)
    verify(applicant, mailbox, app.recovery_codes[0])
    times(backend, secondFactorSetAt=clock.now() - timedelta(hours=1))
    return app


def test_a_reset_by_mail_removes_an_authenticator_older_than_the_verification(
    applicant, early_authenticator, mailbox, backend
):
    reset(applicant, mailbox)

    assert sign_in(applicant.other_client(), password=NEW_PASSWORD).status == 200
    for table in ("users", "credentials"):
        [row] = backend.rows(table)
        assert {"authenticator", "secondFactorSetAt", "setup"}.isdisjoint(row)
    actions = [entry["action"] for entry in backend.rows("audit")]
    assert actions.count("account.second_factor_removed") == 1
    subjects = [message["Subject"] for message in mailbox()]
    assert "Your password was reset" in subjects
    assert "Two-step verification is off" in subjects


def test_its_recovery_codes_go_with_it(applicant, early_authenticator, mailbox):
    reset(applicant, mailbox)
    assert applicant.sign_in(password=NEW_PASSWORD).status == 200
    app = set_up_again(applicant)

    assert (
        sign_in(applicant.other_client(), early_authenticator.recovery_codes[0], NEW_PASSWORD).code
        == "incorrect_code"
    )
    assert sign_in(applicant.other_client(), app.recovery_codes[0], NEW_PASSWORD).status == 200


def set_up_again(person):
    begun = person.post("/mfa/totp", {"currentPassword": NEW_PASSWORD})
    app = App(begun.json["secret"])
    app.recovery_codes = confirm(person, app, clock.now() - STEP).json["recoveryCodes"]
    return app


def test_a_reset_by_mail_keeps_an_authenticator_set_up_after_the_verification(applicant, mailbox):
    verify(applicant, mailbox)
    app = set_up(applicant)
    reset(applicant, mailbox)

    assert sign_in(applicant.other_client(), password=NEW_PASSWORD).code == "second_factor_required"
    assert sign_in(applicant.other_client(), app.code(), NEW_PASSWORD).status == 200


def test_a_session_that_the_authenticator_protects_vouches_for_it_when_it_verifies(
    applicant, mailbox
):
    app = set_up(applicant)
    verify(applicant, mailbox, app.recovery_codes[0])
    reset(applicant, mailbox)

    assert sign_in(applicant.other_client(), password=NEW_PASSWORD).code == "second_factor_required"
    assert sign_in(applicant.other_client(), app.code(), NEW_PASSWORD).status == 200


@pytest.mark.parametrize("unknown", ["secondFactorSetAt", "emailVerifiedAt"])
def test_an_authenticator_of_unknown_order_is_kept_for_staff_to_remove(
    applicant, early_authenticator, mailbox, backend, unknown
):
    times(backend, **{unknown: None})
    reset(applicant, mailbox)

    assert sign_in(applicant.other_client(), password=NEW_PASSWORD).code == "second_factor_required"


def test_a_link_that_staff_hand_over_keeps_the_authenticator(client, applicant):
    app = set_up(applicant)
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    link = super_admin.post(f"/admin/users/{applicant.account['id']}/password-reset").json["link"]
    chosen = {"token": link.partition("#token=")[2], "newPassword": NEW_PASSWORD}
    assert Person(client).post("/password/reset", chosen).status == 200

    assert sign_in(applicant.other_client(), app.code(), NEW_PASSWORD).status == 200


def test_a_reset_ends_a_setup_that_has_begun(applicant, mailbox, backend):
    verify(applicant, mailbox)
    assert applicant.post("/mfa/totp", {"currentPassword": PASSWORD}).status == 200
    reset(applicant, mailbox)

    for table in ("users", "credentials"):
        [row] = backend.rows(table)
        assert "setup" not in row


def test_the_time_of_the_new_password_is_stored(applicant, mailbox, backend, frozen_clock):
    verify(applicant, mailbox)
    times(backend, passwordSetAt=clock.now() - timedelta(days=1))
    reset(applicant, mailbox)

    [row] = backend.rows("users")
    assert row["passwordSetAt"] == clock.to_text(clock.now())
