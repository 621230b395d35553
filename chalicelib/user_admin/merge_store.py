"""The DynamoDB store of a merge of two accounts.

Both items have a mark from the first write to the last: ``mergingFrom`` on the account that stays,
``mergedInto`` on the account to close. While the marks exist, neither account accepts new items,
and the account to close rejects sign-ins.
"""

from collections.abc import Sequence

from chalicelib.identity.account import Account
from chalicelib.identity.passkeys_item import delete_passkeys_write
from chalicelib.identity.role import Role
from chalicelib.identity.store import (
    USERS,
    AccountChanged,
    release_name_writes,
    unchanged_tokens_condition,
)
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Item, Write

_UNMARKED = " AND ".join(
    f"attribute_not_exists({mark})" for mark in ("erasing", "mergingFrom", "mergedInto")
)


class MergeStore:
    """The tables ``users`` and ``identities``, for merges."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def begin(
        self,
        before: tuple[Account, Account],
        after: tuple[Account, Account],
        extra_writes: Sequence[Write],
    ) -> None:
        """Mark both accounts.

        Args:
            before: the account that stays and the one that goes, as they were read.
            after: both, of their next versions.
            extra_writes: further writes of the same transaction.

        Raises:
            AccountChanged: one of them has changed since it was read.
        """
        marks = (("mergingFrom", after[1]), ("mergedInto", after[0]))
        marking = [
            _marking(mark, other, old, new)
            for (mark, other), old, new in zip(marks, before, after, strict=True)
        ]
        self._database.transact([*marking, *extra_writes])

    def abandon(self, kept: Account, merged: Account, extra_writes: Sequence[Write]) -> None:
        """Remove both marks.

        Raises:
            AccountChanged: the marks have changed.
        """
        marks = ((kept, "mergingFrom", merged.id), (merged, "mergedInto", kept.id))
        writes = [
            Write(
                "Update",
                USERS,
                {"id": account.id},
                {
                    "UpdateExpression": f"REMOVE {mark} SET version = version + :one",
                    "ConditionExpression": f"{mark} = :other",
                },
                {":one": 1, ":other": other},
                on_condition_failed=AccountChanged,
            )
            for account, mark, other in marks
        ]
        self._database.transact([*writes, *extra_writes])

    def finish(
        self, before: Account, after: Account, merged: Account, extra_writes: Sequence[Write]
    ) -> None:
        """Delete the account to close and its names, and remove the mark of the one that stays.

        Args:
            before: the account that stays, as it was read.
            after: the same account, in the next version.
            merged: the account to close, as it was read.
            extra_writes: further writes of the same transaction.

        Raises:
            AccountChanged: one of them has changed since it was read.
        """
        unchanged, links = unchanged_tokens_condition(merged)
        staying = Write(
            "Update",
            USERS,
            {"id": after.id},
            {
                "UpdateExpression": "REMOVE mergingFrom"
                " SET mergedAccounts = :all, updatedAt = :now, version = :next",
                "ConditionExpression": "mergingFrom = :other AND version = :seen",
            },
            {
                ":all": list(after.merged_account_ids),
                ":other": merged.id,
                ":seen": before.version,
                **_next(after),
            },
            on_condition_failed=AccountChanged,
        )
        going = Write(
            "Delete",
            USERS,
            {"id": merged.id},
            {"ConditionExpression": f"mergedInto = :other AND version = :seen AND {unchanged}"},
            {":other": after.id, ":seen": merged.version, **links},
            on_condition_failed=AccountChanged,
        )
        deletions = [*release_name_writes(merged), delete_passkeys_write(merged.id)]
        self._database.transact([staying, going, *deletions, *extra_writes])

    def still_merging(self, kept: Account, merged: Account) -> Write:
        """Return the check that one account is merging into another; or AccountChanged."""
        return Write(
            "ConditionCheck",
            USERS,
            {"id": kept.id},
            {"ConditionExpression": "mergingFrom = :other"},
            {":other": merged.id},
            on_condition_failed=AccountChanged,
        )


def _marking(mark: str, other: Account, before: Account, after: Account) -> Write:
    """Return the write that marks an account; it requires an unchanged account without a mark."""
    return Write(
        "Update",
        USERS,
        {"id": before.id},
        {
            "UpdateExpression": f"SET {mark} = :other, updatedAt = :now, version = :next",
            # No account gains a role by a merge.
            "ConditionExpression": f"version = :seen AND #role = :applicant AND {_UNMARKED}",
        },
        {
            ":other": other.id,
            ":seen": before.version,
            ":applicant": Role.USER.value,
            **_next(after),
        },
        on_condition_failed=AccountChanged,
        names={"#role": "role"},
    )


def _next(after: Account) -> Item:
    return {":now": clock.to_text(after.updated_at), ":next": after.version}
