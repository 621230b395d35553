"""The service warns staff of a person with two accounts: same name and phone for one event."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from chalicelib.registrations.workflow import Status
from tests.staff.conftest import STAFF_PATH
from tests.support.events import EVENT, FORM, make_registration, store_registrations

PATH = f"/admin/events/{EVENT}/duplicates"
PHONE = "+19524451234"
JOSE = {"firstName": "José", "lastName": "García Hernández", "phone1": PHONE, "phone2": None}
SOUGHT = {"firstName": "jose", "lastName": "GARCIA HERNANDEZ", "phone1": "(952) 445-1234"}


def hold(number, status=Status.SUBMITTED, **form):
    store_registrations(make_registration(number, form=JOSE | form, status=status))


def find_duplicates(staff, **overrides):
    criteria = {name: value for name, value in (SOUGHT | overrides).items() if value is not None}
    response = staff.get(f"{PATH}?{urlencode(criteria)}")
    assert response.status == 200, response.json
    return [item["userId"] for item in response.json["items"]]


def test_the_same_name_and_phone_in_two_accounts_are_found_however_they_are_typed(admin, event):
    hold(1)
    hold(2, phone1="+16515550000", phone2=f"{PHONE};ext=5")

    assert find_duplicates(admin) == ["person-00001", "person-00002"]
    assert find_duplicates(admin, phone1="6515550000") == ["person-00002"]
    assert find_duplicates(admin, phone1="6515550000", phone2="9524451234") == [
        "person-00002",
        "person-00001",
    ]


def test_a_warning_shows_no_more_than_is_needed_to_tell_people_apart(admin, event):
    hold(1)
    [item] = admin.get(f"{PATH}?{urlencode(SOUGHT)}").json["items"]

    assert item == {
        "userId": "person-00001",
        "firstName": "José",
        "lastName": "García Hernández",
        "reference": "000001",
        "status": "Submitted",
        "submittedAt": "2026-11-02T00:00:01Z",
    }


@pytest.mark.parametrize(
    ("different", "expected"),
    [
        ({"lastName": "García"}, True),
        ({"firstName": "José Luis"}, True),
        ({"lastName": None}, True),
        ({"firstName": "Ana"}, False),
        ({"firstName": "Josefina"}, False),
        ({"lastName": "García López"}, False),
        ({"firstName": None, "lastName": None}, False),
        ({"phone1": None}, False),
        ({"phone1": "(952) 445-1235"}, False),
    ],
    ids=str,
)
def test_a_part_of_a_name_may_be_left_out_but_none_may_differ(admin, event, different, expected):
    hold(1)

    assert bool(find_duplicates(admin, **different)) is expected


def test_a_draft_is_never_revealed_by_a_warning(admin, event, applicant):
    hold(1, Status.DRAFT)
    form = FORM | {name: value for name, value in JOSE.items() if value}
    assert applicant.request("PUT", f"/registrations/{EVENT}", {"form": form}).status == 201
    assert find_duplicates(admin) == []
    assert applicant.post(f"/registrations/{EVENT}/submit").status == 200

    assert find_duplicates(admin) == [applicant.account["id"]]


def test_a_draft_that_staff_started_is_not_revealed_to_other_staff(admin, staff, event, applicant):
    form = {name: value for name, value in JOSE.items() if value}
    path = f"{STAFF_PATH}/{applicant.account['id']}"
    assert admin.request("PUT", path, {"form": form}).status == 201

    assert find_duplicates(staff("bob")) == []


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.DRAFT}))
def test_a_registration_of_any_other_status_is_found(admin, event, status):
    hold(1, status)

    assert find_duplicates(admin) == ["person-00001"]


def test_another_event_is_another_matter(admin, event):
    store_registrations(make_registration(1, form=JOSE, event_id="winter-market"))

    assert find_duplicates(admin) == []


def test_a_registration_that_is_about_to_be_erased_is_not_found(admin, event):
    store_registrations(
        make_registration(1, form=JOSE, expires_at=datetime(2026, 1, 1, tzinfo=UTC))
    )

    assert find_duplicates(admin) == []


def test_an_impossible_phone_number_has_a_message_at_its_field(admin, event):
    response = admin.get(f"{PATH}?firstName=Jose&phone1=12")

    assert (response.status, response.fields) == (422, {"phone1"})


def test_there_is_nothing_to_say_about_an_unknown_event(admin):
    assert admin.get(f"/admin/events/none/duplicates?{urlencode(SOUGHT)}").status == 404


def test_a_warning_names_ten_registrations_at_most(admin, event):
    for number in range(12):
        hold(number)

    assert len(find_duplicates(admin)) == 10
