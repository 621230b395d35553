"""The waiting list keeps its order: a place that becomes free is offered to the first in line."""

from datetime import timedelta
from typing import NamedTuple
from unittest import mock

import pytest

from chalicelib.identity.account import Role
from chalicelib.platform import clock
from chalicelib.platform.languages import Language
from chalicelib.registrations.waiting_list import waiting_list_service
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import Person
from tests.support.clocks import clock_advanced_by, clock_at
from tests.support.events import EVENT, FORM, create_event, place_counters

REGISTRATION_PATH = f"/registrations/{EVENT}"
STAFF_PATH = f"/admin/events/{EVENT}/registrations"


@pytest.fixture
def sign_up_and_submit(client):
    """Signs up a new person and submits a registration, one second after the last one."""
    now = clock.now()

    def submit(name, **account):
        nonlocal now
        now += timedelta(seconds=1)
        person = Person(client, name)
        assert person.sign_up(**account).status == 201
        with clock_at(now):
            assert person.request("PUT", REGISTRATION_PATH, {"form": FORM}).status == 201
            assert person.post(f"{REGISTRATION_PATH}/submit").status == 200
        return person

    return submit


def registration_status(person):
    return person.get(REGISTRATION_PATH).json["status"]


def current_offer(person):
    return person.get(REGISTRATION_PATH).json["offer"]


def withdraw(person):
    return person.post(f"{REGISTRATION_PATH}/withdraw")


def accept_offer(person):
    return person.post(f"{REGISTRATION_PATH}/offer/accept")


def decline_offer(person):
    return person.post(f"{REGISTRATION_PATH}/offer/decline")


def registration_key(person):
    return {"userId": person.account["id"], "eventId": EVENT}


class PlaceTotals(NamedTuple):
    """How many registrations have a place, are offered one, and wait without an offer."""

    taken: int
    offered: int
    waiting: int


def place_totals(backend):
    """Return the totals that the event's counters say."""
    counters = place_counters(backend)
    taken = counters["taken"] - counters["offered"]
    return PlaceTotals(taken, counters["offered"], counters["waiting"])


class FullEvent(NamedTuple):
    """The applicants of an event with one place, in the order in which they submitted.

    Attributes:
        holder: the applicant who has the place.
        first: the first on the waiting list.
        second: the second on the waiting list.
        third: the third on the waiting list.
    """

    holder: Person
    first: Person
    second: Person
    third: Person


@pytest.fixture
def full_event(backend, sign_up_and_submit):
    """An event with one place, which is taken, and with three applicants on its waiting list."""
    create_event(capacity=1, offer_hours=1)
    return FullEvent(*map(sign_up_and_submit, ("anna", "bo.ek", "cleo", "dana")))


def test_first_on_the_waiting_list_gets_the_freed_place_and_a_newcomer_waits(
    backend, sign_up_and_submit, client
):
    create_event(capacity=1)
    holder, first = sign_up_and_submit("anna"), sign_up_and_submit("bo.ek")
    assert (registration_status(holder), registration_status(first)) == ("Submitted", "Waitlisted")

    assert withdraw(holder).status == 200
    second = sign_up_and_submit("cleo")

    assert registration_status(second) == "Waitlisted"
    assert (registration_status(first), current_offer(second)) == ("Waitlisted", None)
    accepted = accept_offer(first)
    assert (accepted.status, accepted.json["status"]) == (200, "Submitted")
    assert place_totals(backend) == PlaceTotals(taken=1, offered=0, waiting=1)


def test_an_offer_lasts_for_the_offer_hours_of_the_event(backend, sign_up_and_submit):
    create_event(capacity=1, offer_hours=5)
    holder, first = sign_up_and_submit("anna"), sign_up_and_submit("bo.ek")
    withdraw(holder)

    offer_of_first = current_offer(first)
    wait = clock.from_text(offer_of_first["until"]) - clock.from_text(offer_of_first["offeredAt"])
    assert wait == timedelta(hours=5)


def test_an_offer_expires_at_the_end_of_the_first_day_of_the_event(backend, sign_up_and_submit):
    today = clock.now().date()
    create_event(capacity=1, starts_on=today, offer_hours=300)
    holder, first = sign_up_and_submit("anna"), sign_up_and_submit("bo.ek")
    withdraw(holder)

    until = clock.from_text(current_offer(first)["until"])
    assert until - clock.now() < timedelta(hours=37)
    waiting_list_service().expire_and_make_offers(EVENT, until)
    assert registration_status(first) == "Withdrawn"


