"""An entry of the audit log."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry of the audit log: who changed what.

    Attributes:
        at: when.
        actor: the identifier of the account that did it; ``ops`` for the command line.
        action: what was done, for example ``account.role_changed``.
        subject: the identifier of what it was done to.
        fields: the names of what changed.
        request_id: the identifier of the request.
        related: the identifier of another account that it was about, too; None without one.
        reason: why, in the actor's words; None where they didn't have to say.
    """

    at: datetime
    actor: str
    action: str
    subject: str
    fields: tuple[str, ...]
    request_id: str
    related: str | None = None
    reason: str | None = None
