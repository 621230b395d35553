"""What is stored after a scenario, so that two runs can be compared."""

import re
from collections.abc import Callable
from typing import Any

_RANDOM = {
    *("passwordHash", "createdAt", "updatedAt", "startedAt", "expiresAt", "ttl"),
    *("at", "reference", "submittedAt", "acknowledgedAt", "requestId", "lastAt"),
    *("waitlistedAt", "offeredAt", "offerExpiredAt", "startsOn"),
    *("filedAt", "eventReference", "place", "lastSeenAt", "waitingChangedAt"),
    *("tokenHash", "recovery", "verification", "setup", "authenticator"),
    *("emailVerifiedAt", "passwordSetAt", "secondFactorSetAt"),
    *("pendingEmailExpiresAt", "usernameReplacedAt"),
}
# A ULID, or the digest that names the note of a move.
_IDENTIFIER = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{32}")
# What has a name of its own, for the order or so that nobody can read it, which says nothing.
_NAMED_ANYHOW = {"history": "id", "audit": "id", "attempts": "name"}


def comparable(everything: dict[str, list[dict[str, Any]]]) -> dict[str, list[Any]]:
    """Return what is stored, with whatever is new each time told apart by what it stands for."""
    names: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        return names.setdefault(found[0], f"identifier {len(names)}")

    def told(row: dict[str, Any], name_of: Callable[[re.Match[str]], str]) -> dict[str, Any]:
        return {
            name: type(value).__name__
            if name in _RANDOM
            else _IDENTIFIER.sub(name_of, value)
            if isinstance(value, str)
            else value
            for name, value in row.items()
        }

    # Which of two identifiers was made first, nobody knows who looks within a millisecond: they
    # are named as they turn up, in rows that are put in order without them.
    return {
        table: [
            told({n: v for n, v in row.items() if n != _NAMED_ANYHOW.get(table)}, named)
            for row in sorted(rows, key=lambda row: str(told(row, lambda _: "identifier")))
        ]
        for table, rows in everything.items()
    }


def settled(stored: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return what is stored without the tries that are counted.

    A try is claimed before it is made: whoever is rejected on the way, because something is away,
    leaves it behind. How much that is, :func:`tries` says.
    """
    return {table: rows for table, rows in stored.items() if table != "attempts"}


def tries(stored: dict[str, list[Any]]) -> int:
    """Return how many tries are counted."""
    return sum(row["tries"] for row in stored["attempts"])
