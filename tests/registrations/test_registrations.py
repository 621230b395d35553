"""Registrations: saved, submitted, corrected, withdrawn."""

import re
from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.platform import clock
from tests.support.clients import Person
from tests.support.events import EVENT, FORM, create_event

OWN = f"/registrations/{EVENT}"
DRAFT = {"firstName": "River"}


@pytest.fixture(autouse=True)
def _event(client, backend):
    create_event()


def save(person, form=None, version=None, path=OWN):
    seen = {} if version is None else {"version": version}
    return person.ask("PUT", path, {"form": FORM if form is None else form} | seen)


def submit(person, **body):
    return person.post(f"{OWN}/submit", body or None)


def withdraw(person, **body):
    return person.post(f"{OWN}/withdraw", body or None)


def taken(backend):
    [counter] = [row for row in backend.rows("events") if "taken" in row]
    return counter["taken"]


def move_to(backend, person, status):
    """Staff move it, past every rule."""
    key = {"userId": person.account["id"], "eventId": EVENT}
    backend.change("registrations", key, status=status)


def close_registration():
    now = clock.now()
    create_event(id=EVENT, version=2, registration_closes_at=now)


def test_a_half_filled_form_is_a_draft(river):
    saved = save(river, DRAFT)

    assert saved.status == 201
    draft = saved.json
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{6}", draft.pop("reference"))
    assert draft.pop("createdAt") == draft.pop("updatedAt")
    assert draft == {
        "eventId": EVENT, "status": "Draft", "version": 1, "form": DRAFT, "submittedAt": None,
        "position": None, "offer": None, "offerExpiredAt": None,
        "signedAt": None, "paperSignature": None,
    }  # fmt: skip
    assert river.get(OWN).json == saved.json


def test_a_save_replaces_the_form_whole(river):
    save(river, DRAFT)
    saved = save(river, {"lastName": "Okafor"}, version=1)

    assert (saved.status, saved.json["version"]) == (200, 2)
    assert saved.json["form"] == {"lastName": "Okafor"}


def test_the_accounts_email_is_the_forms_unless_another_is_given(sky):
    assert save(sky, DRAFT).json["form"]["email"] == "Sky@Example.com"
    other = DRAFT | {"email": "other@example.com"}
    assert save(sky, other, version=1).json["form"]["email"] == "other@example.com"


@pytest.mark.parametrize("seen", [None, 2, 9])
def test_a_client_with_another_version_gets_the_current_one_to_merge(river, seen):
    current = save(river, DRAFT).json
    refused = save(river, FORM, version=seen)

    assert (refused.status, refused.code) == (409, "stale_version")
    assert refused.json["current"] == current
    assert river.get(OWN).json == current


def test_saving_an_unchanged_form_changes_nothing(river):
    first = save(river, FORM).json

    assert [save(river, FORM).json, save(river, FORM, version=1).json] == [first, first]


def test_a_version_of_a_missing_registration_returns_404(river):
    assert save(river, FORM, version=1).status == 404


def test_invalid_fields_are_reported_by_their_path(river, backend):
    refused = save(river, {"phone1": "911", "shifts": ["noon"], "hired": True})

    assert refused.status == 422
    assert refused.fields == {"form.phone1", "form.shifts.0", "form.hired"}
    assert not backend.rows("registrations")


@pytest.mark.parametrize("name", ["status", "userId", "reference", "createdAt", "submittedAt"])
def test_unknown_fields_beside_the_form_are_rejected(river, name):
    assert river.ask("PUT", OWN, {"form": FORM, name: "Hired"}).fields == {name}


def test_an_unknown_event_is_not_found(river):
    assert save(river, path="/registrations/unknown").status == 404


def test_submitting_reports_all_missing_fields(river):
    save(river, DRAFT)
    refused = submit(river)

    assert refused.status == 422
    assert {"form.city", "form.phone1", "form.regAck"} <= refused.fields
    assert "form.firstName" not in refused.fields
    assert river.get(OWN).json["status"] == "Draft"


def test_the_response_to_a_submission_is_the_registration(river, backend):
    saved = save(river).json
    receipt = submit(river).json

    assert receipt == saved | {
        "status": "Submitted",
        "version": 2,
        "updatedAt": receipt["updatedAt"],
        "submittedAt": receipt["submittedAt"],
        "signedAt": receipt["submittedAt"],
    }
    assert receipt["submittedAt"]
    assert receipt["form"] == FORM
    assert taken(backend) == 1


