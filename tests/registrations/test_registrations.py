"""Registrations: saved, submitted, corrected, withdrawn."""

import re
from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.platform import clock
from tests.support.clients import Person
from tests.support.events import EVENT, FORM, create_event

REGISTRATION_PATH = f"/registrations/{EVENT}"
DRAFT = {"firstName": "River"}


@pytest.fixture(autouse=True)
def _event(client, backend):
    create_event()


def save(person, form=None, version=None, path=REGISTRATION_PATH):
    seen = {} if version is None else {"version": version}
    return person.request("PUT", path, {"form": FORM if form is None else form} | seen)


def submit(person, **body):
    return person.post(f"{REGISTRATION_PATH}/submit", body or None)


def withdraw(person, **body):
    return person.post(f"{REGISTRATION_PATH}/withdraw", body or None)


def places_taken(backend):
    [counter] = [row for row in backend.rows("events") if "taken" in row]
    return counter["taken"]


def move_to(backend, person, status):
    """Staff move it, past every rule."""
    key = {"userId": person.account["id"], "eventId": EVENT}
    backend.change("registrations", key, status=status)


def close_registration():
    now = clock.now()
    create_event(id=EVENT, version=2, registration_closes_at=now)


def test_a_half_filled_form_is_a_draft(applicant):
    saved = save(applicant, DRAFT)

    assert saved.status == 201
    draft = saved.json
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{6}", draft.pop("reference"))
    assert draft.pop("createdAt") == draft.pop("updatedAt")
    assert draft == {
        "eventId": EVENT, "status": "Draft", "version": 1, "form": DRAFT, "submittedAt": None,
        "position": None, "offer": None, "offerExpiredAt": None,
        "signedAt": None, "paperSignature": None,
    }  # fmt: skip
    assert applicant.get(REGISTRATION_PATH).json == saved.json


def test_a_save_replaces_the_form_whole(applicant):
    save(applicant, DRAFT)
    saved = save(applicant, {"lastName": "Okafor"}, version=1)

    assert (saved.status, saved.json["version"]) == (200, 2)
    assert saved.json["form"] == {"lastName": "Okafor"}


def test_the_accounts_email_is_the_forms_unless_another_is_given(other_applicant):
    assert save(other_applicant, DRAFT).json["form"]["email"] == "Sky@Example.com"
    other = DRAFT | {"email": "other@example.com"}
    assert save(other_applicant, other, version=1).json["form"]["email"] == "other@example.com"


@pytest.mark.parametrize("seen", [None, 2, 9])
def test_a_client_with_another_version_gets_the_current_one_to_merge(applicant, seen):
    current = save(applicant, DRAFT).json
    response = save(applicant, FORM, version=seen)

    assert (response.status, response.code) == (409, "stale_version")
    assert response.json["current"] == current
    assert applicant.get(REGISTRATION_PATH).json == current


def test_saving_an_unchanged_form_changes_nothing(applicant):
    first = save(applicant, FORM).json

    assert [save(applicant, FORM).json, save(applicant, FORM, version=1).json] == [first, first]


def test_a_version_of_a_missing_registration_returns_404(applicant):
    assert save(applicant, FORM, version=1).status == 404


def test_invalid_fields_are_reported_by_their_path(applicant, backend):
    response = save(applicant, {"phone1": "911", "shifts": ["noon"], "hired": True})

    assert response.status == 422
    assert response.fields == {"form.phone1", "form.shifts.0", "form.hired"}
    assert not backend.rows("registrations")


@pytest.mark.parametrize("name", ["status", "userId", "reference", "createdAt", "submittedAt"])
def test_unknown_fields_beside_the_form_are_rejected(applicant, name):
    assert applicant.request("PUT", REGISTRATION_PATH, {"form": FORM, name: "Hired"}).fields == {
        name
    }


def test_an_unknown_event_is_not_found(applicant):
    assert save(applicant, path="/registrations/unknown").status == 404


def test_submitting_reports_all_missing_fields(applicant):
    save(applicant, DRAFT)
    response = submit(applicant)

    assert response.status == 422
    assert {"form.city", "form.phone1", "form.regAck"} <= response.fields
    assert "form.firstName" not in response.fields
    assert applicant.get(REGISTRATION_PATH).json["status"] == "Draft"


def test_the_response_to_a_submission_is_the_registration(applicant, backend):
    saved = save(applicant).json
    receipt = submit(applicant).json

    assert receipt == saved | {
        "status": "Submitted",
        "version": 2,
        "updatedAt": receipt["updatedAt"],
        "submittedAt": receipt["submittedAt"],
        "signedAt": receipt["submittedAt"],
    }
    assert receipt["submittedAt"]
    assert receipt["form"] == FORM
    assert places_taken(backend) == 1


