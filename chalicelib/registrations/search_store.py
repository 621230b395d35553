"""Search over registrations, by the index entries of entry_store.py."""

from collections.abc import Callable, Iterable, Iterator

from chalicelib.platform.dynamodb import DEFAULT_MAX_PAGES, Database
from chalicelib.platform.items import Item, Query
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.search_entry_store import SEARCH, sort_key
from chalicelib.registrations.search_terms import SearchQuery, stored_terms
from chalicelib.registrations.store import RegistrationStore
from chalicelib.registrations.workflow import Status

# The most keys that BatchGetItem accepts.
_BATCH_SIZE = 100


class SearchStore:
    """The table ``search``."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database
        self._registrations = RegistrationStore(database)

    def find(
        self,
        scope: str,
        query: SearchQuery,
        matches: Callable[[Registration], bool],
        with_usernames: Callable[[Iterable[Registration]], Iterable[Registration]],
        limit: int,
        after: str | None,
    ) -> tuple[list[Registration], str | None]:
        """Return the registrations that staff look for, by the terms that they are found under.

        Args:
            scope: an event's identifier, or ``ALL_EVENTS``.
            query: the search text.
            matches: returns whether a registration matches the filters.
            with_usernames: gives registrations their applicants' current usernames.
            limit: the largest page size.
            after: the position after which to continue, as this method gave it.

        Returns:
            The registrations, and the next page's position; None at the end. Where many are not
            wanted, a page is short before the end.
        """
        registrations: list[Registration] = []
        term = query.longest_term
        if term is None:
            return [], None
        for _ in range(DEFAULT_MAX_PAGES):
            start = {"scope": scope, "place": after} if after else None
            entries, position = self._database.query(
                _entries_query(scope, term), _BATCH_SIZE, start, max_pages=1
            )
            for entry, first, registration in self._read(entries, term, with_usernames):
                # A registration that two terms find is listed under the first.
                is_first = entry["place"] == sort_key(first, registration, scope)
                if is_first and query.matches(registration) and matches(registration):
                    if len(registrations) == limit:
                        return registrations, after
                    registrations.append(registration)
                after = entry["place"]
            if not position:
                return registrations, None
            after = position["place"]
        return registrations, after

    def _read(
        self,
        entries: list[Item],
        term: str,
        with_usernames: Callable[[Iterable[Registration]], Iterable[Registration]],
    ) -> Iterator[tuple[Item, str, Registration]]:
        """Read the registrations of entries; one that is a draft, or gone, is left out.

        The entries are as old as the last change of their registration. So what was typed is held
        against the username of now, and the order follows from the terms of then.

        Yields:
            An entry, the first stored term that starts like the one looked for, and the
            registration with its applicant's current username.
        """
        keys = dict.fromkeys((entry["userId"], entry["eventId"]) for entry in entries)
        if not keys:
            return
        read = self._registrations.read_items(
            *(self._registrations.registration_read(*key) for key in keys)
        )
        stored = [
            registration
            for registration in read
            if registration is not None and registration.status is not Status.DRAFT
        ]
        firsts = {
            _key(registration): next(
                (text for text in _terms(registration) if text.startswith(term)), term
            )
            for registration in stored
        }
        current = {_key(registration): registration for registration in with_usernames(stored)}
        for entry in entries:
            key = entry["userId"], entry["eventId"]
            if key in current:
                yield entry, firsts[key], current[key]


def _key(registration: Registration) -> tuple[str, str]:
    return registration.user_id, registration.event_id


def _terms(registration: Registration) -> tuple[str, ...]:
    """Return the terms of a registration's entries; an earlier version did not keep them."""
    return registration.search_terms or stored_terms(registration)


def _entries_query(scope: str, term: str) -> Query:
    return Query(
        SEARCH,
        key_attributes=("scope", "place"),
        key_condition="#scope = :scope AND begins_with(place, :term)",
        expression_values={":scope": scope, ":term": term},
        expression_names={"#scope": "scope"},
        ascending=True,
    )
