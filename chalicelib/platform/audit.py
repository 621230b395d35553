"""Write the audit log: who changed what. Entries remain when their subject is erased.

Each entry is written once: no role may update or delete one, and the write requires that no entry
has its key. An entry holds field names but no values, so it contains no personal data. The only
text is the reason that staff give for a merge of two accounts.
"""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.platform import clock
from chalicelib.platform.identifiers import new_identifier
from chalicelib.platform.items import Write, put_if_absent_write

AUDIT = "audit"


def entry_write(
    *,
    subject: str,
    actor: str,
    action: str,
    fields: Iterable[str],
    request_id: str,
    now: datetime,
    related: str | None = None,
    reason: str | None = None,
) -> Write:
    """Return the write of an entry, for the transaction with the change that it records.

    Args:
        subject: the identifier of the changed account, event, or API key.
        actor: the identifier of the account that made the change, or of the API key in use.
        action: the kind of change, for example ``event.changed``.
        fields: the names of the changed fields.
        request_id: the identifier of the request.
        now: the time of the change.
        related: the identifier of the other account in a merge.
        reason: the reason in the actor's words, for actions that require one.
    """
    details = {"related": related, "reason": reason}
    item = {
        "subject": subject,
        "id": new_identifier(),
        "at": clock.to_text(now),
        "actor": actor,
        "action": action,
        "fields": sorted(fields),
        "requestId": request_id,
        **{name: value for name, value in details.items() if value is not None},
    }
    return put_if_absent_write(AUDIT, item, partition_key="subject")
