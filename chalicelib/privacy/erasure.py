"""Erase an account: delete all personal data, and the account itself last.

The steps can be repeated. After a failure the account still exists, and its owner can sign in
and send the request again, which continues. The first step marks the account: from then on it
accepts no new data except a session, which removes the mark. The last step requires the same
mark.
"""

import contextlib
import time

from chalicelib.accounts.confirmation import OwnerProof, confirmations
from chalicelib.identity import account_events
from chalicelib.identity.account import Account, AccountBeingMerged
from chalicelib.identity.account_repository import AccountChanged, account_repository
from chalicelib.identity.passkeys_item import delete_passkeys_write
from chalicelib.platform import audit
from chalicelib.platform.conflicts import MAX_ATTEMPTS
from chalicelib.platform.errors import ServiceUnavailable, Unauthenticated
from chalicelib.platform.identifiers import new_identifier
from chalicelib.platform.items import Write
from chalicelib.privacy.personal_data import personal_registrations
from chalicelib.sessions.service import session_service
from chalicelib.sessions.session import ClientContext, CurrentUser

# How often the erasure starts again after a concurrent sign-in or change of the account.
# Stop in time to respond: a function has 10 s, and a call may take 3 s.
MAX_SECONDS = 6


class Erasure:
    """A request of a signed-in user to erase their account."""

    def __init__(self, current_user: CurrentUser, context: ClientContext, request_id: str) -> None:
        """Act for the current user, from this client, in the request with this id."""
        self._current_user = current_user
        self._context = context
        self._request_id = request_id
        self._until = time.monotonic() + MAX_SECONDS
        self._refund_writes: tuple[Write, ...] = ()

    def erase(self, owner: OwnerProof) -> None:
        """Erase the current user's account after verifying its owner.

        The code isn't stored as used, because nothing is left to use it for.

        Args:
            owner: what the owner proves.

        Raises:
            InvalidFields: the password or the code is wrong or missing.
            ConfirmationRequired: the confirmation isn't valid.
            TooManyAttempts: the limit of attempts is reached.
            LastSuperAdmin: the current user is the last enabled SuperAdmin.
            Unauthenticated: the current user's session has ended since.
            AccountBeingMerged: staff are merging another account into the current user's.
            ServiceUnavailable: the erasure is incomplete; the deleted data stays deleted.
        """
        reauthenticated = confirmations().verify_owner(self._current_user, owner, self._context)
        account, self._refund_writes = reauthenticated.account, reauthenticated.refund_writes
        for _ in range(MAX_ATTEMPTS):
            with contextlib.suppress(AccountChanged):
                return self._attempt(account)
            account_found = account_repository().get(account.id)
            if account_found is None:
                return None
            if account_found.session_version != self._current_user.account.session_version:
                raise Unauthenticated
            account = account_found
        raise ServiceUnavailable(cause=f"{MAX_ATTEMPTS} concurrent changes to an account")

    def _attempt(self, account: Account) -> None:
        if account.is_being_merged:
            # The merge would move further data to this account after the erasure.
            raise AccountBeingMerged
        mark = new_identifier()
        account_repository().mark_for_erasure(account, mark, self._refund_writes)
        # One attempt was counted, so refund one, however often the erasure starts again.
        self._refund_writes = ()
        personal_registrations().erase(account.id, self._require_time_left)
        session_service().revoke_others(self._current_user, self._require_time_left)
        audit_write = audit.entry_write(
            subject=account.id,
            actor=account.id,
            action="account.erased",
            fields=[],
            request_id=self._request_id,
            now=self._context.received_at,
        )
        told = account_events.erased_write(account.id, self._context.received_at)
        revoked = session_service().revoke_current_session_write(self._current_user)
        deleted = delete_passkeys_write(account.id)
        account_repository().erase(account, mark, [revoked, audit_write, told, deleted])

    def _require_time_left(self) -> None:
        if time.monotonic() > self._until:
            raise ServiceUnavailable(cause="timeout before the deletion was complete")
