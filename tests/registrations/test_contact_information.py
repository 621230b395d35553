"""Applicants keep their contact information current until the event is over."""

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.events.event import MinimumAge
from chalicelib.identity.account import Role
from chalicelib.platform import clock
from tests.support.accounts import signed_in_staff
from tests.support.events import EVENT, FORM, create_event

REGISTRATION_PATH = f"/registrations/{EVENT}"
CONTACT = {
    "phone1": "+16514451234",
    "phone2": "+16514451235",
    "email": "new@example.com",
    "streetAddress": "1 Lake Street",
    "aptSuite": "4",
    "city": "Duluth",
    "state": "WI",
    "zipCode": "55802",
}
# Not Declined and Withdrawn, which are final; drafts are edited whole.
REACHABLE = ["Submitted", "Waitlisted", "InReview", "Interview", "Hired"]


@pytest.fixture(autouse=True)
def _event(client, backend):
    create_event()


@pytest.fixture
def staff_member(client, backend):
    return signed_in_staff(client, "ada", Role.ADMIN)


@pytest.fixture
def set_status(applicant, backend):
    """Moves River's submitted registration to a status, past every rule."""
    assert applicant.request("PUT", REGISTRATION_PATH, {"form": FORM}).status == 201
    assert applicant.post(f"{REGISTRATION_PATH}/submit").status == 200
    key = {"userId": applicant.account["id"], "eventId": EVENT}
    return lambda status: backend.change("registrations", key, status=status)


def save(person, *, version=2, **overrides):
    form = {name: value for name, value in (FORM | overrides).items() if value is not None}
    return person.request("PUT", REGISTRATION_PATH, {"form": form, "version": version})


def close_registration(**overrides):
    create_event(version=2, registration_closes_at=clock.now() - timedelta(days=1), **overrides)


@pytest.mark.parametrize("is_closed", [False, True])
@pytest.mark.parametrize("status", REACHABLE)
def test_contact_information_can_be_changed_until_the_event(
    applicant, set_status, status, is_closed
):
    set_status(status)
    if is_closed:
        close_registration()
    response = save(applicant, **CONTACT)

    assert (response.status, response.json["status"], response.json["version"]) == (200, status, 3)
    assert response.json["form"] == FORM | CONTACT


def test_the_history_and_staff_see_the_new_contact_information(applicant, set_status, backend):
    set_status("Interview")
    save(applicant, city="Duluth")

    [entry] = [
        row
        for row in backend.rows("history")
        if "city" in row["changes"] and row["changes"]["city"][0]
    ]
    assert entry["changes"] == {"city": [FORM["city"], "Duluth"]}
    assert entry["actor"] == applicant.account["id"]


@pytest.mark.parametrize("status", ["InReview", "Interview", "Hired"])
def test_other_answers_are_locked_and_named(applicant, set_status, status):
    set_status(status)
    response = save(applicant, city="Duluth", lastName="Larsen", shifts=None)

    assert (response.status, response.code) == (409, "fields_locked")
    assert response.fields == {"form.lastName", "form.shifts"}
    assert applicant.get(REGISTRATION_PATH).json["form"] == FORM


def test_after_the_closing_other_answers_of_a_submission_are_locked(applicant, set_status):
    close_registration()

    assert save(applicant, lastName="Larsen").code == "fields_locked"


@pytest.mark.parametrize(
    ("status", "code"), [("Declined", "wrong_status"), ("Withdrawn", "registration_closed")]
)
def test_a_final_registration_keeps_its_contact_information(applicant, set_status, status, code):
    set_status(status)
    close_registration()

    assert save(applicant, city="Duluth").code == code


def test_a_draft_is_not_changed_after_the_closing(applicant):
    assert applicant.request("PUT", REGISTRATION_PATH, {"form": FORM}).status == 201
    close_registration()

    assert save(applicant, city="Duluth", version=1).code == "registration_closed"


def test_contact_information_is_locked_once_the_event_is_over(applicant, set_status):
    set_status("Hired")
    today = clock.now().date()
    create_event(version=2, starts_on=today, ends_on=today)
    assert save(applicant, city="Duluth").status == 200
    create_event(version=3, starts_on=today, ends_on=today - timedelta(days=2))

    assert save(applicant, city="Ely", version=3).code == "registration_closed"


def test_contact_information_stays_complete(applicant, set_status):
    set_status("Hired")

    assert save(applicant, phone1=None).fields == {"form.phone1"}


def test_what_else_is_wrong_keeps_no_one_from_giving_a_new_phone_number(applicant, set_status):
    set_status("Hired")
    create_event(version=2, minimum_age=MinimumAge.TWENTYONE)

    assert save(applicant, phone1=CONTACT["phone1"]).status == 200


def test_new_contact_information_is_not_a_new_signature(applicant, set_status):
    set_status("Hired")
    signed = applicant.get(REGISTRATION_PATH).json["signedAt"]
    with mock.patch.object(clock, "now", return_value=clock.now() + timedelta(minutes=5)):
        assert save(applicant, city="Duluth").json["signedAt"] == signed


def test_staff_who_read_the_old_contact_information_are_told(applicant, set_status, staff_member):
    set_status("InReview")
    save(applicant, city="Duluth")
    path = f"/admin/events/{EVENT}/registrations/{applicant.account['id']}"
    response = staff_member.request("PATCH", path, {"form": {"aptSuite": "3"}, "version": 2})

    assert (response.code, response.json["current"]["form"]["city"]) == ("stale_version", "Duluth")
