"""The counters of an event's places, and the offers of places, in DynamoDB.

The counters of an event are a separate item in the table ``events``, with a copy of the capacity.
Submissions write this item, and so don't conflict with changes of the event. Its attribute
``taken`` includes offered places, so that an earlier version of the service, which has no offers,
gives none of them away.

An offer is a separate item, too, and not an attribute of the registration: an earlier version of
the service replaces the whole registration, and would drop the attribute. For offers, the attribute
``startsOn`` is the deadline, so that the index ``byStart`` sorts all offers by their deadlines.
"""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.events.place import Offer, PlaceCounts, PlaceState
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Item, Query, Read, Write

EVENTS = "events"
BY_START = "byStart"
_KIND = "offer"
_HAS_FREE = "(attribute_not_exists(places) OR taken < places)"
_NONE_WAITING = "(attribute_not_exists(waiting) OR waiting <= :zero)"
_COUNTERS = ("taken", "offered", "waiting")


class PlacesChanged(Exception):
    """The places or the offer have changed since they were read."""


class OfferExists(PlacesChanged):
    """The registration already has an offer."""


class PlacesStore:
    """The counters and offers in the table ``events``."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def read(self, event_id: str) -> PlaceCounts | None:
        """Return an event's counters; None if the event doesn't exist."""
        return self._database.get(self.counts_read(event_id))

    def counts_read(self, event_id: str) -> Read[PlaceCounts]:
        """Return the read of an event's counters."""
        return Read(EVENTS, _counters_key(event_id), _to_counts)

    def offer_read(self, event_id: str, user_id: str) -> Read[Offer]:
        """Return the read of the offer to a registration."""
        return Read(EVENTS, _offer_key(event_id, user_id), _to_offer)

    def offers(self, due_at: datetime | None = None) -> Iterator[Offer]:
        """Yield the offers of all events, the earliest deadline first.

        Args:
            due_at: return only offers whose deadline has passed by this time; None for all.
        """
        condition, values = "kind = :kind", {":kind": _KIND}
        if due_at:
            condition += " AND startsOn <= :due"
            values[":due"] = clock.to_text(due_at)
        offers = Query(
            EVENTS,
            key=("kind", "startsOn", "id"),
            index=BY_START,
            condition=condition,
            values=values,
            ascending=True,
        )
        return map(_to_offer, self._database.query_all(offers))

    def move_write(
        self,
        event_id: str,
        before: PlaceState,
        after: PlaceState,
        *,
        in_turn: bool = False,
        if_full: bool = False,
    ) -> Write:
        """Return the write that changes the counters for a new place state of a registration.

        It raises PlacesChanged if the registration needs a place, and none is free.

        Args:
            event_id: the event ID.
            before: the current place state of the registration.
            after: its new place state.
            in_turn: whether a place for which others wait doesn't count as free.
            if_full: whether the registration may join the waiting list only if no place is free.
        """
        differences = {
            name: new - old
            for name, old, new in zip(_COUNTERS, before.value, after.value, strict=True)
            if new != old
        }
        assignments = [f"{name} = if_not_exists({name}, :zero) + :{name}" for name in differences]
        values: Item = {":zero": 0}
        values |= {f":{name}": difference for name, difference in differences.items()}
        if "waiting" in differences:
            assignments.append("waitingChangedAt = :now")
            values[":now"] = clock.to_text(clock.now())
        expressions = {"UpdateExpression": f"SET {', '.join(assignments)}"}
        if differences.get("taken", 0) > 0:
            conditions = [_HAS_FREE, *([_NONE_WAITING] if in_turn else [])]
            expressions["ConditionExpression"] = " AND ".join(conditions)
        elif if_full and after is PlaceState.WAITING:
            is_full = "taken >= places"
            condition = f"{is_full} OR waiting > :zero" if in_turn else is_full
            expressions["ConditionExpression"] = condition
        key = _counters_key(event_id)
        return Write("Update", EVENTS, key, expressions, values, on_condition_failed=PlacesChanged)

    def recount(
        self, event_id: str, counts_before: PlaceCounts, waitlisted: int, now: datetime
    ) -> None:
        """Write the counted length of the waiting list.

        Args:
            event_id: the event ID.
            counts_before: the counters as they were read before the registrations.
            waitlisted: the number of registrations that wait without an offer.
            now: the current time.

        Raises:
            PlacesChanged: a registration joined or left the waiting list since the counters were
                read.
        """
        unchanged = "(waiting = :before OR attribute_not_exists(waiting) AND :before = :zero)"
        values: Item = {":after": waitlisted, ":true": True, ":now": clock.to_text(now)}
        values |= {":before": counts_before.waitlisted, ":zero": 0}
        if counts_before.waitlist_changed_at:
            unchanged += " AND waitingChangedAt = :changed"
            values[":changed"] = clock.to_text(counts_before.waitlist_changed_at)
        else:
            unchanged += " AND attribute_not_exists(waitingChangedAt)"
        expressions = {
            "UpdateExpression": "SET waiting = :after, counted = :true, recountedAt = :now",
            "ConditionExpression": unchanged,
        }
        key = _counters_key(event_id)
        write = Write("Update", EVENTS, key, expressions, values, on_condition_failed=PlacesChanged)
        self._database.transact([write])

    def waitlist_changed_write(self, event_id: str) -> Write:
        """Return the write that records a change of the waiting list that changes no counter.

        It delays the next recount until the index of the waiting list is up to date.
        """
        update = {"UpdateExpression": "SET waitingChangedAt = :now"}
        values = {":now": clock.to_text(clock.now())}
        return Write("Update", EVENTS, _counters_key(event_id), update, values)

    def put_offer_write(self, offer: Offer) -> Write:
        """Return the write of an offer; it raises OfferExists if the registration has one."""
        not_exists = {"ConditionExpression": "attribute_not_exists(id)"}
        return Write("Put", EVENTS, _from_offer(offer), not_exists, on_condition_failed=OfferExists)

    def delete_offer_write(self, offer: Offer) -> Write:
        """Return the write that deletes an offer; it raises PlacesChanged if the offer changed."""
        unchanged = {"ConditionExpression": "startsOn = :until AND offeredAt = :offered_at"}
        key = _offer_key(offer.event_id, offer.user_id)
        values = {
            ":until": clock.to_text(offer.until),
            ":offered_at": clock.to_text(offer.offered_at),
        }
        return Write("Delete", EVENTS, key, unchanged, values, on_condition_failed=PlacesChanged)

    def no_offer_check(self, event_id: str, user_id: str) -> Write:
        """Return the check that a registration has no offer; it raises PlacesChanged."""
        not_exists = {"ConditionExpression": "attribute_not_exists(id)"}
        key = _offer_key(event_id, user_id)
        return Write("ConditionCheck", EVENTS, key, not_exists, on_condition_failed=PlacesChanged)


