"""Stored events get the time zone that they are read with."""

import pytest

from ops import migrate
from ops.migrations import checkpoint, engine, event_time_zones
from tests.support.environments import STAGE
from tests.support.events import EVENT, create_event


@pytest.fixture(autouse=True)
def _one_at_a_time(monkeypatch, tmp_path):
    monkeypatch.setattr(engine, "WRITERS", 1)
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path / "migrations")


def test_an_event_without_a_time_zone_gets_that_of_chicago(backend):
    create_event()
    create_event(id="luau", time_zone="Pacific/Honolulu")
    before = backend.everything()
    backend.drop("events", {"id": EVENT}, "timeZone")

    assert migrate.run(STAGE, migrations=[event_time_zones.MIGRATION]) == 0
    assert backend.everything() == before
