"""Reports of SES about emails, as the function ``email-feedback`` gets them from SNS."""

import json
from typing import Any

from chalicelib.email_problems import feedback
from chalicelib.identity.account import Account

# Long after any test's clearing of marks.
SENT_AT = "2099-01-01T12:00:00.123Z"


def bounce(account: Account, **changes: Any) -> dict[str, Any]:
    """Return the report of an email to an account's address that bounced for good."""
    return _event(
        account, "Bounce", {"bounceType": "Permanent", "bounceSubType": "General"}, changes
    )


def complaint(account: Account, **changes: Any) -> dict[str, Any]:
    """Return the report of an email that its reader marked as spam."""
    return _event(account, "Complaint", {"complaintFeedbackType": "abuse"}, changes)


def _event(
    account: Account, kind: str, details: dict[str, Any], changes: dict[str, Any]
) -> dict[str, Any]:
    mail = {
        "timestamp": changes.pop("sent_at", SENT_AT),
        "messageId": "0100018f-example",
        "destination": [changes.pop("to", account.email)],
        "tags": {"ses:configuration-set": ["a-set"], "account": [account.id]},
        "headers": [{"name": "Subject", "value": "Your password was changed"}],
    }
    return {"eventType": kind, kind.lower(): details | changes, "mail": mail}


def report(*events: Any) -> None:
    """Have SNS invoke the function with events; a text is passed on as it is."""
    texts = [event if isinstance(event, str) else json.dumps(event) for event in events]
    feedback.run({"Records": [{"Sns": {"Message": text}} for text in texts]})
