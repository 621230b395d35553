"""Being erased: nothing personal stays, and it can be asked for again until it is done."""

import itertools
import json
import time
from unittest import mock

import pytest
from chalice.test import Client

from app import app
from chalicelib.identity.account import Role
from chalicelib.platform import clock, settings
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.privacy import erasure
from chalicelib.privacy.personal_data import PersonalRegistrations
from chalicelib.registrations.enums import Ethnicity
from chalicelib.registrations.store import RegistrationStore
from chalicelib.sessions.service import SessionService
from tests.support.accounts import signed_in_staff, store_account
from tests.support.aws_calls import recorded_calls
from tests.support.clients import DEVICE_COOKIE, PASSWORD, Person
from tests.support.environments import deliver
from tests.support.events import EVENT, FORM, create_event
from tests.support.interruptions import during

REGISTRATION_PATH = f"/registrations/{EVENT}"
STAFF_PATH = f"/admin/events/{EVENT}/registrations"
IN_PRODUCTION = erasure.MAX_SECONDS


@pytest.fixture(autouse=True)
def _time_enough():
    """A busy machine can stop a test for longer than the time that an erasure has."""
    with mock.patch.object(erasure, "MAX_SECONDS", 60):
        yield


def erase(person, password=PASSWORD):
    return person.post("/me/delete", {"currentPassword": password})


def submitted(person, **overrides):
    assert person.request("PUT", REGISTRATION_PATH, {"form": FORM | overrides}).status == 201
    assert person.post(f"{REGISTRATION_PATH}/submit").status == 200


def places_taken(backend):
    [counter] = [row for row in backend.rows("events") if "taken" in row]
    return counter["taken"]


def belonging_to(backend, person):
    """Return the user's data that remains outside the audit log."""
    deliver()
    account_id, stored = person.account["id"], backend.everything()
    del stored["audit"]
    return {table for table, rows in stored.items() if account_id in json.dumps(rows)}


def test_an_erasure_leaves_no_personal_data(client, backend):
    create_event()
    planted = {
        "firstName": "Quillon",
        "lastName": "Featherstone",
        "preferredName": "Featherquill",
        "phone1": "+16512345678",
        "email": "plume@birds.example",
        "streetAddress": "77 Gannet Row",
        "city": "Petrelville",
        "ethnicity": "NativeIndigenous",
    }
    quill = Person(client, "quillfeather")
    names = {"firstName": "Corvina", "lastName": "Magpiely"}
    headers = {"X-Forwarded-For": "203.0.113.77", "User-Agent": "BirdBrowser/9"}
    assert quill.sign_up(email="Heron@Birds.Example", **names).status == 201
    account_id = quill.account["id"]
    sign_in = {"username": "quillfeather", "password": PASSWORD}
    assert quill.other_client().post("/signin", sign_in, **headers).status == 200
    submitted(quill, **planted)
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    reference = quill.get(REGISTRATION_PATH).json["reference"]
    note = {"text": "Was seen with a kestrel.", "id": "note-of-kestrel"}
    assert admin.post(f"{STAFF_PATH}/{account_id}/notes", note).status == 201
    many = {
        "status": "InReview",
        "items": [{"userId": account_id, "version": 2}],
        "note": "An osprey.",
    }
    assert admin.post(f"{STAFF_PATH}/status", many).json["items"][0]["version"] == 3
    corrected = {"form": {"city": "Albatross Bay"}, "version": 3}
    assert admin.request("PATCH", f"{STAFF_PATH}/{account_id}", corrected).status == 200
    assert quill.post("/email/verification").status == 202
    another = {"email": "stork@birds.example", "currentPassword": PASSWORD}
    assert quill.request("PATCH", "/me", another).status == 200
    for _ in range(2):
        assert quill.post("/email/verification").status == 202
        assert admin.post(f"/admin/users/{account_id}/password-reset").status == 200
    for _ in range(6):
        quill.other_client().sign_in("heron@birds.example", password="wrong cormorant")
    before = json.dumps(backend.everything())
    assert erase(quill).json == {"msg": "Your account was deleted."}
    deliver()

    left = backend.everything()
    # Counts stay, without a trace of who was counted: each of them names all ethnicities.
    counts = left.pop("summaries")
    assert {number for row in counts for name, number in row.items() if "." in name} == {0}
    named = [{name for name in row if "ethnicity." in name} for row in counts]
    assert [names for names in named if names] == [{f"ethnicity.{one}" for one in Ethnicity}] * 2
    values = [*planted.values(), *names.values(), "quillfeather", reference, "BirdBrowser"]
    values += ["kestrel", "osprey", "Albatross", "cormorant", "Featherstone"]
    values += ["stork", "heron"]
    # The service stores neither the typed password nor the previous email.
    never = {"cormorant", "heron"}
    for value in values:
        assert value in never or value.casefold() in before.casefold(), value
        assert value.casefold() not in json.dumps(left).casefold(), value
    # The audit says that something was done, and to whom, without saying who that was.
    audit = left.pop("audit")
    assert account_id not in json.dumps(left)
    assert {row["action"] for row in audit if row["subject"] == account_id} >= {
        "account.erased", "registration.moved", "registration.noted", "registration.corrected",
    }  # fmt: skip
    assert {row["userId"] for row in left["sessions"]} == {admin.account["id"]}
    assert (left["one-time-tokens"], left["notes"], left["history"]) == ([], [], [])


