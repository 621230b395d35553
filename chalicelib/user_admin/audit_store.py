"""The DynamoDB store of the audit log: one item for each entry, under the key of its subject."""

from chalicelib.platform import clock
from chalicelib.platform.audit import AUDIT
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Item, Query
from chalicelib.user_admin.audit_entry import AuditEntry


class AuditStore:
    """Read access to the table ``audit``. The code that makes a change writes its entry."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def entries(
        self, subject: str, limit: int, after: dict[str, str] | None
    ) -> tuple[list[AuditEntry], dict[str, str] | None]:
        """Return a page of entries about a subject, newest first, and the next page's position."""
        entries = Query(
            AUDIT,
            key_attributes=("subject", "id"),
            key_condition="subject = :subject",
            expression_values={":subject": subject},
        )
        items, position = self._database.query(entries, limit, after)
        return [_from_item(item) for item in items], position


def _from_item(item: Item) -> AuditEntry:
    return AuditEntry(
        at=clock.from_text(item["at"]),
        actor=item["actor"],
        action=item["action"],
        subject=item["subject"],
        fields=tuple(item["fields"]),
        request_id=item["requestId"],
        related=item.get("related"),
        reason=item.get("reason"),
    )
