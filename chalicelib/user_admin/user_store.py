"""The store with which staff list and change accounts.

Each change requires that the account has a role that the staff member may manage, and that the
staff member still has the same role. The rules check the same earlier. Here it is a condition of
the write, which also holds if a rule is wrong or the account has changed since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.accounts.one_time_token_store import reset_link_writes
from chalicelib.identity.account import Account
from chalicelib.identity.account_item import account_from_item
from chalicelib.identity.passkeys_item import delete_passkeys_write
from chalicelib.identity.role import Role
from chalicelib.identity.store import (
    IDENTITIES,
    USERS,
    AccountChanged,
    count_super_admin_writes,
    is_active_super_admin,
)
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.errors import Forbidden
from chalicelib.platform.items import Item, Query, Read, Write
from chalicelib.platform.sort_keys import sort_prefix

_BY_NAME = "byName"
_BY_KIND = "byKind"


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """An entry of an index: its key, and the account's id."""

    key: dict[str, str]
    account_id: str


class UserStore:
    """The tables ``users`` and ``identities``, for staff."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def get(self, *account_ids: str) -> list[Account | None]:
        """Read up to 100 accounts in one round trip; None for each that does not exist."""
        reads = [Read(USERS, {"id": account_id}, account_from_item) for account_id in account_ids]
        return self._database.batch_get(*reads) if reads else []

    def by_login(
        self, kind: str, start: str, limit: int, after: dict[str, str] | None
    ) -> tuple[list[IndexEntry], Item | None]:
        """Return the names of a kind with a common prefix, sorted, in one round trip.

        Args:
            kind: ``username`` or ``email``.
            start: a normalized prefix.
            limit: the largest number of entries.
            after: the position after which to continue.

        Returns:
            The entries, and the position after which to continue; None at the end.
        """
        names = Query(
            IDENTITIES,
            key_attributes=("kind", "identity"),
            index=_BY_KIND,
            key_condition="kind = :kind AND begins_with(#identity, :start)",
            expression_values={":kind": kind, ":start": start},
            expression_names={"#identity": "identity"},
            ascending=True,
        )
        return self._places(names, limit, after, "userId")

    def by_role(
        self,
        role: Role,
        start: str,
        limit: int,
        after: dict[str, str] | None,
        *,
        disabled: bool | None,
    ) -> tuple[list[IndexEntry], Item | None]:
        """Return the accounts of a role by last name, in one round trip.

        Args:
            role: the role of the accounts.
            start: a prefix of the folded last name; empty for any.
            limit: the largest number of entries.
            after: the position after which to continue.
            disabled: whether the accounts are disabled; None for both.

        Returns:
            The entries, and the position after which to continue; None at the end.
        """
        condition = "#role = :role"
        values: Item = {":role": role.value}
        if start:
            condition += " AND begins_with(nameKey, :start)"
            values |= {":start": sort_prefix(start)}
        if disabled is not None:
            values |= {":disabled": disabled}
        people = Query(
            USERS,
            key_attributes=("role", "nameKey", "id"),
            index=_BY_NAME,
            key_condition=condition,
            expression_values=values,
            filter_expression=None if disabled is None else "disabled = :disabled",
            expression_names={"#role": "role"},
            ascending=True,
        )
        return self._places(people, limit, after, "id")

    def _places(
        self, query: Query, limit: int, after: dict[str, str] | None, owner: str
    ) -> tuple[list[IndexEntry], Item | None]:
        items, position = self._database.query(query, limit, after, max_pages=1)
        return [
            IndexEntry({n: item[n] for n in query.key_attributes}, item[owner]) for item in items
        ], position

    def change(
        self, before: Account, after: Account, actor: Account, extra_writes: Sequence[Write]
    ) -> None:
        """Write an account's role, disabled state, and session version.

        Args:
            before: as it was read.
            after: in the next version.
            actor: the staff member, who must still have the same role.
            extra_writes: writes of the same transaction.

        Raises:
            AccountChanged: the account has changed since it was read.
            LastSuperAdmin: the account is the last enabled SuperAdmin.
            Forbidden: the actor has lost the permission.
        """
        ends = after.session_version > before.session_version
        change = Write(
            "Update",
            USERS,
            {"id": after.id},
            {
                "UpdateExpression": "SET #role = :role, disabled = :disabled,"
                " updatedAt = :now, version = :next"
                + (", sessionVersion = sessionVersion + :one" if ends else ""),
                "ConditionExpression": "version = :seen",
            },
            {
                ":role": after.role.value,
                ":disabled": after.disabled,
                ":now": clock.to_text(after.updated_at),
                ":next": after.version,
                ":seen": before.version,
                **({":one": 1} if ends else {}),
            },
            on_condition_failed=AccountChanged,
        )
        writes = [
            _if_manageable(change, actor),
            # Before the counter: if two SuperAdmins demote each other, one loses the permission.
            _still_staff(actor),
            *count_super_admin_writes(
                before=is_active_super_admin(before), after=is_active_super_admin(after)
            ),
        ]
        self._database.transact([*writes, *extra_writes])

    def end_sessions(self, account: Account, actor: Account, extra_writes: Sequence[Write]) -> None:
        """Revoke every session of an account.

        Raises:
            AccountChanged: another request has revoked them.
            Forbidden: the actor has lost the permission.
        """
        ending = Write(
            "Update",
            USERS,
            {"id": account.id},
            {
                "UpdateExpression": "SET sessionVersion = :next",
                "ConditionExpression": "sessionVersion = :seen AND version = :version",
            },
            {
                ":next": account.session_version + 1,
                ":seen": account.session_version,
                ":version": account.version,
            },
            on_condition_failed=AccountChanged,
        )
        # A transaction may touch an item once. For the actor's own account, it is enough that its
        # version, which a demotion raises, is the one that was read.
        checks = [] if actor.id == account.id else [_still_staff(actor)]
        self._database.transact([_if_manageable(ending, actor), *checks, *extra_writes])

    def remove_authenticator(
        self,
        before: Account,
        after: Account,
        actor: Account | None,
        extra_writes: Sequence[Write],
    ) -> None:
        """Remove an account's second factor and passkeys, and revoke its sessions.

        Args:
            before: the account with the second factor, as it was read.
            after: the account without it, in the next version.
            actor: the staff member, who must still have the same role; None for an operator.
            extra_writes: writes of the same transaction.

        Raises:
            AccountChanged: the account or its session version has changed.
            Forbidden: the actor has lost the permission.
        """
        removing = Write(
            "Update",
            USERS,
            {"id": after.id},
            {
                "UpdateExpression": "REMOVE authenticator, setup, secondFactorSetAt, passkeys"
                " SET updatedAt = :now, version = :next, sessionVersion = :sessions",
                "ConditionExpression": "version = :seen AND sessionVersion = :session",
            },
            {
                ":now": clock.to_text(after.updated_at),
                ":next": after.version,
                ":sessions": after.session_version,
                ":seen": before.version,
                ":session": before.session_version,
            },
            on_condition_failed=AccountChanged,
        )
        by_staff = [_if_manageable(removing, actor), _still_staff(actor)] if actor else [removing]
        self._database.transact([*by_staff, delete_passkeys_write(after.id), *extra_writes])

    def start_password_reset(
        self, before: Account, after: Account, actor: Account, extra_writes: Sequence[Write]
    ) -> None:
        """Store the hash of the account's newest link, and delete the previous link.

        Args:
            before: as it was read.
            after: as it is to be written.
            actor: the staff member, who must still have the same role.
            extra_writes: writes of the same transaction.

        Raises:
            AccountChanged: the account has changed since it was read.
            Forbidden: the actor has lost the permission.
        """
        newest, *rest = reset_link_writes(before, after)
        self._database.transact(
            [_if_manageable(newest, actor), *rest, _still_staff(actor), *extra_writes]
        )

    def still_staff(self, actor: Account) -> Write:
        """Return the check that an account is enabled and keeps its role; it raises Forbidden."""
        return _still_staff(actor)


def _if_manageable(change: Write, actor: Account) -> Write:
    """Return a change of an account that requires a role that the actor may manage."""
    roles = {f":managed{number}": role.value for number, role in enumerate(actor.role.manages)}
    condition = change.expressions["ConditionExpression"]
    manageable = f"({condition}) AND #role IN ({', '.join(roles)})"
    return replace(
        change,
        expressions={**change.expressions, "ConditionExpression": manageable},
        values={**change.values, **roles},
        names={**change.names, "#role": "role"},
    )


def _still_staff(actor: Account) -> Write:
    return Write(
        "ConditionCheck",
        USERS,
        {"id": actor.id},
        {"ConditionExpression": "#role = :role AND disabled = :no"},
        {":role": actor.role.value, ":no": False},
        on_condition_failed=Forbidden,
        names={"#role": "role"},
    )
