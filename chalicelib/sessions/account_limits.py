"""Limits on what one account does in an hour, over all of its sessions.

They bound what a stolen session or a program in a loop costs and stores: each change adds a line to
a history or to the audit log (OWASP ASVS 5.0 2.4.1). Most are counted in the transaction of the
change, so that they take no round trip, and only what is stored counts.

They count by account, because the owner of a password starts as many sessions as they want. No
honest evening reaches them: docs/security.md, "Limits", has the figures.
"""

from datetime import datetime

from chalicelib.platform.items import Write
from chalicelib.platform.languages import N_
from chalicelib.sessions.rate_limiter import FixedWindowPolicy, rate_limiter_with_session_keys

_TOO_MANY_SAVED = N_("You’ve saved too many changes in the last hour.")
_TOO_MANY_FILES = N_("You’ve downloaded too many files in the last hour.")
_TOO_MANY_ACCOUNTS = N_("You’ve created or changed too many accounts in the last hour.")

APPLICANT_CHANGES = FixedWindowPolicy("applicant changes", 1_000, message=_TOO_MANY_SAVED)
STAFF_CHANGES = FixedWindowPolicy("staff changes", 10_000, message=_TOO_MANY_SAVED)
STAFF_ACCOUNTS = FixedWindowPolicy("staff accounts", 600, message=_TOO_MANY_ACCOUNTS)
OWN_CHANGES = FixedWindowPolicy("own changes", 100, message=_TOO_MANY_SAVED)
OWN_EXPORTS = FixedWindowPolicy("own exports", 30, message=_TOO_MANY_FILES)
EXPORTS = FixedWindowPolicy("exports", 60, message=_TOO_MANY_FILES)
SPREADSHEET_PARTS = FixedWindowPolicy("spreadsheet parts", 1_000, message=_TOO_MANY_FILES)


def count_write(window: FixedWindowPolicy, account_id: str, now: datetime) -> Write:
    """Return the write that counts a change by an account in the transaction of the change.

    The transaction raises TooManyAttempts if the limit is reached.
    """
    return rate_limiter_with_session_keys().count_request_write(window.for_subject(account_id), now)


def count(window: FixedWindowPolicy, account_id: str, now: datetime) -> None:
    """Count a request of an account that writes nothing else.

    Raises:
        TooManyAttempts: the limit is reached; nothing was counted.
    """
    rate_limiter_with_session_keys().count_request(window.for_subject(account_id), now)
