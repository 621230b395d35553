"""The function ``mail``: it renders the emails of two queues and sends them.

Lambda invokes it with one email at a time, so an invocation that is killed repeats one email at
most. An email that isn't accepted returns to its queue, which delivers it again later; in the end
it becomes a dead letter.
"""

import json
from datetime import timedelta
from typing import Any

from chalicelib.platform import clock, emails, log, mail
from chalicelib.platform.outbox import DECOY_ADDRESS, Email, Queue

# A one-time link works this long. A later email would only disappoint.
TOKEN_LIFETIME = timedelta(hours=1)


class NotSent(Exception):
    """An email wasn't accepted; the queue delivers it again."""


def run(event: dict[str, Any], _context: Any = None) -> None:
    """Send the emails that Lambda took from a queue; one at a time.

    Raises:
        NotSent: the email wasn't accepted.
    """
    log.bind_account(None)
    for record in event["Records"]:
        item = json.loads(record["body"])
        email = Email.from_item(item)
        if email.to == DECOY_ADDRESS:
            continue
        if item["queue"] == Queue.LINK_EMAILS and is_over(item["at"]):
            expired = "the link has expired"
            log.emit(log.LogEvent.EMAIL_NOT_SENT, template=email.template, cause=expired)
        elif cause := mail.send(emails.render(email)):
            raise NotSent(cause)


def is_over(at: str) -> bool:
    """Return whether a link that was made at a time doesn't work any more."""
    return clock.now() >= clock.from_text(at) + TOKEN_LIFETIME
