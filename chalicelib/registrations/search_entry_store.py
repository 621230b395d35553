"""The search index of registrations: one item for each search term, in the table ``search``.

Each term is in two scopes: its event, for the event's list, and all events, for the pages that find
a person. A registration stores its search terms, so that the transaction of a change deletes
exactly the items of terms that no longer apply.
"""

from chalicelib.platform.items import Item, Write
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.search_terms import stored_terms

SEARCH = "search"
# Event IDs contain no #, so this isn't the ID of an event.
ALL_EVENTS = "#everybody"


def search_index_writes(before: Registration | None, after: Registration | None) -> list[Write]:
    """Return the writes that update the search index for a change of a registration.

    Args:
        before: the stored registration; None for a new one.
        after: the registration after the change; None if it is deleted.
    """
    old_terms = set(before.search_terms) if before else set()
    if before and after is None:
        # The previous version of the service may have changed it without storing its terms.
        old_terms |= set(stored_terms(before))
    new_terms = set(stored_terms(after)) if after else set()
    writes: list[Write] = []
    if before:
        keys = (key for term in sorted(old_terms - new_terms) for key in _keys(term, before))
        writes += [Write("Delete", SEARCH, key) for key in keys]
    if after:
        is_expiry_changed = before is not None and before.expires_at != after.expires_at
        added = new_terms if is_expiry_changed else new_terms - old_terms
        writes += [
            Write("Put", SEARCH, key | _attributes(after))
            for term in sorted(added)
            for key in _keys(term, after)
        ]
    return writes


def _keys(term: str, registration: Registration) -> list[Item]:
    return [
        {"scope": scope, "place": sort_key(term, registration, scope)}
        for scope in (registration.event_id, ALL_EVENTS)
    ]


def sort_key(term: str, registration: Registration, scope: str) -> str:
    """Return the sort key of a registration's search term within a scope."""
    key = f"{term}#{registration.user_id}"
    return f"{key}#{registration.event_id}" if scope == ALL_EVENTS else key


def _attributes(registration: Registration) -> Item:
    return {
        "userId": registration.user_id,
        "eventId": registration.event_id,
        "ttl": int(registration.expires_at.timestamp()),
    }
