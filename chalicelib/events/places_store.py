"""The counters of an event's places, and the offers of places, in DynamoDB.

The counters of an event are a separate item in the table ``events``, with a copy of the capacity.
Submissions write this item, and so don't conflict with changes of the event. Its attribute
``taken`` includes offered places, so that an earlier version of the service, which has no offers,
gives none of them away.

An event may have up to 64 such items, its *shards*, so that many people can submit at once. The
first shard is the item that every event has; shards.py divides the capacity among them, and says
which shard counts what.

An offer is a separate item, too, and not an attribute of the registration: an earlier version of
the service replaces the whole registration, and would drop the attribute. For offers, the attribute
``startsOn`` is the deadline, so that the index ``byStart`` sorts all offers by their deadlines.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from chalicelib.events.place import ChosenShard, Offer, PlaceCounts, PlaceState, ShardCounts
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import ConditionFailed, Database
from chalicelib.platform.items import Item, Query, Read, Write

EVENTS = "events"
BY_START = "byStart"
_KIND = "offer"
_HAS_FREE = "(attribute_not_exists(places) OR taken < places)"
_NONE_WAITING = "(attribute_not_exists(waiting) OR waiting <= :zero)"
_NOT_FULL = "attribute_not_exists(isFull)"
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
        """Return an event's counters, from all of its shards; None if the event doesn't exist."""
        counts = self.read_first(event_id)
        return counts and self.read_remaining_shards(event_id, counts)

    def read_first(self, event_id: str) -> PlaceCounts | None:
        """Return the counters of an event's first shard; None if the event doesn't exist."""
        return self._database.get(self.counts_read(event_id))

    def counts_read(self, event_id: str) -> Read[PlaceCounts]:
        """Return the read of an event's first shard, which is complete without other shards."""
        return Read(EVENTS, counters_key(event_id), _to_counts)

    def read_remaining_shards(self, event_id: str, counts: PlaceCounts) -> PlaceCounts:
        """Return counters with those of the other shards, read in one round trip."""
        if counts.is_complete:
            return counts
        reads = (
            Read(EVENTS, counters_key(event_id, number), partial(_to_shard, number))
            for number in range(1, counts.shard_count)
        )
        found: list[ShardCounts | None] = self._database.batch_get(*reads)
        # A shard that another request has removed since counts nothing; a write by this layout
        # fails.
        others = (one or ShardCounts(n, 0, 0, 0, 0) for n, one in enumerate(found, 1))
        return replace(counts, shards=(counts.shards[0], *others))

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
            key_attributes=("kind", "startsOn", "id"),
            index=BY_START,
            key_condition=condition,
            expression_values=values,
            ascending=True,
        )
        return map(_to_offer, self._database.query_all(offers))

    def count_change_write(
        self,
        event_id: str,
        before: PlaceState,
        after: PlaceState,
        shard: ChosenShard | None = None,
        *,
        in_turn: bool = False,
        if_full: bool = False,
    ) -> Write:
        """Return the write that changes the counters for a new place state of a registration.

        It raises PlacesChanged if the registration needs a place, and none is free in the shard; or
        if the capacity was divided anew since the shard was chosen.

        Args:
            event_id: the event ID.
            before: the current place state of the registration.
            after: its new place state.
            shard: where the change counts. A change that needs no condition may omit it.
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
        number, is_sharded = (shard.number, shard.is_sharded) if shard else (0, False)
        conditions: list[str] = []
        if differences.get("taken", 0) > 0:
            conditions.append(_HAS_FREE)
            if in_turn and number == 0:
                conditions.append(_NOT_FULL if is_sharded else _NONE_WAITING)
        elif if_full and after is PlaceState.WAITLISTED and not is_sharded:
            is_full = "taken >= places"
            conditions.append(f"({is_full} OR waiting > :zero)" if in_turn else is_full)
        if is_sharded and number == 0 and differences.get("waiting", 0) > 0:
            assignments.append("isFull = :true")
            values[":true"] = True
        if shard and (conditions or number):
            conditions.append(layout_condition(shard.layout, values))
        expressions = {"UpdateExpression": f"SET {', '.join(assignments)}"}
        if conditions:
            expressions["ConditionExpression"] = " AND ".join(conditions)
        key = counters_key(event_id, number)
        return Write("Update", EVENTS, key, expressions, values, on_condition_failed=PlacesChanged)

    def set_waitlist_only(self, event_id: str, counts: PlaceCounts, *, waitlist_only: bool) -> None:
        """Start or end that each new registration joins the waiting list.

        Args:
            event_id: the event ID.
            counts: the counters by which this was decided.
            waitlist_only: True to start it, False to end it.

        Raises:
            PlacesChanged: the capacity was divided anew in the meantime; or no shard had a free
                place, but now the first one has.
        """
        values: Item = {}
        conditions = [layout_condition(counts.layout, values)]
        if waitlist_only:
            update = "SET isFull = :true"
            values[":true"] = True
            if not counts.has_registration_without_offer:
                conditions.append("taken >= places")
        else:
            update = "REMOVE isFull"
        try:
            self._database.update(
                EVENTS,
                counters_key(event_id),
                values=values,
                UpdateExpression=update,
                ConditionExpression=" AND ".join(conditions),
            )
        except ConditionFailed:
            raise PlacesChanged from None

    def transact(self, writes: list[Write]) -> None:
        """Run all of these writes or none."""
        self._database.transact(writes)

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
        first, *others = counts_before.shards
        unchanged = "(waiting = :before OR attribute_not_exists(waiting) AND :before = :zero)"
        # The other shards keep what they have counted. Only the sum has a meaning.
        first_waitlisted = waitlisted - sum(shard.waitlisted for shard in others)
        values: Item = {":after": first_waitlisted, ":true": True, ":now": clock.to_text(now)}
        values |= {":before": first.waitlisted, ":zero": 0}
        if first.waitlist_changed_at:
            unchanged += " AND waitingChangedAt = :changed"
            values[":changed"] = clock.to_text(first.waitlist_changed_at)
        else:
            unchanged += " AND attribute_not_exists(waitingChangedAt)"
        unchanged += f" AND {layout_condition(counts_before.layout, values)}"
        expressions = {
            "UpdateExpression": "SET waiting = :after, counted = :true, recountedAt = :now",
            "ConditionExpression": unchanged,
        }
        key = counters_key(event_id)
        write = Write("Update", EVENTS, key, expressions, values, on_condition_failed=PlacesChanged)
        self._database.transact([write])

    def waitlist_changed_write(self, event_id: str) -> Write:
        """Return the write that records a change of the waiting list that changes no counter.

        It delays the next recount until the index of the waiting list is up to date.
        """
        update = {"UpdateExpression": "SET waitingChangedAt = :now"}
        values = {":now": clock.to_text(clock.now())}
        return Write("Update", EVENTS, counters_key(event_id), update, values)

    def put_offer_write(self, offer: Offer) -> Write:
        """Return the write of an offer; it raises OfferExists if the registration has one."""
        not_exists = {"ConditionExpression": "attribute_not_exists(id)"}
        return Write("Put", EVENTS, _from_offer(offer), not_exists, on_condition_failed=OfferExists)

    def delete_offer_write(self, offer: Offer) -> Write:
        """Return the write that deletes an offer; it raises PlacesChanged if the offer changed."""
        condition = {"ConditionExpression": "startsOn = :until AND offeredAt = :offered_at"}
        key = _offer_key(offer.event_id, offer.user_id)
        values = {
            ":until": clock.to_text(offer.expires_at),
            ":offered_at": clock.to_text(offer.offered_at),
        }
        return Write("Delete", EVENTS, key, condition, values, on_condition_failed=PlacesChanged)

    def require_no_offer_write(self, event_id: str, user_id: str) -> Write:
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
        assignments.append("counted = :true, summarized = :true")
        values[":true"] = True
    if capacity is None:
        expression = f"SET {', '.join(assignments)} REMOVE places"
    else:
        expression = f"SET {', '.join([*assignments, 'places = :places'])}"
        values[":places"] = capacity
    return Write("Update", EVENTS, counters_key(event_id), {"UpdateExpression": expression}, values)


def count_waiting_write(event_id: str) -> Write:
    """Return the write that counts a registration that was on the waiting list uncounted."""
    increment = "SET waiting = if_not_exists(waiting, :zero) + :one, waitingChangedAt = :now"
    values = {":zero": 0, ":one": 1, ":now": clock.to_text(clock.now())}
    update = {"UpdateExpression": increment}
    return Write("Update", EVENTS, counters_key(event_id), update, values)


def summarized_write(event_id: str) -> Write:
    """Return the write that marks an event whose registrations are all in its summary."""
    update = {"UpdateExpression": "SET summarized = :true"}
    return Write("Update", EVENTS, counters_key(event_id), update, {":true": True})


def layout_condition(layout: int | None, values: Item) -> str:
    """Return the condition that the capacity is still divided as it was, and add its value."""
    if layout is None:
        return "attribute_not_exists(layout)"
    values[":layout"] = layout
    return "layout = :layout"


def counters_key(event_id: str, shard: int = 0) -> Item:
    """Return the key of a shard; that of the first one is as it was before there were shards."""
    return {"id": f"{event_id}#places#{shard}" if shard else f"{event_id}#places"}


def _offer_key(event_id: str, user_id: str) -> Item:
    return {"id": f"{event_id}#offer#{user_id}"}


def _to_counts(item: Item) -> PlaceCounts:
    """Return the counters of an event from the item of its first shard."""
    shard_count, capacity = item.get("shardCount", 1), item.get("places")
    return PlaceCounts(
        capacity=item.get("placesTotal") if shard_count > 1 else capacity,
        shards=(_to_shard(0, item),),
        is_counted=item.get("counted", False),
        recounted_at=_timestamp(item.get("recountedAt")),
        shard_count=shard_count,
        layout=item.get("layout"),
        is_waitlist_only=shard_count > 1 and item.get("isFull", False),
        is_summarized=item.get("summarized", False),
        most_shards=item.get("mostShards", 1),
        # Earlier versions write the first shard's capacity, but not the copy of it.
        is_outdated=shard_count > 1 and capacity != item.get("placesShare"),
    )


def _to_shard(number: int, item: Item) -> ShardCounts:
    return ShardCounts(
        number=number,
        capacity=item.get("places"),
        in_use=item["taken"],
        offered=item.get("offered", 0),
        waitlisted=item.get("waiting", 0),
        waitlist_changed_at=_timestamp(item.get("waitingChangedAt")),
    )


def _timestamp(text: str | None) -> datetime | None:
    return clock.from_text(text) if text else None


def _from_offer(offer: Offer) -> Item:
    return {
        **_offer_key(offer.event_id, offer.user_id),
        "kind": _KIND,
        "startsOn": clock.to_text(offer.expires_at),
        "eventId": offer.event_id,
        "userId": offer.user_id,
        "offeredAt": clock.to_text(offer.offered_at),
    }


def _to_offer(item: Item) -> Offer:
    return Offer(
        event_id=item["eventId"],
        user_id=item["userId"],
        offered_at=clock.from_text(item["offeredAt"]),
        expires_at=clock.from_text(item["startsOn"]),
    )
