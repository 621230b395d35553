"""Requests that create something, sent again after their response was lost.

Saving a registration, moving it, and taking a note are in the tests of registrations and of staff;
accounts that staff create are in ``user_admin/test_registering_once.py``.
"""

import pytest

from chalicelib.events.store import EventStore
from chalicelib.identity.role import Role
from tests.support.accounts import signed_in_staff
from tests.support.clients import PASSWORD
from tests.support.events import EVENT, EVENT_BODY, FORM

PATH = f"/admin/events/{EVENT}"


@pytest.fixture
def super_admin(client, backend):
    """A SuperAdmin."""
    return signed_in_staff(client, "sue", Role.SUPER_ADMIN)


@pytest.fixture
def hide_event(monkeypatch):
    """Has the next request not see the event that another one is just writing."""
    read, late = EventStore.get, [1]

    def get(store, event_id):
        return None if late and late.pop() else read(store, event_id)

    return lambda: monkeypatch.setattr(EventStore, "get", get)


def test_an_event_that_is_created_again_is_already_stored(super_admin, backend):
    first = super_admin.request("PUT", PATH, EVENT_BODY)
    before = backend.records()
    second = super_admin.request("PUT", PATH, EVENT_BODY)

    assert (first.status, second.status) == (201, 200)
    assert second.json == first.json
    assert backend.records() == before


def test_an_event_that_is_created_by_two_requests_at_once_is_already_stored(
    super_admin, backend, hide_event
):
    first = super_admin.request("PUT", PATH, EVENT_BODY)
    before = backend.records()
    hide_event()
    second = super_admin.request("PUT", PATH, EVENT_BODY)

    assert (second.status, second.json) == (200, first.json)
    assert backend.records() == before


def test_of_two_different_events_with_one_id_the_second_is_rejected(super_admin, hide_event):
    first = super_admin.request("PUT", PATH, EVENT_BODY)
    hide_event()
    second = super_admin.request("PUT", PATH, EVENT_BODY | {"name": "Spring Fair"})

    assert (second.status, second.code) == (409, "stale_version")
    assert second.json["current"] == first.json


def test_a_repeated_sign_up_creates_nothing_and_signs_no_one_in(new_client, backend):
    applicant = new_client("river")
    assert applicant.sign_up().status == 201
    users, sessions = backend.rows("users"), backend.rows("sessions")
    again = new_client("river").sign_up()

    assert (again.status, again.code) == (409, "identity_taken")
    assert not again.set_cookies
    assert (backend.rows("users"), backend.rows("sessions")) == (users, sessions)


def test_a_repeated_sign_in_begins_a_session_that_can_be_seen_and_ended(applicant):
    assert applicant.other_client().sign_in().status == 200
    [other] = [
        session for session in applicant.get("/sessions").json["items"] if not session["current"]
    ]

    assert applicant.delete(f"/sessions/{other['id']}").status == 200


def test_of_two_authenticators_that_are_set_up_the_second_counts(applicant):
    body = {"currentPassword": PASSWORD}
    first, second = applicant.post("/mfa/totp", body), applicant.post("/mfa/totp", body)

    assert (first.status, second.status) == (200, 200)
    assert first.json["secret"] != second.json["secret"]


def test_a_note_that_is_sent_again_with_its_id_is_written_once(super_admin, applicant, backend):
    super_admin.request("PUT", PATH, EVENT_BODY)
    applicant.request("PUT", f"/registrations/{EVENT}", {"form": FORM})
    assert applicant.post(f"/registrations/{EVENT}/submit").status == 200
    notes = f"{PATH}/registrations/{applicant.account['id']}/notes"
    note = {"text": "Called back.", "id": "a-note-of-the-client"}

    first, second = super_admin.post(notes, note), super_admin.post(notes, note)

    assert (first.status, second.json) == (201, first.json)
    assert len(backend.rows("notes")) == 1
