"""Staff see the username that an applicant has now, not the one stored with a registration.

A username that is an email address goes to the owner who proves that address. The earlier account
gets a generated one, while its registrations still have the old name, now another person's.
"""

import csv
import io
from datetime import timedelta
from urllib.parse import quote

import pytest

from chalicelib.accounts.sign_up_link import sign_up_links
from chalicelib.events.place import Offer, PlaceState
from chalicelib.events.places import place_service
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from tests.staff.conftest import STAFF_PATH
from tests.support.aws_calls import recorded_calls
from tests.support.clients import PASSWORD
from tests.support.events import EVENT, FORM

ADDRESS = "victim@example.com"
REGISTRATION_PATH = f"/registrations/{EVENT}"


ANOTHER_PASSWORD = "seven herons left the marsh"


def take_over(person, username="vera"):
    """Sign a person up with the address, by the link that is mailed there."""
    links = sign_up_links()
    link = links._links.for_sign_up(ADDRESS, clock.now())
    links._tokens.transact([link.write])
    token = link.url.partition("#token=")[2]
    fields = {"username": username, "password": ANOTHER_PASSWORD, "emailToken": token}
    response = person.post("/signup", fields)
    assert response.status == 201
    person.account = response.json


@pytest.fixture
def sam(new_client, anonymous, event):
    """An applicant whose username went to its owner after they had submitted."""
    person = new_client(ADDRESS)
    assert person.sign_up(firstName="Sam", lastName="Berg").status == 201
    form = FORM | {"firstName": "Sam", "lastName": "Berg", "email": "sam@example.com"}
    assert person.request("PUT", REGISTRATION_PATH, {"form": form}).status == 201
    assert person.post(f"{REGISTRATION_PATH}/submit").status == 200
    take_over(anonymous)
    person.name = person.get("/me").json["username"]
    assert person.name.startswith("sam.berg.")
    return person


def search_usernames(staff, text):
    response = staff.get(f"{STAFF_PATH}?q={quote(text)}")
    assert response.status == 200
    return [item["username"] for item in response.json["items"]]


@pytest.mark.parametrize(
    "query", ["", "?sort=lastName", "?status=Submitted", "?phone=9524451234", "?q=berg"]
)
def test_list_shows_the_username_of_now(sam, admin, query):
    [item] = admin.get(f"{STAFF_PATH}{query}").json["items"]

    assert item["username"] == sam.name


def test_record_shows_the_username_of_now(sam, admin):
    path = f"{STAFF_PATH}/{sam.account['id']}"

    assert admin.get(path).json["username"] == sam.name
    assert [item["actor"] for item in admin.get(f"{path}/history").json["items"]] == [sam.name]


@pytest.mark.parametrize("query", ["", "?q=berg", "?language=es"])
def test_sheet_shows_the_username_of_now(sam, admin, query):
    text = admin.get(f"{STAFF_PATH}.csv{query}").body.decode()
    [row] = csv.DictReader(io.StringIO(text[1:], newline=""))

    assert sam.name in row.values()
    assert ADDRESS not in text


def test_changes_by_staff_answer_with_the_username_of_now_and_store_it(sam, admin, backend):
    path = f"{STAFF_PATH}/{sam.account['id']}"
    stale = admin.request("PATCH", path, {"form": {"city": "Eagan"}, "version": 1})
    assert (stale.status, stale.json["current"]["username"]) == (409, sam.name)
    corrected = admin.request("PATCH", path, {"form": {"city": "Eagan"}, "version": 2})
    moved = admin.post(f"{path}/status", {"status": "InReview", "version": 3})
    saved = admin.request("PUT", path, {"form": moved.json["form"], "version": 4})

    responses = [corrected, moved, saved]
    assert [(response.status, response.json["username"]) for response in responses] == [
        (200, sam.name)
    ] * 3
    assert [row["username"] for row in backend.rows("registrations")] == [sam.name]
    assert search_usernames(admin, sam.name) == [sam.name]


def test_change_by_the_applicant_stores_the_username_of_now(sam, backend):
    assert sam.post(f"{REGISTRATION_PATH}/withdraw").status == 200

    assert [row["username"] for row in backend.rows("registrations")] == [sam.name]
    terms = {row["place"].partition("#")[0] for row in backend.rows("search")}
    assert sam.name.replace(".", "") in terms
    assert not [term for term in terms if term.startswith("victim")]


