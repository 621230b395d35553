"""Accounts and the names they are found by, as DynamoDB keeps them.

Uniqueness of a name is the key of ``identities``: the transaction that creates an account holds
one condition for each of its names.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.identity import login_names
from chalicelib.identity.account import (
    Account,
    Authenticator,
    BeingErased,
    BeingMerged,
    IdentityTaken,
    IncorrectCode,
    IncorrectCredentials,
    LastSuperAdmin,
)
from chalicelib.identity.account_item import authenticator_item, from_item, to_item
from chalicelib.identity.role import Role
from chalicelib.platform.dynamodb import ConditionFailed, Database
from chalicelib.platform.errors import ApiError
from chalicelib.platform.items import Item, Read, Write

USERS = "users"
IDENTITIES = "identities"
ONE_TIME_TOKENS = "one-time-tokens"
# What a batch read takes.
_MAX_BATCH_GET = 100
# Counts the SuperAdmins that are enabled. Its # keeps it from being anybody's identifier.
_SUPER_ADMINS = {"id": "#super-admins"}


class PasswordHashReplaced(Exception):
    """The kept hash is no longer the one that was read."""


class AccountChanged(Exception):
    """The account is not as it was read any more."""


class AccountExists(Exception):
    """Another account has the id of the new one."""


@dataclass(frozen=True, slots=True)
class VerifiedAddress:
    """An email address that the owner of an account has just proved to be theirs.

    Attributes:
        name: the address, normalised.
        holder_id: the account that holds the address until then, without having verified it; None
            if no account does.
    """

    name: str
    holder_id: str | None


class AccountStore:
    """The tables ``users`` and ``identities``."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def create(
        self,
        account: Account,
        extra_writes: Sequence[Write],
        verified_address: VerifiedAddress | None = None,
    ) -> None:
        """Write a new account, its names and whatever comes with it, all or nothing.

        Args:
            account: the new account.
            extra_writes: writes of the same transaction.
            verified_address: its email, if its owner has proved that already.

        Raises:
            IdentityTaken: one of its names has an owner.
            AccountExists: another account has its id.
            AccountChanged: another account holds the proved address by now.
        """
        names = {login_names.normalize(account.email): "email"} if account.email else {}
        names |= {login_names.normalize(account.username): "username"}
        writes = [
            claim_name_write(name, kind, account.id, verified_address)
            for name, kind in names.items()
        ]
        unless_there = {"ConditionExpression": "attribute_not_exists(id)"}
        writes.append(
            Write("Put", USERS, to_item(account), unless_there, on_condition_failed=AccountExists)
        )
        writes += count_super_admin_writes(before=False, after=is_active_super_admin(account))
        self._database.transact([*writes, *extra_writes])

    def find_by_login(self, name: str) -> str | None:
        """Return the id of the account that has a name; None if nobody does."""
        key = {"identity": login_names.lookup_key(name)}
        return self._database.get(Read(IDENTITIES, key, lambda item: str(item["userId"])))

    def get(self, account_id: str) -> Account | None:
        """Return an account; None if there is none."""
        return self._database.get(self.account_read(account_id))

    def get_many(self, account_ids: Sequence[str]) -> list[Account | None]:
        """Return accounts, a hundred at most, in one round trip; None for each not there."""
        return self._database.get_all(*map(self.account_read, account_ids))

    def account_read(self, account_id: str) -> Read[Account]:
        """Return how an account is read, for whoever reads something else along with it."""
        return Read(USERS, {"id": account_id}, from_item)

    def usernames(self, account_ids: Sequence[str]) -> dict[str, str]:
        """Return the usernames of those of these accounts that are there."""
        chunks = (
            account_ids[at : at + _MAX_BATCH_GET]
            for at in range(0, len(account_ids), _MAX_BATCH_GET)
        )
        found = (account for chunk in chunks for account in self.get_many(chunk))
        return {account.id: account.username for account in found if account}

    def rehash_write(self, account: Account, new_hash: str) -> Write:
        """Return the write that keeps a stronger hash of the same password.

        Like :meth:`keep_account_write`, it stops an erasure. Its condition raises
        PasswordHashReplaced.
        """
        return Write(
            "Update",
            USERS,
            {"id": account.id},
            {
                "UpdateExpression": "SET passwordHash = :new REMOVE erasing",
                "ConditionExpression": "passwordHash = :old",
            },
            {":new": new_hash, ":old": account.password_hash},
            on_condition_failed=PasswordHashReplaced,
        )

    def use_code_write(self, account: Account, after: Authenticator, new_hash: str | None) -> Write:
        """Return the write that uses up the code with which somebody signs in.

        It does the work of :meth:`keep_account_write` or :meth:`rehash_write`: a transaction
        touches an item once. Of many who use a code at once one gets through: its condition raises
        IncorrectCode.

        Args:
            account: as it was read.
            after: its authenticator, the code used.
            new_hash: a stronger hash of the same password; None to keep the one there is.
        """
        hashes = {":new": new_hash, ":old": account.password_hash} if new_hash else {}
        return Write(
            "Update",
            USERS,
            {"id": account.id},
            {
                "UpdateExpression": "SET authenticator = :after"
                + (", passwordHash = :new" if new_hash else "")
                + " REMOVE erasing",
                "ConditionExpression": "authenticator = :before"
                + (" AND passwordHash = :old" if new_hash else ""),
            },
            {
                ":after": authenticator_item(after),
                ":before": authenticator_item(account.authenticator),
                **hashes,
            },
            on_condition_failed=IncorrectCode,
        )

    def keep_account_write(self, account_id: str) -> Write:
        """Return the write with which somebody signs in to an account that is still there.

        It takes the mark of an erasure away, which then starts again or stops: no session is left
        behind that began while the others were deleted. Its condition raises IncorrectCredentials.
        """
        return Write(
            "Update",
            USERS,
            {"id": account_id},
            {
                "UpdateExpression": "REMOVE erasing",
                "ConditionExpression": "attribute_exists(id)",
            },
            on_condition_failed=IncorrectCredentials,
        )

    def require_not_erased_write(self, account_id: str) -> Write:
        """Return the check that an account is there to stay; or BeingErased, or BeingMerged."""

        def why_not() -> ApiError:
            [account] = self.get_many([account_id])
            return BeingMerged() if account and account.is_being_merged else BeingErased()

        marks = ("erasing", "mergingFrom", "mergedInto")
        lasting = ["attribute_exists(id)", *(f"attribute_not_exists({mark})" for mark in marks)]
        return Write(
            "ConditionCheck",
            USERS,
            {"id": account_id},
            {"ConditionExpression": " AND ".join(lasting)},
            on_condition_failed=why_not,
        )

    def mark_for_erasure(self, account: Account, mark: str, extra_writes: Sequence[Write]) -> None:
        """Mark an account as being erased.

        Args:
            account: as it was read.
            mark: this erasure's own.
            extra_writes: what comes along.

        Raises:
            AccountChanged: it is not as it was read any more, or it is being merged.
            LastSuperAdmin: nobody else who is enabled could do everything.
        """
        marking = Write(
            "Update",
            USERS,
            {"id": account.id},
            {
                "UpdateExpression": "SET erasing = :mark",
                "ConditionExpression": "version = :seen AND sessionVersion = :sessions"
                " AND attribute_not_exists(mergingFrom)",
            },
            {
                ":mark": mark,
                ":seen": account.version,
                ":sessions": account.session_version,
            },
            on_condition_failed=AccountChanged,
        )
        others = {"ConditionExpression": "enabled > :one"}
        not_last = Write(
            "ConditionCheck",
            USERS,
            _SUPER_ADMINS,
            others,
            {":one": 1},
            on_condition_failed=LastSuperAdmin,
        )
        self._database.transact(
            [marking, *([not_last] if is_active_super_admin(account) else []), *extra_writes]
        )

    def erase(self, account: Account, mark: str, extra_writes: Sequence[Write]) -> None:
        """Delete an account, its names and its one-time token, all or nothing.

        Args:
            account: as it was read.
            mark: what it was marked with; a sign-in has not taken it away.
            extra_writes: what comes along.

        Raises:
            AccountChanged: it is not as it was read and marked any more.
            LastSuperAdmin: nobody else who is enabled could do everything.
        """
        unchanged, links = same_tokens_condition(account)
        deletion = Write(
            "Delete",
            USERS,
            {"id": account.id},
            {
                "ConditionExpression": "erasing = :mark AND version = :seen"
                f" AND sessionVersion = :sessions AND {unchanged}"
            },
            {
                ":mark": mark,
                ":seen": account.version,
                ":sessions": account.session_version,
                **links,
            },
            on_condition_failed=AccountChanged,
        )
        writes = [
            deletion,
            *count_super_admin_writes(before=is_active_super_admin(account), after=False),
            *release_name_writes(account),
        ]
        self._database.transact([*writes, *extra_writes])

    def raise_session_version(self, account: Account) -> None:
        """Make every session of an account an old one, in one write.

        It may be repeated: where the version has been raised since it was read, by this very
        write or another, or the account is gone, those sessions are over already.
        """
        with contextlib.suppress(ConditionFailed):
            self._database.update(
                USERS,
                {"id": account.id},
                UpdateExpression="SET sessionVersion = :next",
                ConditionExpression="sessionVersion = :seen",
                values={":next": account.session_version + 1, ":seen": account.session_version},
            )


