"""The registrations that staff list with filters, or find with the search field."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.identity import login_names
from chalicelib.identity.account_repository import AccountRepository, account_repository, is_decoy
from chalicelib.platform.dynamodb import database
from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.search_entry_store import ALL_EVENTS
from chalicelib.registrations.search_store import SearchStore
from chalicelib.registrations.search_terms import SearchQuery, parse_query
from chalicelib.registrations.selection import Selection
from chalicelib.registrations.store import RegistrationStore
from chalicelib.registrations.workflow import Status


@dataclass(frozen=True, slots=True)
class RegistrationSearch:
    """The lists and the search of one stage, at a moment.

    A stored registration has the username of its last change. Since then the name may have gone to
    another person, so all registrations that leave this class have the username of now.

    Attributes:
        registrations: the registrations themselves.
        listings: the lists in order.
        entries: the index entries for words and phone numbers.
        accounts: whose usernames are shown.
        now: the current time; expired registrations are omitted.
    """

    registrations: RegistrationStore
    listings: ListingStore
    entries: SearchStore
    accounts: AccountRepository
    now: datetime

    def select(
        self, event_id: str, selection: Selection, limit: int, after: str | None
    ) -> tuple[list[Registration], str | None]:
        """Return a page of an event's registrations, and the position after which to continue.

        Search results are sorted by the words that matched; the registration with the
        exact reference or username comes first. A page before the last may be
        short.
        """
        query = selection.query
        if query is None:
            listed, position = self.listings.select(event_id, selection, self.now, limit, after)
            return self._with_usernames(listed), position
        exact = self._exact_match(event_id, selection, query)
        listed_first = {registration.user_id for registration in exact}

        def wanted(registration: Registration) -> bool:
            is_new = registration.user_id not in listed_first
            return is_new and self._is_current(registration) and selection.matches(registration)

        results = [] if after else exact
        if len(results) == limit:
            # Its entries come after a term itself: the next page begins with the first of them.
            return results, query.longest_term
        room = limit - len(results)
        more, position = self.entries.find(
            event_id, query, wanted, self._with_usernames, room, after
        )
        return [*results, *more], position

    def people(self, query: SearchQuery, limit: int) -> list[str]:
        """Return the account ids of the people whose registration for any event matches."""
        entries, _ = self.entries.find(
            ALL_EVENTS, query, self._is_current, self._with_usernames, limit, None
        )
        return list(dict.fromkeys(entry.user_id for entry in entries))

    def _exact_match(
        self, event_id: str, selection: Selection, query: SearchQuery
    ) -> list[Registration]:
        """Return the registration with the exact reference, or else with the exact username."""
        matches: list[Registration] = []
        if query.reference:
            filters = replace(selection, query=None, reference=query.reference)
            matches, _ = self.listings.select(event_id, filters, self.now, 1, None)
        if not matches and query.username:
            matches = self._by_username(event_id, selection, query.username)
        return self._with_usernames(matches)

    def _by_username(
        self, event_id: str, selection: Selection, username: str
    ) -> list[Registration]:
        """Return the registration of the account that has a username now.

        Its index entries may be older than a username that replaced another.
        """
        account = self.accounts.find_by_login(username)
        if is_decoy(account):
            return []
        registration, account = self.registrations.read_items(
            self.registrations.registration_read(account, event_id),
            self.accounts.profile_read(account),
        )
        has_it = account is not None and login_names.same(account.username, username)
        if registration is None or registration.status is Status.DRAFT or not has_it:
            return []
        is_wanted = self._is_current(registration) and selection.matches(registration)
        return [registration] if is_wanted else []

    def _with_usernames(self, registrations: Iterable[Registration]) -> list[Registration]:
        """Return registrations with the current usernames of their applicants."""
        stored = list(registrations)
        names = self.accounts.usernames(registration.user_id for registration in stored)
        return [
            registration.with_username(names.get(registration.user_id)) for registration in stored
        ]

    def _is_current(self, registration: Registration) -> bool:
        return registration.expires_at > self.now


def find_people(text: str, limit: int, now: datetime) -> list[str]:
    """Return the account ids of the people whose registration matches a search."""
    try:
        query = parse_query(text)
    except ValueError:
        return []
    return registration_search(now).people(query, limit)


def registration_search(now: datetime) -> RegistrationSearch:
    """Return the search of this process's stage, at a moment."""
    stores = RegistrationStore(database()), ListingStore(database()), SearchStore(database())
    return RegistrationSearch(*stores, account_repository(), now)
