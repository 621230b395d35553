"""The structured log: one JSON line for each event."""

import json
import sys
from contextvars import ContextVar
from enum import StrEnum
from typing import Any

from chalicelib.platform import clock

_account: ContextVar[str | None] = ContextVar("account", default=None)
_factors: ContextVar[str | None] = ContextVar("factors", default=None)


class LogEvent(StrEnum):
    """The events of the log: those of OWASP ASVS 5.0 16.3.1 and 16.3.2, and failures."""

    SIGNED_UP = "signed_up"
    SIGN_UP_LINK_REQUESTED = "sign_up_link_asked"
    SIGNED_IN = "signed_in"
    SIGN_IN_CODE_REQUESTED = "sign_in_code_asked"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    ALL_SESSIONS_ENDED = "all_sessions_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # nosec B105 # an event
    PASSWORD_RESET = "password_reset"  # noqa: S105  # nosec B105 # an event
    PASSWORD_RESET_REQUESTED = "password_reset_asked"  # noqa: S105  # nosec B105 # an event
    PROVIDER_SIGN_IN_STARTED = "provider_asked"
    PROVIDER_RETURNED = "provider_returned"
    PROVIDER_SIGN_IN_REJECTED = "provider_refused"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  # nosec B105 # an event
    WRONG_CODE = "wrong_code"
    WRONG_PASSKEY = "wrong_passkey"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSWORD_REMOVED = "password_removed"  # noqa: S105  # nosec B105 # an event
    IDENTITY_CONFIRMED = "identity_confirmed"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    RECOVERY_CODES_CREATED = "recovery_codes_made"
    ACCOUNT_CHANGED = "account_changed"
    EMAIL_VERIFICATION_REQUESTED = "email_verification_asked"
    EMAIL_VERIFIED = "email_verified"
    REQUEST_REJECTED = "refused"
    PROBE_DETECTED = "probe"
    ACCOUNT_EXPORTED = "account_exported"
    ACCOUNT_ERASED = "account_erased"
    PRIVILEGED_ACTION = "privileged_act"
    EMAIL_SENT = "mail_sent"
    EMAIL_NOT_SENT = "mail_not_sent"
    EMAIL_RATE_LIMITED = "mail_limited"
    REMINDER_SENT = "reminded"
    EXPORT_WRITTEN = "export_written"
    EMAIL_BOUNCED = "mail_bounced"
    EMAIL_MARKED_AS_SPAM = "mail_complained"
    EMAIL_REPORT_IGNORED = "mail_report_ignored"
    EMAIL_PROBLEMS_CLEARED = "email_problems_cleared"
    WEBHOOK_DELIVERED = "webhook_delivered"
    WEBHOOK_NOT_DELIVERED = "webhook_not_delivered"
    LAST_REQUEST_NOT_RECORDED = "session_not_noted"
    BREACHED_PASSWORDS_UNAVAILABLE = "breached_passwords_unavailable"
    UNAVAILABLE = "unavailable"
    INTERNAL_ERROR = "internal_error"


def bind_account(account_id: str | None) -> None:
    """Add an account to each later line of this request.

    Args:
        account_id: the account ID. Never a username: people type passwords in its place. None at
            the start of a request.
    """
    _account.set(account_id)
    _factors.set(None)


def bind_factors(factors: str) -> None:
    """Add to each later line of this request how the person proved who they are.

    Args:
        factors: ``passkey``; or ``password``, ``email_code``, or ``provider``, then ``+app`` or
            ``+recovery_code`` with a second factor.
    """
    _factors.set(factors)


def emit(event: LogEvent, **fields: Any) -> None:
    """Write one JSON line to standard output, from where Lambda sends it to CloudWatch.

    Never pass a password, a token, or a whole body. Characters other than printable ASCII are
    escaped, so that no value can forge a line or control a terminal (OWASP ASVS 5.0 16.4.1).
    """
    account_id = _account.get()
    context = {"account": account_id} if account_id else {}
    if factors := _factors.get():
        context["factors"] = factors
    line = {"at": clock.to_text(clock.now()), "event": event, **context, **fields}
    # JSON escapes all control characters except DEL.
    sys.stdout.write(json.dumps(line, default=str).replace("\x7f", "\\u007f") + "\n")
    sys.stdout.flush()
