"""Ages on the event's first day, beside the answers that earlier versions took."""

import pytest

from chalicelib.events.event import MinimumAge
from chalicelib.identity.account import Role
from tests.support.accounts import signed_in_staff
from tests.support.events import EVENT, FORM, create_event, make_registration, store_registrations

REGISTRATION_PATH = f"/registrations/{EVENT}"
STAFF_PATH = f"/admin/events/{EVENT}/registrations"
AS_READ_BEFORE = {
    "UnderSixteen": "UnderSixteen",
    "SixteenToSeventeen": "SixteenPlus",
    "EighteenToTwenty": "EighteenPlus",
    "TwentyonePlus": "TwentyonePlus",
    "SixteenPlus": "SixteenPlus",
    "EighteenPlus": "EighteenPlus",
}


@pytest.fixture
def admin(client):
    return signed_in_staff(client, "ada", Role.ADMIN)


@pytest.mark.parametrize(("age", "former"), AS_READ_BEFORE.items())
def test_an_age_is_stored_so_that_the_version_before_can_read_it(applicant, backend, age, former):
    create_event()
    assert (
        applicant.request("PUT", REGISTRATION_PATH, {"form": FORM | {"age": age}}).json["form"][
            "age"
        ]
        == age
    )

    [row] = backend.rows("registrations")
    assert row["form"]["age"] == former
    assert applicant.get(REGISTRATION_PATH).json["form"]["age"] == age


def test_another_age_leaves_nothing_of_the_one_before(applicant, backend):
    create_event()
    applicant.request("PUT", REGISTRATION_PATH, {"form": FORM | {"age": "SixteenToSeventeen"}})
    saved = applicant.request(
        "PUT", REGISTRATION_PATH, {"form": FORM | {"age": "TwentyonePlus"}, "version": 1}
    )

    assert saved.json["form"]["age"] == "TwentyonePlus"
    assert applicant.get(REGISTRATION_PATH).json["form"]["age"] == "TwentyonePlus"
    assert "ageOnFirstDay" not in backend.rows("registrations")[0]


@pytest.mark.parametrize(
    ("minimum", "age"),
    [(MinimumAge.SIXTEEN, "SixteenToSeventeen"), (MinimumAge.EIGHTEEN, "TwentyonePlus")],
)
def test_who_is_old_enough_on_the_first_day_may_submit(applicant, minimum, age):
    create_event(minimum_age=minimum)
    applicant.request("PUT", REGISTRATION_PATH, {"form": FORM | {"age": age}})

    assert applicant.post(f"{REGISTRATION_PATH}/submit").json["status"] == "Submitted"


@pytest.mark.parametrize("former", ["SixteenPlus", "EighteenPlus"])
def test_a_stored_answer_stays_as_it_is_while_staff_correct_another(admin, backend, former):
    create_event()
    store_registrations(make_registration(1, form={"age": former}))
    corrected = admin.request(
        "PATCH", f"{STAFF_PATH}/person-00001", {"form": {"city": "Eagan"}, "version": 1}
    )

    assert (corrected.status, corrected.json["form"]["age"]) == (200, former)
    assert backend.rows("registrations")[0]["form"]["age"] == former


def test_lists_and_counts_tell_new_answers_from_those_of_earlier_versions(admin, backend):
    create_event()
    store_registrations(
        *(make_registration(number, form={"age": age}) for number, age in enumerate(AS_READ_BEFORE))
    )

    for age in AS_READ_BEFORE:
        registrations = admin.get(f"{STAFF_PATH}?age={age}").json["items"]
        assert [registration["form"]["age"] for registration in registrations] == [age]
    counted = admin.get(f"/admin/events/{EVENT}/summary").json["byAge"]
    assert counted == dict.fromkeys(AS_READ_BEFORE, 1)


def test_a_number_with_an_extension_is_found_without_it(admin, applicant):
    create_event()
    phones = {"phone1": "952-445-1234 x12", "phone2": "+52 55 1234 5678"}
    assert (
        applicant.request("PUT", f"/registrations/{EVENT}", {"form": FORM | phones}).status == 201
    )
    assert applicant.post(f"/registrations/{EVENT}/submit").status == 200

    for typed in ("9524451234", "(952) 445-1234 ext. 7", "%2B525512345678", "%2B52 55 1234 5678"):
        assert len(admin.get(f"{STAFF_PATH}?phone={typed.replace(' ', '%20')}").json["items"]) == 1


def test_a_person_with_a_single_name_is_sorted_and_found_by_it(admin, backend):
    create_event()
    store_registrations(
        make_registration(1, form={"firstName": "Sukarno", "lastName": None}),
        make_registration(2, form={"firstName": None, "lastName": "Teller"}),
        make_registration(3, form={"firstName": "River", "lastName": "Okafor"}),
    )

    def names(query):
        items = admin.get(f"{STAFF_PATH}?{query}").json["items"]
        return [
            registration["form"].get("lastName") or registration["form"]["firstName"]
            for registration in items
        ]

    assert names("sort=lastName") == ["Okafor", "Sukarno", "Teller"]
    assert names("lastName=suk") == ["Sukarno"]
