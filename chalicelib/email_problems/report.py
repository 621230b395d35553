"""What SES reports about an email: that it bounced, or that its reader marked it as spam.

The format is at docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html. A
report is data from outside: parsing trusts none of its fields.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.identity.email_marks import EmailProblem
from chalicelib.platform import clock
from chalicelib.platform.errors import InvalidJson
from chalicelib.platform.json_bodies import parse_json
from chalicelib.platform.mail import ACCOUNT_TAG

# An email address has at most 254 characters (RFC 5321, 4.5.3.1.3); an identifier has 26.
_LONGEST = 320
_LONGEST_REPORT = 256 * 1024


class NotReported(Exception):
    """A message reports nothing that concerns an account's address; the text says why."""


@dataclass(frozen=True, slots=True)
class Report:
    """A bounce or a complaint.

    Attributes:
        account_id: the account that the email was for, as the message tag names it.
        address: the address that the email was sent to.
        problem: what happened.
        sent_at: when SES accepted the email.
    """

    account_id: str
    address: str
    problem: EmailProblem
    sent_at: datetime


def parse(message: object) -> Report:
    """Return the report in an SNS message.

    Args:
        message: its text.

    Raises:
        NotReported: it is malformed, or a bounce for now only, or names no account.
    """
    if not isinstance(message, str) or len(message) > _LONGEST_REPORT:
        raise NotReported("malformed")
    try:
        event = parse_json(message.encode(errors="replace"))
        problem = _problem(event)
        mail = event["mail"]
        [address] = mail["destination"]
        sent_at = clock.from_text(mail["timestamp"])
        [account_id] = mail["tags"].get(ACCOUNT_TAG) or [""]
    except (InvalidJson, KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise NotReported("malformed") from None
    if not _is_text(address) or not isinstance(account_id, str):
        raise NotReported("malformed")
    if not _is_text(account_id):
        raise NotReported("no account")
    return Report(account_id, address, problem, sent_at)


def _problem(event: dict[str, Any]) -> EmailProblem:
    """Return what an event reports.

    Raises:
        NotReported: the mailbox was full or busy, or the reader said that the email isn't spam.
    """
    if event["eventType"] == "Bounce":
        if event["bounce"]["bounceType"] != "Permanent":
            raise NotReported("not permanent")
        return EmailProblem.BOUNCED
    if event["eventType"] == "Complaint":
        if event["complaint"].get("complaintFeedbackType") == "not-spam":
            raise NotReported("not spam")
        return EmailProblem.COMPLAINED
    raise NotReported("another event")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST
