"""A spot opens: the applicant answers on their phone, and staff call those without email."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.desk import STORED, create_event
from tests.support.events import FORM


@pytest.fixture
def small_event(super_admin):
    """An event with one spot."""
    return create_event(super_admin, f"fair-{new_identifier()}", name="Small Fair", capacity=1)


@pytest.fixture
def offered_place(small_event, sign_up_applicant):
    """River waits for the spot that another person gives up, and Sky waits behind River."""
    path = f"/registrations/{small_event}"
    names = [("Anna", "Berg"), ("River", "Okafor"), ("Sky", "Lindgren")]
    people = [sign_up_applicant(firstName=first, lastName=last) for first, last in names]
    for person, (first, last) in zip(people, names, strict=True):
        form = FORM | {"firstName": first, "lastName": last}
        assert person.request("PUT", path, {"form": form}).status in STORED
        assert person.post(f"{path}/submit").status == 200
    assert people[0].post(f"{path}/withdraw").status == 200
    return people[1:]


def pictured(page, name):
    """Keep a picture where someone has asked for it."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("path", ["/", "/register/{fair}"], ids=["home page", "receipt"])
def test_an_applicant_accepts_the_spot_that_is_offered(phone, small_event, offered_place, path):
    applicant, _ = offered_place
    phone.become(applicant)
    phone.page.goto(phone.url + path.format(fair=small_event))
    notice = phone.page.locator(".notice:has-text('A spot is free for you. Accept or decline it')")
    expect(notice).to_be_visible()
    pictured(phone.page, f"offer-{'home' if path == '/' else 'receipt'}")
    notice.get_by_role("button", name="Accept the spot").click()

    expect(phone.page.locator("#announcement")).to_have_text("The spot is yours.")
    expect(notice).to_be_hidden()
    assert applicant.get(f"/registrations/{small_event}").json["status"] == "Submitted"


def test_an_applicant_declines_the_spot_after_a_question_and_the_next_gets_it(
    phone, small_event, offered_place
):
    applicant, other_applicant = offered_place
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/register/{small_event}")
    phone.page.get_by_role("button", name="Decline").click()
    phone.page.locator("dialog").get_by_role("button", name="Decline").click()

    expect(phone.page.locator("#announcement")).to_have_text("You declined the spot.")
    expect(phone.page.locator("#status")).to_have_text("Withdrawn")
    assert other_applicant.get(f"/registrations/{small_event}").json["offer"]


def test_an_applicant_on_the_waiting_list_sees_their_position(phone, small_event, offered_place):
    _, other_applicant = offered_place
    phone.become(other_applicant)
    for path in ("/", f"/register/{small_event}"):
        phone.page.goto(phone.url + path)
        position_text = phone.page.get_by_text("Your position on the waiting list: 2.")
        expect(position_text).to_be_visible()


def test_an_offer_that_is_gone_is_said_and_the_page_shows_how_it_is(
    phone, small_event, offered_place
):
    phone.expects(409)
    applicant, _ = offered_place
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/register/{small_event}")
    expect(phone.page.get_by_role("button", name="Accept the spot")).to_be_visible()
    assert applicant.post(f"/registrations/{small_event}/offer/decline").status == 200
    phone.page.get_by_role("button", name="Accept the spot").click()

    expect(phone.page.locator("#announcement")).to_contain_text("This offer has expired")
    expect(phone.page.locator("#status")).to_have_text("Withdrawn")


def test_staff_accept_and_decline_for_people_at_the_phone(
    desktop, small_event, offered_place, super_admin
):
    desktop.become(super_admin)
    page = desktop.page
    page.goto(f"{desktop.url}/staff/waiting-list?event={small_event}")
    expect(page.locator("#places")).to_have_text("0 of 1 spot taken, 1 offered, 1 waiting")
    called = page.locator("#to-call li")
    expect(called).to_contain_text("River Okafor")
    expect(called).to_contain_text("(952) 445-1234")
    expect(called).to_contain_text("Answer by")
    pictured(page, "waiting-list")
    called.get_by_role("button", name="Decline").click()
    page.locator("dialog").get_by_role("button", name="Decline").click()

    expect(called).to_contain_text("Sky Lindgren")
    called.get_by_role("button", name="Accept").click()
    page.locator("dialog").get_by_role("button", name="Accept").click()
    expect(page.locator("#places")).to_have_text("1 of 1 spot taken, 0 waiting")
    expect(page.locator("#none-to-call")).to_be_visible()


@pytest.mark.parametrize("path", ["/staff", "/staff/summary", "/staff/events"])
def test_staff_see_how_many_spots_are_taken(desktop, small_event, offered_place, super_admin, path):
    desktop.become(super_admin)
    desktop.page.goto(f"{desktop.url}{path}?event={small_event}")
    spots_text = desktop.page.get_by_text("0 of 1 spot taken, 1 offered, 1 waiting").first
    expect(spots_text).to_be_visible()
    pictured(desktop.page, f"spots-{path.rpartition('/')[2]}")


def test_one_taken_spot_of_any_number_is_singular(desktop, sign_up_applicant, super_admin):
    fair = create_event(super_admin, f"fair-{new_identifier()}", capacity=None)
    person = sign_up_applicant()
    assert person.request("PUT", f"/registrations/{fair}", {"form": FORM}).status in STORED
    assert person.post(f"/registrations/{fair}/submit").status == 200
    desktop.become(super_admin)
    desktop.page.goto(f"{desktop.url}/staff/summary?event={fair}")

    expect(desktop.page.locator("#spots")).to_have_text("1 spot taken, 0 waiting")
    expect(desktop.page.locator("#total")).to_have_text("1 registration, drafts included")


