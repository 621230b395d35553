"""Changes that staff make to other people's accounts.

Each change is decided on an account as read. The write requires that the account is unchanged and
that the staff member still has the permission. After a conflict, the function reads again and
decides again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from chalicelib.accounts.links import Link
from chalicelib.accounts.password_reset import PasswordReset, password_reset
from chalicelib.identity import emails
from chalicelib.identity.account import Account, AccountBeingMerged
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.identity.role import Role
from chalicelib.identity.store import AccountChanged
from chalicelib.platform import audit, outbox, qr_codes, settings
from chalicelib.platform.conflicts import retry_on_conflict
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import Forbidden, NotFound
from chalicelib.platform.items import Write
from chalicelib.sessions import account_limits
from chalicelib.sessions.rate_limiter import (
    TOO_MANY_EMAILS_MESSAGE,
    FixedWindowPolicy,
    RateLimiter,
    SubjectWindow,
    rate_limiter_with_session_keys,
)
from chalicelib.sessions.session import CurrentUser
from chalicelib.user_admin.user_store import UserStore

Result = TypeVar("Result")

_MAILED = "We emailed them a password reset link."
_NOT_MAILED = "We couldn’t send the email. Try again later."
_SHOWN = (
    "Give this link to the account’s owner. It’s shown once, works once, and expires in 1 hour."
)


STAFF_LINKS_PER_ACCOUNT = FixedWindowPolicy(
    "staff link account", 5, message=TOO_MANY_EMAILS_MESSAGE
)


@dataclass(frozen=True, slots=True)
class Reset:
    """A started password reset.

    Attributes:
        link: for staff to hand over; None if the owner gets it by email.
        msg: the message to the staff member who started it.
        emailed: whether the service emailed it to the owner.
    """

    link: str | None
    msg: str
    emailed: bool

    @property
    def link_qr_svg(self) -> str | None:
        """The link as a QR code; None without one."""
        return qr_codes.svg(self.link) if self.link else None


class UserCommands:
    """The changes that one staff member can make to accounts."""

    def __init__(
        self,
        store: UserStore,
        accounts: AccountRepository,
        links: PasswordReset,
        rate_limiter: RateLimiter,
        current_user: CurrentUser,
        request_id: str,
        now: datetime,
    ) -> None:
        """Act for a staff member, in the request with this id, at this time."""
        self._store = store
        self._accounts = accounts
        self._links = links
        self._rate_limiter = rate_limiter
        self._actor = current_user.account
        self._request_id = request_id
        self._now = now

    def get(self, account_id: str) -> Account:
        """Return an account.

        Raises:
            NotFound: the account does not exist.
        """
        [account] = self._store.get(account_id)
        if account is None:
            raise NotFound
        return account

    def change_role(self, account_id: str, role: Role) -> Account:
        """Change the role of an account. Does nothing if the account has that role already.

        Raises:
            Forbidden: the account is the current user's own, or they have lost the permission.
            NotFound: the account does not exist.
            LastSuperAdmin: the account is the last enabled SuperAdmin.
            AccountBeingMerged: the account is being merged with another one.
        """

        def attempt(before: Account) -> Account:
            if before.role is role:
                return before
            if before.is_being_merged:
                raise AccountBeingMerged
            after = self._changed(before, role=role)
            self._change(before, after, "account.role_changed", ["role"])
            return after

        return self._retry_on_conflict(account_id, attempt)

    def disable(self, account_id: str) -> Account:
        """Disable an account and revoke its sessions.

        Raises:
            Forbidden: it is the current user's own account, or the current user may not disable it.
            NotFound: the account does not exist.
            LastSuperAdmin: the account is the last enabled SuperAdmin.
        """
        return self._set_disabled(account_id, disabled=True)

    def enable(self, account_id: str) -> Account:
        """Enable an account.

        Raises:
            Forbidden: it is the current user's own account, or the current user may not enable it.
            NotFound: the account does not exist.
            AccountBeingMerged: the account is being merged into another one.
        """
        return self._set_disabled(account_id, disabled=False)

    def end_sessions(self, account_id: str) -> None:
        """Revoke all sessions of an account.

        Raises:
            Forbidden: the current user may not do this.
            NotFound: the account does not exist.
        """

        def attempt(account: Account) -> None:
            self._require_manageable(account)
            audit_writes = self._record_writes(
                account, "account.sessions_ended", ["sessionVersion"]
            )
            self._store.end_sessions(account, self._actor, audit_writes)

        self._retry_on_conflict(account_id, attempt, own=True)

    def remove_second_factor(self, account_id: str) -> Account:
        """Remove the second factor and the passkeys of an account whose owner has lost the phone.

        The service revokes the sessions and emails the owner, in case another person asked for it.

        Raises:
            Forbidden: the account is the current user's own, or they have lost the permission.
            NotFound: the account does not exist.
        """

        def attempt(before: Account) -> Account:
            if not before.second_factor and not before.passkey_count:
                return before
            after = self._changed(
                before,
                authenticator=None,
                pending_authenticator=None,
                passkey_count=0,
                session_version=before.session_version + 1,
            )
            removed = ["secondFactor"] * before.second_factor + ["passkeys"] * bool(
                before.passkey_count
            )
            audit_writes = self._record_writes(after, "account.second_factor_removed", removed)
            notice_writes = emails.notice_writes(before, self._now, settings.SECOND_FACTOR_REMOVED)
            self._store.remove_authenticator(
                before, after, self._actor, [*audit_writes, *notice_writes]
            )
            return after

        return self._retry_on_conflict(account_id, attempt)

    def start_reset(self, account_id: str) -> Reset:
        """Start a password reset, and invalidate every earlier link.

        If the account has a verified email, the service emails the link; staff never see it (OWASP
        ASVS 5.0 6.4.6). If the stage sends no email, the response says so.

        Staff can't reset their own password so: a change needs the current password (OWASP ASVS
        5.0 6.2.3), or an unattended session would be enough to take over the account.

        Raises:
            Forbidden: it is the current user's own account, or the current user may not do this.
            NotFound: the account does not exist.
            TooManyAttempts: staff have emailed several links to this person.
            ServiceUnavailable: the setting with the service's public URL is missing.
        """

        def attempt(account: Account) -> tuple[Account, Link]:
            self._require_manageable(account)
            link = self._links.create_link(account, self._now)
            audit_writes = self._record_writes(account, "account.reset_started", ["recovery"])
            extra_writes = [link.write, *audit_writes, *self._link_writes(account, link)]
            self._store.start_password_reset(account, link.account, self._actor, extra_writes)
            return account, link

        account, link = self._retry_on_conflict(account_id, attempt)
        if account.reachable_email is None:
            return Reset(link.url, _SHOWN, emailed=False)
        sent = settings.current().sends_mail
        return Reset(None, _MAILED if sent else _NOT_MAILED, emailed=sent)

    def _link_writes(self, account: Account, link: Link) -> list[Write]:
        """Return the writes that count and email a link, unless staff hand it over."""
        if account.reachable_email is None:
            return []
        email = emails.with_link(account, emails.RESET_BY_STAFF, link.url)
        count_write = self._rate_limiter.count_request_write(_link_limit(account.id), self._now)
        return [count_write, *outbox.email_writes(self._now, email)]

    def _set_disabled(self, account_id: str, *, disabled: bool) -> Account:
        action = "account.disabled" if disabled else "account.enabled"

        def attempt(before: Account) -> Account:
            self._require_manageable(before)
            if before.disabled is disabled:
                return before
            if before.merged_into_id:
                raise AccountBeingMerged
            ends = before.session_version + 1 if disabled else before.session_version
            after = self._changed(before, disabled=disabled, session_version=ends)
            self._change(before, after, action, ["disabled"])
            return after

        return self._retry_on_conflict(account_id, attempt)

    def _retry_on_conflict(
        self, account_id: str, attempt: Callable[[Account], Result], *, own: bool = False
    ) -> Result:
        """Read, decide, and write; after a conflict, read and decide again."""
        if account_id == self._actor.id and not own:
            raise Forbidden

        def read() -> Account:
            return self.get(account_id)

        return retry_on_conflict(read(), attempt, read, AccountChanged, resource="an account")

    def _require_manageable(self, account: Account) -> None:
        """Reject staff who may not manage an account of this role."""
        if account.role not in self._actor.role.manages:
            raise Forbidden

    def _changed(self, before: Account, **different: object) -> Account:
        moved = {"version": before.version + 1, "updated_at": self._now}
        return replace(before, **moved, **different)  # type: ignore[arg-type]

    def _change(self, before: Account, after: Account, action: str, fields: Iterable[str]) -> None:
        self._store.change(before, after, self._actor, self._record_writes(after, action, fields))

    def _record_writes(self, subject: Account, action: str, fields: Iterable[str]) -> list[Write]:
        """Return the writes that audit and count an act."""
        audited = audit.entry_write(
            subject=subject.id,
            actor=self._actor.id,
            action=action,
            fields=fields,
            request_id=self._request_id,
            now=self._now,
        )
        window = account_limits.STAFF_ACCOUNTS
        return [audited, account_limits.count_write(window, self._actor.id, self._now)]


def user_commands(current_user: CurrentUser, request_id: str, now: datetime) -> UserCommands:
    """Return the commands of this process's stage, for a staff member."""
    store = UserStore(database())
    return UserCommands(
        store,
        account_repository(),
        password_reset(),
        rate_limiter_with_session_keys(),
        current_user,
        request_id,
        now,
    )


def _link_limit(account: str) -> SubjectWindow:
    """Return the limit of password links that staff email to one person."""
    return STAFF_LINKS_PER_ACCOUNT.for_subject(account)