def _tokens(account: Account) -> dict[str, str | None]:
    """Return the hashes of an account's newest one-time tokens, by attribute."""
    return {"recovery": account.recovery, "verification": account.verification}


def same_tokens_condition(account: Account) -> tuple[str, Item]:
    """Return the condition that no other links are an account's newest, and its values."""
    conditions = [
        f"{name} = :was_{name}" if link else f"attribute_not_exists({name})"
        for name, link in _tokens(account).items()
    ]
    values = {f":was_{name}": link for name, link in _tokens(account).items() if link}
    return " AND ".join(conditions), values


def delete_token_writes(before: Account, after: Account | None) -> list[Write]:
    """Return what deletes the one-time tokens that are an account's newest no more.

    They hold the email, and would outlive it, and the account.
    """
    kept = set(_tokens(after).values()) if after else set()
    return [
        Write("Delete", ONE_TIME_TOKENS, {"tokenHash": link})
        for link in _tokens(before).values()
        if link and link not in kept
    ]


def release_name_writes(account: Account) -> list[Write]:
    """Return what frees the names of an account that is deleted, and deletes its tokens."""
    given = filter(None, (account.username, account.email))
    names = sorted({login_names.normalize(name) for name in given})
    return [
        *(Write("Delete", IDENTITIES, {"identity": name}) for name in names),
        *delete_token_writes(account, None),
    ]


