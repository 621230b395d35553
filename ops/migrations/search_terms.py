"""Gives each registration that was submitted before the search existed its index entries."""

from chalicelib.platform.items import Item
from chalicelib.registrations.registration_item import from_item
from chalicelib.registrations.search_entry_store import search_index_writes
from chalicelib.registrations.search_terms import stored_terms
from ops.migrations.migration import Change, Migration


def _add_entries(item: Item) -> Change | None:
    before = from_item(item)
    terms = stored_terms(before)
    if terms == before.search_terms:
        return None
    return Change(
        set={"searchTerms": list(terms)}, extra_writes=search_index_writes(before, before)
    )


MIGRATION = Migration(
    name="registration-search-terms",
    summary="Let staff find each submitted registration by any word of its names.",
    table="registrations",
    change=_add_entries,
)
