"""Drafts are private: staff see their number; opening one takes the applicant's reference."""

import pytest

from tests.staff.conftest import ALL
from tests.support.events import EVENT, FORM

OWN = f"/registrations/{EVENT}"
WHOLE = {name: value for name, value in FORM.items() if name != "ethnicity"}


@pytest.fixture
def draft(event, river):
    """River's draft, as River sees it."""
    saved = river.ask("PUT", OWN, {"form": FORM})
    assert saved.status == 201
    return saved.json


@pytest.fixture
def path(river):
    return f"{ALL}/{river.account['id']}"


@pytest.fixture
def told(path, draft):
    """The path with the reference that River tells."""
    return lambda more="": f"{path}{more}?reference={draft['reference'].lower()}"


@pytest.mark.parametrize(
    "query",
    ["", "?status=Draft", "?lastName=oka", "?phone=9524451234", "?job=animals", "?sort=lastName"],
)
def test_a_draft_is_in_no_list_and_no_spreadsheet(ada, draft, query):
    assert ada.get(f"{ALL}{query}").json == {"items": [], "cursor": None}
    assert ada.get(f"{ALL}.csv{query}").body.count(b"\r\n") == 1


def test_a_draft_is_in_no_spreadsheet_even_with_its_reference(ada, draft):
    assert ada.get(f"{ALL}.csv?reference={draft['reference']}").body.count(b"\r\n") == 1


def test_staff_see_how_many_drafts_there_are_and_nothing_in_them(ada, draft):
    counted = ada.get(f"/admin/events/{EVENT}/summary").json

    assert counted.pop("byStatus") == {"Draft": 1}
    assert not any(counted.values())


@pytest.mark.parametrize("reference", ["", "?reference=", "?reference=000000"])
def test_a_draft_is_as_if_it_were_not_there_without_its_reference(
    ada, draft, path, backend, reference
):
    before = backend.everything()
    asked = [
        ada.get(f"{path}{reference}"),
        ada.get(f"{path}/history{reference}"),
        ada.ask("PATCH", f"{path}{reference}", {"form": {"city": "Ely"}, "version": 1}),
        ada.post(f"{path}/status{reference}", {"status": "Submitted", "version": 1}),
        ada.post(f"{path}/notes{reference}", {"text": "Hello"}),
    ]

    assert [(reply.status, reply.code) for reply in asked] == [(404, "not_found")] * 5
    assert backend.everything() == before


def test_a_draft_is_not_submitted_among_many(ada, draft, river):
    items = [{"userId": river.account["id"], "version": 1}]
    reply = ada.post(f"{ALL}/status", {"status": "Submitted", "items": items})

    assert [one["code"] for one in reply.json["items"]] == ["not_found"]
    assert river.get(OWN).json == draft


def test_staff_who_start_a_registration_over_a_draft_are_told_to_ask_for_its_reference(
    ada, draft, path, river
):
    reply = ada.ask("PUT", path, {"form": {"firstName": "River"}})

    assert (reply.status, reply.code) == (409, "draft_exists")
    assert set(reply.json) == {"error", "code"}
    assert river.get(OWN).json == draft


def test_staff_open_a_draft_with_its_reference_and_that_is_audited(
    ada, draft, told, river, backend
):
    opened = ada.get(told())

    assert (opened.status, opened.json["form"]) == (200, WHOLE)
    [entry] = backend.rows("audit")
    assert (entry["subject"], entry["actor"], entry["action"]) == (
        river.account["id"],
        ada.account["id"],
        "registration.opened",
    )


def test_a_draft_is_found_by_its_reference_and_that_is_audited(ada, draft, backend):
    [found] = ada.get(f"{ALL}?reference={draft['reference']}").json["items"]

    assert found["reference"] == draft["reference"]
    assert [row["action"] for row in backend.rows("audit")] == ["registration.opened"]


def test_what_is_submitted_is_opened_without_an_entry_in_the_audit(ada, submitted, backend):
    reference = ada.get(submitted).json["reference"]
    ada.get(f"{submitted}?reference={reference}")
    ada.get(f"{ALL}?reference={reference}")

    assert backend.rows("audit") == []


def test_with_the_reference_staff_correct_submit_and_write_about_a_draft(ada, told):
    corrected = ada.ask("PATCH", told(), {"form": {"city": "Ely"}, "version": 1})
    noted = ada.post(told("/notes"), {"text": "Came by."})
    submitted = ada.post(told("/status"), {"status": "Submitted", "version": 2})

    assert [corrected.status, noted.status, submitted.status] == [200, 201, 200]


def test_the_history_that_staff_see_begins_at_the_submission(ada, draft, told, river, path):
    changed = FORM | {"city": "Ely"}
    assert river.ask("PUT", OWN, {"form": changed, "version": 1}).status == 200
    assert ada.get(told("/history")).json == {"items": [], "cursor": None}
    river.post(f"{OWN}/submit")
    river.post(f"{OWN}/withdraw")
    river.post(f"{OWN}/submit")
    history = ada.get(f"{path}/history").json

    assert [one["action"] for one in history["items"]] == ["submitted", "withdrawn", "submitted"]
    assert history["cursor"] is None
    parts, cursor = [], ""
    while cursor is not None:
        part = ada.get(f"{path}/history?limit=1{cursor}").json
        parts += part["items"]
        cursor = part["cursor"] and f"&cursor={part['cursor']}"
    assert parts == history["items"]
    assert "Ely" not in str(history)


def test_a_draft_that_a_staff_member_started_is_theirs_until_its_applicant_saves_it(
    ada, staff, event, river, path
):
    sue = staff("sue", "SuperAdmin")
    assert ada.ask("PUT", path, {"form": {"firstName": "River"}}).status == 201
    assert [ada.get(path).status, sue.get(path).status] == [200, 404]
    assert len(ada.get(f"{ALL}?status=Draft").json["items"]) == 1
    assert sue.get(f"{ALL}?status=Draft").json["items"] == []
    assert ada.get(ALL).json["items"] == []

    assert river.ask("PUT", OWN, {"form": FORM, "version": 1}).status == 200
    assert ada.get(path).status == 404
    assert ada.get(f"{ALL}?status=Draft").json["items"] == []
