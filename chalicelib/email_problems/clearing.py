"""Clearing the marks of an account's addresses, so that they get emails again."""

from dataclasses import replace
from datetime import datetime

from chalicelib.email_problems.store import EmailProblemStore
from chalicelib.identity.account import Account
from chalicelib.identity.email_marks import EmailMarks
from chalicelib.platform.dynamodb import database
from chalicelib.sessions.rate_limiter import FixedWindowPolicy, rate_limiter_with_session_keys

# Each time, one more email may bounce, for which SES blames the service.
CLEARINGS_PER_ACCOUNT = FixedWindowPolicy("email problem account", 3)


def clear(account: Account, now: datetime) -> Account:
    """Clear the marks of an account; without one, nothing is written or counted.

    Returns:
        The account without marks.

    Raises:
        Unauthenticated: the account was deleted at the same moment.
        TooManyAttempts: the owner cleared marks three times within the hour.
        ServiceUnavailable: DynamoDB failed.
    """
    if account.email_problem is None and account.pending_email_problem is None:
        return account
    limit = CLEARINGS_PER_ACCOUNT.for_subject(account.id)
    count_write = rate_limiter_with_session_keys().count_request_write(limit, now)
    EmailProblemStore(database()).clear(account.id, now, [count_write])
    return replace(account, email_marks=EmailMarks())
