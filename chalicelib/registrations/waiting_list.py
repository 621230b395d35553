"""The waiting list: a place that becomes free is offered to the next registration in line.

Only :meth:`WaitingListService.expire_and_make_offers` offers places and ends expired offers. Each
request that may free a place calls it afterwards: a withdrawal, a new status from staff, a higher
capacity, a declined offer. A scheduled job also calls it for all events (schedule.py), so that
offers expire without a request.

Each event has counters of its places, its offers, and its waiting registrations. A large event has
several sets of counters, called *shards*, and each shard has a part of the capacity
(events/shards.py). A query of a DynamoDB *index* finds the waiting registrations. DynamoDB updates
the index a moment after the table.

Each offer and each expiry is one transaction. If a call stops between two transactions, the next
call continues where it stopped. Meanwhile, a new registration can't take the free place ahead of
the waiting ones: see :meth:`chalicelib.events.places.PlaceService.status_change_writes`.
"""

import contextlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from chalicelib.events.event import Event
from chalicelib.events.place import ChosenShard, Offer, PlaceCounts, PlaceState
from chalicelib.events.places import OfferExists, PlacesChanged, PlaceService, place_service
from chalicelib.events.service import EventService, event_service
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.platform import log, outbox
from chalicelib.platform.conflicts import retry_on_conflict
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.registrations import emails
from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.note import SERVICE_ACTOR_ID, HistoryAction
from chalicelib.registrations.recount import Recount, is_recount_due
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.scheduled_work import run_and_log_errors
from chalicelib.registrations.store import RegistrationChanged, RegistrationStore
from chalicelib.registrations.workflow import Status

# A request makes as many offers as fit into this time, and leaves the rest to the scheduled job.
REQUEST_TIME_LIMIT_SECONDS = 2.0
# The largest number of items in a batch read from DynamoDB.
_BATCH_SIZE = 100


class _StaleWaitingListIndex(Exception):
    """The waiting list's index lags behind the table; the next call continues."""


class _NothingToOffer(Exception):
    """No place is free, or no registration is waiting for one."""


class _TimeLimitReached(Exception):
    """The time limit of a call is over; the next call continues."""


@dataclass(frozen=True, slots=True)
class _Call:
    """One call of :meth:`WaitingListService.expire_and_make_offers`.

    Attributes:
        now: the time at which offers are made or have expired.
        stop_at: the reading of the monotonic clock after which no other transaction starts.
    """

    now: datetime
    stop_at: float

    def stop_if_time_is_up(self) -> None:
        """Raise _TimeLimitReached if the time limit is over; called after each transaction."""
        if time.monotonic() > self.stop_at:
            raise _TimeLimitReached


def _event_ids_to_update(
    expired_offers: Iterable[Offer], counts_by_event: Mapping[str, PlaceCounts]
) -> list[str]:
    """Return the events with an expired offer, or with a free place for a waiting applicant."""
    with_expired_offer = [offer.event_id for offer in expired_offers]
    with_free_place = [
        event_id
        for event_id, counts in counts_by_event.items()
        if counts.has_free_place
        and (counts.has_registration_without_offer or counts.is_waitlist_only)
    ]
    return list(dict.fromkeys([*with_expired_offer, *with_free_place]))


