"""The trail that privileged acts leave."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.platform.dynamodb import database
from chalicelib.sessions.cursors import Cursors
from chalicelib.sessions.keys import session_keys
from chalicelib.sessions.session import CurrentUser
from chalicelib.user_admin.audit_entry import AuditEntry
from chalicelib.user_admin.audit_store import AuditStore


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some entries, and the cursor to the next ones."""

    items: list[AuditEntry]
    cursor: str | None


class AuditLog:
    """The audit of one stage, before one SuperAdmin."""

    def __init__(self, store: AuditStore, cursors: Cursors, caller: CurrentUser) -> None:
        """Use a store, and show it to a caller."""
        self._store = store
        self._cursors = cursors
        self._caller = caller

    def entries(self, subject: str, limit: int, cursor: str | None) -> AuditPage:
        """Return some of what was done to a subject, newest first.

        Raises:
            InvalidFields: the cursor does not belong to this list.
        """
        scope = f"audit {self._caller.account.id} {subject}"
        after = self._cursors.verify(cursor, scope) if cursor else None
        found, rest = self._store.entries(subject, limit, after)
        return AuditPage(found, self._cursors.sign(rest, scope) if rest else None)


def audit_log(caller: CurrentUser, now: datetime) -> AuditLog:
    """Return the audit of this process's stage."""
    return AuditLog(AuditStore(database()), Cursors(session_keys(), now), caller)