def test_the_time_of_the_signature_is_kept(applicant, backend):
    save(applicant)
    receipt = submit(applicant).json

    assert backend.rows("registrations")[0]["acknowledgedAt"] == receipt["submittedAt"]


def test_an_applicant_who_changes_a_submitted_form_signs_it_again(applicant, backend):
    save(applicant)
    first = clock.from_text(submit(applicant).json["submittedAt"])
    with mock.patch.object(clock, "now", return_value=first + timedelta(hours=1)):
        changed = save(applicant, FORM | {"city": "Eagan"}, version=2)

    assert changed.status == 200
    [row] = backend.rows("registrations")
    assert row["acknowledgedAt"] == changed.json["updatedAt"] != changed.json["submittedAt"]


def test_submitting_again_changes_nothing(applicant, backend):
    save(applicant)
    first = submit(applicant, version=1)
    before = backend.everything()

    assert [submit(applicant).body, submit(applicant, version=1).body] == [first.body] * 2
    assert backend.everything() == before


def test_without_a_place_it_waits(applicant, other_applicant, backend):
    create_event(id=EVENT, version=2, capacity=1)
    for person in (applicant, other_applicant):
        save(person)
    receipts = [submit(person).json for person in (applicant, other_applicant)]

    assert [receipt["status"] for receipt in receipts] == ["Submitted", "Waitlisted"]
    assert receipts[1]["submittedAt"]
    assert places_taken(backend) == 1


def test_an_event_without_a_capacity_has_a_place_for_each_applicant(applicant, backend):
    create_event(id=EVENT, version=2, capacity=None)
    save(applicant)

    assert submit(applicant).json["status"] == "Submitted"
    assert places_taken(backend) == 1


def test_withdrawing_gives_the_place_back(applicant, other_applicant, backend):
    create_event(id=EVENT, version=2, capacity=1)
    for person in (applicant, other_applicant):
        save(person)
    submit(applicant)

    assert withdraw(applicant).json["status"] == "Withdrawn"
    assert places_taken(backend) == 0
    assert submit(other_applicant).json["status"] == "Submitted"


def test_withdrawing_from_the_waiting_list_releases_no_place(applicant, backend):
    create_event(id=EVENT, version=2, capacity=0)
    save(applicant)
    submit(applicant)

    assert withdraw(applicant).json["status"] == "Withdrawn"
    assert places_taken(backend) == 0


def test_withdrawing_again_changes_nothing(applicant, backend):
    save(applicant)
    submit(applicant)
    withdraw(applicant)
    before = backend.everything()

    assert withdraw(applicant).status == 200
    assert backend.everything() == before


def test_a_withdrawn_registration_can_be_submitted_again(applicant, backend):
    save(applicant)
    submit(applicant)
    withdraw(applicant)

    assert submit(applicant).json["status"] == "Submitted"
    assert places_taken(backend) == 1


@pytest.mark.parametrize("act", [submit, withdraw])
def test_a_version_that_is_sent_is_checked(applicant, act):
    current = save(applicant).json
    response = act(applicant, version=7)

    assert (response.code, response.json["current"]) == ("stale_version", current)


def test_a_version_that_is_sent_to_delete_is_checked(applicant):
    save(applicant)

    assert applicant.delete(REGISTRATION_PATH, body={"version": 7}).code == "stale_version"
    assert applicant.delete(REGISTRATION_PATH, body={"version": 1}).status == 200


def test_a_submission_may_be_corrected_but_not_made_incomplete(applicant):
    save(applicant)
    submit(applicant)
    response = save(applicant, DRAFT, version=2)
    corrected = save(applicant, FORM | {"city": "Shakopee"}, version=2)

    assert response.status == 422
    assert {"form.city"} <= response.fields
    assert (corrected.status, corrected.json["status"]) == (200, "Submitted")


@pytest.mark.parametrize("status", ["InReview", "Interview", "Hired", "Declined"])
def test_an_applicant_cannot_edit_a_registration_in_review(applicant, backend, status):
    save(applicant)
    move_to(backend, applicant, status)

    code = "wrong_status" if status == "Declined" else "fields_locked"
    assert save(applicant, FORM | {"lastName": "Larsen"}, version=1).code == code
    assert submit(applicant).code == "wrong_status"
    assert applicant.delete(REGISTRATION_PATH).code == "wrong_status"


def test_a_withdrawal_after_hiring_releases_the_place(applicant, backend):
    save(applicant)
    submit(applicant)
    move_to(backend, applicant, "Hired")

    assert withdraw(applicant).json["status"] == "Withdrawn"
    assert places_taken(backend) == 0


@pytest.mark.parametrize("status", ["Declined", "Draft"])
def test_these_are_not_withdrawn(applicant, backend, status):
    save(applicant)
    move_to(backend, applicant, status)

    assert withdraw(applicant).code == "wrong_status"


