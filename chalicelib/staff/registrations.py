"""Staff's use cases for an event's registrations: find, read, correct, move, annotate."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.events.places import PlaceService, place_service
from chalicelib.events.service import EventService, event_service
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.platform import log, outbox
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ApiError, NotFound, ServiceUnavailable, VersionConflict
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.identifiers import new_identifier
from chalicelib.platform.items import Write
from chalicelib.platform.languages import Language
from chalicelib.platform.log import LogEvent
from chalicelib.registrations import emails
from chalicelib.registrations.note import SERVICE_ACTOR_ID, Note, move_note_id
from chalicelib.registrations.registration import DraftExists, Registration
from chalicelib.registrations.selection import Selection
from chalicelib.registrations.service import RegistrationService, Result
from chalicelib.registrations.snapshot import Actor, Snapshot
from chalicelib.registrations.store import NoteExists, RegistrationStore
from chalicelib.registrations.waiting_list import waiting_list_service
from chalicelib.registrations.workflow import ActorType, Status
from chalicelib.sessions.cursors import Cursors
from chalicelib.sessions.keys import session_keys
from chalicelib.sessions.session import Principal
from chalicelib.staff.call_list import place_overview
from chalicelib.staff.search import RegistrationSearch, registration_search
from chalicelib.staff.views import (
    DELETED_USER,
    History,
    HistoryEntryView,
    MoveResult,
    NoteView,
    RegistrationPage,
    RegistrationWithNotes,
    failed_move,
    since_submission,
    with_authors,
    with_staff_names,
    without_drafts,
)

# A bulk change stops in time to return the results: a function has ten seconds, of which three for
# authentication. The next change starts if one as slow as the slowest fits.
BULK_MOVE_SECONDS = 5
_SERVICE_NAME = "Breeze Lakes Point"
_NOTE_EXISTS = FieldError("note_exists", "This note was already saved.")


class StaffRegistrations:
    """The use cases of an event's registrations for one staff member."""

    def __init__(
        self,
        store: RegistrationStore,
        search: RegistrationSearch,
        events: EventService,
        places: PlaceService,
        accounts: AccountRepository,
        current_user: Principal,
        request_id: str,
        now: datetime,
    ) -> None:
        """Act for a staff member or another system, at this time."""
        self._store, self._search = store, search
        self._reference: str | None = None
        self._events, self._places = events, places
        self._accounts = accounts
        self._current_user, self._request_id = current_user, request_id
        self._cursors, self._now = Cursors(session_keys(), now), now
        actor = Actor(current_user.account.id, ActorType.STAFF, request_id, now)
        self._service = RegistrationService(store, events, places, accounts, actor)
        self._may_offer = False  # whether a move may have freed a place that someone waits for
        self._started = time.monotonic()

    def for_draft(self, reference: str | None) -> "StaffRegistrations":
        """Allow staff access to the draft with a reference number, which its applicant told."""
        self._reference = None if self._current_user.is_read_only else reference
        return self

    def page(
        self, event_id: str, selection: Selection, limit: int, cursor: str | None
    ) -> RegistrationPage:
        """Return a page of an event's registrations; a page before the last may be short.

        The list omits drafts, except for staff one that is looked up by its reference, which is
        audited, and those that the staff member started, if the status asked for is Draft.

        Raises:
            NotFound: the event does not exist.
            InvalidFields: the cursor belongs to another list.
        """
        scope = self._scope("desk", event_id, selection.scope)
        after = self._cursors.verify(cursor, scope)["place"] if cursor else None
        event = self._events.get(event_id)
        selection = replace(selection, started_by=self._current_user.account.id)
        items, position = self._search.select(event_id, selection, limit, after)
        items = without_drafts(items) if self._current_user.is_read_only else items
        for draft in (item for item in items if item.status is Status.DRAFT):
            if draft.started_by != self._current_user.account.id:
                self._audit_draft_opened(draft)
        items = place_overview().with_offers(event_id, items)
        following = self._cursors.sign({"place": position}, scope) if position else None
        return RegistrationPage(self._with_staff_names(items), following, event.time_zone)

    def export_page(
        self, event_id: str, selection: Selection, limit: int, cursor: str | None
    ) -> RegistrationPage:
        """Return the same for a spreadsheet, which has no drafts.

        Raises:
            NotFound: the event does not exist.
            InvalidFields: the cursor belongs to another list.
            TooManyAttempts: the limit of spreadsheets is reached.
        """
        from chalicelib.sessions.account_limits import SPREADSHEET_PARTS, count  # seldom needed

        count(SPREADSHEET_PARTS, self._current_user.account.id, self._now)
        page = self.page(event_id, selection, limit, cursor)
        return replace(page, items=without_drafts(page.items))

    def get(
        self, event_id: str, user_id: str, limit: int, cursor: str | None
    ) -> RegistrationWithNotes:
        """Return a registration with a page of its notes, newest first; no notes to other systems.

        Raises:
            NotFound: it does not exist.
            InvalidFields: the cursor belongs to another list.
        """
        scope = self._scope("notes", event_id, user_id)
        after = self._cursors.verify(cursor, scope) if cursor else None
        registration = self._find(event_id, user_id).require_registration()
        if registration.status is Status.DRAFT and self._reference and cursor is None:
            self._audit_draft_opened(registration)
        [registration] = self._with_staff_names([registration])
        if self._current_user.is_read_only:
            return RegistrationWithNotes(**vars(registration), notes=[], cursor=None)
        notes, position = self._store.notes_page(event_id, user_id, self._now, limit, after)
        following = self._cursors.sign(position, scope) if position else None
        views = with_authors(notes, self._accounts.usernames)
        return RegistrationWithNotes(**vars(registration), notes=views, cursor=following)

    def history(self, event_id: str, user_id: str, limit: int, cursor: str | None) -> History:
        """Return a registration's history since its submission, newest first.

        Raises:
            NotFound: it does not exist.
            InvalidFields: the cursor belongs to another list.
        """
        scope = self._scope("history", event_id, user_id)
        after = self._cursors.verify(cursor, scope) if cursor else None
        if self._find(event_id, user_id).require_registration().status is Status.DRAFT:
            return History([], None)
        changes, position = self._store.history_page(event_id, user_id, self._now, limit, after)
        changes, is_whole = since_submission(changes)
        position = None if is_whole else position
        names = self._accounts.usernames(change.actor for change in changes)
        names |= {SERVICE_ACTOR_ID: _SERVICE_NAME}
        items = [
            HistoryEntryView(row.at, names.get(row.actor, DELETED_USER), row.action, row.changes)
            for row in changes
        ]
        return History(items, self._cursors.sign(position, scope) if position else None)

    def save(
        self, event_id: str, user_id: str, form: dict[str, Any], version: int | None
    ) -> tuple[Registration, bool]:
        """Save a form for an applicant at the office: see :meth:`RegistrationService.save`.

        Raises:
            NotFound: there is no such event or account, or nothing of the version that was seen.
            VersionConflict: the stored version is another one.
            RegistrationClosed: the retention period after the event is over.
            DraftExists: the applicant has a draft that the staff member can't see.
            InvalidFields: it was submitted, and the change would make it incomplete.
            AccountBeingErased, AccountBeingMerged: the account gets no new registration.
        """

        def attempt(snapshot: Snapshot) -> tuple[Registration, bool]:
            if snapshot.account is None:
                raise NotFound
            if snapshot.registration is not None and not self._can_see(snapshot.registration):
                raise DraftExists
            return self._service.save(snapshot, snapshot.account, form, version)

        saved, new = self._retry(lambda: self._service.read(user_id, event_id), attempt)
        return self._with_staff_names([saved])[0], new

    def correct(
        self, event_id: str, user_id: str, changes: dict[str, Any], version: int
    ) -> Registration:
        """Change fields of a form for the applicant: see :meth:`RegistrationService.correct`.

        Raises:
            NotFound: it does not exist.
            VersionConflict: the stored version is another one.
            RegistrationClosed: the retention period after the event is over.
            InvalidFields: the form would not be valid, or incomplete though it was submitted.
        """
        corrected = self._retry(
            lambda: self._find(event_id, user_id),
            lambda snapshot: self._service.correct(snapshot, changes, version),
        )
        return self._with_staff_names([corrected])[0]

    def change_status(
        self,
        event_id: str,
        user_id: str,
        target: Status,
        version: int,
        text: str | None,
        *,
        signed_on_paper: bool = False,
    ) -> Registration:
        """Change a registration's status, with a note on the reason and a paper signature.

        A change to the current status does nothing except storing the note; so does a repeated
        submission that joined the waiting list. After a change, the service emails the applicant,
        if they can be reached.

        Raises:
            NotFound: it does not exist.
            VersionConflict: the stored version is another one.
            WrongStatus: its status does not permit this change.
            RegistrationClosed: the retention period after the event is over.
            NoPlaceFree: the change needs a place, and all are taken.
            InvalidFields: names everything that prevents a submission.
        """
        registration = self._move(
            event_id, user_id, target, version, text, signed_on_paper=signed_on_paper
        )
        self._expire_and_make_offers(event_id)
        if self._may_offer and registration.status is Status.WAITLISTED:
            # The service has offered the free place to this person in the meantime.
            registration = self._find(event_id, user_id).registration or registration
        return self._with_staff_names([registration])[0]

    def move_many(
        self,
        event_id: str,
        target: Status,
        items: Iterable[tuple[str, int]],
        text: str | None,
        language: Language | None,
    ) -> list[MoveResult]:
        """Change the status of several registrations independently; return the result of each.

        If the database fails, or time runs out, the function skips the rest.

        Args:
            event_id: the event's.
            target: the new status.
            items: the owners of the registrations, and the versions that the client read.
            text: a note for each of them.
            language: the language of errors; None for English.

        Raises:
            NotFound: the event does not exist.
        """
        self._events.get(event_id)
        until, slowest, late, moved = self._started + BULK_MOVE_SECONDS, 0.0, None, []
        for user_id, version in items:
            began = time.monotonic()
            if late is None and began + slowest > until:
                late = ServiceUnavailable(cause="timeout before all registrations were changed")
                log.emit(LogEvent.UNAVAILABLE, requestId=self._request_id, cause=late.cause)
            try:
                if late:
                    raise late
                after = self._move(event_id, user_id, target, version, text)
                moved.append(MoveResult(user_id, after.version, status=after.status))
            except ApiError as error:
                moved.append(failed_move(user_id, error, language or Language.ENGLISH))
                if isinstance(error, ServiceUnavailable) and late is None:
                    late = error
                    log.emit(LogEvent.UNAVAILABLE, requestId=self._request_id, cause=error.cause)
            slowest = max(slowest, time.monotonic() - began)
        self._expire_and_make_offers(event_id)
        return moved

    def note(self, event_id: str, user_id: str, text: str, note_id: str | None) -> NoteView:
        """Add a note. A repeated request with the same identifier adds it once.

        Raises:
            NotFound: the registration does not exist.
            InvalidFields: another note has that identifier.
        """
        author = self._current_user.account
        registration = self._find(event_id, user_id).require_registration()
        note = Note(note_id or new_identifier(), text, author.id, self._now)
        try:
            # A note added after an erasure would never be deleted.
            existing = self._store.require_exists_write(registration)
            audited = self._service.record_writes(user_id, "noted")
            self._store.transact([self._store.note_write(registration, note), existing, *audited])
        except NoteExists:
            read = self._store.note_read(event_id, user_id, note.id, self._now)
            [existing] = self._store.read_items(read)
            if existing is None or (existing.text, existing.author) != (text, author.id):
                raise InvalidFields({"id": _NOTE_EXISTS}) from None
            note = existing
        return NoteView(note.id, note.text, author.username, note.at)

    def _move(
        self,
        event_id: str,
        user_id: str,
        target: Status,
        version: int,
        text: str | None,
        *,
        signed_on_paper: bool = False,
    ) -> Registration:
        """Change a registration's status, and email its applicant."""

        def attempt(snapshot: Snapshot) -> Registration:
            before = snapshot.require_registration()
            notes = self._move_note_writes(before, text, version) if text else []

            def extra_writes(after: Registration) -> list[Write]:
                told = snapshot.account, snapshot.event, after, before.status
                return [*notes, *outbox.email_writes(self._now, emails.status_changed(*told))]

            is_done = before.status is target or before.was_waitlisted_by(target, version)
            if not is_done:
                after = self._service.change_status(
                    snapshot, target, version, extra_writes, signed_on_paper=signed_on_paper
                )
                has_waiting_list = snapshot.counts.has_waiting_list_or_offers
                self._may_offer |= has_waiting_list or after.status is Status.WAITLISTED
                return after
            if notes:
                check = self._store.require_exists_write(before)
                audited = self._service.record_writes(user_id, "noted")
                self._store.transact([*notes, check, *audited])
            return before

        return self._retry(lambda: self._find(event_id, user_id), attempt)

    def _find(self, event_id: str, user_id: str) -> Snapshot:
        """Read a registration that the staff member may see; raise NotFound for any other."""
        snapshot = self._service.read(user_id, event_id)
        if snapshot.registration is not None and not self._can_see(snapshot.registration):
            return replace(snapshot, registration=None)
        return snapshot

    def _can_see(self, registration: Registration) -> bool:
        return registration.is_visible_to_staff(self._current_user.account.id, self._reference)

    def _audit_draft_opened(self, draft: Registration) -> None:
        self._store.transact(self._service.record_writes(draft.user_id, "opened"))

    def _retry(self, read: Callable[[], Snapshot], attempt: Callable[[Snapshot], Result]) -> Result:
        try:
            return self._service.retry_on_conflict(read, attempt)
        except VersionConflict as stale:
            if isinstance(stale.current, Registration):
                [stale.current] = self._with_staff_names([stale.current])
            raise

    def _with_staff_names(self, registrations: Sequence[Registration]) -> list[Registration]:
        return with_staff_names(registrations, self._accounts.usernames)

    def _expire_and_make_offers(self, event_id: str) -> None:
        if self._may_offer:
            waiting_list_service().expire_and_make_offers(event_id, self._now)

    def _move_note_writes(self, registration: Registration, text: str, version: int) -> list[Write]:
        """Return the write of the note of a status change, unless it was stored before."""
        author = self._current_user.account.id
        note = Note(move_note_id(author, version, text), text, author, self._now)
        where = registration.event_id, registration.user_id
        [there] = self._store.read_items(self._store.note_read(*where, note.id, self._now))
        return [] if there else [self._store.note_write(registration, note)]

    def _scope(self, *parts: str) -> str:
        return " ".join((*parts, self._current_user.account.id))


def staff_registrations(principal: Principal, request_id: str, now: datetime) -> StaffRegistrations:
    """Return the registrations of this process's stage, for a caller.

    Args:
        principal: the signed-in user, or another system.
        request_id: the request's identifier.
        now: the current time.
    """
    store, search = RegistrationStore(database()), registration_search(now)
    accounts = account_repository()
    return StaffRegistrations(
        store, search, event_service(), place_service(), accounts, principal, request_id, now
    )
