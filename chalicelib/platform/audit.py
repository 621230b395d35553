"""The audit: who did what to what, kept though the person it was done to is erased.

It holds names of fields and no values, so that nothing personal stays in it. The reason that staff
give for a merge of two accounts is the one text in it.
"""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.platform import clock
from chalicelib.platform.identifiers import new_identifier
from chalicelib.platform.items import Write

AUDIT = "audit"


def entry_write(
    *,
    subject: str,
    actor: str,
    action: str,
    fields: Iterable[str],
    request: str,
    now: datetime,
    related: str | None = None,
    reason: str | None = None,
) -> Write:
    """Return the write of an entry, to go into the transaction of what it records.

    Args:
        subject: the identifier of what it was done to.
        actor: the identifier of the account that did it.
        action: what was done, for example ``event.changed``.
        fields: the names of what it changed.
        request: the identifier of the request.
        now: when.
        related: the identifier of another account that it was about, too.
        reason: why, in the actor's words, where they had to say.
    """
    told = {"related": related, "reason": reason}
    item = {
        "subject": subject,
        "id": new_identifier(),
        "at": clock.to_text(now),
        "actor": actor,
        "action": action,
        "fields": sorted(fields),
        "requestId": request,
        **{name: value for name, value in told.items() if value is not None},
    }
    return Write("Put", AUDIT, item)
