"""The waiting list keeps its order: a place that becomes free is offered to the first in line."""

from datetime import timedelta
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


def accept_offer(person):
    return person.post(f"{REGISTRATION_PATH}/offer/accept")


def decline_offer(person):
    return person.post(f"{REGISTRATION_PATH}/offer/decline")


def registration_key(person):
    return {"userId": person.account["id"], "eventId": EVENT}


def place_totals(backend):
    """The counted numbers of registrations with a place, offered places, and applicants waiting."""
    totals = place_counters(backend)
    return totals["taken"] - totals["offered"], totals["offered"], totals["waiting"]


@pytest.fixture
def holder_and_three_waitlisted(backend, sign_up_and_submit):
    """An event with one place: the first applicant holds it, and three others are waiting."""
    create_event(capacity=1, offer_hours=1)
    return [sign_up_and_submit(name) for name in ("anna", "bo.ek", "cleo", "dana")]


def test_first_on_the_waiting_list_gets_the_freed_place_and_a_newcomer_waits(
    backend, sign_up_and_submit, client
):
    create_event(capacity=1)
    holder, first = sign_up_and_submit("anna"), sign_up_and_submit("bo.ek")
    assert (registration_status(holder), registration_status(first)) == ("Submitted", "Waitlisted")

    assert holder.post(f"{REGISTRATION_PATH}/withdraw").status == 200
    second = sign_up_and_submit("cleo")

    assert registration_status(second) == "Waitlisted"
    assert (registration_status(first), current_offer(second)) == ("Waitlisted", None)
    accepted = accept_offer(first)
    assert (accepted.status, accepted.json["status"]) == (200, "Submitted")
    assert place_totals(backend) == (1, 0, 1)


def test_an_offer_lasts_for_the_offer_hours_of_the_event(backend, sign_up_and_submit):
    create_event(capacity=1, offer_hours=5)
    holder, first = sign_up_and_submit("anna"), sign_up_and_submit("bo.ek")
    holder.post(f"{REGISTRATION_PATH}/withdraw")

    offer_of_first = current_offer(first)
    wait = clock.from_text(offer_of_first["until"]) - clock.from_text(offer_of_first["offeredAt"])
    assert wait == timedelta(hours=5)


def test_an_offer_expires_at_the_end_of_the_first_day_of_the_event(backend, sign_up_and_submit):
    today = clock.now().date()
    create_event(capacity=1, starts_on=today, offer_hours=300)
    holder, first = sign_up_and_submit("anna"), sign_up_and_submit("bo.ek")
    holder.post(f"{REGISTRATION_PATH}/withdraw")

    until = clock.from_text(current_offer(first)["until"])
    assert until - clock.now() < timedelta(hours=37)
    waiting_list_service().update_offers(EVENT, until)
    assert registration_status(first) == "Withdrawn"


def test_after_the_first_day_a_walk_in_takes_a_free_place(backend, sign_up_and_submit):
    create_event(capacity=1, starts_on=clock.now().date() - timedelta(days=3))
    holder, first = sign_up_and_submit("anna"), sign_up_and_submit("bo.ek")
    holder.post(f"{REGISTRATION_PATH}/withdraw")

    assert (registration_status(first), current_offer(first)) == ("Waitlisted", None)
    assert registration_status(sign_up_and_submit("cleo")) == "Submitted"


def test_a_declined_offer_goes_to_the_next_in_line(backend, holder_and_three_waitlisted):
    holder, first, second, third = holder_and_three_waitlisted
    holder.post(f"{REGISTRATION_PATH}/withdraw")
    declined = decline_offer(first)

    assert (declined.status, declined.json["status"]) == (200, "Withdrawn")
    assert current_offer(second)
    assert not current_offer(third)
    assert place_totals(backend) == (0, 1, 1)


