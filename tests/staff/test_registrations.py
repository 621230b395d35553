"""Staff read, correct, move, and annotate a registration."""

import itertools
from datetime import timedelta

import pytest

from chalicelib.platform import clock
from chalicelib.registrations.workflow import TRANSITIONS, ActorType, Status
from chalicelib.staff import registrations
from tests.staff.conftest import STAFF_PATH, audited
from tests.support.events import EVENT, FORM, create_event, make_registration, store_registrations

REGISTRATION_PATH = f"/registrations/{EVENT}"


def store_one(status=Status.SUBMITTED, number=0, **overrides):
    """A registration in a state, and the event with the place that it takes."""
    store_registrations(make_registration(number, status=status, **overrides))
    return f"{STAFF_PATH}/person-{number:05}"


def take_places(backend, taken, places):
    counters = {"taken": taken, "places": places, "offered": 0, "waiting": 0}
    backend.change("events", {"id": f"{EVENT}#places"}, **counters)


def places_taken(backend):
    [places] = [row for row in backend.rows("events") if row["id"].endswith("#places")]
    return places["taken"] - places["offered"]


def test_one_is_shown_with_whose_it_is_and_its_notes(admin, submitted, applicant):
    admin.post(f"{submitted}/notes", {"text": "Came by."})
    registration = admin.get(submitted).json

    assert (registration["userId"], registration["username"]) == (applicant.account["id"], "river")
    assert registration["form"] == {
        name: value for name, value in FORM.items() if name != "ethnicity"
    }
    assert (registration["status"], registration["version"]) == ("Submitted", 2)
    [note] = registration["notes"]
    assert (note["text"], note["author"]) == ("Came by.", "ada")


def test_missing_resources_return_404(admin, event):
    record = f"{STAFF_PATH}/unknown"
    requests = [
        admin.get(record),
        admin.get(f"{record}/history"),
        admin.request("PUT", record, {"form": FORM}),
        admin.request("PATCH", record, {"form": {}, "version": 1}),
        admin.post(f"{record}/status", {"status": "Hired", "version": 1}),
        admin.post(f"{record}/notes", {"text": "Hello"}),
        admin.post("/admin/events/none/registrations/status", {"status": "Hired", "items": [SEEN]}),
    ]

    assert [response.status for response in requests] == [404] * 7


SEEN = {"userId": "person-00000", "version": 1}


def test_a_walk_in_can_register_outside_the_registration_period(admin, backend, applicant):
    create_event(registration_opens_at=create_event(id="x").registration_closes_at)
    path = f"{STAFF_PATH}/{applicant.account['id']}"
    response = admin.request("PUT", path, {"form": FORM})
    again = admin.request("PUT", path, {"form": response.json["form"]})
    on_paper = {"status": "Submitted", "version": 1, "paperSignature": True}
    moved = admin.post(f"{path}/status", on_paper)

    assert (response.status, response.json["status"], response.json["username"]) == (
        201,
        "Draft",
        "river",
    )
    assert "ethnicity" not in response.json["form"]
    assert (again.status, again.json) == (200, response.json)
    assert (moved.status, moved.json["status"]) == (200, "Submitted")
    assert moved.json["submittedAt"]
    signed_by_river = {"regAck"}
    assert applicant.get(REGISTRATION_PATH).json["form"].keys() == FORM.keys() - signed_by_river
    changed = sorted({*FORM, "status"} - signed_by_river)
    assert sorted(audited(backend)) == [
        (applicant.account["id"], "registration.saved", changed),
        (applicant.account["id"], "registration.submitted", ["paperSignature", "status"]),
    ]


def test_hidden_fields_survive_a_save_by_staff(admin, applicant, submitted):
    seen = admin.get(submitted).json
    response = admin.request(
        "PUT", submitted, {"form": seen["form"] | {"city": "Eagan"}, "version": seen["version"]}
    )

    assert (response.status, response.json["form"]["city"]) == (200, "Eagan")
    assert applicant.get(REGISTRATION_PATH).json["form"]["ethnicity"] == "NotSpecified"


