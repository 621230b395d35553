"""The audit log of privileged actions."""

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
    """A page of entries, and the cursor of the next page."""

    items: list[AuditEntry]
    cursor: str | None


class AuditLog:
    """The audit log of one stage, for one SuperAdmin."""

    def __init__(self, store: AuditStore, cursors: Cursors, current_user: CurrentUser) -> None:
        """Read from a store, for the current user."""
        self._store = store
        self._cursors = cursors
        self._current_user = current_user

    def entries(self, subject: str, limit: int, cursor: str | None) -> AuditPage:
        """Return a page of the entries about a subject, newest first.

        Raises:
            InvalidFields: the cursor belongs to another list.
        """
        scope = f"audit {self._current_user.account.id} {subject}"
        after = self._cursors.verify(cursor, scope) if cursor else None
        entries, position = self._store.entries(subject, limit, after)
        return AuditPage(entries, self._cursors.sign(position, scope) if position else None)


def audit_log(current_user: CurrentUser, now: datetime) -> AuditLog:
    """Return the audit log of this process's stage."""
    return AuditLog(AuditStore(database()), Cursors(session_keys(), now), current_user)
