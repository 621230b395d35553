"""Staff's desk: the events, and the registrations of each, one or many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.events import event as events
from chalicelib.events.calendar import calendar
from chalicelib.identity.account import BeingErased, BeingMerged
from chalicelib.identity.role import Permission
from chalicelib.platform.actions import Room
from chalicelib.platform.answers import Answer, Sheet
from chalicelib.platform.errors import InvalidFields, NotFound, StaleVersion
from chalicelib.registrations.registration import (
    DraftExists,
    NoPlaceFree,
    RegistrationClosed,
    WrongStatus,
)
from chalicelib.registrations.waiting_list import waiting_list
from chalicelib.sessions import guard
from chalicelib.staff import spreadsheet
from chalicelib.staff.call_list import place_overview
from chalicelib.staff.desk import desk
from chalicelib.staff.duplicates import duplicates

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import Caller
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

room = Room("staff")

_REGISTRATIONS = guard.permitted(Permission.MANAGE_REGISTRATIONS)
_EVENTS = guard.permitted(Permission.MANAGE_EVENTS)

ALL = "/admin/events/{event_id}/registrations"
ONE = f"{ALL}/{{user_id}}"


@room.action(
    "PUT",
    "/admin/events/{event_id}",
    who=_EVENTS,
    refusals=(NotFound, StaleVersion),
    creates=True,
)
def put_event(request: Request, caller: Caller, body: PutEvent, event_id: str) -> Answer[Event]:
    """Create an event, or change it; a change needs the version that the client read."""
    now = request.received_at
    new = calendar().put(event_id, body.given, body.version, caller, request.identifier, now)
    waiting_list().settle(event_id, now)
    return Answer(events.shown(calendar().get(event_id), now), new=new)


@room.action("GET", "/admin/events", who=_REGISTRATIONS)
def list_all_events(request: Request, caller: Caller, query: Paging) -> Answer[EventPage]:  # noqa: ARG001 (staff only)
    """List all events, including hidden ones, latest first."""
    now = request.received_at
    return Answer(calendar().listed(now, query.limit, query.cursor, with_hidden=True))


@room.action("GET", "/admin/events/{event_id}", who=_REGISTRATIONS)
def show_any_event(request: Request, caller: Caller, event_id: str) -> Answer[Event]:  # noqa: ARG001 (staff only)
    """Return an event, even if it's hidden."""
    return Answer(events.shown(calendar().get(event_id), request.received_at))


@room.action("GET", ALL, who=_REGISTRATIONS)
def list_event_registrations(
    request: Request, caller: Caller, query: Selecting, event_id: str
) -> Answer[StaffRegistrationPage]:
    """List an event's registrations, filtered and sorted."""
    own = desk(caller, request.identifier, request.received_at)
    return Answer(own.page(event_id, query.selection, query.limit, query.cursor))


@room.action("GET", f"{ALL}.csv", who=_REGISTRATIONS)
def export_event_registrations(
    request: Request, caller: Caller, query: SelectingForSheet, event_id: str
) -> Sheet:
    """Download the same list as CSV, in parts: `Link` has the next part."""
    own = desk(caller, request.identifier, request.received_at)
    page = own.sheet(event_id, query.selection, query.limit, query.cursor)
    following = request.query_with("cursor", page.cursor) if page.cursor else None
    sign, language = query.separator.sign, query.language
    rows = spreadsheet.write(page.items, page.time_zone, separator=sign, language=language)
    return Sheet(rows, name=f"registrations-{event_id}.csv", following=following)


@room.action("GET", "/admin/events/{event_id}/summary", who=_REGISTRATIONS)
def summarise_event(
    request: Request, caller: Caller, query: Summing, event_id: str
) -> Answer[Summary]:
    """Count an event's registrations; `status` filters the jobs, shifts, and ages."""
    own = desk(caller, request.identifier, request.received_at)
    return Answer(own.summary(event_id, query.status))


@room.action("GET", "/admin/events/{event_id}/places", who=_REGISTRATIONS)
def show_places(event_id: str) -> Answer[Places]:
    """Count an event's places: taken, offered, and waited for."""
    return Answer(place_overview().counts(event_id))


