"""The lists of accounts that staff search, and their order."""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.identity import login_names
from chalicelib.identity.account import Account
from chalicelib.identity.role import Role
from chalicelib.platform.sort_keys import fold, folded_names, sort_prefix
from chalicelib.user_admin.user_store import IndexEntry, UserStore

MAX_QUERIES = 5
# The most keys that BatchGetItem accepts.
_MAX_READ = 100
# The page size of a query whose results are mostly filtered out.
_SCAN_QUERY = 999
# Each further word of a full name adds six queries.
_MAX_WORDS = 4
# Staff first.
_ROLES = tuple(reversed(Role))
_NAMES = ("username", "email")


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Filters of a list of accounts.

    Attributes:
        start: the start of a username, email, or last name, or a full name; None for any.
        role: the role of the accounts; None for any.
        disabled: whether the accounts are disabled; None for both.
    """

    start: str | None = None
    role: Role | None = None
    disabled: bool | None = None

    @property
    def needs_scan(self) -> bool:
        """Whether the filter may drop many accounts that a name query finds."""
        return self.start is not None and (self.role is not None or self.disabled is not None)

    def matches(self, account: Account) -> bool:
        """Return whether an account has the filter's role and its disabled state."""
        return self.role in {None, account.role} and self.disabled in {None, account.disabled}


@dataclass(frozen=True, slots=True)
class _ByName:
    """The accounts of a role whose folded names start with these texts.

    Attributes:
        role: the role of the accounts.
        last_name: the start of the last name, or of a single name; empty for any.
        first_name: the start of the first name; empty for any, or if there is no first name.
    """

    role: Role
    last_name: str
    first_name: str = ""

    def matches_key(self, name_key: str) -> bool:
        """Return whether the first name in an index key may match."""
        _, *rest = folded_names(name_key)
        return "".join(rest).startswith(sort_prefix(self.first_name))

    def has(self, account: Account) -> bool:
        """Return whether an account belongs to this list."""
        names = [name for name in (account.last_name, account.first_name) if name]
        last_name, *rest = map(fold, names or [""])
        starts_so = last_name.startswith(self.last_name)
        return account.role is self.role and starts_so and "".join(rest).startswith(self.first_name)


class UserListing:
    """The lists to query for a filter, one after another."""

    def __init__(self, store: UserStore, user_filter: UserFilter) -> None:
        """Choose the lists for a filter."""
        self._store = store
        self._wanted = user_filter
        self._name = login_names.normalize(user_filter.start or "")
        self._last_name = fold(user_filter.start or "")
        self._lists: list[str | _ByName] = []
        if user_filter.start is not None and len(self._name) <= login_names.LONGEST_EMAIL:
            self._lists += _NAMES
        if user_filter.start is None or self._last_name:
            self._lists += self._by_name(self._last_name)
        for last_name, first_name in _full_names(user_filter.start or ""):
            self._lists += self._by_name(last_name, first_name)

    def _by_name(self, last_name: str, first_name: str = "") -> list[_ByName]:
        roles = (role for role in _ROLES if self._wanted.role in {None, role})
        return [_ByName(role, last_name, first_name) for role in roles]

    def page(
        self, limit: int, after: dict[str, str] | None
    ) -> tuple[list[Account], dict[str, str] | None]:
        """Return a page of accounts, and the next page's position; None at the end."""
        places, places_position = self._places(
            _MAX_READ if self._wanted.needs_scan else limit, after
        )
        read = list(dict.fromkeys(place.account_id for _, place in places))
        accounts = dict(zip(read, self._store.get(*read), strict=True))
        users: list[Account] = []
        for index, (number, place) in enumerate(places):
            account = accounts[place.account_id]
            if account is not None and self._belongs(account, number):
                users.append(account)
            if len(users) == limit and index + 1 < len(places):
                return users, _position(number, place.key)
        return users, places_position

    def _places(
        self, room: int, after: dict[str, str] | None
    ) -> tuple[list[tuple[int, IndexEntry]], dict[str, str] | None]:
        """Query the lists until the page is full, or after five queries."""
        key = dict(after or {})
        number = int(key.pop("list", "0"))
        places: list[tuple[int, IndexEntry]] = []
        for _ in range(MAX_QUERIES):
            if number >= len(self._lists):
                return places, None
            left = room - len(places)
            if not left:
                break
            entries, position = self._query(self._lists[number], left, key or None)
            if len(entries) > left:
                entries, position = entries[:left], entries[left - 1].key
            places += [(number, place) for place in entries]
            number, key = (number, dict(position)) if position else (number + 1, {})
        return places, _position(number, key) if number < len(self._lists) else None

    def _query(
        self, listed: str | _ByName, limit: int, after: dict[str, str] | None
    ) -> tuple[list[IndexEntry], dict[str, str] | None]:
        if not isinstance(listed, _ByName):
            return self._store.by_login(listed, self._name, limit, after)
        disabled = self._wanted.disabled
        discards = disabled is not None or listed.first_name
        accounts, position = self._store.by_role(
            listed.role,
            listed.last_name,
            _SCAN_QUERY if discards else limit,
            after,
            disabled=disabled,
        )
        return [place for place in accounts if listed.matches_key(place.key["nameKey"])], position

    def _belongs(self, account: Account, number: int) -> bool:
        """Return whether an account matches, and this list is the first that contains it.

        An index is eventually consistent, so the function checks the account itself.
        """
        if not self._wanted.matches(account):
            return False
        having = (at for at, listed in enumerate(self._lists) if self._has(listed, account))
        return next(having, None) == number

    def _has(self, listed: str | _ByName, account: Account) -> bool:
        if isinstance(listed, _ByName):
            return listed.has(account)
        name = account.username if listed == "username" else account.email
        return name is not None and login_names.normalize(name).startswith(self._name)


def _full_names(text: str) -> Iterator[tuple[str, str]]:
    """Yield the last and first names that a text may mean: either may come first."""
    words = [word for word in map(fold, text.replace(",", " ").split()) if word]
    if len(words) > _MAX_WORDS:
        return
    for at in range(1, len(words)):
        left, other = "".join(words[:at]), "".join(words[at:])
        yield other, left
        yield left, other


def _position(number: int, key: dict[str, str]) -> dict[str, str]:
    return {"list": str(number), **key}
