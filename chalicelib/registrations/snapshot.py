"""The input of a decision: the actor, and a snapshot of the stored data."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.events.event import Event
from chalicelib.events.place import Offer, PlaceCounts
from chalicelib.identity.account import Account
from chalicelib.platform.errors import NotFound, VersionConflict
from chalicelib.platform.items import Write
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.workflow import ActorType


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes a registration, in which request.

    Attributes:
        id: the identifier of their account.
        type: whether they are its applicant or staff.
        request_id: the identifier of the request.
        now: the current time.
    """

    id: str
    type: ActorType
    request_id: str
    now: datetime

    def count_write(self) -> Write:
        """Return the write that counts an act in its transaction.

        The transaction raises TooManyAttempts if the actor's limit is reached.
        """
        from chalicelib.sessions import account_limits  # only requests that change something

        by_staff = self.type is ActorType.STAFF
        window = account_limits.STAFF_CHANGES if by_staff else account_limits.APPLICANT_CHANGES
        return account_limits.count_write(window, self.id, self.now)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An event, a registration, and its places, read in one round trip.

    Attributes:
        event: the event.
        registration: None if it doesn't exist.
        counts: how many of the event's places are taken, offered, and waited for.
        offer: the place that is held for the registration; None if there is none.
        account: whose registration it is or would be; None if there is no such account.
    """

    event: Event
    registration: Registration | None
    counts: PlaceCounts
    offer: Offer | None
    account: Account | None

    def require_registration(self) -> Registration:
        """Return the registration.

        Raises:
            NotFound: it does not exist.
        """
        if self.registration is None:
            raise NotFound
        return self.registration


def require_version(registration: Registration | None, version: int | None) -> None:
    """Require that the client has read the stored version.

    Raises:
        NotFound: the client has read a registration that doesn't exist.
        VersionConflict: it is of another version.
    """
    if registration is None and version is not None:
        raise NotFound
    if registration is not None and registration.version != version:
        raise VersionConflict(registration)
