"""The versions of a registration: the first one, and the one after a given one."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from chalicelib.events.event import Event
from chalicelib.identity.account import Account
from chalicelib.platform import settings
from chalicelib.registrations.registration import Registration, RegistrationClosed, new_reference
from chalicelib.registrations.snapshot import Actor
from chalicelib.registrations.workflow import ActorType, Status


def first(event: Event, account: Account, form: dict[str, Any], actor: Actor) -> Registration:
    """Return a new draft.

    Raises:
        RegistrationClosed: the retention period after the event is over.
    """
    return Registration(
        user_id=account.id,
        username=account.username,
        event_id=event.id,
        event_starts_on=event.starts_on,
        reference=new_reference(),
        status=Status.DRAFT,
        version=1,
        form=form,
        created_at=actor.now,
        updated_at=actor.now,
        submitted_at=None,
        acknowledged_at=None,
        expires_at=_expiry(event, actor.now),
        started_by=None if actor.type is ActorType.APPLICANT else actor.id,
    )


def following(before: Registration, event: Event, actor: Actor) -> Registration:
    """Return the next version of a registration, still with the same contents.

    Raises:
        RegistrationClosed: the retention period after the event is over.
    """
    # Once the applicant changes a draft that a staff member started, it is the applicant's.
    started_by = None if actor.type is ActorType.APPLICANT else before.started_by
    return replace(
        before,
        version=before.version + 1,
        updated_at=actor.now,
        expires_at=_expiry(event, actor.now),
        started_by=started_by,
    )


def submitted(before: Registration, event: Event, now: datetime) -> Registration:
    """Return a registration as submitted now, on the date in the event's time zone."""
    return replace(before, submitted_at=now, submitted_on=event.date_at(now))


def expiry(event: Event) -> datetime:
    """Return the time at which a registration that is written now expires."""
    retention = timedelta(days=settings.current().kept_days_after_event)
    return datetime.combine(event.ends_on, time(), UTC) + retention


def _expiry(event: Event, now: datetime) -> datetime:
    """Return the same.

    Raises:
        RegistrationClosed: the retention period after the event is over.
    """
    expires_at = expiry(event)
    if expires_at <= now:
        raise RegistrationClosed
    return expires_at
