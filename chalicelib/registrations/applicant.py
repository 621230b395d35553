"""What an applicant does with their own registrations: save, submit, withdraw, delete.

Each change is decided on what was read and written under the condition that it is still so. Whoever
loses a race reads again and decides anew, a few times.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar

from chalicelib.events.calendar import Calendar, PlacesChanged, calendar
from chalicelib.events.event import Event
from chalicelib.platform.dynamodb import Write, database
from chalicelib.platform.errors import InvalidFields, NotFound, StaleVersion, Unavailable
from chalicelib.registrations import workflow
from chalicelib.registrations.registration import (
    Registration,
    RegistrationClosed,
    WrongStatus,
    new_reference,
)
from chalicelib.registrations.store import RegistrationChanged, RegistrationStore
from chalicelib.registrations.workflow import Side, Status
from chalicelib.sessions.cursors import Cursors
from chalicelib.sessions.keys import session_keys
from chalicelib.sessions.session import Caller

Decided = TypeVar("Decided")

# A lost race is decided anew so many times before the applicant is asked to come back.
RACES = 5
KEPT_AFTER_EVENT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class RegistrationPage:
    """Some registrations, and the cursor to the next ones."""

    items: list[Registration]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class _Found:
    """What a decision rests on."""

    event: Event
    registration: Registration | None
    has_place: bool


class ApplicantRegistrations:
    """One applicant's registrations."""

    def __init__(
        self,
        store: RegistrationStore,
        events: Calendar,
        cursors: Cursors,
        caller: Caller,
        now: datetime,
    ) -> None:
        """Act for a caller, at a moment."""
        self._store = store
        self._events = events
        self._cursors = cursors
        self._caller = caller
        self._now = now

    def page(self, limit: int, cursor: str | None) -> RegistrationPage:
        """Return some of them, those of the newest event first.

        Raises:
            InvalidFields: the cursor does not belong to this list.
        """
        scope = f"registrations {self._caller.account.id}"
        after = self._cursors.open(cursor, scope) if cursor else None
        found = self._store.of(self._caller.account.id)
        kept = [one for one in found if one.expires_at > self._now]
        kept.sort(key=_place, reverse=True)
        rest = [one for one in kept if after is None or _place(one) < (after["on"], after["id"])]
        items, more = rest[:limit], len(rest) > limit
        on, event_id = _place(items[-1]) if items else ("", "")
        following = self._cursors.seal({"on": on, "id": event_id}, scope) if more else None
        return RegistrationPage(items, following)

    def get(self, event_id: str) -> Registration:
        """Return the one for an event.

        Raises:
            NotFound: there is none.
        """
        return _there(self._find(event_id))

    def save(
        self, event_id: str, form: dict[str, object], seen: int | None
    ) -> tuple[Registration, bool]:
        """Save a form whole, as a draft or in place of what there was.

        Saving what is stored already does nothing, whatever version was seen.

        Args:
            event_id: for which event.
            form: valid as a draft, under the names on the wire.
            seen: the version that the applicant has read; None for a first one.

        Returns:
            The registration, and whether it is new.

        Raises:
            NotFound: there is no such event, or nothing of the version that was seen.
            StaleVersion: it was changed meanwhile.
            WrongStatus: it has come too far to be edited.
            RegistrationClosed: the window is not open.
            InvalidFields: it was submitted, and would become incomplete.
        """
        account = self._caller.account
        form = {**({"email": account.email} if account.email else {}), **form}

        def attempt(found: _Found) -> tuple[Registration, bool]:
            before = found.registration
            if before is not None and before.form == form:
                return before, False
            _hold_to_version(before, seen)
            if before is not None and before.status not in workflow.EDITABLE:
                raise WrongStatus
            if not found.event.is_open_at(self._now):
                raise RegistrationClosed
            after = self._saved(found.event, before, form)
            if after.status in workflow.COMPLETE:
                _refuse_incomplete(after, found.event)
            self._put(after, before, "saved")
            return after, before is None

        return self._decide(event_id, attempt)

    def submit(self, event_id: str, seen: int | None) -> Registration:
        """Submit: it takes a place, or is put on the waiting list where there is none.

        Submitting again what is submitted does nothing.

        Raises:
            NotFound: there is none.
            StaleVersion: it was changed meanwhile.
            WrongStatus: it has come too far.
            RegistrationClosed: the window is not open.
            InvalidFields: naming all that is missing or in the way.
        """

        def attempt(found: _Found) -> Registration:
            before = _there(found)
            if before.status in {Status.SUBMITTED, Status.WAITLISTED}:
                return before
            _hold_to_version(before, seen or before.version)
            self._hold_to_workflow(found.event, before, Status.SUBMITTED)
            _refuse_incomplete(before, found.event)
            status = Status.SUBMITTED if found.has_place else Status.WAITLISTED
            after = replace(
                self._changed(before),
                status=status,
                submitted_at=self._now,
                acknowledged_at=self._now,
            )
            taking = self._events.taking_place if found.has_place else self._events.finding_none
            self._put(after, before, "submitted", taking(event_id))
            return after

        return self._decide(event_id, attempt)

    def withdraw(self, event_id: str, seen: int | None) -> Registration:
        """Withdraw, and give a place back that was taken. Withdrawing again does nothing.

        Raises:
            NotFound: there is none.
            StaleVersion: it was changed meanwhile.
            WrongStatus: it cannot be withdrawn from where it is.
        """

        def attempt(found: _Found) -> Registration:
            before = _there(found)
            if before.status is Status.WITHDRAWN:
                return before
            _hold_to_version(before, seen or before.version)
            self._hold_to_workflow(found.event, before, Status.WITHDRAWN)
            after = replace(self._changed(before), status=Status.WITHDRAWN)
            frees = before.status in workflow.TAKING
            freed = [self._events.freeing_place(event_id)] if frees else []
            self._put(after, before, "withdrawn", *freed)
            return after

        return self._decide(event_id, attempt)

    def delete(self, event_id: str, seen: int | None) -> None:
        """Delete a draft.

        Raises:
            NotFound: there is none.
            StaleVersion: it was changed meanwhile.
            WrongStatus: it is no draft any more.
        """

        def attempt(found: _Found) -> None:
            before = _there(found)
            _hold_to_version(before, seen or before.version)
            if before.status is not Status.DRAFT:
                raise WrongStatus
            self._store.delete(before, actor=self._caller.account.id, now=self._now)

        self._decide(event_id, attempt)

    def _decide(self, event_id: str, attempt: Callable[[_Found], Decided]) -> Decided:
        """Read, decide and write; where somebody else was faster, read and decide again."""
        for _ in range(RACES):
            with contextlib.suppress(RegistrationChanged, PlacesChanged):
                return attempt(self._find(event_id))
        raise Unavailable(cause=f"lost {RACES} races for a registration")

    def _find(self, event_id: str) -> _Found:
        event, registration, has_place = self._store.read(
            self._events.reading(event_id),
            self._store.reading(self._caller.account.id, event_id),
            self._events.reading_places(event_id),
        )
        if event is None:
            raise NotFound
        if registration is not None and registration.expires_at <= self._now:
            registration = None
        return _Found(event, registration, bool(has_place))

    def _saved(
        self, event: Event, before: Registration | None, form: dict[str, object]
    ) -> Registration:
        if before is not None:
            return replace(self._changed(before), form=form, event_starts_on=event.starts_on)
        over = datetime.combine(event.ends_on, time(), UTC)
        return Registration(
            user_id=self._caller.account.id,
            event_id=event.id,
            event_starts_on=event.starts_on,
            reference=new_reference(),
            status=Status.DRAFT,
            version=1,
            form=form,
            created_at=self._now,
            updated_at=self._now,
            submitted_at=None,
            acknowledged_at=None,
            expires_at=over + KEPT_AFTER_EVENT,
        )

    def _changed(self, before: Registration) -> Registration:
        return replace(before, version=before.version + 1, updated_at=self._now)

    def _hold_to_workflow(self, event: Event, before: Registration, target: Status) -> None:
        move = workflow.move(before.status, target, Side.APPLICANT)
        if move is None:
            raise WrongStatus
        if move.in_window and not event.is_open_at(self._now):
            raise RegistrationClosed

    def _put(
        self, after: Registration, before: Registration | None, action: str, *also: Write
    ) -> None:
        actor = self._caller.account.id
        self._store.put(after, before, actor=actor, action=action, also=also)


def applicant_registrations(caller: Caller, now: datetime) -> ApplicantRegistrations:
    """Return a caller's registrations on this process's stage."""
    store = RegistrationStore(database())
    cursors = Cursors(session_keys(), now)
    return ApplicantRegistrations(store, calendar(), cursors, caller, now)


def _place(registration: Registration) -> tuple[str, str]:
    return registration.event_starts_on.isoformat(), registration.event_id


def _there(found: _Found) -> Registration:
    if found.registration is None:
        raise NotFound
    return found.registration


def _hold_to_version(registration: Registration | None, seen: int | None) -> None:
    """Refuse a change of anything but what was seen."""
    if registration is None and seen is not None:
        raise NotFound
    if registration is not None and registration.version != seen:
        raise StaleVersion(registration)


def _refuse_incomplete(registration: Registration, event: Event) -> None:
    # pydantic comes with the form; nothing else here needs it.
    from chalicelib.registrations.form import problems_to_submit

    if problems := problems_to_submit(registration.form, event.minimum_age):
        raise InvalidFields(problems)
