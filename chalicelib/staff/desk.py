"""What staff do with an event's registrations: find, read, correct, move, and write notes."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.events.calendar import Calendar, calendar
from chalicelib.events.places import Places, places
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.platform import log, mail
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import (
    ApiError,
    InvalidFields,
    NotFound,
    ServiceUnavailable,
    VersionConflict,
)
from chalicelib.platform.identifiers import new_identifier
from chalicelib.platform.items import Write
from chalicelib.platform.log import LogEvent
from chalicelib.platform.mail import Message
from chalicelib.registrations import emails
from chalicelib.registrations.changes import Changes, Decided
from chalicelib.registrations.decision import Actor, Found
from chalicelib.registrations.note import SERVICE, Note, identifier_of_repeated
from chalicelib.registrations.registration import DraftExists, Registration
from chalicelib.registrations.selection import Selection
from chalicelib.registrations.store import NoteThere, RegistrationStore
from chalicelib.registrations.waiting_list import waiting_list
from chalicelib.registrations.workflow import Side, Status
from chalicelib.sessions.cursors import Cursors
from chalicelib.sessions.keys import session_keys
from chalicelib.sessions.session import CurrentUser
from chalicelib.staff.call_list import place_overview
from chalicelib.staff.search import RegistrationSearch, registration_search
from chalicelib.staff.views import (
    GONE,
    History,
    Moved,
    RegistrationPage,
    RegistrationWithNotes,
    ShownChange,
    ShownNote,
    explained,
    since_submission,
    with_authors,
    with_names,
)

# Many moves at once stop while there is time to say how far they came: a function has ten seconds,
# of which the guard may have had three. The next is begun if one as slow as the slowest fits in.
SECONDS_FOR_MANY = 5
# Mail begins so long after that at the latest, and takes two seconds more.
SECONDS_FOR_MAIL = 2
_SERVICE = "Breeze Lakes Point"


class Desk:
    """An event's registrations, as one staff member handles them."""

    def __init__(
        self,
        store: RegistrationStore,
        search: RegistrationSearch,
        events: Calendar,
        places: Places,
        accounts: AccountRepository,
        caller: CurrentUser,
        request: str,
        now: datetime,
    ) -> None:
        """Act for a caller, at a moment."""
        self._store = store
        self._reference: str | None = None
        self._search = search
        self._events = events
        self._places = places
        self._accounts = accounts
        self._caller = caller
        self._request = request
        self._cursors = Cursors(session_keys(), now)
        actor = Actor(caller.account.id, Side.STAFF, request, now)
        self._changes = Changes(store, events, places, accounts, actor)
        self._now = now
        self._is_stirred = False  # whether a move may have freed a place that someone waits for
        self._began = time.monotonic()

    def told(self, reference: str | None) -> "Desk":
        """Open the draft whose reference its applicant has told the staff member, if any."""
        self._reference = reference
        return self

    def page(
        self, event_id: str, selection: Selection, limit: int, cursor: str | None
    ) -> RegistrationPage:
        """Return some of an event's registrations; a page may be short though it is not the last.

        Drafts are not among them, but for one that is looked up by its reference, which is audited,
        and those that the staff member started, if the status asked for is Draft.

        Raises:
            NotFound: there is no such event.
            InvalidFields: the cursor does not belong to this list.
        """
        scope = self._scope("desk", event_id, selection.scope)
        after = self._cursors.verify(cursor, scope)["place"] if cursor else None
        event = self._events.get(event_id)
        selection = replace(selection, started_by=self._caller.account.id)
        found, rest = self._search.selected(event_id, selection, limit, after)
        for draft in (one for one in found if one.status is Status.DRAFT):
            if draft.started_by != self._caller.account.id:
                self._audit_opening(draft)
        found = place_overview().with_offers(event_id, found)
        following = self._cursors.sign({"place": rest}, scope) if rest else None
        return RegistrationPage(self._shown(found), following, event.time_zone)

    def sheet(
        self, event_id: str, selection: Selection, limit: int, cursor: str | None
    ) -> RegistrationPage:
        """Return the same for a spreadsheet, which has no drafts.

        Raises:
            NotFound: there is no such event.
            InvalidFields: the cursor does not belong to this list.
        """
        page = self.page(event_id, selection, limit, cursor)
        return replace(page, items=[one for one in page.items if one.status is not Status.DRAFT])

    def get(
        self, event_id: str, user_id: str, limit: int, cursor: str | None
    ) -> RegistrationWithNotes:
        """Return one with some of its notes, newest first.

        Raises:
            NotFound: there is none.
            InvalidFields: the cursor does not belong to these notes.
        """
        scope = self._scope("notes", event_id, user_id)
        after = self._cursors.verify(cursor, scope) if cursor else None
        registration = self._find(event_id, user_id).there
        if registration.status is Status.DRAFT and self._reference and cursor is None:
            self._audit_opening(registration)
        notes, rest = self._store.notes(event_id, user_id, self._now, limit, after)
        following = self._cursors.sign(rest, scope) if rest else None
        shown = with_authors(notes, self._accounts.usernames)
        [registration] = self._shown([registration])
        return RegistrationWithNotes(**vars(registration), notes=shown, cursor=following)

    def history(self, event_id: str, user_id: str, limit: int, cursor: str | None) -> History:
        """Return what became of one since its applicant submitted it, newest first.

        Raises:
            NotFound: there is none.
            InvalidFields: the cursor does not belong to this history.
        """
        scope = self._scope("history", event_id, user_id)
        after = self._cursors.verify(cursor, scope) if cursor else None
        if self._find(event_id, user_id).there.status is Status.DRAFT:
            return History([], None)
        found, rest = self._store.history(event_id, user_id, self._now, limit, after)
        found, is_whole = since_submission(found)
        rest = None if is_whole else rest
        names = self._accounts.usernames(change.actor for change in found) | {SERVICE: _SERVICE}
        items = [
            ShownChange(one.at, names.get(one.actor, GONE), one.action, one.changes)
            for one in found
        ]
        return History(items, self._cursors.sign(rest, scope) if rest else None)

    def save(
        self, event_id: str, user_id: str, form: dict[str, Any], seen: int | None
    ) -> tuple[Registration, bool]:
        """Save a form for somebody who stands at the desk: see :meth:`Changes.save`.

        Raises:
            NotFound: there is no such event or account, or nothing of the version that was seen.
            VersionConflict: there is one, of another version.
            RegistrationClosed: the event is so long over that nothing of it is kept any more.
            DraftExists: the applicant has a draft that the staff member can't see.
            InvalidFields: it was submitted, and would become incomplete.
            BeingErased, BeingMerged: it would be the first of such an account.
        """

        def attempt(found: Found) -> tuple[Registration, bool]:
            if found.owner is None:
                raise NotFound
            if found.registration is not None and not self._sees(found.registration):
                raise DraftExists
            return self._changes.save(found, found.owner, form, seen)

        saved, new = self._decide(lambda: self._changes.find(user_id, event_id), attempt)
        return self._shown([saved])[0], new

    def correct(
        self, event_id: str, user_id: str, changes: dict[str, Any], seen: int
    ) -> Registration:
        """Change some fields of a form on the applicant's behalf: see :meth:`Changes.correct`.

        Raises:
            NotFound: there is none.
            VersionConflict: it was changed meanwhile.
            RegistrationClosed: the event is so long over that nothing of it is kept any more.
            InvalidFields: the form would not be valid, or incomplete though it was submitted.
        """
        corrected = self._decide(
            lambda: self._find(event_id, user_id),
            lambda found: self._changes.correct(found, changes, seen),
        )
        return self._shown([corrected])[0]

    def move(
        self,
        event_id: str,
        user_id: str,
        target: Status,
        seen: int,
        text: str | None,
        *,
        signed_on_paper: bool = False,
    ) -> Registration:
        """Move one along the workflow, with a note on why; record a signature on paper with it.

        Moving it where it is does nothing, but for a note, which is kept; so does submitting again
        what that same submission put on the waiting list. Where it is moved, the applicant is told
        by mail, if it can reach them.

        Raises:
            NotFound: there is none.
            VersionConflict: it was changed meanwhile.
            WrongStatus: from where it is, this does not follow.
            RegistrationClosed: the event is so long over that nothing of it is kept any more.
            NoPlaceFree: it would take a place again, and none is free.
            InvalidFields: naming all that keeps it from being submitted.
        """
        registration, message = self._move(
            event_id, user_id, target, seen, text, signed_on_paper=signed_on_paper
        )
        if message:
            mail.send(message)
        self._settle_if_stirred(event_id)
        if self._is_stirred and registration.status is Status.WAITLISTED:
            # A spot that was free is offered to this person by now.
            registration = self._find(event_id, user_id).registration or registration
        return self._shown([registration])[0]

    def move_many(
        self, event_id: str, target: Status, seen: Iterable[tuple[str, int]], text: str | None
    ) -> list[Moved]:
        """Move many, each for itself; say what came of each.

        Where the database is away, or time runs out, the rest is not tried. Applicants are told by
        mail when all is done, as far as there is time.

        Args:
            event_id: the event's.
            target: where to.
            seen: whose registrations, and the versions that were read.
            text: a note for each of them.

        Raises:
            NotFound: there is no such event.
        """
        self._events.get(event_id)
        until, slowest, late, moved = self._began + SECONDS_FOR_MANY, 0.0, None, []
        owed: list[Message] = []
        for user_id, version in seen:
            began = time.monotonic()
            if late is None and began + slowest > until:
                late = ServiceUnavailable(cause="timeout before all registrations were changed")
                log.emit(LogEvent.UNAVAILABLE, requestId=self._request, cause=late.cause)
            try:
                if late:
                    raise late
                after, message = self._move(event_id, user_id, target, version, text)
                moved.append(Moved(user_id, version=after.version, status=after.status))
                owed += [message] if message else []
            except ApiError as error:
                moved.append(Moved(user_id, error=explained(error), code=error.code))
                if isinstance(error, ServiceUnavailable) and late is None:
                    late = error
                    log.emit(LogEvent.UNAVAILABLE, requestId=self._request, cause=error.cause)
            slowest = max(slowest, time.monotonic() - began)
        mail.send_all(owed, until + SECONDS_FOR_MAIL - time.monotonic())
        self._settle_if_stirred(event_id)
        return moved

    def note(self, event_id: str, user_id: str, text: str, note_id: str | None) -> ShownNote:
        """Write a note down. Asking again with the same identifier adds none.

        Raises:
            NotFound: there is no such registration.
            InvalidFields: another note has that identifier.
        """
        author = self._caller.account
        registration = self._find(event_id, user_id).there
        note = Note(note_id or new_identifier(), text, author.id, self._now)
        try:
            # A note that came after an erasure would stay behind.
            there = self._store.still_there(registration)
            audited = self._changes.audited(user_id, "noted")
            self._store.write([self._store.noting(registration, note), there, *audited])
        except NoteThere:
            reading = self._store.reading_note(event_id, user_id, note.id, self._now)
            [there] = self._store.read(reading)
            if there is None or (there.text, there.author) != (text, author.id):
                raise InvalidFields({"id": "This note was already saved."}) from None
            note = there
        return ShownNote(note.id, note.text, author.username, note.at)

    def _move(
        self,
        event_id: str,
        user_id: str,
        target: Status,
        seen: int,
        text: str | None,
        *,
        signed_on_paper: bool = False,
    ) -> tuple[Registration, Message | None]:
        """Move one; return it with the letter that its applicant is owed, if any."""

        def attempt(found: Found) -> tuple[Registration, Message | None]:
            notes = self._noting(found.there, text, seen) if text else []
            is_done = found.there.status is target or found.there.was_waitlisted_by(target, seen)
            if not is_done:
                after = self._changes.move(
                    found, target, seen, *notes, signed_on_paper=signed_on_paper
                )
                self._is_stirred |= found.places.is_in_demand or after.status is Status.WAITLISTED
                return after, emails.moved(found.owner, found.event, after, found.there.status)
            if notes:
                there = self._store.still_there(found.there)
                self._store.write([*notes, there, *self._changes.audited(user_id, "noted")])
            return found.there, None

        return self._decide(lambda: self._find(event_id, user_id), attempt)

    def _find(self, event_id: str, user_id: str) -> Found:
        """Read one that the staff member may see; another one is as if it were not there."""
        found = self._changes.find(user_id, event_id)
        if found.registration is not None and not self._sees(found.registration):
            return replace(found, registration=None)
        return found

    def _sees(self, registration: Registration) -> bool:
        return registration.is_open_to_staff(self._caller.account.id, self._reference)

    def _audit_opening(self, draft: Registration) -> None:
        self._store.write(self._changes.audited(draft.user_id, "opened"))

    def _decide(self, read: Callable[[], Found], attempt: Callable[[Found], Decided]) -> Decided:
        try:
            return self._changes.decide(read, attempt)
        except VersionConflict as stale:
            if isinstance(stale.current, Registration):
                [stale.current] = self._shown([stale.current])
            raise

    def _shown(self, registrations: Sequence[Registration]) -> list[Registration]:
        return with_names(registrations, self._accounts.usernames)

    def _settle_if_stirred(self, event_id: str) -> None:
        if self._is_stirred:
            waiting_list().settle(event_id, self._now)

    def _noting(self, registration: Registration, text: str, seen: int) -> list[Write]:
        """Return the write of a note that comes with a move, unless that was made before."""
        author = self._caller.account.id
        note = Note(identifier_of_repeated(author, seen, text), text, author, self._now)
        where = registration.event_id, registration.user_id
        [there] = self._store.read(self._store.reading_note(*where, note.id, self._now))
        return [] if there else [self._store.noting(registration, note)]

    def _scope(self, *parts: str) -> str:
        return " ".join((*parts, self._caller.account.id))


def desk(caller: CurrentUser, request: str, now: datetime) -> Desk:
    """Return the desk of this process's stage, for a staff member.

    Args:
        caller: who asks.
        request: the request's identifier.
        now: when.
    """
    store, search = RegistrationStore(database()), registration_search(now)
    return Desk(store, search, calendar(), places(), account_repository(), caller, request, now)
