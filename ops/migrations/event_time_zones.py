"""Gives each stored event a time zone, which the first events did not have."""

from chalicelib.events.event import LEGACY_TIME_ZONE
from chalicelib.events.places_store import EVENTS
from chalicelib.events.store import KIND
from chalicelib.platform.items import Item
from ops.migrations.migration import Change, Migration


def _add_time_zone(item: Item) -> Change | None:
    if item.get("kind") != KIND or "timeZone" in item:
        return None
    return Change(set={"timeZone": LEGACY_TIME_ZONE})


MIGRATION = Migration(
    name="event-time-zones",
    summary=f"Give each event without a time zone {LEGACY_TIME_ZONE}.",
    table=EVENTS,
    change=_add_time_zone,
)
