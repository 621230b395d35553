"""The index entries by which staff find registrations: one for each term, in the table ``search``.

An entry stands in two scopes: that of its event, for the event's list, and that of everybody, for
the pages that look for a person. A registration keeps the terms of its entries, so that a change
deletes exactly those that are no longer true, in the transaction that makes it.
"""

from chalicelib.platform.items import Item, Write
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.search_terms import stored_terms

SEARCH = "search"
# No event is called so: an identifier has no number sign.
ALL_EVENTS = "#everybody"


def entry_writes(before: Registration | None, after: Registration | None) -> list[Write]:
    """Return the writes that bring a registration's entries up to date.

    Args:
        before: as it is stored; None for a new one.
        after: as it will be; None where it is deleted.
    """
    old = set(before.search_terms) if before else set()
    if before and after is None:
        # The version before this one may have changed it, and kept no terms.
        old |= set(stored_terms(before))
    new = set(stored_terms(after)) if after else set()
    writes: list[Write] = []
    if before:
        keys = (key for term in sorted(old - new) for key in _keys(term, before))
        writes += [Write("Delete", SEARCH, key) for key in keys]
    if after:
        added = new if before and before.expires_at != after.expires_at else new - old
        writes += [
            Write("Put", SEARCH, key | _attributes(after))
            for term in sorted(added)
            for key in _keys(term, after)
        ]
    return writes


def _keys(term: str, registration: Registration) -> list[Item]:
    return [
        {"scope": scope, "place": position(term, registration, scope)}
        for scope in (registration.event_id, ALL_EVENTS)
    ]


def position(term: str, registration: Registration, scope: str) -> str:
    """Return where the entry of a term stands within a scope."""
    own = f"{term}#{registration.user_id}"
    return f"{own}#{registration.event_id}" if scope == ALL_EVENTS else own


def _attributes(registration: Registration) -> Item:
    return {
        "userId": registration.user_id,
        "eventId": registration.event_id,
        "ttl": int(registration.expires_at.timestamp()),
    }
