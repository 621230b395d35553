"""The DynamoDB store of registrations, their notes, and their history.

The key of a registration contains the account ID of its owner, so a request for one account can't
read or change the registrations of another account.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from chalicelib.events.place import Offer
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.errors import NotFound
from chalicelib.platform.items import Item, Query, Read, Write
from chalicelib.registrations.note import SERVICE_ACTOR_ID, HistoryAction, HistoryEntry, Note
from chalicelib.registrations.note_item import (
    SORT_KEY_BY_TIME,
    history_entry_from_item,
    new_history_item,
    note_from_item,
    note_to_item,
    registration_partition_key,
)
from chalicelib.registrations.registration import FIELDS_HIDDEN_FROM_STAFF, Registration
from chalicelib.registrations.registration_events import outgoing_event_writes
from chalicelib.registrations.registration_item import from_item, to_item, waiting_list_key
from chalicelib.registrations.search_entry_store import search_index_writes
from chalicelib.registrations.summary_store import summary_writes
from chalicelib.registrations.workflow import Status

REGISTRATIONS = "registrations"
NOTES = "notes"
HISTORY = "history"
REGISTRATION_KEY_ATTRIBUTES = ("userId", "eventId")
# The stored name of the position on the waiting list: it begins with the time of the submission.
_WAITING_LIST_KEY = "filedAt"
_NOT_EXPIRED_FILTER = "#ttl > :now"
_TTL_NAME_ALIAS = {"#ttl": "ttl"}


class RegistrationChanged(Exception):
    """The registration has changed since it was read."""


class NoteExists(RegistrationChanged):
    """A note with this ID already exists."""


class RegistrationStore:
    """The tables ``registrations``, ``notes``, and ``history``."""

    def __init__(self, database: Database) -> None:
        """Create the store."""
        self._database = database

    def read_items(self, *reads: Read[Any]) -> list[Any]:
        """Read several items in one round trip; None for each that doesn't exist."""
        return self._database.batch_get(*reads)

    def registration_read(self, user_id: str, event_id: str) -> Read[Registration]:
        """Return a read of a registration, to combine with other reads."""
        return Read(REGISTRATIONS, _registration_item_key(user_id, event_id), from_item)

    def registrations_of_user(self, user_id: str) -> list[Registration]:
        """Return all registrations of an account: at most one for each event."""
        query = Query(
            REGISTRATIONS,
            key_attributes=REGISTRATION_KEY_ATTRIBUTES,
            key_condition="userId = :user",
            expression_values={":user": user_id},
        )
        return [from_item(item) for item in self._database.query_all(query)]

    def note_write(self, registration: Registration, note: Note) -> Write:
        """Return the write of a note; it raises NoteExists if the ID is taken."""
        condition = {"ConditionExpression": "attribute_not_exists(id) OR #ttl <= :now"}
        return Write(
            "Put",
            NOTES,
            note_to_item(registration, note),
            condition,
            _now_expression_values(note.at),
            NoteExists,
            names=_TTL_NAME_ALIAS,
        )

    def check_or_mark_waitlisted_write(self, registration: Registration) -> Write:
        """Return the write that checks that a registration still waits, at the same position.

        The write raises RegistrationChanged if it doesn't. A waiting registration without
        ``waitlistedAt`` was stored by an earlier version of the service, which didn't count it.
        Then the write also sets this attribute, which marks the registration as counted.
        """
        condition = f"#status = :waitlisted AND {_WAITING_LIST_KEY} = :waiting_list_key"
        expressions = {"ConditionExpression": condition}
        values: Item = {
            ":waitlisted": Status.WAITLISTED.value,
            ":waiting_list_key": waiting_list_key(registration),
        }
        is_marked = registration.waitlisted_at is not None
        if not is_marked:
            # The new version number makes a concurrent change fail if the registration was read for
            # it before it was marked.
            update = "SET waitlistedAt = :waitlisted_at, version = version + :one"
            expressions["UpdateExpression"] = update
            values |= {":waitlisted_at": clock.to_text(registration.filed_at), ":one": 1}
        return Write(
            "ConditionCheck" if is_marked else "Update",
            REGISTRATIONS,
            _registration_item_key(registration.user_id, registration.event_id),
            expressions,
            values,
            on_condition_failed=RegistrationChanged,
            names={"#status": "status"},
        )

    def offer_history_write(self, registration: Registration, offer: Offer) -> Write:
        """Return the write of the history entry for an offer. The entry contains its deadline."""
        changes = {"offer": [None, clock.to_text(offer.expires_at)]}
        action = HistoryAction.OFFERED
        return history_write(registration, SERVICE_ACTOR_ID, action, offer.offered_at, changes)

    def require_exists_write(self, registration: Registration) -> Write:
        """Return the check that a registration still exists; it raises NotFound."""
        condition = {"ConditionExpression": "attribute_exists(userId)"}
        key = _registration_item_key(registration.user_id, registration.event_id)
        return Write("ConditionCheck", REGISTRATIONS, key, condition, on_condition_failed=NotFound)

    def note_read(
        self, event_id: str, user_id: str, note_id: str, now: datetime
    ) -> Read[Note | None]:
        """Return the read of a note; an expired note counts as missing."""

        def parse(item: Item) -> Note | None:
            return note_from_item(item) if clock.from_seconds(item["ttl"]) > now else None

        return Read(
            NOTES,
            {"registration": registration_partition_key(event_id, user_id), "id": note_id},
            parse,
        )

    def notes_page(
        self, event_id: str, user_id: str, now: datetime, limit: int, start_key: Item | None
    ) -> tuple[list[Note], Item | None]:
        """Return a registration's unexpired notes, newest first, and the next start key."""
        query = Query(
            NOTES,
            key_attributes=("registration", "id", SORT_KEY_BY_TIME),
            index="byTime",
            is_local=True,
            key_condition="registration = :registration",
            expression_values={
                ":registration": registration_partition_key(event_id, user_id),
                **_now_expression_values(now),
            },
            filter_expression=_NOT_EXPIRED_FILTER,
            expression_names=_TTL_NAME_ALIAS,
        )
        items, next_start_key = self._database.query(query, limit, start_key)
        return [note_from_item(item) for item in items], next_start_key

    def history_page(
        self, event_id: str, user_id: str, now: datetime, limit: int, start_key: Item | None
    ) -> tuple[list[HistoryEntry], Item | None]:
        """Return a registration's unexpired history, newest first, and the next start key."""
        query = _history_query(event_id, user_id, now)
        items, next_start_key = self._database.query(query, limit, start_key)
        return [history_entry_from_item(item) for item in items], next_start_key

    def iterate_history(self, event_id: str, user_id: str, now: datetime) -> Iterator[HistoryEntry]:
        """Yield a registration's unexpired history, newest first.

        This also works for a deleted draft.
        """
        query = _history_query(event_id, user_id, now)
        return map(history_entry_from_item, self._database.query_all(query))

    def transact(self, writes: Sequence[Write]) -> None:
        """Run all of these writes or none."""
        self._database.transact(writes)

    def save(
        self,
        before: Registration | None,
        after: Registration,
        *,
        actor: str,
        action: HistoryAction,
        extra_writes: Sequence[Write] = (),
        shard_count: int = 1,
    ) -> None:
        """Write the next version of a registration, with its history entry and search index.

        Args:
            before: the registration as it was read; None for a new registration.
            after: the registration to write.
            actor: the ID of the account that changes it.
            action: the action to record in the history.
            extra_writes: other writes of the same transaction.
            shard_count: the number of shards among which the event's counters are divided.

        Raises:
            RegistrationChanged: it has changed since it was read.
        """
        changes = _changed_values(before, after)
        history = history_write(after, actor, action, after.updated_at, changes)
        writes = registration_writes(before, after, shard_count)
        self._database.transact([*writes, history, *extra_writes])

    def delete(
        self, registration: Registration, *extra_writes: Write, actor: str, now: datetime
    ) -> None:
        """Delete a registration, and record the deletion in its history.

        Raises:
            RegistrationChanged: it has changed since it was read.
        """
        history = history_write(registration, actor, HistoryAction.DELETED, now, {})
        writes = [*registration_writes(registration, None), history, *extra_writes]
        self._database.transact(writes)

    def erase_registration(self, registration: Registration, extra_writes: Sequence[Write]) -> None:
        """Delete a registration without a record of the deletion, for an erasure of personal data.

        Args:
            registration: the registration as it was read.
            extra_writes: other writes of the same transaction.

        Raises:
            RegistrationChanged: it has changed since it was read.
        """
        self._database.transact([*registration_writes(registration, None), *extra_writes])

    def delete_notes_and_history(
        self, event_id: str, user_id: str, before_each_round_trip: Callable[[], None]
    ) -> None:
        """Delete the notes and the history of a registration, which may be deleted already.

        Args:
            event_id: the event ID of the registration.
            user_id: the account ID of the registration's owner.
            before_each_round_trip: called before each request to DynamoDB. It raises an exception
                to stop the deletion, for example at a time limit.
        """
        for table in (NOTES, HISTORY):
            key = ("registration", "id")
            values = {":registration": registration_partition_key(event_id, user_id)}
            query = Query(
                table,
                key_attributes=key,
                key_condition="registration = :registration",
                expression_values=values,
            )
            items = self._database.query_all(query)
            keys = ({name: item[name] for name in key} for item in items)
            self._database.batch_delete(table, keys, before_each_round_trip)


