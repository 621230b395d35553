"""The places of an event with several counters: none is given twice, and none is lost."""

from unittest import mock

import pytest

from chalicelib.events import shards
from chalicelib.events.place import ShardCounts, divide
from chalicelib.events.places import PlacesChanged, place_service
from chalicelib.events.service import event_service
from chalicelib.identity.account import Role
from chalicelib.identity.account_repository import account_repository
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from chalicelib.registrations import schedule
from chalicelib.registrations.service import Actor, RegistrationService
from chalicelib.registrations.store import RegistrationStore
from chalicelib.registrations.waiting_list import WaitingListService
from chalicelib.registrations.workflow import ActorType, Status
from tests.support.accounts import signed_in_staff, store_account
from tests.support.aws_calls import recorded_calls
from tests.support.clients import Person
from tests.support.events import (
    EVENT,
    create_event,
    make_registration,
    place_counters,
    store_registrations,
)

REGISTRATION_PATH = f"/registrations/{EVENT}"
STAFF_PATH = f"/admin/events/{EVENT}/registrations"
FIRST_SHARD = {"id": f"{EVENT}#places"}


@pytest.fixture
def people(client):
    """Five applicants with a complete draft for an event of one place in each of three shards."""
    create_event(capacity=3, counter_shards=3, offer_hours=1)
    return [applicant(client, name) for name in ("anna", "bo.ek", "cleo", "dana", "eve.w")]


@pytest.fixture
def super_admin(client):
    return signed_in_staff(client, "sue", Role.SUPER_ADMIN)


def applicant(client, name):
    account = store_account(name)
    store_registrations(
        make_registration(
            0, user_id=account.id, username=name, status=Status.DRAFT, submitted_at=None
        )
    )
    person = Person(client, name, account={"id": account.id})
    assert person.sign_in().status == 200
    return person


def first_shard(number):
    """Have every request try this shard first."""
    return mock.patch.object(
        shards, "choose_any_shard", lambda counts: shards.choose_shard(counts, number)
    )


def submit(person):
    response = person.post(f"{REGISTRATION_PATH}/submit")
    assert response.status == 200
    return response.json["status"]


def status(person):
    return person.get(REGISTRATION_PATH).json["status"]


def has_offer(person):
    return bool(person.get(REGISTRATION_PATH).json["offer"])


def taken_offered_waiting_places(backend):
    """Places in use, offered, people waiting, and places."""
    return tuple(
        place_counters(backend)[name] for name in ("taken", "offered", "waiting", "places")
    )


def stored_shards(backend):
    return sorted(row["id"] for row in backend.rows("events") if "taken" in row)


def change_event(super_admin, **overrides):
    shown = super_admin.get(f"/events/{EVENT}").json
    body = {name: value for name, value in shown.items() if name not in {"id", "isOpen"}}
    return super_admin.request("PUT", f"/admin/events/{EVENT}", body | overrides)


def test_no_applicant_is_turned_away_while_another_shard_has_a_place(backend, people):
    with first_shard(1):
        statuses = [submit(person) for person in people[:4]]

    assert statuses == ["Submitted"] * 3 + ["Waitlisted"]
    assert taken_offered_waiting_places(backend) == (3, 0, 1, 3)


def test_a_submission_writes_each_shared_item_once_and_reads_no_other_shard(backend, people):
    with recorded_calls() as calls, first_shard(2):
        submit(people[0])

    reads = [key for call in calls if call.operation == "BatchGetItem" for key in keys_of(call)]
    assert len([key for key in reads if "#places" in str(key)]) == 1
    [write] = [call for call in calls if call.operation == "TransactWriteItems"]
    updates = [one["Update"] for one in write.parameters["TransactItems"] if "Update" in one]
    # Two counters are the applicant's own: their receipts and their changes.
    updates = [update for update in updates if "id" in update["Key"]]
    written = sorted(update["Key"]["id"]["S"].rpartition("#")[0] for update in updates)
    # The model in docs/performance.md follows from these: one counter each.
    assert written == [f"{EVENT}#Draft", f"{EVENT}#Submitted", f"{EVENT}#places"]


def keys_of(call):
    return [key for table in call.parameters["RequestItems"].values() for key in table["Keys"]]


def test_joining_the_waiting_list_of_a_full_event_reads_one_counter_and_writes_one(backend, people):
    for person in people[:4]:
        submit(person)
    with recorded_calls() as calls, first_shard(2):
        assert submit(people[4]) == "Waitlisted"

    asked = [call for call in calls if "#places" in str(call.parameters)]
    # The last call finds that new registrations still have to wait.
    assert [call.operation for call in asked] == ["BatchGetItem", "TransactWriteItems", "GetItem"]
    assert f"{EVENT}#places#2" in str(asked[1].parameters)
    assert taken_offered_waiting_places(backend) == (3, 0, 2, 3)


