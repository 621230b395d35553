"""Events and their registrations, for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.api_keys.access import session_or_api_key
from chalicelib.api_keys.scope import Scope
from chalicelib.events import event as events
from chalicelib.events.service import event_service
from chalicelib.identity.account import AccountBeingErased, AccountBeingMerged
from chalicelib.identity.role import Permission
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import NotFound, TooManyAttempts, VersionConflict
from chalicelib.platform.field_errors import InvalidFields
from chalicelib.platform.responses import CsvResponse, Response
from chalicelib.registrations.registration import (
    DraftExists,
    NoPlaceFree,
    RegistrationClosed,
    WrongStatus,
)
from chalicelib.registrations.waiting_list import waiting_list_service
from chalicelib.sessions import authentication
from chalicelib.staff import spreadsheet
from chalicelib.staff.call_list import place_overview
from chalicelib.staff.duplicates import find_duplicates
from chalicelib.staff.registrations import staff_registrations
from chalicelib.staff.summary import event_summary

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import CurrentUser, Principal
    from chalicelib.staff.bodies import (
        AddNote,
        CorrectRegistration,
        MoveRegistration,
        MoveRegistrations,
        PutEvent,
        SaveRegistration,
    )
    from chalicelib.staff.registrations import StaffRegistrations
    from chalicelib.staff.schemas import (
        CallList,
        DraftQuery,
        Duplicates,
        DuplicatesQuery,
        Event,
        EventPage,
        History,
        MoveResults,
        Note,
        Paging,
        Places,
        RegistrationExportQuery,
        RegistrationListQuery,
        RegistrationPaging,
        StaffRegistration,
        StaffRegistrationPage,
        StaffRegistrationWithNotes,
        Summary,
        SummaryQuery,
    )

blueprint = Blueprint("staff")

_CAN_MANAGE_REGISTRATIONS = authentication.requires_permission(Permission.MANAGE_REGISTRATIONS)
_CAN_MANAGE_EVENTS = authentication.requires_permission(Permission.MANAGE_EVENTS)
_CAN_READ_EVENTS = session_or_api_key(Permission.MANAGE_REGISTRATIONS, Scope.EVENTS)
_CAN_READ_REGISTRATIONS = session_or_api_key(Permission.MANAGE_REGISTRATIONS, Scope.REGISTRATIONS)
_CAN_READ_SUMMARY = session_or_api_key(Permission.MANAGE_REGISTRATIONS, Scope.SUMMARY)

REGISTRATIONS_PATH = "/admin/events/{event_id}/registrations"
REGISTRATION_PATH = f"{REGISTRATIONS_PATH}/{{user_id}}"


@blueprint.endpoint(
    "PUT",
    "/admin/events/{event_id}",
    access=_CAN_MANAGE_EVENTS,
    errors=(NotFound, VersionConflict),
    may_return_201=True,
)
def put_event(
    request: Request, current_user: CurrentUser, body: PutEvent, event_id: str
) -> Response[Event]:
    """Create an event, or change it; a change needs the version that the client read."""
    now = request.received_at
    new = event_service().put(
        event_id, body.event_fields(), body.version, current_user, request.id, now
    )
    waiting_list_service().expire_and_make_offers(event_id, now)
    return Response(events.to_view(event_service().get(event_id), now), created=new)


@blueprint.endpoint("GET", "/admin/events", access=_CAN_READ_EVENTS)
def list_all_events(
    request: Request,
    current_user: Principal,  # noqa: ARG001 (staff and API keys only)
    query: Paging,
) -> Response[EventPage]:
    """List all events, including hidden ones, latest first."""
    now = request.received_at
    return Response(event_service().list_page(now, query.limit, query.cursor, with_hidden=True))


@blueprint.endpoint("GET", "/admin/events/{event_id}", access=_CAN_READ_EVENTS)
def show_any_event(
    request: Request,
    current_user: Principal,  # noqa: ARG001 (staff and API keys only)
    event_id: str,
) -> Response[Event]:
    """Return an event, even if it's hidden."""
    return Response(events.to_view(event_service().get(event_id), request.received_at))


