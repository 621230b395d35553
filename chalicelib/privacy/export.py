"""Export of all data about an account, for its owner."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.identity.account import Account
from chalicelib.identity.last_uses import LastUses
from chalicelib.passkeys.passkey import Passkey
from chalicelib.passkeys.store import passkey_store
from chalicelib.platform.languages import Language
from chalicelib.privacy.personal_data import (
    ChangedBy,
    ExportedRegistration,
    changed_by,
    personal_registrations,
)
from chalicelib.sessions import account_limits
from chalicelib.sessions.service import session_service
from chalicelib.sessions.session import CurrentUser, ListedSession
from chalicelib.user_admin.audit_log import audit_log

# Lambda's responses have at most 6 MB, with every quotation mark escaped once more. The
# history is the only part without a limit of its own.
MAX_HISTORY_BYTES = 2_000_000
MAX_SESSIONS = 1000
MAX_AUDIT_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class ExportedAuditEntry:
    """An entry of the audit log, as the account's owner sees it."""

    at: datetime
    by: ChangedBy
    action: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """All data about one person.

    Attributes:
        account: without password hash and second-factor secrets.
        recovery_codes_left: the number of unused recovery codes.
        sessions: the active sessions.
        passkeys: its passkeys, without their keys.
        registrations: one for each event with a registration or with a deleted draft's history.
        audit: the audit entries of the account and its registrations.
        is_complete: whether this is all: very much history, or very many sessions or entries of
            the audit, are cut off.
    """

    account: Account
    recovery_codes_left: int
    sessions: list[ListedSession]
    passkeys: list[Passkey]
    registrations: list[ExportedRegistration]
    audit: list[ExportedAuditEntry]
    is_complete: bool

    @property
    def email_verified_at(self) -> datetime | None:
        """When the email was verified; None if it is unverified or the time is unknown."""
        return self.account.email_verified_at

    @property
    def password_set_at(self) -> datetime | None:
        """When the password was set; None if the time is unknown."""
        return self.account.password_set_at

    @property
    def last_uses(self) -> LastUses:
        """When the ways to sign in were last used."""
        return self.account.last_uses

    @property
    def second_factor_set_at(self) -> datetime | None:
        """When the second factor was set up, or last confirmed by its session; None without one."""
        return self.account.second_factor_set_at

    @property
    def language(self) -> Language | None:
        """The language of emails to the account; None if unknown."""
        return self.account.language


def export(current_user: CurrentUser, now: datetime) -> Export:
    """Return all data about the current user that the current user may see.

    The export omits staff notes and the names of staff members.

    Raises:
        TooManyAttempts: the limit of exports is reached.
    """
    account = current_user.account
    account_limits.count(account_limits.OWN_EXPORTS, account.id, now)
    sessions = session_service().list_active(current_user, now, MAX_SESSIONS, None)
    entries = audit_log(current_user, now).entries(account.id, MAX_AUDIT_ENTRIES, None)
    registrations, is_history_complete = personal_registrations().export(
        account.id, now, MAX_HISTORY_BYTES
    )
    audit = [
        ExportedAuditEntry(
            entry.at, changed_by(entry.actor, account.id), entry.action, entry.fields
        )
        for entry in entries.items
    ]
    is_complete = is_history_complete and sessions.cursor is None and entries.cursor is None
    recovery_codes_left = account.recovery_codes_left or 0
    passkeys = passkey_store().list_of(account.id)
    return Export(
        *(account, recovery_codes_left, sessions.items, passkeys, registrations),
        audit=audit,
        is_complete=is_complete,
    )
