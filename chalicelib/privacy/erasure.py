"""Erasing somebody: everything personal goes, the account itself last.

It proceeds in steps, each of which may be repeated. Wherever it stops, the account is still there,
and whoever can sign in to it asks again and goes on from there. The first step marks the account:
from then on nothing new comes to belong to it, but a session, which takes the mark away. The last
step goes through under that very mark only.
"""

import contextlib
import time

from chalicelib.identity.account import Account, BeingMerged
from chalicelib.identity.account_repository import AccountChanged, account_repository
from chalicelib.platform import audit
from chalicelib.platform.errors import ServiceUnavailable, Unauthenticated
from chalicelib.platform.identifiers import new_identifier
from chalicelib.platform.items import Write
from chalicelib.privacy.personal_data import personal_registrations
from chalicelib.sessions.reauthentication import reauthentication
from chalicelib.sessions.service import session_service
from chalicelib.sessions.session import ClientContext, CurrentUser

# Somebody signed in meanwhile, or staff changed the account: so often it is begun anew.
MAX_RETRIES = 5
# It stops while there is time to say so: a function has ten seconds, and a call may take three.
MAX_SECONDS = 6


class Erasure:
    """A request by an account to be erased."""

    def __init__(self, caller: CurrentUser, context: ClientContext, request: str) -> None:
        """Act for a caller, in these circumstances, in the request of this identifier."""
        self._caller = caller
        self._visit = context
        self._request = request
        self._until = time.monotonic() + MAX_SECONDS
        self._giving_back: tuple[Write, ...] = ()

    def erase(self, password: str) -> None:
        """Erase the caller, who knows the password.

        Raises:
            InvalidFields: it is not the password.
            TooManyAttempts: it was tried too often.
            LastSuperAdmin: no SuperAdmin would be left.
            Unauthenticated: the caller's sessions have been ended meanwhile.
            BeingMerged: staff are merging another account into the caller's.
            ServiceUnavailable: it did not come to its end; what is erased stays so.
        """
        verified_address = reauthentication().verify(self._caller, password, self._visit)
        account, self._giving_back = verified_address.account, verified_address.writes
        for _ in range(MAX_RETRIES):
            with contextlib.suppress(AccountChanged):
                return self._attempt(account)
            found = account_repository().get(account.id)
            if found is None:
                return None
            if found.session_version != self._caller.account.session_version:
                raise Unauthenticated
            account = found
        raise ServiceUnavailable(cause=f"{MAX_RETRIES} concurrent changes to an account")

    def _attempt(self, account: Account) -> None:
        if account.is_being_merged:
            # What is still to come from the other account would stay behind.
            raise BeingMerged
        mark = new_identifier()
        account_repository().mark_for_erasure(account, mark, self._giving_back)
        # One try was claimed, so one is given back, however often it is begun anew.
        self._giving_back = ()
        personal_registrations().erase(account.id, self._require_time_left)
        session_service().delete_others(self._caller, self._require_time_left)
        recorded = audit.entry_write(
            subject=account.id,
            actor=account.id,
            action="account.erased",
            fields=[],
            request=self._request,
            now=self._visit.at,
        )
        account_repository().erase(
            account, mark, [session_service().delete_write(self._caller), recorded]
        )

    def _require_time_left(self) -> None:
        if time.monotonic() > self._until:
            raise ServiceUnavailable(cause="timeout before the deletion was complete")
