"""Events and their places, as DynamoDB keeps them.

How many places are taken stands in an item of its own, beside the capacity that it is held
against: whoever submits writes there, and whoever reads the event does not meet them.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from chalicelib.events.event import FORMER_TIME_ZONE, Age, Event
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database, Item, Partition, Read, Write

EVENTS = "events"
_BY_START = "byStart"
KIND = "event"
_ALL = Partition(
    EVENTS,
    key=("kind", "startsOn", "id"),
    index=_BY_START,
    condition="kind = :kind",
    values={":kind": KIND},
)


class EventChanged(Exception):
    """The event is not as it was read any more."""


class PlacesChanged(Exception):
    """There is no place any more, or there is one again."""


class EventStore:
    """The table ``events``."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def get(self, event_id: str) -> Event | None:
        """Return an event; None if there is none."""
        return self._database.get(self.reading(event_id))

    def reading(self, event_id: str) -> Read[Event]:
        """Return how an event is read, for whoever reads something else along with it."""
        return Read(EVENTS, {"id": event_id}, _from_item)

    def reading_places(self, event_id: str) -> Read[bool]:
        """Return how to read whether a place is free."""
        return Read(EVENTS, _places(event_id), _has_place)

    def listed(
        self, limit: int, after: dict[str, str] | None
    ) -> tuple[list[Event], dict[str, str] | None]:
        """Return events, the latest first, and where to go on."""
        items, rest = self._database.query(_ALL, limit, after)
        return [_from_item(item) for item in items], rest

    def identifiers(self) -> Iterator[str]:
        """Give the identifier of every event there is or was: none is ever deleted."""
        return (item["id"] for item in self._database.every(_ALL))

    def put(self, event: Event, also: Sequence[Write]) -> None:
        """Write a new event, or the next version of one, with its capacity and what comes along.

        Raises:
            EventChanged: it is not of the version before.
        """
        first = event.version == 1
        unchanged = "attribute_not_exists(id)" if first else "version = :seen"
        seen = {} if first else {":seen": event.version - 1}
        condition = {"ConditionExpression": unchanged}
        writes = [
            Write("Put", EVENTS, _to_item(event), condition, seen, otherwise=EventChanged),
            _bounding_places(event),
        ]
        self._database.transact([*writes, *also])

    def taking_place(self, event_id: str) -> Write:
        """Return the write that takes a place; it raises PlacesChanged if none is free."""
        return Write(
            "Update",
            EVENTS,
            _places(event_id),
            {
                "UpdateExpression": "SET taken = taken + :one",
                "ConditionExpression": "attribute_not_exists(places) OR taken < places",
            },
            {":one": 1},
            otherwise=PlacesChanged,
        )

    def freeing_place(self, event_id: str) -> Write:
        """Return the write that gives a place back."""
        return Write(
            "Update",
            EVENTS,
            _places(event_id),
            {"UpdateExpression": "SET taken = taken - :one"},
            {":one": 1},
        )

    def finding_none(self, event_id: str) -> Write:
        """Return the check that no place is free; it raises PlacesChanged if one is."""
        return Write(
            "ConditionCheck",
            EVENTS,
            _places(event_id),
            {"ConditionExpression": "taken >= places"},
            otherwise=PlacesChanged,
        )


def _bounding_places(event: Event) -> Write:
    counting = "SET taken = if_not_exists(taken, :none)"
    if event.capacity is None:
        expression, values = f"{counting} REMOVE places", {":none": 0}
    else:
        expression = f"{counting}, places = :places"
        values = {":none": 0, ":places": event.capacity}
    return Write("Update", EVENTS, _places(event.id), {"UpdateExpression": expression}, values)


def _places(event_id: str) -> Item:
    return {"id": f"{event_id}#places"}


def _has_place(item: Item) -> bool:
    return "places" not in item or bool(item["taken"] < item["places"])


def _to_item(event: Event) -> Item:
    item = {
        "id": event.id,
        "kind": KIND,
        "name": event.name,
        "startsOn": event.starts_on.isoformat(),
        "endsOn": event.ends_on.isoformat(),
        "timeZone": event.time_zone,
        "registrationOpensAt": clock.to_text(event.registration_opens_at),
        "registrationClosesAt": clock.to_text(event.registration_closes_at),
        "minimumAge": event.minimum_age.value,
        "capacity": event.capacity,
        "version": event.version,
    }
    return {name: value for name, value in item.items() if value is not None}


def _from_item(item: Item) -> Event:
    return Event(
        id=item["id"],
        name=item["name"],
        starts_on=date.fromisoformat(item["startsOn"]),
        ends_on=date.fromisoformat(item["endsOn"]),
        time_zone=item.get("timeZone", FORMER_TIME_ZONE),
        registration_opens_at=clock.from_text(item["registrationOpensAt"]),
        registration_closes_at=clock.from_text(item["registrationClosesAt"]),
        minimum_age=Age(item["minimumAge"]),
        capacity=item.get("capacity"),
        version=item["version"],
    )
