"""The DynamoDB store of registrations, their notes, and their history.

A registration's key contains its owner, so that a request can't reach other people's.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from chalicelib.events.place import Offer
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.errors import NotFound
from chalicelib.platform.identifiers import new_identifier
from chalicelib.platform.items import Item, Query, Read, Write
from chalicelib.registrations.note import SERVICE, HistoryEntry, Note
from chalicelib.registrations.registration import STAFF_HIDDEN_FIELDS, Registration
from chalicelib.registrations.registration_item import from_item, to_item, waiting_list_key
from chalicelib.registrations.search_entry_store import entry_writes
from chalicelib.registrations.workflow import Status

REGISTRATIONS = "registrations"
NOTES = "notes"
HISTORY = "history"
KEY = ("userId", "eventId")
# Its version is raised so that no one who has read it before takes it for not counted.
_COUNT_WAITING = {"UpdateExpression": "SET waitlistedAt = :since, version = version + :one"}
_NOT_DUE, _TTL = "#ttl > :now", {"#ttl": "ttl"}


class RegistrationChanged(Exception):
    """The registration is not as it was read any more."""


class NoteExists(RegistrationChanged):
    """There is a note of that identifier already."""


class RegistrationStore:
    """The tables ``registrations``, ``notes`` and ``history``."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def read(self, *reads: Read[Any]) -> list[Any]:
        """Read several things in one round trip; None for each that is not there."""
        return self._database.get_all(*reads)

    def registration_read(self, user_id: str, event_id: str) -> Read[Registration]:
        """Return how a registration is read."""
        return Read(REGISTRATIONS, _key(user_id, event_id), from_item)

    def by_user(self, user_id: str) -> list[Registration]:
        """Return all of one person's registrations: one for each event, a few in a lifetime."""
        own = Query(REGISTRATIONS, key=KEY, condition="userId = :user", values={":user": user_id})
        items, _ = self._database.query(own, limit=1000)
        return [from_item(item) for item in items]

    def note_write(self, registration: Registration, note: Note) -> Write:
        """Return the write of a note; it raises NoteThere if there is one of its identifier."""
        item = {
            "registration": traces_key(registration.event_id, registration.user_id),
            "id": note.id,
            "said": note.text,
            "author": note.author,
            "at": clock.to_text(note.at),
            "place": f"{clock.to_text(note.at)}#{note.id}",
            "ttl": int(registration.expires_at.timestamp()),
        }
        condition = {"ConditionExpression": "attribute_not_exists(id) OR #ttl <= :now"}
        return Write("Put", NOTES, item, condition, _ttl_value(note.at), NoteExists, names=_TTL)

    def still_waiting_check(self, registration: Registration) -> Write:
        """Return the check that a registration waits where it did in line; or RegistrationChanged.

        One that an earlier version put there is marked as counted from now on.
        """
        kind, same_place = "ConditionCheck", "#status = :waiting AND filedAt = :place"
        expressions = {"ConditionExpression": same_place}
        values: Item = {
            ":waiting": Status.WAITLISTED.value,
            ":place": waiting_list_key(registration),
        }
        if registration.waitlisted_at is None:
            kind, expressions = "Update", _COUNT_WAITING | expressions
            values |= {":since": clock.to_text(registration.filed_at), ":one": 1}
        return Write(
            kind,
            REGISTRATIONS,
            _key(registration.user_id, registration.event_id),
            expressions,
            values,
            on_condition_failed=RegistrationChanged,
            names={"#status": "status"},
        )

    def offer_history_write(self, registration: Registration, offer: Offer) -> Write:
        """Return the entry of the history that says that a place was offered, and until when."""
        changes = {"offer": [None, clock.to_text(offer.until)]}
        return history_write(registration, SERVICE, "offered", offer.offered_at, changes)

    def exists_check(self, registration: Registration) -> Write:
        """Return the check that a registration has not been deleted; or NotFound."""
        there = {"ConditionExpression": "attribute_exists(userId)"}
        key = _key(registration.user_id, registration.event_id)
        return Write("ConditionCheck", REGISTRATIONS, key, there, on_condition_failed=NotFound)

    def note_read(
        self, event_id: str, user_id: str, note_id: str, now: datetime
    ) -> Read[Note | None]:
        """Return the read of a note; an expired note counts as missing."""

        def parse(item: Item) -> Note | None:
            return _to_note(item) if clock.from_seconds(item["ttl"]) > now else None

        return Read(NOTES, {"registration": traces_key(event_id, user_id), "id": note_id}, parse)

    def notes(
        self, event_id: str, user_id: str, now: datetime, limit: int, after: Item | None
    ) -> tuple[list[Note], Item | None]:
        """Return a registration's unexpired notes, newest first, and the next page's position."""
        query = Query(
            NOTES,
            key=("registration", "id", "place"),
            index="byTime",
            is_local=True,
            condition="registration = :one",
            values={":one": traces_key(event_id, user_id), **_ttl_value(now)},
            filter=_NOT_DUE,
            names=_TTL,
        )
        items, rest = self._database.query(query, limit, after)
        return [_to_note(item) for item in items], rest

    def history(
        self, event_id: str, user_id: str, now: datetime, limit: int, after: Item | None
    ) -> tuple[list[HistoryEntry], Item | None]:
        """Return a registration's unexpired history, newest first, and the next page's position."""
        items, rest = self._database.query(_history(event_id, user_id, now), limit, after)
        return [_to_change(item) for item in items], rest

    def full_history(self, event_id: str, user_id: str, now: datetime) -> Iterator[HistoryEntry]:
        """Give all that became of a registration and is not due, newest first.

        That of a draft that was deleted is there, too.
        """
        return map(_to_change, self._database.query_all(_history(event_id, user_id, now)))

    def transact(self, writes: Sequence[Write]) -> None:
        """Do all of these writes or none."""
        self._database.transact(writes)

    def put(
        self,
        registration: Registration,
        before: Registration | None,
        *,
        actor: str,
        action: str,
        extra_writes: Sequence[Write] = (),
    ) -> None:
        """Write the next version of a registration, its history and what comes along.

        Args:
            registration: as it shall be.
            before: as it was read; None for a new one.
            actor: the identifier of the account that changes it.
            action: what is done, for the history.
            extra_writes: further writes of the same transaction.

        Raises:
            RegistrationChanged: it has changed since it was read.
        """
        put = _update_write(registration, before) if before else create_write(registration)
        changes = _changes(before, registration)
        entry = history_write(registration, actor, action, registration.updated_at, changes)
        self._database.transact([put, entry, *extra_writes, *entry_writes(before, registration)])

    def delete(self, registration: Registration, *, actor: str, now: datetime) -> None:
        """Delete a registration; its history says so.

        Raises:
            RegistrationChanged: it has changed since it was read.
        """
        entry = history_write(registration, actor, "deleted", now, {})
        removing = entry_writes(registration, None)
        self._database.transact([delete_write(registration), entry, *removing])

    def erase(self, registration: Registration, extra_writes: Sequence[Write]) -> None:
        """Delete a registration with what comes along, and leave nothing that says so.

        Raises:
            RegistrationChanged: it has changed since it was read.
        """
        removing = entry_writes(registration, None)
        self._database.transact([delete_write(registration), *extra_writes, *removing])

    def erase_traces(self, event_id: str, user_id: str, before_each: Callable[[], None]) -> None:
        """Delete the notes and the history of a registration, which need not be there any more.

        Args:
            event_id: the event's.
            user_id: whose it is or was.
            before_each: called before each round trip; an exception from it stops the work.
        """
        for table in (NOTES, HISTORY):
            key = ("registration", "id")
            values = {":one": traces_key(event_id, user_id)}
            traces = Query(table, key=key, condition="registration = :one", values=values)
            rows = self._database.query_all(traces)
            keys = ({name: row[name] for name in key} for row in rows)
            self._database.delete_many(table, keys, before_each)