def test_an_expired_offer_goes_to_the_next_in_line(backend, holder_and_three_waitlisted):
    holder, first, second, _ = holder_and_three_waitlisted
    holder.post(f"{REGISTRATION_PATH}/withdraw")
    until = current_offer(first)["until"]
    with clock_advanced_by(hours=2):
        waiting_list_service().update_offers(EVENT, clock.now())
        expired = first.get(REGISTRATION_PATH).json

    assert (expired["status"], expired["offer"]) == ("Withdrawn", None)
    assert expired["offerExpiredAt"] == until
    assert current_offer(second)
    assert place_totals(backend) == (0, 1, 1)


def test_accepting_an_expired_offer_is_rejected_and_the_next_applicant_gets_the_offer(
    backend, holder_and_three_waitlisted
):
    holder, first, second, _ = holder_and_three_waitlisted
    holder.post(f"{REGISTRATION_PATH}/withdraw")
    with clock_advanced_by(hours=1):
        response = accept_offer(first)
        assert (response.status, response.code) == (409, "offer_expired")
        assert current_offer(second)
    assert registration_status(first) == "Withdrawn"
    assert accept_offer(first).code == "offer_expired"


def test_an_applicant_who_missed_an_offer_may_submit_again_and_is_last_in_line(
    backend, holder_and_three_waitlisted
):
    holder, first, _, third = holder_and_three_waitlisted
    holder.post(f"{REGISTRATION_PATH}/withdraw")
    with clock_advanced_by(hours=2):
        waiting_list_service().update_offers(EVENT, clock.now())
        again = first.post(f"{REGISTRATION_PATH}/submit").json

    assert (again["status"], again["offerExpiredAt"]) == ("Waitlisted", None)
    assert (again["position"], third.get(REGISTRATION_PATH).json["position"]) == (3, 2)


def test_accepting_or_declining_again_changes_nothing(backend, holder_and_three_waitlisted):
    holder, first, second, third = holder_and_three_waitlisted
    holder.post(f"{REGISTRATION_PATH}/withdraw")
    accepted, accepted_again = accept_offer(first), accept_offer(first)
    assert (accepted_again.status, accepted_again.json) == (200, accepted.json)
    before = backend.everything()
    assert accept_offer(first).status == 200
    assert backend.everything() == before

    first.post(f"{REGISTRATION_PATH}/withdraw")
    declined = decline_offer(second)
    assert decline_offer(second).json == declined.json
    assert current_offer(third)
    assert place_totals(backend) == (0, 1, 0)


def test_accepting_or_declining_without_an_offer_is_rejected(backend, holder_and_three_waitlisted):
    _, first, *_ = holder_and_three_waitlisted

    for respond_to_offer in (accept_offer, decline_offer):
        response = respond_to_offer(first)
        assert (response.status, response.code) == (409, "offer_expired")
    assert registration_status(first) == "Waitlisted"


def test_the_position_on_the_waiting_list_is_shown(holder_and_three_waitlisted):
    positions = [
        person.get(REGISTRATION_PATH).json["position"] for person in holder_and_three_waitlisted
    ]
    listed = [
        person.get("/registrations").json["items"][0]["position"]
        for person in holder_and_three_waitlisted
    ]

    assert positions == listed == [None, 1, 2, 3]


def test_raising_the_capacity_offers_several_places_at_once(
    client, backend, holder_and_three_waitlisted
):
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    event = event_as_request_body(super_admin)
    response = super_admin.request("PUT", f"/admin/events/{EVENT}", event | {"capacity": 3})

    assert response.status == 200
    assert [bool(current_offer(person)) for person in holder_and_three_waitlisted] == [
        False,
        True,
        True,
        False,
    ]
    assert place_totals(backend) == (1, 2, 1)


def test_removing_the_capacity_offers_a_place_to_every_waiting_applicant(
    client, backend, holder_and_three_waitlisted
):
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    response = super_admin.request(
        "PUT", f"/admin/events/{EVENT}", event_as_request_body(super_admin) | {"capacity": None}
    )

    assert response.status == 200
    assert place_totals(backend) == (1, 3, 0)


def event_as_request_body(person):
    event = person.get(f"/events/{EVENT}").json
    return {name: value for name, value in event.items() if name not in {"id", "isOpen"}}


