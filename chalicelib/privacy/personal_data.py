"""One person's registrations with their history: export and erasure."""

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.events.place import Offer, PlaceState
from chalicelib.events.places import Places, PlacesChanged, places
from chalicelib.events.service import EventService, event_service
from chalicelib.platform.conflicts import MAX_ATTEMPTS
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.registrations.note import SERVICE, HistoryEntry
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.store import RegistrationChanged, RegistrationStore
from chalicelib.registrations.workflow import Status

# Of an entry of the history as JSON: when, by whom, what, and the names of these.
_ENTRY_OVERHEAD_BYTES = 100


class ChangedBy(StrEnum):
    """Who made a change, as the applicant sees it: staff members aren't named."""

    YOU = "you"
    STAFF = "staff"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class ExportedHistoryEntry:
    """An entry of the history, as its applicant sees it.

    Attributes:
        at: when.
        by: who made the change.
        action: what was done.
        changes: old and new value of each field that changed.
    """

    at: datetime
    by: ChangedBy
    action: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class ExportedRegistration:
    """All data about one person for one event, without the notes of staff.

    Attributes:
        event_id: the event's.
        registration: None if only the history of a deleted draft remains.
        history: the changes, newest first.
    """

    event_id: str
    registration: Registration | None
    history: list[ExportedHistoryEntry]

    @property
    def signed_at(self) -> datetime | None:
        """When the applicant last confirmed that the form is accurate; None if they have not."""
        return self.registration.acknowledged_at if self.registration else None


class PersonalRegistrations:
    """The registrations of one stage, for export and erasure."""

    def __init__(self, store: RegistrationStore, events: EventService, places: Places) -> None:
        """Use a store and services."""
        self._store = store
        self._events = events
        self._places = places

    def export(
        self, user_id: str, now: datetime, max_bytes: int
    ) -> tuple[list[ExportedRegistration], bool]:
        """Return one person's registrations, with as much history as there is room for.

        Args:
            user_id: the account.
            now: what is due by then is left out.
            max_bytes: how much history at most, as JSON.

        Returns:
            What is held, and whether that is all.
        """
        own = {one.event_id: one for one in self._store.by_user(user_id) if one.expires_at > now}
        room, registrations = max_bytes, []
        for event_id in self._events_of(own):
            history = []
            for change in self._store.full_history(event_id, user_id, now):
                room -= len(json.dumps(change.changes)) + _ENTRY_OVERHEAD_BYTES
                if room < 0:
                    break
                history.append(_to_exported(change, user_id))
            if event_id in own or history:
                registrations.append(ExportedRegistration(event_id, own.get(event_id), history))
        return registrations, room >= 0

    def erase(self, user_id: str, before_each: Callable[[], None]) -> None:
        """Erase one person's registrations with their places, notes and history.

        No request adds registrations, notes, or history meanwhile: all writes of these require a
        registration, and an account that is being erased accepts no new one.

        Args:
            user_id: the account that it belongs to.
            before_each: called before each step; an exception from it stops the work.

        Raises:
            ServiceUnavailable: each attempt conflicted with another request.
        """
        own = {one.event_id: one for one in self._store.by_user(user_id)}
        for registration in own.values():
            before_each()
            self._erase_one(registration)
        for event_id in self._events_of(own):
            before_each()
            self._store.delete_notes_and_history(event_id, user_id, before_each)

    def _erase_one(self, registration: Registration) -> None:
        """Delete a registration and free its place, in one transaction: it is freed once.

        The place isn't offered here. It belongs to the next in line all the same: the next request
        that touches the waiting list, or the schedule, offers it.
        """
        user_id, event_id = registration.user_id, registration.event_id
        for _ in range(MAX_ATTEMPTS):
            offer = self._offer_to(registration)
            before = registration.with_offer(offer).place_state
            states = before, PlaceState.NONE
            place_writes = self._places.move_writes(event_id, user_id, states, offer)
            with contextlib.suppress(RegistrationChanged, PlacesChanged):
                self._store.delete_without_history(registration, place_writes)
                return
            [registration] = self._store.read(self._store.registration_read(user_id, event_id))
            if registration is None:
                return
        raise ServiceUnavailable(cause=f"{MAX_ATTEMPTS} concurrent changes to a registration")

    def _offer_to(self, registration: Registration) -> Offer | None:
        """Return the offer to a registration on a waiting list; None for any other."""
        if registration.status is not Status.WAITLISTED:
            return None
        reading = self._places.offer_read(registration.event_id, registration.user_id)
        offer: Offer | None = self._store.read(reading)[0]
        return offer

    def _events_of(self, own: dict[str, Registration]) -> list[str]:
        """Return the events for which there may be something: all of them, a few in each year.

        What became of a draft outlives the draft, and an erasure that stopped half-way may have
        left notes and history without their registration.
        """
        return list(dict.fromkeys((*own, *self._events.identifiers())))


def personal_registrations() -> PersonalRegistrations:
    """Return the registrations of this process's stage."""
    return PersonalRegistrations(RegistrationStore(database()), event_service(), places())


def changed_by(actor: str, account_id: str) -> ChangedBy:
    """Return who made a change, as the account's owner sees it."""
    if actor == SERVICE:
        return ChangedBy.SERVICE
    return ChangedBy.YOU if actor == account_id else ChangedBy.STAFF


def _to_exported(change: HistoryEntry, user_id: str) -> ExportedHistoryEntry:
    by = changed_by(change.actor, user_id)
    return ExportedHistoryEntry(change.at, by, change.action, change.changes)
