"""Move one person's registrations from one of their accounts to another.

A registration keeps its reference, status, notes, and history, its place or its position on the
waiting list, and an offer with its deadline. No counter of places changes.
"""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.events.event import Event
from chalicelib.events.place import Offer
from chalicelib.events.places import PlacesChanged, PlaceService, place_service
from chalicelib.events.service import EventService, event_service
from chalicelib.identity.account import Account
from chalicelib.platform.conflicts import MAX_ATTEMPTS
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.items import Write
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.store import RegistrationChanged, RegistrationStore
from chalicelib.registrations.workflow import Status
from chalicelib.user_admin.transfer_store import TransferStore

__all__ = ["Holdings", "RegistrationChanged", "Transfers", "transfers"]


@dataclass(frozen=True, slots=True)
class Holdings:
    """The registrations of two accounts, without the expired ones.

    Attributes:
        kept: those of the account that stays.
        moving: those of the other account.
    """

    kept: tuple[Registration, ...]
    moving: tuple[Registration, ...]

    @property
    def clashes(self) -> list[str]:
        """The identifiers of the events for which both have a registration."""
        event_ids = {registration.event_id for registration in self.kept}
        return [
            registration.event_id
            for registration in self.moving
            if registration.event_id in event_ids
        ]


class Transfers:
    """Moves registrations for one staff member."""

    def __init__(
        self,
        registrations: RegistrationStore,
        store: TransferStore,
        events: EventService,
        places: PlaceService,
        actor: str,
        now: datetime,
    ) -> None:
        """Act for the account with this identifier, at this time."""
        self._registrations = registrations
        self._store = store
        self._events = events
        self._places = places
        self._actor = actor
        self._now = now

    def holdings(self, kept_id: str, merged_id: str) -> Holdings:
        """Return the registrations of the account that stays, and of the other one."""
        return Holdings(self._of(kept_id), self._of(merged_id))

    def events(self, registrations: Iterable[Registration]) -> dict[str, Event]:
        """Return the events of registrations by their identifiers."""
        ids = list(dict.fromkeys(registration.event_id for registration in registrations))
        read = self._registrations.read_items(*map(self._events.event_read, ids)) if ids else []
        return {event.id: event for event in read if event}

    def forget_deleted_drafts(
        self,
        user_id: str,
        registrations: Iterable[Registration],
        checks: Sequence[Write],
        before_each: Callable[[], None],
    ) -> None:
        """Delete one account's history for events for which only the other one has a registration.

        The history belongs to deleted drafts. Mixed with that of a submitted registration,
        it would show staff the applicant's draft entries, which are private.

        Args:
            user_id: the account without the registrations.
            registrations: the other account's.
            checks: added to each transaction.
            before_each: called before each transaction; an exception from it stops the work.
        """
        for registration in registrations:
            self._store.forget_history(registration.event_id, user_id, checks, before_each)

    def move(self, registration: Registration, owner: Account, checks: Sequence[Write]) -> None:
        """Make another account the owner of a registration, in one transaction.

        Args:
            registration: as it was read.
            owner: the account that gets it, and has none for the event.
            checks: added to the transaction.

        Raises:
            RegistrationChanged: the new owner has a registration for the event.
            ServiceUnavailable: each attempt conflicted with another request.
        """
        for _ in range(MAX_ATTEMPTS):
            offer = self._offer_to(registration)
            after = replace(
                registration,
                user_id=owner.id,
                username=owner.username,
                version=registration.version + 1,
                updated_at=self._now,
            )
            along = self._place_writes(registration, owner, offer)
            with contextlib.suppress(RegistrationChanged, PlacesChanged):
                self._store.move(
                    registration, after, actor=self._actor, extra_writes=[*checks, *along]
                )
                return
            there, theirs = self._registrations.read_items(
                self._registrations.registration_read(registration.user_id, registration.event_id),
                self._registrations.registration_read(owner.id, registration.event_id),
            )
            if there is None:
                # A request has deleted or moved the registration in the meantime.
                return
            if theirs is not None and theirs.expires_at > self._now:
                raise RegistrationChanged
            registration = there
        raise ServiceUnavailable(cause=f"{MAX_ATTEMPTS} concurrent changes to a registration")

    def carry_traces(
        self, source: str, target: str, checks: Sequence[Write], before_each: Callable[[], None]
    ) -> None:
        """Move the notes and the history of every event, including those of deleted drafts.

        Args:
            source: the identifier of the account whose registrations were moved.
            target: the identifier of the account that gets them.
            checks: added to each transaction.
            before_each: called before each transaction; an exception from it stops the work.
        """
        for event_id in list(self._events.identifiers()):
            self._store.carry_traces(event_id, (source, target), checks, before_each)

    def _of(self, user_id: str) -> tuple[Registration, ...]:
        registrations = self._registrations.registrations_of_user(user_id)
        return tuple(
            registration for registration in registrations if registration.expires_at > self._now
        )

    def _offer_to(self, registration: Registration) -> Offer | None:
        """Return the offer to a registration on a waiting list; None for any other."""
        if registration.status is not Status.WAITLISTED:
            return None
        reading = self._places.offer_read(registration.event_id, registration.user_id)
        offer: Offer | None = self._registrations.read_items(reading)[0]
        return offer

    def _place_writes(
        self, registration: Registration, owner: Account, offer: Offer | None
    ) -> list[Write]:
        if registration.status is not Status.WAITLISTED:
            return []
        event_id, user_id = registration.event_id, registration.user_id
        return self._places.transfer_writes(event_id, user_id, owner.id, offer)


def transfers(actor: str, now: datetime) -> Transfers:
    """Return the transfer of registrations of this process's stage.

    Args:
        actor: the identifier of the staff member.
        now: the time of the request.
    """
    stores = RegistrationStore(database()), TransferStore(database())
    return Transfers(*stores, event_service(), place_service(), actor, now)
