"""The waiting list: who is next in line gets the place that becomes free.

:meth:`WaitingList.settle` is the one way in which places are offered and offers expire. What
frees a place calls it afterwards: a withdrawal, a move by staff, a higher capacity, an offer that's
declined. A schedule calls it for all events (schedule.py), so no deadline waits for a request.

Each offer and each expiry is a transaction of its own, so a crash between two of them leaves
nothing half done, only something to do for the next call. No one can take a place before then that
belongs to someone who waits: see :meth:`chalicelib.events.places.Places.move_writes`.
"""

import contextlib
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from chalicelib.events.event import Event
from chalicelib.events.place import Offer, PlaceCounts
from chalicelib.events.places import OfferExists, Places, PlacesChanged, places
from chalicelib.events.service import EventService, event_service
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.platform import log, mail
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.mail import Message
from chalicelib.registrations import emails
from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.note import SERVICE
from chalicelib.registrations.recount import Recount, is_due
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.store import RegistrationChanged, RegistrationStore
from chalicelib.registrations.workflow import Status

# A request that frees many places at once offers as many as fit into this time, and leaves the rest
# to the schedule.
REQUEST_SECONDS = 2.0
# Of the time for offers, what their mail may take beside it. SES takes eight mails at once, each in
# about a tenth of a second, and an offer takes several round trips to DynamoDB.
_SHARE_FOR_MAIL = 0.5
# DynamoDB reads so many items at once.
_BATCH_SIZE = 100


class _StaleIndex(Exception):
    """The index of those who wait lags behind the registrations; the next call goes on."""


