"""Accounts: creating, finding, and erasing them, and verifying passwords."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.identity import login_names, passwords
from chalicelib.identity.account import (
    NO_PASSWORD_HASH,
    Account,
    Authenticator,
    IncorrectCredentials,
)
from chalicelib.identity.credentials import Credentials
from chalicelib.identity.credentials_store import credentials_read
from chalicelib.identity.last_uses import LastUses
from chalicelib.identity.role import Role
from chalicelib.identity.sign_in_store import cancel_erasure_write, sign_in_writes
from chalicelib.identity.store import (
    AccountChanged,
    AccountStore,
    PasswordHashReplaced,
    VerifiedAddress,
)
from chalicelib.platform.dynamodb import database
from chalicelib.platform.identifiers import new_identifier
from chalicelib.platform.items import Read, Write
from chalicelib.platform.languages import Language

__all__ = [
    "AccountChanged",
    "AccountRepository",
    "PasswordHashReplaced",
    "VerifiedAddress",
    "VerifiedLogin",
    "account_repository",
    "is_decoy",
    "new_account",
]

# No account ID contains this character, so a decoy ID is never an account's.
_DECOY_PREFIX = "#nobody "
_MAX_READS = 100  # of a BatchGetItem


@dataclass(frozen=True, slots=True)
class VerifiedLogin:
    """A login whose owner was verified.

    Attributes:
        account: the account as it was read, with its credentials.
        new_hash: a stronger hash of the password if the stored one is too weak.
    """

    account: Account
    new_hash: str | None = None


@dataclass(frozen=True, slots=True)
class LoginReads:
    """The reads of an account and its credentials, to combine them with other reads.

    Attributes:
        account: the read of the account.
        credentials: the read of its credentials.
    """

    account: Read[Account]
    credentials: Read[Credentials]


class AccountRepository:
    """The accounts of one stage."""

    def __init__(self, store: AccountStore) -> None:
        """Use a store."""
        self._store = store

    def add(
        self,
        account: Account,
        extra_writes: Sequence[Write] = (),
        verified_address: VerifiedAddress | None = None,
    ) -> None:
        """Create an account together with other writes, all or nothing.

        Args:
            account: the new account.
            extra_writes: other writes of the same transaction.
            verified_address: its email address if the owner has verified it already.

        Raises:
            IdentityTaken: another account has its username or email.
            AccountChanged: another account has come to hold the verified address.
        """
        self._store.create(account, extra_writes, verified_address)

    def find_by_login(self, name: str) -> str:
        """Return the ID of the account with a username or email address, in any of its forms.

        For an unknown name, the ID is a decoy made from the name (:func:`is_decoy`). A caller that
        uses it does the same reads and counts the same attempts as for an account.
        """
        return self._store.find_by_login(name) or f"{_DECOY_PREFIX}{login_names.lookup_key(name)}"

    def verify_password(self, account: Account | None, password: str) -> VerifiedLogin:
        """Verify the password of an account that was read with its credentials.

        An unknown name, a wrong password and a disabled account take the same hash and the same
        error (OWASP ASVS 5.0 6.3.8).

        Raises:
            IncorrectCredentials: the password is wrong, or the account is missing or disabled.
        """
        stored_hash = account.password_hash if account else None
        matches, new_hash = passwords.verify_password(password, stored_hash)
        if account is None or not matches or account.disabled:
            raise IncorrectCredentials
        return VerifiedLogin(account, new_hash)

    def sign_in_writes(self, login: VerifiedLogin, last_uses: LastUses) -> tuple[Write, ...]:
        """Return the account's writes for the transaction that starts a session.

        They raise PasswordHashReplaced if another request has replaced the hash.

        Args:
            login: the verified login.
            last_uses: when each method was last used, with this sign-in.
        """
        return sign_in_writes(login.account, new_hash=login.new_hash, last_uses=last_uses)

    def consume_code_writes(
        self, login: VerifiedLogin, after: Authenticator, last_uses: LastUses | None = None
    ) -> tuple[Write, ...]:
        """Return the account's writes if a code was verified, too.

        They raise IncorrectSecondFactorCode if another request has used the code in the meantime.

        Args:
            login: the verified login.
            after: its authenticator, with the code marked as used.
            last_uses: as for :meth:`sign_in_writes`; None if this isn't a sign-in.
        """
        return sign_in_writes(
            login.account, new_hash=login.new_hash, used=after, last_uses=last_uses
        )

    def cancel_erasure_write(self, account: Account) -> Write:
        """Return the write that every sign-in needs: it stops an erasure in progress.

        The condition raises IncorrectCredentials if the account no longer exists.
        """
        return cancel_erasure_write(account.id)

    def require_not_erased_write(self, account_id: str) -> Write:
        """Return the check that an account may get new data: it isn't being erased or merged."""
        return self._store.require_not_erased_write(account_id)

    def get(self, account_id: str) -> Account | None:
        """Return an account; None if it doesn't exist."""
        return self._store.get(account_id)

    def mark_for_erasure(self, account: Account, mark: str, extra_writes: Sequence[Write]) -> None:
        """Start the erasure of an account: from now on it accepts no new data.

        Args:
            account: the account as it was read.
            mark: identifies this erasure.
            extra_writes: other writes of the same transaction.

        Raises:
            AccountChanged: the account has changed since it was read.
            LastSuperAdmin: the account is the last enabled SuperAdmin.
        """
        self._store.mark_for_erasure(account, mark, extra_writes)

    def erase(self, account: Account, mark: str, extra_writes: Sequence[Write]) -> None:
        """Erase an account that is marked and has no other data left.

        Raises:
            AccountChanged: the account has changed since it was read and marked.
            LastSuperAdmin: the account is the last enabled SuperAdmin.
        """
        self._store.erase(account, mark, extra_writes)

    def existing_ids(self, account_ids: Sequence[str]) -> set[str]:
        """Return which of these IDs, 100 at most, are accounts."""
        return {account.id for account in self._store.get_many(account_ids) if account}

    def get_many(self, account_ids: Iterable[str]) -> dict[str, Account]:
        """Return the accounts that exist, by ID. It takes one round trip per 100 accounts."""
        ids = sorted(set(account_ids))
        chunks = (ids[start : start + _MAX_READS] for start in range(0, len(ids), _MAX_READS))
        accounts = (account for chunk in chunks for account in self._store.get_many(chunk))
        return {account.id: account for account in accounts if account}

    def account_read(self, account_id: str) -> Read[Account]:
        """Return the read of an account, to combine it with other reads.

        Its credentials are placeholders: see :meth:`login_reads`.
        """
        return self._store.account_read(account_id)

    def profile_read(self, account_id: str) -> Read[Account]:
        """Return the read of an account without what proves that a person is its owner.

        The role of a function without sign-in may permit only this.
        """
        return self._store.profile_read(account_id)

    def login_reads(self, account_id: str) -> LoginReads:
        """Return the reads of an account with its credentials, which only ``accounts`` may do."""
        return LoginReads(self._store.account_read(account_id), credentials_read(account_id))

    def usernames(self, account_ids: Iterable[str]) -> dict[str, str]:
        """Return the usernames of the accounts that exist, by ID.

        It takes one round trip per 100 accounts.
        """
        return self._store.usernames(sorted(set(account_ids)))

    def revoke_all_sessions(self, account: Account) -> None:
        """Revoke every session of an account at once."""
        self._store.raise_session_version(account)