def test_actions_of_an_erased_staff_member_stay_with_only_an_identifier(client, backend, applicant):
    create_event()
    submitted(applicant)
    admin, bert = (signed_in_staff(client, name, Role.ADMIN) for name in ("ada", "bert"))
    registration_path = f"{STAFF_PATH}/{applicant.account['id']}"
    admin.post(f"{registration_path}/notes", {"text": "Came by."})
    admin.post(f"{registration_path}/status", {"status": "InReview", "version": 2})
    assert erase(admin).status == 200

    [note] = bert.get(registration_path).json["notes"]
    assert (note["text"], note["author"]) == ("Came by.", "somebody who has left")
    moved, *_ = bert.get(f"{registration_path}/history").json["items"]
    assert (moved["action"], moved["actor"]) == ("moved", "somebody who has left")
    assert belonging_to(backend, admin) == {"notes", "history"}


def test_erasure_clears_both_cookies_and_signs_the_user_out(applicant):
    copies = applicant.client_with_copied_token(), applicant.other_client()
    copies[1].sign_in()
    response = erase(applicant)

    assert (applicant.token, applicant.device) == (None, None)
    _, device = response.set_cookies
    assert device.startswith(f"{DEVICE_COOKIE}=; Path=/; Max-Age=0; HttpOnly")
    assert {copy.get("/me").status for copy in copies} == {401}
    assert applicant.sign_in().code == "incorrect_credentials"


def test_the_names_are_free(client, other_applicant):
    erase(other_applicant)

    assert Person(client, "sky").sign_up(email="sky@example.com").status == 201


def test_the_place_is_free(client, backend, other_applicant, applicant):
    create_event(capacity=1)
    submitted(applicant)
    submitted(other_applicant)
    assert other_applicant.get(REGISTRATION_PATH).json["status"] == "Waitlisted"
    assert places_taken(backend) == 1
    erase(applicant)
    assert places_taken(backend) == 0

    late = Person(client, "late")
    late.sign_up()
    submitted(late)
    assert late.get(REGISTRATION_PATH).json["status"] == "Waitlisted"
    assert other_applicant.get(REGISTRATION_PATH).json["offer"], (
        "it is the place of the first on the waiting list"
    )


@pytest.mark.parametrize("status", ["Draft", "Waitlisted", "Withdrawn", "Declined"])
def test_without_a_place_none_is_freed(backend, applicant, other_applicant, status):
    create_event()
    submitted(applicant)
    applicant.post(f"{REGISTRATION_PATH}/withdraw")
    submitted(other_applicant)
    key = {"userId": applicant.account["id"], "eventId": EVENT}
    backend.change("registrations", key, status=status)
    assert erase(applicant).status == 200

    assert places_taken(backend) == 1


def test_the_history_of_a_deleted_draft_is_erased(backend, applicant):
    create_event()
    applicant.request("PUT", REGISTRATION_PATH, {"form": FORM})
    assert applicant.delete(REGISTRATION_PATH).status == 200
    assert backend.rows("history")
    erase(applicant)

    assert backend.rows("history") == []


def test_an_erasure_requires_the_password(applicant, backend):
    before = backend.records()
    response = erase(applicant, "wrong")

    assert (response.status, response.json["fields"]) == (
        422, {"currentPassword": "Your current password is incorrect."},
    )  # fmt: skip
    assert response.set_cookie is None
    assert backend.records() == before


def test_guessing_the_password_is_slowed_down_and_sign_ins_are_not(applicant):
    with mock.patch.object(clock, "now", return_value=clock.now()):
        assert {erase(applicant, "wrong").status for _ in range(5)} == {422}
        slowed = erase(applicant)
        assert applicant.other_client().sign_in().status == 200

    assert (slowed.status, slowed.code) == (429, "too_many_attempts")


def test_a_successful_erasure_refunds_the_attempt(applicant, backend):
    erase(applicant, "wrong")
    erase(applicant)

    assert all("sign" not in row for row in backend.rows("attempts"))
    assert [row["tries"] for row in backend.rows("attempts")] == [1]  # of the sign-up's address


