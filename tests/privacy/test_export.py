"""A user exports all data that the service stores about them."""

from unittest import mock

import pytest

from chalicelib.identity.account import Role
from chalicelib.privacy import export
from chalicelib.privacy.personal_data import ChangedBy
from tests.support.accounts import signed_in_staff
from tests.support.credentials import credentials_of
from tests.support.events import EVENT, FORM, create_event

REGISTRATION_PATH = f"/registrations/{EVENT}"
STAFF_PATH = f"/admin/events/{EVENT}/registrations"


@pytest.fixture
def admin(client):
    return signed_in_staff(client, "ada", Role.ADMIN)


@pytest.fixture
def registered(applicant):
    create_event()
    assert applicant.request("PUT", REGISTRATION_PATH, {"form": FORM}).status == 201
    assert applicant.post(f"{REGISTRATION_PATH}/submit").status == 200
    return applicant


def held(person):
    response = person.get("/me/export")
    assert response.status == 200
    return response.json


def test_a_new_account_is_itself_and_its_session(other_applicant):
    assert held(other_applicant) == {
        "account": other_applicant.get("/me").json,
        "language": None,
        "emailVerifiedAt": None,
        "passwordSetAt": other_applicant.get("/me").json["createdAt"],
        "lastUses": {"password": None, "emailCode": None, "secondFactor": None},
        "secondFactorSetAt": None,
        "recoveryCodesLeft": 0,
        "sessions": other_applicant.get("/sessions").json["items"],
        "passkeys": [],
        "registrations": [],
        "audit": [],
        "isComplete": True,
    }


def test_a_registration_is_exported_with_its_form_and_history(registered):
    [registration] = held(registered)["registrations"]

    assert registration["eventId"] == EVENT
    assert registration["registration"] == registered.get(REGISTRATION_PATH).json
    assert registration["registration"]["form"] == FORM
    assert registration["signedAt"] == registration["registration"]["submittedAt"]
    submitted, saved = registration["history"]
    assert (submitted["by"], submitted["action"]) == ("you", "submitted")
    assert submitted["changes"] == {"status": ["Draft", "Submitted"]}
    assert (saved["by"], saved["action"]) == ("you", "saved")
    assert saved["changes"]["city"] == [None, "St. Paul"]


def test_the_history_of_a_deleted_draft_is_exported(applicant):
    create_event()
    applicant.request("PUT", REGISTRATION_PATH, {"form": FORM})
    applicant.delete(REGISTRATION_PATH)

    [registration] = held(applicant)["registrations"]
    assert (registration["registration"], registration["signedAt"]) == (None, None)
    assert [change["action"] for change in registration["history"]] == ["deleted", "saved"]


def test_actions_of_staff_are_exported_without_names_and_notes(registered, admin):
    registration_path = f"{STAFF_PATH}/{registered.account['id']}"
    admin.post(f"{registration_path}/notes", {"text": "Was seen with a kestrel."})
    admin.post(
        f"{registration_path}/status", {"status": "InReview", "version": 2, "note": "An osprey."}
    )
    response = registered.get("/me/export")

    export = response.json
    [registration] = export["registrations"]
    assert (registration["history"][0]["by"], registration["history"][0]["action"]) == (
        "staff",
        "moved",
    )
    assert [(entry["by"], entry["action"], entry["fields"]) for entry in export["audit"]] == [
        ("staff", "registration.moved", ["status"]),
        ("staff", "registration.noted", []),
    ]
    for hidden_text in ("kestrel", "osprey", admin.account["id"], '"ada"'):
        assert hidden_text not in response.body.decode()


def test_the_export_contains_no_credentials(applicant, admin, backend):
    admin.post(f"/admin/users/{applicant.account['id']}/password-reset")
    [row] = [row for row in backend.rows("users") if row["id"] == applicant.account["id"]]
    export = applicant.get("/me/export").body.decode()

    assert credentials_of(backend, applicant.account["id"])["passwordHash"] not in export
    assert row["recovery"] not in export
    assert applicant.token not in export
    assert not {"sessionVersion", "recovery", "passwordHash"} & held(applicant)["account"].keys()


def test_the_export_contains_no_data_of_other_users(registered, other_applicant):
    export = other_applicant.get("/me/export").body.decode()

    assert registered.account["id"] not in export
    assert "Okafor" not in export


@pytest.mark.parametrize(
    ("bound", "most"), [("MAX_HISTORY_BYTES", 100), ("MAX_SESSIONS", 1), ("MAX_AUDIT_ENTRIES", 1)]
)
def test_a_truncated_export_says_so(registered, admin, bound, most):
    registration_path = f"{STAFF_PATH}/{registered.account['id']}"
    for text in ("Came by.", "Called."):
        admin.post(f"{registration_path}/notes", {"text": text})
    registered.other_client().sign_in()
    whole = held(registered)
    with mock.patch.object(export, bound, most):
        cut = held(registered)

    assert (whole["isComplete"], cut["isComplete"]) == (True, False)
    shortened = {
        "MAX_HISTORY_BYTES": "registrations",
        "MAX_SESSIONS": "sessions",
        "MAX_AUDIT_ENTRIES": "audit",
    }
    same = set(whole) - {shortened[bound], "isComplete"}
    assert {name: whole[name] for name in same} == {name: cut[name] for name in same}
    assert cut[shortened[bound]] != whole[shortened[bound]]


def test_a_truncated_history_keeps_the_newest_entries(registered):
    with mock.patch.object(export, "MAX_HISTORY_BYTES", 200):
        [registration] = held(registered)["registrations"]

    assert [change["action"] for change in registration["history"]] == ["submitted"]
    assert registration["registration"]["form"] == FORM
    assert registration["signedAt"] == registration["registration"]["submittedAt"]


def test_the_largest_export_fits_into_a_lambda_response():
    # Each quotation mark and backslash of JSON is escaped once more: twice as long at most.
    assert 2 * export.MAX_HISTORY_BYTES < 5_000_000


def test_a_change_was_made_by_the_applicant_by_staff_or_by_the_service():
    assert {by.value for by in ChangedBy} == {"you", "staff", "service"}
