"""The DynamoDB writes that divide an event's capacity among its shards."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from chalicelib.events.place import PlaceCounts, ShardCounts, divide
from chalicelib.events.places_store import EVENTS, PlacesChanged, counters_key, layout_condition
from chalicelib.platform.items import Item, Write


def divide_writes(
    event_id: str,
    counts: PlaceCounts,
    capacity: int | None,
    shard_count: int,
    *,
    marks: Mapping[str, bool] = MappingProxyType({}),
    uncounted: int = 0,
) -> Iterator[Write]:
    """Yield the writes that divide a capacity among a number of shards.

    They raise PlacesChanged if a shard has counted something since that its new share doesn't
    allow.

    Args:
        event_id: the event ID.
        counts: the complete counters.
        capacity: the number of places; None for any number.
        shard_count: the number of shards from now on.
        marks: further attributes of the first shard.
        uncounted: the number of places that are taken, but not counted; negative if too many are
            counted.
    """
    first, *others = counts.shards[:shard_count]
    removed = counts.shards[shard_count:]
    moved = {
        "taken": sum(shard.in_use for shard in removed) + uncounted,
        "offered": sum(shard.offered for shard in removed),
        "waiting": sum(shard.waitlisted for shard in removed),
    }
    added = [ShardCounts(number, 0, 0, 0, 0) for number in range(len(counts.shards), shard_count)]
    shards = [replace(first, in_use=first.in_use + moved["taken"]), *others, *added]
    shares = divide(capacity, shards)
    attributes = {"placesTotal": capacity, "shardCount": shard_count, "placesShare": shares[0]}
    attributes["isFull"] = counts.is_waitlist_only or counts.has_registration_without_offer or None
    if shard_count == 1:
        # The item is as it was before there were shards.
        attributes = dict.fromkeys(attributes)
    attributes |= {"places": shares[0]} | dict(marks)
    attributes |= {"mostShards": max(counts.most_shards, shard_count)}
    yield _first_shard_write(event_id, counts, attributes, moved)
    for shard, share in zip(shards[1:], shares[1:], strict=True):
        if shard in added:
            yield _added_shard_write(event_id, counts, shard, share)
        else:
            yield _shard_write(event_id, counts, shard, share)
    for shard in removed:
        yield _removed_shard_write(event_id, counts, shard)


def _first_shard_write(event_id: str, counts: PlaceCounts, attributes: Item, moved: Item) -> Write:
    """Return the write of the first shard, which takes over what removed shards have counted.

    Args:
        event_id: the event ID.
        counts: the complete counters.
        attributes: the attributes to set; None for one to remove.
        moved: what removed shards have counted, by attribute.
    """
    values: Item = {":next": _next_layout(counts), ":zero": 0}
    conditions = [layout_condition(counts.layout, values)]
    assignments = ["layout = :next"]
    for name, number in moved.items():
        assignments.append(f"{name} = if_not_exists({name}, :zero) + :{name}")
        values[f":{name}"] = number
    for name, value in attributes.items():
        if value is not None:
            assignments.append(f"{name} = :new_{name}")
            values[f":new_{name}"] = value
    share, in_use = attributes["places"], counts.shards[0].in_use + moved["taken"]
    if share is not None and share >= in_use:
        conditions.append("(attribute_not_exists(taken) OR taken <= :most)")
        values[":most"] = share - moved["taken"]
    update = f"SET {', '.join(assignments)}"
    if removals := [name for name, value in attributes.items() if value is None]:
        update += f" REMOVE {', '.join(removals)}"
    return _conditional_write("Update", event_id, 0, conditions, values, update)


def _shard_write(
    event_id: str, counts: PlaceCounts, shard: ShardCounts, share: int | None
) -> Write:
    values: Item = {":next": _next_layout(counts)}
    conditions = [layout_condition(counts.layout, values)]
    update = "SET layout = :next"
    if share is None:
        update += " REMOVE places"
    else:
        update += ", places = :share"
        values[":share"] = share
        # It can't have become less: places are freed in the first shard.
        conditions.append("taken <= :share")
    return _conditional_write("Update", event_id, shard.number, conditions, values, update)


def _added_shard_write(
    event_id: str, counts: PlaceCounts, shard: ShardCounts, share: int | None
) -> Write:
    item = {"taken": 0, "offered": 0, "waiting": 0, "layout": _next_layout(counts)}
    item |= {} if share is None else {"places": share}
    return Write("Put", EVENTS, counters_key(event_id, shard.number) | item)


def _removed_shard_write(event_id: str, counts: PlaceCounts, shard: ShardCounts) -> Write:
    values: Item = {
        ":taken": shard.in_use,
        ":offered": shard.offered,
        ":waiting": shard.waitlisted,
    }
    unchanged = ["taken = :taken", "offered = :offered", "waiting = :waiting"]
    conditions = [layout_condition(counts.layout, values), *unchanged]
    return _conditional_write("Delete", event_id, shard.number, conditions, values)


def _conditional_write(
    operation: str,
    event_id: str,
    number: int,
    conditions: list[str],
    values: Item,
    update: str | None = None,
) -> Write:
    expressions = {"ConditionExpression": " AND ".join(conditions)}
    if update:
        expressions["UpdateExpression"] = update
    key = counters_key(event_id, number)
    return Write(operation, EVENTS, key, expressions, values, on_condition_failed=PlacesChanged)


def _next_layout(counts: PlaceCounts) -> int:
    return (counts.layout or 0) + 1
