"""The two accounts of a merge, which belong to one person: read, mark, and close them.

Staff merge accounts after checking an ID. One account stays as it is, with its username, password,
email, and second factor. The merge revokes the other account's sessions and releases its names.
Only applicants' accounts can be merged, so that no account gains a role. The registrations move
between :meth:`AccountMerges.begin` and :meth:`AccountMerges.finish`. After a failure, the client
sends the same request again, and the merge continues.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.identity import account_events, emails
from chalicelib.identity.account import (
    Account,
    AccountBeingErased,
    AccountBeingMerged,
    AccountsNotMergeable,
)
from chalicelib.platform import audit, settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import NotFound
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.items import Write
from chalicelib.platform.languages import N_
from chalicelib.sessions.session import CurrentUser
from chalicelib.user_admin.merge_store import MergeStore
from chalicelib.user_admin.user_store import UserStore

_SAME = FieldError("same_account", "This is the same account. Choose another one.")
_UNKNOWN = FieldError("unknown_account", "No account has this ID.")
_DISABLED = N_("The account that stays is disabled. Enable it first.")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts of one person.

    Attributes:
        kept: the one that stays.
        merged: the one that goes; None once it has been merged.
    """

    kept: Account
    merged: Account | None

    @property
    def has_begun(self) -> bool:
        """Whether an earlier request has begun to merge these two."""
        return self.merged is not None and self.kept.merging_from_id == self.merged.id


class AccountMerges:
    """Merges accounts for one member of staff."""

    def __init__(
        self,
        people: UserStore,
        store: MergeStore,
        current_user: CurrentUser,
        request_id: str,
        now: datetime,
    ) -> None:
        """Act for the current user who is staff, in the request of this identifier, at a moment."""
        self._people = people
        self._store = store
        self._actor = current_user.account
        self._request_id = request_id
        self._now = now

    def find(self, kept_id: str, merged_id: str) -> Pair:
        """Read two accounts, which may be merged, or are being merged, or have been merged.

        Args:
            kept_id: the account that stays.
            merged_id: the account that goes.

        Raises:
            NotFound: the account that stays doesn't exist.
            InvalidFields: the other account doesn't exist, or is the same account.
            AccountsNotMergeable: one account isn't an applicant's, or the one that stays is
                disabled.
            AccountBeingErased: the owner has started to erase one of them.
            AccountBeingMerged: one of them is being merged with a third account.
        """
        if kept_id == merged_id:
            raise InvalidFields({"from": _SAME})
        kept, merged = self._people.get(kept_id, merged_id)
        if kept is None:
            raise NotFound
        if merged_id in kept.merged_account_ids:
            return Pair(kept, None)
        if merged is None:
            raise InvalidFields({"from": _UNKNOWN})
        pair = Pair(kept, merged)
        if not pair.has_begun:
            _require_mergeable(kept, merged)
        return pair

    def begin(self, pair: Pair, reason: str) -> Pair:
        """Mark both accounts. The account to close then rejects sign-ins and sessions.

        Raises:
            AccountChanged: one of them has changed since it was read.
            Forbidden: the current user has lost the permission.
        """
        kept, merged = _both(pair)
        after = (
            self._next(kept, merging_from_id=merged.id),
            self._next(merged, merged_into_id=kept.id, disabled=True),
        )
        audit_writes = self._recorded(pair, "account.merge_started", reason)
        self._store.begin((kept, merged), after, [self._still_staff(), *audit_writes])
        return Pair(*after)

    def abandon(self, pair: Pair, reason: str) -> None:
        """Remove the marks from both accounts, which can't be merged after all.

        Raises:
            AccountChanged: another request has changed one of them.
            Forbidden: the current user has lost the permission.
        """
        audit_writes = self._recorded(pair, "account.merge_abandoned", reason)
        self._store.abandon(*_both(pair), [self._still_staff(), *audit_writes])

    def may_merge(self) -> list[Write]:
        """Return the check that the current user still has the permission; it raises Forbidden."""
        return [self._still_staff()]

    def still_merging(self, pair: Pair) -> list[Write]:
        """Return each step's checks: of the marks, and of the current user's permission."""
        return [self._store.still_merging(*_both(pair)), *self.may_merge()]

    def finish(self, pair: Pair, reason: str) -> Account:
        """Delete the account to close after its data was moved, and notify the owner.

        Raises:
            AccountChanged: one of them has changed since it was read.
            Forbidden: the current user has lost the permission.
        """
        kept, merged = _both(pair)
        all_merged = (*kept.merged_account_ids, *merged.merged_account_ids, merged.id)
        after = self._next(kept, merging_from_id=None, merged_account_ids=all_merged)
        extra_writes = [
            self._still_staff(),
            *self._recorded(pair, "account.merged", reason),
            account_events.erased_write(merged.id, self._now, kept.id),
            *emails.notice_writes(after, self._now, settings.ACCOUNTS_MERGED),
            # The mailbox may belong to another person than the one at the front desk.
            *emails.notice_writes(merged, self._now, settings.ACCOUNT_CLOSED),
        ]
        self._store.finish(kept, after, merged, extra_writes)
        return after

    def _next(self, before: Account, **different: Any) -> Account:
        moved: dict[str, Any] = {"version": before.version + 1, "updated_at": self._now}
        return replace(before, **moved, **different)

    def _still_staff(self) -> Write:
        return self._people.still_staff(self._actor)

    def _recorded(self, pair: Pair, action: str, reason: str) -> list[Write]:
        """Return the audit entries for both accounts; each entry names the other account."""
        kept, merged = _both(pair)
        return [
            audit.entry_write(
                subject=subject.id,
                actor=self._actor.id,
                action=action,
                fields=[],
                request_id=self._request_id,
                now=self._now,
                related=related.id,
                reason=reason,
            )
            for subject, related in ((kept, merged), (merged, kept))
        ]


def _require_mergeable(kept: Account, merged: Account) -> None:
    if kept.role.is_staff or merged.role.is_staff:
        raise AccountsNotMergeable
    if kept.is_being_merged or merged.is_being_merged:
        raise AccountBeingMerged
    if kept.is_being_erased or merged.is_being_erased:
        raise AccountBeingErased
    if kept.disabled:
        raise AccountsNotMergeable(_DISABLED)


def _both(pair: Pair) -> tuple[Account, Account]:
    if pair.merged is None:
        raise ValueError
    return pair.kept, pair.merged


def account_merges(current_user: CurrentUser, request_id: str, now: datetime) -> AccountMerges:
    """Return the account merges of this process's stage, for a staff member."""
    stores = UserStore(database()), MergeStore(database())
    return AccountMerges(*stores, current_user, request_id, now)
