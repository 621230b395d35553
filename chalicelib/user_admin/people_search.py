"""Looking for people who have an account."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.identity.account import Account
from chalicelib.platform.dynamodb import database
from chalicelib.sessions.cursors import Cursors
from chalicelib.sessions.keys import session_keys
from chalicelib.sessions.session import CurrentUser
from chalicelib.user_admin.people_listing import Listing, Wanted
from chalicelib.user_admin.people_store import PeopleStore


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some people, and the cursor to the next ones."""

    items: list[Account]
    cursor: str | None


class PeopleSearch:
    """The people of one stage, as one member of staff looks for them."""

    def __init__(self, store: PeopleStore, cursors: Cursors, caller: CurrentUser) -> None:
        """Search for a caller who is staff."""
        self._store = store
        self._cursors = cursors
        self._actor = caller.account

    def page(self, wanted: Wanted, limit: int, cursor: str | None) -> PeoplePage:
        """Return some of the people who are wanted.

        Several lists are walked one after another: usernames, emails, the last names of each role,
        and the full names of each role. A person of an earlier list is left out of the later ones.
        Where much is discarded, a page comes back short rather than late.

        Args:
            wanted: who.
            limit: how many at most.
            cursor: where to go on, as the page before said.

        Raises:
            InvalidFields: the cursor does not belong to this list.
        """
        filters = json.dumps([wanted.start, wanted.role, wanted.disabled])
        scope = f"people {self._actor.id} {filters}"
        after = self._cursors.verify(cursor, scope) if cursor else None
        listing = Listing(self._store, wanted)
        found, rest = listing.page(limit, after)
        return PeoplePage(found, self._cursors.sign(rest, scope) if rest else None)

    def page_with(
        self, wanted: Wanted, limit: int, cursor: str | None, others: Iterable[str]
    ) -> PeoplePage:
        """Return the same as :meth:`page`; on the first page, others who were found come first.

        Args:
            wanted: who.
            limit: how many at most.
            cursor: where to go on, as the page before said.
            others: account identifiers, at most a hundred. Those who meet the filters are listed.

        Raises:
            InvalidFields: the cursor does not belong to this list.
        """
        read = self._store.get(*others) if cursor is None else []
        first = [one for one in read if one is not None and wanted.admits(one)][: limit - 1]
        page = self.page(wanted, limit - len(first), cursor)
        listed = {one.id for one in first}
        return replace(page, items=[*first, *(o for o in page.items if o.id not in listed)])


def people_search(caller: CurrentUser, now: datetime) -> PeopleSearch:
    """Return the search of this process's stage, for a caller who is staff."""
    return PeopleSearch(PeopleStore(database()), Cursors(session_keys(), now), caller)
