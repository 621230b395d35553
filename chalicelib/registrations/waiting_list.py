"""The waiting list: who is next in line gets the place that becomes free.

:meth:`WaitingList.settle` is the one way in which places are offered and offers expire. Whatever
frees a place calls it afterwards: a withdrawal, a move by staff, a higher capacity, an offer that's
declined. Each offer and each expiry is a transaction of its own, so a crash between two of them
leaves nothing half done, only something to do for the next call. No one can take a place meanwhile
that belongs to someone who waits: see :meth:`chalicelib.events.places.Places.moving`.
"""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from chalicelib.accounts.directory import Directory, directory
from chalicelib.events.calendar import Calendar, calendar
from chalicelib.events.event import Event
from chalicelib.events.place import Offer
from chalicelib.events.places import OfferExists, Places, PlacesChanged, places
from chalicelib.platform import log, mail
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import Unavailable
from chalicelib.platform.mail import Message
from chalicelib.registrations import letters
from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.note import SERVICE
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.store import RegistrationChanged, RegistrationStore
from chalicelib.registrations.workflow import Status

# A request that frees many places at once offers as many as fit into this time, and leaves the rest
# to the schedule.
SECONDS_IN_A_REQUEST = 2.0
_SECONDS_FOR_MAIL = 1.0


class WaitingList:
    """The waiting lists of one stage's events."""

    def __init__(
        self,
        registrations: RegistrationStore,
        listings: ListingStore,
        events: Calendar,
        places: Places,
        accounts: Directory,
    ) -> None:
        """Use stores, a calendar with its places, and a directory."""
        self._registrations = registrations
        self._listings = listings
        self._events = events
        self._places = places
        self._accounts = accounts

    def settle(self, event_id: str, now: datetime, seconds: float = SECONDS_IN_A_REQUEST) -> None:
        """End an event's offers that have expired, and offer its free places to the next in line.

        Those whom mail can reach are mailed. What fails is logged and left to the next call: what
        the caller did before is done.

        Args:
            event_id: the event.
            now: the time.
            seconds: no further offer is begun after that.
        """
        until = time.monotonic() + seconds
        letters_due: list[Message] = []
        try:
            for message in self._settle(event_id, now):
                letters_due += [message] if message else []
                if time.monotonic() > until:
                    break
        except Unavailable as problem:
            log.record(log.Event.UNAVAILABLE, cause=problem.cause)
        mail.send_all(letters_due, _SECONDS_FOR_MAIL)

    def _settle(self, event_id: str, now: datetime) -> Iterator[Message | None]:
        """Do one step after the other; yield the mail that each of them calls for."""
        event, counts = self._registrations.read(
            self._events.reading(event_id), self._places.reading(event_id)
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
        for registration in self._listings.waiting(event_id, now):
            if registration.user_id in offered:
                continue
            offer = Offer(event_id, registration.user_id, now, until)
            while self._is_wanted(event_id):
                # A lost race for the place is run again for the same registration: the next in
                # line must not overtake it.
                with contextlib.suppress(PlacesChanged):
                    yield self._offer(event, registration, offer)
                    break
            else:
                return

    def _is_wanted(self, event_id: str) -> bool:
        """Return whether a place is free while someone waits for it."""
        counts = self._places.counts(event_id)
        return counts.has_free and counts.is_waited_for

    def _offer(self, event: Event, registration: Registration, offer: Offer) -> Message | None:
        """Hold a place for a registration, unless it doesn't wait for one any more.

        Raises:
            PlacesChanged: no place is free any more.
        """
        writes = [
            self._registrations.still_waiting(registration),
            *self._places.offering(offer, registration.standing),
            self._registrations.noting_offer(registration, offer),
        ]
        try:
            self._registrations.write(writes)
        except (RegistrationChanged, OfferExists):
            return None
        [owner] = self._registrations.read(self._accounts.reading(registration.user_id))
        return letters.offered(owner, event, registration, offer)

    def _expire(self, event: Event, offer: Offer, now: datetime) -> Message | None:
        """End an offer that wasn't accepted in time: its registration is withdrawn."""
        registration, owner = self._registrations.read(
            self._registrations.reading(offer.user_id, offer.event_id),
            self._accounts.reading(offer.user_id),
        )
        # Whoever loses a race leaves it to the faster one, or to the next call.
        with contextlib.suppress(RegistrationChanged, PlacesChanged):
            if registration is None or registration.status is not Status.WAITLISTED:
                self._registrations.write(self._places.dropping(offer))
                return None
            expired = replace(
                registration,
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
                also=self._places.dropping(offer),
            )
            return letters.offer_expired(owner, event, expired)
        return None


def waiting_list() -> WaitingList:
    """Return the waiting lists of this process's stage."""
    return WaitingList(
        RegistrationStore(database()),
        ListingStore(database()),
        calendar(),
        places(),
        directory(),
    )
