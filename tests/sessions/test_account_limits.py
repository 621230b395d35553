"""Limits on what one account does in an hour, over all of its sessions."""

from dataclasses import replace

import pytest

from chalicelib.identity.role import Role
from chalicelib.sessions import account_limits
from tests.support.accounts import signed_in_staff
from tests.support.clients import PASSWORD
from tests.support.events import EVENT, FORM, create_event

PATH = f"/registrations/{EVENT}"
SAVED = "You’ve saved too many changes in the last hour."
DOWNLOADED = "You’ve downloaded too many files in the last hour."
ACCOUNTS = "You’ve created or changed too many accounts in the last hour."


@pytest.fixture(autouse=True)
def _event(backend, frozen_clock):
    """Have an event, and let no hour be over in the middle of a test."""
    create_event()


@pytest.fixture
def limit(monkeypatch):
    """Returns a function that sets a limit to a smaller number."""

    def set_limit(name, number):
        window = replace(getattr(account_limits, name), limit=number)
        monkeypatch.setattr(account_limits, name, window)

    return set_limit


@pytest.fixture
def staff(client):
    return signed_in_staff(client, "sue", Role.SUPER_ADMIN)


def assert_limited(response, message):
    assert (response.status, response.code) == (429, "too_many_attempts")
    assert response.json["error"] == message
    assert 0 < int(response.headers["Retry-After"]) <= 60 * 60


def save(person, first_name, **body):
    return person.request("PUT", PATH, {"form": FORM | {"firstName": first_name}, **body})


def test_the_changes_of_an_applicant_are_limited_over_all_sessions(
    applicant, other_applicant, limit, capsys
):
    limit("APPLICANT_CHANGES", 2)
    assert save(applicant, "River").status == 201
    assert save(applicant, "River").status == 200  # nothing changed, and nothing is counted
    assert save(applicant, "Sky", version=1).status == 200
    elsewhere = applicant.other_client()
    assert elsewhere.sign_in().status == 200
    capsys.readouterr()

    assert_limited(save(elsewhere, "Lake", version=2), SAVED)
    assert '"limit": "applicant changes"' in capsys.readouterr().out
    assert applicant.get(PATH).json["form"]["firstName"] == "Sky"
    assert_limited(applicant.request("DELETE", PATH), SAVED)
    assert save(other_applicant, "River").status == 201


def test_a_submission_over_the_limit_is_not_mistaken_for_a_receipt_over_its_limit(
    applicant, limit, capsys
):
    limit("APPLICANT_CHANGES", 1)
    assert save(applicant, "River").status == 201
    assert_limited(applicant.post(f"{PATH}/submit"), SAVED)

    assert "mail_limited" not in capsys.readouterr().out
    assert applicant.get(PATH).json["status"] == "Draft"


def test_a_limit_is_said_in_spanish(applicant, limit):
    limit("APPLICANT_CHANGES", 1)
    assert save(applicant, "River").status == 201
    response = applicant.request("DELETE", PATH, **{"Accept-Language": "es"})

    assert response.status == 429
    assert response.json["error"] == "Guardó demasiados cambios en la última hora."


def test_acts_of_staff_on_registrations_are_limited(applicant, staff, limit):
    record = f"/admin/events/{EVENT}/registrations/{applicant.account['id']}"
    assert save(applicant, "River").status == 201
    assert applicant.post(f"{PATH}/submit").status == 200
    limit("STAFF_CHANGES", 1)
    assert staff.post(f"{record}/notes", {"text": "Called."}).status == 201

    assert_limited(staff.post(f"{record}/notes", {"text": "Called again."}), SAVED)
    correction = {"form": {"city": "Erie"}, "version": 2}
    assert_limited(staff.request("PATCH", record, correction), SAVED)
    assert_limited(staff.post(f"{record}/status", {"status": "InReview", "version": 2}), SAVED)
    items = [{"userId": applicant.account["id"], "version": 2}]
    bulk = {"status": "InReview", "items": items}
    response = staff.post(f"/admin/events/{EVENT}/registrations/status", bulk)
    assert [item["code"] for item in response.json["items"]] == ["too_many_attempts"]
    assert len(staff.get(record).json["notes"]) == 1


def test_what_staff_do_to_accounts_is_limited(applicant, staff, limit):
    limit("STAFF_ACCOUNTS", 1)
    person = f"/admin/users/{applicant.account['id']}"
    assert staff.post("/admin/users", {"firstName": "Sky"}).status == 201

    assert_limited(staff.post("/admin/users", {"firstName": "Lake"}), ACCOUNTS)
    assert_limited(staff.post(f"{person}/disable"), ACCOUNTS)
    assert_limited(staff.post(f"{person}/role", {"role": "Admin"}), ACCOUNTS)
    assert_limited(staff.post(f"{person}/password-reset"), ACCOUNTS)
    assert_limited(staff.request("DELETE", f"{person}/sessions"), ACCOUNTS)
    assert applicant.get("/me").json["role"] == "User"


def test_changes_of_ones_own_names_are_limited(applicant, limit):
    limit("OWN_CHANGES", 1)
    assert applicant.request("PATCH", "/me", {"firstName": "Sky"}).status == 200

    assert_limited(applicant.request("PATCH", "/me", {"firstName": "Lake"}), SAVED)
    assert applicant.get("/me").json["firstName"] == "Sky"


def test_downloads_are_limited(applicant, staff, limit):
    limit("OWN_EXPORTS", 1)
    limit("SPREADSHEET_PARTS", 1)
    spreadsheet = f"/admin/events/{EVENT}/registrations.csv"
    assert applicant.get("/me/export").status == 200
    assert staff.get(spreadsheet).status == 200

    assert_limited(applicant.get("/me/export"), DOWNLOADED)
    assert_limited(staff.get(spreadsheet), DOWNLOADED)


def test_a_session_can_be_ended_at_every_limit(applicant, limit):
    limit("OWN_CHANGES", 1)
    assert [
        applicant.request("PATCH", "/me", {"firstName": name}).status for name in ("Sky", "Lake")
    ] == [200, 429]

    assert applicant.request("DELETE", "/sessions/current").status == 200
    assert applicant.sign_in(password=PASSWORD).status == 200
