"""Merge two accounts of one person, who has shown an ID.

The steps can be repeated: mark both accounts, move the registrations one by one, move their notes
and history, and delete the account to close. After a failure, the same request continues. Each
step is a transaction that checks the marks and that the current user is still staff.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import AccountChanged
from chalicelib.platform.conflicts import retry_on_conflict
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.items import Write
from chalicelib.registrations.registration import Registration, RegistrationsClash
from chalicelib.registrations.workflow import Status
from chalicelib.sessions.session import CurrentUser
from chalicelib.user_admin.account_merges import AccountMerges, Pair, account_merges
from chalicelib.user_admin.transfer import RegistrationChanged, Transfers, transfers

# Stop in time to respond: a function has 10 s, and a call may take 3 s.
SECONDS = 6

_MERGED = FieldError("already_merged", "These two accounts have been merged already.")


@dataclass(frozen=True, slots=True)
class PreviewedRegistration:
    """A registration as staff see it before a merge.

    Attributes:
        user_id: the account that it belongs to now.
        event_id: the event's identifier.
        event_name: its name.
        status: its status.
        reference: None for a draft, because the reference gives access to it.
    """

    user_id: str
    event_id: str
    event_name: str
    status: Status
    reference: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview of a merge.

    Attributes:
        kept: the account that stays.
        merged: the account to close.
        registrations: the registrations of both accounts.
        clashes: the identifiers of the events for which both have a registration.
    """

    kept: Account
    merged: Account
    registrations: list[PreviewedRegistration]
    clashes: list[str]


class Merging:
    """Merges accounts for one staff member."""

    def __init__(self, accounts: AccountMerges, registrations: Transfers) -> None:
        """Use the merges of accounts and the transfer of registrations."""
        self._accounts = accounts
        self._registrations = registrations
        self._until = time.monotonic() + SECONDS

    def preview(self, kept_id: str, merged_id: str) -> Preview:
        """Return a preview of a merge, for staff to check.

        Raises:
            NotFound: the account that stays doesn't exist.
            InvalidFields: the other account doesn't exist, or is the same account.
            AccountsNotMergeable: one account isn't an applicant's, or the one that stays is
                disabled.
            AccountBeingErased: the owner has started to erase one of them.
            AccountBeingMerged: one of them is being merged with a third account.
        """
        pair = self._accounts.find(kept_id, merged_id)
        if pair.merged is None:
            raise InvalidFields({"from": _MERGED})
        held = self._registrations.holdings(kept_id, merged_id)
        registrations = [*held.kept, *held.moving]
        names = {
            event.id: event.name for event in self._registrations.events(registrations).values()
        }
        previews = [
            _shown(event, names.get(event.event_id, event.event_id)) for event in registrations
        ]
        return Preview(pair.kept, pair.merged, previews, held.clashes)

    def merge(self, kept_id: str, merged_id: str, reason: str) -> Account:
        """Merge one account into another, or continue a merge. Does nothing after it is complete.

        Args:
            kept_id: the account that stays.
            merged_id: the account that goes.
            reason: why, for the audit.

        Returns:
            The account that stays.

        Raises:
            NotFound: the account that stays doesn't exist.
            InvalidFields: the other account doesn't exist, or is the same account.
            AccountsNotMergeable: one account isn't an applicant's, or the one that stays is
                disabled.
            AccountBeingErased: the owner has started to erase one of them.
            AccountBeingMerged: one of them is being merged with a third account.
            RegistrationsClash: both have a registration for the same event.
            Forbidden: the current user has lost the permission.
            ServiceUnavailable: the merge is incomplete; the moved registrations stay moved.
        """

        def read() -> Pair:
            return self._accounts.find(kept_id, merged_id)

        return retry_on_conflict(
            read(),
            lambda pair: self._attempt(pair, reason),
            read,
            AccountChanged,
            RegistrationChanged,
            resource="an account",
        )

    def _attempt(self, pair: Pair, reason: str) -> Account:
        if pair.merged is None:
            return pair.kept
        kept_id, merged_id = pair.kept.id, pair.merged.id
        if not pair.has_begun:
            held = self._registrations.holdings(kept_id, merged_id)
            if held.clashes:
                raise RegistrationsClash(held.clashes)
            self._forget_drafts(merged_id, held.kept, self._accounts.may_merge())
            pair = self._accounts.begin(pair, reason)
        # From here on, neither account accepts a registration. One may have been added just before.
        held = self._registrations.holdings(kept_id, merged_id)
        if held.clashes:
            self._accounts.abandon(pair, reason)
            raise RegistrationsClash(held.clashes)
        checks = self._accounts.still_merging(pair)
        for registration in held.moving:
            self._hurry()
            self._forget_drafts(kept_id, [registration], checks)
            self._registrations.move(registration, pair.kept, checks)
        self._registrations.carry_traces(merged_id, kept_id, checks, self._hurry)
        return self._accounts.finish(pair, reason)

    def _forget_drafts(
        self, user_id: str, registrations: Iterable[Registration], checks: Sequence[Write]
    ) -> None:
        store = self._registrations
        store.forget_deleted_drafts(user_id, registrations, checks, self._hurry)

    def _hurry(self) -> None:
        if time.monotonic() > self._until:
            raise ServiceUnavailable(cause="timeout before the merge was complete")


def merging(current_user: CurrentUser, request_id: str, now: datetime) -> Merging:
    """Return the merge of accounts of this process's stage, for a staff member.

    Args:
        current_user: the staff member.
        request_id: the request's identifier.
        now: the time of the request.
    """
    accounts = account_merges(current_user, request_id, now)
    return Merging(accounts, transfers(current_user.account.id, now))


def _shown(registration: Registration, event_name: str) -> PreviewedRegistration:
    # The reference of a draft gives access to it, so only the applicant may disclose it.
    reference = None if registration.status is Status.DRAFT else registration.reference
    return PreviewedRegistration(
        registration.user_id, registration.event_id, event_name, registration.status, reference
    )
