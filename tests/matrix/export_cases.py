"""What the function ``export-writer`` does, for the fault matrix.

Faults of S3, and each kind of list, are in tests/exports/test_writer.py.
"""

import itertools
from collections import Counter
from datetime import timedelta
from typing import Any
from unittest import mock

from chalicelib.exports import files
from chalicelib.exports.export_job import ExportStatus
from chalicelib.exports.service import continue_write
from chalicelib.identity.role import Role
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from tests.matrix.triggers import Trigger, Triggers
from tests.support.accounts import store_account
from tests.support.environments import Stage
from tests.support.events import create_event, make_registration, store_registrations
from tests.support.exports import store_ready_export

# Then SQS delivers a message again, and the lock of an invocation that was killed is over.
_AGAIN = timedelta(minutes=15)


def _begin(triggers: Triggers, role: Role, **begun: Any) -> Trigger:
    create_event()
    store_registrations(*(make_registration(number) for number in range(3)))
    triggers.backend.clear("outbox")
    owner = store_account("ada", role, email="ada@e.co", email_verified=True)
    work = {"status": ExportStatus.WAITING, "rows": 0, "total": None, "finished_at": None}
    export = store_ready_export(owner.id, **work, **begun)
    database().transact([continue_write(export)])
    assert triggers.stream("outbox")()
    invoke, deliveries, now = triggers.queue("export-writer"), itertools.count(), clock.now()

    def invoke_later() -> bool:
        moment = now + next(deliveries) * _AGAIN
        with mock.patch.object(clock, "now", return_value=moment):
            return invoke()

    return invoke_later


def begin(triggers: Triggers) -> Trigger:
    return _begin(triggers, Role.ADMIN)


def begin_to_end(triggers: Triggers) -> Trigger:
    """An upload has begun, and its owner is no longer staff."""
    trigger = _begin(triggers, Role.USER)
    [row] = triggers.backend.rows("exports")
    key = {name: row[name] for name in ("userId", "id")}
    export = store_ready_export("another")
    triggers.backend.change("exports", key, uploadId=files.begin(export))
    triggers.backend.remove("exports", {"userId": "another", "id": export.id})
    return trigger


def exported(backend: Stage) -> Counter[str]:
    """How the export ended, and the emails about it."""
    [row] = backend.rows("exports")
    emails = [mail for mail in backend.rows("outbox") if mail.get("template") == "export-ready"]
    return Counter([f"{row['status']}, {row['rows']} rows", *(mail["to"] for mail in emails)])