def test_staff_can_accept_an_offer_for_an_applicant(client, backend, holder_and_three_waitlisted):
    holder, first, *_ = holder_and_three_waitlisted
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    holder.post(f"{REGISTRATION_PATH}/withdraw")
    status_change = {"status": "Submitted", "version": first.get(REGISTRATION_PATH).json["version"]}
    response = admin.post(f"{STAFF_PATH}/{first.account['id']}/status", status_change)

    assert (response.status, response.json["status"]) == (200, "Submitted")
    assert place_totals(backend) == (1, 0, 2)
    assert not [row for row in backend.rows("events") if row.get("kind") == "offer"]


def test_staff_can_decline_an_offer_for_an_applicant(client, backend, holder_and_three_waitlisted):
    holder, first, second, _ = holder_and_three_waitlisted
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    holder.post(f"{REGISTRATION_PATH}/withdraw")
    status_change = {"status": "Withdrawn", "version": first.get(REGISTRATION_PATH).json["version"]}
    assert admin.post(f"{STAFF_PATH}/{first.account['id']}/status", status_change).status == 200

    assert current_offer(second)
    assert place_totals(backend) == (0, 1, 1)


def test_staff_cannot_give_away_an_offered_place(client, backend, holder_and_three_waitlisted):
    holder, first, second, _ = holder_and_three_waitlisted
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    holder.post(f"{REGISTRATION_PATH}/withdraw")
    status_change = {
        "status": "Submitted",
        "version": second.get(REGISTRATION_PATH).json["version"],
    }
    response = admin.post(f"{STAFF_PATH}/{second.account['id']}/status", status_change)

    assert (response.status, response.code) == (409, "no_place_free")
    assert current_offer(first)


def test_a_withdrawal_from_the_waiting_list_gives_an_offered_place_to_the_next(
    backend, holder_and_three_waitlisted
):
    holder, first, second, _ = holder_and_three_waitlisted
    holder.post(f"{REGISTRATION_PATH}/withdraw")
    first.post(f"{REGISTRATION_PATH}/withdraw")

    assert current_offer(second)
    assert place_totals(backend) == (0, 1, 1)


def test_an_edit_on_the_waiting_list_keeps_offer_and_position(backend, holder_and_three_waitlisted):
    holder, first, second, _ = holder_and_three_waitlisted
    holder.post(f"{REGISTRATION_PATH}/withdraw")
    for person, expected in ((first, 1), (second, 2)):
        body = {
            "form": FORM | {"city": "Eagan"},
            "version": person.get(REGISTRATION_PATH).json["version"],
        }
        saved = person.request("PUT", REGISTRATION_PATH, body)
        assert (saved.status, saved.json["position"]) == (200, expected)
    assert current_offer(first)
    assert accept_offer(first).status == 200


def test_the_erasure_of_a_person_with_an_offer_frees_the_place_for_the_next(
    backend, holder_and_three_waitlisted
):
    holder, first, second, _ = holder_and_three_waitlisted
    holder.post(f"{REGISTRATION_PATH}/withdraw")
    assert first.post("/me/delete", {"currentPassword": "four quiet lakes in May"}).status == 200
    assert place_totals(backend) == (0, 0, 2)
    waiting_list_service().update_offers(EVENT, clock.now())

    assert current_offer(second)
    assert place_totals(backend) == (0, 1, 1)


def test_the_history_records_offers_and_their_actors(client, holder_and_three_waitlisted):
    holder, first, *_ = holder_and_three_waitlisted
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    holder.post(f"{REGISTRATION_PATH}/withdraw")
    with clock_advanced_by(hours=2):
        waiting_list_service().update_offers(EVENT, clock.now())
    entries = admin.get(f"{STAFF_PATH}/{first.account['id']}/history").json["items"]

    actions = [(entry["actor"], entry["action"]) for entry in entries[:2]]
    assert actions == [
        ("Breeze Lakes Point", "offer_expired"),
        ("Breeze Lakes Point", "offered"),
    ]


