"""The store of the marks of accounts' addresses, in the table ``users``."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.identity.email_marks import EmailProblem
from chalicelib.identity.store import USERS
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import ConditionFailed, Database
from chalicelib.platform.errors import Unauthenticated
from chalicelib.platform.items import Item, Write

# By problem: the attribute with an address, and the attribute that says that it has the problem.
_MARKS = {
    EmailProblem.BOUNCED: (
        ("email", "emailBounced"),
        ("pendingEmail", "pendingEmailBounced"),
    ),
    EmailProblem.COMPLAINED: (
        ("email", "emailComplained"),
        ("pendingEmail", "pendingEmailComplained"),
    ),
}
_ALL_MARKS = ", ".join(mark for marks in _MARKS.values() for _, mark in marks)


class EmailProblemStore:
    """The marks of the addresses of accounts."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def mark(self, account_id: str, address: str, problem: EmailProblem, sent_at: datetime) -> bool:
        """Mark an address of an account, if the account still has exactly this address.

        The order and the number of reports don't matter. One about an email that was sent before
        the owner cleared the marks changes nothing.

        Args:
            account_id: the account.
            address: the address.
            problem: what happened to an email to it.
            sent_at: when that email was sent.

        Returns:
            Whether the account has the address, and the email was sent after the last clearing.
        """
        key, values = {"id": account_id}, {":address": address, ":sent": clock.to_text(sent_at)}
        return any(self._mark(key, *names, values) for names in _MARKS[problem])

    def _mark(self, key: Item, address: str, mark: str, values: Item) -> bool:
        """Set one mark if an attribute is the address that the values name."""
        try:
            self._database.update(
                USERS,
                key,
                UpdateExpression=f"SET {mark} = :address",
                ConditionExpression=f"{address} = :address AND "
                "(attribute_not_exists(emailMarksClearedAt) OR emailMarksClearedAt <= :sent)",
                values=values,
            )
        except ConditionFailed:
            return False
        return True

    def clear(self, account_id: str, now: datetime, extra_writes: Sequence[Write]) -> None:
        """Clear all marks of an account.

        Args:
            account_id: the account.
            now: the current time; reports about earlier emails no longer count.
            extra_writes: writes of the same transaction.

        Raises:
            Unauthenticated: the account no longer exists.
        """
        clearing = Write(
            "Update",
            USERS,
            {"id": account_id},
            {
                "UpdateExpression": f"SET emailMarksClearedAt = :now REMOVE {_ALL_MARKS}",
                "ConditionExpression": "attribute_exists(id)",
            },
            {":now": clock.to_text(now)},
            on_condition_failed=Unauthenticated,
        )
        self._database.transact([clearing, *extra_writes])