def test_saving_and_submitting_are_rejected_after_the_closing(applicant, other_applicant):
    save(applicant)
    close_registration()

    assert save(other_applicant).code == "registration_closed"
    assert save(applicant, DRAFT, version=1).code == "registration_closed"
    assert submit(applicant).code == "registration_closed"
    assert save(applicant).status == 200, "what is stored already is no change"


def test_withdrawing_and_deleting_drafts_are_allowed_after_the_closing(applicant, other_applicant):
    for person in (applicant, other_applicant):
        save(person)
    submit(applicant)
    close_registration()

    assert withdraw(applicant).status == 200
    assert submit(applicant).code == "registration_closed"
    assert other_applicant.delete(REGISTRATION_PATH).json == {"msg": "Draft deleted"}


def test_a_deleted_draft_returns_404(applicant):
    save(applicant)
    applicant.delete(REGISTRATION_PATH)

    assert [
        applicant.get(REGISTRATION_PATH).status,
        applicant.delete(REGISTRATION_PATH).status,
    ] == [404, 404]
    assert save(applicant).status == 201


def test_another_users_registration_is_not_found(applicant, other_applicant):
    save(applicant)

    for response in (
        other_applicant.get(REGISTRATION_PATH),
        submit(other_applicant),
        withdraw(other_applicant),
        other_applicant.delete(REGISTRATION_PATH),
    ):
        assert (response.status, response.code) == (404, "not_found")
    assert other_applicant.get("/registrations").json["items"] == []


def test_users_list_their_own_registrations_newest_event_first_in_pages(applicant):
    for year in (2027, 2029, 2028):
        day = clock.now().date().replace(year=year, month=9, day=3)
        create_event(id=f"fair-{year}", starts_on=day, ends_on=day)
        save(applicant, path=f"/registrations/fair-{year}")

    first = applicant.get("/registrations?limit=2").json
    second = applicant.get(f"/registrations?limit=2&cursor={first['cursor']}").json
    assert [registration["eventId"] for registration in first["items"] + second["items"]] == [
        "fair-2029", "fair-2028", "fair-2027",
    ]  # fmt: skip
    assert second["cursor"] is None


def test_another_users_cursor_is_rejected(applicant, other_applicant):
    for name in ("a", "b"):
        create_event(id=name)
        save(applicant, path=f"/registrations/{name}")
    cursor = applicant.get("/registrations?limit=1").json["cursor"]

    assert other_applicant.get(f"/registrations?cursor={cursor}").fields == {"cursor"}


def test_an_expired_registration_is_hidden_while_its_item_still_exists(applicant, backend):
    save(applicant)
    key = {"userId": applicant.account["id"], "eventId": EVENT}
    backend.change("registrations", key, ttl=int(clock.now().timestamp()))

    assert applicant.get(REGISTRATION_PATH).status == 404
    assert applicant.get("/registrations").json["items"] == []


def test_a_registration_is_erased_400_days_after_its_event(applicant, backend):
    save(applicant)
    over = clock.from_text("2027-09-19T00:00:00Z") + timedelta(days=400)

    assert {
        row["ttl"] for table in ("registrations", "history") for row in backend.rows(table)
    } == {int(over.timestamp())}


def test_every_change_is_in_the_history_with_old_and_new_values(applicant, backend):
    save(applicant, DRAFT)
    save(applicant, FORM, version=1)
    submit(applicant)

    entries = sorted(backend.rows("history"), key=lambda row: row["id"])
    assert [entry["action"] for entry in entries] == ["saved", "saved", "submitted"]
    assert entries[0]["changes"] == {"firstName": [None, "River"], "status": [None, "Draft"]}
    assert entries[1]["changes"]["city"] == [None, "St. Paul"]
    assert entries[2]["changes"] == {"status": ["Draft", "Submitted"]}
    assert {entry["actor"] for entry in entries} == {applicant.account["id"]}


def test_ethnicity_is_in_no_history_and_no_audit(applicant, backend):
    save(applicant, {"ethnicity": "Black"})
    save(applicant, {"ethnicity": "NotSpecified"}, version=1)

    for table in ("history", "audit"):
        assert "thnicity" not in str(backend.rows(table))
        assert "NotSpecified" not in str(backend.rows(table))


def test_the_body_is_optional_if_all_its_fields_are(applicant):
    save(applicant)

    assert applicant.post(f"{REGISTRATION_PATH}/submit", content_type=None).status == 200
    assert applicant.post(f"{REGISTRATION_PATH}/withdraw", {}).status == 200
    assert applicant.post(f"{REGISTRATION_PATH}/submit", raw=b"[]").code == "bad_json"


def test_two_people_have_two_registrations(applicant, other_applicant):
    assert save(applicant).status == save(other_applicant).status == 201
    assert Person(applicant.client).get(REGISTRATION_PATH).status == 401
