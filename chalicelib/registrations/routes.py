"""An applicant's own registrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.identity.account import BeingErased, BeingMerged
from chalicelib.platform.actions import Room
from chalicelib.platform.answers import Answer, Done
from chalicelib.platform.errors import InvalidFields, NotFound, StaleVersion
from chalicelib.registrations.applicant import applicant_registrations
from chalicelib.registrations.registration import (
    FieldsLocked,
    OfferExpired,
    RegistrationClosed,
    WrongStatus,
)
from chalicelib.sessions import guard

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.registrations.schemas import (
        Event,
        Paging,
        Registration,
        RegistrationPage,
        Save,
        Seen,
    )
    from chalicelib.sessions.session import Caller

room = Room("registrations")


@room.action("GET", "/registrations", who=guard.SIGNED_IN)
def list_registrations(request: Request, caller: Caller, query: Paging) -> Answer[RegistrationPage]:
    """List the account's registrations, newest event first."""
    own = applicant_registrations(caller, request.identifier, request.received_at)
    return Answer(own.page(query.limit, query.cursor))


@room.action("GET", "/registrations/{event_id}", who=guard.SIGNED_IN)
def show_registration(request: Request, caller: Caller, event_id: str) -> Answer[Registration]:
    """Return the account's registration for an event."""
    return Answer(
        applicant_registrations(caller, request.identifier, request.received_at).get(event_id)
    )


@room.action("GET", "/registrations/{event_id}/event", who=guard.SIGNED_IN)
def show_registration_event(request: Request, caller: Caller, event_id: str) -> Answer[Event]:
    """Return the event of the account's registration, even if it's hidden."""
    own = applicant_registrations(caller, request.identifier, request.received_at)
    return Answer(own.event(event_id))


@room.action(
    "PUT",
    "/registrations/{event_id}",
    who=guard.SIGNED_IN,
    refusals=(
        NotFound,
        StaleVersion,
        WrongStatus,
        FieldsLocked,
        RegistrationClosed,
        BeingErased,
        BeingMerged,
    ),
    creates=True,
)
def save_registration(
    request: Request, caller: Caller, body: Save, event_id: str
) -> Answer[Registration]:
    """Save the whole form, as a new draft or in place of the stored form."""
    own = applicant_registrations(caller, request.identifier, request.received_at)
    saved, new = own.save(event_id, body.form.stored(), body.version)
    return Answer(saved, new=new)


@room.action(
    "POST",
    "/registrations/{event_id}/submit",
    who=guard.SIGNED_IN,
    refusals=(NotFound, StaleVersion, WrongStatus, RegistrationClosed, InvalidFields),
)
def submit_registration(
    request: Request, caller: Caller, body: Seen, event_id: str
) -> Answer[Registration]:
    """Submit the registration. If no place is free, it goes on the waiting list."""
    own = applicant_registrations(caller, request.identifier, request.received_at)
    return Answer(own.submit(event_id, body.version))


@room.action(
    "POST",
    "/registrations/{event_id}/withdraw",
    who=guard.SIGNED_IN,
    refusals=(NotFound, StaleVersion, WrongStatus, RegistrationClosed),
)
def withdraw_registration(
    request: Request, caller: Caller, body: Seen, event_id: str
) -> Answer[Registration]:
    """Withdraw the registration. It can be submitted again while registration is open."""
    own = applicant_registrations(caller, request.identifier, request.received_at)
    return Answer(own.withdraw(event_id, body.version))


@room.action(
    "POST",
    "/registrations/{event_id}/offer/accept",
    who=guard.SIGNED_IN,
    refusals=(NotFound, OfferExpired, RegistrationClosed),
)
def accept_offer(request: Request, caller: Caller, event_id: str) -> Answer[Registration]:
    """Accept the place offered to the registration on the waiting list."""
    own = applicant_registrations(caller, request.identifier, request.received_at)
    return Answer(own.answer_offer(event_id, accepts=True))


@room.action(
    "POST",
    "/registrations/{event_id}/offer/decline",
    who=guard.SIGNED_IN,
    refusals=(NotFound, OfferExpired, RegistrationClosed),
)
def decline_offer(request: Request, caller: Caller, event_id: str) -> Answer[Registration]:
    """Decline the place offered to the registration, which withdraws it."""
    own = applicant_registrations(caller, request.identifier, request.received_at)
    return Answer(own.answer_offer(event_id, accepts=False))


@room.action(
    "DELETE",
    "/registrations/{event_id}",
    who=guard.SIGNED_IN,
    refusals=(NotFound, StaleVersion, WrongStatus),
)
def delete_registration(request: Request, caller: Caller, body: Seen, event_id: str) -> Done:
    """Delete a draft."""
    applicant_registrations(caller, request.identifier, request.received_at).delete(
        event_id, body.version
    )
    return Done("Draft deleted")