class WaitingList:
    """The waiting lists of one stage's events."""

    def __init__(
        self,
        registrations: RegistrationStore,
        listings: ListingStore,
        events: EventService,
        places: Places,
        accounts: AccountRepository,
    ) -> None:
        """Use stores and services."""
        self._registrations = registrations
        self._listings = listings
        self._events = events
        self._places = places
        self._accounts = accounts

    def update_all_offers(self, now: datetime, seconds: float) -> bool:
        """Settle each event that has an expired offer, or a free place and people who wait for it.

        Those who wait are recounted now and then.

        What fails is logged, stops no other event, and is left to the next call.

        Args:
            now: the time.
            seconds: shared evenly among the events; their mail may take half as long again.

        Returns:
            Whether nothing failed.
        """
        until = time.monotonic() + seconds
        try:
            due = [offer.event_id for offer in self._places.expired_offers(now)]
            counts = self._counts_by_event(now)
        except ServiceUnavailable as problem:
            log.emit(log.LogEvent.UNAVAILABLE, cause=problem.cause)
            return False
        wanted = [one for one, read in counts.items() if read.has_free and read.is_waited_for]
        to_settle = dict.fromkeys([*due, *wanted])
        done = []
        for number, event_id in enumerate(to_settle):
            share = (until - time.monotonic()) / (len(to_settle) - number)
            done.append(_attempt(partial(self.update_offers, event_id, now, max(share, 0))))
        recount = Recount(self._registrations, self._listings, self._places)
        for event_id, read in counts.items():
            if is_due(read, now):
                done.append(_attempt(partial(recount.run, event_id, now)))
        return all(done)

    def _counts_by_event(self, now: datetime) -> dict[str, PlaceCounts]:
        """Return the counters of each event whose places may be offered, by its identifier."""
        events = [event.id for event in self._events.offering_places(now)]
        counts: list[PlaceCounts | None] = []
        for start in range(0, len(events), _BATCH_SIZE):
            some = events[start : start + _BATCH_SIZE]
            counts += self._registrations.read(*map(self._places.counts_read, some))
        return {one: read for one, read in zip(events, counts, strict=True) if read}

    def update_offers(self, event_id: str, now: datetime, seconds: float = REQUEST_SECONDS) -> bool:
        """End an event's offers that have expired, and offer its free places to the next in line.

        Those whom mail can reach are mailed. If DynamoDB fails, that's logged and the rest is left
        to the next call: what the caller did before is done.

        Args:
            event_id: the event.
            now: the time.
            seconds: no further offer is begun after that.

        Returns:
            Whether DynamoDB didn't fail.
        """
        until = time.monotonic() + seconds
        letters_due: list[Message] = []
        try:
            for message in self._update_steps(event_id, now):
                letters_due += [message] if message else []
                if time.monotonic() > until:
                    break
        except ServiceUnavailable as problem:
            log.emit(log.LogEvent.UNAVAILABLE, cause=problem.cause)
            return False
        finally:
            # Also after a failure: the offers that were made before it stand.
            mail.send_all(letters_due, seconds * _SHARE_FOR_MAIL)
        return True

    def _update_steps(self, event_id: str, now: datetime) -> Iterator[Message | None]:
        """Do one step after the other; yield the mail that each of them calls for."""
        event, counts = self._registrations.read(
            self._events.event_read(event_id), self._places.counts_read(event_id)
        )
        if event is None or counts is None:
            return
        offers = self._places.offers(event_id) if counts.offered else []
        for offer in offers:
            if not offer.is_open_at(now):
                yield self._expire(event, offer, now)
        if (until := event.offer_deadline(now)) is None:
            return
        offered = {offer.user_id for offer in offers}
        for registration in self._listings.waiting_list(event_id, now):
            if registration.user_id in offered:
                continue
            offer = Offer(event_id, registration.user_id, now, until)
            while self._can_offer(event_id):
                # A lost race for the place is run again for the same registration: the next in
                # line must not overtake it.
                try:
                    yield self._offer(event, registration, offer)
                    break
                except _StaleIndex:
                    return
                except PlacesChanged:
                    continue
            else:
                return

    def _can_offer(self, event_id: str) -> bool:
        """Return whether a place is free while someone waits for it."""
        counts = self._places.counts(event_id)
        return counts.has_free and counts.is_waited_for

    def _offer(self, event: Event, registration: Registration, offer: Offer) -> Message | None:
        """Hold a place for a registration, unless it doesn't wait for one any more.

        Raises:
            PlacesChanged: no place is free any more.
        """
        writes = [
            self._registrations.still_waiting_check(registration),
            *self._places.reserve_place_writes(offer, registration.place_state),
            self._registrations.offer_history_write(registration, offer),
        ]
        try:
            self._registrations.transact(writes)
        except OfferExists:
            return None
        except RegistrationChanged:
            self._require_exists(registration)
            return None
        [account] = self._registrations.read(self._accounts.account_read(registration.user_id))
        return emails.offered(account, event, registration, offer)

    def _require_exists(self, registration: Registration) -> None:
        """Stop if a registration of the list isn't there any more.

        Staff may have merged its account into another one: then it keeps its position, and the list
        doesn't have it under the other account yet. The next in line must not overtake it.
        """
        key = registration.user_id, registration.event_id
        if self._registrations.read(self._registrations.registration_read(*key)) == [None]:
            raise _StaleIndex

    def _expire(self, event: Event, offer: Offer, now: datetime) -> Message | None:
        """End an offer that wasn't accepted in time: its registration is withdrawn."""
        registration, account = self._registrations.read(
            self._registrations.registration_read(offer.user_id, offer.event_id),
            self._accounts.account_read(offer.user_id),
        )
        # The loser of a race leaves it to the faster call, or to the next one.
        with contextlib.suppress(RegistrationChanged, PlacesChanged):
            if registration is None or registration.status is not Status.WAITLISTED:
                self._registrations.transact(self._places.delete_offer_writes(offer))
                return None
            expired = replace(
                registration.with_username(account.username if account else None),
                status=Status.WITHDRAWN,
                version=registration.version + 1,
                updated_at=now,
                waitlisted_at=None,
                offer_expired_at=offer.until,
            )
            self._registrations.put(
                expired,
                registration,
                actor=SERVICE,
                action="offer_expired",
                extra_writes=self._places.delete_offer_writes(offer),
            )
            return emails.offer_expired(account, event, expired)
        return None


def _attempt(step: Callable[[], bool]) -> bool:
    """Take one step of several; log what fails, so the others can go on."""
    try:
        return step()
    except ServiceUnavailable as problem:
        log.emit(log.LogEvent.UNAVAILABLE, cause=problem.cause)
    # An item that can't be read, for example.
    except Exception:  # noqa: BLE001
        log.emit(log.LogEvent.INTERNAL_ERROR, traceback=traceback.format_exc())
    return False


def waiting_list() -> WaitingList:
    """Return the waiting lists of this process's stage."""
    return WaitingList(
        RegistrationStore(database()),
        ListingStore(database()),
        event_service(),
        places(),
        account_repository(),
    )
