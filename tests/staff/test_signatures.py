"""Only the applicant signs; staff record a signature on paper under their own name."""

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.platform import clock
from chalicelib.registrations.workflow import Status
from tests.staff.conftest import STAFF_PATH
from tests.staff.test_registrations import take_places
from tests.support.events import EVENT, FORM, make_registration, store_registrations

REGISTRATION_PATH = f"/registrations/{EVENT}"
UNSIGNED = {name: value for name, value in FORM.items() if name not in {"regAck", "ethnicity"}}
SUBMIT = {"status": "Submitted", "version": 1}
ON_PAPER = SUBMIT | {"paperSignature": True}


@pytest.fixture
def walk_in(admin, event, applicant):
    """River's draft, which Ada has started, as the staff's path to it."""
    path = f"{STAFF_PATH}/{applicant.account['id']}"
    assert admin.request("PUT", path, {"form": UNSIGNED}).status == 201
    return path


def in_an_hour():
    return mock.patch.object(clock, "now", return_value=clock.now() + timedelta(minutes=30))


def test_staff_who_submit_again_leave_the_applicants_signature_as_it_is(
    admin, submitted, applicant
):
    signed = applicant.get(REGISTRATION_PATH).json["signedAt"]
    assert applicant.post(f"{REGISTRATION_PATH}/withdraw").status == 200
    with in_an_hour():
        response = admin.post(f"{submitted}/status", {"status": "Submitted", "version": 3})

    assert (response.status, response.json["status"]) == (200, "Submitted")
    assert response.json["submittedAt"] != signed == response.json["signedAt"]


def test_staff_cannot_submit_an_unsigned_form(admin, walk_in):
    response = admin.post(f"{walk_in}/status", SUBMIT)

    assert (response.status, response.fields) == (422, {"paperSignature"})
    assert "must sign first" in response.json["fields"]["paperSignature"]
    assert admin.get(walk_in).json["status"] == "Draft"


def test_a_signature_on_paper_is_recorded_under_the_staff_members_name(admin, walk_in, applicant):
    response = admin.post(f"{walk_in}/status", ON_PAPER)
    signature = response.json["paperSignature"]

    assert (response.status, signature["by"], response.json["signedAt"]) == (200, "ada", None)
    assert admin.get(walk_in).json["paperSignature"] == signature
    [listed] = admin.get(STAFF_PATH).json["items"]
    assert listed["paperSignature"] == signature
    # The applicant learns when, not which staff member recorded it.
    assert applicant.get(REGISTRATION_PATH).json["paperSignature"] == {"at": signature["at"]}
    [entry] = admin.get(f"{walk_in}/history").json["items"]
    assert (entry["actor"], entry["changes"]["paperSignature"]) == ("ada", [None, True])


def test_the_spreadsheet_shows_both_kinds_of_signature(admin, walk_in, staff):
    admin.post(f"{walk_in}/status", ON_PAPER)
    store_registrations(make_registration(1))
    header, *rows = admin.get(f"{STAFF_PATH}.csv").body.decode("utf-8-sig").splitlines()
    columns = [
        "Signed (America/Chicago)",
        "Signed on paper (America/Chicago)",
        "Paper signature recorded by",
    ]
    assert header.split(",")[-3:] == columns

    by_river = next(row for row in rows if "person.1" in row).split(",")[-3:]
    on_paper = next(row for row in rows if "person.1" not in row).split(",")[-3:]
    assert by_river[0]
    assert by_river[1:] == ["", ""]
    assert on_paper[0] == ""
    assert on_paper[1]
    assert on_paper[2] == "ada"


def test_the_applicants_own_data_has_the_signature_on_paper(admin, walk_in, applicant):
    admin.post(f"{walk_in}/status", ON_PAPER)
    [held] = applicant.get("/me/export").json["registrations"]

    assert held["signedAt"] is None
    assert held["registration"]["paperSignature"]["at"]


def test_a_draft_that_its_applicant_signed_is_submitted_with_that_signature(
    admin, event, applicant
):
    draft = applicant.request("PUT", REGISTRATION_PATH, {"form": FORM}).json
    path = f"{STAFF_PATH}/{applicant.account['id']}"
    with in_an_hour():
        response = admin.post(f"{path}/status?reference={draft['reference']}", SUBMIT)

    assert (response.status, response.json["signedAt"]) == (200, draft["signedAt"])
    assert draft["signedAt"] == draft["createdAt"]


def test_a_confirmation_that_is_taken_back_is_no_signature(applicant, event):
    applicant.request("PUT", REGISTRATION_PATH, {"form": FORM})
    unsigned = {name: value for name, value in FORM.items() if name != "regAck"}

    assert (
        applicant.request("PUT", REGISTRATION_PATH, {"form": unsigned, "version": 1}).json[
            "signedAt"
        ]
        is None
    )


def test_staff_who_save_a_whole_form_do_not_sign_it(admin, walk_in):
    response = admin.request("PUT", walk_in, {"form": UNSIGNED | {"regAck": True}, "version": 1})

    assert "regAck" not in response.json["form"]
    assert admin.post(f"{walk_in}/status", SUBMIT).fields == {"paperSignature"}


@pytest.mark.parametrize("value", [False, None])
def test_staff_do_not_take_the_applicants_signature_back(admin, submitted, value):
    response = admin.request("PATCH", submitted, {"form": {"regAck": value}, "version": 2})

    assert (response.status, response.fields) == (422, {"form.regAck"})
    assert admin.get(submitted).json["form"]["regAck"] is True


def test_a_form_signed_on_paper_can_be_corrected(admin, walk_in):
    admin.post(f"{walk_in}/status", ON_PAPER)

    assert admin.request("PATCH", walk_in, {"form": {"city": "Ely"}, "version": 2}).status == 200


def test_a_signature_on_paper_comes_with_a_submission_alone(admin, submitted):
    body = {"status": "InReview", "version": 2, "paperSignature": True}

    assert admin.post(f"{submitted}/status", body).fields == {"paperSignature"}


def test_many_are_submitted_only_if_they_are_signed(admin, event):
    withdrawn = make_registration(0, status=Status.WITHDRAWN, acknowledged_at=None)
    store_registrations(withdrawn, make_registration(1, status=Status.WITHDRAWN))
    items = [{"userId": f"person-0000{number}", "version": 1} for number in range(2)]
    response = admin.post(f"{STAFF_PATH}/status", {"status": "Submitted", "items": items})

    outcomes = [(item["code"], item["status"]) for item in response.json["items"]]
    assert outcomes == [("invalid_fields", None), (None, "Submitted")]


def test_a_submission_that_is_repeated_after_a_lost_response_changes_nothing(
    admin, walk_in, backend
):
    take_places(backend, 5, 5)
    first = admin.post(f"{walk_in}/status", ON_PAPER)
    again = admin.post(f"{walk_in}/status", ON_PAPER)

    assert (first.status, first.json["status"]) == (200, "Waitlisted")
    assert (again.status, again.json) == (200, first.json)
    assert admin.post(f"{walk_in}/status", ON_PAPER | {"version": 3}).code == "stale_version"


def test_giving_a_spot_to_a_person_who_waits_is_no_repeated_submission(admin, walk_in, backend):
    take_places(backend, 5, 5)
    assert admin.post(f"{walk_in}/status", ON_PAPER).json["status"] == "Waitlisted"
    take_places(backend, 4, 5)
    response = admin.post(f"{walk_in}/status", {"status": "Submitted", "version": 2})

    assert (response.status, response.json["status"]) == (200, "Submitted")
