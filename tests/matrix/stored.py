"""The stored items after a scenario, in a form that two runs can compare."""

import re
from collections.abc import Callable
from typing import Any

_RANDOM = {
    *("passwordHash", "createdAt", "updatedAt", "startedAt", "expiresAt", "ttl"),
    *("at", "reference", "submittedAt", "acknowledgedAt", "requestId", "lastAt"),
    *("waitlistedAt", "offeredAt", "offerExpiredAt", "startsOn"),
    *("filedAt", "eventReference", "place", "lastSeenAt", "waitingChangedAt", "changedAt"),
    *("tokenHash", "recovery", "verification", "setup", "authenticator"),
    *("pendingEmailExpiresAt", "usernameReplacedAt", "emailMarksClearedAt"),
    *("emailVerifiedAt", "passwordSetAt", "passwordResetAt", "secondFactorSetAt"),
    *("addedAt", "linkedAt", "lastUsedAt", "lastUses"),
    *("lastUsedOn", "revokedAt", "secretHash", "finishedAt"),
    # Of the outbox: a link has a token, the facts of an email a reference, and an event its time.
    *("link", "facts", "time"),
}
# A ULID, or the digest that names the note of a move.
_IDENTIFIER = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{32}")
# Keys that are generated for sorting or hashed for privacy, so comparisons ignore them.
_NAMED_ANYHOW = {"history": "id", "audit": "id", "attempts": "name"}


def comparable(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[Any]]:
    """Return the stored items, with random values replaced by names that are the same each run."""
    names: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        return names.setdefault(match[0], f"identifier {len(names)}")

    def told(row: dict[str, Any], name_of: Callable[[re.Match[str]], str]) -> dict[str, Any]:
        return {
            name: type(value).__name__
            if name in _RANDOM
            else _IDENTIFIER.sub(name_of, value)
            if isinstance(value, str)
            else told(value, name_of)
            if isinstance(value, dict)
            else value
            for name, value in row.items()
        }

    # Two identifiers from the same millisecond sort randomly, so this function sorts the rows
    # without identifiers and numbers the identifiers in the order of the rows.
    return {
        table: [
            told({n: v for n, v in row.items() if n != _NAMED_ANYHOW.get(table)}, named)
            for row in sorted(rows, key=lambda row: str(told(row, lambda _: "identifier")))
        ]
        for table, rows in tables.items()
    }


def settled(stored: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return the stored items without the attempt counters.

    The service counts an attempt before it makes it, so a request that fails with a 503 leaves its
    count behind. :func:`tries` returns that count.
    """
    return {table: rows for table, rows in stored.items() if table != "attempts"}


def tries(stored: dict[str, list[Any]]) -> int:
    """Return how many tries are counted."""
    return sum(row["tries"] for row in stored["attempts"])
