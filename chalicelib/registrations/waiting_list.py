"""The waiting list: a place that becomes free is offered to the next registration in line.

Only :meth:`WaitingListService.update_offers` offers places and ends expired offers. Each request
that may free a place calls it afterwards: a withdrawal, a new status from staff, a higher capacity,
a declined offer. A scheduled job also calls it for all events (schedule.py), so that offers expire
without a request.

An event counts its places, its offers, and the registrations that wait, in one or more *shards*:
items that each have a part of its capacity (events/shards.py). The registrations that wait are
found by an *index*, which DynamoDB updates a moment after the table.

Each offer and each expiry is one transaction. If a call stops between two of them, the next call
continues where it stopped. Until then, no other registration can take a place for which others
wait: see :meth:`chalicelib.events.places.PlaceService.status_change_writes`.
"""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
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

    def update_offers_of_all_events(self, now: datetime, time_limit_seconds: float) -> bool:
        """Update the offers of all events that need it, and recount waiting lists that are due.

        An event needs an update if an offer has expired, or if a place is free while a registration
        is waiting. The function logs a failure and continues with the other events; the
        next call tries the failed event again.

        Args:
            now: the current time.
            time_limit_seconds: the time limit, shared evenly among the events.

        Returns:
            Whether all events were updated without a failure.
        """
        deadline = time.monotonic() + time_limit_seconds
        try:
            event_ids_with_expired_offers = [
                offer.event_id for offer in self._places.expired_offers(now)
            ]
            counts_by_event = self._counts_by_event(now)
        except ServiceUnavailable as error:
            log.emit(log.LogEvent.UNAVAILABLE, cause=error.cause)
            return False
        event_ids_with_free_place = [
            event_id
            for event_id, counts in counts_by_event.items()
            if counts.has_free_place
            and (counts.has_registration_without_offer or counts.is_marked_full)
        ]
        event_ids = dict.fromkeys([*event_ids_with_expired_offers, *event_ids_with_free_place])
        results = []
        for index, event_id in enumerate(event_ids):
            seconds_for_event = max((deadline - time.monotonic()) / (len(event_ids) - index), 0)
            update = partial(self.update_offers, event_id, now, seconds_for_event)
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
            event_id: self._places.with_all_shards(event_id, event_counts)
            for event_id, event_counts in pairs
            if event_counts
        }

    def update_offers(
        self, event_id: str, now: datetime, time_limit_seconds: float = REQUEST_TIME_LIMIT_SECONDS
    ) -> bool:
        """End the expired offers of an event, and offer its free places to the next in line.

        Each transaction also emails its applicant. If DynamoDB fails, the function logs the failure
        instead of raising it, because the caller's own change is already stored; the next call
        continues.

        Args:
            event_id: the event ID.
            now: the current time.
            time_limit_seconds: the time limit; the function starts no transaction after it.

        Returns:
            False if DynamoDB failed, otherwise True.
        """
        deadline = time.monotonic() + time_limit_seconds
        try:
            for _ in self._offer_update_steps(event_id, now):
                if time.monotonic() > deadline:
                    break
        except ServiceUnavailable as error:
            log.emit(log.LogEvent.UNAVAILABLE, cause=error.cause)
            return False
        return True

    def update_offers_after_status_change(
        self, counts: PlaceCounts, registration: Registration, now: datetime
    ) -> None:
        """Update the offers of an event after a registration has changed its status.

        Args:
            counts: the event's counters, as they were read before the change.
            registration: the registration after the change.
            now: the current time.
        """
        event_id = registration.event_id
        if counts.is_sharded and registration.place_state is PlaceState.WAITLISTED:
            # It joined without a check of the counters. If the event is no longer full, a place
            # became free concurrently: see PlaceService.try_reopen_to_new_registrations.
            if not self._places.is_full(event_id):
                self.update_offers(event_id, now)
        elif counts.has_waiting_list_or_offers:
            self.update_offers(event_id, now)

    def _offer_update_steps(self, event_id: str, now: datetime) -> Iterator[None]:
        """End expired offers, offer free places, and let new registrations take the remaining ones.

        Yields:
            After each transaction. The caller may stop after any of them.
        """
        event, counts = self._registrations.read_items(
            self._events.event_read(event_id), self._places.counts_read(event_id)
        )
        if event is None or counts is None:
            return
        counts = self._places.with_all_shards(
            event_id, self._places.with_current_capacity(event, counts)
        )
        yield from self._expiry_and_offer_steps(event, counts, now)
        if (
            counts.is_sharded
            and event.offer_deadline(now)
            and self._places.try_reopen_to_new_registrations(event_id)
        ):
            counts = self._places.counts(event_id)
            yield from self._expiry_and_offer_steps(event, counts, now)

    def _expiry_and_offer_steps(
        self, event: Event, counts: PlaceCounts, now: datetime
    ) -> Iterator[None]:
        """End expired offers, then offer free places."""
        event_id = event.id
        offers = self._places.offers(event_id) if counts.offered else []
        for offer in offers:
            if not offer.is_open_at(now):
                self._expire_offer(event, offer, now)
                yield
        if (offer_deadline := event.offer_deadline(now)) is None:
            return
        if not counts.has_free_place and all(offer.is_open_at(now) for offer in offers):
            return
        offered_ids = {offer.user_id for offer in offers}
        for registration in self._listings.waiting_list(event_id, now):
            if registration.user_id in offered_ids:
                continue
            offer = Offer(event_id, registration.user_id, now, offer_deadline)
            try:
                self._offer_place_with_retries(event, registration, offer)
            except (_NothingToOffer, _StaleWaitingListIndex):
                return
            yield

    def _offer_place_with_retries(
        self, event: Event, registration: Registration, offer: Offer
    ) -> None:
        """Offer a place to a registration; after a conflict, try again while a place is free.

        It tries the same registration again, because the next in line must not overtake it.

        Raises:
            _NothingToOffer: no place is free, or no registration is waiting.
            _StaleWaitingListIndex: the registration was just moved to another account.
            ServiceUnavailable: each attempt conflicted with another request.
        """

        def attempt(shard: ChosenShard | None) -> None:
            if shard is None:
                raise _NothingToOffer
            self._try_to_offer_place(event, registration, offer, shard)

        choose_shard_for_offer = partial(self._choose_shard_for_offer, event.id)
        retry_on_conflict(
            choose_shard_for_offer(),
            attempt,
            choose_shard_for_offer,
            PlacesChanged,
            what="an event's places",
        )

    def _choose_shard_for_offer(self, event_id: str) -> ChosenShard | None:
        """Return a shard with a free place; None without one, or if no registration is waiting."""
        counts = self._places.counts(event_id)
        if not counts.has_registration_without_offer:
            return None
        return self._places.choose_free_shard(event_id, counts)

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
            self._registrations.require_still_waitlisted_write(registration),
            *self._places.reserve_place_writes(offer, registration.place_state, shard),
            self._registrations.offer_history_write(registration, offer),
            *outbox.email_writes(offer.offered_at, email),
        ]
        try:
            self._registrations.transact(writes)
        except OfferExists:
            return
        except RegistrationChanged:
            self._require_current_index(registration)

    def _require_current_index(self, registration: Registration) -> None:
        """Require that a registration in the index is still in the table.

        If it isn't, staff may have merged its account into another account. It keeps its position
        there, but the index doesn't show it yet. The next in line must not overtake it.

        Raises:
            _StaleWaitingListIndex: it is not in the table.
        """
        key = registration.user_id, registration.event_id
        if self._registrations.read_items(self._registrations.registration_read(*key)) == [None]:
            raise _StaleWaitingListIndex

    def _expire_offer(self, event: Event, offer: Offer, now: datetime) -> None:
        """End an expired offer, and withdraw its registration."""
        registration, account = self._registrations.read_items(
            self._registrations.registration_read(offer.user_id, offer.event_id),
            self._accounts.profile_read(offer.user_id),
        )
        # After a conflict with another call, that call or the next one ends the offer.
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
                offer_expired_at=offer.until,
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
