"""An event's places for staff: the counts, and the applicants to call about an offer."""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.events.place import Offer, PlaceCounts
from chalicelib.events.places import PlaceService, place_service
from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.platform.dynamodb import database
from chalicelib.registrations import emails
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.store import RegistrationStore
from chalicelib.registrations.workflow import Status

# DynamoDB reads a hundred items in one round trip: the registration and the account of each.
_BATCH_SIZE = 50


@dataclass(frozen=True)
class OfferedRegistration(Registration):
    """A registration on the waiting list that is offered a place.

    Attributes:
        reached_by_email: whether the service emailed its applicant; staff call the others.
    """

    reached_by_email: bool


@dataclass(frozen=True, slots=True)
class CallList:
    """The registrations with an offer, the earliest deadline first."""

    items: list[OfferedRegistration]


class PlaceOverview:
    """The places of one stage's events, for staff."""

    def __init__(
        self, store: RegistrationStore, places: PlaceService, accounts: AccountRepository
    ) -> None:
        """Use a store, the places, and the accounts."""
        self._store = store
        self._places = places
        self._accounts = accounts

    def counts(self, event_id: str) -> PlaceCounts:
        """Return how many of an event's places are taken, offered, and waited for.

        Raises:
            NotFound: the event does not exist.
        """
        return self._places.counts(event_id)

    def call_list(self, event_id: str) -> CallList:
        """Return the registrations with an offer, the earliest deadline first.

        Raises:
            NotFound: the event does not exist.
        """
        self._places.counts(event_id)
        offers = self._places.offers(event_id)
        chunks = (offers[at : at + _BATCH_SIZE] for at in range(0, len(offers), _BATCH_SIZE))
        return CallList([registration for chunk in chunks for registration in self._offered(chunk)])

    def with_offers(self, event_id: str, registrations: list[Registration]) -> list[Registration]:
        """Return registrations of an event with the offers of those on the waiting list."""
        if not any(registration.status is Status.WAITLISTED for registration in registrations):
            return registrations
        offers = {offer.user_id: offer for offer in self._places.offers(event_id)}
        return [
            registration.with_offer(offers.get(registration.user_id))
            for registration in registrations
        ]

    def _offered(self, offers: list[Offer]) -> Iterator[OfferedRegistration]:
        """Yield the registrations of offers; an offer of a past registration ends by itself."""
        registrations_found = self._store.read_items(
            *(self._store.registration_read(offer.user_id, offer.event_id) for offer in offers),
            *(self._accounts.profile_read(offer.user_id) for offer in offers),
        )
        registrations, owners = (
            registrations_found[: len(offers)],
            registrations_found[len(offers) :],
        )
        for offer, registration, account in zip(offers, registrations, owners, strict=True):
            if registration and registration.status is Status.WAITLISTED:
                named_registration = registration.with_username(
                    account.username if account else None
                )
                yield OfferedRegistration(
                    **vars(named_registration.with_offer(offer)),
                    reached_by_email=_is_reached_by_email(account),
                )


def place_overview() -> PlaceOverview:
    """Return the call list of this process's stage."""
    return PlaceOverview(RegistrationStore(database()), place_service(), account_repository())


def _is_reached_by_email(account: Account | None) -> bool:
    return account is not None and emails.can_email_offers(account)