@pytest.mark.parametrize("typed", ["whole", "in capitals"])
def test_search_finds_the_username_of_now(sam, admin, typed):
    text = sam.name if typed == "whole" else sam.name.upper()

    assert search_usernames(admin, text) == [sam.name]


def test_search_finds_a_generated_username_without_a_name_in_it(
    new_client, anonymous, event, admin
):
    person = new_client(ADDRESS)
    assert person.sign_up().status == 201
    assert person.request("PUT", REGISTRATION_PATH, {"form": FORM}).status == 201
    assert person.post(f"{REGISTRATION_PATH}/submit").status == 200
    take_over(anonymous)
    username = person.get("/me").json["username"]

    assert username.startswith("person.")
    assert search_usernames(admin, username) == [username]


@pytest.mark.parametrize("text", [ADDRESS, "victim"])
def test_search_for_the_old_username_does_not_find_the_earlier_account(sam, admin, text):
    assert search_usernames(admin, text) == []
    listed = admin.get(f"/admin/users?q={quote(text)}").json["items"]
    assert sam.account["id"] not in [item["id"] for item in listed]


def test_search_for_the_address_finds_its_owner_once_they_have_registered(sam, anonymous, admin):
    assert (
        anonymous.request("PUT", REGISTRATION_PATH, {"form": FORM | {"email": ADDRESS}}).status
        == 201
    )
    assert anonymous.post(f"{REGISTRATION_PATH}/submit").status == 200

    assert search_usernames(admin, ADDRESS) == ["vera"]


def test_pages_of_a_search_list_an_exact_username_once(sam, anonymous, admin):
    assert (
        anonymous.request("PUT", REGISTRATION_PATH, {"form": FORM | {"lastName": sam.name}}).status
        == 201
    )
    assert anonymous.post(f"{REGISTRATION_PATH}/submit").status == 200
    path, usernames, cursor = f"{STAFF_PATH}?limit=1&q={sam.name}", [], ""
    while cursor is not None:
        response = admin.get(f"{path}&cursor={quote(cursor)}" if cursor else path).json
        usernames += [item["username"] for item in response["items"]]
        cursor = response["cursor"]

    assert usernames == [sam.name, "vera"]


def test_call_list_shows_the_username_of_now(sam, admin, backend):
    now, user_id = clock.now(), sam.account["id"]
    key = {"userId": user_id, "eventId": EVENT}
    backend.change("registrations", key, status="Waitlisted", waitlistedAt=clock.to_text(now))
    offer = Offer(EVENT, user_id, now, now + timedelta(days=1))
    database().transact(place_service().reserve_place_writes(offer, PlaceState.NONE))

    [item] = admin.get(f"/admin/events/{EVENT}/offers").json["items"]
    assert item["username"] == sam.name


@pytest.mark.parametrize("text", ["berg", "sam berg", "445-1234", "(952) 445-1234"])
def test_front_desk_finds_the_earlier_account_by_name_or_phone_and_reads_the_new_username(
    sam, admin, text
):
    [item] = admin.get(f"/admin/users?q={quote(text)}").json["items"]

    assert (item["id"], item["username"]) == (sam.account["id"], sam.name)
    assert item["usernameReplacedAt"]


def test_old_username_with_its_password_is_rejected_like_any_wrong_password(sam):
    def answer(name):
        response = sam.other_client().sign_in(name, PASSWORD)
        headers = {n: v for n, v in response.headers.items() if n.lower() != "x-request-id"}
        return response.status, headers, response.body

    assert answer(ADDRESS) == answer("unknown.has.this@example.com")
    assert answer(ADDRESS)[0] == 401
    assert b"Username or Password is incorrect" in answer(ADDRESS)[2]
    assert sam.other_client().sign_in(sam.name, PASSWORD).status == 200


def test_old_username_with_its_password_costs_what_a_wrong_password_costs(sam):
    def asked(name, password):
        with recorded_calls() as calls:
            sam.other_client().sign_in(name, password)
        return [call.operation for call in calls]

    assert asked(ADDRESS, PASSWORD) == asked("vera", "wrong") == asked("unknown", PASSWORD)


def test_notice_of_the_new_username_stays_until_it_is_read(sam):
    session = sam.other_client()
    assert session.sign_in(sam.name, PASSWORD).status == 200
    assert session.get("/me").json["usernameReplacedAt"]
    assert session.get("/me").json["usernameReplacedAt"]
    assert session.request("PATCH", "/me", {"usernameReplacedAt": None}).status == 200

    assert session.get("/me").json["usernameReplacedAt"] is None