def test_a_freed_place_goes_to_the_first_in_line_and_then_to_newcomers(backend, people):
    a, b, c, d, e = people
    for person in people[:4]:
        submit(person)
    a.post(f"{REGISTRATION_PATH}/withdraw")
    assert has_offer(d)
    assert submit(e) == "Waitlisted"

    assert d.post(f"{REGISTRATION_PATH}/offer/accept").json["status"] == "Submitted"
    for person in (e, b, c):
        person.post(f"{REGISTRATION_PATH}/withdraw")
    assert taken_offered_waiting_places(backend) == (1, 0, 0, 3)
    assert [submit(person) for person in (a, b, c)] == ["Submitted", "Submitted", "Waitlisted"]


def test_an_applicant_who_joins_while_the_list_reopens_is_offered_the_place(backend, people):
    a, _, _, d, e = people
    for person in people[:4]:
        submit(person)
    d.post(f"{REGISTRATION_PATH}/withdraw")
    # The withdrawal has freed the place, and not yet let newcomers take it.
    with mock.patch.object(WaitingListService, "expire_and_make_offers"):
        a.post(f"{REGISTRATION_PATH}/withdraw")
    move = WaitingListService.expire_and_make_offers_after_status_change

    def after_reopening(self, counts, registration, now):
        backend.drop("events", FIRST_SHARD, "isFull")
        move(self, counts, registration, now)

    with mock.patch.object(
        WaitingListService, "expire_and_make_offers_after_status_change", after_reopening
    ):
        assert submit(e) == "Waitlisted"
    assert has_offer(e)
    assert taken_offered_waiting_places(backend) == (3, 1, 0, 3)


@pytest.mark.parametrize(("capacity", "free"), [(7, 4), (3, 0), (1, -2)])
def test_the_capacity_is_divided_among_the_shards(capacity, free):
    counts = [ShardCounts(0, 9, -1, 0, 0), ShardCounts(1, 9, 3, 0, 0), ShardCounts(2, 9, 1, 0, 0)]
    shares = divide(capacity, counts)

    left = [share - shard.in_use for share, shard in zip(shares, counts, strict=True)]
    assert (sum(shares), sum(left)) == (capacity, free)
    assert left == ([2, 1, 1] if free == 4 else [free, 0, 0])


def test_a_change_of_capacity_or_shards_keeps_what_is_counted(backend, people, super_admin):
    for person in people[:4]:
        submit(person)

    for count, capacity, expected in (
        (5, 3, (3, 0, 1, 3)),
        (2, 3, (3, 0, 1, 3)),
        # A higher capacity offers the new place to the person who waits.
        (2, 4, (4, 1, 0, 4)),
        (3, 2, (4, 1, 0, 2)),
        (1, 2, (4, 1, 0, 2)),
    ):
        response = change_event(super_admin, counterShards=count, capacity=capacity)
        assert (response.status, response.json["counterShards"]) == (200, count)
        assert (len(stored_shards(backend)), taken_offered_waiting_places(backend)) == (
            count,
            expected,
        )

    [first] = [row for row in backend.rows("events") if row["id"] == f"{EVENT}#places"]
    assert first.keys().isdisjoint({"isFull", "shardCount", "placesShare", "placesTotal"})
    assert super_admin.get(f"/admin/events/{EVENT}/places").json == {
        "capacity": 2, "taken": 3, "offered": 1, "waiting": 0
    }  # fmt: skip


def test_places_freed_above_a_lowered_capacity_are_not_given_away(backend, people, super_admin):
    a, b, c, d, _ = people
    for person in (a, b, c):
        submit(person)
    assert change_event(super_admin, capacity=1).status == 200

    a.post(f"{REGISTRATION_PATH}/withdraw")
    b.post(f"{REGISTRATION_PATH}/withdraw")
    with first_shard(1):
        assert submit(d) == "Waitlisted"
    c.post(f"{REGISTRATION_PATH}/withdraw")
    assert has_offer(d)
    assert taken_offered_waiting_places(backend) == (1, 1, 0, 1)


def test_without_a_capacity_every_shard_takes_submissions(backend, people, super_admin):
    assert change_event(super_admin, capacity=None).status == 200

    assert [submit(person) for person in people] == ["Submitted"] * 5
    assert super_admin.get(f"/admin/events/{EVENT}/places").json["taken"] == 5
    assert change_event(super_admin, capacity=5).status == 200
    assert taken_offered_waiting_places(backend) == (5, 0, 0, 5)


def test_a_capacity_that_an_earlier_version_changed_is_divided_again(backend, people):
    submit(people[0])
    # An earlier version knows the first shard only, and drops what it doesn't know of the event.
    backend.change("events", {"id": EVENT}, capacity=2, version=2)
    backend.drop("events", {"id": EVENT}, "counterShards")
    backend.change("events", FIRST_SHARD, places=2)

    assert [submit(person) for person in people[1:4]] == ["Submitted", "Waitlisted", "Waitlisted"]
    assert taken_offered_waiting_places(backend) == (2, 0, 2, 2)


