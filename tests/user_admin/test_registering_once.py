"""A request to create an account that is sent again creates no second one, and shows no link."""

import uuid
from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.identity.role import Role
from chalicelib.platform import clock
from chalicelib.user_admin import walk_in
from chalicelib.user_admin.user_store import UserStore
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import PASSWORD, Person

NAMES = {"firstName": "River", "lastName": "Okafor"}
KEY = str(uuid.UUID(int=7))
GIVEN = [{}, {"username": "river"}, {"email": "river@example.com"}]


def register(person, key=KEY, **overrides):
    return person.post("/admin/users", NAMES | overrides | {"idempotencyKey": key})


def people(backend):
    return [row for row in backend.rows("users") if row.get("firstName") == "River"]


@pytest.mark.parametrize("fields", GIVEN, ids=str)
def test_a_repeated_request_returns_the_same_account_without_a_link(
    admin, backend, entries, fields
):
    first = register(admin, **fields)
    stored, audited = backend.records(), entries()
    second = register(admin, **fields)

    assert (first.status, second.status) == (201, 200)
    assert first.json["link"]
    assert second.json == first.json | {"link": None, "passphrase": None, "linkQrSvg": None}
    assert (backend.records(), entries()) == (stored, audited)


def test_the_link_of_the_first_request_still_works_after_a_repetition(admin, client):
    link = register(admin, username="river").json["link"]
    register(admin, username="river")
    chosen = {"token": link.partition("#token=")[2], "newPassword": PASSWORD}

    assert Person(client).post("/password/reset", chosen).status == 200


@pytest.mark.parametrize(("hours", "status"), [(23.9, 200), (24.1, 422)])
def test_the_link_of_a_new_account_works_for_24_hours(admin, client, hours, status):
    link = register(admin, username="river").json["link"]
    chosen = {"token": link.partition("#token=")[2], "newPassword": PASSWORD}

    with mock.patch.object(clock, "now", return_value=clock.now() + timedelta(hours=hours)):
        assert Person(client).post("/password/reset", chosen).status == status


def test_the_link_of_a_new_account_does_not_open_it_after_it_became_staffs(
    admin, super_admin, client
):
    account = register(admin, username="river").json
    super_admin.post(f"/admin/users/{account['id']}/role", {"role": "Admin"})
    chosen = {"token": account["link"].partition("#token=")[2], "newPassword": PASSWORD}

    assert Person(client).post("/password/reset", chosen).status == 422


def test_staff_then_issue_another_link_explicitly(admin):
    register(admin)
    repeated = register(admin).json
    reset = admin.post(f"/admin/users/{repeated['id']}/password-reset")

    assert reset.json["link"]


def test_a_repeated_request_returns_the_account_as_it_is_by_now(admin, backend):
    account = register(admin, username="river").json
    backend.change("users", {"id": account["id"]}, lastName="Lake")

    assert register(admin, username="river").json["lastName"] == "Lake"


@pytest.mark.parametrize(
    "other", [{"lastName": "Lake"}, {"username": "sky"}, {"email": "sky@example.com"}], ids=str
)
def test_a_key_that_was_used_with_other_details_is_rejected_at_its_field(admin, backend, other):
    register(admin)
    before = backend.records()
    response = register(admin, **other)

    assert (response.status, response.fields) == (422, {"idempotencyKey"})
    assert "already created" in response.json["fields"]["idempotencyKey"]
    assert backend.records() == before


def test_a_key_belongs_to_the_member_of_staff_who_used_it(admin, client, backend):
    ben = signed_in_staff(client, "ben", Role.ADMIN)

    assert register(admin).status == register(ben).status == 201
    assert len(people(backend)) == 2


def test_another_key_creates_another_account(admin, backend):
    assert register(admin).status == register(admin, str(uuid.UUID(int=8))).status == 201
    assert len(people(backend)) == 2


def test_without_a_key_each_request_creates_an_account(admin, backend):
    assert admin.post("/admin/users", NAMES).status == 201
    assert admin.post("/admin/users", NAMES).status == 201
    assert len(people(backend)) == 2


@pytest.mark.parametrize("fields", GIVEN, ids=str)
def test_a_request_that_overtakes_its_repetition_creates_one_account(
    admin, backend, monkeypatch, fields
):
    read, unseen = UserStore.get, [1]

    def late(store, *account_ids):
        """Sees nothing at first: the other request has not written yet."""
        return [None] if unseen and unseen.pop() else read(store, *account_ids)

    first = register(admin, **fields)
    monkeypatch.setattr(UserStore, "get", late)
    second = register(admin, **fields)

    assert second.status == 200
    assert second.json == first.json | {"link": None, "passphrase": None, "linkQrSvg": None}
    assert len(people(backend)) == 1


def test_a_name_of_another_account_is_still_taken(admin):
    store_account("river")

    assert register(admin, username="river").code == "identity_taken"


def test_every_username_that_is_tried_is_taken_and_the_key_can_be_used_again(admin, monkeypatch):
    store_account("river.okafor.2222")
    with monkeypatch.context() as only:
        only.setattr(walk_in, "spoken_username", lambda *_: "river.okafor.2222")
        assert register(admin).status == 503

    assert register(admin).status == 201


@pytest.mark.parametrize("key", ["", "short", "a" * 15, "a" * 65, "a b" * 8, 7, ["a" * 16]])
def test_a_key_that_could_be_used_twice_by_chance_is_rejected(admin, backend, key):
    response = register(admin, key)

    assert (response.status, response.fields) == (422, {"idempotencyKey"})
    assert not people(backend)


def test_the_key_itself_is_not_stored(admin, backend):
    register(admin)

    assert KEY not in str(backend.everything())
