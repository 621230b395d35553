"""Receipts of registrations, of which an applicant is mailed a few an hour at most."""

import contextlib
from datetime import datetime

from chalicelib.platform import log, mail
from chalicelib.platform.errors import ServiceUnavailable, TooManyAttempts
from chalicelib.platform.mail import Message
from chalicelib.sessions.rate_limiter import FixedWindow, KeyedWindow, shared_rate_limiter

RECEIPTS_OF_ACCOUNT = FixedWindow("receipt account", 5)


def send(receipt: Message, account_id: str, now: datetime) -> None:
    """Mail a receipt, unless its applicant has several of the same hour.

    What was submitted stays submitted either way, and so it does where nothing can be counted.

    Args:
        receipt: the mail.
        account_id: whose registration it is about.
        now: the current time.
    """
    try:
        with contextlib.suppress(ServiceUnavailable):
            shared_rate_limiter().hit(_limit(account_id), now)
    except TooManyAttempts:
        log.emit(log.LogEvent.MAIL_LIMITED, subject=receipt.subject)
    else:
        mail.send(receipt)


def _limit(account_id: str) -> KeyedWindow:
    """Return what the receipt of a registration counts for."""
    return RECEIPTS_OF_ACCOUNT.for_key(account_id)