def capacity_write(event_id: str, capacity: int | None, *, is_new: bool) -> Write:
    """Return the write that sets an event's capacity, and creates the counters of a new event.

    Args:
        event_id: the event ID.
        capacity: the number of places; None for any number.
        is_new: whether the event is new. Only then is its waiting list counted from the start; for
            an event of an earlier version, a migration counts it first.
    """
    counters = ["taken", *(["waiting"] if is_new else [])]
    assignments = [f"{name} = if_not_exists({name}, :zero)" for name in counters]
    values: Item = {":zero": 0}
    if is_new:
        assignments.append("counted = :true")
        values[":true"] = True
    if capacity is None:
        expression = f"SET {', '.join(assignments)} REMOVE places"
    else:
        expression = f"SET {', '.join([*assignments, 'places = :places'])}"
        values[":places"] = capacity
    return Write(
        "Update", EVENTS, _counters_key(event_id), {"UpdateExpression": expression}, values
    )


def count_waiting_write(event_id: str) -> Write:
    """Return the write that counts a registration that was on the waiting list uncounted."""
    increment = "SET waiting = if_not_exists(waiting, :zero) + :one, waitingChangedAt = :now"
    values = {":zero": 0, ":one": 1, ":now": clock.to_text(clock.now())}
    update = {"UpdateExpression": increment}
    return Write("Update", EVENTS, _counters_key(event_id), update, values)


def _counters_key(event_id: str) -> Item:
    return {"id": f"{event_id}#places"}


def _offer_key(event_id: str, user_id: str) -> Item:
    return {"id": f"{event_id}#offer#{user_id}"}


def _to_counts(item: Item) -> PlaceCounts:
    offered = item.get("offered", 0)
    return PlaceCounts(
        capacity=item.get("places"),
        taken=item["taken"] - offered,
        offered=offered,
        waitlisted=item.get("waiting", 0),
        is_counted=item.get("counted", False),
        waitlist_changed_at=_timestamp(item.get("waitingChangedAt")),
        recounted_at=_timestamp(item.get("recountedAt")),
    )


def _timestamp(text: str | None) -> datetime | None:
    return clock.from_text(text) if text else None


def _from_offer(offer: Offer) -> Item:
    return {
        **_offer_key(offer.event_id, offer.user_id),
        "kind": _KIND,
        "startsOn": clock.to_text(offer.until),
        "eventId": offer.event_id,
        "userId": offer.user_id,
        "offeredAt": clock.to_text(offer.offered_at),
    }


def _to_offer(item: Item) -> Offer:
    return Offer(
        event_id=item["eventId"],
        user_id=item["userId"],
        offered_at=clock.from_text(item["offeredAt"]),
        until=clock.from_text(item["startsOn"]),
    )
