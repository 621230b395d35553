"""An export: what a staff member asked for, and how far the writing of its file has got."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from chalicelib.registrations.search_terms import parse_query
from chalicelib.registrations.selection import Selection, Sort

# From the request on, an export is written for this long, and its file is kept for as long again.
LIFETIME = timedelta(hours=24)
# Longer than an export's message is tried: 8 times, 15 minutes apart.
_STALLED_AFTER = timedelta(hours=2, minutes=15)


class ExportStatus(StrEnum):
    """How far an export has got."""

    WAITING = "waiting"
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Export:
    """An export, as it's stored.

    Attributes:
        id: its ID.
        user_id: the account ID of the staff member who asked for it.
        event_id: the event whose registrations it has.
        filters: the filters and the order of the list, by the names of :class:`Selection`, and
            ``q`` for the text of the search field.
        separator: the character between two cells.
        language: the language of the column names and choices.
        created_at: when it was asked for.
        updated_at: when its last step was stored.
        status: how far it has got, as it's stored.
        rows: how many registrations have been written.
        total: how many there were at the beginning; None if they are too expensive to count.
        position: the position in the list after the last row; None at the start.
        parts: the ETags of the parts of the file.
        is_read: whether all registrations have been written to parts.
        upload_id: the ID of the multipart upload; None before it, and when it's complete.
        run: how often the writing has continued in another invocation.
        locked_until: until when no other invocation may write; None if one may.
        finished_at: when the file was complete; None before.
        version: incremented by each step.
    """

    id: str
    user_id: str
    event_id: str
    filters: Mapping[str, Any]
    separator: str
    language: str
    created_at: datetime
    updated_at: datetime
    status: ExportStatus = ExportStatus.WAITING
    rows: int = 0
    total: int | None = None
    position: str | None = None
    parts: tuple[str, ...] = ()
    is_read: bool = False
    upload_id: str | None = None
    run: int = 0
    locked_until: datetime | None = None
    finished_at: datetime | None = None
    version: int = 1

    @property
    def selection(self) -> Selection:
        """The registrations that it has, and their order."""
        filters = dict(self.filters)
        text, sort = filters.pop("q", None), filters.pop("sort", None)
        return Selection(
            query=parse_query(text) if text else None,
            sort=Sort(sort) if sort else None,
            started_by=self.user_id,
            **filters,
        )

    @property
    def is_finished(self) -> bool:
        """Whether nothing more is written."""
        return self.status in {ExportStatus.READY, ExportStatus.FAILED}

    @property
    def expires_at(self) -> datetime:
        """When its file, or the attempt to write it, ends."""
        return (self.finished_at or self.created_at) + LIFETIME

    def has_expired(self, now: datetime) -> bool:
        """Return whether it has ended, though the file may exist for another day."""
        return self.expires_at <= now

    def is_locked(self, now: datetime) -> bool:
        """Return whether another invocation may be writing."""
        return self.locked_until is not None and self.locked_until > now

    def as_seen_at(self, now: datetime) -> Self:
        """Return it as its owner sees it: one without progress for hours has failed.

        It continues if an operator sends its dead letter again.
        """
        if not self.is_finished and now - self.updated_at > _STALLED_AFTER:
            return replace(self, status=ExportStatus.FAILED)
        return self
