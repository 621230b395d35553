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
from chalicelib.user_admin.user_listing import UserFilter, UserListing
from chalicelib.user_admin.user_store import UserStore


@dataclass(frozen=True, slots=True)
class UserPage:
    """Some people, and the cursor to the next ones."""

    items: list[Account]
    cursor: str | None


class UserSearch:
    """The people of one stage, as one member of staff looks for them."""

    def __init__(self, store: UserStore, cursors: Cursors, caller: CurrentUser) -> None:
        """Search for a caller who is staff."""
        self._store = store
        self._cursors = cursors
        self._actor = caller.account

    def page(self, user_filter: UserFilter, limit: int, cursor: str | None) -> UserPage:
        """Return some of the people who are wanted.

        Several lists are walked one after another: usernames, emails, the last names of each role,
        and the full names of each role. A person of an earlier list is left out of the later ones.
        Where much is discarded, a page comes back short rather than late.

        Args:
            user_filter: who.
            limit: how many at most.
            cursor: where to go on, as the page before said.

        Raises:
            InvalidFields: the cursor does not belong to this list.
        """
        filters = json.dumps([user_filter.start, user_filter.role, user_filter.disabled])
        scope = f"people {self._actor.id} {filters}"
        after = self._cursors.verify(cursor, scope) if cursor else None
        listing = UserListing(self._store, user_filter)
        found, rest = listing.page(limit, after)
        return UserPage(found, self._cursors.sign(rest, scope) if rest else None)

    def page_with(
        self, user_filter: UserFilter, limit: int, cursor: str | None, others: Iterable[str]
    ) -> UserPage:
        """Return the same as :meth:`page`; on the first page, others who were found come first.

        Args:
            user_filter: who.
            limit: how many at most.
            cursor: where to go on, as the page before said.
            others: account identifiers, at most a hundred. Those who meet the filters are listed.

        Raises:
            InvalidFields: the cursor does not belong to this list.
        """
        read = self._store.get(*others) if cursor is None else []
        first = [one for one in read if one is not None and user_filter.matches(one)][: limit - 1]
        page = self.page(user_filter, limit - len(first), cursor)
        listed = {one.id for one in first}
        return replace(page, items=[*first, *(o for o in page.items if o.id not in listed)])


def user_search(caller: CurrentUser, now: datetime) -> UserSearch:
    """Return the search of this process's stage, for a caller who is staff."""
    return UserSearch(UserStore(database()), Cursors(session_keys(), now), caller)