def is_decoy(account_id: str) -> bool:
    """Return whether :meth:`AccountRepository.find_by_login` returned a decoy ID."""
    return account_id.startswith(_DECOY_PREFIX)


def account_repository() -> AccountRepository:
    """Return the accounts of this process's stage."""
    return AccountRepository(AccountStore(database()))


def new_account(  # noqa: PLR0913 (one for each thing that is known of a new account)
    *,
    username: str,
    password: str | None,
    email: str | None = None,
    first_name: str | None = None,
    middle_name: str | None = None,
    last_name: str | None = None,
    role: Role = Role.USER,
    language: Language | None = None,
    now: datetime,
) -> Account:
    """Return a new account from validated values.

    A username that is an email address is the account's email, unless another is given. Without a
    password, its owner needs a link to choose one.

    Raises:
        InvalidFields: the password is known from a breach.
        ServiceUnavailable: the breach check failed, and the settings require it.
    """
    if password is not None:
        passwords.reject_breached_password(password)
    return Account(
        id=new_identifier(),
        username=username,
        email=email or login_names.email_in(username),
        email_verified=False,
        first_name=first_name,
        middle_name=middle_name,
        last_name=last_name,
        role=role,
        password_hash=NO_PASSWORD_HASH if password is None else passwords.hash_password(password),
        password_set_at=now,
        session_version=1,
        disabled=False,
        created_at=now,
        updated_at=now,
        version=1,
        language=language,
    )
