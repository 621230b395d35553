"""Staff's desk: the events, and the registrations of each, one or many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.events import event as events
from chalicelib.events.calendar import calendar
from chalicelib.identity.account import BeingErased, BeingMerged
from chalicelib.identity.role import Permission
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import InvalidFields, NotFound, VersionConflict
from chalicelib.platform.responses import CsvResponse, Response
from chalicelib.registrations.registration import (
    DraftExists,
    NoPlaceFree,
    RegistrationClosed,
    WrongStatus,
)
from chalicelib.registrations.waiting_list import waiting_list
from chalicelib.sessions import authentication
from chalicelib.staff import spreadsheet
from chalicelib.staff.call_list import place_overview
from chalicelib.staff.desk import desk
from chalicelib.staff.duplicates import duplicates
from chalicelib.staff.summary import event_summary

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import CurrentUser
    from chalicelib.staff.schemas import (
        CallList,
        Correction,
        Duplicates,
        Event,
        EventPage,
        History,
        Move,
        MovedMany,
        Moves,
        NewNote,
        Note,
        OpenDraft,
        Paging,
        PagingOfOne,
        Places,
        PutEvent,
        Save,
        SeekingDuplicates,
        Selecting,
        SelectingForSheet,
        StaffRegistration,
        StaffRegistrationPage,
        StaffRegistrationWithNotes,
        Summary,
        Summing,
    )

blueprint = Blueprint("staff")

_REGISTRATIONS = authentication.permitted(Permission.MANAGE_REGISTRATIONS)
_EVENTS = authentication.permitted(Permission.MANAGE_EVENTS)

ALL = "/admin/events/{event_id}/registrations"
ONE = f"{ALL}/{{user_id}}"


@blueprint.endpoint(
    "PUT",
    "/admin/events/{event_id}",
    access=_EVENTS,
    errors=(NotFound, VersionConflict),
    may_create=True,
)
def put_event(
    request: Request, caller: CurrentUser, body: PutEvent, event_id: str
) -> Response[Event]:
    """Create an event, or change it; a change needs the version that the client read."""
    now = request.received_at
    new = calendar().put(event_id, body.given, body.version, caller, request.id, now)
    waiting_list().settle(event_id, now)
    return Response(events.shown(calendar().get(event_id), now), created=new)


@blueprint.endpoint("GET", "/admin/events", access=_REGISTRATIONS)
def list_all_events(request: Request, caller: CurrentUser, query: Paging) -> Response[EventPage]:  # noqa: ARG001 (staff only)
    """List all events, including hidden ones, latest first."""
    now = request.received_at
    return Response(calendar().listed(now, query.limit, query.cursor, with_hidden=True))


@blueprint.endpoint("GET", "/admin/events/{event_id}", access=_REGISTRATIONS)
def show_any_event(request: Request, caller: CurrentUser, event_id: str) -> Response[Event]:  # noqa: ARG001 (staff only)
    """Return an event, even if it's hidden."""
    return Response(events.shown(calendar().get(event_id), request.received_at))


@blueprint.endpoint("GET", ALL, access=_REGISTRATIONS)
def list_event_registrations(
    request: Request, caller: CurrentUser, query: Selecting, event_id: str
) -> Response[StaffRegistrationPage]:
    """List an event's registrations, filtered and sorted."""
    own = desk(caller, request.id, request.received_at)
    return Response(own.page(event_id, query.selection, query.limit, query.cursor))


@blueprint.endpoint("GET", f"{ALL}.csv", access=_REGISTRATIONS)
def export_event_registrations(
    request: Request, caller: CurrentUser, query: SelectingForSheet, event_id: str
) -> CsvResponse:
    """Download the same list as CSV, in parts: `Link` has the next part."""
    own = desk(caller, request.id, request.received_at)
    page = own.sheet(event_id, query.selection, query.limit, query.cursor)
    following = request.query_with("cursor", page.cursor) if page.cursor else None
    sign, language = query.separator.sign, query.language
    rows = spreadsheet.write(page.items, page.time_zone, separator=sign, language=language)
    return CsvResponse(rows, filename=f"registrations-{event_id}.csv", next_url=following)


@blueprint.endpoint("GET", "/admin/events/{event_id}/summary", access=_REGISTRATIONS)
def summarise_event(request: Request, query: Summing, event_id: str) -> Response[Summary]:
    """Count an event's registrations; `status` filters the jobs, shifts, and ages."""
    return Response(event_summary(event_id, query.status, request.received_at))


@blueprint.endpoint("GET", "/admin/events/{event_id}/places", access=_REGISTRATIONS)
def show_places(event_id: str) -> Response[Places]:
    """Count an event's places: taken, offered, and waited for."""
    return Response(place_overview().counts(event_id))