def test_the_time_of_the_signature_is_kept(river, backend):
    save(river)
    receipt = submit(river).json

    assert backend.rows("registrations")[0]["acknowledgedAt"] == receipt["submittedAt"]


def test_an_applicant_who_changes_a_submitted_form_signs_it_again(river, backend):
    save(river)
    first = clock.from_text(submit(river).json["submittedAt"])
    with mock.patch.object(clock, "now", return_value=first + timedelta(hours=1)):
        changed = save(river, FORM | {"city": "Eagan"}, version=2)

    assert changed.status == 200
    [row] = backend.rows("registrations")
    assert row["acknowledgedAt"] == changed.json["updatedAt"] != changed.json["submittedAt"]


def test_submitting_again_changes_nothing(river, backend):
    save(river)
    first = submit(river, version=1)
    before = backend.everything()

    assert [submit(river).body, submit(river, version=1).body] == [first.body] * 2
    assert backend.everything() == before


def test_without_a_place_it_waits(river, sky, backend):
    create_event(id=EVENT, version=2, capacity=1)
    for person in (river, sky):
        save(person)
    receipts = [submit(person).json for person in (river, sky)]

    assert [receipt["status"] for receipt in receipts] == ["Submitted", "Waitlisted"]
    assert receipts[1]["submittedAt"]
    assert taken(backend) == 1


def test_an_event_without_a_capacity_has_a_place_for_everybody(river, backend):
    create_event(id=EVENT, version=2, capacity=None)
    save(river)

    assert submit(river).json["status"] == "Submitted"
    assert taken(backend) == 1


def test_withdrawing_gives_the_place_back(river, sky, backend):
    create_event(id=EVENT, version=2, capacity=1)
    for person in (river, sky):
        save(person)
    submit(river)

    assert withdraw(river).json["status"] == "Withdrawn"
    assert taken(backend) == 0
    assert submit(sky).json["status"] == "Submitted"


def test_withdrawing_from_the_waiting_list_releases_no_place(river, backend):
    create_event(id=EVENT, version=2, capacity=0)
    save(river)
    submit(river)

    assert withdraw(river).json["status"] == "Withdrawn"
    assert taken(backend) == 0


def test_withdrawing_again_changes_nothing(river, backend):
    save(river)
    submit(river)
    withdraw(river)
    before = backend.everything()

    assert withdraw(river).status == 200
    assert backend.everything() == before


def test_a_withdrawn_registration_can_be_submitted_again(river, backend):
    save(river)
    submit(river)
    withdraw(river)

    assert submit(river).json["status"] == "Submitted"
    assert taken(backend) == 1


@pytest.mark.parametrize("act", [submit, withdraw])
def test_a_version_that_is_sent_is_checked(river, act):
    current = save(river).json
    refused = act(river, version=7)

    assert (refused.code, refused.json["current"]) == ("stale_version", current)


def test_a_version_that_is_sent_to_delete_is_checked(river):
    save(river)

    assert river.delete(OWN, body={"version": 7}).code == "stale_version"
    assert river.delete(OWN, body={"version": 1}).status == 200


def test_a_submission_may_be_corrected_but_not_made_incomplete(river):
    save(river)
    submit(river)
    refused = save(river, DRAFT, version=2)
    corrected = save(river, FORM | {"city": "Shakopee"}, version=2)

    assert refused.status == 422
    assert {"form.city"} <= refused.fields
    assert (corrected.status, corrected.json["status"]) == (200, "Submitted")


@pytest.mark.parametrize("status", ["InReview", "Interview", "Hired", "Declined"])
def test_an_applicant_cannot_edit_a_registration_in_review(river, backend, status):
    save(river)
    move_to(backend, river, status)

    code = "wrong_status" if status == "Declined" else "fields_locked"
    assert save(river, FORM | {"lastName": "Larsen"}, version=1).code == code
    assert submit(river).code == "wrong_status"
    assert river.delete(OWN).code == "wrong_status"


def test_a_withdrawal_after_hiring_releases_the_place(river, backend):
    save(river)
    submit(river)
    move_to(backend, river, "Hired")

    assert withdraw(river).json["status"] == "Withdrawn"
    assert taken(backend) == 0


