"""Search over registrations, by the index entries of entry_store.py."""

from collections.abc import Callable, Iterator

from chalicelib.platform.dynamodb import PAGES_AT_MOST, Database, Item, Partition
from chalicelib.registrations.entry_store import SEARCH, place_of
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.search_terms import SearchQuery, terms_of
from chalicelib.registrations.store import RegistrationStore
from chalicelib.registrations.workflow import Status

# What a batch read takes.
_AT_ONCE = 100


class SearchStore:
    """The table ``search``."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database
        self._registrations = RegistrationStore(database)

    def found(
        self,
        scope: str,
        query: SearchQuery,
        wanted: Callable[[Registration], bool],
        limit: int,
        after: str | None,
    ) -> tuple[list[Registration], str | None]:
        """Return the registrations that staff look for, by the terms that they are found under.

        Args:
            scope: an event's identifier, or ``EVERYBODY``.
            query: what was typed.
            wanted: which of those are wanted.
            limit: how many at most.
            after: the place to go on after, as this method gave it.

        Returns:
            The registrations, and the place to go on after; None at the end. Where many are not
            wanted, a page is short before the end.
        """
        found: list[Registration] = []
        term = query.longest_term
        if term is None:
            return [], None
        for _ in range(PAGES_AT_MOST):
            start = {"scope": scope, "place": after} if after else None
            entries, rest = self._database.query(_entries(scope, term), _AT_ONCE, start, pages=1)
            for entry, registration in self._read(entries):
                if query.matches(registration) and wanted(registration):
                    first = next(one for one in _terms(registration) if one.startswith(term))
                    # Somebody whom two terms find is listed under the first.
                    if entry["place"] == place_of(first, registration, scope):
                        if len(found) == limit:
                            return found, after
                        found.append(registration)
                after = entry["place"]
            if not rest:
                return found, None
            after = rest["place"]
        return found, after

    def _read(self, entries: list[Item]) -> Iterator[tuple[Item, Registration]]:
        """Read the registrations of entries; one that is a draft, or gone, is left out."""
        keys = dict.fromkeys((entry["userId"], entry["eventId"]) for entry in entries)
        if not keys:
            return
        read = self._registrations.read(*(self._registrations.reading(*key) for key in keys))
        there = dict(zip(keys, read, strict=True))
        for entry in entries:
            registration = there[entry["userId"], entry["eventId"]]
            if registration is not None and registration.status is not Status.DRAFT:
                yield entry, registration


def _terms(registration: Registration) -> tuple[str, ...]:
    return terms_of(registration.form, registration.username)


def _entries(scope: str, term: str) -> Partition:
    return Partition(
        SEARCH,
        key=("scope", "place"),
        condition="#scope = :scope AND begins_with(place, :term)",
        values={":scope": scope, ":term": term},
        names={"#scope": "scope"},
        ascending=True,
    )