@pytest.mark.parametrize("guess", ["NotSpecified", "Asian"])
def test_responses_do_not_reveal_whether_staff_guessed_hidden_fields(
    admin, applicant, submitted, backend, guess
):
    whole = admin.get(submitted).json["form"] | {"ethnicity": guess}
    before = backend.everything()
    guessed = [
        admin.request("PATCH", submitted, {"form": {"ethnicity": guess}, "version": 99}),
        admin.request("PUT", submitted, {"form": whole, "version": 99}),
        admin.request("PUT", submitted, {"form": whole}),
    ]
    assert [(response.status, response.code) for response in guessed] == [
        (409, "stale_version")
    ] * 3
    assert backend.everything() == before

    corrected = admin.request("PATCH", submitted, {"form": {"ethnicity": guess}, "version": 2})
    saved = admin.request("PUT", submitted, {"form": whole, "version": 3})
    assert [(response.status, response.json["version"]) for response in (corrected, saved)] == [
        (200, 3),
        (200, 4),
    ]
    assert applicant.get(REGISTRATION_PATH).json["form"]["ethnicity"] == guess
    account = applicant.account["id"]
    assert sorted(audited(backend)) == [
        (account, "registration.corrected", ["ethnicity"]),
        (account, "registration.saved", ["ethnicity"]),
    ]


def store_event_long_over(**overrides):
    last_day = (clock.now() - timedelta(days=400)).date()
    create_event(starts_on=last_day, ends_on=last_day, **overrides)


def test_an_event_past_its_retention_period_accepts_no_registrations(admin, backend, applicant):
    store_event_long_over()
    response = admin.request("PUT", f"{STAFF_PATH}/{applicant.account['id']}", {"form": FORM})

    assert (response.status, response.code) == (409, "registration_closed")
    assert not backend.rows("registrations")


EAGAN = FORM | {"city": "Eagan"}


@pytest.mark.parametrize(
    "change",
    [
        lambda admin, _, path: admin.request("PUT", path, {"form": EAGAN, "version": 2}),
        lambda admin, _, path: admin.request(
            "PATCH", path, {"form": {"city": "Eagan"}, "version": 2}
        ),
        lambda admin, _, path: admin.post(f"{path}/status", {"status": "InReview", "version": 2}),
        lambda _, applicant, __: applicant.post(f"{REGISTRATION_PATH}/withdraw"),
    ],
    ids=["saved", "corrected", "moved", "withdrawn"],
)
def test_no_change_has_a_registration_gone_at_once_where_its_event_was_moved_into_the_past(
    admin, applicant, submitted, backend, change
):
    store_event_long_over(version=2)
    before = backend.everything()
    response = change(admin, applicant, submitted)

    assert (response.status, response.code) == (409, "registration_closed")
    assert backend.everything() == before


def test_a_second_registration_of_one_person_is_rejected_and_the_first_is_shown(admin, submitted):
    response = admin.request("PUT", submitted, {"form": FORM | {"city": "Eagan"}})

    assert (response.status, response.code) == (409, "stale_version")
    assert response.json["current"]["username"] == "river"
    assert "ethnicity" not in response.json["current"]["form"]


def test_a_correction_changes_only_the_given_fields(admin, applicant, submitted, backend):
    change = {"city": "Shakopee", "phone1": "(651) 445-1234", "pronoun": None, "skills": None}
    response = admin.request("PATCH", submitted, {"form": change, "version": 2})

    expected = FORM | {"city": "Shakopee", "phone1": "+16514451234"}
    del expected["pronoun"], expected["skills"]
    assert (response.status, response.json["version"]) == (200, 3)
    assert applicant.get(REGISTRATION_PATH).json["form"] == expected
    [entry] = audited(backend)
    assert entry == (
        applicant.account["id"],
        "registration.corrected",
        ["city", "phone1", "pronoun", "skills"],
    )


def test_a_correction_that_changes_nothing_writes_nothing(admin, submitted, backend):
    before = backend.everything()
    response = admin.request("PATCH", submitted, {"form": {"city": FORM["city"]}, "version": 7})

    assert (response.status, response.json["version"]) == (200, 2)
    assert backend.everything() == before


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"firstName": None, "lastName": None}, {"form.firstName"}),
        ({"regAck": False}, {"form.regAck"}),
        ({"middleName": "Lee"}, {"form.noMiddleName"}),
        ({"zipCode": "abc"}, {"form.zipCode"}),
        ({"zip": "55108"}, {"form.zip"}),
        ({"phone1": "1", "age": None}, {"form.phone1"}),
        ({"status": "Hired"}, {"form.status"}),
    ],
)
def test_a_correction_must_leave_the_form_valid_and_complete(admin, submitted, change, wrong):
    response = admin.request("PATCH", submitted, {"form": change, "version": 2})

    assert (response.status, response.fields) == (422, wrong)
    assert admin.get(submitted).json["version"] == 2


def test_staff_may_note_that_an_applicant_is_too_young(admin, submitted):
    response = admin.request("PATCH", submitted, {"form": {"age": "UnderSixteen"}, "version": 2})

    assert (response.status, response.json["form"]["age"]) == (200, "UnderSixteen")


