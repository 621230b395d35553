"""How a registration changes, whoever changes it: saved, moved along the workflow, deleted.

Each change is decided on what was read and written under the condition that it is still so. Whoever
loses a race reads again and decides anew, a few times.
"""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar

from chalicelib.events.calendar import Calendar
from chalicelib.events.event import Event
from chalicelib.events.place import Standing
from chalicelib.events.places import Places, PlacesChanged
from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import AccountRepository
from chalicelib.platform import audit, settings
from chalicelib.platform.errors import InvalidFields, NotFound, ServiceUnavailable
from chalicelib.platform.items import Write
from chalicelib.registrations import completeness, signatures, workflow
from chalicelib.registrations.decision import Actor, Found, hold_to_version
from chalicelib.registrations.registration import (
    KEPT_FROM_STAFF,
    NoPlaceFree,
    OfferExpired,
    Registration,
    RegistrationClosed,
    WrongStatus,
    new_reference,
)
from chalicelib.registrations.store import RegistrationChanged, RegistrationStore
from chalicelib.registrations.workflow import Side, Status

Decided = TypeVar("Decided")

_HOLDS_PLACE = {Standing.TAKEN, Standing.OFFERED}
# After so many lost races the caller is asked to come back.
RACES = 5


class Changes:
    """The changes that one actor makes."""

    def __init__(
        self,
        store: RegistrationStore,
        events: Calendar,
        places: Places,
        accounts: AccountRepository,
        actor: Actor,
    ) -> None:
        """Use a store, a calendar with its places, and a directory, for an actor."""
        self._store = store
        self._events = events
        self._places = places
        self._accounts = accounts
        self._actor = actor

    def find(self, user_id: str, event_id: str, owner: Account | None = None) -> Found:
        """Read what a decision rests on, in one round trip.

        Args:
            user_id: whose registration.
            event_id: the event's.
            owner: their account, if this request has read it already.

        Raises:
            NotFound: there is no such event.
        """
        event, registration, counts, offer, *account = self._store.read(
            self._events.reading(event_id),
            self._store.reading(user_id, event_id),
            self._places.reading(event_id),
            self._places.reading_offer(event_id, user_id),
            *([] if owner else [self._accounts.account_read(user_id)]),
        )
        owner = owner or account[0]
        if event is None:
            raise NotFound
        if registration is not None and registration.expires_at <= self._actor.at:
            registration = None
        if registration is not None:
            named = registration.with_username(owner.username if owner else None)
            registration = named.with_offer(offer)
        return Found(event, registration, counts, offer, owner)

    def decide(self, read: Callable[[], Found], attempt: Callable[[Found], Decided]) -> Decided:
        """Read, decide and write; where somebody else was faster, read and decide again.

        Raises:
            ServiceUnavailable: somebody else was faster each time.
        """
        for _ in range(RACES):
            with contextlib.suppress(RegistrationChanged, PlacesChanged):
                return attempt(read())
        raise ServiceUnavailable(cause=f"{RACES} concurrent changes to a registration")

    def save(
        self, found: Found, owner: Account, form: dict[str, Any], seen: int | None
    ) -> tuple[Registration, bool]:
        """Save a form whole, as a draft or in place of what there was.

        Saving what is stored already does nothing, whatever version was seen. What staff are not
        shown stays as it is, unless they write it: then it is a change, whatever was stored, so
        that no answer tells whether they guessed it.

        Args:
            found: what there is.
            owner: whose it is.
            form: valid as a draft, under the names on the wire. What staff are not shown may be
                missing in theirs.
            seen: the version that was read; None for a first one.

        Returns:
            The registration, and whether it is new.

        Raises:
            NotFound: there is nothing of the version that was seen.
            VersionConflict: it was changed meanwhile.
            WrongStatus: it has come too far for its applicant to edit it.
            FieldsLocked: the applicant may only change how to reach them, and changes more.
            RegistrationClosed: the window is not open for its applicant; or the event is so long
                over that nothing of it is kept any more.
            InvalidFields: it was submitted, and would become incomplete.
            BeingErased: it would be the first of an account that is being erased.
            BeingMerged: it would be the first of an account that is being merged.
        """
        before, applicant = found.registration, self._actor.side is Side.APPLICANT
        unseen = self._unseen(form)
        if self._actor.side is Side.STAFF:
            form = signatures.without_staffs(before, form)
            form = (before.kept_from_staff if before else {}) | form
        if before is not None and before.form == form and not unseen:
            return before, False
        hold_to_version(before, seen)
        if applicant and before is None and found.event.hidden:
            raise NotFound
        contact_only = applicant and completeness.edits_contact_only(
            before, found.event, form, self._actor.at
        )
        if before is None:
            after = self._first(found.event, owner, form)
        else:
            starts = found.event.starts_on
            after = replace(self._next(before, found.event), form=form, event_starts_on=starts)
        if applicant and not contact_only:
            after = signatures.signed_by_applicant(after, self._actor.at)
        if after.status in workflow.COMPLETE:
            side = self._actor.side
            completeness.require_still(after, found.event, side, contact_only=contact_only)
        # What is there already is deleted by an erasure, whose deletion loses no race to a change.
        lasting = [] if before else [self._accounts.require_not_erased_write(owner.id)]
        self._put(after, before, "saved", *lasting, named=unseen)
        return after, before is None

    def move(
        self,
        found: Found,
        target: Status,
        seen: int,
        *extra_writes: Write,
        signed_on_paper: bool = False,
    ) -> Registration:
        """Move a registration along the workflow, with the place that it takes or gives back.

        Args:
            found: what there is.
            target: where to. Whoever submits and finds no place free is put on the waiting list.
            seen: the version that was read.
            extra_writes: further writes of the same transaction.
            signed_on_paper: whether staff record that the applicant has signed on paper.

        Raises:
            NotFound: there is none.
            VersionConflict: it was changed meanwhile.
            WrongStatus: from where it is, this does not follow.
            RegistrationClosed: the window is not open for its applicant; or the event is so long
                over that nothing of it is kept any more.
            InvalidFields: naming all that keeps it from being submitted, such as a missing
                signature; or a paper signature comes with another change than a submission.
            NoPlaceFree: it would take a place again, and none is free.
        """
        before = found.there
        hold_to_version(before, seen)
        move = workflow.move(before.status, target, self._actor.side)
        if move is None:
            raise WrongStatus
        applicant = self._actor.side is Side.APPLICANT
        if applicant and move.in_window and not found.event.is_open_at(self._actor.at):
            raise RegistrationClosed
        after = replace(self._next(before, found.event), status=target, offer=None)
        # As long as places are offered, a free one belongs to those who wait for it; staff may give
        # it to someone else on the waiting list.
        in_turn = False
        action = "withdrawn" if target is Status.WITHDRAWN else "moved"
        if before.status not in workflow.COMPLETE:
            action = "submitted"
            after = self._submitted(after, found.event, signed_on_paper=signed_on_paper)
            in_turn = found.event.offer_deadline(self._actor.at) is not None
            if not found.places.has_free or (in_turn and found.places.is_waited_for):
                after = replace(after, status=Status.WAITLISTED)
        elif signed_on_paper:
            raise InvalidFields({"paperSignature": signatures.ONLY_WITH_SUBMISSION})
        after = self._in_line(after)
        takes_place = after.standing is Standing.TAKEN and before.standing not in _HOLDS_PLACE
        if takes_place and not found.places.has_free:
            raise NoPlaceFree
        if_full = action == "submitted"
        writes = self._place_writes(found, after, in_turn=in_turn, if_full=if_full)
        self._put(after, before, action, *writes, *extra_writes)
        return after

    def _submitted(
        self, registration: Registration, event: Event, *, signed_on_paper: bool
    ) -> Registration:
        """Return a registration that is submitted now, complete and signed.

        Raises:
            InvalidFields: naming all that keeps it from being submitted.
        """
        after = replace(registration, submitted_at=self._actor.at)
        if self._actor.side is Side.APPLICANT:
            after = signatures.signed_by_applicant(after, self._actor.at)
            completeness.require(after, event)
            return after
        if signed_on_paper:
            after = signatures.recorded(after, self._actor.id, self._actor.at)
        completeness.require(after, event, signatures.FORM_FIELDS, signatures.problems(after))
        return after

    def answer_offer(self, found: Found, *, accepts: bool) -> Registration:
        """Accept the place that's offered, or decline it, which withdraws the registration.

        Raises:
            NotFound: there is no registration.
            OfferExpired: it has no offer, or the deadline has passed.
            RegistrationClosed: the event is so long over that nothing of it is kept any more.
        """
        before = found.there
        if before.offer is None or not before.offer.is_open_at(self._actor.at):
            raise OfferExpired
        status = Status.SUBMITTED if accepts else Status.WITHDRAWN
        after = replace(self._next(before, found.event), status=status, offer=None)
        after = self._in_line(after)
        writes = self._place_writes(found, after)
        self._put(after, before, "accepted" if accepts else "offer_declined", *writes)
        return after

    def correct(self, found: Found, changes: dict[str, Any], seen: int) -> Registration:
        """Change some fields of a form. Asking for what is so already does nothing.

        Of what staff are not shown it is a change all the same: see :meth:`save`.

        Args:
            found: what there is.
            changes: new values by name; None takes a field's value away.
            seen: the version that was read.

        Raises:
            NotFound: there is none.
            VersionConflict: it was changed meanwhile.
            RegistrationClosed: the event is so long over that nothing of it is kept any more.
            InvalidFields: the form would not be valid, or incomplete though it was submitted; or
                staff would sign it.
        """
        # pydantic comes with the form.
        from chalicelib.registrations.form import corrected

        before, unseen = found.there, self._unseen(changes)
        signatures.reject_staffs(before, changes)
        form = corrected(before.form, changes)
        if form == before.form and not unseen:
            return before
        hold_to_version(before, seen)
        after = replace(self._next(before, found.event), form=form)
        if after.status in workflow.COMPLETE:
            completeness.require_still(after, found.event, self._actor.side)
        self._put(after, before, "corrected", named=unseen)
        return after

    def delete(self, found: Found, seen: int | None) -> None:
        """Delete a draft.

        Raises:
            NotFound: there is none.
            VersionConflict: it was changed meanwhile.
            WrongStatus: it is no draft any more.
        """
        before = found.there
        hold_to_version(before, seen or before.version)
        if before.status is not Status.DRAFT:
            raise WrongStatus
        self._store.delete(before, actor=self._actor.id, now=self._actor.at)

    def audited(self, user_id: str, action: str, fields: Iterable[str] = ()) -> list[Write]:
        """Return the audit's entry of what staff do; none of what an applicant does."""
        if self._actor.side is Side.APPLICANT:
            return []
        return [
            audit.entry_write(
                subject=user_id,
                actor=self._actor.id,
                action=f"registration.{action}",
                fields=fields,
                request=self._actor.request,
                now=self._actor.at,
            )
        ]

    def _in_line(self, registration: Registration) -> Registration:
        """Put a registration at the end of the waiting list, or take it off that."""
        waiting = registration.status is Status.WAITLISTED
        since = self._actor.at if waiting else None
        return replace(registration, waitlisted_at=since, offer_expired_at=None)

    def _place_writes(self, found: Found, after: Registration, **conditions: bool) -> list[Write]:
        """Return the writes of places and offers that go along with a move."""
        before, event_id = found.there, found.event.id
        if found.offer and before.offer is None:
            # Its registration was moved by an earlier version, which knows of no offers.
            self._store.write(self._places.dropping(found.offer))
            raise PlacesChanged
        standings = before.standing, after.standing
        return self._places.moving(event_id, after.user_id, standings, before.offer, **conditions)

    def _first(self, event: Event, owner: Account, form: dict[str, Any]) -> Registration:
        return Registration(
            user_id=owner.id,
            username=owner.username,
            event_id=event.id,
            event_starts_on=event.starts_on,
            reference=new_reference(),
            status=Status.DRAFT,
            version=1,
            form=form,
            created_at=self._actor.at,
            updated_at=self._actor.at,
            submitted_at=None,
            acknowledged_at=None,
            expires_at=self._due(event),
            started_by=None if self._actor.side is Side.APPLICANT else self._actor.id,
        )

    def _next(self, before: Registration, event: Event) -> Registration:
        version, at = before.version + 1, self._actor.at
        # A draft that its applicant has changed is theirs alone from then on.
        started_by = None if self._actor.side is Side.APPLICANT else before.started_by
        due = self._due(event)
        return replace(
            before, version=version, updated_at=at, expires_at=due, started_by=started_by
        )

    def _due(self, event: Event) -> datetime:
        """Return when a registration that is written now is erased, as the event's dates are now.

        Raises:
            RegistrationClosed: it would be gone at once, since the event is so long over.
        """
        kept = timedelta(days=settings.current().kept_days_after_event)
        due = datetime.combine(event.ends_on, time(), UTC) + kept
        if due <= self._actor.at:
            raise RegistrationClosed
        return due

    def _unseen(self, written: Iterable[str]) -> frozenset[str]:
        """Return the names of what is written by somebody who is not shown it."""
        staff = self._actor.side is Side.STAFF
        return KEPT_FROM_STAFF.intersection(written) if staff else frozenset()

    def _put(
        self,
        after: Registration,
        before: Registration | None,
        action: str,
        *extra_writes: Write,
        named: Iterable[str] = (),
    ) -> None:
        changed = _changed(before, after) | set(named)
        audited = self.audited(after.user_id, action, changed)
        actor = self._actor.id
        self._store.put(
            after, before, actor=actor, action=action, extra_writes=[*extra_writes, *audited]
        )


def _changed(before: Registration | None, after: Registration) -> set[str]:
    """Return the names of what changed; names alone say nothing about anybody."""
    old = {**before.form, "status": before.status} if before else {}
    new = {**after.form, "status": after.status}
    if after.paper_signature and not (before and before.paper_signature):
        new["paperSignature"] = True
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