def create_write(registration: Registration) -> Write:
    """Return the write of a new registration; it raises RegistrationChanged if one exists."""
    # One that is due is as good as gone, though DynamoDB takes its time to delete it.
    unless_there = {"ConditionExpression": "attribute_not_exists(userId) OR #ttl <= :now"}
    return Write(
        "Put",
        REGISTRATIONS,
        to_item(registration),
        unless_there,
        _ttl_value(registration.updated_at),
        on_condition_failed=RegistrationChanged,
        names=_TTL,
    )


def _update_write(registration: Registration, before: Registration) -> Write:
    return Write(
        "Put",
        REGISTRATIONS,
        to_item(registration),
        {"ConditionExpression": "version = :seen"},
        {":seen": before.version},
        on_condition_failed=RegistrationChanged,
    )


def delete_write(registration: Registration) -> Write:
    """Return the deletion of a registration as it was read; or RegistrationChanged."""
    return Write(
        "Delete",
        REGISTRATIONS,
        _key(registration.user_id, registration.event_id),
        {"ConditionExpression": "version = :seen"},
        {":seen": registration.version},
        on_condition_failed=RegistrationChanged,
    )


def _history(event_id: str, user_id: str, now: datetime) -> Query:
    return Query(
        HISTORY,
        key=("registration", "id"),
        condition="registration = :one",
        values={":one": traces_key(event_id, user_id), **_ttl_value(now)},
        filter=_NOT_DUE,
        names=_TTL,
    )


def history_write(
    registration: Registration, actor: str, action: str, at: datetime, changes: Item
) -> Write:
    """Return the write of an entry of a registration's history."""
    item = {
        "registration": traces_key(registration.event_id, registration.user_id),
        "id": new_identifier(),
        "at": clock.to_text(at),
        "actor": actor,
        "action": action,
        "changes": changes,
        "ttl": int(registration.expires_at.timestamp()),
    }
    return Write("Put", HISTORY, item)


def _changes(before: Registration | None, after: Registration) -> Item:
    """Return old and new value of each field that changed, None where there was none."""
    old = _compared_values(before) if before else {}
    new = _compared_values(after)
    return {
        name: [old.get(name), new.get(name)]
        for name in sorted((old.keys() | new.keys()) - STAFF_HIDDEN_FIELDS)
        if old.get(name) != new.get(name)
    }


def _compared_values(registration: Registration) -> Item:
    """Return what the history compares. Who recorded a signature on paper is the entry's actor."""
    on_paper = {"paperSignature": True} if registration.paper_signature else {}
    return {**registration.form, "status": registration.status.value, **on_paper}


def _ttl_value(now: datetime) -> Item:
    """Return the moment that a time to live is compared with."""
    return {":now": int(now.timestamp())}


def _key(user_id: str, event_id: str) -> Item:
    return {"userId": user_id, "eventId": event_id}


def _to_change(item: Item) -> HistoryEntry:
    return HistoryEntry(clock.from_text(item["at"]), item["actor"], item["action"], item["changes"])


def _to_note(item: Item) -> Note:
    return Note(item["id"], item["said"], item["author"], clock.from_text(item["at"]))


def traces_key(event_id: str, user_id: str) -> str:
    """Return under which key the notes and the history of a registration are stored."""
    return f"{event_id}#{user_id}"