def test_the_second_of_two_concurrent_edits_gets_the_current_version(admin, staff, submitted):
    super_admin = staff("sue", "SuperAdmin")
    first = super_admin.request("PATCH", submitted, {"form": {"city": "Eagan"}, "version": 2})
    assert first.status == 200
    response = admin.request("PATCH", submitted, {"form": {"aptSuite": "3"}, "version": 2})

    assert (response.status, response.code) == (409, "stale_version")
    assert response.json["current"] == {
        name: value
        for name, value in admin.get(submitted).json.items()
        if name not in {"notes", "cursor"}
    }
    assert response.json["current"]["form"]["city"] == "Eagan"


@pytest.mark.parametrize("version", [None, 0, "2", 2.5, True])
def test_staff_must_send_the_version_they_have_read(admin, submitted, version):
    for method, path, body in [
        ("PATCH", submitted, {"form": {"city": "Eagan"}}),
        ("POST", f"{submitted}/status", {"status": "InReview"}),
    ]:
        response = admin.request(method, path, body | {"version": version})
        assert (response.status, response.fields) == (422, {"version"})


STAFFS_MOVES = [
    (source, transition.target)
    for transition in TRANSITIONS
    if ActorType.STAFF in transition.actor_types
    for source in transition.sources
]


def test_staff_can_make_only_the_declared_transitions(admin, event, backend):
    for number, source in enumerate(Status):
        for target in Status:
            backend.clear("registrations")
            take_places(backend, 5, 10)
            path = store_one(source, number)
            query = f"?reference={number:06}"
            response = admin.post(f"{path}/status{query}", {"status": target.value, "version": 1})
            allowed = source is target or (source, target) in STAFFS_MOVES

            assert (response.status, response.json.get("code")) == (
                (200, None) if allowed else (409, "wrong_status")
            ), (source, target)
            takes = (target in TAKES) - (source in TAKES) if allowed else 0
            assert places_taken(backend) == 5 + takes, (source, target)
            if allowed:
                assert response.json["version"] == (1 if source is target else 2)


def test_a_hired_person_who_does_not_come_is_declined_and_the_place_is_free(admin, event, backend):
    path = store_one(Status.HIRED)
    take_places(backend, 5, 5)
    note = {"note": "Did not come on the first day."}
    response = admin.post(f"{path}/status", {"status": "Declined", "version": 1} | note)

    assert (response.status, response.json["status"]) == (200, "Declined")
    assert places_taken(backend) == 4


TAKES = {Status.SUBMITTED, Status.IN_REVIEW, Status.INTERVIEW, Status.HIRED}


@pytest.mark.parametrize("source", [Status.WAITLISTED, Status.DECLINED])
def test_a_place_is_taken_again_only_where_one_is_free(admin, event, backend, source):
    path = store_one(source)
    take_places(backend, 5, 5)
    response = admin.post(f"{path}/status", {"status": "InReview", "version": 1})
    take_places(backend, 4, 5)
    moved = admin.post(f"{path}/status", {"status": "InReview", "version": 1})

    assert (response.status, response.code) == (409, "no_place_free")
    assert (moved.status, places_taken(backend)) == (200, 5)


def test_a_submission_by_staff_without_a_free_place_joins_the_waiting_list(admin, event, backend):
    path = store_one(Status.DRAFT, submitted_at=None)
    take_places(backend, 5, 5)
    response = admin.post(f"{path}/status?reference=000000", {"status": "Submitted", "version": 1})

    assert (response.status, response.json["status"]) == (200, "Waitlisted")


def test_staff_cannot_submit_an_incomplete_form(admin, event):
    path = store_one(
        Status.DRAFT, form={"firstName": None, "lastName": None, "age": "UnderSixteen"}
    )
    response = admin.post(f"{path}/status?reference=000000", {"status": "Submitted", "version": 1})

    assert (response.status, response.fields) == (422, {"form.firstName", "form.age"})


def test_a_move_has_its_note_and_a_repetition_adds_none(admin, submitted):
    move = {"status": "InReview", "version": 2, "note": "Looks good.\nAsk for shifts."}
    first, again = (admin.post(f"{submitted}/status", move) for _ in range(2))

    assert first.json == again.json
    assert [note["text"] for note in admin.get(submitted).json["notes"]] == [move["note"]]


def test_a_note_is_stored_if_the_status_was_already_changed(admin, staff, submitted):
    super_admin = staff("sue", "SuperAdmin")
    super_admin.post(f"{submitted}/status", {"status": "InReview", "version": 2, "note": "Sue's."})
    response = admin.post(
        f"{submitted}/status", {"status": "InReview", "version": 2, "note": "Ada's."}
    )

    assert response.status == 200
    notes = {(note["author"], note["text"]) for note in admin.get(submitted).json["notes"]}
    assert notes == {("sue", "Sue's."), ("ada", "Ada's.")}


