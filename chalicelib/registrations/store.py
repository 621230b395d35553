"""Registrations and their history, as DynamoDB keeps them.

Whose a registration is lies in its key, so that nobody's route can reach another's.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database, Item, Partition, Read, Write
from chalicelib.platform.identifiers import new_identifier
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.workflow import Status

REGISTRATIONS = "registrations"
HISTORY = "history"
_KEY = ("userId", "eventId")
# Answers no question about anybody; it is for one's own eyes and for being counted.
_KEPT_OUT = {"ethnicity"}


class RegistrationChanged(Exception):
    """The registration is not as it was read any more."""


class RegistrationStore:
    """The tables ``registrations`` and ``history``."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def read(self, *reads: Read[Any]) -> list[Any]:
        """Read several things in one round trip; None for each that is not there."""
        return self._database.get_all(*reads)

    def reading(self, user_id: str, event_id: str) -> Read[Registration]:
        """Return how a registration is read."""
        return Read(REGISTRATIONS, _key(user_id, event_id), _from_item)

    def of(self, user_id: str) -> list[Registration]:
        """Return all of one person's registrations: one for each event, a few in a lifetime."""
        own = Partition(
            REGISTRATIONS, key=_KEY, condition="userId = :user", values={":user": user_id}
        )
        items, _ = self._database.query(own, limit=1000)
        return [_from_item(item) for item in items]

    def put(
        self,
        registration: Registration,
        before: Registration | None,
        *,
        actor: str,
        action: str,
        also: Sequence[Write] = (),
    ) -> None:
        """Write the next version of a registration, its history and what comes along.

        Args:
            registration: as it shall be.
            before: as it was read; None for a new one.
            actor: the identifier of the account that changes it.
            action: what is done, for the history.
            also: further writes of the same transaction.

        Raises:
            RegistrationChanged: it is not as it was read.
        """
        unchanged = "version = :seen" if before else "attribute_not_exists(userId)"
        put = Write(
            "Put",
            REGISTRATIONS,
            _to_item(registration),
            {"ConditionExpression": unchanged},
            {":seen": before.version} if before else {},
            otherwise=RegistrationChanged,
        )
        changes = _changes(before, registration)
        entry = _entry(registration, actor, action, registration.updated_at, changes)
        self._database.transact([put, entry, *also])

    def delete(self, registration: Registration, *, actor: str, now: datetime) -> None:
        """Delete a registration; its history says so.

        Raises:
            RegistrationChanged: it is not as it was read.
        """
        deletion = Write(
            "Delete",
            REGISTRATIONS,
            _key(registration.user_id, registration.event_id),
            {"ConditionExpression": "version = :seen"},
            {":seen": registration.version},
            otherwise=RegistrationChanged,
        )
        self._database.transact([deletion, _entry(registration, actor, "deleted", now, {})])


def _entry(
    registration: Registration, actor: str, action: str, at: datetime, changes: Item
) -> Write:
    item = {
        "registration": f"{registration.event_id}#{registration.user_id}",
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
    old = {**before.form, "status": before.status.value} if before else {}
    new = {**after.form, "status": after.status.value}
    return {
        name: [old.get(name), new.get(name)]
        for name in sorted((old.keys() | new.keys()) - _KEPT_OUT)
        if old.get(name) != new.get(name)
    }


def _key(user_id: str, event_id: str) -> Item:
    return {"userId": user_id, "eventId": event_id}


def _to_item(registration: Registration) -> Item:
    submitted, signed = registration.submitted_at, registration.acknowledged_at
    item = {
        "userId": registration.user_id,
        "eventId": registration.event_id,
        "eventStartsOn": registration.event_starts_on.isoformat(),
        "reference": registration.reference,
        "status": registration.status.value,
        "version": registration.version,
        "form": registration.form,
        "createdAt": clock.to_text(registration.created_at),
        "updatedAt": clock.to_text(registration.updated_at),
        "submittedAt": clock.to_text(submitted) if submitted else None,
        "acknowledgedAt": clock.to_text(signed) if signed else None,
        "ttl": int(registration.expires_at.timestamp()),
    }
    return {name: value for name, value in item.items() if value is not None}


def _from_item(item: Item) -> Registration:
    return Registration(
        user_id=item["userId"],
        event_id=item["eventId"],
        event_starts_on=date.fromisoformat(item["eventStartsOn"]),
        reference=item["reference"],
        status=Status(item["status"]),
        version=item["version"],
        form=item["form"],
        created_at=clock.from_text(item["createdAt"]),
        updated_at=clock.from_text(item["updatedAt"]),
        submitted_at=_moment(item, "submittedAt"),
        acknowledged_at=_moment(item, "acknowledgedAt"),
        expires_at=clock.from_seconds(item["ttl"]),
    )


def _moment(item: Item, name: str) -> datetime | None:
    return clock.from_text(item[name]) if name in item else None
