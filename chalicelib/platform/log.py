"""One structured line for each thing worth knowing afterwards."""

import json
import sys
from contextvars import ContextVar
from enum import StrEnum
from typing import Any

from chalicelib.platform import clock

_account: ContextVar[str | None] = ContextVar("account", default=None)


class Event(StrEnum):
    """What a line tells of (OWASP ASVS 5.0 16.3.1 and 16.3.2, and faults)."""

    SIGNED_UP = "signed_up"
    SIGN_UP_LINK_ASKED = "sign_up_link_asked"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    ALL_SESSIONS_ENDED = "all_sessions_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (an event)
    PASSWORD_RESET = "password_reset"  # noqa: S105 (an event)
    RESET_ASKED = "password_reset_asked"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 (an event)
    WRONG_CODE = "wrong_code"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    ACCOUNT_CHANGED = "account_changed"
    VERIFICATION_ASKED = "email_verification_asked"
    EMAIL_VERIFIED = "email_verified"
    REFUSED = "refused"
    ACCOUNT_EXPORTED = "account_exported"
    ACCOUNT_ERASED = "account_erased"
    PRIVILEGED_ACT = "privileged_act"
    MAIL_SENT = "mail_sent"
    MAIL_NOT_SENT = "mail_not_sent"
    MAIL_LIMITED = "mail_limited"
    SESSION_NOT_NOTED = "session_not_noted"
    BREACHES_UNAVAILABLE = "breached_passwords_unavailable"
    UNAVAILABLE = "unavailable"
    INTERNAL_ERROR = "internal_error"


def concern(account: str | None) -> None:
    """Say whose account this request is about; each line says so from now on.

    Args:
        account: its identifier. Never a name: people type passwords where a name is asked for.
            None as a request begins.
    """
    _account.set(account)


def record(event: Event, **facts: Any) -> None:
    """Write one JSON line to standard output, where Lambda collects it.

    Never pass a password, a token or a whole body. All but printable ASCII leaves escaped, so that
    no value can forge a line or speak to a terminal (OWASP ASVS 5.0 16.4.1).
    """
    account = _account.get()
    about = {"account": account} if account else {}
    line = {"at": clock.to_text(clock.now()), "event": event, **about, **facts}
    # DEL is the one control character that JSON lets through.
    sys.stdout.write(json.dumps(line, default=str).replace("\x7f", "\\u007f") + "\n")
    sys.stdout.flush()