@blueprint.endpoint("GET", "/admin/events/{event_id}/offers", access=_REGISTRATIONS)
def list_offers(request: Request, event_id: str) -> Response[CallList]:
    """List the offers of places, earliest deadline first, and who must be called."""
    waiting_list().settle(event_id, request.received_at)
    return Response(place_overview().call_list(event_id))


@blueprint.endpoint("GET", "/admin/events/{event_id}/duplicates", access=_REGISTRATIONS)
def list_duplicates(
    request: Request, query: SeekingDuplicates, event_id: str
) -> Response[Duplicates]:
    """List the submitted registrations with the same name and phone number as a person."""
    return Response({"items": duplicates(event_id, query.person, request.received_at)})


@blueprint.endpoint("POST", f"{ALL}/status", access=_REGISTRATIONS)
def move_registrations(
    request: Request, caller: CurrentUser, body: Moves, event_id: str
) -> Response[MovedMany]:
    """Change the status of up to 100 registrations, each independently."""
    own = desk(caller, request.id, request.received_at)
    seen = [(one.user_id, one.version) for one in body.items]
    return Response({"items": own.move_many(event_id, body.status, seen, body.note)})


@blueprint.endpoint("GET", ONE, access=_REGISTRATIONS)
def show_event_registration(
    request: Request, caller: CurrentUser, query: PagingOfOne, event_id: str, user_id: str
) -> Response[StaffRegistrationWithNotes]:
    """Return a registration with its notes, newest first; `limit` and `cursor` page the notes."""
    own = desk(caller, request.id, request.received_at).told(query.reference)
    return Response(own.get(event_id, user_id, query.limit, query.cursor))


@blueprint.endpoint(
    "PUT",
    ONE,
    access=_REGISTRATIONS,
    errors=(
        NotFound,
        VersionConflict,
        RegistrationClosed,
        DraftExists,
        InvalidFields,
        BeingErased,
        BeingMerged,
    ),
    may_create=True,
)
def register_somebody(
    request: Request, caller: CurrentUser, body: Save, query: OpenDraft, event_id: str, user_id: str
) -> Response[StaffRegistration]:
    """Save a form for an applicant at the office."""
    own = desk(caller, request.id, request.received_at).told(query.reference)
    saved, new = own.save(event_id, user_id, body.form.stored(), body.version)
    return Response(saved, created=new)


@blueprint.endpoint(
    "PATCH",
    ONE,
    access=_REGISTRATIONS,
    errors=(NotFound, VersionConflict, RegistrationClosed, InvalidFields),
)
def correct_registration(
    request: Request,
    caller: CurrentUser,
    body: Correction,
    query: OpenDraft,
    event_id: str,
    user_id: str,
) -> Response[StaffRegistration]:
    """Change some fields of a form for the applicant."""
    own = desk(caller, request.id, request.received_at).told(query.reference)
    return Response(own.correct(event_id, user_id, body.form.given(), body.version))


@blueprint.endpoint(
    "POST",
    f"{ONE}/status",
    access=_REGISTRATIONS,
    errors=(
        NotFound,
        VersionConflict,
        WrongStatus,
        RegistrationClosed,
        NoPlaceFree,
        InvalidFields,
    ),
)
def move_registration(
    request: Request, caller: CurrentUser, body: Move, query: OpenDraft, event_id: str, user_id: str
) -> Response[StaffRegistration]:
    """Change the status of a registration."""
    own = desk(caller, request.id, request.received_at).told(query.reference)
    signed = body.paper_signature
    return Response(
        own.move(event_id, user_id, body.status, body.version, body.note, signed_on_paper=signed)
    )


@blueprint.endpoint("POST", f"{ONE}/notes", access=_REGISTRATIONS, status=201)
def write_note(
    request: Request,
    caller: CurrentUser,
    body: NewNote,
    query: OpenDraft,
    event_id: str,
    user_id: str,
) -> Response[Note]:
    """Add a note for staff. With an `id` chosen by the client, it can be sent again safely."""
    own = desk(caller, request.id, request.received_at).told(query.reference)
    return Response(own.note(event_id, user_id, body.text, body.id))


@blueprint.endpoint("GET", f"{ONE}/history", access=_REGISTRATIONS)
def show_history(
    request: Request, caller: CurrentUser, query: PagingOfOne, event_id: str, user_id: str
) -> Response[History]:
    """List what happened to a registration since it was submitted, newest first."""
    own = desk(caller, request.id, request.received_at).told(query.reference)
    return Response(own.history(event_id, user_id, query.limit, query.cursor))