def registration_writes(
    before: Registration | None, after: Registration | None, shard_count: int = 1
) -> list[Write]:
    """Return the writes that create, change, move, or delete a registration.

    They also update what is derived from it: its search terms, its event's counts, and the messages
    to other systems. Every change of a registration uses this function, so that no caller forgets
    one of them. The writes raise RegistrationChanged if it has changed since it was read.

    Args:
        before: the registration as it was read; None for a new one.
        after: the registration to write; None to delete it. With another
            owner, the registration moves to that account.
        shard_count: the number of shards among which the event's counters are divided.
    """
    if before and after and before.user_id == after.user_id:
        writes = [_update_write(before, after), *search_index_writes(before, after)]
    else:
        writes = [_delete_write(before)] if before else []
        writes += [_create_write(after)] if after else []
        writes += [*search_index_writes(before, None), *search_index_writes(None, after)]
    return [
        *writes,
        *summary_writes(before, after, shard_count),
        *outgoing_event_writes(before, after),
    ]


def _create_write(registration: Registration) -> Write:
    """Return the write of a new registration; it raises RegistrationChanged if one exists."""
    # An expired registration doesn't count: DynamoDB may take days to delete it.
    absent_or_expired = {"ConditionExpression": "attribute_not_exists(userId) OR #ttl <= :now"}
    return Write(
        "Put",
        REGISTRATIONS,
        to_item(registration),
        absent_or_expired,
        _now_expression_values(registration.updated_at),
        on_condition_failed=RegistrationChanged,
        names=_TTL_NAME_ALIAS,
    )