def test_the_waiting_list_page_speaks_spanish_on_a_phone(
    visit, small_event, offered_place, super_admin
):
    small = visit(locale="es-US")
    small.become(super_admin)
    small.page.goto(f"{small.url}/staff/waiting-list?event={small_event}")
    expect(small.page.locator("#places")).to_contain_text("0 de 1 lugar ocupado")
    expect(small.page.get_by_role("heading", name="Llame a estas personas")).to_be_visible()
    width = small.page.evaluate("document.documentElement.scrollWidth")
    assert width <= small.page.viewport_size["width"]
    pictured(small.page, "waiting-list-es")


def test_a_superadmin_sets_the_hours_to_answer_an_offer(desktop, small_event, super_admin):
    desktop.become(super_admin)
    page = desktop.page
    page.goto(f"{desktop.url}/staff/events")
    card = page.locator("article", has_text=small_event)
    card.get_by_role("button", name="Edit event").click()
    hours = page.locator("#offerHours")
    expect(hours).to_have_value("48")
    hours.fill("2 days")
    page.locator("#event button.strong").click()
    expect(page.locator("#offerHours-problem")).to_have_text("Enter a whole number from 1 to 336.")
    pictured(page, "offer-hours")
    hours.fill("24")
    page.locator("#event button.strong").click()
    expect(page.locator("#announcement")).to_have_text("Event saved")
    assert super_admin.get(f"/events/{small_event}").json["offerHours"] == 24


def test_the_record_shows_staff_until_when_a_spot_is_offered(
    desktop, small_event, offered_place, super_admin
):
    applicant, other_applicant = offered_place
    record = f"{desktop.url}/staff/registration?event={small_event}&user="
    until = applicant.get(f"/registrations/{small_event}").json["offer"]["until"]
    event = super_admin.get(f"/events/{small_event}").json
    local = datetime.fromisoformat(until).astimezone(ZoneInfo(event["timeZone"]))
    deadline = f"{local:%B} {local.day}, {local:%Y at} {local:%I:%M %p %Z}".replace(" 0", " ")
    desktop.become(super_admin)
    page = desktop.page
    page.goto(record + applicant.account["id"])

    expect(page.locator("#standing")).to_have_text("On the waiting list")
    expect(page.locator("#offer")).to_have_text(f"Offered a spot until {deadline}")
    pictured(page, "record-offer")
    page.locator("[data-language=es]").click()
    expect(page.locator("#offer")).to_contain_text("Lugar ofrecido hasta el")
    page.locator("[data-language=en]").click()
    page.get_by_role("button", name="Move to submitted").click()
    page.get_by_role("button", name="Change now").click()
    expect(page.locator("#standing")).to_have_text("Submitted")
    expect(page.locator("#offer")).to_have_text("")

    page.goto(record + other_applicant.account["id"])
    expect(page.locator("#standing")).to_have_text("On the waiting list")
    expect(page.locator("#offer")).to_have_text("")


def test_the_record_shows_staff_that_an_offer_has_expired(
    desktop, small_event, offered_place, super_admin
):
    applicant, _ = offered_place
    desktop.become(super_admin)
    desktop.page.clock.install(time=datetime.now(UTC) + timedelta(days=3))
    desktop.page.goto(
        f"{desktop.url}/staff/registration?event={small_event}&user={applicant.account['id']}"
    )

    expect(desktop.page.locator("#offer")).to_contain_text("It goes to the next person shortly.")


def test_the_record_shows_an_offer_that_a_move_to_the_waiting_list_brings(
    desktop, small_event, offered_place, super_admin
):
    applicant, other_applicant = offered_place
    record = f"/admin/events/{small_event}/registrations/{applicant.account['id']}"
    declined = {"status": "Declined", "version": super_admin.get(record).json["version"]}
    assert super_admin.post(f"{record}/status", declined).status == 200
    assert other_applicant.post(f"/registrations/{small_event}/withdraw").status == 200
    desktop.become(super_admin)
    page = desktop.page
    page.goto(
        f"{desktop.url}/staff/registration?event={small_event}&user={applicant.account['id']}"
    )
    expect(page.locator("#standing")).to_have_text("Not selected")
    page.get_by_role("button", name="Move to waiting list").click()
    page.get_by_role("button", name="Change now").click()
    expect(page.locator("#standing")).to_have_text("On the waiting list")

    expect(page.locator("#offer")).to_contain_text("Offered a spot until")


def test_the_history_shows_an_offers_deadline_as_people_read_it(
    desktop, small_event, offered_place, super_admin
):
    applicant, _ = offered_place
    desktop.become(super_admin)
    page = desktop.page
    page.goto(
        f"{desktop.url}/staff/registration?event={small_event}&user={applicant.account['id']}"
    )
    offer = page.locator("#history li", has_text="spot offered")

    expect(offer.locator("dt")).to_have_text("Answer by")
    expect(offer.locator("dd")).to_have_text(re.compile(r"^[A-Z][a-z]{2} \d{1,2}, \d{4}, .* [CU]"))
