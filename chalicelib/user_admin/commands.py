"""What staff do to the accounts of other people.

Each change is decided on what was read, and written under the condition that it is still so and
that whoever does it may still do it. Whoever loses a race reads again and decides anew.
"""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from chalicelib.accounts.links import Link
from chalicelib.accounts.password_reset import PasswordReset, password_reset
from chalicelib.identity import emails
from chalicelib.identity.account import Account, BeingMerged
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.identity.role import Permission, Role
from chalicelib.identity.store import AccountChanged
from chalicelib.platform import audit, mail, qr_codes, settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import Forbidden, NotFound, ServiceUnavailable
from chalicelib.platform.items import Write
from chalicelib.sessions.rate_limiter import MAILED_OFTEN, FixedWindow, RateLimiter, rate_limiter
from chalicelib.sessions.session import CurrentUser
from chalicelib.user_admin.user_store import UserStore

Result = TypeVar("Result")

# A lost race is decided anew so many times before the caller is asked to come back.
MAX_RETRIES = 5
_MAILED = "We emailed them a password reset link."
_NOT_MAILED = "We couldn’t send the email. Try again later."
_SHOWN = (
    "Give this link to the account’s owner. It’s shown once, works once, and expires in 1 hour."
)


STAFF_LINKS_OF_ACCOUNT = FixedWindow("staff link account", 5, message=MAILED_OFTEN)


@dataclass(frozen=True, slots=True)
class Reset:
    """A password reset that has been started.

    Attributes:
        link: to hand over; None where the owner gets it by mail.
        msg: what to tell whoever started it.
    """

    link: str | None
    msg: str

    @property
    def link_qr_svg(self) -> str | None:
        """The link as a QR code; None without one."""
        return qr_codes.svg(self.link) if self.link else None


