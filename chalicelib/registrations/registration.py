"""A registration: what one applicant tells us for one event, and how far it has come."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, ClassVar

from chalicelib.events.place import Offer, PlaceState
from chalicelib.platform import input_text
from chalicelib.platform.errors import ApiError
from chalicelib.platform.field_errors import (
    ApiErrorWithFields,
    FieldError,
    InvalidValue,
)
from chalicelib.platform.identifiers import CROCKFORD
from chalicelib.platform.languages import N_, Language
from chalicelib.registrations.workflow import STATUSES_HOLDING_PLACE, Status

_REFERENCE_LENGTH = 6
# Crockford's base 32 has no letter that looks like a digit, so such a letter means the digit.
_LOOKALIKES = str.maketrans("OIL", "011")
# Only the applicant sees it; staff see it only in counts.
FIELDS_HIDDEN_FROM_STAFF = frozenset({"ethnicity"})
# Only the applicant signs. Staff record a signature on paper as a fact of its own.
SIGNATURE_FIELDS = frozenset({"regAck"})
# How to reach the applicant: they may change it until the event is over.
CONTACT_FIELDS = (
    *("phone1", "phone2", "email"),
    *("streetAddress", "aptSuite", "city", "zipCode", "state"),
)


@dataclass(frozen=True, slots=True)
class PaperSignature:
    """The applicant's signature on paper, as a staff member recorded it.

    Attributes:
        by: the staff member's account id; their username where staff are shown it.
        at: when it was recorded.
    """

    by: str
    at: datetime


@dataclass(frozen=True)
class Registration:
    """One registration, as of one version of its record.

    Attributes:
        user_id: the account that it belongs to.
        username: theirs. A stored one is from the last change, and may belong to another person
            since; staff are shown the account's: see :meth:`with_username`.
        event_id: for which event.
        event_starts_on: that event's first day, as it was when this was written.
        reference: six characters that a person can say aloud; not a secret.
        status: its status.
        version: incremented by every change.
        form: the answers, by their names in the API.
        created_at: when it was first saved.
        updated_at: when it was last changed.
        submitted_at: when it was last submitted; None for a draft.
        submitted_on: the date of that in the event's time zone. A version before this one didn't
            write it: see :attr:`submission_date`.
        acknowledged_at: when its applicant last signed it, by confirming that it is accurate.
        expires_at: when the service deletes it.
        waitlisted_at: when it joined the waiting list that it's on: its place in line. A version
            before this one didn't write it: such a registration isn't counted as waiting yet.
        offer_expired_at: the deadline of the offer that it missed last; None if it has been
            submitted since.
        offer: the place that's held for it, if that was read; stored by itself.
        position: its position on the waiting list, 1 for the first, if that was asked for; not
            stored.
        search_terms: the terms under which staff's search finds it, as they are stored.
        paper_signature: the applicant's signature on paper; None if there is none.
        started_by: the account id of the staff member who started this draft on the applicant's
            behalf; None once the applicant has saved it, and for drafts of their own.
    """

    user_id: str
    username: str
    event_id: str
    event_starts_on: date
    reference: str
    status: Status
    version: int
    form: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    acknowledged_at: datetime | None
    expires_at: datetime
    submitted_on: date | None = field(default=None, kw_only=True)
    waitlisted_at: datetime | None = field(default=None, kw_only=True)
    offer_expired_at: datetime | None = field(default=None, kw_only=True)
    offer: Offer | None = field(default=None, kw_only=True)
    position: int | None = field(default=None, kw_only=True)
    search_terms: tuple[str, ...] = field(default=(), kw_only=True)
    paper_signature: PaperSignature | None = field(default=None, kw_only=True)
    started_by: str | None = field(default=None, kw_only=True)

    @property
    def submission_date(self) -> date | None:
        """The date on which it was last submitted; in UTC if an earlier version has written it.

        It stays if the event's time zone changes, because it is counted.
        """
        return self.submitted_on or (self.submitted_at.date() if self.submitted_at else None)

    @property
    def signed_at(self) -> datetime | None:
        """When the applicant last signed it in person, on a page; None if they have not."""
        return self.acknowledged_at

    def is_visible_to_staff(self, account_id: str, reference: str | None) -> bool:
        """Return whether a staff member may see it.

        Drafts are their applicant's own. Staff see one if its applicant tells them the reference,
        or if they started it on the applicant's behalf themselves.

        Args:
            account_id: the staff member's.
            reference: what they were told; None if nothing.
        """
        is_told = reference == self.reference or self.started_by == account_id
        return self.status is not Status.DRAFT or is_told

    def was_waitlisted_by(self, target: Status, expected_version: int) -> bool:
        """Return whether a move is the submission that put it on the waiting list.

        A client that lost the response sends the same request again.

        Args:
            target: where it is moved to.
            expected_version: the version that the client read before.
        """
        is_last_change = (
            expected_version == self.version - 1 and self.waitlisted_at == self.submitted_at
        )
        is_waiting = self.status is Status.WAITLISTED and self.submitted_at is not None
        return target is Status.SUBMITTED and is_waiting and is_last_change

    @property
    def filed_at(self) -> datetime:
        """Its place in the order of registrations: when it was submitted, or else begun.

        On the waiting list it's when it joined that.
        """
        waiting_since = self.waitlisted_at if self.status is Status.WAITLISTED else None
        return waiting_since or self.submitted_at or self.created_at

    @property
    def place_state(self) -> PlaceState:
        """How it stands to its event's places."""
        if self.status in STATUSES_HOLDING_PLACE:
            return PlaceState.TAKEN
        if self.status is not Status.WAITLISTED:
            return PlaceState.NONE
        if self.offer:
            return PlaceState.OFFERED
        return PlaceState.WAITLISTED if self.waitlisted_at else PlaceState.NONE

    def with_offer(self, offer: Offer | None) -> "Registration":
        """Return it with the place that's held for it, which counts on the waiting list only."""
        return replace(self, offer=offer) if self.status is Status.WAITLISTED else self

    def with_username(self, current: str | None) -> "Registration":
        """Return it with the username that its applicant's account has now.

        Args:
            current: that username; None if there is no such account, which changes nothing.
        """
        return replace(self, username=current) if current else self

    @property
    def staff_hidden_answers(self) -> dict[str, Any]:
        """What of the form no staff member is shown."""
        return {name: self.form[name] for name in FIELDS_HIDDEN_FROM_STAFF & self.form.keys()}


