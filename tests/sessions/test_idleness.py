"""Idle timeout: the service ends a staff session after an hour without a request."""

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.errors import ServiceUnavailable
from tests.matrix import faults
from tests.support.environments import environment

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
STAFF = ["Admin", "SuperAdmin"]


@pytest.fixture
def advance_clock():
    """Moves the clock. Tokens are held against the real one, so none made later is good yet."""
    start, moved = clock.now(), timedelta(0)

    def move(by):
        nonlocal moved
        moved += by

    with mock.patch.object(clock, "now", side_effect=lambda: start + moved):
        yield move


@pytest.fixture
def admin(advance_clock, new_client, backend):
    """An Admin, signed in just now."""
    person = new_client("ada")
    person.sign_up()
    become(backend, person, "Admin")
    return person


def become(backend, person, role):
    backend.change("users", {"id": person.account["id"]}, role=role)


def last_activity(backend):
    """What is noted of each session."""
    return [row.get("lastSeenAt") for row in backend.rows("sessions")]


@pytest.mark.parametrize("role", STAFF)
def test_staff_are_signed_out_after_one_idle_hour(admin, backend, advance_clock, role):
    become(backend, admin, role)
    advance_clock(HOUR + SECOND)

    assert admin.get("/me").status == 401


@pytest.mark.parametrize("role", STAFF)
def test_exactly_one_idle_hour_keeps_the_session(admin, backend, advance_clock, role):
    become(backend, admin, role)
    advance_clock(HOUR)

    assert admin.get("/me").status == 200


def test_an_idle_applicant_stays_signed_in_without_recorded_activity(
    advance_clock, applicant, backend
):
    advance_clock(HOUR * 7)

    assert applicant.get("/me").status == 200
    assert last_activity(backend) == [None]


def test_an_active_staff_member_stays_signed_in(admin, advance_clock):
    for _ in range(20):
        advance_clock(timedelta(minutes=20))
        assert admin.get("/me").status == 200


def test_a_busy_session_ends_after_eight_hours(admin, advance_clock):
    for _ in range(24):
        assert admin.get("/me").status == 200
        advance_clock(timedelta(minutes=20))

    assert admin.get("/me").status == 401


def test_the_idle_hour_starts_at_the_last_recorded_request(admin, advance_clock):
    advance_clock(timedelta(minutes=50))
    admin.get("/me")
    advance_clock(HOUR)
    assert admin.get("/me").status == 200
    advance_clock(HOUR + SECOND)

    assert admin.get("/me").status == 401


def test_activity_is_recorded_at_most_every_five_minutes(admin, backend, advance_clock):
    start = clock.now()
    noted = []
    for _ in range(4):
        advance_clock(timedelta(minutes=5) / 2)
        admin.get("/me")
        noted += last_activity(backend)

    last = clock.to_text(start + timedelta(minutes=7, seconds=30))
    assert noted == [None, None, last, last]


def test_a_forbidden_request_counts_as_activity(admin, advance_clock):
    advance_clock(HOUR)
    assert admin.request("PUT", "/admin/events/fair", {}).status == 403
    advance_clock(HOUR)

    assert admin.get("/me").status == 200


def test_each_session_has_its_own_idle_time(admin, advance_clock):
    desk = admin.other_client()
    desk.sign_in()
    advance_clock(HOUR)
    admin.get("/me")
    advance_clock(SECOND)

    assert [admin.get("/me").status, desk.get("/me").status] == [200, 401]


def test_an_idle_session_can_not_be_used_again(admin, backend, advance_clock):
    advance_clock(HOUR + SECOND)
    before = backend.everything()

    assert admin.delete("/sessions").status == 401
    assert backend.everything() == before


def test_idle_sessions_of_staff_are_not_listed(admin, advance_clock):
    for _ in range(2):
        admin.other_client().sign_in()
        advance_clock(timedelta(minutes=40))
        admin.get("/me")

    listed = admin.get("/sessions").json["items"]
    assert [session["current"] for session in listed] == [False, True]


def test_idle_sessions_of_applicants_are_listed(advance_clock, applicant):
    applicant.other_client().sign_in()
    advance_clock(HOUR * 2)

    assert len(applicant.get("/sessions").json["items"]) == 2


def test_a_user_who_becomes_staff_after_an_idle_hour_is_signed_out(applicant, backend):
    [row] = backend.rows("sessions")
    began = clock.to_text(clock.now() - HOUR - SECOND)
    backend.change("sessions", {"userId": row["userId"], "id": row["id"]}, startedAt=began)
    become(backend, applicant, "Admin")

    assert applicant.get("/me").status == 401
    assert applicant.sign_in().status == 200
    assert applicant.get("/me").status == 200


@pytest.mark.parametrize("minutes", [5, 30, 480])
def test_the_idle_timeout_is_configurable(admin, advance_clock, minutes):
    with environment(STAGE="test", STAFF_IDLE_MINUTES=str(minutes)):
        advance_clock(timedelta(minutes=minutes) - SECOND)
        expected = 200 if minutes < 480 else 401
        assert admin.get("/me").status == 200
        advance_clock(timedelta(minutes=minutes) - SECOND)
        assert admin.get("/me").status == expected


def test_with_the_shortest_setting_an_active_staff_member_stays_signed_in(admin, advance_clock):
    with environment(STAGE="test", STAFF_IDLE_MINUTES="5"):
        for _ in range(20):
            advance_clock(timedelta(minutes=4))
            assert admin.get("/me").status == 200


def test_recording_activity_does_not_recreate_a_deleted_session(admin, backend, advance_clock):
    advance_clock(timedelta(minutes=10))
    [row] = backend.rows("sessions")

    def end_it(_number, outgoing):
        if outgoing.operation == "UpdateItem":
            backend.remove("sessions", {"userId": row["userId"], "id": row["id"]})

    with faults.watched(end_it):
        response = admin.get("/me")

    assert (response.status, response.code) == (401, "not_signed_in")
    assert backend.rows("sessions") == []


@pytest.fixture
def no_writes():
    """DynamoDB is read and not written."""
    with mock.patch.object(
        Database, "update", side_effect=ServiceUnavailable(cause="update_item: away")
    ):
        yield


def test_a_failure_to_record_activity_does_not_prevent_reading(
    admin, advance_clock, no_writes, capsys
):
    advance_clock(timedelta(minutes=10))

    assert admin.get("/me").status == 200
    assert '"event": "session_not_noted"' in capsys.readouterr().out


def test_unrecorded_activity_does_not_extend_the_session(admin, advance_clock, no_writes):
    advance_clock(timedelta(minutes=50))
    assert admin.get("/me").status == 200
    advance_clock(timedelta(minutes=11))

    assert admin.get("/me").status == 401