def _update_write(before: Registration, after: Registration) -> Write:
    return Write(
        "Put",
        REGISTRATIONS,
        to_item(after),
        {"ConditionExpression": "version = :version"},
        {":version": before.version},
        on_condition_failed=RegistrationChanged,
    )


def _delete_write(registration: Registration) -> Write:
    """Return the write that deletes a registration; it raises RegistrationChanged."""
    return Write(
        "Delete",
        REGISTRATIONS,
        _registration_item_key(registration.user_id, registration.event_id),
        {"ConditionExpression": "version = :version"},
        {":version": registration.version},
        on_condition_failed=RegistrationChanged,
    )


def _history_query(event_id: str, user_id: str, now: datetime) -> Query:
    return Query(
        HISTORY,
        key_attributes=("registration", "id"),
        key_condition="registration = :registration",
        expression_values={
            ":registration": registration_partition_key(event_id, user_id),
            **_now_expression_values(now),
        },
        filter_expression=_NOT_EXPIRED_FILTER,
        expression_names=_TTL_NAME_ALIAS,
    )


def history_write(
    registration: Registration, actor: str, action: HistoryAction, at: datetime, changes: Item
) -> Write:
    """Return the write of an entry in a registration's history."""
    return Write("Put", HISTORY, new_history_item(registration, actor, action, at, changes))


def _changed_values(before: Registration | None, after: Registration) -> Item:
    """Return the old and the new value of each changed field; None for a missing value."""
    old_values = _recorded_values(before) if before else {}
    new_values = _recorded_values(after)
    return {
        name: [old_values.get(name), new_values.get(name)]
        for name in sorted((old_values.keys() | new_values.keys()) - FIELDS_HIDDEN_FROM_STAFF)
        if old_values.get(name) != new_values.get(name)
    }


def _recorded_values(registration: Registration) -> Item:
    """Return the values whose changes the history records.

    It records that there is a signature on paper. The staff member who saw it is the entry's actor.
    """
    paper_signature = {"paperSignature": True} if registration.paper_signature else {}
    return {**registration.form, "status": registration.status.value, **paper_signature}


def _now_expression_values(now: datetime) -> Item:
    """Return the current time as the value ``:now`` of a condition on a time to live."""
    return {":now": int(now.timestamp())}


def _registration_item_key(user_id: str, event_id: str) -> Item:
    return {"userId": user_id, "eventId": event_id}