def test_many_are_moved_each_for_itself(admin, event, backend):
    take_places(backend, 5, 7)
    for number, status in enumerate([Status.SUBMITTED, Status.WITHDRAWN, Status.IN_REVIEW]):
        store_one(status, number, version=number + 1)
    items = [
        {"userId": "person-00000", "version": 1},
        {"userId": "person-00001", "version": 2},
        {"userId": "person-00002", "version": 9},
        {"userId": "unknown", "version": 1},
    ]
    response = admin.post(
        f"{STAFF_PATH}/status", {"status": "Declined", "items": items, "note": "Full."}
    )

    assert response.status == 200
    assert [(i["userId"], i["version"], i["code"]) for i in response.json["items"]] == [
        ("person-00000", 2, None),
        ("person-00001", None, "wrong_status"),
        ("person-00002", None, "stale_version"),
        ("unknown", None, "not_found"),
    ]
    assert all(item["error"] for item in response.json["items"][1:])
    assert places_taken(backend) == 4
    assert [note["said"] for note in backend.rows("notes")] == ["Full."]


@pytest.mark.parametrize("items", [[], [SEEN] * 101, [{"userId": "a/b", "version": 1}], "all"])
def test_a_bulk_change_has_1_to_100_registrations(admin, event, items):
    response = admin.post(f"{STAFF_PATH}/status", {"status": "Declined", "items": items})

    assert response.status == 422


@pytest.mark.parametrize(
    "seconds", [(0, 1, 2, 5.1), (0, 0.5, 4.5, 4.5)], ids=["too late", "too late for one as slow"]
)
def test_many_stop_in_time_and_say_how_far_they_came(admin, event, monkeypatch, seconds):
    for number in range(3):
        store_one(Status.SUBMITTED, number)
    clock_face = itertools.chain(seconds, itertools.repeat(5.2))
    monkeypatch.setattr(registrations.time, "monotonic", lambda: next(clock_face))
    items = [{"userId": f"person-{number:05}", "version": 1} for number in range(3)]
    response = admin.post(f"{STAFF_PATH}/status", {"status": "Declined", "items": items})

    codes = [item["code"] for item in response.json["items"]]
    assert codes == [None, "unavailable", "unavailable"]


def test_a_demoted_person_is_rejected_and_stays_signed_in(admin, backend, submitted):
    assert admin.get(STAFF_PATH).status == 200
    backend.change("users", {"id": admin.account["id"]}, role="User")

    for response in (
        admin.get(STAFF_PATH),
        admin.post(f"{submitted}/notes", {"text": "Still here?"}),
    ):
        assert (response.status, response.code) == (403, "forbidden")
    assert admin.get("/me").status == 200


def test_applicants_cannot_use_staff_endpoints(applicant, submitted, aws_calls):
    for path in (submitted, f"{STAFF_PATH}/unknown", "/admin/events/none/registrations"):
        aws_calls.clear()
        assert (applicant.get(path).status, applicant.get(path).code) == (403, "forbidden")
        assert [call.operation for call in aws_calls] == ["BatchGetItem"] * 2


def test_the_summary_counts_the_event(admin, event):
    for number in range(13):
        form = {"age": "TwentyonePlus", "vendorJobs": ["cooking"]} if number < 4 else {}
        white = {"ethnicity": "White" if number < 8 else "Asian"}
        status = Status.HIRED if number < 4 else Status.SUBMITTED
        store_one(status, number, form=form | white)
    summary = admin.get(f"/admin/events/{EVENT}/summary").json
    hired = admin.get(f"/admin/events/{EVENT}/summary?status=Hired").json

    assert summary == {
        "byStatus": {"Hired": 4, "Submitted": 9},
        "byDate": {"2026-11-02": 13},
        "byJob": {"animals": 13, "cooking": 4},
        "byShift": {"day": 13, "evening": 13},
        "byAge": {"TwentyonePlus": 4, "EighteenToTwenty": 9},
        "byEthnicity": {"White": 10, "Asian": 5},
        "byShiftAndJob": {shift: {"animals": 13, "cooking": 4} for shift in ("day", "evening")},
    }
    assert hired["byShiftAndJob"]["day"] == {"animals": 4, "cooking": 4}
    assert hired["byDate"] == {"2026-11-02": 4}
    assert hired["byJob"] == {"animals": 4, "cooking": 4}
    assert hired["byAge"] == {"TwentyonePlus": 4}
    assert hired["byStatus"] == summary["byStatus"]
    assert hired["byEthnicity"] == summary["byEthnicity"]