@blueprint.endpoint(
    "GET", REGISTRATIONS_PATH, access=_CAN_READ_REGISTRATIONS, errors=(TooManyAttempts,)
)
def list_event_registrations(
    request: Request, current_user: Principal, query: RegistrationListQuery, event_id: str
) -> Response[StaffRegistrationPage]:
    """List an event's registrations, filtered and sorted."""
    service = staff_registrations(current_user, request.id, request.received_at)
    return Response(service.page(event_id, query.selection, query.limit, query.cursor))


@blueprint.endpoint(
    "GET",
    f"{REGISTRATIONS_PATH}.csv",
    access=_CAN_MANAGE_REGISTRATIONS,
    errors=(TooManyAttempts,),
)
def export_event_registrations(
    request: Request, current_user: CurrentUser, query: RegistrationExportQuery, event_id: str
) -> CsvResponse:
    """Download the same list as CSV, in parts: `Link` has the next part."""
    service = staff_registrations(current_user, request.id, request.received_at)
    page = service.export_page(event_id, query.selection, query.limit, query.cursor)
    following = request.query_with("cursor", page.cursor) if page.cursor else None
    sign, language = query.separator.sign, query.language
    rows = spreadsheet.write_csv(page.items, page.time_zone, separator=sign, language=language)
    return CsvResponse(rows, filename=f"registrations-{event_id}.csv", next_url=following)


@blueprint.endpoint("GET", "/admin/events/{event_id}/summary", access=_CAN_READ_SUMMARY)
def summarise_event(request: Request, query: SummaryQuery, event_id: str) -> Response[Summary]:
    """Count an event's registrations; `status` filters all but statuses and ethnicities."""
    return Response(event_summary(event_id, query.status, request.received_at))


@blueprint.endpoint("GET", "/admin/events/{event_id}/places", access=_CAN_READ_SUMMARY)
def show_places(event_id: str) -> Response[Places]:
    """Count an event's places: taken, offered, and waited for."""
    return Response(place_overview().counts(event_id))


@blueprint.endpoint("GET", "/admin/events/{event_id}/offers", access=_CAN_MANAGE_REGISTRATIONS)
def list_offers(request: Request, event_id: str) -> Response[CallList]:
    """List the offers of places, earliest deadline first, and who must be called."""
    waiting_list_service().expire_and_make_offers(event_id, request.received_at)
    return Response(place_overview().call_list(event_id))


@blueprint.endpoint("GET", "/admin/events/{event_id}/duplicates", access=_CAN_MANAGE_REGISTRATIONS)
def list_duplicates(
    request: Request, query: DuplicatesQuery, event_id: str
) -> Response[Duplicates]:
    """List the submitted registrations with the same name and phone number as a person."""
    return Response({"items": find_duplicates(event_id, query.person, request.received_at)})


@blueprint.endpoint("POST", f"{REGISTRATIONS_PATH}/status", access=_CAN_MANAGE_REGISTRATIONS)
def move_registrations(
    request: Request, current_user: CurrentUser, body: MoveRegistrations, event_id: str
) -> Response[MoveResults]:
    """Change the status of up to 100 registrations, each independently."""
    service = staff_registrations(current_user, request.id, request.received_at)
    versions = [(item.user_id, item.version) for item in body.items]
    return Response(
        {"items": service.move_many(event_id, body.status, versions, body.note, request.language)}
    )


@blueprint.endpoint(
    "GET", REGISTRATION_PATH, access=_CAN_READ_REGISTRATIONS, errors=(TooManyAttempts,)
)
def show_event_registration(
    request: Request,
    current_user: Principal,
    query: RegistrationPaging,
    event_id: str,
    user_id: str,
) -> Response[StaffRegistrationWithNotes]:
    """Return a registration with its notes, newest first; `limit` and `cursor` page the notes.

    An API key gets no notes.
    """
    service = _with_draft(request, current_user, query)
    return Response(service.get(event_id, user_id, query.limit, query.cursor))


