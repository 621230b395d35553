"""What a change of a registration is decided on: who makes it, and what there is."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.events.event import Event
from chalicelib.events.place import Offer, PlaceCounts
from chalicelib.identity.account import Account
from chalicelib.platform.errors import NotFound, VersionConflict
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.workflow import Side


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes a registration, and on which occasion.

    Attributes:
        id: the identifier of their account.
        side: whether they are its applicant or staff.
        request: the identifier of the request.
        at: when.
    """

    id: str
    side: Side
    request: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What a decision rests on.

    Attributes:
        event: the event.
        registration: None if there is none.
        places: how many of the event's places are taken, offered, and waited for.
        offer: the place that is held for the registration; None if there is none.
        owner: whose registration it is or would be; None if there is no such account.
    """

    event: Event
    registration: Registration | None
    places: PlaceCounts
    offer: Offer | None
    owner: Account | None

    @property
    def there(self) -> Registration:
        """The registration.

        Raises:
            NotFound: there is none.
        """
        if self.registration is None:
            raise NotFound
        return self.registration


def hold_to_version(registration: Registration | None, seen: int | None) -> None:
    """Reject a change of anything but what was seen.

    Raises:
        NotFound: something was seen and is not there.
        VersionConflict: it is of another version.
    """
    if registration is None and seen is not None:
        raise NotFound
    if registration is not None and registration.version != seen:
        raise VersionConflict(registration)
