"""Events: everyone can read them, and a SuperAdmin creates them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.platform import clock
from tests.support.clients import Person
from tests.support.environments import environment
from tests.support.events import EVENT, EVENT_BODY, FORM, an_event, create_event

PATH = f"/admin/events/{EVENT}"


@pytest.fixture
def sue(client, backend):
    """A SuperAdmin."""
    person = Person(client, "sue")
    person.sign_up()
    backend.change("users", {"id": person.account["id"]}, role="SuperAdmin")
    return person


def put(person, **different):
    return person.ask("PUT", PATH, EVENT_BODY | different)


def test_a_new_event_is_public(sue, nobody):
    made = put(sue)

    assert made.status == 201
    added = {"id": EVENT, "version": 1, "isOpen": True, "timeZone": "America/Chicago"}
    assert made.json == EVENT_BODY | added | {"offerHours": 48, "hidden": False}
    assert nobody.get(f"/events/{EVENT}").json == made.json
    assert nobody.get("/events").json == {"items": [made.json], "cursor": None}


def test_an_event_is_changed_with_the_version_that_was_read(sue):
    put(sue)
    changed = put(sue, capacity=None, version=1)

    assert (changed.status, changed.json["capacity"], changed.json["version"]) == (200, None, 2)


@pytest.mark.parametrize("seen", [None, 2, 7])
def test_a_change_with_another_version_returns_the_current_event(sue, seen):
    made = put(sue).json
    refused = put(sue, name="Spring Fair", version=seen)

    assert (refused.status, refused.code) == (409, "stale_version")
    assert refused.json["current"] == made


def test_changing_a_missing_event_returns_404(sue):
    assert put(sue, version=1).status == 404


def test_an_unchanged_event_writes_nothing(sue, backend):
    put(sue)
    before = backend.everything()

    assert [put(sue).status, put(sue, version=1).status, put(sue, version=9).status] == [200] * 3
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
def test_contradictory_dates_are_reported_together(sue, backend, different, wrong):
    refused = put(sue, **different)

    assert (refused.status, refused.fields) == (422, set(wrong))
    assert not backend.rows("events")


def test_times_are_accepted_in_any_zone_and_stored_in_utc(sue):
    made = put(sue, registrationOpensAt="2026-11-01T03:00:00-05:00")

    assert made.json["registrationOpensAt"] == "2026-11-01T08:00:00Z"


@pytest.mark.parametrize(
    ("time_zone", "closing"),
    [
        ("America/Chicago", "2027-09-20T05:00:00Z"),
        ("Pacific/Honolulu", "2027-09-20T10:00:00Z"),
        ("Pacific/Kiritimati", "2027-09-19T10:00:00Z"),
    ],
)
def test_registration_can_stay_open_until_the_last_day_ends_in_the_events_time_zone(
    sue, time_zone, closing
):
    late = clock.to_text(clock.from_text(closing) + timedelta(seconds=1))

    refused = put(sue, timeZone=time_zone, registrationClosesAt=late)
    assert refused.json["fields"] == {
        "registrationClosesAt": "Registration must close before the event ends."
    }
    assert put(sue, timeZone=time_zone, registrationClosesAt=closing).status == 201


def test_an_event_whose_stored_dates_break_a_newer_rule_can_still_be_renamed(sue):
    """Earlier versions let registration close until the day was over everywhere on earth."""
    create_event(registration_closes_at=datetime(2027, 9, 20, 12, tzinfo=UTC))
    stored = {"registrationClosesAt": "2027-09-20T12:00:00Z", "version": 1}

    assert put(sue, name="Autumn Fair", **stored).json["name"] == "Autumn Fair"
    assert put(sue, endsOn="2027-09-18", **stored | {"version": 2}).fields == {
        "registrationClosesAt"
    }


def test_a_new_event_without_a_time_zone_gets_the_default_of_the_stage(sue):
    with environment(DEFAULT_TIME_ZONE="America/Denver"):
        assert put(sue).json["timeZone"] == "America/Denver"


def test_a_missing_time_zone_keeps_the_stored_one(sue):
    put(sue, timeZone="Pacific/Honolulu")

    changed = put(sue, name="Spring Fair", version=1)
    assert changed.json["timeZone"] == "Pacific/Honolulu"
    assert put(sue, name="Spring Fair", timeZone=None, version=2).json["version"] == 2


def test_an_event_that_was_stored_without_a_time_zone_is_in_chicago(sue, backend, nobody):
    put(sue, timeZone="Pacific/Honolulu")
    backend.drop("events", {"id": EVENT}, "timeZone")

    assert nobody.get(f"/events/{EVENT}").json["timeZone"] == "America/Chicago"


@pytest.mark.parametrize(
    "time_zone",
    [
        *("america/chicago", "Central Time", "CST6CDT", "EST", "Etc/GMT+5", "GMT", "localtime"),
        *("posix/America/Chicago", "../America/Chicago", "/etc/passwd", "America/../../passwd"),
        *("America", "America/", "America/Argentina", "America/Chicago\n", "Mars/Olympus", "", 6),
        "America/" + "a" * 100,
    ],
)
def test_a_time_zone_that_names_no_place_is_rejected_at_its_field(sue, backend, time_zone):
    assert put(sue, timeZone=time_zone).fields == {"timeZone"}
    assert not backend.rows("events")


def test_fractions_of_a_second_are_dropped_and_do_not_count_as_a_change(sue, backend):
    fractional = {"registrationOpensAt": "2026-11-01T08:00:00.250Z"}
    assert put(sue, **fractional).json["registrationOpensAt"] == "2026-11-01T08:00:00Z"
    before = backend.everything()

    assert put(sue, **fractional).status == 200
    assert backend.everything() == before


def test_each_change_is_in_the_audit_without_its_values(sue, backend):
    put(sue)
    put(sue, name="Spring Fair", version=1)

    first, second = sorted(backend.rows("audit"), key=lambda row: row["id"])
    assert (first["action"], second["action"]) == ("event.created", "event.changed")
    assert second["subject"] == EVENT
    assert second["actor"] == sue.account["id"]
    assert second["fields"] == ["name", "version"]
    assert "Spring Fair" not in str(second)


def test_registration_opens_at_its_moment_and_is_closed_at_its_closing(nobody, backend):
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


def test_events_are_listed_the_latest_first_and_paged(nobody, backend):
    for year in range(2027, 2032):
        start = clock.now().date().replace(year=year, month=9, day=3)
        create_event(id=f"fair-{year}", starts_on=start, ends_on=start)

    first = nobody.get("/events?limit=3").json
    second = nobody.get(f"/events?limit=3&cursor={first['cursor']}").json
    assert [e["id"] for e in first["items"] + second["items"]] == [
        f"fair-{year}" for year in range(2031, 2026, -1)
    ]
    assert second["cursor"] is None


@pytest.mark.parametrize("which", ["nothing", f"{EVENT}%23places", "a" * 65, "a.b"])
def test_an_invalid_event_id_returns_404(nobody, backend, which):
    create_event()

    assert nobody.get(f"/events/{which}").status == 404


def test_a_client_that_sends_no_offer_hours_leaves_them_as_they_are(sue, backend):
    put(sue, offerHours=24)
    changed = put(sue, name="Spring Fair", version=1)

    assert changed.json["offerHours"] == 24
    assert put(sue, name="Spring Fair", offerHours=None, version=2).json["version"] == 2
    backend.drop("events", {"id": EVENT}, "offerHours")
    assert sue.get(f"/events/{EVENT}").json["offerHours"] == 48


@pytest.mark.parametrize("hours", [0, -1, 337, 1.5, "48", True])
def test_offer_hours_are_a_whole_number_up_to_two_weeks(sue, backend, hours):
    assert put(sue, offerHours=hours).fields == {"offerHours"}
    assert not backend.rows("events")


def test_a_hidden_event_is_there_for_staff_alone(sue, nobody, sky):
    put(sue)
    create_event(id="other")
    hidden = put(sue, hidden=True, version=1).json

    assert hidden["hidden"]
    assert nobody.get(f"/events/{EVENT}").status == 404
    assert [one["id"] for one in nobody.get("/events").json["items"]] == ["other"]
    assert sue.get(PATH).json == hidden
    listed = sue.get("/admin/events").json["items"]
    assert {one["id"]: one["hidden"] for one in listed} == {EVENT: True, "other": False}
    assert sky.ask("PUT", f"/registrations/{EVENT}", {"form": FORM}).status == 404
    assert sky.get(f"/registrations/{EVENT}/event").status == 404


def test_hiding_an_event_keeps_existing_registrations_usable(sue, sky):
    put(sue)
    own = f"/registrations/{EVENT}"
    assert sky.ask("PUT", own, {"form": FORM}).status == 201
    hidden = put(sue, hidden=True, version=1).json

    assert sky.get(f"{own}/event").json == hidden
    assert sky.ask("PUT", own, {"form": FORM | {"city": "Eagan"}, "version": 1}).status == 200
    assert sky.post(f"{own}/submit").json["status"] == "Submitted"
    assert sky.post(f"{own}/withdraw").json["status"] == "Withdrawn"


def test_a_missing_hidden_field_keeps_the_event_hidden(sue, nobody, backend):
    put(sue, hidden=True)

    assert put(sue, name="Spring Fair", version=1).json["hidden"]
    assert not put(sue, name="Spring Fair", hidden=False, version=2).json["hidden"]
    assert nobody.get(f"/events/{EVENT}").status == 200
    assert "hidden" not in next(row for row in backend.rows("events") if row["id"] == EVENT)


@pytest.mark.parametrize("hidden", ["true", 1, "yes"])
def test_hidden_is_true_or_false(sue, backend, hidden):
    assert put(sue, hidden=hidden).fields == {"hidden"}
    assert not backend.rows("events")


def test_hidden_events_do_not_shorten_a_page(sue, nobody, backend):
    for number in range(5):
        create_event(id=f"fair-{number}", hidden=number != 2)

    found, cursor = [], None
    for _ in range(6):
        page = nobody.get(f"/events?limit=2{f'&cursor={cursor}' if cursor else ''}").json
        found += [one["id"] for one in page["items"]]
        if not (cursor := page["cursor"]):
            break
    assert found == ["fair-2"]
