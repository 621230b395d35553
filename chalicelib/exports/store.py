"""The DynamoDB store of exports. The key has the account ID of the person who asked for one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.exports.export_job import LIFETIME, Export, ExportStatus
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Item, Query, Read, Write

EXPORTS = "exports"


class ExportExists(Exception):
    """The person has an export with this ID."""


class ExportChanged(Exception):
    """Another invocation has changed the export since it was read, or it was deleted."""


class ExportStore:
    """The table ``exports``."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def get(self, user_id: str, export_id: str) -> Export | None:
        """Return an export of a person; None if there is none."""
        return self._database.get(Read(EXPORTS, {"userId": user_id, "id": export_id}, _from_item))

    def list_all(self, user_id: str) -> list[Export]:
        """Return all exports of a person."""
        query = Query(
            EXPORTS,
            key_attributes=("userId", "id"),
            key_condition="userId = :user",
            expression_values={":user": user_id},
        )
        return [_from_item(item) for item in self._database.query_all(query)]

    def transact(self, writes: Sequence[Write]) -> None:
        """Run all of these writes or none."""
        self._database.transact(writes)

    def add_write(self, export: Export) -> Write:
        """Return the write of a new export; it raises ExportExists if the ID is taken."""
        condition = {"ConditionExpression": "attribute_not_exists(id)"}
        return Write("Put", EXPORTS, _to_item(export), condition, on_condition_failed=ExportExists)

    def replace_write(self, export: Export, seen: int) -> Write:
        """Return the write of a changed export; it raises ExportChanged.

        Args:
            export: the export after the change.
            seen: the version that was read.
        """
        return Write(
            "Put",
            EXPORTS,
            _to_item(export),
            {"ConditionExpression": "version = :seen"},
            {":seen": seen},
            ExportChanged,
        )


def _to_item(export: Export) -> Item:
    item: Item = {
        "userId": export.user_id,
        "id": export.id,
        "eventId": export.event_id,
        "filters": dict(export.filters),
        "separator": export.separator,
        "language": export.language,
        "createdAt": clock.to_text(export.created_at),
        "updatedAt": clock.to_text(export.updated_at),
        "status": export.status.value,
        "rows": export.rows,
        "total": export.total,
        "position": export.position,
        "parts": list(export.parts),
        "isRead": export.is_read,
        "uploadId": export.upload_id,
        "run": export.run,
        "lockedUntil": _text(export.locked_until),
        "finishedAt": _text(export.finished_at),
        "version": export.version,
        # As long as any export may live: 24 hours to be written, and as long to be downloaded.
        "ttl": int((export.created_at + 2 * LIFETIME).timestamp()),
    }
    return {name: value for name, value in item.items() if value is not None}


def _from_item(item: Item) -> Export:
    return Export(
        id=item["id"],
        user_id=item["userId"],
        event_id=item["eventId"],
        filters=item["filters"],
        separator=item["separator"],
        language=item["language"],
        created_at=clock.from_text(item["createdAt"]),
        updated_at=clock.from_text(item["updatedAt"]),
        status=ExportStatus(item["status"]),
        rows=item["rows"],
        total=item.get("total"),
        position=item.get("position"),
        parts=tuple(item["parts"]),
        is_read=item["isRead"],
        upload_id=item.get("uploadId"),
        run=item["run"],
        locked_until=_time(item.get("lockedUntil")),
        finished_at=_time(item.get("finishedAt")),
        version=item["version"],
    )


def _text(moment: datetime | None) -> str | None:
    return clock.to_text(moment) if moment else None


def _time(text: Any) -> datetime | None:
    return clock.from_text(text) if text else None
