"""Exports that are stored past every rule."""

from typing import Any

from chalicelib.exports.export_job import Export, ExportStatus
from chalicelib.exports.store import ExportStore
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from tests.support.events import EVENT

EXPORT = "ready-export"


def store_ready_export(user_id: str, **overrides: Any) -> Export:
    """Store an export whose file is complete."""
    now = clock.now()
    usual = {
        **{"id": EXPORT, "user_id": user_id, "event_id": EVENT, "filters": {}},
        **{"separator": ",", "language": "en", "created_at": now, "updated_at": now},
        **{"status": ExportStatus.READY, "rows": 3, "total": 3, "finished_at": now},
    }
    export = Export(**usual | overrides)
    ExportStore(database()).transact([ExportStore(database()).add_write(export)])
    return export
