"""SES's mailbox simulator on this machine: addresses whose emails bounce or are marked as spam.

The addresses are those of SES, where they do the same. Each may have a label, so that several
accounts can use it: ``bounce+river@simulator.amazonses.com``. See
docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
"""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.platform import clock
from chalicelib.platform.mail import ACCOUNT_TAG

_DOMAIN = "simulator.amazonses.com"
_REPORTS = {
    "bounce": {"eventType": "Bounce", "bounce": {"bounceType": "Permanent"}},
    "complaint": {"eventType": "Complaint", "complaint": {"complaintFeedbackType": "abuse"}},
}


def message_about(item: Mapping[str, Any]) -> str | None:
    """Return what SES would publish about an email after it was sent; None for nothing.

    Args:
        item: the item of the outbox.
    """
    name, _, domain = str(item.get("to", "")).rpartition("@")
    report = _REPORTS.get(name.partition("+")[0]) if domain == _DOMAIN else None
    if report is None:
        return None
    tags = {ACCOUNT_TAG: [item["account"]]} if "account" in item else {}
    sent = {"destination": [item["to"]], "timestamp": clock.to_text(clock.now()), "tags": tags}
    return json.dumps({**report, "mail": sent})