class WaitingListService:
    """Offers places of events to the registrations on their waiting lists."""

    def __init__(
        self,
        registrations: RegistrationStore,
        listings: ListingStore,
        events: EventService,
        places: PlaceService,
        accounts: AccountRepository,
    ) -> None:
        """Create the service."""
        self._registrations = registrations
        self._listings = listings
        self._events = events
        self._places = places
        self._accounts = accounts

    def expire_and_make_offers_for_all_events(
        self, now: datetime, time_limit_seconds: float
    ) -> bool:
        """Expire and make the offers of all events that need it, and recount their waiting lists.

        The function logs a failure and continues with the other events; the next call tries the
        failed event again.

        Args:
            now: the current time.
            time_limit_seconds: the time limit for offers, shared evenly among the events. Recounts
                run after it: they are due once an hour.

        Returns:
            Whether all events were updated without a failure.
        """
        stop_at = time.monotonic() + time_limit_seconds
        try:
            expired_offers = list(self._places.expired_offers(now))
            counts_by_event = self._counts_by_event(now)
        except ServiceUnavailable as error:
            log.emit(log.LogEvent.UNAVAILABLE, cause=error.cause)
            return False
        event_ids = _event_ids_to_update(expired_offers, counts_by_event)
        results = []
        for index, event_id in enumerate(event_ids):
            seconds_for_event = max((stop_at - time.monotonic()) / (len(event_ids) - index), 0)
            update = partial(self.expire_and_make_offers, event_id, now, seconds_for_event)
            results.append(run_and_log_errors(update))
        recount = Recount(self._registrations, self._listings, self._places)
        for event_id, counts in counts_by_event.items():
            if is_recount_due(counts, now):
                results.append(run_and_log_errors(partial(recount.run, event_id, now)))
        return all(results)

    def _counts_by_event(self, now: datetime) -> dict[str, PlaceCounts]:
        """Return the counters of each event that offers places now, by event ID."""
        event_ids = [event.id for event in self._events.events_offering_places(now)]
        counts: list[PlaceCounts | None] = []
        for start in range(0, len(event_ids), _BATCH_SIZE):
            batch = event_ids[start : start + _BATCH_SIZE]
            counts += self._registrations.read_items(*map(self._places.counts_read, batch))
        pairs = zip(event_ids, counts, strict=True)
        return {
            event_id: self._places.read_remaining_shards(event_id, event_counts)
            for event_id, event_counts in pairs
            if event_counts
        }

    def expire_and_make_offers(
        self, event_id: str, now: datetime, time_limit_seconds: float = REQUEST_TIME_LIMIT_SECONDS
    ) -> bool:
        """End the expired offers of an event, and offer its free places to the next in line.

        Each transaction also emails its applicant. If DynamoDB fails, the function logs the failure
        instead of raising it, because the caller's own change is already stored; the next call
        continues.

        Args:
            event_id: the event ID.
            now: the current time.
            time_limit_seconds: the time limit; the function starts no transaction after it, except
                for the first one.

        Returns:
            False if DynamoDB failed, otherwise True.
        """
        call = _Call(now, time.monotonic() + time_limit_seconds)
        try:
            self._update_event(event_id, call)
        except _TimeLimitReached:
            return True
        except ServiceUnavailable as error:
            log.emit(log.LogEvent.UNAVAILABLE, cause=error.cause)
            return False
        return True

    def expire_and_make_offers_after_status_change(
        self, counts: PlaceCounts, registration: Registration, now: datetime
    ) -> None:
        """Expire and make the offers of an event after a registration has changed its status.

        Args:
            counts: the event's counters, as they were read before the change.
            registration: the registration after the change.
            now: the current time.
        """
        event_id = registration.event_id
        if counts.is_sharded and registration.place_state is PlaceState.WAITLISTED:
            # The registration joined the waiting list because the event was waitlist-only when its
            # counters were read. If that has ended since, a place is free for it: see
            # PlaceService.try_to_end_waitlist_only.
            if not self._places.is_waitlist_only(event_id):
                self.expire_and_make_offers(event_id, now)
        elif counts.has_waiting_list_or_offers:
            self.expire_and_make_offers(event_id, now)

    def _update_event(self, event_id: str, call: _Call) -> None:
        """End expired offers, make new ones, and let new registrations take the remaining places.

        Raises:
            _TimeLimitReached: after the transaction during which the time limit ended.
        """
        event, counts = self._registrations.read_items(
            self._events.event_read(event_id), self._places.counts_read(event_id)
        )
        if event is None or counts is None:
            return
        counts = self._places.read_remaining_shards(
            event_id, self._places.rebalance_if_outdated(event, counts)
        )
        self._expire_then_offer(event, counts, call)
        if (
            counts.is_sharded
            and event.offer_deadline(call.now)
            and self._places.try_to_end_waitlist_only(event_id)
        ):
            self._expire_then_offer(event, self._places.counts(event_id), call)

    def _expire_then_offer(self, event: Event, counts: PlaceCounts, call: _Call) -> None:
        """End the expired offers of an event, then offer its free places."""
        offers = self._places.offers(event.id) if counts.offered else []
        expired_offers = [offer for offer in offers if not offer.is_open_at(call.now)]
        for offer in expired_offers:
            self._expire_offer(event, offer, call.now)
            call.stop_if_time_is_up()
        offer_deadline = event.offer_deadline(call.now)
        if offer_deadline is None or not (counts.has_free_place or expired_offers):
            return
        offered_ids = {offer.user_id for offer in offers}
        for registration in self._listings.waiting_list(event.id, call.now):
            if registration.user_id in offered_ids:
                continue
            offer = Offer(event.id, registration.user_id, call.now, offer_deadline)
            try:
                self._offer_place(event, registration, offer)
            except (_NothingToOffer, _StaleWaitingListIndex):
                return
            call.stop_if_time_is_up()

    def _offer_place(self, event: Event, registration: Registration, offer: Offer) -> None:
        """Offer a place to a registration; after a conflict, try again while a place is free.

        It tries the same registration again, because the next in line must not overtake it.

        Raises:
            _NothingToOffer: no place is free, or no registration is waiting.
            _StaleWaitingListIndex: the registration was just moved to another account.
            ServiceUnavailable: each attempt conflicted with another request.
        """
        choose_shard = partial(self._choose_shard_for_offer, event.id)
        try_to_offer = partial(self._try_to_offer_place, event, registration, offer)
        retry_on_conflict(
            choose_shard(), try_to_offer, choose_shard, PlacesChanged, resource="an event's places"
        )

    def _choose_shard_for_offer(self, event_id: str) -> ChosenShard:
        """Return a shard with a free place.

        Raises:
            _NothingToOffer: no place is free, or no registration is waiting.
        """
        counts = self._places.counts(event_id)
        shard = (
            self._places.choose_free_shard(event_id, counts)
            if counts.has_registration_without_offer
            else None
        )
        if shard is None:
            raise _NothingToOffer
        return shard

    def _try_to_offer_place(
        self, event: Event, registration: Registration, offer: Offer, shard: ChosenShard
    ) -> None:
        """If a registration is still waiting, hold a place for it, and email the applicant.

        Raises:
            PlacesChanged: the place is no longer free.
            _StaleWaitingListIndex: the registration was just moved to another account.
        """
        [account] = self._registrations.read_items(
            self._accounts.profile_read(registration.user_id)
        )
        email = emails.offered(account, event, registration, offer)
        writes = [
            self._registrations.check_or_mark_waitlisted_write(registration),
            *self._places.reserve_place_writes(offer, registration.place_state, shard),
            self._registrations.offer_history_write(registration, offer),
            *outbox.email_writes(offer.offered_at, email),
        ]
        try:
            self._registrations.transact(writes)
        except OfferExists:
            # Another call has made the offer.
            return
        except RegistrationChanged:
            # Unless the index is stale, the applicant has just left the waiting list.
            self._reject_stale_index_entry(registration)

    def _reject_stale_index_entry(self, registration: Registration) -> None:
        """Raise an error if a registration is in the index, but no longer in the table.

        Then staff may have merged its account into another one. The registration keeps its position
        on the waiting list under the other account, but the index may not contain it yet. Without
        this error, the next in line would overtake it.

        Raises:
            _StaleWaitingListIndex: the registration is not in the table.
        """
        key = registration.user_id, registration.event_id
        [current] = self._registrations.read_items(self._registrations.registration_read(*key))
        if current is None:
            raise _StaleWaitingListIndex

    def _expire_offer(self, event: Event, offer: Offer, now: datetime) -> None:
        """End an expired offer, and withdraw its registration."""
        registration, account = self._registrations.read_items(
            self._registrations.registration_read(offer.user_id, offer.event_id),
            self._accounts.profile_read(offer.user_id),
        )
        # A conflict means that another request has changed the registration or the places. It has
        # ended the offer, too, or the next call will.
        with contextlib.suppress(RegistrationChanged, PlacesChanged):
            if registration is None or registration.status is not Status.WAITLISTED:
                self._registrations.transact(self._places.delete_offer_writes(offer))
                return
            expired = replace(
                registration.with_username(account.username if account else None),
                status=Status.WITHDRAWN,
                version=registration.version + 1,
                updated_at=now,
                waitlisted_at=None,
                offer_expired_at=offer.expires_at,
            )
            self._registrations.save(
                registration,
                expired,
                actor=SERVICE_ACTOR_ID,
                action=HistoryAction.OFFER_EXPIRED,
                extra_writes=[
                    *self._places.delete_offer_writes(offer),
                    *outbox.email_writes(now, emails.offer_expired(account, event, expired)),
                ],
            )


def waiting_list_service() -> WaitingListService:
    """Return the service for the stage of this process."""
    return WaitingListService(
        RegistrationStore(database()),
        ListingStore(database()),
        event_service(),
        place_service(),
        account_repository(),
    )