@room.action("GET", "/admin/events/{event_id}/offers", who=_REGISTRATIONS)
def list_offers(request: Request, event_id: str) -> Answer[CallList]:
    """List the offers of places, earliest deadline first, and who must be called."""
    waiting_list().settle(event_id, request.received_at)
    return Answer(place_overview().call_list(event_id))


@room.action("GET", "/admin/events/{event_id}/duplicates", who=_REGISTRATIONS)
def list_duplicates(
    request: Request, query: SeekingDuplicates, event_id: str
) -> Answer[Duplicates]:
    """List the submitted registrations with the same name and phone number as a person."""
    return Answer({"items": duplicates(event_id, query.person, request.received_at)})


@room.action("POST", f"{ALL}/status", who=_REGISTRATIONS)
def move_registrations(
    request: Request, caller: Caller, body: Moves, event_id: str
) -> Answer[MovedMany]:
    """Change the status of up to 100 registrations, each independently."""
    own = desk(caller, request.identifier, request.received_at)
    seen = [(one.user_id, one.version) for one in body.items]
    return Answer({"items": own.move_many(event_id, body.status, seen, body.note)})


@room.action("GET", ONE, who=_REGISTRATIONS)
def show_event_registration(
    request: Request, caller: Caller, query: PagingOfOne, event_id: str, user_id: str
) -> Answer[StaffRegistrationWithNotes]:
    """Return a registration with its notes, newest first; `limit` and `cursor` page the notes."""
    own = desk(caller, request.identifier, request.received_at).told(query.reference)
    return Answer(own.get(event_id, user_id, query.limit, query.cursor))


@room.action(
    "PUT",
    ONE,
    who=_REGISTRATIONS,
    refusals=(
        NotFound,
        StaleVersion,
        RegistrationClosed,
        DraftExists,
        InvalidFields,
        BeingErased,
        BeingMerged,
    ),
    creates=True,
)
def register_somebody(
    request: Request, caller: Caller, body: Save, query: OpenDraft, event_id: str, user_id: str
) -> Answer[StaffRegistration]:
    """Save a form for an applicant at the office."""
    own = desk(caller, request.identifier, request.received_at).told(query.reference)
    saved, new = own.save(event_id, user_id, body.form.stored(), body.version)
    return Answer(saved, new=new)


@room.action(
    "PATCH",
    ONE,
    who=_REGISTRATIONS,
    refusals=(NotFound, StaleVersion, RegistrationClosed, InvalidFields),
)
def correct_registration(
    request: Request,
    caller: Caller,
    body: Correction,
    query: OpenDraft,
    event_id: str,
    user_id: str,
) -> Answer[StaffRegistration]:
    """Change some fields of a form for the applicant."""
    own = desk(caller, request.identifier, request.received_at).told(query.reference)
    return Answer(own.correct(event_id, user_id, body.form.given(), body.version))


@room.action(
    "POST",
    f"{ONE}/status",
    who=_REGISTRATIONS,
    refusals=(
        NotFound,
        StaleVersion,
        WrongStatus,
        RegistrationClosed,
        NoPlaceFree,
        InvalidFields,
    ),
)
def move_registration(
    request: Request, caller: Caller, body: Move, query: OpenDraft, event_id: str, user_id: str
) -> Answer[StaffRegistration]:
    """Change the status of a registration."""
    own = desk(caller, request.identifier, request.received_at).told(query.reference)
    signed = body.paper_signature
    return Answer(
        own.move(event_id, user_id, body.status, body.version, body.note, signed_on_paper=signed)
    )


@room.action("POST", f"{ONE}/notes", who=_REGISTRATIONS, status=201)
def write_note(
    request: Request, caller: Caller, body: NewNote, query: OpenDraft, event_id: str, user_id: str
) -> Answer[Note]:
    """Add a note for staff. With an `id` chosen by the client, it can be sent again safely."""
    own = desk(caller, request.identifier, request.received_at).told(query.reference)
    return Answer(own.note(event_id, user_id, body.text, body.id))


@room.action("GET", f"{ONE}/history", who=_REGISTRATIONS)
def show_history(
    request: Request, caller: Caller, query: PagingOfOne, event_id: str, user_id: str
) -> Answer[History]:
    """List what happened to a registration since it was submitted, newest first."""
    own = desk(caller, request.identifier, request.received_at).told(query.reference)
    return Answer(own.history(event_id, user_id, query.limit, query.cursor))
