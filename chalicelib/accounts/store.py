"""Accounts and the names they are found by, as DynamoDB keeps them.

Uniqueness of a name is the key of ``identities``: the transaction that creates an account holds
one condition for each of its names.
"""

import contextlib
from collections.abc import Sequence

from chalicelib.accounts import identity
from chalicelib.accounts.account import Account, IdentityTaken, Role
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import ConditionFailed, Database, Item, Read, Write

USERS = "users"
IDENTITIES = "identities"
# Counts the SuperAdmins that are enabled. Its # keeps it from being anybody's identifier.
_SUPER_ADMINS = {"id": "#super-admins"}


class PasswordHashReplaced(Exception):
    """The kept hash is no longer the one that was read."""


class AccountStore:
    """The tables ``users`` and ``identities``."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def create(self, account: Account, also: Sequence[Write]) -> None:
        """Write a new account, its names and whatever comes with it, all or nothing.

        Raises:
            IdentityTaken: one of its names has an owner.
        """
        names = {identity.normalise(account.email): "email"} if account.email else {}
        names |= {identity.normalise(account.username): "username"}
        writes = [_claim(name, kind, account.id) for name, kind in names.items()]
        unless_there = {"ConditionExpression": "attribute_not_exists(id)"}
        writes.append(Write("Put", USERS, _to_item(account), unless_there))
        if account.role is Role.SUPER_ADMIN:
            counting = {"UpdateExpression": "ADD enabled :one"}
            writes.append(Write("Update", USERS, _SUPER_ADMINS, counting, {":one": 1}))
        self._database.transact([*writes, *also])

    def owner_of(self, name: str) -> str | None:
        """Return the id of the account that has a name; None if nobody does."""
        key = {"identity": identity.sought(name)}
        return self._database.get(Read(IDENTITIES, key, lambda item: str(item["userId"])))

    def get(self, account_id: str) -> Account | None:
        """Return an account; None if there is none."""
        return self._database.get(self.reading(account_id))

    def reading(self, account_id: str) -> Read[Account]:
        """Return how an account is read, for whoever reads something else along with it."""
        return Read(USERS, {"id": account_id}, _from_item)

    def replacing_hash(self, account: Account, replacement: str) -> Write:
        """Return the write that keeps a stronger hash of the same password.

        Its condition raises PasswordHashReplaced.
        """
        return Write(
            "Update",
            USERS,
            {"id": account.id},
            {
                "UpdateExpression": "SET passwordHash = :new",
                "ConditionExpression": "passwordHash = :old",
            },
            {":new": replacement, ":old": account.password_hash},
            otherwise=PasswordHashReplaced,
        )

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


def _claim(name: str, kind: str, account_id: str) -> Write:
    return Write(
        "Put",
        IDENTITIES,
        {"identity": name, "kind": kind, "userId": account_id},
        {"ConditionExpression": "attribute_not_exists(userId)"},
        otherwise=IdentityTaken,
    )


def _to_item(account: Account) -> Item:
    item = {
        "id": account.id,
        "username": account.username,
        "email": account.email,
        "emailVerified": account.email_verified,
        "firstName": account.first_name,
        "lastName": account.last_name,
        "role": account.role.value,
        "passwordHash": account.password_hash,
        "sessionVersion": account.session_version,
        "disabled": account.disabled,
        "createdAt": clock.to_text(account.created_at),
        "updatedAt": clock.to_text(account.updated_at),
        "version": account.version,
    }
    return {name: value for name, value in item.items() if value is not None}


def _from_item(item: Item) -> Account:
    return Account(
        id=item["id"],
        username=item["username"],
        email=item.get("email"),
        email_verified=item["emailVerified"],
        first_name=item.get("firstName"),
        last_name=item.get("lastName"),
        role=Role(item["role"]),
        password_hash=item["passwordHash"],
        session_version=item["sessionVersion"],
        disabled=item["disabled"],
        created_at=clock.from_text(item["createdAt"]),
        updated_at=clock.from_text(item["updatedAt"]),
        version=item["version"],
    )
