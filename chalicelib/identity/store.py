"""The DynamoDB store of accounts, their names, and their credentials.

The key of ``identities`` makes names unique: the transaction that creates an account has one
condition for each of its names.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.identity import linked_identity, login_names
from chalicelib.identity.account import (
    Account,
    AccountBeingErased,
    AccountBeingMerged,
    IdentityTaken,
    LastSuperAdmin,
)
from chalicelib.identity.account_events import created_write
from chalicelib.identity.account_item import PROFILE, account_from_item, to_item
from chalicelib.identity.credentials_store import (
    delete_credentials_writes,
    new_credentials_writes,
    to_stored_account,
)
from chalicelib.identity.role import Role
from chalicelib.platform.dynamodb import ConditionFailed, Database
from chalicelib.platform.errors import ApiError
from chalicelib.platform.items import Item, Read, Write

USERS = "users"
IDENTITIES = "identities"
ONE_TIME_TOKENS = "one-time-tokens"
# The most keys that BatchGetItem accepts.
_MAX_BATCH_GET = 100
# Counts the enabled SuperAdmins. Identifiers contain no #, so this key belongs to no account.
_SUPER_ADMINS = {"id": "#super-admins"}


class PasswordHashReplaced(Exception):
    """The stored hash has changed since it was read."""


class AccountChanged(Exception):
    """The account has changed since it was read."""


class AccountExists(Exception):
    """Another account has the id of the new one."""


@dataclass(frozen=True, slots=True)
class VerifiedAddress:
    """An email address that an account's owner has just verified.

    Attributes:
        name: the normalized address.
        holder_id: the account that holds the address so far without having verified it; None if no
            account does.
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
        """Write a new account, its names, its event, and related items in one transaction.

        Args:
            account: the new account.
            extra_writes: writes of the same transaction.
            verified_address: its email if its owner has verified it already.

        Raises:
            IdentityTaken: another account has one of its names.
            AccountExists: another account has its id.
            AccountChanged: another account has come to hold the verified address.
        """
        names = {login_names.normalize(account.email): "email"} if account.email else {}
        names |= {login_names.normalize(account.username): "username"}
        writes = [
            claim_name_write(name, kind, account.id, verified_address)
            for name, kind in names.items()
        ]
        unless_there = {"ConditionExpression": "attribute_not_exists(id)"}
        item = to_item(to_stored_account(account))
        writes.append(Write("Put", USERS, item, unless_there, on_condition_failed=AccountExists))
        writes += new_credentials_writes(account)
        writes += count_super_admin_writes(before=False, after=is_active_super_admin(account))
        self._database.transact([*writes, created_write(account), *extra_writes])

    def find_by_login(self, name: str) -> str | None:
        """Return the id of the account that has a name; None if no account has it."""
        key = {"identity": login_names.lookup_key(name)}
        return self._database.get(Read(IDENTITIES, key, lambda item: str(item["userId"])))

    def get(self, account_id: str) -> Account | None:
        """Return an account; None if it doesn't exist."""
        return self._database.get(self.account_read(account_id))

    def get_many(self, account_ids: Sequence[str]) -> list[Account | None]:
        """Return up to 100 accounts in one round trip; None for each that doesn't exist."""
        return self._database.batch_get(*map(self.account_read, account_ids))

    def account_read(self, account_id: str) -> Read[Account]:
        """Return the read of an account, to combine it with other reads."""
        return Read(USERS, {"id": account_id}, account_from_item)

    def profile_read(self, account_id: str) -> Read[Account]:
        """Return the read of an account without what proves that a person is its owner."""
        return Read(USERS, {"id": account_id}, account_from_item, PROFILE)

    def usernames(self, account_ids: Sequence[str]) -> dict[str, str]:
        """Return the usernames of those of these accounts that exist."""
        chunks = (
            account_ids[at : at + _MAX_BATCH_GET]
            for at in range(0, len(account_ids), _MAX_BATCH_GET)
        )
        accounts = (account for chunk in chunks for account in self.get_many(chunk))
        return {account.id: account.username for account in accounts if account}

    def require_not_erased_write(self, account_id: str) -> Write:
        """Return the check that an account may get new data: it isn't being erased or merged."""

        def why_not() -> ApiError:
            [account] = self.get_many([account_id])
            return (
                AccountBeingMerged()
                if account and account.is_being_merged
                else AccountBeingErased()
            )

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
        """Mark an account for erasure.

        Args:
            account: as it was read.
            mark: identifies this erasure.
            extra_writes: writes of the same transaction.

        Raises:
            AccountChanged: the account has changed since it was read, or is being merged.
            LastSuperAdmin: the account is the last enabled SuperAdmin.
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
        condition = {"ConditionExpression": "enabled > :one"}
        not_last = Write(
            "ConditionCheck",
            USERS,
            _SUPER_ADMINS,
            condition,
            {":one": 1},
            on_condition_failed=LastSuperAdmin,
        )
        self._database.transact(
            [marking, *([not_last] if is_active_super_admin(account) else []), *extra_writes]
        )

    def erase(self, account: Account, mark: str, extra_writes: Sequence[Write]) -> None:
        """Delete an account, its names, credentials, and one-time tokens in one transaction.

        Args:
            account: as it was read.
            mark: the erasure's mark; the write fails if a sign-in has removed it.
            extra_writes: writes of the same transaction.

        Raises:
            AccountChanged: the account has changed since it was read and marked.
            LastSuperAdmin: the account is the last enabled SuperAdmin.
        """
        unchanged, links = unchanged_tokens_condition(account)
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
            *delete_credentials_writes(account),
        ]
        self._database.transact([*writes, *extra_writes])

    def raise_session_version(self, account: Account) -> None:
        """Revoke every session of an account in one write.

        The write may be repeated: if this call or another has raised the version since the account
        was read, or the account is deleted, those sessions are revoked already.
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
    return {"recovery": account.reset_token_hash, "verification": account.verification_token_hash}