class UserCommands:
    """What one member of staff does to accounts."""

    def __init__(
        self,
        store: UserStore,
        accounts: AccountRepository,
        links: PasswordReset,
        rate_limiter: RateLimiter,
        caller: CurrentUser,
        request: str,
        now: datetime,
    ) -> None:
        """Act for a caller who is staff, in the request of this identifier, at a moment."""
        self._store = store
        self._accounts = accounts
        self._links = links
        self._rate_limiter = rate_limiter
        self._actor = caller.account
        self._request = request
        self._now = now

    def get(self, account_id: str) -> Account:
        """Return somebody's account.

        Raises:
            NotFound: there is none.
        """
        [account] = self._store.get(account_id)
        if account is None:
            raise NotFound
        return account

    def change_role(self, account_id: str, role: Role) -> Account:
        """Give somebody another role. The role that is there already changes nothing.

        Raises:
            Forbidden: it is the caller's own, or the caller may not do this any more.
            NotFound: there is no such account.
            LastSuperAdmin: nobody would be left who may do everything.
            BeingMerged: it is being merged with another one.
        """

        def attempt(before: Account) -> Account:
            if before.role is role:
                return before
            if before.is_being_merged:
                raise BeingMerged
            after = self._changed(before, role=role)
            self._change(before, after, "account.role_changed", ["role"])
            return after

        return self._retry_on_conflict(account_id, attempt)

    def disable(self, account_id: str) -> Account:
        """Keep somebody from signing in, and end their sessions.

        Raises:
            Forbidden: it is the caller's own account, or not the caller's to disable.
            NotFound: there is no such account.
            LastSuperAdmin: nobody would be left who may do everything.
        """
        return self._set_disabled(account_id, disabled=True)

    def enable(self, account_id: str) -> Account:
        """Let somebody sign in again.

        Raises:
            Forbidden: it is the caller's own account, or not the caller's to enable.
            NotFound: there is no such account.
            BeingMerged: it is being merged into another one.
        """
        return self._set_disabled(account_id, disabled=False)

    def end_sessions(self, account_id: str) -> None:
        """Sign somebody out everywhere.

        Raises:
            Forbidden: it is not the caller's to do.
            NotFound: there is no such account.
        """

        def attempt(account: Account) -> None:
            self._require_manageable(account)
            recorded = self._entry(account, "account.sessions_ended", ["sessionVersion"])
            self._store.end_sessions(account, self._actor, [recorded])

        self._retry_on_conflict(account_id, attempt, own=True)

    def remove_second_factor(self, account_id: str) -> Account:
        """Let somebody who has lost their app sign in with the password alone.

        Their sessions end, and they are told: whoever asked for it may not have been they.

        Raises:
            Forbidden: it is the caller's own, or the caller may not do this any more.
            NotFound: there is no such account.
        """

        def attempt(before: Account) -> Account:
            if not before.second_factor:
                return before
            after = self._changed(
                before,
                authenticator=None,
                setup=None,
                session_version=before.session_version + 1,
            )
            recorded = self._entry(after, "account.second_factor_removed", ["secondFactor"])
            self._store.remove_authenticator(before, after, [self._still_staff(), recorded])
            emails.notify(before, settings.SECOND_FACTOR_REMOVED)
            return after

        return self._retry_on_conflict(account_id, attempt)

    def start_reset(self, account_id: str) -> Reset:
        """Start the reset of somebody's password; every link made for it before is dead.

        Where mail is known to reach its owner the link is mailed, and staff never see it (OWASP
        ASVS 5.0 6.4.6). A mail that cannot be sent is said, and may be tried again.

        Nobody does this to themselves: a change of one's own password takes the current one (OWASP
        ASVS 5.0 6.2.3), or a session left open would be an account lost.

        Raises:
            Forbidden: it is the caller's own account, or not the caller's to do.
            NotFound: there is no such account.
            TooManyAttempts: several links were mailed to this person.
            ServiceUnavailable: nobody has set where the service is reached.
        """

        def attempt(account: Account) -> tuple[Account, Link]:
            self._require_manageable(account)
            link = self._links.link(account, self._now)
            recorded = self._entry(account, "account.reset_started", ["recovery"])
            # A link that is handed over sends no mail.
            mailed = [self._rate_limiter.hit_write(_link_limit(account.id), self._now)]
            extra_writes = [link.write, recorded, *(mailed if account.verified_email else [])]
            self._store.start_password_reset(account, link.account, self._actor, extra_writes)
            return account, link

        account, link = self._retry_on_conflict(account_id, attempt)
        if (to := account.verified_email) is None:
            return Reset(link.url, _SHOWN)
        message = emails.with_link(to, account, emails.RESET_BY_STAFF, link.url)
        return Reset(None, _MAILED if mail.send(message) else _NOT_MAILED)

    def _set_disabled(self, account_id: str, *, disabled: bool) -> Account:
        action = "account.disabled" if disabled else "account.enabled"

        def attempt(before: Account) -> Account:
            self._require_manageable(before)
            if before.disabled is disabled:
                return before
            if before.merged_into:
                raise BeingMerged
            ends = before.session_version + 1 if disabled else before.session_version
            after = self._changed(before, disabled=disabled, session_version=ends)
            self._change(before, after, action, ["disabled"])
            return after

        return self._retry_on_conflict(account_id, attempt)

    def _retry_on_conflict(
        self, account_id: str, attempt: Callable[[Account], Result], *, own: bool = False
    ) -> Result:
        """Read, decide and write; where somebody else was faster, read and decide again."""
        if account_id == self._actor.id and not own:
            raise Forbidden
        for _ in range(MAX_RETRIES):
            with contextlib.suppress(AccountChanged):
                return attempt(self.get(account_id))
        raise ServiceUnavailable(cause=f"{MAX_RETRIES} concurrent changes to an account")

    def _require_manageable(self, account: Account) -> None:
        """Keep staff without the permission for it away from accounts of staff."""
        if account.role.is_staff and not self._actor.role.permits(Permission.MANAGE_STAFF):
            raise Forbidden

    def _changed(self, before: Account, **different: object) -> Account:
        moved = {"version": before.version + 1, "updated_at": self._now}
        return replace(before, **moved, **different)  # type: ignore[arg-type]

    def _change(self, before: Account, after: Account, action: str, fields: Iterable[str]) -> None:
        self._store.change(before, after, self._actor, [self._entry(after, action, fields)])

    def _still_staff(self) -> Write:
        return self._store.still_staff(self._actor)

    def _entry(self, subject: Account, action: str, fields: Iterable[str]) -> Write:
        return audit.entry_write(
            subject=subject.id,
            actor=self._actor.id,
            action=action,
            fields=fields,
            request=self._request,
            now=self._now,
        )


def user_commands(caller: CurrentUser, request: str, now: datetime) -> UserCommands:
    """Return the commands of this process's stage, for a caller who is staff."""
    store = UserStore(database())
    return UserCommands(
        store, account_repository(), password_reset(), rate_limiter(), caller, request, now
    )


def _link_limit(account: str) -> FixedWindow:
    """Return what a password link counts for that staff have mailed to one person."""
    return STAFF_LINKS_OF_ACCOUNT.for_key(account)
