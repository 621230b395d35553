"""Events: list, read, create, and change them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.events import change_events
from chalicelib.events.event import DEFAULT_OFFER_HOURS, Event, EventView, find_date_errors, to_view
from chalicelib.events.place import PlaceCounts
from chalicelib.events.places import PlacesChanged, PlaceService, place_service
from chalicelib.events.store import EventChanged, EventStore
from chalicelib.platform import audit, cloud_events, settings
from chalicelib.platform.conflicts import retry_on_conflict
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import NotFound, VersionConflict
from chalicelib.platform.field_errors import InvalidFields
from chalicelib.platform.fields import to_camel
from chalicelib.platform.items import Read, Write
from chalicelib.sessions.cursors import Cursors
from chalicelib.sessions.keys import Keys, session_keys
from chalicelib.sessions.session import CurrentUser

_SCOPE = "events"


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events, and the cursor of the next page."""

    items: list[EventView]
    cursor: str | None


class EventService:
    """The events of one stage."""

    def __init__(self, store: EventStore, places: PlaceService, keys: Keys) -> None:
        """Use a store, the places, and the keys that sign cursors."""
        self._store = store
        self._places = places
        self._keys = keys

    def list_page(
        self, now: datetime, limit: int, cursor: str | None, *, with_hidden: bool = False
    ) -> EventPage:
        """List events, the latest first.

        Args:
            now: the current time.
            limit: the largest page size.
            cursor: where to go on; None for the first page.
            with_hidden: whether hidden events are listed, too, as staff see them.

        Raises:
            InvalidFields: the cursor belongs to another list.
        """
        scope = f"{_SCOPE} with hidden" if with_hidden else _SCOPE
        cursors = Cursors(self._keys, now)
        position = cursors.verify(cursor, scope) if cursor else None
        events, next_position = self._store.list_page(limit, position, with_hidden=with_hidden)
        next_cursor = cursors.sign(next_position, scope) if next_position else None
        return EventPage([to_view(event, now) for event in events], next_cursor)

    def get(self, event_id: str) -> Event:
        """Return an event.

        Raises:
            NotFound: it does not exist.
        """
        event = self._store.get(event_id)
        if event is None:
            raise NotFound
        return event

    def public(self, event_id: str) -> Event:
        """Return an event as the public sees it.

        Raises:
            NotFound: the event doesn't exist, or it is hidden.
        """
        event = self.get(event_id)
        if event.hidden:
            raise NotFound
        return event

    def put(
        self,
        event_id: str,
        values: Mapping[str, Any],
        expected_version: int | None,
        current_user: CurrentUser,
        request_id: str,
        now: datetime,
    ) -> bool:
        """Create an event, or replace what is stored of it.

        A request for what is stored already does nothing, even if it names an old version.

        Args:
            event_id: the event's identifier.
            values: the fields of an :class:`Event` that the client sent. A client that is older
                than a field does not send it: then the stored value stays.
            expected_version: the version that the client has read; None for a new event.
            current_user: the SuperAdmin who asks.
            request_id: the request's identifier.
            now: the current time.

        Returns:
            Whether the event is new.

        Raises:
            InvalidFields: its dates contradict each other.
            VersionConflict: it exists already, or in another version.
        """
        current = self._store.get(event_id)
        requested = _new_version(event_id, values, current)
        if current and replace(requested, version=current.version) == current:
            return False
        # Dates that were stored by the rules of an earlier version do not stand in the way of a
        # new name.
        if (errors := find_date_errors(requested)) and not (
            current and _same_dates(requested, current)
        ):
            raise InvalidFields(errors)
        if expected_version != (current.version if current else None):
            raise VersionConflict(to_view(current, now)) if current else NotFound
        event = replace(requested, version=(expected_version or 0) + 1)
        audit_write = audit.entry_write(
            subject=event.id,
            actor=current_user.account.id,
            action="event.changed" if current else "event.created",
            fields=_changed_fields(current, event),
            request_id=request_id,
            now=now,
        )
        event_write = cloud_events.write(
            change_events.EventChanged,
            now,
            event_id=event.id,
            is_new=current is None,
            changed_fields=sorted(
                map(to_camel, set(_changed_fields(current, event)) - {"version"})
            ),
            version=event.version,
        )
        try:
            self._put(event, current, audit_write, event_write)
        except EventChanged:
            stored = self.get(event.id)
            # The same request, sent again while the first was on its way, has nothing left to do.
            if event == stored:
                return False
            raise VersionConflict(to_view(stored, now)) from None
        return current is None

    def _put(self, event: Event, current: Event | None, *extra_writes: Write) -> None:
        """Write an event, and divide its capacity among its shards.

        Raises:
            EventChanged: it is not of the version before.
            ServiceUnavailable: the counters changed during each attempt.
        """

        def read() -> PlaceCounts | None:
            return self._places.counts(event.id) if current else None

        def attempt(counts: PlaceCounts | None) -> None:
            self._store.put(event, extra_writes, counts)

        retry_on_conflict(read(), attempt, read, PlacesChanged, resource="an event's places")

    def identifiers(self) -> Iterable[str]:
        """Return the identifier of every event that there is or was, the latest first."""
        return self._store.identifiers()

    def events_offering_places(self, now: datetime) -> list[Event]:
        """Return the events whose places may be offered: their first day isn't over yet."""
        # In the zone of the event it may still be the day before, in UTC.
        earliest = (now - timedelta(days=2)).date()
        return [e for e in self._store.starting_from(earliest) if e.offer_deadline(now)]

    def event_read(self, event_id: str) -> Read[Event]:
        """Return the read of an event, to batch with other reads."""
        return self._store.event_read(event_id)


def event_service() -> EventService:
    """Return the event service of this process's stage."""
    return EventService(EventStore(database()), place_service(), session_keys())


def _new_version(event_id: str, values: Mapping[str, Any], current: Event | None) -> Event:
    """Return the event that a client asks for, its version aside."""
    defaults = {
        "time_zone": current.time_zone if current else settings.current().default_time_zone,
        "offer_hours": current.offer_hours if current else DEFAULT_OFFER_HOURS,
        "hidden": current is not None and current.hidden,
        "counter_shards": current.counter_shards if current else 1,
        "texts": current.texts if current else (),
    }
    return Event(**{**defaults, **values, "id": event_id, "version": 0})


def _same_dates(event: Event, stored: Event) -> bool:
    dates = ("starts_on", "ends_on", "registration_opens_at", "registration_closes_at", "time_zone")
    return all(getattr(event, name) == getattr(stored, name) for name in dates)


def _changed_fields(before: Event | None, after: Event) -> Iterable[str]:
    old_values = vars(before) if before else {}
    return (name for name, value in vars(after).items() if old_values.get(name) != value)
