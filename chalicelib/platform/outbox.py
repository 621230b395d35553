"""The outbox: what follows from a change, stored in the change's own transaction.

An item says what to do, and in which queue it waits. The table's stream hands each new item to the
function ``outbox``, which passes it on (:mod:`chalicelib.delivery.relay`). So nothing that follows
from a change is lost, and a request waits for none of it. No function may read the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from chalicelib.platform import clock, log, settings
from chalicelib.platform.identifiers import new_identifier
from chalicelib.platform.items import Item, Write, put_if_absent_write
from chalicelib.platform.languages import Language

OUTBOX_TABLE = "outbox"
# The function ``outbox`` deletes an item once its queue has it. What remains is undelivered, which
# an alarm tells; an operator has this long to hand it over.
ITEM_LIFETIME = timedelta(days=7)
# An email without an address is a decoy: it is stored like any other, and not sent.
DECOY_ADDRESS = ""


class Queue(StrEnum):
    """The queues. Each has consumers of its own, so that no item waits for those of another."""

    # Emails with a link: a person waits for each.
    LINK_EMAILS = "links"
    NOTICES = "notices"
    # Requests for a password reset link.
    PASSWORD_RESET_REQUESTS = "resets"  # noqa: S105  # nosec B105 # a queue
    # Events for the EventBridge bus: see :mod:`chalicelib.platform.cloud_events`.
    EVENT_BUS = "bus"
    # Exports of registrations to a file: see :mod:`chalicelib.exports.writer`.
    EXPORTS = "exports"


@dataclass(frozen=True, slots=True)
class Email:
    """An email that is not rendered yet.

    Attributes:
        to: an email address, or ``DECOY_ADDRESS``.
        language: the reader's language; None for English.
        template: its name in ``web/templates/emails``.
        link: the URL of its button, if it has one.
        template_values: values for the template's names in braces.
        account_id: the ID of the account whose owner gets it, to mark its address if the email
            bounces; None without one.
    """

    to: str
    language: Language | None
    template: str
    link: str | None = None
    template_values: Mapping[str, str] = field(default_factory=dict)
    account_id: str | None = None

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self:
        """Return the email of an item of the outbox."""
        language = item.get("language")
        return cls(
            to=item["to"],
            language=Language(language) if language else None,
            template=item["template"],
            link=item.get("link"),
            template_values=item["facts"],
            account_id=item.get("account"),
        )

    def to_item(self) -> Item:
        """Return the attributes that :meth:`from_item` reads."""
        language = self.language and self.language.value
        optional = {"language": language, "link": self.link, "account": self.account_id}
        return {
            "to": self.to,
            "template": self.template,
            "facts": dict(self.template_values),
            **{name: value for name, value in optional.items() if value},
        }


def email_writes(now: datetime, *emails: Email | None) -> list[Write]:
    """Return the writes of emails, for the transaction with the change that they tell of.

    Args:
        now: the current time.
        emails: the emails; each None is left out.

    Returns:
        No writes on a stage that sends no email, which the log tells.
    """
    present_emails = [email for email in emails if email]
    if present_emails and not settings.current().sends_mail:
        for email in present_emails:
            cause = "neither MAIL_FROM nor MAIL_FOLDER is set"
            log.emit(log.LogEvent.EMAIL_NOT_SENT, template=email.template, cause=cause)
        return []
    return [
        enqueue_write(Queue.LINK_EMAILS if email.link else Queue.NOTICES, email.to_item(), now)
        for email in present_emails
    ]


def enqueue_write(queue: Queue, payload: Item, now: datetime) -> Write:
    """Return the write of an item.

    Args:
        queue: where it waits for its consumer.
        payload: what the consumer reads.
        now: the current time.
    """
    item = {
        "id": new_identifier(),
        "queue": queue.value,
        "at": clock.to_text(now),
        "ttl": int((now + ITEM_LIFETIME).timestamp()),
        **payload,
    }
    return put_if_absent_write(OUTBOX_TABLE, item, partition_key="id")
