"""Recounts events: ``python -m ops recount``. It compares the counters, and corrects them."""

import sys

from chalicelib.events.places import PlacesChanged, place_service
from chalicelib.events.store import EventStore
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import NotFound, ServiceUnavailable
from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.recount import Recount
from chalicelib.registrations.store import RegistrationStore
from chalicelib.registrations.summary_recount import Difference, SummaryRecount
from chalicelib.registrations.summary_store import SummaryChanged, SummaryStore
from ops.environment import use_stage


def run(stage: str, event_id: str | None, *, dry_run: bool = False) -> int:
    """Recount one event, or all events of a stage.

    Args:
        stage: the stage.
        event_id: the event; None for all.
        dry_run: whether to compare only.

    Returns:
        The exit status: 0 if all counters are right now.
    """
    use_stage(stage)
    try:
        event_ids = [event_id] if event_id else list(EventStore(database()).identifiers())
        results = [_recount(each, is_dry=dry_run) for each in event_ids]
    except NotFound:
        print(f"The event {event_id} doesn't exist.", file=sys.stderr)
        return 1
    except ServiceUnavailable as error:
        print(f"DynamoDB: {error.cause}", file=sys.stderr)
        return 1
    return 0 if all(results) else 1


def _recount(event_id: str, *, is_dry: bool) -> bool:
    """Recount one event, and print the result; return whether its counters are right now."""
    store, listings, places = (
        RegistrationStore(database()),
        ListingStore(database()),
        place_service(),
    )
    try:
        found = SummaryRecount(listings, SummaryStore(database()), places).run(
            event_id, clock.now(), is_dry=is_dry
        )
    except (PlacesChanged, SummaryChanged):
        print(f"{event_id}: it changed in the meantime. Run the command again.")
        return False
    if not is_dry:
        Recount(store, listings, places).run(event_id, clock.now())
    print(f"{event_id}: {found.registrations:,} registrations, {_verdict(found, is_dry=is_dry)}")
    for status, numbers in found.counts.items():
        for name, number in numbers.items():
            print(f"  {status} {name}: {number:+,}")
    if found.places:
        print(f"  places taken: {found.places:+,}")
    return not found.needs_correction or (found.is_settled and not is_dry)


def _verdict(found: Difference, *, is_dry: bool) -> str:
    if not found.needs_correction:
        return "all counted"
    if not found.is_settled:
        return "not corrected, because the event changes: run the command again in two minutes"
    return "counters differ" if is_dry else "corrected"