def test_after_the_first_day_a_walk_in_takes_a_free_place(backend, sign_up_and_submit):
    create_event(capacity=1, starts_on=clock.now().date() - timedelta(days=3))
    holder, first = sign_up_and_submit("anna"), sign_up_and_submit("bo.ek")
    withdraw(holder)

    assert (registration_status(first), current_offer(first)) == ("Waitlisted", None)
    assert registration_status(sign_up_and_submit("cleo")) == "Submitted"


def test_a_declined_offer_goes_to_the_next_in_line(backend, full_event):
    withdraw(full_event.holder)
    declined = decline_offer(full_event.first)

    assert (declined.status, declined.json["status"]) == (200, "Withdrawn")
    assert current_offer(full_event.second)
    assert not current_offer(full_event.third)
    assert place_totals(backend) == PlaceTotals(taken=0, offered=1, waiting=1)


def test_an_expired_offer_goes_to_the_next_in_line(backend, full_event):
    withdraw(full_event.holder)
    until = current_offer(full_event.first)["until"]
    with clock_advanced_by(hours=2):
        waiting_list_service().expire_and_make_offers(EVENT, clock.now())
        expired = full_event.first.get(REGISTRATION_PATH).json

    assert (expired["status"], expired["offer"]) == ("Withdrawn", None)
    assert expired["offerExpiredAt"] == until
    assert current_offer(full_event.second)
    assert place_totals(backend) == PlaceTotals(taken=0, offered=1, waiting=1)


def test_accepting_an_expired_offer_is_rejected_and_the_next_applicant_gets_the_offer(
    backend, full_event
):
    withdraw(full_event.holder)
    with clock_advanced_by(hours=1):
        response = accept_offer(full_event.first)
        assert (response.status, response.code) == (409, "offer_expired")
        assert current_offer(full_event.second)
    assert registration_status(full_event.first) == "Withdrawn"
    assert accept_offer(full_event.first).code == "offer_expired"


def test_an_applicant_who_missed_an_offer_may_submit_again_and_is_last_in_line(backend, full_event):
    withdraw(full_event.holder)
    with clock_advanced_by(hours=2):
        waiting_list_service().expire_and_make_offers(EVENT, clock.now())
        again = full_event.first.post(f"{REGISTRATION_PATH}/submit").json

    assert (again["status"], again["offerExpiredAt"]) == ("Waitlisted", None)
    assert (again["position"], full_event.third.get(REGISTRATION_PATH).json["position"]) == (3, 2)


def test_accepting_or_declining_again_changes_nothing(backend, full_event):
    withdraw(full_event.holder)
    accepted, accepted_again = accept_offer(full_event.first), accept_offer(full_event.first)
    assert (accepted_again.status, accepted_again.json) == (200, accepted.json)
    before = backend.everything()
    assert accept_offer(full_event.first).status == 200
    assert backend.everything() == before

    withdraw(full_event.first)
    declined = decline_offer(full_event.second)
    assert decline_offer(full_event.second).json == declined.json
    assert current_offer(full_event.third)
    assert place_totals(backend) == PlaceTotals(taken=0, offered=1, waiting=0)


def test_accepting_or_declining_without_an_offer_is_rejected(backend, full_event):
    for respond_to_offer in (accept_offer, decline_offer):
        response = respond_to_offer(full_event.first)
        assert (response.status, response.code) == (409, "offer_expired")
    assert registration_status(full_event.first) == "Waitlisted"


def test_the_position_on_the_waiting_list_is_shown(full_event):
    positions = [person.get(REGISTRATION_PATH).json["position"] for person in full_event]
    listed = [person.get("/registrations").json["items"][0]["position"] for person in full_event]

    assert positions == listed == [None, 1, 2, 3]


def test_raising_the_capacity_offers_several_places_at_once(client, backend, full_event):
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    event = event_as_request_body(super_admin)
    response = super_admin.request("PUT", f"/admin/events/{EVENT}", event | {"capacity": 3})

    assert response.status == 200
    assert [bool(current_offer(person)) for person in full_event] == [
        False,
        True,
        True,
        False,
    ]
    assert place_totals(backend) == PlaceTotals(taken=1, offered=2, waiting=1)