def test_staff_give_a_place_of_any_shard_to_a_person_on_the_waiting_list(
    backend, people, super_admin
):
    a, b, c, d, _ = people
    with first_shard(1):
        assert [submit(person) for person in (a, b, c, d)][-1] == "Waitlisted"
    with mock.patch.object(WaitingListService, "expire_and_make_offers"):
        assert change_event(super_admin, capacity=5).status == 200
    version = d.get(REGISTRATION_PATH).json["version"]
    with mock.patch.object(
        shards, "choose_free_shard", lambda counts: shards.choose_shard(counts, 1)
    ):
        moved = super_admin.post(
            f"{STAFF_PATH}/{d.account['id']}/status", {"status": "Submitted", "version": version}
        )

    assert (moved.status, moved.json["status"]) == (200, "Submitted")
    assert taken_offered_waiting_places(backend) == (4, 0, 0, 5)


def test_a_scheduled_run_offers_places_of_all_shards_and_reopens_the_event(
    backend, people, super_admin
):
    for person in people:
        submit(person)
    with mock.patch.object(WaitingListService, "expire_and_make_offers"):
        assert change_event(super_admin, capacity=9).status == 200
    with mock.patch.object(
        shards, "choose_free_shard", lambda counts: shards.choose_shard(counts, 1)
    ):
        schedule.run()

    assert (has_offer(people[3]), has_offer(people[4])) == (True, True)
    assert taken_offered_waiting_places(backend) == (5, 2, 0, 9)
    people[0].post(f"{REGISTRATION_PATH}/withdraw")
    assert submit(people[0]) == "Submitted"


def test_a_recount_counts_the_waiting_list_of_all_shards(backend, people):
    with first_shard(1):
        for person in people:
            submit(person)
    backend.change("events", FIRST_SHARD, waiting=7)
    for row in backend.rows("events"):
        if "taken" in row:
            backend.change("events", {"id": row["id"]}, waitingChangedAt="2026-01-01T00:00:00Z")
    with mock.patch.object(clock, "now", return_value=clock.now()):
        schedule.run()

    assert taken_offered_waiting_places(backend) == (3, 0, 2, 3)


def snapshot_of(person):
    """Read what a submission of a person is decided by, and return it with the service."""
    user_id = person.account["id"]
    actor = Actor(user_id, ActorType.APPLICANT, "request", clock.now())
    store, accounts = RegistrationStore(database()), account_repository()
    service = RegistrationService(store, event_service(), place_service(), accounts, actor)
    return service, service.read(user_id, EVENT)


def test_a_submission_decided_before_others_waited_takes_no_freed_place(backend, people):
    service, snapshot = snapshot_of(people[4])
    for person in people[:4]:
        submit(person)
    with mock.patch.object(WaitingListService, "expire_and_make_offers"):
        people[0].post(f"{REGISTRATION_PATH}/withdraw")

    with first_shard(0), pytest.raises(PlacesChanged):
        service.change_status(snapshot, Status.SUBMITTED, 1)
    assert taken_offered_waiting_places(backend) == (2, 0, 1, 3)


def test_a_submission_decided_before_the_capacity_was_raised_takes_no_place_of_the_waiting(
    backend, people, super_admin
):
    service, snapshot = snapshot_of(people[4])
    for person in people[:4]:
        submit(person)
    with mock.patch.object(WaitingListService, "expire_and_make_offers"):
        assert change_event(super_admin, capacity=6).status == 200

    with first_shard(1), pytest.raises(PlacesChanged):
        service.change_status(snapshot, Status.SUBMITTED, 1)
    assert taken_offered_waiting_places(backend) == (3, 0, 1, 6)


def test_an_event_is_not_marked_full_after_a_place_became_free(backend, people):
    for person in people[:3]:
        submit(person)
    full = place_service().counts(EVENT)
    people[0].post(f"{REGISTRATION_PATH}/withdraw")

    with pytest.raises(PlacesChanged):
        place_service().choose_shard_for_submission(EVENT, full, in_turn=True)
    assert not place_service().is_waitlist_only(EVENT)


def test_newcomers_wait_behind_a_person_whom_staff_put_on_the_waiting_list(
    backend, people, super_admin
):
    submit(people[0])
    path = f"{STAFF_PATH}/{people[0].account['id']}/status"
    with mock.patch.object(WaitingListService, "expire_and_make_offers"):
        moved = super_admin.post(path, {"status": "Waitlisted", "version": 2})
        assert (moved.status, submit(people[1])) == (200, "Waitlisted")
    schedule.run()

    assert (has_offer(people[0]), has_offer(people[1])) == (True, True)


@pytest.mark.parametrize("number", [0, 65, 1.5, "16", True])
def test_the_number_of_shards_is_a_whole_number_up_to_64(super_admin, backend, number):
    create_event()
    assert change_event(super_admin, counterShards=number).fields == {"counterShards"}
