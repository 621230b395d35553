"""Attackers try to reach another user's registration through an account merge."""

import threading
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from chalice.test import Client

from app import app
from chalicelib.identity.account import Role
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.user_admin.transfer import Transfers
from tests.accounts.links import links_in
from tests.support.accounts import signed_in_staff
from tests.support.clients import PASSWORD, Person
from tests.support.events import EVENT, create_event
from tests.user_admin.merging import REGISTRATION_PATH, merge, preview, save, submit

ADDRESS = "mistyped@example.com"
NEW_PASSWORD = "six green barrels in July"


@pytest.fixture
def target(new_client, mailbox):
    person = new_client("kept")
    assert person.sign_up().status == 201
    return person


@pytest.fixture
def merged(new_client, mailbox, event):
    """The account to close, with a registration and another person's email address."""
    person = new_client("gone")
    assert person.sign_up(email=ADDRESS).status == 201
    submit(person)
    return person


@pytest.fixture
def half_merged(admin, target, merged):
    with mock.patch.object(Transfers, "move", side_effect=ServiceUnavailable):
        assert merge(admin, target, merged).status == 503


def reset_links(mailbox):
    return links_in(mailbox(), "reset")


def test_owner_of_a_mistyped_address_gets_nothing_by_a_merge(
    admin, target, merged, new_client, mailbox
):
    stranger, before = new_client("stranger"), len(mailbox())
    assert merge(admin, target, merged).status == 200

    # An unverified address gets no mail, opens no account, and identifies none.
    assert len(mailbox()) == before
    assert stranger.post("/password/forgot", {"username": ADDRESS}).status == 202
    assert reset_links(mailbox) == set()
    assert stranger.sign_up(email=ADDRESS).status == 201
    assert stranger.get("/registrations").json["items"] == []
    for token in links_in(mailbox(), "verify", ADDRESS):
        stranger.post("/email/verify", {"token": token})
    assert stranger.get(REGISTRATION_PATH).status == 404
    assert target.get(REGISTRATION_PATH).json["status"] == "Submitted"


@pytest.mark.parametrize("when", ["half way", "afterwards"])
def test_thief_of_a_session_or_a_link_gets_nothing_by_a_merge(
    admin, target, merged, mailbox, new_client, when
):
    client_with_copied_token, stranger = merged.client_with_copied_token(), new_client("stranger")
    started = admin.post(f"/admin/users/{merged.account['id']}/password-reset")
    token = started.json["link"].partition("#token=")[2]
    verifying = links_in(mailbox(), "verify", ADDRESS)
    failing = mock.patch.object(Transfers, "move", side_effect=ServiceUnavailable)
    if when == "half way":
        with failing:
            assert merge(admin, target, merged).status == 503
    else:
        assert merge(admin, target, merged).status == 200

    assert client_with_copied_token.get(REGISTRATION_PATH).status == 401
    for verify_token in verifying:
        assert target.post("/email/verify", {"token": verify_token}).status == 422
    stranger.post("/password/reset", {"token": token, "newPassword": NEW_PASSWORD})
    for password in (PASSWORD, NEW_PASSWORD):
        assert merged.other_client().sign_in(password=password).code == "incorrect_credentials"
    assert target.other_client().sign_in(password=NEW_PASSWORD).code == "incorrect_credentials"


@pytest.mark.usefixtures("half_merged")
def test_no_reset_opens_an_account_that_is_half_merged(admin, merged, new_client):
    started = admin.post(f"/admin/users/{merged.account['id']}/password-reset")
    token = started.json["link"].partition("#token=")[2]
    chosen = {"token": token, "newPassword": NEW_PASSWORD}
    assert new_client("stranger").post("/password/reset", chosen).status == 200

    assert merged.other_client().sign_in(password=NEW_PASSWORD).code == "incorrect_credentials"


def test_staff_learn_nothing_of_a_draft_by_a_preview(admin, target, merged):
    create_event(id="spring-fair")
    save(merged, "spring-fair", city="Secretville")
    reference = merged.get("/registrations/spring-fair").json["reference"]

    preview_text = str(preview(admin, target, merged).json)

    assert "Secretville" not in preview_text
    assert reference not in preview_text


def test_an_applicant_merges_nothing(target, merged, backend):
    before = backend.records()

    for attacker, victim in ((target, merged), (merged, target)):
        assert merge(attacker, attacker, victim).code == "forbidden"
        assert preview(attacker, attacker, victim).code == "forbidden"
    assert backend.records() == before


@pytest.mark.parametrize("database_engine", ["dynamodb-local"], indirect=True)
def test_of_many_accounts_into_which_one_is_merged_at_once_one_gets_it(database_engine):
    create_event()
    victim = Person(Client(app), "victim")
    assert victim.sign_up().status == 201
    submit(victim)
    takers = [Person(Client(app), f"taker{number}") for number in range(5)]
    for taker in takers:
        assert taker.sign_up().status == 201
    staff = [
        signed_in_staff(Client(app), f"ada{number}", Role.ADMIN) for number in range(len(takers))
    ]
    barrier = threading.Barrier(len(takers))

    def merge_victim(admin, taker):
        barrier.wait()
        return merge(admin, taker, victim)

    with ThreadPoolExecutor(len(takers)) as pool:
        responses = list(pool.map(merge_victim, staff, takers))

    assert [response.status for response in responses].count(200) == 1
    [row] = database_engine.rows("registrations")
    winner = takers[[response.status for response in responses].index(200)]
    assert (row["userId"], row["eventId"]) == (winner.account["id"], EVENT)
    [places] = [row for row in database_engine.rows("events") if row["id"] == f"{EVENT}#places"]
    assert places["taken"] == 1
