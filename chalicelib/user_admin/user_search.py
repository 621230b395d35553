"""Search for accounts."""

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
    """A page of accounts, and the cursor of the next page."""

    items: list[Account]
    cursor: str | None


class UserSearch:
    """The search for accounts of one stage, for one staff member."""

    def __init__(self, store: UserStore, cursors: Cursors, current_user: CurrentUser) -> None:
        """Search for a staff member."""
        self._store = store
        self._cursors = cursors
        self._actor = current_user.account

    def page(self, user_filter: UserFilter, limit: int, cursor: str | None) -> UserPage:
        """Return a page of accounts that match a filter.

        The search queries lists in order: usernames, emails, the last names of each role, and
        the full names of each role. A list omits accounts of an earlier one. If a filter drops
        many accounts, the page may be short.

        Args:
            user_filter: the filter.
            limit: the largest page size.
            cursor: from the previous page; None for the first page.

        Raises:
            InvalidFields: the cursor belongs to another list.
        """
        filters = json.dumps([user_filter.start, user_filter.role, user_filter.disabled])
        scope = f"people {self._actor.id} {filters}"
        after = self._cursors.verify(cursor, scope) if cursor else None
        listing = UserListing(self._store, user_filter)
        users, position = listing.page(limit, after)
        return UserPage(users, self._cursors.sign(position, scope) if position else None)

    def page_with(
        self, user_filter: UserFilter, limit: int, cursor: str | None, others: Iterable[str]
    ) -> UserPage:
        """Return the same as :meth:`page`; the first page starts with other given accounts.

        Args:
            user_filter: the filter.
            limit: the largest page size.
            cursor: from the previous page; None for the first page.
            others: account identifiers, at most 100. The page lists those that match the filter.

        Raises:
            InvalidFields: the cursor belongs to another list.
        """
        read = self._store.get(*others) if cursor is None else []
        first = [user for user in read if user is not None and user_filter.matches(user)][
            : limit - 1
        ]
        page = self.page(user_filter, limit - len(first), cursor)
        listed = {user.id for user in first}
        return replace(page, items=[*first, *(o for o in page.items if o.id not in listed)])


def user_search(current_user: CurrentUser, now: datetime) -> UserSearch:
    """Return the search of this process's stage, for a staff member."""
    return UserSearch(UserStore(database()), Cursors(session_keys(), now), current_user)