def super_admins(backend):
    [counter] = [row for row in backend.rows("users") if row["id"] == "#super-admins"]
    return counter["enabled"]


def test_the_last_super_admin_cannot_be_erased(client, backend):
    create_event()
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    submitted(super_admin)
    before = backend.records()
    response = erase(super_admin)

    assert (response.status, response.code) == (409, "last_super_admin")
    assert backend.records() == before


def test_one_of_two_super_admins_can_be_erased_and_is_not_counted_any_more(client, backend):
    super_admin, _ = (
        signed_in_staff(client, "sue", Role.SUPER_ADMIN),
        store_account("max", Role.SUPER_ADMIN),
    )
    assert erase(super_admin).status == 200

    assert super_admins(backend) == 1


def test_concurrent_erasures_of_two_super_admins_keep_one(client, backend):
    super_admin, max_ = (signed_in_staff(client, name, Role.SUPER_ADMIN) for name in ("sue", "max"))

    with during(SessionService, "revoke_others", lambda: erase(max_)) as then:
        response = erase(super_admin)
    assert then.responses[0].status == 200
    assert (response.status, response.code) == (409, "last_super_admin")
    assert super_admin.get("/me").status == 200
    assert super_admins(backend) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "owner", [PersonalRegistrations, SessionService], ids=["registrations", "sessions"]
)
def test_a_session_that_starts_during_an_erasure_is_erased(backend, applicant, owner, after):
    create_event()
    step = "erase" if owner is PersonalRegistrations else "revoke_others"
    other = applicant.other_client()
    with during(owner, step, other.sign_in, after=after) as then:
        assert erase(applicant).status == 200

    assert then.responses[0].status == 200
    assert other.get("/me").status == 401
    assert belonging_to(backend, applicant) == set()


def test_a_sign_in_and_registration_during_erasure_are_erased_too(backend, applicant):
    create_event()
    other = applicant.other_client()

    def come_back():
        other.sign_in()
        return other.request("PUT", REGISTRATION_PATH, {"form": FORM})

    with during(SessionService, "revoke_others", come_back) as then:
        assert erase(applicant).status == 200
    assert then.responses[0].status == 201
    assert belonging_to(backend, applicant) == set()


def test_a_restarted_erasure_refunds_the_attempt_once(backend, applicant):
    stranger, other = applicant.client_with_copied_token(), applicant.other_client()
    before = backend.rows("attempts")
    with during(SessionService, "revoke_others", other.sign_in) as then:
        assert erase(stranger).status == 200

    assert then.responses[0].status == 200
    [of_the_address] = [row for row in backend.rows("attempts") if row not in before]
    assert of_the_address["tries"] == 0


def test_an_account_being_erased_accepts_no_new_registration(client, backend, applicant):
    create_event()
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    registration_path = f"{STAFF_PATH}/{applicant.account['id']}"
    requests = (
        lambda: applicant.request("PUT", REGISTRATION_PATH, {"form": FORM}),
        lambda: admin.request("PUT", registration_path, {"form": FORM}),
    )
    with during(SessionService, "revoke_others", lambda: [send() for send in requests]) as then:
        assert erase(applicant).status == 200

    response = then.responses[0]
    assert [(response.status, response.code) for response in response] == [
        (409, "being_erased")
    ] * 2
    assert belonging_to(backend, applicant) == set()


def test_an_erased_account_accepts_no_new_registration(backend, applicant):
    create_event()
    other = applicant.client_with_copied_token()
    with during(RegistrationStore, "save", lambda: erase(applicant)):
        late = other.request("PUT", REGISTRATION_PATH, {"form": FORM})

    assert (late.status, late.code) == (409, "being_erased")
    assert belonging_to(backend, applicant) == set()


def test_an_erased_account_accepts_no_new_session(backend, applicant):
    other = applicant.other_client()
    with during(SessionService, "prepare_session", lambda: erase(applicant)):
        late = other.sign_in()

    assert (late.status, late.code) == (401, "incorrect_credentials")
    assert belonging_to(backend, applicant) == set()


def test_a_note_after_the_erasure_is_not_stored(client, backend, applicant):
    create_event()
    submitted(applicant)
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    registration_path = f"{STAFF_PATH}/{applicant.account['id']}"
    with during(RegistrationStore, "note_write", lambda: erase(applicant)):
        late = admin.post(f"{registration_path}/notes", {"text": "Came by."})

    assert (late.status, late.code) == (404, "not_found")
    assert backend.rows("notes") == []


