"""One person's registrations with their history: export and erasure."""

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.events.place import Offer, PlaceState
from chalicelib.events.places import PlacesChanged, PlaceService, place_service
from chalicelib.events.service import EventService, event_service
from chalicelib.platform.conflicts import MAX_ATTEMPTS
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.registrations.note import SERVICE_ACTOR_ID, HistoryEntry
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

    def __init__(
        self, store: RegistrationStore, events: EventService, places: PlaceService
    ) -> None:
        """Use a store and services."""
        self._store = store
        self._events = events
        self._places = places

    def export(
        self, user_id: str, now: datetime, max_bytes: int
    ) -> tuple[list[ExportedRegistration], bool]:
        """Return the registrations of an account, with as much history as the size limit allows.

        Args:
            user_id: the account ID.
            now: the current time; expired registrations are omitted.
            max_bytes: the size limit of the history, as JSON.

        Returns:
            The registrations, and whether their history is complete.
        """
        registrations_by_event = {
            registration.event_id: registration
            for registration in self._store.registrations_of_user(user_id)
            if registration.expires_at > now
        }
        bytes_left, exported = max_bytes, []
        for event_id in self._event_ids(registrations_by_event):
            history = []
            for entry in self._store.iterate_history(event_id, user_id, now):
                bytes_left -= len(json.dumps(entry.changes)) + _ENTRY_OVERHEAD_BYTES
                if bytes_left < 0:
                    break
                history.append(_to_exported(entry, user_id))
            registration = registrations_by_event.get(event_id)
            if registration or history:
                exported.append(ExportedRegistration(event_id, registration, history))
        return exported, bytes_left >= 0

    def erase(self, user_id: str, before_each: Callable[[], None]) -> None:
        """Erase the registrations of an account with their places, notes, and history.

        No request can add notes or history in the meantime: these writes require a registration,
        and an account that is being erased accepts no new registration.

        Args:
            user_id: the account ID.
            before_each: called before each step; an exception from it stops the work.

        Raises:
            ServiceUnavailable: each attempt conflicted with another request.
        """
        registrations_by_event = {
            registration.event_id: registration
            for registration in self._store.registrations_of_user(user_id)
        }
        for registration in registrations_by_event.values():
            before_each()
            self._erase_one(registration)
        for event_id in self._event_ids(registrations_by_event):
            before_each()
            self._store.delete_notes_and_history(event_id, user_id, before_each)

    def _erase_one(self, registration: Registration) -> None:
        """Delete a registration and release its place, in one transaction.

        The next request that updates the waiting list, or the schedule, offers the place.
        """
        user_id, event_id = registration.user_id, registration.event_id
        for _ in range(MAX_ATTEMPTS):
            offer = self._offer_to(registration)
            before = registration.with_offer(offer).place_state
            states = before, PlaceState.NONE
            place_writes = self._places.status_change_writes(event_id, user_id, states, offer)
            with contextlib.suppress(RegistrationChanged, PlacesChanged):
                self._store.erase_registration(registration, place_writes)
                return
            [registration] = self._store.read_items(
                self._store.registration_read(user_id, event_id)
            )
            if registration is None:
                return
        raise ServiceUnavailable(cause=f"{MAX_ATTEMPTS} concurrent changes to a registration")

    def _offer_to(self, registration: Registration) -> Offer | None:
        """Return the offer to a registration on a waiting list; None for any other."""
        if registration.status is not Status.WAITLISTED:
            return None
        offer_read = self._places.offer_read(registration.event_id, registration.user_id)
        offer: Offer | None = self._store.read_items(offer_read)[0]
        return offer

    def _event_ids(self, registrations_by_event: dict[str, Registration]) -> list[str]:
        """Return the IDs of all events; there are only a few each year.

        An account may have history for any of them: the history of a deleted draft remains, and an
        interrupted erasure may have left notes and history.
        """
        return list(dict.fromkeys((*registrations_by_event, *self._events.identifiers())))


def personal_registrations() -> PersonalRegistrations:
    """Return the registrations of this process's stage."""
    return PersonalRegistrations(RegistrationStore(database()), event_service(), place_service())


def changed_by(actor: str, account_id: str) -> ChangedBy:
    """Return who made a change, as the account's owner sees it."""
    if actor == SERVICE_ACTOR_ID:
        return ChangedBy.SERVICE
    return ChangedBy.YOU if actor == account_id else ChangedBy.STAFF


def _to_exported(change: HistoryEntry, user_id: str) -> ExportedHistoryEntry:
    by = changed_by(change.actor, user_id)
    return ExportedHistoryEntry(change.at, by, change.action, change.changes)
