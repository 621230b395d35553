"""Changes of registrations by applicants and staff: save, change the status, delete.

Each change reads a snapshot, decides, and writes on condition that the snapshot is still current.
After a conflict it reads and decides again, up to ``MAX_ATTEMPTS`` times.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from chalicelib.events import shards
from chalicelib.events.event import Event
from chalicelib.events.place import ChosenShard, PlaceState
from chalicelib.events.places import PlacesChanged, PlaceService
from chalicelib.events.service import EventService
from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import AccountRepository
from chalicelib.platform import audit
from chalicelib.platform.conflicts import retry_on_conflict
from chalicelib.platform.errors import NotFound
from chalicelib.platform.items import Write
from chalicelib.registrations import completeness, signatures, versions, workflow
from chalicelib.registrations.note import HistoryAction
from chalicelib.registrations.registration import (
    FIELDS_HIDDEN_FROM_STAFF,
    NoPlaceFree,
    OfferExpired,
    Registration,
    RegistrationClosed,
    WrongStatus,
)
from chalicelib.registrations.snapshot import Actor, Snapshot, require_version
from chalicelib.registrations.store import RegistrationChanged, RegistrationStore
from chalicelib.registrations.workflow import ActorType, Status

Result = TypeVar("Result")

_OCCUPIED = {PlaceState.TAKEN, PlaceState.OFFERED}


class RegistrationService:
    """Changes of registrations by one actor."""

    def __init__(
        self,
        store: RegistrationStore,
        events: EventService,
        places: PlaceService,
        accounts: AccountRepository,
        actor: Actor,
    ) -> None:
        """Use stores and services on behalf of an actor."""
        self._store = store
        self._events = events
        self._places = places
        self._accounts = accounts
        self._actor = actor

    def read(self, user_id: str, event_id: str, account: Account | None = None) -> Snapshot:
        """Read a registration with its event, places, and account, in one round trip.

        Args:
            user_id: the account ID of the registration's owner.
            event_id: the event ID of the registration.
            account: the owner's account, if this request has already read it.

        Raises:
            NotFound: the event does not exist.
        """
        event, registration, counts, offer, *accounts = self._store.read_items(
            self._events.event_read(event_id),
            self._store.registration_read(user_id, event_id),
            self._places.counts_read(event_id),
            self._places.offer_read(event_id, user_id),
            *([] if account else [self._accounts.profile_read(user_id)]),
        )
        account = account or accounts[0]
        if event is None:
            raise NotFound
        counts = self._places.rebalance_if_outdated(event, counts)
        if registration is not None and registration.expires_at <= self._actor.now:
            registration = None
        if registration is not None:
            username = account.username if account else None
            registration = registration.with_username(username).with_offer(offer)
        return Snapshot(event, registration, counts, offer, account)

    def retry_on_conflict(
        self, read: Callable[[], Snapshot], attempt: Callable[[Snapshot], Result]
    ) -> Result:
        """Read a snapshot and attempt a change; on a conflict, read and attempt again.

        Raises:
            ServiceUnavailable: each attempt conflicted with another request.
        """
        conflicts = (RegistrationChanged, PlacesChanged)

        def read_all_shards() -> Snapshot:
            snapshot = read()
            counts = self._places.read_remaining_shards(snapshot.event.id, snapshot.counts)
            return replace(snapshot, counts=counts)

        return retry_on_conflict(
            read(), attempt, read_all_shards, *conflicts, resource="a registration"
        )

    def save(
        self, snapshot: Snapshot, account: Account, form: dict[str, Any], version: int | None
    ) -> tuple[Registration, bool]:
        """Save a complete form: create a draft, or replace the stored form.

        Saving an unchanged form does nothing, even with an outdated version. A form from staff
        keeps the fields that are hidden from them. If it contains such a field, the service counts
        it as changed, so that the response does not reveal whether staff guessed its value.

        Args:
            snapshot: the event, the registration, and its places, as just read.
            account: the account of the registration's owner.
            form: the form, valid as a draft, under the field names of the API. A form from staff
                may lack the fields that are hidden from them.
            version: the version that the client has read; None for a new registration.

        Returns:
            The registration, and whether it is new.

        Raises:
            NotFound: the client has read a registration that does not exist.
            VersionConflict: the stored version is different.
            WrongStatus: the status does not permit this.
            FieldsLocked: the applicant may change only contact fields, and changes others.
            RegistrationClosed: the registration window is closed for the applicant; or the
                retention period after the event is over.
            InvalidFields: it was submitted, and the change would make it incomplete.
            AccountBeingErased: the registration is new, and its account is being erased.
            AccountBeingMerged: the registration is new, and its account is being merged.
        """
        before, event = snapshot.registration, snapshot.event
        applicant = self._actor.type is ActorType.APPLICANT
        hidden_fields = self._hidden_from_actor(form)
        if self._actor.type is ActorType.STAFF:
            form = signatures.keep_applicant_signature(before, form)
            form = (before.staff_hidden_answers if before else {}) | form
        if before is not None and before.form == form and not hidden_fields:
            return before, False
        require_version(before, version)
        if applicant and before is None and event.hidden:
            raise NotFound
        contact_only = applicant and completeness.is_contact_only_edit(
            before, event, form, self._actor.now
        )
        if before is None:
            after = versions.first(event, account, form, self._actor)
        else:
            after = versions.following(before, event, self._actor)
            after = replace(after, form=form, event_starts_on=event.starts_on)
        if applicant and not contact_only:
            after = signatures.sign_as_applicant(after, self._actor.now)
        if after.status in workflow.COMPLETE:
            by = self._actor.type
            completeness.require_still_complete(after, event, by, contact_only=contact_only)
        # A new registration must not escape an erasure in progress. An existing one can't: the
        # erasure deletes it, and repeats the deletion after a conflict.
        account_checks = [] if before else [self._accounts.require_not_erased_write(account.id)]
        self._put(
            snapshot,
            after,
            HistoryAction.SAVED,
            *account_checks,
            more_fields=hidden_fields,
        )
        return after, before is None

    def change_status(
        self,
        snapshot: Snapshot,
        target: Status,
        version: int,
        extra_writes: Callable[[Registration], Iterable[Write]] = lambda _: (),
        *,
        signed_on_paper: bool = False,
    ) -> Registration:
        """Change the status of a registration; take or release its place.

        Args:
            snapshot: the event, the registration, and its places, as just read.
            target: the new status; if no place is free, a submission joins the waiting list.
            version: the version that the client has read.
            extra_writes: returns other writes, for the registration as it will be.
            signed_on_paper: whether staff record that the applicant has signed on paper.

        Raises:
            NotFound: the registration does not exist.
            VersionConflict: the stored version is different.
            WrongStatus: the current status does not permit this change.
            RegistrationClosed: the registration window is closed for the applicant; or the
                retention period after the event is over.
            InvalidFields: the form is incomplete or not signed, or is signed without a submission.
            NoPlaceFree: the change needs a place, and all are taken.
        """
        before, event = snapshot.require_registration(), snapshot.event
        require_version(before, version)
        transition = workflow.find_transition(before.status, target, self._actor.type)
        if transition is None:
            raise WrongStatus
        applicant = self._actor.type is ActorType.APPLICANT
        if applicant and transition.only_while_open and not event.is_open_at(self._actor.now):
            raise RegistrationClosed
        after = replace(
            versions.following(before, snapshot.event, self._actor), status=target, offer=None
        )
        # As long as places are offered, a free one belongs to those who wait for it; staff may give
        # it to someone else on the waiting list.
        in_turn, shard = False, None
        is_withdrawal = target is Status.WITHDRAWN
        action = HistoryAction.WITHDRAWN if is_withdrawal else HistoryAction.STATUS_CHANGED
        if before.status not in workflow.COMPLETE:
            action = HistoryAction.SUBMITTED
            after = self._submit(after, event, signed_on_paper=signed_on_paper)
            in_turn = event.offer_deadline(self._actor.now) is not None
            shard = self._places.choose_shard_for_submission(
                event.id, snapshot.counts, in_turn=in_turn
            )
            if shard is None:
                after = replace(after, status=Status.WAITLISTED)
                shard = shards.choose_any_shard(snapshot.counts)
        elif signed_on_paper:
            raise signatures.signed_without_submission()
        after = self._set_waitlisted_at(after)
        takes_place = after.place_state is PlaceState.TAKEN and before.place_state not in _OCCUPIED
        if takes_place and shard is None:
            shard = self._places.choose_free_shard(event.id, snapshot.counts)
            if shard is None:
                raise NoPlaceFree
        shard = shard or shards.choose_shard(snapshot.counts)
        if_full = action is HistoryAction.SUBMITTED
        writes = self._place_writes(snapshot, after, shard, in_turn=in_turn, if_full=if_full)
        self._put(snapshot, after, action, *writes, *extra_writes(after))
        return after

    def _submit(
        self, registration: Registration, event: Event, *, signed_on_paper: bool
    ) -> Registration:
        """Return a registration after its submission. Require that it is complete and signed.

        Raises:
            InvalidFields: all fields that prevent the submission.
        """
        after = versions.submitted(registration, event, self._actor.now)
        if self._actor.type is ActorType.APPLICANT:
            after = signatures.sign_as_applicant(after, self._actor.now)
            completeness.require_complete(after, event)
            return after
        if signed_on_paper:
            after = signatures.record_paper_signature(after, self._actor.id, self._actor.now)
        problems = signatures.problems(after)
        completeness.require_complete(after, event, signatures.FORM_FIELDS, problems)
        return after

    def answer_offer(self, snapshot: Snapshot, *, accepts: bool) -> Registration:
        """Accept the place that's offered, or decline it, which withdraws the registration.

        Raises:
            NotFound: the registration does not exist.
            OfferExpired: it has no offer, or the deadline has passed.
            RegistrationClosed: the retention period after the event is over.
        """
        before = snapshot.require_registration()
        if before.offer is None or not before.offer.is_open_at(self._actor.now):
            raise OfferExpired
        status = Status.SUBMITTED if accepts else Status.WITHDRAWN
        after = replace(
            versions.following(before, snapshot.event, self._actor), status=status, offer=None
        )
        after = self._set_waitlisted_at(after)
        writes = self._place_writes(snapshot, after)
        action = HistoryAction.ACCEPTED if accepts else HistoryAction.OFFER_DECLINED
        self._put(snapshot, after, action, *writes)
        return after

    def correct(self, snapshot: Snapshot, changes: dict[str, Any], version: int) -> Registration:
        """Change some fields of a form. If they already have these values, do nothing.

        A field that is hidden from staff counts as changed all the same: see :meth:`save`.

        Args:
            snapshot: the event, the registration, and its places, as just read.
            changes: new values by field name; None removes a value.
            version: the version that the client has read.

        Raises:
            NotFound: the registration does not exist.
            VersionConflict: the stored version is different.
            RegistrationClosed: the retention period after the event is over.
            InvalidFields: the changed form would be invalid, or would be incomplete after its
                submission; or staff would sign it.
        """
        # Imported here: the form comes with its rules and the phone numbers of all countries.
        from chalicelib.registrations.form import apply_changes

        before, hidden_fields = snapshot.require_registration(), self._hidden_from_actor(changes)
        signatures.reject_signing_by_staff(before, changes)
        form = apply_changes(before.form, changes)
        if form == before.form and not hidden_fields:
            return before
        require_version(before, version)
        after = replace(versions.following(before, snapshot.event, self._actor), form=form)
        if after.status in workflow.COMPLETE:
            completeness.require_still_complete(after, snapshot.event, self._actor.type)
        self._put(snapshot, after, HistoryAction.CORRECTED, more_fields=hidden_fields)
        return after

    def delete(self, snapshot: Snapshot, version: int | None) -> None:
        """Delete a draft.

        Raises:
            NotFound: the registration does not exist.
            VersionConflict: the stored version is different.
            WrongStatus: it is no longer a draft.
        """
        before = snapshot.require_registration()
        require_version(before, version or before.version)
        if before.status is not Status.DRAFT:
            raise WrongStatus
        limit_write = self._actor.count_write()
        self._store.delete(before, limit_write, actor=self._actor.id, now=self._actor.now)

    def record_writes(self, user_id: str, action: str, fields: Iterable[str] = ()) -> list[Write]:
        """Return the writes that count an act of the actor and, for staff, audit it."""
        if self._actor.type is ActorType.APPLICANT:
            return [self._actor.count_write()]
        return [
            self._actor.count_write(),
            audit.entry_write(
                subject=user_id,
                actor=self._actor.id,
                action=f"registration.{action}",
                fields=fields,
                request_id=self._actor.request_id,
                now=self._actor.now,
            ),
        ]

    def _set_waitlisted_at(self, registration: Registration) -> Registration:
        """Add a registration to the end of the waiting list, or remove it, by its status."""
        waitlisted_at = self._actor.now if registration.status is Status.WAITLISTED else None
        return replace(registration, waitlisted_at=waitlisted_at, offer_expired_at=None)

    def _place_writes(
        self,
        snapshot: Snapshot,
        after: Registration,
        shard: ChosenShard | None = None,
        **conditions: bool,
    ) -> list[Write]:
        """Return the writes of places and offers for a change of status."""
        before, event_id = snapshot.require_registration(), snapshot.event.id
        if snapshot.offer and before.offer is None:
            # An earlier version of the service changed the status, without deleting the offer.
            self._store.transact(self._places.delete_offer_writes(snapshot.offer))
            raise PlacesChanged
        states = before.place_state, after.place_state
        return self._places.status_change_writes(
            event_id, after.user_id, states, before.offer, shard, **conditions
        )

    def _hidden_from_actor(self, fields: Iterable[str]) -> frozenset[str]:
        """Return the fields in a change that are hidden from the actor."""
        is_staff = self._actor.type is ActorType.STAFF
        return FIELDS_HIDDEN_FROM_STAFF.intersection(fields) if is_staff else frozenset()

    def _put(
        self,
        snapshot: Snapshot,
        after: Registration,
        action: HistoryAction,
        *extra_writes: Write,
        more_fields: Iterable[str] = (),
    ) -> None:
        before = snapshot.registration
        changed_fields = _changed_fields(before, after) | set(more_fields)
        record_writes = self.record_writes(after.user_id, action, changed_fields)
        writes = [*extra_writes, *record_writes]
        self._store.save(
            before,
            after,
            actor=self._actor.id,
            action=action,
            extra_writes=writes,
            shard_count=snapshot.counts.shard_count,
        )


def _changed_fields(before: Registration | None, after: Registration) -> set[str]:
    """Return the names of the changed fields, without their values."""
    old_values = {**before.form, "status": before.status} if before else {}
    new_values = {**after.form, "status": after.status}
    if after.paper_signature and not (before and before.paper_signature):
        new_values["paperSignature"] = True
    names = old_values.keys() | new_values.keys()
    return {name for name in names if old_values.get(name) != new_values.get(name)}
