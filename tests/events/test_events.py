"""Events: everyone can read them, and a SuperAdmin creates them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.events.event import EventTexts
from chalicelib.platform import clock
from chalicelib.platform.languages import Language
from tests.support.clients import Person
from tests.support.environments import environment
from tests.support.events import EVENT, EVENT_BODY, FORM, an_event, create_event

PATH = f"/admin/events/{EVENT}"


@pytest.fixture
def super_admin(client, backend):
    """A SuperAdmin."""
    person = Person(client, "sue")
    person.sign_up()
    backend.change("users", {"id": person.account["id"]}, role="SuperAdmin")
    return person


def put(person, **overrides):
    return person.request("PUT", PATH, EVENT_BODY | overrides)


def test_a_new_event_is_public(super_admin, anonymous):
    response = put(super_admin)

    assert response.status == 201
    added = {"id": EVENT, "version": 1, "isOpen": True, "timeZone": "America/Chicago"}
    added |= {"offerHours": 48, "hidden": False, "counterShards": 1, "texts": []}
    assert response.json == EVENT_BODY | added
    assert anonymous.get(f"/events/{EVENT}").json == response.json
    assert anonymous.get("/events").json == {"items": [response.json], "cursor": None}


def test_an_event_is_changed_with_the_version_that_was_read(super_admin):
    put(super_admin)
    changed = put(super_admin, capacity=None, version=1)

    assert (changed.status, changed.json["capacity"], changed.json["version"]) == (200, None, 2)


@pytest.mark.parametrize("seen", [None, 2, 7])
def test_a_change_with_another_version_returns_the_current_event(super_admin, seen):
    event = put(super_admin).json
    response = put(super_admin, name="Spring Fair", version=seen)

    assert (response.status, response.code) == (409, "stale_version")
    assert response.json["current"] == event


def test_changing_a_missing_event_returns_404(super_admin):
    assert put(super_admin, version=1).status == 404


def test_an_unchanged_event_writes_nothing(super_admin, backend):
    put(super_admin)
    before = backend.everything()

    assert [
        put(super_admin).status,
        put(super_admin, version=1).status,
        put(super_admin, version=9).status,
    ] == [200] * 3
    assert backend.everything() == before


@pytest.mark.parametrize(
    ("different", "wrong"),
    [
        ({"endsOn": "2027-09-02"}, ["endsOn"]),
        ({"registrationClosesAt": "2026-11-01T08:00:00Z"}, ["registrationClosesAt"]),
        ({"registrationClosesAt": "2027-09-20T05:00:01Z"}, ["registrationClosesAt"]),
        ({"registrationClosesAt": "2027-09-20T00:00:01-05:00"}, ["registrationClosesAt"]),
        (
            {"endsOn": "2027-09-02", "registrationClosesAt": "2026-10-01T08:00:00Z"},
            ["endsOn", "registrationClosesAt"],
        ),
        ({"registrationOpensAt": "2026-11-01T08:00:00"}, ["registrationOpensAt"]),
        ({"registrationOpensAt": "0027-03-01T08:00:00Z"}, ["registrationOpensAt"]),
        ({"registrationOpensAt": "0001-01-01T00:00:00+10:00"}, ["registrationOpensAt"]),
        ({"registrationOpensAt": "1700000000"}, ["registrationOpensAt"]),
        ({"registrationOpensAt": 1700000000}, ["registrationOpensAt"]),
        ({"registrationOpensAt": "2026-11-01T08:00:00Z\n"}, ["registrationOpensAt"]),
        ({"startsOn": "0027-09-03", "endsOn": "9999-12-31"}, ["startsOn", "endsOn"]),
        ({"startsOn": "2027-02-30", "endsOn": 20000}, ["startsOn", "endsOn"]),
        ({"startsOn": "yesterday", "minimumAge": "Ten"}, ["startsOn", "minimumAge"]),
        ({"capacity": -1, "name": ""}, ["capacity", "name"]),
        ({"taken": 0, "id": "other"}, ["taken", "id"]),
    ],
    ids=str,
)
def test_contradictory_dates_are_reported_together(super_admin, backend, different, wrong):
    response = put(super_admin, **different)

    assert (response.status, response.fields) == (422, set(wrong))
    assert not backend.rows("events")


def test_times_are_accepted_in_any_zone_and_stored_in_utc(super_admin):
    response = put(super_admin, registrationOpensAt="2026-11-01T03:00:00-05:00")

    assert response.json["registrationOpensAt"] == "2026-11-01T08:00:00Z"


@pytest.mark.parametrize(
    ("time_zone", "closing"),
    [
        ("America/Chicago", "2027-09-20T05:00:00Z"),
        ("Pacific/Honolulu", "2027-09-20T10:00:00Z"),
        ("Pacific/Kiritimati", "2027-09-19T10:00:00Z"),
    ],
)
def test_registration_can_stay_open_until_the_last_day_ends_in_the_events_time_zone(
    super_admin, time_zone, closing
):
    late = clock.to_text(clock.from_text(closing) + timedelta(seconds=1))

    response = put(super_admin, timeZone=time_zone, registrationClosesAt=late)
    assert response.json["fields"] == {
        "registrationClosesAt": "Registration must close before the event ends."
    }
    assert put(super_admin, timeZone=time_zone, registrationClosesAt=closing).status == 201


def test_an_event_whose_stored_dates_break_a_newer_rule_can_still_be_renamed(super_admin):
    """Earlier versions let registration close until the day was over everywhere on earth."""
    create_event(registration_closes_at=datetime(2027, 9, 20, 12, tzinfo=UTC))
    stored = {"registrationClosesAt": "2027-09-20T12:00:00Z", "version": 1}

    assert put(super_admin, name="Autumn Fair", **stored).json["name"] == "Autumn Fair"
    assert put(super_admin, endsOn="2027-09-18", **stored | {"version": 2}).fields == {
        "registrationClosesAt"
    }


def test_a_new_event_without_a_time_zone_gets_the_default_of_the_stage(super_admin):
    with environment(DEFAULT_TIME_ZONE="America/Denver"):
        assert put(super_admin).json["timeZone"] == "America/Denver"


def test_a_missing_time_zone_keeps_the_stored_one(super_admin):
    put(super_admin, timeZone="Pacific/Honolulu")

    changed = put(super_admin, name="Spring Fair", version=1)
    assert changed.json["timeZone"] == "Pacific/Honolulu"
    assert put(super_admin, name="Spring Fair", timeZone=None, version=2).json["version"] == 2


def test_an_event_that_was_stored_without_a_time_zone_is_in_chicago(
    super_admin, backend, anonymous
):
    put(super_admin, timeZone="Pacific/Honolulu")
    backend.drop("events", {"id": EVENT}, "timeZone")

    assert anonymous.get(f"/events/{EVENT}").json["timeZone"] == "America/Chicago"


@pytest.mark.parametrize(
    "time_zone",
    [
        *("america/chicago", "Central Time", "CST6CDT", "EST", "Etc/GMT+5", "GMT", "localtime"),
        *("posix/America/Chicago", "../America/Chicago", "/etc/passwd", "America/../../passwd"),
        *("America", "America/", "America/Argentina", "America/Chicago\n", "Mars/Olympus", "", 6),
        "America/" + "a" * 100,
    ],
)
def test_a_time_zone_that_names_no_place_is_rejected_at_its_field(super_admin, backend, time_zone):
    assert put(super_admin, timeZone=time_zone).fields == {"timeZone"}
    assert not backend.rows("events")


def test_fractions_of_a_second_are_dropped_and_do_not_count_as_a_change(super_admin, backend):
    fractional = {"registrationOpensAt": "2026-11-01T08:00:00.250Z"}
    assert put(super_admin, **fractional).json["registrationOpensAt"] == "2026-11-01T08:00:00Z"
    before = backend.everything()

    assert put(super_admin, **fractional).status == 200
    assert backend.everything() == before


def test_each_change_is_in_the_audit_without_its_values(super_admin, backend):
    put(super_admin)
    put(super_admin, name="Spring Fair", version=1)

    first, second = sorted(backend.rows("audit"), key=lambda row: row["id"])
    assert (first["action"], second["action"]) == ("event.created", "event.changed")
    assert second["subject"] == EVENT
    assert second["actor"] == super_admin.account["id"]
    assert second["fields"] == ["name", "version"]
    assert "Spring Fair" not in str(second)


def test_registration_opens_at_its_moment_and_is_closed_at_its_closing(anonymous, backend):
    now = clock.now()
    event = create_event(registration_opens_at=now, registration_closes_at=now + timedelta(hours=1))

    assert event.is_open_at(now)
    assert not event.is_open_at(now - timedelta(seconds=1))
    assert event.is_open_at(now + timedelta(minutes=59, seconds=59))
    assert not event.is_open_at(now + timedelta(hours=1))


def test_an_event_ends_with_its_last_day_in_its_time_zone():
    event = an_event(ends_on=date(2027, 9, 19), time_zone="America/Chicago")
    over = datetime(2027, 9, 20, 5, tzinfo=UTC)

    assert not event.is_over_at(over - timedelta(seconds=1))
    assert event.is_over_at(over)


def test_events_are_listed_the_latest_first_and_paged(anonymous, backend):
    for year in range(2027, 2032):
        start = clock.now().date().replace(year=year, month=9, day=3)
        create_event(id=f"fair-{year}", starts_on=start, ends_on=start)

    first = anonymous.get("/events?limit=3").json
    second = anonymous.get(f"/events?limit=3&cursor={first['cursor']}").json
    assert [e["id"] for e in first["items"] + second["items"]] == [
        f"fair-{year}" for year in range(2031, 2026, -1)
    ]
    assert second["cursor"] is None


@pytest.mark.parametrize("which", ["nothing", f"{EVENT}%23places", "a" * 65, "a.b"])
def test_an_invalid_event_id_returns_404(anonymous, backend, which):
    create_event()

    assert anonymous.get(f"/events/{which}").status == 404


def test_a_client_that_sends_no_offer_hours_leaves_them_as_they_are(super_admin, backend):
    put(super_admin, offerHours=24)
    changed = put(super_admin, name="Spring Fair", version=1)

    assert changed.json["offerHours"] == 24
    assert put(super_admin, name="Spring Fair", offerHours=None, version=2).json["version"] == 2
    backend.drop("events", {"id": EVENT}, "offerHours")
    assert super_admin.get(f"/events/{EVENT}").json["offerHours"] == 48


@pytest.mark.parametrize("hours", [0, -1, 337, 1.5, "48", True])
def test_offer_hours_are_a_whole_number_up_to_two_weeks(super_admin, backend, hours):
    assert put(super_admin, offerHours=hours).fields == {"offerHours"}
    assert not backend.rows("events")


def test_a_hidden_event_is_there_for_staff_alone(super_admin, anonymous, other_applicant):
    put(super_admin)
    create_event(id="other")
    hidden = put(super_admin, hidden=True, version=1).json

    assert hidden["hidden"]
    assert anonymous.get(f"/events/{EVENT}").status == 404
    assert [event["id"] for event in anonymous.get("/events").json["items"]] == ["other"]
    assert super_admin.get(PATH).json == hidden
    listed = super_admin.get("/admin/events").json["items"]
    assert {event["id"]: event["hidden"] for event in listed} == {EVENT: True, "other": False}
    assert other_applicant.request("PUT", f"/registrations/{EVENT}", {"form": FORM}).status == 404
    assert other_applicant.get(f"/registrations/{EVENT}/event").status == 404


def test_hiding_an_event_keeps_existing_registrations_usable(super_admin, other_applicant):
    put(super_admin)
    path = f"/registrations/{EVENT}"
    assert other_applicant.request("PUT", path, {"form": FORM}).status == 201
    hidden = put(super_admin, hidden=True, version=1).json

    assert other_applicant.get(f"{path}/event").json == hidden
    assert (
        other_applicant.request(
            "PUT", path, {"form": FORM | {"city": "Eagan"}, "version": 1}
        ).status
        == 200
    )
    assert other_applicant.post(f"{path}/submit").json["status"] == "Submitted"
    assert other_applicant.post(f"{path}/withdraw").json["status"] == "Withdrawn"


def test_a_missing_hidden_field_keeps_the_event_hidden(super_admin, anonymous, backend):
    put(super_admin, hidden=True)

    assert put(super_admin, name="Spring Fair", version=1).json["hidden"]
    assert not put(super_admin, name="Spring Fair", hidden=False, version=2).json["hidden"]
    assert anonymous.get(f"/events/{EVENT}").status == 200
    assert "hidden" not in next(row for row in backend.rows("events") if row["id"] == EVENT)


@pytest.mark.parametrize("hidden", ["true", 1, "yes"])
def test_hidden_is_true_or_false(super_admin, backend, hidden):
    assert put(super_admin, hidden=hidden).fields == {"hidden"}
    assert not backend.rows("events")


def test_hidden_events_do_not_shorten_a_page(super_admin, anonymous, backend):
    for number in range(5):
        create_event(id=f"fair-{number}", hidden=number != 2)

    event_ids, cursor = [], None
    for _ in range(6):
        page = anonymous.get(f"/events?limit=2{f'&cursor={cursor}' if cursor else ''}").json
        event_ids += [event["id"] for event in page["items"]]
        if not (cursor := page["cursor"]):
            break
    assert event_ids == ["fair-2"]


ENGLISH = {
    "language": "en",
    "description": "A fair.\nWith animals.",
    "pay": "$17 an hour",
    "address": "500 Elm Street",
    "hours": None,
    "contact": None,
}
SPANISH = ENGLISH | {"language": "es", "description": "Una feria.", "pay": "$17 por hora"}


def test_an_event_has_texts_in_each_language(super_admin, anonymous):
    put(super_admin, texts=[ENGLISH, SPANISH])

    assert anonymous.get(f"/events/{EVENT}").json["texts"] == [ENGLISH, SPANISH]


def test_a_client_that_sends_no_texts_leaves_them_and_an_empty_list_removes_them(super_admin):
    put(super_admin, texts=[ENGLISH])

    assert put(super_admin, name="Fair", version=1).json["texts"] == [ENGLISH]
    assert put(super_admin, name="Fair", texts=[], version=2).json["texts"] == []


@pytest.mark.parametrize(
    ("texts", "fields"),
    [
        ([ENGLISH, ENGLISH], {"texts"}),
        ([ENGLISH | {"language": "xx"}], {"texts.0.language"}),
        ([ENGLISH | {"pay": "x" * 255}], {"texts.0.pay"}),
    ],
)
def test_invalid_texts_are_named(super_admin, backend, texts, fields):
    assert put(super_admin, texts=texts).fields == fields
    assert not backend.rows("events")


def test_an_event_of_before_has_no_texts_and_blank_ones_are_none(super_admin, backend):
    made = put(super_admin, texts=[dict.fromkeys(ENGLISH, "") | {"language": "en"}])

    assert made.json["texts"] == []
    assert "texts" not in backend.rows("events")[0]


def test_a_reader_gets_the_other_language_where_a_text_is_missing():
    english = EventTexts(Language("en"), address="500 Elm Street", pay="$17")
    spanish = EventTexts(Language("es"), pay="$17 por hora")
    event = an_event(texts=(english, spanish))

    assert event.texts_in(Language("es")).pay == "$17 por hora"
    assert event.texts_in(Language("es")).address == "500 Elm Street"
