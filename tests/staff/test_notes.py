"""Staff write notes on a registration, and read its notes and history."""

import pytest

from tests.staff.conftest import audited
from tests.support.events import EVENT

REGISTRATION_PATH = f"/registrations/{EVENT}"


def test_a_note_leaves_the_version_and_the_applicant_alone(admin, applicant, submitted, backend):
    response = admin.post(f"{submitted}/notes", {"text": "  Prefers mornings. "})

    assert (response.status, response.json["text"]) == (201, "Prefers mornings.")
    assert admin.get(submitted).json["version"] == 2
    applicant_view = applicant.get(REGISTRATION_PATH).body + applicant.get("/registrations").body
    assert b"mornings" not in applicant_view
    assert audited(backend) == [(applicant.account["id"], "registration.noted", [])]


def test_a_note_with_a_name_is_written_once(admin, staff, submitted, backend):
    note = {"text": "Came by.", "id": "note-1"}
    first, again = (admin.post(f"{submitted}/notes", note) for _ in range(2))
    others = [
        admin.post(f"{submitted}/notes", note | {"text": "Called."}),
        staff("sue").post(f"{submitted}/notes", note),
    ]

    assert (first.status, again.status, first.json) == (201, 201, again.json)
    assert [(response.status, response.fields) for response in others] == [(422, {"id"})] * 2
    assert [row["said"] for row in backend.rows("notes")] == ["Came by."]
    assert len(audited(backend)) == 1


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2001, "a\x00b", "a\u202eb", 7, None])
def test_a_note_is_text(admin, submitted, text):
    assert admin.post(f"{submitted}/notes", {"text": text}).status == 422


def test_notes_are_paged_newest_first(admin, submitted, backend):
    for number in range(5):
        stored_note = admin.post(
            f"{submitted}/notes", {"text": f"Note {number}", "id": f"n{number}"}
        ).json
        key = {"registration": f"{EVENT}#{submitted.rpartition('/')[2]}", "id": stored_note["id"]}
        backend.change("notes", key, place=f"2027-01-0{number + 1}T00:00:00Z#{stored_note['id']}")
    first = admin.get(f"{submitted}?limit=3").json
    rest = admin.get(f"{submitted}?limit=3&cursor={first['cursor']}").json

    texts = [note["text"] for note in first["notes"] + rest["notes"]]
    assert texts == [f"Note {number}" for number in (4, 3, 2, 1, 0)]
    assert rest["cursor"] is None


def test_the_history_has_actors_and_changes(admin, applicant, submitted):
    admin.request("PATCH", submitted, {"form": {"city": "Shakopee"}, "version": 2})
    admin.post(f"{submitted}/status", {"status": "InReview", "version": 3})
    items = admin.get(f"{submitted}/history").json["items"]

    assert [(item["actor"], item["action"]) for item in items] == [
        ("ada", "moved"),
        ("ada", "corrected"),
        ("river", "submitted"),
    ]
    assert items[1]["changes"] == {"city": ["St. Paul", "Shakopee"]}
    assert items[0]["changes"] == {"status": ["Submitted", "InReview"]}


def test_the_history_is_paged(admin, applicant, submitted):
    applicant.post(f"{REGISTRATION_PATH}/withdraw")
    first = admin.get(f"{submitted}/history?limit=1").json
    rest = admin.get(f"{submitted}/history?cursor={first['cursor']}").json

    actions = [item["action"] for item in first["items"] + rest["items"]]
    assert actions == ["withdrawn", "submitted"]


def test_who_has_left_is_named_so(admin, submitted, backend, staff):
    super_admin = staff("sue")
    super_admin.post(f"{submitted}/notes", {"text": "Came by."})
    backend.remove("users", {"id": super_admin.account["id"]})
    [note] = admin.get(submitted).json["notes"]

    assert note["author"] == "somebody who has left"
