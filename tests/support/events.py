"""Events and registration forms."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.events.event import Event, MinimumAge
from chalicelib.events.store import EventStore
from chalicelib.platform.dynamodb import database
from chalicelib.registrations.note import HistoryAction
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.store import RegistrationStore
from chalicelib.registrations.workflow import Status
from tests.support.environments import Stage
from tools import fixtures

EVENT = fixtures.EVENT
EVENT_BODY = fixtures.EVENT_BODY | {"capacity": 1200}
# All that must be there to submit, and something of each kind besides.
FORM = fixtures.FORM | {
    "noMiddleName": True,
    "ethnicity": "NotSpecified",
    "email": "river@example.com",
}


def an_event(**overrides: Any) -> Event:
    """An event whose registration has been open for a while and stays so."""
    usual = Event(
        id=EVENT,
        name="Harvest Fair",
        starts_on=date(2027, 9, 3),
        ends_on=date(2027, 9, 19),
        time_zone="America/Chicago",
        registration_opens_at=datetime(2026, 11, 1, 8, tzinfo=UTC),
        registration_closes_at=datetime(2027, 8, 15, tzinfo=UTC),
        minimum_age=MinimumAge.SIXTEEN,
        capacity=1200,
        version=1,
    )
    return replace(usual, **overrides)


def create_event(**overrides: Any) -> Event:
    """Write an event, past every rule."""
    event = an_event(**overrides)
    EventStore(database()).put(event, [])
    return event


def place_counters(stage: Stage, event_id: str = EVENT) -> Counter[str]:
    """Return the sums of the counters of all shards of an event."""
    totals: Counter[str] = Counter()
    for row in stage.rows("events"):
        if row["id"].startswith(f"{event_id}#places"):
            names = ("taken", "offered", "waiting", "places")
            totals.update({name: int(row.get(name, 0)) for name in names})
    return totals


def make_registration(number: int, **overrides: Any) -> Registration:
    """The registration of one of many people, submitted a second after the one before."""
    at = datetime(2026, 11, 2, tzinfo=UTC) + timedelta(seconds=number)
    form = FORM | overrides.pop("form", {})
    usual = Registration(
        user_id=f"person-{number:05}",
        username=f"person.{number}",
        event_id=EVENT,
        event_starts_on=date(2027, 9, 3),
        reference=f"{number:06}",
        status=Status.SUBMITTED,
        version=1,
        form={name: value for name, value in form.items() if value is not None},
        created_at=at,
        updated_at=at,
        submitted_at=at,
        acknowledged_at=at,
        expires_at=datetime(2028, 10, 23, tzinfo=UTC),
    )
    return replace(usual, **overrides)


def store_registrations(*registrations: Registration) -> None:
    """Write registrations, past every rule."""
    for registration in registrations:
        RegistrationStore(database()).save(
            None, registration, actor="unknown", action=HistoryAction.SAVED
        )
