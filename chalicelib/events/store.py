"""Events, in DynamoDB. Their places are in places_store.py."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from chalicelib.events import places_store, shards_store
from chalicelib.events.event import (
    DEFAULT_OFFER_HOURS,
    LEGACY_TIME_ZONE,
    TEXT_NAMES,
    Event,
    EventTexts,
    MinimumAge,
)
from chalicelib.events.place import PlaceCounts, ShardCounts
from chalicelib.events.places_store import BY_START, EVENTS
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Item, Query, Read, Write
from chalicelib.platform.languages import Language

_LANGUAGES = frozenset(Language)
KIND = "event"
_ALL = Query(
    EVENTS,
    key_attributes=("kind", "startsOn", "id"),
    index=BY_START,
    key_condition="kind = :kind",
    expression_values={":kind": KIND},
)
_PUBLIC = replace(
    _ALL,
    filter_expression="attribute_not_exists(#hidden)",
    expression_names={"#hidden": "hidden"},
)


class EventChanged(Exception):
    """The event is not as it was read any more."""


class EventStore:
    """The table ``events``."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def get(self, event_id: str) -> Event | None:
        """Return an event; None if it doesn't exist."""
        return self._database.get(self.event_read(event_id))

    def event_read(self, event_id: str) -> Read[Event]:
        """Return the read of an event, to batch with other reads."""
        return Read(EVENTS, {"id": event_id}, _from_item)

    def list_page(
        self, limit: int, position: dict[str, str] | None, *, with_hidden: bool
    ) -> tuple[list[Event], dict[str, str] | None]:
        """Return events, the latest first, and the next page's position."""
        items, next_position = self._database.query(
            _ALL if with_hidden else _PUBLIC, limit, position
        )
        return [_from_item(item) for item in items], next_position

    def identifiers(self) -> Iterator[str]:
        """Give the identifier of every event there is or was: none is ever deleted."""
        return (item["id"] for item in self._database.query_all(_ALL))

    def starting_from(self, day: date) -> Iterator[Event]:
        """Yield the events whose first day is this one or a later one, the latest first."""
        query = replace(
            _ALL,
            key_condition=f"{_ALL.key_condition} AND startsOn >= :day",
            expression_values={**_ALL.expression_values, ":day": day.isoformat()},
        )
        return map(_from_item, self._database.query_all(query))

    def put(
        self, event: Event, extra_writes: Sequence[Write], counts: PlaceCounts | None = None
    ) -> None:
        """Write a new event, or the next version of one, with its capacity and what comes along.

        Args:
            event: the event.
            extra_writes: other writes of the same transaction.
            counts: the complete counters of the event's places; None for those of a new event.

        Raises:
            EventChanged: it is not of the version before.
            PlacesChanged: the counters have changed since they were read.
        """
        is_new = event.version == 1
        expression = "attribute_not_exists(id)" if is_new else "version = :seen"
        values = {} if is_new else {":seen": event.version - 1}
        condition = {"ConditionExpression": expression}
        writes = [
            Write(
                "Put", EVENTS, _to_item(event), condition, values, on_condition_failed=EventChanged
            ),
            *capacity_writes(event, counts, is_new=is_new),
        ]
        self._database.transact([*writes, *extra_writes])


def capacity_writes(event: Event, counts: PlaceCounts | None, *, is_new: bool) -> Iterator[Write]:
    """Yield the writes that set an event's capacity, and create the counters of a new event."""
    if event.counter_shards == 1 and (counts is None or not counts.is_sharded):
        yield places_store.capacity_write(event.id, event.capacity, is_new=is_new)
        return
    none = PlaceCounts(None, (ShardCounts(0, None, 0, 0, 0),), is_counted=is_new)
    # Of a new event, everything is counted from the start.
    marks = {"counted": True, "summarized": True} if is_new else {}
    yield from shards_store.divide_writes(
        event.id, counts or none, event.capacity, event.counter_shards, marks=marks
    )


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
        "offerHours": event.offer_hours,
        "version": event.version,
        # Only where it is: the index's filter for the public asks whether it is there.
        "hidden": event.hidden or None,
        "counterShards": event.counter_shards if event.counter_shards > 1 else None,
        "texts": [_texts_to_item(one) for one in event.texts] or None,
    }
    return {name: value for name, value in item.items() if value is not None}


def _texts_to_item(texts: EventTexts) -> Item:
    given = {name: getattr(texts, name) for name in TEXT_NAMES}
    return {"language": texts.language.value} | {name: text for name, text in given.items() if text}


def _texts_from_item(item: Item) -> EventTexts:
    return EventTexts(Language(item["language"]), *(item.get(name) for name in TEXT_NAMES))


def _from_item(item: Item) -> Event:
    return Event(
        id=item["id"],
        name=item["name"],
        starts_on=date.fromisoformat(item["startsOn"]),
        ends_on=date.fromisoformat(item["endsOn"]),
        time_zone=item.get("timeZone", LEGACY_TIME_ZONE),
        registration_opens_at=clock.from_text(item["registrationOpensAt"]),
        registration_closes_at=clock.from_text(item["registrationClosesAt"]),
        minimum_age=MinimumAge(item["minimumAge"]),
        capacity=item.get("capacity"),
        version=item["version"],
        offer_hours=item.get("offerHours", DEFAULT_OFFER_HOURS),
        hidden=item.get("hidden", False),
        counter_shards=item.get("counterShards", 1),
        # A language that this version doesn't have may come from a later one.
        texts=tuple(
            _texts_from_item(one) for one in item.get("texts", ()) if one["language"] in _LANGUAGES
        ),
    )
