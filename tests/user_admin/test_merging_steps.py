"""A merge proceeds in steps: what is so between them, at once with others, and after a failure."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import pytest
from chalice.test import Client

from app import app
from chalicelib.identity.account import Role
from chalicelib.platform import clock
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.registrations.waiting_list import waiting_list_service
from chalicelib.user_admin import merging
from chalicelib.user_admin.account_merges import AccountMerges
from chalicelib.user_admin.transfer import Transfers
from chalicelib.user_admin.transfer_store import TransferStore
from tests.support.accounts import signed_in_staff
from tests.support.clients import PASSWORD, Person
from tests.support.events import EVENT, create_event
from tests.support.interruptions import during
from tests.user_admin.merging import (
    LEFT,
    REGISTRATION_PATH,
    STAFF_PATH,
    belonging_to,
    merge,
    preview,
    save,
    submit,
    taken_offered_waiting,
)

STEPS = [
    (AccountMerges, "begin"),
    (Transfers, "holdings"),
    (Transfers, "move"),
    (Transfers, "carry_traces"),
    (AccountMerges, "finish"),
]


@pytest.fixture
def duplicate(new_client):
    person = new_client("old")
    assert person.sign_up().status == 201
    return person


@pytest.fixture
def interrupted_merge(admin, applicant, duplicate):
    """Stops a merge of old into river right before a registration would move."""
    create_event()
    submit(duplicate)
    with mock.patch.object(Transfers, "move", side_effect=ServiceUnavailable):
        assert merge(admin, applicant, duplicate).status == 503


@pytest.mark.usefixtures("interrupted_merge")
def test_a_registration_is_listed_once_during_a_merge(applicant, duplicate):
    assert applicant.get("/registrations").json["items"] == []
    assert duplicate.get("/me").status == 401
    assert duplicate.other_client().sign_in().code == "incorrect_credentials"


@pytest.mark.usefixtures("interrupted_merge")
def test_neither_account_accepts_new_data_during_a_merge(admin, super_admin, applicant, duplicate):
    create_event(id="spring-fair")
    target_path, merged_path = (
        f"/admin/users/{person.account['id']}" for person in (applicant, duplicate)
    )
    desk = f"/admin/events/spring-fair/registrations/{duplicate.account['id']}"
    form = {"form": {"firstName": "River"}}

    responses = [
        applicant.request("PUT", "/registrations/spring-fair", form),
        admin.request("PUT", desk, form),
        applicant.post("/me/delete", {"currentPassword": PASSWORD}),
        admin.post(f"{merged_path}/enable"),
        super_admin.post(f"{target_path}/role", {"role": "Admin"}),
        super_admin.post(f"{merged_path}/role", {"role": "Admin"}),
    ]

    assert {(response.status, response.code) for response in responses} == {(409, "being_merged")}


@pytest.mark.usefixtures("interrupted_merge")
def test_neither_account_can_be_merged_with_a_third_during_a_merge(
    admin, applicant, duplicate, other_applicant
):
    for pair in (
        (other_applicant, applicant),
        (other_applicant, duplicate),
        (applicant, other_applicant),
        (duplicate, other_applicant),
        (duplicate, applicant),
    ):
        assert merge(admin, *pair).code == "being_merged"
    assert preview(admin, applicant, duplicate).status == 200


@pytest.mark.usefixtures("interrupted_merge")
def test_another_member_of_staff_can_repeat_a_merge_that_stopped(
    super_admin, applicant, duplicate, backend
):
    assert merge(super_admin, applicant, duplicate).status == 200

    assert applicant.get(REGISTRATION_PATH).json["status"] == "Submitted"
    assert belonging_to(backend, duplicate) == LEFT
    assert taken_offered_waiting(backend) == (1, 0, 0)
    save(applicant, create_event(id="spring-fair").id)


@pytest.mark.parametrize(("owner", "step"), STEPS, ids=[step for _, step in STEPS])
def test_concurrent_merges_of_the_same_accounts_merge_once(
    admin, super_admin, applicant, duplicate, backend, owner, step
):
    create_event()
    submit(duplicate)
    with during(owner, step, lambda: merge(super_admin, applicant, duplicate)) as then:
        assert merge(admin, applicant, duplicate).status == 200

    assert then.responses[0].status == 200
    assert applicant.get(REGISTRATION_PATH).json["version"] == 3
    assert belonging_to(backend, duplicate) == LEFT
    assert [row["action"] for row in backend.rows("audit")].count("account.merged") == 2
    assert taken_offered_waiting(backend) == (1, 0, 0)


@pytest.mark.parametrize("database_engine", ["dynamodb-local"], indirect=True)
def test_concurrent_merges_in_both_directions_succeed_once(database_engine):
    create_event()
    first, other = (Person(Client(app), name) for name in ("one", "other"))
    for person in (first, other):
        assert person.sign_up().status == 201
    submit(first)
    staff = [signed_in_staff(Client(app), f"ada{number}", Role.ADMIN) for number in range(6)]
    pairs = itertools.cycle([(first, other), (other, first)])
    together = threading.Barrier(len(staff))

    def merge_pair(admin, pair):
        together.wait()
        return merge(admin, *pair)

    with ThreadPoolExecutor(len(staff)) as pool:
        responses = list(pool.map(merge_pair, staff, pairs))

    outcomes = [{response.status for response in responses[start::2]} for start in (0, 1)]
    assert {200} in outcomes
    assert 200 not in outcomes[1 - outcomes.index({200})]
    target, gone = (first, other) if outcomes[0] == {200} else (other, first)
    registrations = database_engine.rows("registrations")
    assert [row["userId"] for row in registrations] == [target.account["id"]]
    assert [
        row["id"] for row in database_engine.rows("users") if row["id"] == gone.account["id"]
    ] == []
    assert taken_offered_waiting(database_engine) == (1, 0, 0)
    assert belonging_to(database_engine, gone) == LEFT


@pytest.mark.parametrize("owner", ["river", "old"])
def test_a_concurrent_new_registration_stops_the_merge(admin, applicant, duplicate, backend, owner):
    create_event()
    first, second = {"river": (duplicate, applicant), "old": (applicant, duplicate)}[owner]
    submit(first)
    with during(AccountMerges, "begin", lambda: save(second)):
        response = merge(admin, applicant, duplicate)

    assert (response.status, response.json["events"]) == (409, [EVENT])
    # Both accounts are as they were, with their sessions.
    assert first.get(REGISTRATION_PATH).json["status"] == "Submitted"
    assert second.get(REGISTRATION_PATH).json["status"] == "Draft"
    assert not any({"mergingFrom", "mergedInto"} & row.keys() for row in backend.rows("users"))


@pytest.mark.parametrize("step", ["move", "carry_traces"])
def test_changes_by_staff_during_a_merge_are_kept(admin, applicant, duplicate, backend, step):
    create_event()
    submit(duplicate)
    reads = {"move": duplicate, "carry_traces": applicant}[step].account["id"]
    version = {"move": 2, "carry_traces": 3}[step]

    def review():
        moved = {"status": "InReview", "version": version, "note": "Complete."}
        return admin.post(f"{STAFF_PATH}/{reads}/status", moved)

    with during(Transfers, step, review) as then:
        assert merge(admin, applicant, duplicate).status == 200

    assert then.responses[0].status == 200
    assert applicant.get(REGISTRATION_PATH).json["status"] == "InReview"
    registration = admin.get(f"{STAFF_PATH}/{applicant.account['id']}").json
    assert [note["text"] for note in registration["notes"]] == ["Complete."]
    assert belonging_to(backend, duplicate) == LEFT


def test_an_offer_made_during_a_merge_moves_with_the_registration(
    admin, applicant, duplicate, backend
):
    create_event(capacity=0)
    submit(duplicate)
    create_event(version=2, capacity=1)
    with during(
        TransferStore,
        "move",
        lambda: waiting_list_service().expire_and_make_offers(EVENT, clock.now()),
    ):
        assert merge(admin, applicant, duplicate).status == 200

    assert applicant.get(REGISTRATION_PATH).json["offer"]
    assert taken_offered_waiting(backend) == (1, 1, 0)
    assert belonging_to(backend, duplicate) == LEFT


def test_staff_who_lose_their_role_cannot_continue_a_merge(
    admin, super_admin, applicant, duplicate
):
    create_event()
    submit(duplicate)
    demote = {"role": "User"}
    with during(
        Transfers,
        "move",
        lambda: super_admin.post(f"/admin/users/{admin.account['id']}/role", demote),
    ):
        response = merge(admin, applicant, duplicate)

    assert (response.status, response.code) == (403, "forbidden")
    assert applicant.get("/registrations").json["items"] == []
    assert merge(super_admin, applicant, duplicate).status == 200


def test_an_account_being_erased_is_not_merged(admin, applicant, duplicate, backend):
    create_event()
    submit(duplicate)
    be_erased = {"currentPassword": PASSWORD}
    with during(AccountMerges, "begin", lambda: applicant.post("/me/delete", be_erased)) as then:
        response = merge(admin, applicant, duplicate)

    assert (then.responses[0].status, response.status) == (200, 404)
    assert duplicate.get(REGISTRATION_PATH).json["status"] == "Submitted"
    assert belonging_to(backend, applicant) == set()


def test_a_merge_that_comes_late_leaves_nothing_behind_for_an_account_that_is_erased_by_then(
    admin, super_admin, applicant, duplicate, backend
):
    create_event()
    save(duplicate)
    assert duplicate.delete(REGISTRATION_PATH).status == 200

    def merge_and_be_erased():
        assert merge(super_admin, applicant, duplicate).status == 200
        return applicant.post("/me/delete", {"currentPassword": PASSWORD})

    # The late one has read the history of the draft, and has yet to move it.
    with during(merging.Merging, "_hurry", merge_and_be_erased) as then:
        late = merge(admin, applicant, duplicate)

    assert (then.responses[0].status, late.status) == (200, 404)
    assert backend.rows("history") == []


def test_a_merge_out_of_time_returns_503_and_continues_when_repeated(
    admin, applicant, duplicate, backend, monkeypatch
):
    create_event()
    submit(duplicate)
    monkeypatch.setattr(merging, "SECONDS", -1)
    assert merge(admin, applicant, duplicate).status == 503
    monkeypatch.undo()

    assert merge(admin, applicant, duplicate).status == 200
    assert belonging_to(backend, duplicate) == LEFT


@pytest.mark.parametrize("database_engine", ["moto", "dynamodb-local"], indirect=True)
def test_longest_registration_and_history_are_moved(database_engine):
    """The most words and phones, with an offer: a transaction takes a hundred writes."""
    admin = signed_in_staff(Client(app), "ada", Role.ADMIN)
    applicant, old = (Person(Client(app), name) for name in ("river", "old"))
    for person in (applicant, old):
        assert person.sign_up().status == 201
    create_event(capacity=0)
    words = [f"name{letter}{other}" for letter in "abcdef" for other in "abcdef"]
    names = {"lastName": " ".join(words[:12]), "firstName": " ".join(words[12:24])}
    phones = {"phone1": "9524451234", "phone2": "6512345678"}
    submit(old, **names, **phones)
    terms = [row for row in database_engine.rows("search") if row["scope"] == EVENT]
    assert len(terms) == 22
    create_event(version=2, capacity=1)
    waiting_list_service().expire_and_make_offers(EVENT, clock.now())
    old_path, notes = f"{STAFF_PATH}/{old.account['id']}", 30
    for number in range(notes):
        assert admin.post(f"{old_path}/notes", {"text": f"Note {number}."}).status == 201

    assert merge(admin, applicant, old).status == 200

    assert applicant.get(REGISTRATION_PATH).json["offer"]
    assert belonging_to(database_engine, old) == LEFT
    stored_notes = admin.get(f"{STAFF_PATH}/{applicant.account['id']}?limit=100").json["notes"]
    assert [note["text"] for note in stored_notes] == [f"Note {n}." for n in reversed(range(notes))]


def test_waiting_list_is_not_recounted_while_its_index_may_lag(
    admin, applicant, duplicate, backend
):
    create_event(capacity=0)
    submit(duplicate)
    began = clock.now()
    a_while_ago = clock.to_text(began - timedelta(minutes=10))
    backend.change("events", {"id": f"{EVENT}#places"}, waitingChangedAt=a_while_ago)

    assert merge(admin, applicant, duplicate).status == 200

    [places] = [row for row in backend.rows("events") if row["id"] == f"{EVENT}#places"]
    assert places["waitingChangedAt"] >= clock.to_text(began)


def test_a_merge_keeps_the_position_on_the_waiting_list(
    admin, applicant, duplicate, other_applicant, backend
):
    create_event(capacity=0)
    submit(duplicate)
    submit(other_applicant)
    create_event(version=2, capacity=1)
    listed = list(waiting_list_service()._listings.waiting_list(EVENT, clock.now()))
    assert merge(admin, applicant, duplicate).status == 200

    # The index is still as it was before.
    lists = waiting_list_service()
    with mock.patch.object(lists._listings, "waiting_list", return_value=iter(listed)):
        assert lists.expire_and_make_offers(EVENT, clock.now())
    assert other_applicant.get(REGISTRATION_PATH).json["offer"] is None

    assert waiting_list_service().expire_and_make_offers(EVENT, clock.now())
    assert applicant.get(REGISTRATION_PATH).json["offer"]
    assert other_applicant.get(REGISTRATION_PATH).json["offer"] is None
    assert taken_offered_waiting(backend) == (1, 1, 1)