def is_active_super_admin(account: Account) -> bool:
    """Say whether an account is one of the SuperAdmins that are counted."""
    return account.role is Role.SUPER_ADMIN and not account.disabled


def count_super_admin_writes(*, before: bool, after: bool) -> list[Write]:
    """Return what keeps count of the enabled SuperAdmins, one of whom must stay."""
    if before == after:
        return []
    if after:
        more = {"UpdateExpression": "ADD enabled :one"}
        return [Write("Update", USERS, _SUPER_ADMINS, more, {":one": 1})]
    fewer = {
        "UpdateExpression": "SET enabled = enabled - :one",
        "ConditionExpression": "enabled > :one",
    }
    return [
        Write(
            "Update", USERS, _SUPER_ADMINS, fewer, {":one": 1}, on_condition_failed=LastSuperAdmin
        )
    ]


def claim_name_write(
    name: str, kind: str, account_id: str, verified_address: VerifiedAddress | None = None
) -> Write:
    """Return the write that claims a name for an account; or IdentityTaken.

    A proved address is claimed from the account that holds it; or AccountChanged.
    """
    item = {"identity": name, "kind": kind, "userId": account_id}
    if verified_address and verified_address.name == name and verified_address.holder_id:
        held = {"ConditionExpression": "userId = :holder"}
        values = {":holder": verified_address.holder_id}
        return Write("Put", IDENTITIES, item, held, values, on_condition_failed=AccountChanged)
    is_proved = verified_address is not None and verified_address.name == name
    return Write(
        "Put",
        IDENTITIES,
        item,
        {"ConditionExpression": "attribute_not_exists(userId)"},
        on_condition_failed=AccountChanged if is_proved else IdentityTaken,
    )
