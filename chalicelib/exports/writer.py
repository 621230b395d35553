"""The function ``export-writer``: it writes the file of an export in parts.

A queue invokes it. A step reads registrations for one part of the file, uploads the part, and
stores how far it got. An invocation takes steps for a while, and then has another one continue
through the outbox, in the transaction that stores the last step. So the file may take longer than
an invocation can. One that is killed repeats one step at most, which replaces the same part. A
message that is delivered again finds that its run is over, or that another invocation has the lock.
"""

import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.events.event import Event
from chalicelib.events.service import EventService, event_service
from chalicelib.exports import emails, files
from chalicelib.exports.export_job import Export, ExportStatus
from chalicelib.exports.service import continue_write
from chalicelib.exports.store import ExportChanged, ExportStore
from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.identity.role import Permission
from chalicelib.platform import clock, log, outbox
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import NotFound, ServiceUnavailable
from chalicelib.platform.items import Write
from chalicelib.platform.languages import Language
from chalicelib.registrations.workflow import Status
from chalicelib.staff import spreadsheet
from chalicelib.staff.search import registration_search
from chalicelib.staff.summary import event_summary
from chalicelib.staff.views import with_staff_names, without_drafts

# An invocation begins no step after this time. The longest step reads the whole list for one part,
# because few registrations match: about 150 s for a million. Lambda ends the function after 300 s.
RUN_SECONDS = 90.0
# Longer than Lambda lets an invocation run, and shorter than its message stays invisible.
LOCK = timedelta(seconds=330)
_PAGE = 500


class NotWritten(Exception):
    """An export couldn't be continued; the queue delivers its message again."""


class ExportWriter:
    """Writes the exports of one stage."""

    def __init__(
        self, store: ExportStore, accounts: AccountRepository, events: EventService
    ) -> None:
        """Use the stage's exports, accounts, and events."""
        self._store = store
        self._accounts = accounts
        self._events = events

    def write(self, user_id: str, export_id: str, run: int) -> None:
        """Write an export until it's complete, or the time is over.

        Args:
            user_id: the account ID of the person who asked for it.
            export_id: the export's ID.
            run: the number of the run, as its message has it.

        Raises:
            NotWritten: another invocation may be writing.
            ExportChanged: another invocation has written, or the export was deleted.
            ServiceUnavailable: DynamoDB or S3 failed; what was stored stays.
        """
        export = self._store.get(user_id, export_id)
        if export is None or export.is_finished or export.run != run:
            return
        now = clock.now()
        if export.is_locked(now):
            raise NotWritten("another invocation may be writing this export")
        export = self._save(replace(export, status=ExportStatus.WRITING, locked_until=now + LOCK))
        account = self._accounts.get_many([user_id]).get(user_id)
        event = self._event(export)
        if account is None or event is None or not _may_have(account, export):
            self._give_up(export)
            return
        self._take_steps(export, account, event)

    def _take_steps(self, export: Export, account: Account, event: Event) -> None:
        deadline = time.monotonic() + RUN_SECONDS
        if export.upload_id is None:
            total = _total(export)
            export = self._save(replace(export, upload_id=files.begin(export), total=total))
        while not export.is_read:
            export = self._write_part(export, event)
            if not export.is_read and time.monotonic() >= deadline:
                export = replace(export, run=export.run + 1, locked_until=None)
                self._save(export, continue_write(export))
                return
        files.complete(export)
        finished = replace(
            export,
            status=ExportStatus.READY,
            finished_at=clock.now(),
            **_WITHOUT_WORK,
        )
        told = outbox.email_writes(clock.now(), emails.ready(account, event))
        self._save(finished, *told)
        log.emit(log.LogEvent.EXPORT_WRITTEN, export=export.id, rows=export.rows)

    def _write_part(self, export: Export, event: Event) -> Export:
        """Write one part of the file: read registrations until there are enough for one."""
        search = registration_search(clock.now())
        content, rows, position = bytearray(), 0, export.position
        while True:
            page, position = search.select(export.event_id, export.selection, _PAGE, position)
            registrations = with_staff_names(without_drafts(page), self._accounts.usernames)
            text = spreadsheet.write_csv(
                registrations,
                event.time_zone,
                separator=export.separator,
                language=Language(export.language),
                with_header=not export.parts and not content,
            )
            content += text.encode()
            rows += len(registrations)
            if position is None or len(content) >= files.PART_BYTES:
                break
        etag = files.upload_part(export, len(export.parts) + 1, bytes(content))
        return self._save(
            replace(
                export,
                rows=export.rows + rows,
                position=position,
                parts=(*export.parts, etag),
                is_read=position is None,
            )
        )

    def _give_up(self, export: Export) -> None:
        """End an export that no one may download any more."""
        if export.upload_id is not None:
            files.abort(export)
        self._save(replace(export, status=ExportStatus.FAILED, **_WITHOUT_WORK))

    def _event(self, export: Export) -> Event | None:
        try:
            return self._events.get(export.event_id)
        except NotFound:
            return None

    def _save(self, export: Export, *extra_writes: Write) -> Export:
        """Store a step, if no other invocation has stored one; return the export after it."""
        after = replace(export, version=export.version + 1, updated_at=clock.now())
        step = self._store.replace_write(after, export.version)
        self._store.transact([step, *extra_writes])
        return after


# What an export has no more use for when it's finished.
_WITHOUT_WORK: dict[str, Any] = {
    "upload_id": None,
    "position": None,
    "parts": (),
    "locked_until": None,
}


def run(event: dict[str, Any], _context: Any = None) -> None:
    """Write the exports whose messages Lambda took from the queue; one at a time.

    Raises:
        NotWritten: SQS delivers the message again.
    """
    log.bind_account(None)
    writer = ExportWriter(ExportStore(database()), account_repository(), event_service())
    for record in event["Records"]:
        message = json.loads(record["body"])
        try:
            writer.write(message["user"], message["export"], message["run"])
        except ExportChanged as error:
            # Another invocation goes on, or the export was deleted: the next delivery finds out.
            raise NotWritten("another invocation changed the export") from error
        except ServiceUnavailable as error:
            log.emit(log.LogEvent.UNAVAILABLE, cause=error.cause)
            raise NotWritten(error.cause) from error


def _may_have(account: Account, export: Export) -> bool:
    is_permitted = account.role.permits(Permission.MANAGE_REGISTRATIONS)
    return is_permitted and not account.disabled and not export.has_expired(clock.now())


def _total(export: Export) -> int | None:
    """Return how many registrations there are, for the display of progress.

    The event's counters know that by status; other filters would need a count of the list.
    """
    if set(export.filters) - {"status", "sort"}:
        return None
    by_status = event_summary(export.event_id, None, clock.now()).by_status
    status = export.filters.get("status")
    counted = {name: n for name, n in by_status.items() if name != Status.DRAFT}
    return counted.get(status, 0) if status else sum(counted.values())
