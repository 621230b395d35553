"""Moments as people in a time zone read them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest

from chalicelib.platform import zones
from chalicelib.platform.languages import Language

DEADLINE = datetime(2027, 8, 15, 4, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "language", "expected"),
    [
        ("America/Chicago", Language.ENGLISH, "August 14, 2027 at 11:59 PM CDT"),
        ("America/Chicago", Language("es"), "14 de agosto de 2027, 11:59 p. m. CDT"),
        ("Pacific/Honolulu", Language.ENGLISH, "August 14, 2027 at 6:59 PM HST"),
        ("America/Sao_Paulo", Language.ENGLISH, "August 15, 2027 at 1:59 AM UTC-03:00"),
        ("Asia/Kathmandu", Language.ENGLISH, "August 15, 2027 at 10:44 AM UTC+05:45"),
        ("UTC", Language.ENGLISH, "August 15, 2027 at 4:59 AM UTC"),
    ],
)
def test_a_moment_is_written_by_the_clock_of_its_zone_and_names_it(zone, language, expected):
    assert zones.in_words(DEADLINE, zone, language) == expected


@pytest.mark.parametrize(
    ("hour", "expected"), [(5, "12:05 AM"), (16, "11:05 AM"), (17, "12:05 PM"), (4, "11:05 PM")]
)
def test_noon_and_midnight_are_twelve(hour, expected):
    moment = datetime(2027, 7, 1, hour, 5, tzinfo=UTC)

    assert f" at {expected} CDT" in zones.in_words(moment, "America/Chicago", Language.ENGLISH)


def test_every_inhabited_place_of_the_database_is_a_zone():
    places = {name for name in available_timezones() if name.partition("/")[0] in zones._AREAS}

    assert len(places) > 400
    assert all(map(zones.is_zone, places))


def test_the_shipped_database_knows_the_zones_where_the_system_has_none(monkeypatch):
    monkeypatch.setattr("zoneinfo.TZPATH", ())
    monkeypatch.setattr("zoneinfo._tzpath.TZPATH", ())

    assert ZoneInfo.no_cache("America/Chicago").utcoffset(DEADLINE) is not None
