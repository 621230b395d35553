"""An applicant's own registrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.identity.account import AccountBeingErased, AccountBeingMerged
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import NotFound, TooManyAttempts, VersionConflict
from chalicelib.platform.field_errors import InvalidFields
from chalicelib.platform.responses import MessageResponse, Response
from chalicelib.registrations.applicant import applicant_registrations
from chalicelib.registrations.registration import (
    FieldsLocked,
    OfferExpired,
    RegistrationClosed,
    WrongStatus,
)
from chalicelib.sessions import authentication

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.registrations.bodies import (
        ExpectedVersion,
        SaveRegistration,
    )
    from chalicelib.registrations.schemas import (
        Event,
        Paging,
        Registration,
        RegistrationPage,
    )
    from chalicelib.sessions.session import CurrentUser

blueprint = Blueprint("registrations")


@blueprint.endpoint("GET", "/registrations", access=authentication.SIGNED_IN)
def list_registrations(
    request: Request, current_user: CurrentUser, query: Paging
) -> Response[RegistrationPage]:
    """List the account's registrations, newest event first."""
    service = applicant_registrations(current_user, request.id, request.received_at)
    return Response(service.page(query.limit, query.cursor))


@blueprint.endpoint("GET", "/registrations/{event_id}", access=authentication.SIGNED_IN)
def show_registration(
    request: Request, current_user: CurrentUser, event_id: str
) -> Response[Registration]:
    """Return the account's registration for an event."""
    return Response(
        applicant_registrations(current_user, request.id, request.received_at).get(event_id)
    )


@blueprint.endpoint("GET", "/registrations/{event_id}/event", access=authentication.SIGNED_IN)
def show_registration_event(
    request: Request, current_user: CurrentUser, event_id: str
) -> Response[Event]:
    """Return the event of the account's registration, even if it's hidden."""
    service = applicant_registrations(current_user, request.id, request.received_at)
    return Response(service.event(event_id))


@blueprint.endpoint(
    "PUT",
    "/registrations/{event_id}",
    access=authentication.SIGNED_IN,
    errors=(
        NotFound,
        VersionConflict,
        WrongStatus,
        FieldsLocked,
        RegistrationClosed,
        AccountBeingErased,
        AccountBeingMerged,
        TooManyAttempts,
    ),
    may_return_201=True,
)
def save_registration(
    request: Request, current_user: CurrentUser, body: SaveRegistration, event_id: str
) -> Response[Registration]:
    """Save the whole form, as a new draft or in place of the stored form."""
    service = applicant_registrations(current_user, request.id, request.received_at)
    saved, new = service.save(event_id, body.form.to_stored(), body.version)
    return Response(saved, created=new)


@blueprint.endpoint(
    "POST",
    "/registrations/{event_id}/submit",
    access=authentication.SIGNED_IN,
    errors=(
        NotFound,
        VersionConflict,
        WrongStatus,
        RegistrationClosed,
        InvalidFields,
        TooManyAttempts,
    ),
)
def submit_registration(
    request: Request, current_user: CurrentUser, body: ExpectedVersion, event_id: str
) -> Response[Registration]:
    """Submit the registration. If no place is free, it goes on the waiting list."""
    service = applicant_registrations(current_user, request.id, request.received_at)
    return Response(service.submit(event_id, body.version))


@blueprint.endpoint(
    "POST",
    "/registrations/{event_id}/withdraw",
    access=authentication.SIGNED_IN,
    errors=(NotFound, VersionConflict, WrongStatus, RegistrationClosed, TooManyAttempts),
)
def withdraw_registration(
    request: Request, current_user: CurrentUser, body: ExpectedVersion, event_id: str
) -> Response[Registration]:
    """Withdraw the registration. It can be submitted again while registration is open."""
    service = applicant_registrations(current_user, request.id, request.received_at)
    return Response(service.withdraw(event_id, body.version))


@blueprint.endpoint(
    "POST",
    "/registrations/{event_id}/offer/accept",
    access=authentication.SIGNED_IN,
    errors=(NotFound, OfferExpired, RegistrationClosed, TooManyAttempts),
)
def accept_offer(
    request: Request, current_user: CurrentUser, event_id: str
) -> Response[Registration]:
    """Accept the place offered to the registration on the waiting list."""
    service = applicant_registrations(current_user, request.id, request.received_at)
    return Response(service.answer_offer(event_id, accepts=True))


@blueprint.endpoint(
    "POST",
    "/registrations/{event_id}/offer/decline",
    access=authentication.SIGNED_IN,
    errors=(NotFound, OfferExpired, RegistrationClosed, TooManyAttempts),
)
def decline_offer(
    request: Request, current_user: CurrentUser, event_id: str
) -> Response[Registration]:
    """Decline the place offered to the registration, which withdraws it."""
    service = applicant_registrations(current_user, request.id, request.received_at)
    return Response(service.answer_offer(event_id, accepts=False))


@blueprint.endpoint(
    "DELETE",
    "/registrations/{event_id}",
    access=authentication.SIGNED_IN,
    errors=(NotFound, VersionConflict, WrongStatus, TooManyAttempts),
)
def delete_registration(
    request: Request, current_user: CurrentUser, body: ExpectedVersion, event_id: str
) -> MessageResponse:
    """Delete a draft."""
    applicant_registrations(current_user, request.id, request.received_at).delete(
        event_id, body.version
    )
    return MessageResponse("Draft deleted")
