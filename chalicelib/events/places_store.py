"""The counters of an event's places, and the offers of places, in DynamoDB.

The counters are an item of their own in the table ``events``, beside the capacity that they're held
against: submissions write there and don't conflict with readers of the event. Its attribute
``taken`` counts offered places, too, so that an earlier version of the service, which knows of no
offers, gives none of them away.

An offer is an item of its own as well, not an attribute of the registration: an earlier version
writes registrations whole and would drop it. The index ``byStart`` has all offers under one key in
the order of their deadlines, because an offer "starts" at its deadline there.
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
_NONE_WAITING = "(attribute_not_exists(waiting) OR waiting <= :none)"
_COUNTERS = ("taken", "offered", "waiting")


class PlacesChanged(Exception):
    """The places or the offer have changed since they were read."""


class OfferExists(PlacesChanged):
    """The registration has an offer already."""


class PlacesStore:
    """The counters and offers in the table ``events``."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def read(self, event_id: str) -> PlaceCounts | None:
        """Return an event's counters; None if there is no such event."""
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
            due_at: only those whose deadline has passed by then; None for all.
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
        """Return the write that counts a registration as something else; or PlacesChanged.

        A registration that needs a place gets it only if one is free.

        Args:
            event_id: the event.
            before: what the registration counts as now.
            after: what it will count as.
            in_turn: whether a place that others wait for isn't free for this registration.
            if_full: whether it may join the waiting list only if no place is free for it.
        """
        changes = {
            name: new - old
            for name, old, new in zip(_COUNTERS, before.value, after.value, strict=True)
            if new != old
        }
        counting = [f"{name} = if_not_exists({name}, :none) + :{name}" for name in changes]
        values: Item = {":none": 0} | {f":{name}": change for name, change in changes.items()}
        if "waiting" in changes:
            counting.append("waitingChangedAt = :now")
            values[":now"] = clock.to_text(clock.now())
        expressions = {"UpdateExpression": f"SET {', '.join(counting)}"}
        if changes.get("taken", 0) > 0:
            conditions = [_HAS_FREE, *([_NONE_WAITING] if in_turn else [])]
            expressions["ConditionExpression"] = " AND ".join(conditions)
        elif if_full and after is PlaceState.WAITING:
            full = "taken >= places"
            expressions["ConditionExpression"] = f"{full} OR waiting > :none" if in_turn else full
        key = _counters_key(event_id)
        return Write("Update", EVENTS, key, expressions, values, on_condition_failed=PlacesChanged)

    def recount(
        self, event_id: str, counts_before: PlaceCounts, waitlisted: int, now: datetime
    ) -> None:
        """Write the counted length of the waiting list.

        Args:
            event_id: the event.
            counts_before: the counters as they were before that.
            waitlisted: how many registrations wait without an offer.
            now: the time.

        Raises:
            PlacesChanged: a registration joined or left the waiting list since the counters were
                read.
        """
        correcting = {"UpdateExpression": "SET waiting = :new, counted = :yes, recountedAt = :now"}
        same = "(waiting = :read OR attribute_not_exists(waiting) AND :read = :none)"
        values: Item = {":new": waitlisted, ":yes": True, ":now": clock.to_text(now)}
        values |= {":read": counts_before.waitlisted, ":none": 0}
        if counts_before.waitlist_changed_at:
            same += " AND waitingChangedAt = :changed"
            values[":changed"] = clock.to_text(counts_before.waitlist_changed_at)
        else:
            same += " AND attribute_not_exists(waitingChangedAt)"
        conditional = correcting | {"ConditionExpression": same}
        key = _counters_key(event_id)
        write = Write("Update", EVENTS, key, conditional, values, on_condition_failed=PlacesChanged)
        self._database.transact([write])

    def waitlist_changed_write(self, event_id: str) -> Write:
        """Return the write that notes that the waiting list changed, while its counters stay.

        Until its index has followed, no one is recounted.
        """
        noting = {"UpdateExpression": "SET waitingChangedAt = :now"}
        values = {":now": clock.to_text(clock.now())}
        return Write("Update", EVENTS, _counters_key(event_id), noting, values)

    def put_offer_write(self, offer: Offer) -> Write:
        """Return the write of an offer; it raises OfferExists if there is one already."""
        new = {"ConditionExpression": "attribute_not_exists(id)"}
        return Write("Put", EVENTS, _from_offer(offer), new, on_condition_failed=OfferExists)

    def delete_offer_write(self, offer: Offer) -> Write:
        """Return the deletion of an offer; it raises PlacesChanged if it isn't there any more."""
        same = {"ConditionExpression": "startsOn = :until AND offeredAt = :at"}
        until, at = clock.to_text(offer.until), clock.to_text(offer.offered_at)
        key = _offer_key(offer.event_id, offer.user_id)
        values = {":until": until, ":at": at}
        return Write("Delete", EVENTS, key, same, values, on_condition_failed=PlacesChanged)

    def no_offer_check(self, event_id: str, user_id: str) -> Write:
        """Return the check that a registration has no offer; or PlacesChanged."""
        none = {"ConditionExpression": "attribute_not_exists(id)"}
        key = _offer_key(event_id, user_id)
        return Write("ConditionCheck", EVENTS, key, none, on_condition_failed=PlacesChanged)


def capacity_write(event_id: str, capacity: int | None, *, is_new: bool) -> Write:
    """Return the write of an event's capacity into its counters, which begin with a new event.

    Args:
        event_id: the event.
        capacity: how many places it has; None for any number.
        is_new: whether no registration can have been waiting before: then they're counted from now
            on. For an event of an earlier version a migration counts them first.
    """
    starting = ["taken", *(["waiting"] if is_new else [])]
    setting = [f"{name} = if_not_exists({name}, :none)" for name in starting]
    values: Item = {":none": 0}
    if is_new:
        setting.append("counted = :yes")
        values[":yes"] = True
    if capacity is None:
        expression = f"SET {', '.join(setting)} REMOVE places"
    else:
        expression = f"SET {', '.join([*setting, 'places = :places'])}"
        values[":places"] = capacity
    return Write(
        "Update", EVENTS, _counters_key(event_id), {"UpdateExpression": expression}, values
    )


def count_waiting_write(event_id: str) -> Write:
    """Return the write that counts one more person who has been waiting all along."""
    one_more = "SET waiting = if_not_exists(waiting, :none) + :one, waitingChangedAt = :now"
    values = {":none": 0, ":one": 1, ":now": clock.to_text(clock.now())}
    counting = {"UpdateExpression": one_more}
    return Write("Update", EVENTS, _counters_key(event_id), counting, values)


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