def test_a_link_created_during_an_erasure_is_erased(client, backend, applicant):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    path = f"/admin/users/{applicant.account['id']}/password-reset"
    with during(SessionService, "revoke_others", lambda: admin.post(path), after=True) as then:
        assert erase(applicant).status == 200

    assert then.responses[0].status == 200
    assert belonging_to(backend, applicant) == set()


def test_a_registration_changed_during_an_erasure_is_erased_and_its_place_released_once(
    client, backend, applicant
):
    create_event()
    submitted(applicant)
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    moved = {"status": "Declined", "version": 2, "note": "Too late."}
    path = f"{STAFF_PATH}/{applicant.account['id']}/status"
    with during(RegistrationStore, "erase_registration", lambda: admin.post(path, moved)) as then:
        assert erase(applicant).status == 200

    assert then.responses[0].status == 200
    assert places_taken(backend) == 0
    assert belonging_to(backend, applicant) == set()


def test_a_user_who_is_signed_out_everywhere_meanwhile_is_not_erased(applicant):
    other = applicant.other_client()
    other.sign_in()
    with during(SessionService, "revoke_others", lambda: other.delete("/sessions")):
        response = erase(applicant)

    assert response.status == 401
    assert applicant.sign_in().status == 200


def test_a_failed_erasure_can_be_repeated_after_signing_in(backend, applicant):
    create_event()
    submitted(applicant)
    broken = mock.patch.object(SessionService, "revoke_others", side_effect=ServiceUnavailable)
    with broken:
        assert erase(applicant).status == 503
    assert places_taken(backend) == 0

    again = applicant.other_client()
    assert again.sign_in().status == 200
    assert erase(again).status == 200
    assert belonging_to(backend, applicant) == set()
    assert places_taken(backend) == 0


def test_after_a_failed_erasure_a_user_who_signs_in_keeps_the_account(applicant):
    create_event()
    submitted(applicant)
    with mock.patch.object(SessionService, "revoke_others", side_effect=ServiceUnavailable):
        assert erase(applicant).status == 503
    assert applicant.request("PUT", REGISTRATION_PATH, {"form": FORM}).code == "being_erased"

    assert applicant.sign_in().status == 200
    assert applicant.request("PUT", REGISTRATION_PATH, {"form": FORM}).status == 201


def test_concurrent_requests_erase_once(backend, applicant):
    other = applicant.other_client()
    other.sign_in()
    with during(SessionService, "revoke_others", lambda: erase(other)) as then:
        assert erase(applicant).status == 200

    assert then.responses[0].status == 200
    assert belonging_to(backend, applicant) == set()
    assert [row["action"] for row in backend.rows("audit")] == ["account.erased"]


def fill_traces(backend, account, events, each):
    """Write history of registrations, past every rule."""
    name = settings.current().table_name("history")
    for event in events:
        for first in range(0, each, 25):
            puts = [
                {
                    "PutRequest": {
                        "Item": {
                            "registration": {"S": f"{event}#{account}"},
                            "id": {"S": f"{number:06}"},
                        }
                    }
                }
                for number in range(first, first + 25)
            ]
            backend.client.batch_write_item(RequestItems={name: puts})


@pytest.mark.parametrize("database_engine", ["dynamodb-local"], indirect=True)
def test_five_registrations_of_five_hundred_entries_each_are_a_matter_of_seconds(database_engine):
    applicant = Person(Client(app))
    assert applicant.sign_up().status == 201
    events = [f"event-{number}" for number in range(5)]
    for event in events:
        create_event(id=event)
        applicant.request("PUT", f"/registrations/{event}", {"form": FORM})
    fill_traces(database_engine, applicant.account["id"], events, 500)
    with recorded_calls() as calls:
        response = erase(applicant)

    assert (response.status, database_engine.rows("history")) == (200, [])
    # Twenty-five in a round trip, and a few for each event: 20 milliseconds each are two seconds.
    assert len(calls) < 150


def test_an_erasure_out_of_time_continues_with_the_next_request(backend, applicant):
    create_event()
    applicant.request("PUT", REGISTRATION_PATH, {"form": FORM})
    fill_traces(backend, applicant.account["id"], [EVENT], 500)
    ticks = itertools.count()
    left = []
    with (
        mock.patch.object(time, "monotonic", side_effect=lambda: next(ticks)),
        mock.patch.object(erasure, "MAX_SECONDS", IN_PRODUCTION),
    ):
        while (response := erase(applicant)).status == 503:
            left.append(len(backend.rows("history")))

    assert response.status == 200
    assert left
    assert left == sorted(left, reverse=True)
    assert 0 < left[-1] < 501


def test_an_erasure_stops_well_before_the_function_is_stopped():
    assert IN_PRODUCTION + 3.1 < 10
