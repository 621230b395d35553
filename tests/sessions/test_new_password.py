"""A new password ends the delay for sign-ins, and no other delay."""

from unittest import mock

import pytest

from chalicelib.identity.role import Role
from chalicelib.platform import clock
from tests.second_factor.apps import set_up, sign_in
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import PASSWORD, Person
from tests.support.environments import HERE, PUBLIC_URL

NEW_PASSWORD = "five quiet lakes in June"


@pytest.fixture(autouse=True)
def _now(frozen_clock):
    """Let no wait end by itself."""


@pytest.fixture
def verified_applicant(client):
    store_account("lane", email="lane@e.co", email_verified=True)
    return Person(client, "lane")


def guess_until_slowed_down(name, client):
    stranger = Person(client, name)
    for _ in range(5):
        assert stranger.sign_in(password="a wrong password").status == 401
    assert stranger.sign_in().status == 429


def reset(person, token):
    assert (
        person.post("/password/reset", {"token": token, "newPassword": NEW_PASSWORD}).status == 200
    )


def test_a_reset_by_mail_resets_the_backoff_after_ten_failures(verified_applicant, client, mailbox):
    guess_until_slowed_down("lane", client)
    assert verified_applicant.post("/password/forgot", {"username": "lane"}).status == 202
    text = mailbox()[0].get_body(["plain"]).get_content()
    reset(verified_applicant, text.partition(f"{HERE}/reset#token=")[2].split()[0])

    assert verified_applicant.sign_in(password=NEW_PASSWORD).status == 200


def test_a_reset_by_staff_resets_the_backoff_after_ten_failures(applicant, client):
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    guess_until_slowed_down("river", client)
    link = super_admin.post(f"/admin/users/{applicant.account['id']}/password-reset").json["link"]
    reset(applicant.other_client(), link.removeprefix(f"{PUBLIC_URL}/reset#token="))

    assert applicant.other_client().sign_in(password=NEW_PASSWORD).status == 200


@pytest.mark.parametrize("known", [True, False], ids=["a known device", "an unknown device"])
def test_a_password_change_resets_the_backoff_of_other_devices(applicant, client, known):
    if not known:
        applicant.device = None
        for _ in range(4):
            Person(client, "river").sign_in(password="a wrong password")
    else:
        guess_until_slowed_down("river", client)
    change = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}
    assert applicant.post("/password/change", change).status == 200

    for _ in range(5):
        assert Person(client, "river").sign_in(password="a wrong password").status == 401


def test_an_unused_link_does_not_reset_the_backoff(verified_applicant, client, mailbox):
    guess_until_slowed_down("lane", client)
    assert verified_applicant.post("/password/forgot", {"username": "lane"}).status == 202

    assert verified_applicant.sign_in().status == 429


def test_a_reset_does_not_reset_the_backoff_of_codes(applicant, client, monkeypatch):
    app = set_up(applicant)
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    for _ in range(5):
        assert sign_in(applicant, app.wrong_code()).status == 401
    link = super_admin.post(f"/admin/users/{applicant.account['id']}/password-reset").json["link"]
    reset(applicant.other_client(), link.removeprefix(f"{PUBLIC_URL}/reset#token="))

    assert sign_in(applicant.other_client(), app.code(), password=NEW_PASSWORD).status == 429


def test_a_reset_does_not_reset_the_backoff_of_another_account(applicant, other_applicant, client):
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    guess_until_slowed_down("sky", client)
    link = super_admin.post(f"/admin/users/{applicant.account['id']}/password-reset").json["link"]
    reset(applicant.other_client(), link.removeprefix(f"{PUBLIC_URL}/reset#token="))

    assert Person(client, "sky").sign_in().status == 429
    with mock.patch.object(clock, "now", wraps=clock.now):
        assert applicant.other_client().sign_in(password=NEW_PASSWORD).status == 200
