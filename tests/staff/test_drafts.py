"""Drafts are private: staff see their number; opening one takes the applicant's reference."""

import pytest

from tests.staff.conftest import STAFF_PATH
from tests.support.events import EVENT, FORM

REGISTRATION_PATH = f"/registrations/{EVENT}"
WHOLE = {name: value for name, value in FORM.items() if name != "ethnicity"}


@pytest.fixture
def draft(event, applicant):
    """River's draft, as River sees it."""
    saved = applicant.request("PUT", REGISTRATION_PATH, {"form": FORM})
    assert saved.status == 201
    return saved.json


@pytest.fixture
def path(applicant):
    return f"{STAFF_PATH}/{applicant.account['id']}"


@pytest.fixture
def path_with_reference(path, draft):
    """The path with the reference that River tells."""
    return lambda more="": f"{path}{more}?reference={draft['reference'].lower()}"


@pytest.mark.parametrize(
    "query",
    ["", "?status=Draft", "?lastName=oka", "?phone=9524451234", "?job=animals", "?sort=lastName"],
)
def test_a_draft_is_in_no_list_and_no_spreadsheet(admin, draft, query):
    assert admin.get(f"{STAFF_PATH}{query}").json == {"items": [], "cursor": None}
    assert admin.get(f"{STAFF_PATH}.csv{query}").body.count(b"\r\n") == 1


def test_a_draft_is_in_no_spreadsheet_even_with_its_reference(admin, draft):
    assert admin.get(f"{STAFF_PATH}.csv?reference={draft['reference']}").body.count(b"\r\n") == 1


def test_staff_see_how_many_drafts_there_are_and_nothing_in_them(admin, draft):
    counted = admin.get(f"/admin/events/{EVENT}/summary").json

    assert counted.pop("byStatus") == {"Draft": 1}
    assert not any(counted.values())


@pytest.mark.parametrize("reference", ["", "?reference=", "?reference=000000"])
def test_a_draft_is_as_if_it_were_not_there_without_its_reference(
    admin, draft, path, backend, reference
):
    before = backend.everything()
    requests = [
        admin.get(f"{path}{reference}"),
        admin.get(f"{path}/history{reference}"),
        admin.request("PATCH", f"{path}{reference}", {"form": {"city": "Ely"}, "version": 1}),
        admin.post(f"{path}/status{reference}", {"status": "Submitted", "version": 1}),
        admin.post(f"{path}/notes{reference}", {"text": "Hello"}),
    ]

    assert [(response.status, response.code) for response in requests] == [(404, "not_found")] * 5
    assert backend.everything() == before


def test_a_draft_is_not_submitted_among_many(admin, draft, applicant):
    items = [{"userId": applicant.account["id"], "version": 1}]
    response = admin.post(f"{STAFF_PATH}/status", {"status": "Submitted", "items": items})

    assert [item["code"] for item in response.json["items"]] == ["not_found"]
    assert applicant.get(REGISTRATION_PATH).json == draft


def test_staff_who_start_a_registration_over_a_draft_are_told_to_ask_for_its_reference(
    admin, draft, path, applicant
):
    response = admin.request("PUT", path, {"form": {"firstName": "River"}})

    assert (response.status, response.code) == (409, "draft_exists")
    assert set(response.json) == {"error", "code"}
    assert applicant.get(REGISTRATION_PATH).json == draft


def test_staff_open_a_draft_with_its_reference_and_that_is_audited(
    admin, draft, path_with_reference, applicant, backend
):
    response = admin.get(path_with_reference())

    assert (response.status, response.json["form"]) == (200, WHOLE)
    [entry] = backend.rows("audit")
    assert (entry["subject"], entry["actor"], entry["action"]) == (
        applicant.account["id"],
        admin.account["id"],
        "registration.opened",
    )


def test_a_draft_is_found_by_its_reference_and_that_is_audited(admin, draft, backend):
    [item] = admin.get(f"{STAFF_PATH}?reference={draft['reference']}").json["items"]

    assert item["reference"] == draft["reference"]
    assert [row["action"] for row in backend.rows("audit")] == ["registration.opened"]


def test_what_is_submitted_is_opened_without_an_entry_in_the_audit(admin, submitted, backend):
    reference = admin.get(submitted).json["reference"]
    admin.get(f"{submitted}?reference={reference}")
    admin.get(f"{STAFF_PATH}?reference={reference}")

    assert backend.rows("audit") == []


def test_with_the_reference_staff_correct_submit_and_write_about_a_draft(
    admin, path_with_reference
):
    corrected = admin.request(
        "PATCH", path_with_reference(), {"form": {"city": "Ely"}, "version": 1}
    )
    noted = admin.post(path_with_reference("/notes"), {"text": "Came by."})
    submitted = admin.post(path_with_reference("/status"), {"status": "Submitted", "version": 2})

    assert [corrected.status, noted.status, submitted.status] == [200, 201, 200]


def test_the_history_that_staff_see_begins_at_the_submission(
    admin, draft, path_with_reference, applicant, path
):
    changed = FORM | {"city": "Ely"}
    assert (
        applicant.request("PUT", REGISTRATION_PATH, {"form": changed, "version": 1}).status == 200
    )
    assert admin.get(path_with_reference("/history")).json == {"items": [], "cursor": None}
    applicant.post(f"{REGISTRATION_PATH}/submit")
    applicant.post(f"{REGISTRATION_PATH}/withdraw")
    applicant.post(f"{REGISTRATION_PATH}/submit")
    history = admin.get(f"{path}/history").json

    assert [entry["action"] for entry in history["items"]] == [
        "submitted",
        "withdrawn",
        "submitted",
    ]
    assert history["cursor"] is None
    parts, cursor = [], ""
    while cursor is not None:
        part = admin.get(f"{path}/history?limit=1{cursor}").json
        parts += part["items"]
        cursor = part["cursor"] and f"&cursor={part['cursor']}"
    assert parts == history["items"]
    assert "Ely" not in str(history)


def test_a_draft_that_a_staff_member_started_is_theirs_until_its_applicant_saves_it(
    admin, staff, event, applicant, path
):
    super_admin = staff("sue", "SuperAdmin")
    assert admin.request("PUT", path, {"form": {"firstName": "River"}}).status == 201
    assert [admin.get(path).status, super_admin.get(path).status] == [200, 404]
    assert len(admin.get(f"{STAFF_PATH}?status=Draft").json["items"]) == 1
    assert super_admin.get(f"{STAFF_PATH}?status=Draft").json["items"] == []
    assert admin.get(STAFF_PATH).json["items"] == []

    assert applicant.request("PUT", REGISTRATION_PATH, {"form": FORM, "version": 1}).status == 200
    assert admin.get(path).status == 404
    assert admin.get(f"{STAFF_PATH}?status=Draft").json["items"] == []
