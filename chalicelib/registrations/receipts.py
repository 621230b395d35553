"""Receipts of registrations, of which an applicant is mailed a few an hour at most."""

from datetime import datetime

from chalicelib.events.event import Event
from chalicelib.identity.account import Account
from chalicelib.platform import outbox
from chalicelib.platform.items import Write
from chalicelib.registrations import emails
from chalicelib.registrations.registration import Registration
from chalicelib.sessions.rate_limiter import (
    FixedWindowPolicy,
    SubjectWindow,
    rate_limiter_with_session_keys,
)

RECEIPTS_PER_ACCOUNT = FixedWindowPolicy("receipt account", 5)


def receipt_writes(
    account: Account, event: Event, registration: Registration, now: datetime
) -> list[Write]:
    """Return the writes that email and count the receipt of a submission.

    The transaction raises TooManyAttempts if the applicant got several receipts in the same hour.
    The caller then submits without one.

    Args:
        account: the applicant.
        event: the event.
        registration: as it is submitted.
        now: the current time.
    """
    email_writes = outbox.email_writes(now, emails.receipt(account, event, registration))
    if not email_writes:
        return []
    return [
        *email_writes,
        rate_limiter_with_session_keys().count_request_write(_limit(account.id), now),
    ]


def _limit(account_id: str) -> SubjectWindow:
    """Return what the receipt of a registration counts for."""
    return RECEIPTS_PER_ACCOUNT.for_subject(account_id)