def test_removing_the_capacity_offers_a_place_to_every_waiting_applicant(
    client, backend, full_event
):
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    response = super_admin.request(
        "PUT", f"/admin/events/{EVENT}", event_as_request_body(super_admin) | {"capacity": None}
    )

    assert response.status == 200
    assert place_totals(backend) == PlaceTotals(taken=1, offered=3, waiting=0)


def event_as_request_body(person):
    event = person.get(f"/events/{EVENT}").json
    return {name: value for name, value in event.items() if name not in {"id", "isOpen"}}


def test_staff_can_accept_an_offer_for_an_applicant(client, backend, full_event):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    withdraw(full_event.holder)
    status_change = {
        "status": "Submitted",
        "version": full_event.first.get(REGISTRATION_PATH).json["version"],
    }
    response = admin.post(f"{STAFF_PATH}/{full_event.first.account['id']}/status", status_change)

    assert (response.status, response.json["status"]) == (200, "Submitted")
    assert place_totals(backend) == PlaceTotals(taken=1, offered=0, waiting=2)
    assert not [row for row in backend.rows("events") if row.get("kind") == "offer"]


def test_staff_can_decline_an_offer_for_an_applicant(client, backend, full_event):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    withdraw(full_event.holder)
    status_change = {
        "status": "Withdrawn",
        "version": full_event.first.get(REGISTRATION_PATH).json["version"],
    }
    assert (
        admin.post(f"{STAFF_PATH}/{full_event.first.account['id']}/status", status_change).status
        == 200
    )

    assert current_offer(full_event.second)
    assert place_totals(backend) == PlaceTotals(taken=0, offered=1, waiting=1)


def test_staff_cannot_give_away_an_offered_place(client, backend, full_event):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    withdraw(full_event.holder)
    status_change = {
        "status": "Submitted",
        "version": full_event.second.get(REGISTRATION_PATH).json["version"],
    }
    response = admin.post(f"{STAFF_PATH}/{full_event.second.account['id']}/status", status_change)

    assert (response.status, response.code) == (409, "no_place_free")
    assert current_offer(full_event.first)


def test_a_withdrawal_from_the_waiting_list_gives_an_offered_place_to_the_next(backend, full_event):
    withdraw(full_event.holder)
    withdraw(full_event.first)

    assert current_offer(full_event.second)
    assert place_totals(backend) == PlaceTotals(taken=0, offered=1, waiting=1)


def test_an_edit_on_the_waiting_list_keeps_offer_and_position(backend, full_event):
    withdraw(full_event.holder)
    for person, expected in ((full_event.first, 1), (full_event.second, 2)):
        body = {
            "form": FORM | {"city": "Eagan"},
            "version": person.get(REGISTRATION_PATH).json["version"],
        }
        saved = person.request("PUT", REGISTRATION_PATH, body)
        assert (saved.status, saved.json["position"]) == (200, expected)
    assert current_offer(full_event.first)
    assert accept_offer(full_event.first).status == 200


def test_the_erasure_of_a_person_with_an_offer_frees_the_place_for_the_next(backend, full_event):
    withdraw(full_event.holder)
    assert (
        full_event.first.post("/me/delete", {"currentPassword": "four quiet lakes in May"}).status
        == 200
    )
    assert place_totals(backend) == PlaceTotals(taken=0, offered=0, waiting=2)
    waiting_list_service().expire_and_make_offers(EVENT, clock.now())

    assert current_offer(full_event.second)
    assert place_totals(backend) == PlaceTotals(taken=0, offered=1, waiting=1)


def test_the_history_records_offers_and_their_actors(client, full_event):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    withdraw(full_event.holder)
    with clock_advanced_by(hours=2):
        waiting_list_service().expire_and_make_offers(EVENT, clock.now())
    entries = admin.get(f"{STAFF_PATH}/{full_event.first.account['id']}/history").json["items"]

    actions = [(entry["actor"], entry["action"]) for entry in entries[:2]]
    assert actions == [
        ("Breeze Lakes Point", "offer_expired"),
        ("Breeze Lakes Point", "offered"),
    ]


def test_a_crash_before_the_offer_leaves_the_place_to_the_first_in_line(
    backend, full_event, sign_up_and_submit
):
    with mock.patch.object(type(waiting_list_service()), "expire_and_make_offers"):
        withdraw(full_event.holder)
    assert place_totals(backend) == PlaceTotals(taken=0, offered=0, waiting=3)

    late = sign_up_and_submit("eve.w")
    assert registration_status(late) == "Waitlisted"
    assert current_offer(full_event.first)
    assert place_totals(backend) == PlaceTotals(taken=0, offered=1, waiting=3)


def test_a_status_change_by_an_earlier_version_releases_the_offered_place(backend, full_event):
    withdraw(full_event.holder)
    # As an earlier version withdraws: it knows of no offers and leaves them alone.
    backend.change(
        "registrations",
        registration_key(full_event.first),
        registration_status="Withdrawn",
        eventStatus=f"{EVENT}#Withdrawn",
    )
    with clock_advanced_by(hours=2):
        waiting_list_service().expire_and_make_offers(EVENT, clock.now())

    totals = place_totals(backend)
    assert (totals.taken, totals.offered) == (0, 1)
    assert not current_offer(full_event.first)


def test_an_applicant_waiting_since_an_earlier_version_is_offered_a_place_in_turn(
    backend, full_event
):
    backend.drop("registrations", registration_key(full_event.first), "waitlistedAt")
    backend.change("events", {"id": f"{EVENT}#places"}, waiting=2)
    withdraw(full_event.holder)

    assert current_offer(full_event.first)
    assert place_totals(backend) == PlaceTotals(taken=0, offered=1, waiting=2)


def test_offer_and_expiry_are_mailed_in_the_applicants_language(
    client, sign_up_and_submit, mailbox
):
    create_event(capacity=1, offer_hours=1)
    holder = sign_up_and_submit("anna")
    account = store_account("lane", email="lane@e.co", email_verified=True, language=Language("es"))
    first = Person(client, "lane", account={"id": account.id})
    assert first.sign_in().status == 200
    first.request("PUT", REGISTRATION_PATH, {"form": FORM})
    first.post(f"{REGISTRATION_PATH}/submit")
    withdraw(holder)
    with clock_advanced_by(hours=2):
        waiting_list_service().expire_and_make_offers(EVENT, clock.now())

    subjects = {message["Subject"] for message in mailbox()}
    assert {"Hay un lugar para usted", "Venció la oferta de un lugar para usted"} <= subjects
    [notice] = [m for m in mailbox() if m["Subject"] == "Hay un lugar para usted"]
    assert notice["To"] == "lane@e.co"
    assert "a más tardar el" in notice.get_body(["plain"]).get_content()


def test_staff_see_spots_counted_and_whom_to_call(client, full_event):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    withdraw(full_event.holder)

    counted = admin.get(f"/admin/events/{EVENT}/places").json
    assert counted == {"capacity": 1, "taken": 0, "offered": 1, "waiting": 2}
    [called] = admin.get(f"/admin/events/{EVENT}/offers").json["items"]
    assert (called["userId"], called["reachedByEmail"]) == (full_event.first.account["id"], False)
    assert called["form"]["phone1"] == FORM["phone1"]
    assert called["offer"]["until"] > called["waitlistedAt"]
    assert "ethnicity" not in called["form"]
    listed = admin.get(f"{STAFF_PATH}?status=Waitlisted&sort=submittedAt").json["items"]
    assert [bool(registration["offer"]) for registration in listed] == [True, False, False]


def test_staff_who_look_at_the_offers_find_none_that_has_expired(client, full_event):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    withdraw(full_event.holder)

    with clock_advanced_by(minutes=59):
        admin.get("/me")
    with clock_advanced_by(hours=1):
        [called] = admin.get(f"/admin/events/{EVENT}/offers").json["items"]
    assert called["userId"] == full_event.second.account["id"]


def test_spots_of_an_event_that_does_not_exist_are_not_found(client, backend):
    admin = signed_in_staff(client, "ada", Role.ADMIN)

    for list_name in ("places", "offers"):
        assert admin.get(f"/admin/events/none/{list_name}").status == 404


def test_how_many_wait_is_unknown_until_those_of_an_earlier_version_are_counted(
    client, backend, full_event
):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    backend.drop("events", {"id": f"{EVENT}#places"}, "counted")

    assert admin.get(f"/admin/events/{EVENT}/places").json["waiting"] is None