@pytest.mark.parametrize("status", ["Declined", "Draft"])
def test_these_are_not_withdrawn(river, backend, status):
    save(river)
    move_to(backend, river, status)

    assert withdraw(river).code == "wrong_status"


def test_saving_and_submitting_are_rejected_after_the_closing(river, sky):
    save(river)
    close_registration()

    assert save(sky).code == "registration_closed"
    assert save(river, DRAFT, version=1).code == "registration_closed"
    assert submit(river).code == "registration_closed"
    assert save(river).status == 200, "what is stored already is no change"


def test_withdrawing_and_deleting_drafts_are_allowed_after_the_closing(river, sky):
    for person in (river, sky):
        save(person)
    submit(river)
    close_registration()

    assert withdraw(river).status == 200
    assert submit(river).code == "registration_closed"
    assert sky.delete(OWN).json == {"msg": "Draft deleted"}


def test_a_deleted_draft_returns_404(river):
    save(river)
    river.delete(OWN)

    assert [river.get(OWN).status, river.delete(OWN).status] == [404, 404]
    assert save(river).status == 201


def test_another_users_registration_is_not_found(river, sky):
    save(river)

    for reply in (sky.get(OWN), submit(sky), withdraw(sky), sky.delete(OWN)):
        assert (reply.status, reply.code) == (404, "not_found")
    assert sky.get("/registrations").json["items"] == []


def test_users_list_their_own_registrations_newest_event_first_in_pages(river):
    for year in (2027, 2029, 2028):
        day = clock.now().date().replace(year=year, month=9, day=3)
        create_event(id=f"fair-{year}", starts_on=day, ends_on=day)
        save(river, path=f"/registrations/fair-{year}")

    first = river.get("/registrations?limit=2").json
    second = river.get(f"/registrations?limit=2&cursor={first['cursor']}").json
    assert [one["eventId"] for one in first["items"] + second["items"]] == [
        "fair-2029", "fair-2028", "fair-2027",
    ]  # fmt: skip
    assert second["cursor"] is None


def test_another_users_cursor_is_rejected(river, sky):
    for name in ("a", "b"):
        create_event(id=name)
        save(river, path=f"/registrations/{name}")
    cursor = river.get("/registrations?limit=1").json["cursor"]

    assert sky.get(f"/registrations?cursor={cursor}").fields == {"cursor"}


def test_an_expired_registration_is_hidden_while_its_item_still_exists(river, backend):
    save(river)
    key = {"userId": river.account["id"], "eventId": EVENT}
    backend.change("registrations", key, ttl=int(clock.now().timestamp()))

    assert river.get(OWN).status == 404
    assert river.get("/registrations").json["items"] == []


def test_a_registration_is_erased_400_days_after_its_event(river, backend):
    save(river)
    over = clock.from_text("2027-09-19T00:00:00Z") + timedelta(days=400)

    assert {
        row["ttl"] for table in ("registrations", "history") for row in backend.rows(table)
    } == {int(over.timestamp())}


def test_every_change_is_in_the_history_with_old_and_new_values(river, backend):
    save(river, DRAFT)
    save(river, FORM, version=1)
    submit(river)

    entries = sorted(backend.rows("history"), key=lambda row: row["id"])
    assert [entry["action"] for entry in entries] == ["saved", "saved", "submitted"]
    assert entries[0]["changes"] == {"firstName": [None, "River"], "status": [None, "Draft"]}
    assert entries[1]["changes"]["city"] == [None, "St. Paul"]
    assert entries[2]["changes"] == {"status": ["Draft", "Submitted"]}
    assert {entry["actor"] for entry in entries} == {river.account["id"]}


def test_ethnicity_is_in_no_history_and_no_audit(river, backend):
    save(river, {"ethnicity": "Black"})
    save(river, {"ethnicity": "NotSpecified"}, version=1)

    for table in ("history", "audit"):
        assert "thnicity" not in str(backend.rows(table))
        assert "NotSpecified" not in str(backend.rows(table))


def test_the_body_is_optional_if_all_its_fields_are(river):
    save(river)

    assert river.post(f"{OWN}/submit", content_type=None).status == 200
    assert river.post(f"{OWN}/withdraw", {}).status == 200
    assert river.post(f"{OWN}/submit", raw=b"[]").code == "bad_json"


def test_two_people_have_two_registrations(river, sky):
    assert save(river).status == save(sky).status == 201
    assert Person(river.client).get(OWN).status == 401