@blueprint.endpoint(
    "PUT",
    REGISTRATION_PATH,
    access=_CAN_MANAGE_REGISTRATIONS,
    errors=(
        NotFound,
        VersionConflict,
        RegistrationClosed,
        DraftExists,
        InvalidFields,
        AccountBeingErased,
        AccountBeingMerged,
        TooManyAttempts,
    ),
    may_return_201=True,
)
def register_somebody(
    request: Request,
    current_user: CurrentUser,
    body: SaveRegistration,
    query: DraftQuery,
    event_id: str,
    user_id: str,
) -> Response[StaffRegistration]:
    """Save a form for an applicant at the office."""
    service = _with_draft(request, current_user, query)
    saved, new = service.save(event_id, user_id, body.form.to_stored(), body.version)
    return Response(saved, created=new)


@blueprint.endpoint(
    "PATCH",
    REGISTRATION_PATH,
    access=_CAN_MANAGE_REGISTRATIONS,
    errors=(NotFound, VersionConflict, RegistrationClosed, InvalidFields, TooManyAttempts),
)
def correct_registration(
    request: Request,
    current_user: CurrentUser,
    body: CorrectRegistration,
    query: DraftQuery,
    event_id: str,
    user_id: str,
) -> Response[StaffRegistration]:
    """Change some fields of a form for the applicant."""
    service = _with_draft(request, current_user, query)
    return Response(service.correct(event_id, user_id, body.form.explicit_values(), body.version))


@blueprint.endpoint(
    "POST",
    f"{REGISTRATION_PATH}/status",
    access=_CAN_MANAGE_REGISTRATIONS,
    errors=(
        NotFound,
        VersionConflict,
        WrongStatus,
        RegistrationClosed,
        NoPlaceFree,
        InvalidFields,
        TooManyAttempts,
    ),
)
def move_registration(
    request: Request,
    current_user: CurrentUser,
    body: MoveRegistration,
    query: DraftQuery,
    event_id: str,
    user_id: str,
) -> Response[StaffRegistration]:
    """Change the status of a registration."""
    service = _with_draft(request, current_user, query)
    change = body.status, body.version, body.note
    registration = service.change_status(
        event_id, user_id, *change, signed_on_paper=body.paper_signature
    )
    return Response(registration)


@blueprint.endpoint(
    "POST",
    f"{REGISTRATION_PATH}/notes",
    access=_CAN_MANAGE_REGISTRATIONS,
    status=201,
    errors=(TooManyAttempts,),
)
def write_note(
    request: Request,
    current_user: CurrentUser,
    body: AddNote,
    query: DraftQuery,
    event_id: str,
    user_id: str,
) -> Response[Note]:
    """Add a note for staff. With an `id` chosen by the client, it can be sent again safely."""
    service = _with_draft(request, current_user, query)
    return Response(service.note(event_id, user_id, body.text, body.id))


@blueprint.endpoint("GET", f"{REGISTRATION_PATH}/history", access=_CAN_MANAGE_REGISTRATIONS)
def show_history(
    request: Request,
    current_user: CurrentUser,
    query: RegistrationPaging,
    event_id: str,
    user_id: str,
) -> Response[History]:
    """List what happened to a registration since it was submitted, newest first."""
    service = _with_draft(request, current_user, query)
    return Response(service.history(event_id, user_id, query.limit, query.cursor))


def _with_draft(
    request: Request, current_user: Principal, query: DraftQuery | RegistrationPaging
) -> StaffRegistrations:
    """Return the registrations, with access to the draft whose reference the query names."""
    service = staff_registrations(current_user, request.id, request.received_at)
    return service.for_draft(query.reference)