def unchanged_tokens_condition(account: Account) -> tuple[str, Item]:
    """Return the condition that an account's newest links have not changed, and its values."""
    conditions = [
        f"{name} = :was_{name}" if link else f"attribute_not_exists({name})"
        for name, link in _tokens(account).items()
    ]
    values = {f":was_{name}": link for name, link in _tokens(account).items() if link}
    return " AND ".join(conditions), values


def delete_token_writes(before: Account, after: Account | None) -> list[Write]:
    """Return the writes that delete an account's outdated one-time tokens.

    Tokens contain the email, and would otherwise outlive it and the account.
    """
    kept_tokens = set(_tokens(after).values()) if after else set()
    return [
        Write("Delete", ONE_TIME_TOKENS, {"tokenHash": link})
        for link in _tokens(before).values()
        if link and link not in kept_tokens
    ]


def release_name_writes(account: Account) -> list[Write]:
    """Return the writes that release a deleted account's names and delete its tokens."""
    names = map(login_names.normalize, filter(None, (account.username, account.email)))
    keys = sorted({*names, *map(linked_identity.identity_key, account.linked_identity_ids)})
    return [
        *(Write("Delete", IDENTITIES, {"identity": key}) for key in keys),
        *delete_token_writes(account, None),
    ]


def is_active_super_admin(account: Account) -> bool:
    """Return whether an account is an enabled SuperAdmin, which the store counts."""
    return account.role is Role.SUPER_ADMIN and not account.disabled


def count_super_admin_writes(*, before: bool, after: bool) -> list[Write]:
    """Return the write that updates the count of enabled SuperAdmins; one must remain."""
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
    """Return the write that claims a name for an account; it raises IdentityTaken.

    It claims a verified address from the account that holds it, or raises AccountChanged.
    """
    item = {"identity": name, "kind": kind, "userId": account_id}
    if verified_address and verified_address.name == name and verified_address.holder_id:
        condition = {"ConditionExpression": "userId = :holder"}
        values = {":holder": verified_address.holder_id}
        return Write("Put", IDENTITIES, item, condition, values, on_condition_failed=AccountChanged)
    is_proved = verified_address is not None and verified_address.name == name
    return Write(
        "Put",
        IDENTITIES,
        item,
        {"ConditionExpression": "attribute_not_exists(userId)"},
        on_condition_failed=AccountChanged if is_proved else IdentityTaken,
    )
