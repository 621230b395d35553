"""Sign-in with a proof from a provider."""

from dataclasses import replace
from datetime import datetime

from chalicelib.accounts.account_settings_store import AccountSettingsStore
from chalicelib.identity import emails, login_names
from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import (
    AccountChanged,
    AccountRepository,
    VerifiedLogin,
    account_repository,
)
from chalicelib.identity.role import Role
from chalicelib.linked_identities.errors import (
    AccountUnavailable,
    IdentityNotLinked,
    SignUpRequired,
)
from chalicelib.linked_identities.holders import former_holder_of
from chalicelib.linked_identities.proofs import Proofs, Proved
from chalicelib.linked_identities.store import LinkedIdentityStore, claim_write
from chalicelib.oidc.authorization import Purpose
from chalicelib.platform import audit, log, settings
from chalicelib.platform.conflicts import retry_on_conflict
from chalicelib.platform.dynamodb import database
from chalicelib.platform.items import Write
from chalicelib.sessions.service import SessionService, session_service
from chalicelib.sessions.session import ClientContext, FirstFactor, NewSession

LINKED, LINKED_FIELD = "account.identity_linked", "linkedIdentities"


class SignInByProof:
    """Sign-ins with the proofs of providers of one stage."""

    def __init__(
        self,
        identities: LinkedIdentityStore,
        accounts: AccountRepository,
        own: AccountSettingsStore,
        sessions: SessionService,
    ) -> None:
        """Use the stage's linked identities, accounts, changes of accounts, and sessions."""
        self._identities = identities
        self._accounts = accounts
        self._own = own
        self._sessions = sessions

    def sign_in(
        self, proofs: Proofs, code: str | None, context: ClientContext, request_id: str
    ) -> NewSession:
        """Start a session for the account that the proved identity is linked to.

        An applicant's account without a second factor whose verified address the provider hosts is
        linked first: that mailbox opens the account anyway, by a code.

        Args:
            proofs: of the browser.
            code: the second-factor code; None without one.
            context: the client of the request.
            request_id: the request ID.

        Raises:
            ProofExpired: the browser has no valid proof, or used it in the meantime.
            SignUpRequired: there is no such account.
            IdentityNotLinked: an account has the address, and must be linked by its owner.
            AccountUnavailable: the account is disabled, or staff's without a second factor.
            SecondFactorRequired: the account has a second factor, and no code was given.
            IncorrectSecondFactorCode: the code is wrong.
            TooManyAttempts: the limit of attempts is reached.
        """
        proved = proofs.find_valid(Purpose.SIGN_IN)
        account = self._linked_account(proved) or self._link_by_email(
            proved, context.received_at, request_id
        )
        log.bind_account(account.id)
        # Staff as with an emailed code: a provider's account is one factor, of unknown strength.
        if account.disabled or (account.role.is_staff and not account.second_factor):
            raise AccountUnavailable
        login = VerifiedLogin(account)
        new_session = self._sessions.start_session(
            login, context, code, FirstFactor.PROVIDER, [proved.consume_write]
        )
        [identity] = [
            found for found in account.linked_identities if found.id == proved.identity_id
        ]
        self._identities.note_use(identity, account.id, context.received_at)
        return new_session

    def _linked_account(self, proved: Proved) -> Account | None:
        """Return the account to which the identity is linked; None without one.

        Its credentials decide: the key in ``identities`` only leads to the account.
        """
        account_id = self._identities.find(proved.identity_id)
        if account_id is None:
            return None
        account = self._identities.account_with(self._accounts.login_reads(account_id))
        is_linked = account and any(
            found.id == proved.identity_id for found in account.linked_identities
        )
        return account if is_linked else None

    def _link_by_email(self, proved: Proved, now: datetime, request_id: str) -> Account:
        """Link the account that has verified the address, and return it with its credentials."""
        email = proved.verified_email
        if email is None:
            raise SignUpRequired
        account_id = self._accounts.find_by_login(email)

        def read() -> Account:
            account = self._identities.account_with(self._accounts.login_reads(account_id))
            if account is None or not login_names.same(account.verified_email, email):
                raise SignUpRequired
            return account

        def link(before: Account) -> Account:
            if not _may_be_linked_by_email(before, proved):
                raise IdentityNotLinked
            former_holder = former_holder_of(self._identities, self._accounts, proved)
            after = with_identity(before, proved, now)
            entry = audit.entry_write(
                subject=before.id,
                actor=before.id,
                action=LINKED,
                fields=[LINKED_FIELD],
                request_id=request_id,
                now=now,
            )
            writes = link_writes(before, proved, former_holder, now)
            self._own.change(before, after, [entry, *writes])
            return after

        return retry_on_conflict(read(), link, read, AccountChanged, resource="an account")


def sign_in_by_proof() -> SignInByProof:
    """Return the sign-ins with proofs of this process's stage."""
    return SignInByProof(
        LinkedIdentityStore(database()),
        account_repository(),
        AccountSettingsStore(database()),
        session_service(),
    )


def with_identity(before: Account, proved: Proved, now: datetime) -> Account:
    """Return an account with an identity in addition."""
    return replace(
        before,
        linked_identity_ids=(*before.linked_identity_ids, proved.identity_id),
        linked_identities=(*before.linked_identities, proved.identity(now)),
        version=before.version + 1,
        updated_at=now,
    )


def link_writes(
    account: Account, proved: Proved, former_holder: str | None, now: datetime
) -> list[Write]:
    """Return the writes beside the account's own that link an identity, and tell its owner.

    Args:
        account: the account.
        proved: the identity.
        former_holder: the ID of the account that had it and no longer exists; None without one.
        now: the current time.
    """
    notice_writes = emails.notice_writes(account, now, settings.IDENTITY_LINKED)
    return [claim_write(proved.identity_id, account.id, former_holder), *notice_writes]


def _may_be_linked_by_email(account: Account, proved: Proved) -> bool:
    """Return whether the mailbox alone may link an identity to an account.

    The last condition: the address was verified in a session of the account, and the account isn't
    disabled. A stranger may have chosen the password where an earlier version verified it.
    """
    return (
        proved.hosts_email
        and account.role is Role.USER
        and not account.second_factor
        and account.sign_in_code_address is not None
        and proved.identity_id not in account.linked_identity_ids
    )
