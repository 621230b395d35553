"""The directory of accounts: who is in it, how one gets in, and who someone proves to be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.identity import login_names, passwords
from chalicelib.identity.account import Account, Authenticator, IncorrectCredentials
from chalicelib.identity.role import Role
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

# Stands in no identifier, so that what begins with it is no account's.
_DECOY_PREFIX = "#nobody "


@dataclass(frozen=True, slots=True)
class VerifiedLogin:
    """Someone proved to be the owner of an account.

    Attributes:
        account: theirs.
        rehash_writes: writes that ought to go along with a session that follows; they raise
            PasswordHashReplaced where somebody else was faster.
        new_hash: a stronger hash of the password, where the one there is too weak.
    """

    account: Account
    rehash_writes: tuple[Write, ...]
    new_hash: str | None = None


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
        """Take in a new account together with what comes with it, all or nothing.

        Args:
            account: the new account.
            extra_writes: writes of the same transaction.
            verified_address: its email, if its owner has proved that already.

        Raises:
            IdentityTaken: somebody has its username or email.
            AccountChanged: another account holds the proved address by now.
        """
        self._store.create(account, extra_writes, verified_address)

    def find_by_login(self, name: str) -> str:
        """Return the id of the account that has a username or email, in any of its forms.

        For a name that nobody has it is made of the name, and is no account's: whoever goes on
        with it does the same reads and counts the same tries as for somebody (:func:`is_nobody`).
        """
        return self._store.find_by_login(name) or f"{_DECOY_PREFIX}{login_names.lookup_key(name)}"

    def verify_password(self, account: Account | None, password: str) -> VerifiedLogin:
        """Make sure that a password is that of the account that somebody claims is theirs.

        An unknown name, a wrong password and a disabled account take the same hash and the same
        error (OWASP ASVS 5.0 6.3.8).

        Raises:
            IncorrectCredentials: it is not, there is none, or it may not sign in.
        """
        right, replacement = passwords.verify(password, account.password_hash if account else None)
        if account is None or not right or account.disabled:
            raise IncorrectCredentials
        if replacement:
            upkeep = (self._store.rehash_write(account, replacement),)
            return VerifiedLogin(account, upkeep, replacement)
        return VerifiedLogin(account, (self.keep_account_write(account),))

    def use_code_write(self, login: VerifiedLogin, after: Authenticator) -> Write:
        """Return what stands in place of a proof's upkeep where a code was checked, too.

        Its condition raises IncorrectCode where the code was used by somebody else meanwhile.
        """
        return self._store.use_code_write(login.account, after, login.new_hash)

    def keep_account_write(self, account: Account) -> Write:
        """Return the write that every sign-in needs: it stops an erasure that is under way.

        Its condition raises IncorrectCredentials where the account is gone by then.
        """
        return self._store.keep_account_write(account.id)

    def require_not_erased_write(self, account_id: str) -> Write:
        """Return the check for what comes to belong to an account; or BeingErased, BeingMerged."""
        return self._store.require_not_erased_write(account_id)

    def get(self, account_id: str) -> Account | None:
        """Return an account; None if there is none."""
        return self._store.get(account_id)

    def mark_for_erasure(self, account: Account, mark: str, extra_writes: Sequence[Write]) -> None:
        """Begin to erase an account: from now on nothing new may belong to it.

        Args:
            account: the one that is to go, of the version that was read.
            mark: tells this erasure from any other of it.
            extra_writes: writes of the same transaction.

        Raises:
            AccountChanged: it is of another version now.
            LastSuperAdmin: nobody would be left who may do everything.
        """
        self._store.mark_for_erasure(account, mark, extra_writes)

    def erase(self, account: Account, mark: str, extra_writes: Sequence[Write]) -> None:
        """Erase an account that was marked, and nothing else belongs to any more.

        Raises:
            AccountChanged: it is not as it was read and marked any more.
            LastSuperAdmin: nobody would be left who may do everything.
        """
        self._store.erase(account, mark, extra_writes)

    def existing_ids(self, account_ids: Sequence[str]) -> set[str]:
        """Return which of these, a hundred at most, are ids of accounts."""
        return {account.id for account in self._store.get_many(account_ids) if account}

    def account_read(self, account_id: str) -> Read[Account]:
        """Return how an account is read, for whoever reads something else along with it."""
        return self._store.account_read(account_id)

    def usernames(self, account_ids: Iterable[str]) -> dict[str, str]:
        """Return the usernames of those of these accounts that are there, by their ids.

        It takes a round trip for a hundred accounts.
        """
        return self._store.usernames(sorted(set(account_ids)))

    def end_all_sessions(self, account: Account) -> None:
        """End every session of an account at once."""
        self._store.raise_session_version(account)


def is_decoy(account_id: str) -> bool:
    """Say whether :meth:`AccountRepository.find_by_login` found nobody."""
    return account_id.startswith(_DECOY_PREFIX)


def account_repository() -> AccountRepository:
    """Return the directory of this process's stage."""
    return AccountRepository(AccountStore(database()))


def new_account(  # noqa: PLR0913 (one for each thing that is known of a new account)
    *,
    username: str,
    password: str,
    email: str | None = None,
    first_name: str | None = None,
    middle_name: str | None = None,
    last_name: str | None = None,
    role: Role = Role.USER,
    language: Language | None = None,
    now: datetime,
) -> Account:
    """Make an account that nobody has seen yet; its arguments have been checked.

    A username that is an email address is the account's email, unless another is given.

    Raises:
        InvalidFields: the password is known from a breach.
        ServiceUnavailable: nobody can tell whether it is, and the setting is strict.
    """
    passwords.reject_breached(password)
    return Account(
        id=new_identifier(),
        username=username,
        email=email or login_names.email_in(username),
        email_verified=False,
        first_name=first_name,
        middle_name=middle_name,
        last_name=last_name,
        role=role,
        password_hash=passwords.hash_password(password),
        password_set_at=now,
        session_version=1,
        disabled=False,
        created_at=now,
        updated_at=now,
        version=1,
        language=language,
    )
