"""What staff do with exports: start one, see how far it has got, and download its file.

Each staff member sees only their own. A download needs the permission at that moment: the URL that
it leads to works for a minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.events.service import EventService, event_service
from chalicelib.exports import files
from chalicelib.exports.export_job import Export, ExportStatus
from chalicelib.exports.store import ExportExists, ExportStore
from chalicelib.platform import audit, outbox
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ApiError, NotFound
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.fields import to_camel
from chalicelib.platform.identifiers import new_identifier
from chalicelib.platform.items import Write
from chalicelib.platform.languages import N_
from chalicelib.platform.request import Request
from chalicelib.sessions.account_limits import EXPORTS, count_write
from chalicelib.sessions.session import CurrentUser

STARTED, DOWNLOADED = "export.started", "export.downloaded"
# As many as the list of the page shows.
_MAX_LISTED = 20
_EXPORT_EXISTS = FieldError("export_exists", "This file was already started.")


class ExportNotReady(ApiError):
    """The file of the export isn't complete."""

    STATUS_CODE = 409
    code = "export_not_ready"
    message = N_("This file isn’t ready yet. Please try again later.")


@dataclass(frozen=True, slots=True)
class Download:
    """A URL that downloads a file.

    Attributes:
        url: the URL.
        expires_in_seconds: how long it works.
    """

    url: str
    expires_in_seconds: int


class ExportService:
    """The exports of one staff member, in one request."""

    def __init__(
        self, store: ExportStore, events: EventService, current_user: CurrentUser, request: Request
    ) -> None:
        """Act for the current user, in a request."""
        self._store = store
        self._events = events
        self._account_id = current_user.account.id
        self._request = request
        self._now = request.received_at

    def start(
        self,
        event_id: str,
        filters: Mapping[str, Any],
        separator: str,
        language: str,
        export_id: str | None,
    ) -> Export:
        """Start an export. A repeated request with the same ID starts one.

        Args:
            event_id: the event.
            filters: of the list, as :class:`Export` has them.
            separator: the character between two cells.
            language: the language of the column names and choices.
            export_id: the ID that the client chose; None for a new one.

        Raises:
            NotFound: the event does not exist.
            InvalidFields: another export has that ID.
            TooManyAttempts: the limit of exports is reached.
        """
        self._events.get(event_id)
        export = Export(
            id=export_id or new_identifier(),
            user_id=self._account_id,
            event_id=event_id,
            filters=filters,
            separator=separator,
            language=language,
            created_at=self._now,
            updated_at=self._now,
        )
        writes = self._recorded(STARTED, event_id, filters)
        started = [self._store.add_write(export), continue_write(export), *writes]
        try:
            self._store.transact(started)
        except ExportExists:
            return self._existing(export)
        return export

    def list_all(self, event_id: str) -> list[Export]:
        """Return the exports of an event that have not expired, the newest first."""
        listed = [
            export.as_seen_at(self._now)
            for export in self._store.list_all(self._account_id)
            if export.event_id == event_id and not export.has_expired(self._now)
        ]
        listed.sort(key=lambda export: export.created_at, reverse=True)
        return listed[:_MAX_LISTED]

    def download(self, event_id: str, export_id: str) -> Download:
        """Return a URL that downloads the file, and record the download in the audit log.

        Raises:
            NotFound: the current user has no such export, or it has expired.
            ExportNotReady: the file isn't complete.
            TooManyAttempts: the limit of exports is reached.
        """
        export = self._store.get(self._account_id, export_id)
        if export is None or export.event_id != event_id or export.has_expired(self._now):
            raise NotFound
        if export.status is not ExportStatus.READY:
            raise ExportNotReady
        url = files.download_url(export)
        self._store.transact(self._recorded(DOWNLOADED, event_id, export.filters))
        return Download(url, int(files.DOWNLOAD_LIFETIME.total_seconds()))

    def _existing(self, export: Export) -> Export:
        existing = self._store.get(export.user_id, export.id)
        is_same = existing is not None and (
            (existing.event_id, existing.filters, existing.separator, existing.language)
            == (export.event_id, export.filters, export.separator, export.language)
        )
        if existing is None or not is_same:
            raise InvalidFields({"id": _EXPORT_EXISTS})
        return existing.as_seen_at(self._now)

    def _recorded(self, action: str, event_id: str, filters: Mapping[str, Any]) -> list[Write]:
        """Return the writes that record an act in the audit log, and count it."""
        entry = audit.entry_write(
            subject=event_id,
            actor=self._account_id,
            action=action,
            fields=map(to_camel, filters),
            request_id=self._request.id,
            now=self._now,
        )
        return [entry, count_write(EXPORTS, self._account_id, self._now)]


def continue_write(export: Export) -> Write:
    """Return the write that has the function ``export-writer`` write an export, or go on."""
    content = {
        "type": "export",
        "user": export.user_id,
        "export": export.id,
        "run": export.run,
    }
    return outbox.enqueue_write(outbox.Queue.EXPORTS, content, export.updated_at)


def export_service(current_user: CurrentUser, request: Request) -> ExportService:
    """Return the exports of the current user on this process's stage."""
    return ExportService(ExportStore(database()), event_service(), current_user, request)
