"""The DynamoDB store of a transfer: it writes a registration under its new owner's key."""

import itertools
from collections.abc import Callable, Sequence

from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Item, Query, Write
from chalicelib.registrations.note import HistoryAction
from chalicelib.registrations.note_item import registration_partition_key
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.store import (
    HISTORY,
    NOTES,
    history_write,
    registration_writes,
)

# The action of the entry in the history.
# The attributes with the author of a note or a change.
_ACTOR_OF = {NOTES: "author", HISTORY: "actor"}
_KEY = ("registration", "id")
# Each entry takes a put and a delete. With the checks, a batch stays below the limits of a
# transaction, in writes and in megabytes: the largest change updates all fields of a form.
_AT_ONCE = 25


class TransferStore:
    """The tables ``registrations``, ``notes``, and ``history`` as a transfer uses them."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def move(
        self,
        before: Registration,
        after: Registration,
        *,
        actor: str,
        extra_writes: Sequence[Write],
    ) -> None:
        """Delete a registration under its owner's key and write it under the new owner's key.

        Args:
            before: as it was read.
            after: with its new owner, in the next version.
            actor: the identifier of the staff member's account.
            extra_writes: further writes of the same transaction.

        Raises:
            RegistrationChanged: it has changed, or the new owner has a registration for the event.
        """
        entry = history_write(after, actor, HistoryAction.MERGED, after.updated_at, {})
        self._database.transact([*registration_writes(before, after), entry, *extra_writes])

    def carry_traces(
        self,
        event_id: str,
        owners: tuple[str, str],
        checks: Sequence[Write],
        before_each: Callable[[], None],
    ) -> None:
        """Move the notes and the history for an event, whose registration may be deleted.

        The new owner becomes the author of the earlier owner's changes: they are one person.

        Args:
            event_id: the event.
            owners: the account to move from, and the account to move to.
            checks: added to each transaction.
            before_each: called before each transaction; an exception from it stops the work.
        """
        source, target = owners
        for table, actor in _ACTOR_OF.items():
            rows = self._database.query_all(_traces(table, event_id, source))
            while batch := list(itertools.islice(rows, _AT_ONCE)):
                before_each()
                new_key: Item = {"registration": registration_partition_key(event_id, target)}
                theirs: Item = new_key | {actor: target}
                writes = [
                    Write("Put", table, row | (theirs if row[actor] == source else new_key))
                    for row in batch
                ]
                writes += [_removal(table, row) for row in batch]
                self._database.transact([*checks, *writes])

    def forget_history(
        self,
        event_id: str,
        user_id: str,
        checks: Sequence[Write],
        before_each: Callable[[], None],
    ) -> None:
        """Delete the history for an event, such as that of a deleted draft.

        Args:
            event_id: the event.
            user_id: the account with the history.
            checks: added to each transaction.
            before_each: called before each transaction; an exception from it stops the work.
        """
        rows = self._database.query_all(_traces(HISTORY, event_id, user_id))
        while batch := list(itertools.islice(rows, _AT_ONCE)):
            before_each()
            self._database.transact([*checks, *(_removal(HISTORY, row) for row in batch)])


def _traces(table: str, event_id: str, user_id: str) -> Query:
    return Query(
        table,
        key_attributes=_KEY,
        key_condition="registration = :one",
        expression_values={":one": registration_partition_key(event_id, user_id)},
        ascending=True,
    )


def _removal(table: str, row: Item) -> Write:
    return Write("Delete", table, {name: row[name] for name in _KEY})
