"""The registrations that staff ask for: a list with filters, or what one search field finds."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.platform.dynamodb import database
from chalicelib.registrations.entry_store import EVERYBODY
from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.search_store import SearchStore
from chalicelib.registrations.search_terms import SearchQuery, understand
from chalicelib.registrations.selection import Selection


@dataclass(frozen=True, slots=True)
class RegistrationSearch:
    """The lists and the search of one stage, at a moment.

    Attributes:
        listings: the lists in order.
        entries: the index entries for words and phone numbers.
        now: what has expired by then is left out.
    """

    listings: ListingStore
    entries: SearchStore
    now: datetime

    def selected(
        self, event_id: str, selection: Selection, limit: int, after: str | None
    ) -> tuple[list[Registration], str | None]:
        """Return an event's registrations that are asked for, and the place to go on after.

        What a search finds comes in the order of the words that it was found by; one with the
        reference that was typed comes first. A page may be short though it isn't the last.
        """
        query = selection.query
        if query is None:
            return self.listings.selected(event_id, selection, self.now, limit, after)
        found: list[Registration] = []
        if query.reference and not after:
            found = self._of_reference(event_id, selection, query.reference)

        def wanted(one: Registration) -> bool:
            listed_first = query.reference == one.reference
            return not listed_first and self._is_kept(one) and selection.admits(one)

        if len(found) == limit:
            # Its entries come after a term itself: the next page begins with the first of them.
            return found, query.longest_term
        more, rest = self.entries.found(event_id, query, wanted, limit - len(found), after)
        return [*found, *more], rest

    def people(self, query: SearchQuery, limit: int) -> list[str]:
        """Return the account identifiers of those whose registration for any event is found."""
        found, _ = self.entries.found(EVERYBODY, query, self._is_kept, limit, None)
        return list(dict.fromkeys(one.user_id for one in found))

    def _of_reference(
        self, event_id: str, selection: Selection, reference: str
    ) -> list[Registration]:
        asked = replace(selection, query=None, reference=reference)
        return self.listings.selected(event_id, asked, self.now, 1, None)[0]

    def _is_kept(self, registration: Registration) -> bool:
        return registration.expires_at > self.now


def people_found(text: str, limit: int, now: datetime) -> list[str]:
    """Return the account identifiers of those whose registration staff find by what they type."""
    try:
        query = understand(text)
    except ValueError:
        return []
    return registration_search(now).people(query, limit)


def registration_search(now: datetime) -> RegistrationSearch:
    """Return the search of this process's stage, at a moment."""
    return RegistrationSearch(ListingStore(database()), SearchStore(database()), now)