def test_a_crash_before_the_offer_leaves_the_place_to_the_first_in_line(
    backend, holder_and_three_waitlisted, sign_up_and_submit
):
    holder, first, *_ = holder_and_three_waitlisted
    with mock.patch.object(type(waiting_list_service()), "update_offers"):
        holder.post(f"{REGISTRATION_PATH}/withdraw")
    assert place_totals(backend) == (0, 0, 3)

    late = sign_up_and_submit("eve.w")
    assert registration_status(late) == "Waitlisted"
    assert current_offer(first)
    assert place_totals(backend) == (0, 1, 3)


def test_a_status_change_by_an_earlier_version_releases_the_offered_place(
    backend, holder_and_three_waitlisted
):
    holder, first, *_ = holder_and_three_waitlisted
    holder.post(f"{REGISTRATION_PATH}/withdraw")
    # As an earlier version withdraws: it knows of no offers and leaves them alone.
    backend.change(
        "registrations",
        registration_key(first),
        registration_status="Withdrawn",
        eventStatus=f"{EVENT}#Withdrawn",
    )
    with clock_advanced_by(hours=2):
        waiting_list_service().update_offers(EVENT, clock.now())

    assert place_totals(backend)[:2] == (0, 1)
    assert not current_offer(first)


def test_an_applicant_waiting_since_an_earlier_version_is_offered_a_place_in_turn(
    backend, holder_and_three_waitlisted
):
    holder, first, *_ = holder_and_three_waitlisted
    backend.drop("registrations", registration_key(first), "waitlistedAt")
    backend.change("events", {"id": f"{EVENT}#places"}, waiting=2)
    holder.post(f"{REGISTRATION_PATH}/withdraw")

    assert current_offer(first)
    assert place_totals(backend) == (0, 1, 2)


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
    holder.post(f"{REGISTRATION_PATH}/withdraw")
    with clock_advanced_by(hours=2):
        waiting_list_service().update_offers(EVENT, clock.now())

    subjects = {message["Subject"] for message in mailbox()}
    assert {"Hay un lugar para usted", "Venció la oferta de un lugar para usted"} <= subjects
    [notice] = [m for m in mailbox() if m["Subject"] == "Hay un lugar para usted"]
    assert notice["To"] == "lane@e.co"
    assert "a más tardar el" in notice.get_body(["plain"]).get_content()


def test_staff_see_spots_counted_and_whom_to_call(client, holder_and_three_waitlisted):
    holder, first, *_ = holder_and_three_waitlisted
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    holder.post(f"{REGISTRATION_PATH}/withdraw")

    counted = admin.get(f"/admin/events/{EVENT}/places").json
    assert counted == {"capacity": 1, "taken": 0, "offered": 1, "waiting": 2}
    [called] = admin.get(f"/admin/events/{EVENT}/offers").json["items"]
    assert (called["userId"], called["reachedByEmail"]) == (first.account["id"], False)
    assert called["form"]["phone1"] == FORM["phone1"]
    assert called["offer"]["until"] > called["waitlistedAt"]
    assert "ethnicity" not in called["form"]
    listed = admin.get(f"{STAFF_PATH}?status=Waitlisted&sort=submittedAt").json["items"]
    assert [bool(registration["offer"]) for registration in listed] == [True, False, False]


def test_staff_who_look_at_the_offers_find_none_that_has_expired(
    client, holder_and_three_waitlisted
):
    holder, _, second, _ = holder_and_three_waitlisted
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    holder.post(f"{REGISTRATION_PATH}/withdraw")

    with clock_advanced_by(minutes=59):
        admin.get("/me")
    with clock_advanced_by(hours=1):
        [called] = admin.get(f"/admin/events/{EVENT}/offers").json["items"]
    assert called["userId"] == second.account["id"]


def test_spots_of_an_event_that_does_not_exist_are_not_found(client, backend):
    admin = signed_in_staff(client, "ada", Role.ADMIN)

    for list_name in ("places", "offers"):
        assert admin.get(f"/admin/events/none/{list_name}").status == 404


def test_how_many_wait_is_unknown_until_those_of_an_earlier_version_are_counted(
    client, backend, holder_and_three_waitlisted
):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    backend.drop("events", {"id": f"{EVENT}#places"}, "counted")

    assert admin.get(f"/admin/events/{EVENT}/places").json["waiting"] is None
