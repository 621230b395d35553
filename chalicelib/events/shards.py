"""How an event's places are divided among its shards, so that many people can submit at once.

DynamoDB changes one item about 50 times a second in transactions. So an event may have up to
``place.MAX_SHARDS`` items that count, each with a share of the capacity. The rules:

1. The shares add up to the capacity, and no shard gives away more than its share. So no place is
   given twice.
2. A registration takes a place from any shard. A change that frees a place counts in the first
   shard. So another shard that is full stays full, until the capacity is divided anew.
3. The first shard has the mark ``isFull``, which each request reads together with the event. It is
   set only while every shard is full, or people wait. By rule 2, a condition on the first shard
   proves the former. While the mark is set, new registrations join the waiting list, counted in any
   shard, and the first shard gives places only to registrations on the waiting list.
4. ``layout`` is incremented in all shards whenever the capacity is divided anew. A change that was
   decided by an earlier layout fails, and is decided again.
"""

import secrets

from chalicelib.events.place import ChosenShard, PlaceCounts


def choose_shard(counts: PlaceCounts, number: int = 0) -> ChosenShard:
    """Return the choice of one shard by its number."""
    return ChosenShard(number, counts.layout, counts.is_sharded)


def choose_any_shard(counts: PlaceCounts) -> ChosenShard:
    """Choose one of all shards at random."""
    return choose_shard(counts, secrets.randbelow(counts.shard_count))


def choose_free_shard(counts: PlaceCounts) -> ChosenShard | None:
    """Choose a shard at random, weighted by its free places; None if no place is free.

    Args:
        counts: complete counters.
    """
    shards = counts.free_shards
    if not shards:
        return None
    place = secrets.randbelow(sum(shard.free for shard in shards))
    for shard in shards:
        if place < shard.free:
            break
        place -= shard.free
    return choose_shard(counts, shard.number)