def new_reference() -> str:
    """Return six random characters of Crockford's base 32."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(_REFERENCE_LENGTH))


def normalize_reference(text: str) -> str:
    """Return a reference that a person typed, in its stored form.

    Raises:
        ValueError: the text is not a reference.
    """
    heard = input_text.compact(text).upper().translate(_LOOKALIKES)
    if len(heard) != _REFERENCE_LENGTH or not set(CROCKFORD).issuperset(heard):
        error = FieldError(
            "invalid_reference",
            "Enter the {length}-character reference number, for example {example}.",
            length=_REFERENCE_LENGTH,
            example="19AYRK",
        )
        raise InvalidValue(error)
    return heard


class RegistrationClosed(ApiError):
    """Registration for the event isn't open, or the event's data was already deleted."""

    STATUS_CODE = 409
    code = "registration_closed"
    message = N_("Registration for this event isn’t open.")


class WrongStatus(ApiError):
    """The registration's status doesn't allow this change."""

    STATUS_CODE = 409
    code = "wrong_status"
    message = N_("You can’t do that while the registration has this status.")


_LOCKED = FieldError("field_locked", "You can’t change this anymore.")


class FieldsLocked(ApiErrorWithFields):
    """Only contact fields can still be changed, and the request changes others."""

    STATUS_CODE = 409
    code = "fields_locked"
    message = N_("You can only change your phone numbers, email, and address now.")

    def __init__(self, names: Iterable[str]) -> None:
        """Reject changes of the form's fields with these names."""
        super().__init__({f"form.{name}": _LOCKED for name in sorted(names)})


class DraftExists(ApiError):
    """The person has a draft, which staff can open only with its reference number."""

    STATUS_CODE = 409
    code = "draft_exists"
    message = N_("This person has a draft. Ask them for its reference number to open it.")


class RegistrationsClash(ApiError):
    """Both accounts have a registration for the same event.

    Attributes:
        events: the identifiers of those events.
    """

    STATUS_CODE = 409
    code = "registrations_clash"
    message = N_("Both accounts have a registration for the same event, so they can’t be merged.")
    extra_fields: ClassVar[Mapping[str, Any]] = {
        "events": {
            "type": "array",
            "items": {"type": "string"},
            "description": "The ids of those events.",
            "examples": [["harvest-fair"]],
        }
    }

    def __init__(self, events: Iterable[str]) -> None:
        """Refuse to merge because of registrations for these events."""
        super().__init__()
        self.events = list(events)

    def body(self, language: Language = Language.ENGLISH) -> dict[str, Any]:
        """Return the JSON object that the client gets, with ``events``."""
        return super().body(language) | {"events": self.events}


class NoPlaceFree(ApiError):
    """No place is free."""

    STATUS_CODE = 409
    code = "no_place_free"
    message = N_("This event is full.")


class OfferExpired(ApiError):
    """There is no current offer of a place."""

    STATUS_CODE = 409
    code = "offer_expired"
    message = N_("This offer has expired, so the spot may have gone to someone else.")
