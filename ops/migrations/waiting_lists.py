"""Counts who is on a waiting list: events of an earlier version counted taken places only."""

from chalicelib.events.places_store import EVENTS, count_waiting_write
from chalicelib.platform.items import Item
from chalicelib.registrations.store import REGISTRATIONS
from chalicelib.registrations.workflow import Status
from ops.migrations.migration import Change, Migration


def _count_in(item: Item) -> Change | None:
    """Count a registration that waits and doesn't say since when: it's the mark of a counted one.

    Its version is raised, so no one who read it before takes it for one that isn't counted.
    """
    if item.get("status") != Status.WAITLISTED or "waitlistedAt" in item:
        return None
    since = item.get("submittedAt", item["createdAt"])
    marked = {"waitlistedAt": since, "version": item["version"] + 1}
    return Change(set=marked, extra_writes=[count_waiting_write(item["eventId"])])


def _mark_counted(item: Item) -> Change | None:
    """Mark an event's counters as complete: everyone has been counted by now."""
    if not item["id"].endswith("#places") or "counted" in item:
        return None
    return Change(set={"counted": True})


# In this order: the counters are complete once everyone is counted.
MIGRATIONS = (
    Migration(
        name="waiting-list-members",
        summary="Count everyone who is on a waiting list.",
        table=REGISTRATIONS,
        change=_count_in,
    ),
    Migration(
        name="waiting-list-counters",
        summary="Mark the counters of each event's waiting list as complete.",
        table=EVENTS,
        change=_mark_counted,
    ),
)
