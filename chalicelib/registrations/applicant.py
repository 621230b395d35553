"""What an applicant does with their own registrations: save, submit, withdraw, delete."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.events.event import Event, EventView, to_view
from chalicelib.events.places import PlaceService, place_service
from chalicelib.events.service import event_service
from chalicelib.identity.account_repository import account_repository
from chalicelib.platform import log
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import TooManyAttempts
from chalicelib.platform.items import Write
from chalicelib.registrations import emails, receipts
from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.service import RegistrationService
from chalicelib.registrations.snapshot import Actor, Snapshot
from chalicelib.registrations.store import RegistrationStore
from chalicelib.registrations.waiting_list import WaitingListService, waiting_list_service
from chalicelib.registrations.workflow import STATUSES_HOLDING_PLACE, ActorType, Status
from chalicelib.sessions.cursors import Cursors
from chalicelib.sessions.keys import session_keys
from chalicelib.sessions.session import CurrentUser


@dataclass(frozen=True, slots=True)
class RegistrationPage:
    """Some registrations, and the cursor to the next ones."""

    items: list[Registration]
    cursor: str | None


class ApplicantRegistrations:
    """One applicant's registrations."""

    def __init__(
        self,
        store: RegistrationStore,
        listings: ListingStore,
        places: PlaceService,
        waiting_lists: WaitingListService,
        service: RegistrationService,
        cursors: Cursors,
        current_user: CurrentUser,
        now: datetime,
    ) -> None:
        """Act for the current user, at a moment."""
        self._store = store
        self._listings = listings
        self._places = places
        self._waiting_lists = waiting_lists
        self._changes = service
        self._cursors = cursors
        self._account = current_user.account
        self._now = now

    def page(self, limit: int, cursor: str | None) -> RegistrationPage:
        """Return a page of registrations, those for the latest event first.

        Raises:
            InvalidFields: the cursor belongs to another list.
        """
        scope = f"registrations {self._account.id}"
        position = self._cursors.verify(cursor, scope) if cursor else None
        registrations = [
            registration
            for registration in self._store.registrations_of_user(self._account.id)
            if registration.expires_at > self._now
            and (position is None or _sort_key(registration) < (position["on"], position["id"]))
        ]
        registrations.sort(key=_sort_key, reverse=True)
        items, next_cursor = registrations[:limit], None
        if len(registrations) > limit:
            starts_on, event_id = _sort_key(items[-1])
            next_cursor = self._cursors.sign({"on": starts_on, "id": event_id}, scope)
        return RegistrationPage(self._with_offers(items), next_cursor)

    def get(self, event_id: str) -> Registration:
        """Return the registration for an event.

        Raises:
            NotFound: it does not exist.
        """
        return self._with_position(self._find(event_id).require_registration())

    def event(self, event_id: str) -> EventView:
        """Return the event of a registration, hidden or not.

        Raises:
            NotFound: the registration does not exist.
        """
        snapshot = self._find(event_id)
        _ = snapshot.require_registration()
        return to_view(snapshot.event, self._now)

    def save(
        self, event_id: str, form: dict[str, Any], version: int | None
    ) -> tuple[Registration, bool]:
        """Save a complete form: see :meth:`RegistrationService.save`.

        If the form has no email, it gets the email of the account.

        Raises:
            NotFound: the event, or the version that the client read, does not exist.
            VersionConflict: the stored version is another one.
            WrongStatus: its status does not permit this.
            RegistrationClosed: the window is not open.
            InvalidFields: it was submitted, and would become incomplete.
            AccountBeingErased: the registration is new, and its account is being erased.
            AccountBeingMerged: the registration is new, and its account is being merged.
        """
        account = self._account
        form = {**({"email": account.email} if account.email else {}), **form}
        saved, new = self._changes.retry_on_conflict(
            lambda: self._find(event_id),
            lambda snapshot: self._changes.save(snapshot, account, form, version),
        )
        return self._with_position(saved), new

    def submit(self, event_id: str, version: int | None) -> Registration:
        """Submit a registration: it takes a place, or joins the waiting list if none is free.

        Submitting again does nothing. The service emails a receipt if the applicant gets mail.

        Raises:
            NotFound: it does not exist.
            VersionConflict: the stored version is another one.
            WrongStatus: its status does not permit this.
            RegistrationClosed: the window is not open.
            InvalidFields: names all missing or invalid fields.
        """
        change = Status.SUBMITTED, version, {Status.SUBMITTED, Status.WAITLISTED}

        def receipt_writes(event: Event, submitted: Registration) -> list[Write]:
            return receipts.receipt_writes(self._account, event, submitted, self._now)

        try:
            submitted = self._move(event_id, *change, receipt_writes)
        except TooManyAttempts as error:
            if error.limit_name != receipts.RECEIPTS_PER_ACCOUNT.name:
                raise
            log.emit(
                log.LogEvent.EMAIL_RATE_LIMITED, template=emails.SUBMITTED, limit=error.limit_name
            )
            submitted = self._move(event_id, *change)
        return self._with_position(submitted)

    def withdraw(self, event_id: str, version: int | None) -> Registration:
        """Withdraw a registration, and release its place. Withdrawing again does nothing.

        Raises:
            NotFound: it does not exist.
            VersionConflict: the stored version is another one.
            WrongStatus: its status does not permit a withdrawal.
            RegistrationClosed: the retention period after the event is over.
        """
        return self._move(event_id, Status.WITHDRAWN, version, {Status.WITHDRAWN})

    def answer_offer(self, event_id: str, *, accepts: bool) -> Registration:
        """Accept the place that's offered, or decline it, which withdraws the registration.

        A repeated answer does nothing.

        Raises:
            NotFound: the registration does not exist.
            OfferExpired: it has no offer, or the deadline has passed.
            RegistrationClosed: the retention period after the event is over.
        """
        answered = STATUSES_HOLDING_PLACE if accepts else {Status.WITHDRAWN}

        def attempt(snapshot: Snapshot) -> Registration:
            if snapshot.require_registration().status in answered:
                return snapshot.require_registration()
            return self._changes.answer_offer(snapshot, accepts=accepts)

        try:
            return self._changes.retry_on_conflict(lambda: self._find(event_id), attempt)
        finally:
            # If the offer was declined or has expired, the next in line gets the place.
            self._waiting_lists.expire_and_make_offers(event_id, self._now)

    def delete(self, event_id: str, version: int | None) -> None:
        """Delete a draft.

        Raises:
            NotFound: it does not exist.
            VersionConflict: the stored version is another one.
            WrongStatus: it is not a draft any more.
        """
        self._changes.retry_on_conflict(
            lambda: self._find(event_id), lambda snapshot: self._changes.delete(snapshot, version)
        )

    def _move(
        self,
        event_id: str,
        target: Status,
        version: int | None,
        statuses_if_done: set[Status],
        extra_writes: Callable[[Event, Registration], list[Write]] = lambda *_: [],
    ) -> Registration:
        """Change a status, with other writes in the same transaction, unless it is done."""

        def attempt(snapshot: Snapshot) -> Registration:
            before = snapshot.require_registration()
            if before.status in statuses_if_done:
                return before
            writes = partial(extra_writes, snapshot.event)
            after = self._changes.change_status(snapshot, target, version or before.version, writes)
            self._waiting_lists.expire_and_make_offers_after_status_change(
                snapshot.counts, after, self._now
            )
            return after

        return self._changes.retry_on_conflict(lambda: self._find(event_id), attempt)

    def _with_offers(self, registrations: list[Registration]) -> list[Registration]:
        """Return registrations with the offers and positions of those on a waiting list."""
        waiting = [
            registration
            for registration in registrations
            if registration.status is Status.WAITLISTED
        ]
        if not waiting:
            return registrations
        reads = (
            self._places.offer_read(registration.event_id, registration.user_id)
            for registration in waiting
        )
        offers = dict(zip(map(_sort_key, waiting), self._store.read_items(*reads), strict=True))
        return [
            self._with_position(registration.with_offer(offers.get(_sort_key(registration))))
            for registration in registrations
        ]

    def _with_position(self, registration: Registration) -> Registration:
        """Return a registration with its position, if it's on a waiting list."""
        if registration.status is not Status.WAITLISTED:
            return registration
        ahead = self._listings.count_ahead(registration, self._now)
        return replace(registration, position=None if ahead is None else ahead + 1)

    def _find(self, event_id: str) -> Snapshot:
        return self._changes.read(self._account.id, event_id, account=self._account)


def applicant_registrations(
    current_user: CurrentUser, request_id: str, now: datetime
) -> ApplicantRegistrations:
    """Return the current user's registrations on this process's stage.

    Args:
        current_user: the signed-in user.
        request_id: the request's identifier.
        now: the current time.
    """
    store = RegistrationStore(database())
    actor = Actor(current_user.account.id, ActorType.APPLICANT, request_id, now)
    service = RegistrationService(
        store, event_service(), place_service(), account_repository(), actor
    )
    return ApplicantRegistrations(
        store,
        ListingStore(database()),
        place_service(),
        waiting_list_service(),
        service,
        Cursors(session_keys(), now),
        current_user,
        now,
    )


def _sort_key(registration: Registration) -> tuple[str, str]:
    return registration.event_starts_on.isoformat(), registration.event_id
