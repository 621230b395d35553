"""Reminders of drafts: one email for each, three days before registration closes.

EventBridge invokes the Lambda function ``reminders`` every few minutes, and that calls :func:`run`.
A run goes through the drafts of an event in steps. A step is one transaction with the emails of
some drafts and the place in the list, so that a run which is cut off, repeated, or overtaken by
another sends no email twice, and the next run continues.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from typing import Any

from chalicelib.events.event import Event
from chalicelib.events.store import EventStore
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.platform import clock, log, outbox, settings, zones
from chalicelib.platform.dynamodb import database
from chalicelib.platform.outbox import Email
from chalicelib.registrations import emails
from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.reminder_store import Progress, ProgressChanged, ReminderStore
from chalicelib.registrations.scheduled_work import RunFailed, run_and_log_errors
from chalicelib.registrations.store import RegistrationStore
from chalicelib.registrations.workflow import Status

# Well within the function's timeout.
RUN_SECONDS = 30.0
DAYS_BEFORE = timedelta(days=3)
# People should read it during the day, in the event's time zone.
_HOUR = time_of_day(hour=9)
# BatchGetItem reads a hundred items: the registration and the account of each draft.
_STEP = 50
# No event takes longer than this, and registration closes before its end.
_LONGEST_EVENT = timedelta(days=366)


class Reminders:
    """The reminders of one stage."""

    def __init__(
        self,
        store: ReminderStore,
        registrations: RegistrationStore,
        listings: ListingStore,
        events: EventStore,
        accounts: AccountRepository,
    ) -> None:
        """Use the stage's stores."""
        self._store = store
        self._registrations = registrations
        self._listings = listings
        self._events = events
        self._accounts = accounts

    def send_all(self, now: datetime, seconds: float) -> bool:
        """Send the reminders of all events for which it is time.

        Args:
            now: the current time.
            seconds: the time limit. The next call continues.

        Returns:
            Whether nothing failed.
        """
        deadline = time.monotonic() + seconds
        due = [event for event in self._events_to_look_at(now) if is_due(event, now)]
        successes = [run_and_log_errors(partial(self._send, event, now, deadline)) for event in due]
        return all(successes)

    def _events_to_look_at(self, now: datetime) -> Iterator[Event]:
        if not settings.current().sends_mail or not emails.is_reminder_enabled():
            return iter(())
        return self._events.starting_from((now - _LONGEST_EVENT).date())

    def _send(self, event: Event, now: datetime, deadline: float) -> bool:
        """Take steps through an event's drafts until the end, or until the time is over."""
        stored = self._store.get(event.id)
        progress = next_pass(stored, event.registration_closes_at)
        version = stored.version if stored else 0
        while not progress.is_done and time.monotonic() < deadline:
            drafts, position = self._listings.drafts(event.id, now, _STEP, progress.position)
            written = list(self._emails(event, drafts))
            after = Progress(progress.deadline, position, is_done=position is None)
            step = self._store.step_write(event.id, version, after)
            try:
                self._registrations.transact([step, *outbox.email_writes(now, *written)])
            except ProgressChanged:
                # Another run is at it, and has sent these.
                return True
            log.emit(log.LogEvent.REMINDER_SENT, event_id=event.id, emails=len(written))
            progress, version = after, version + 1
        return True

    def _emails(self, event: Event, drafts: Sequence[Registration]) -> Iterator[Email]:
        """Yield the emails about those of these drafts that still are drafts."""
        # The index lags behind: some may have been submitted, or moved to another account.
        keys = [(draft.user_id, draft.event_id) for draft in drafts]
        reads = [self._registrations.registration_read(*key) for key in keys]
        profiles = [self._accounts.profile_read(user_id) for user_id, _ in keys]
        items = self._registrations.read_items(*reads, *profiles) if keys else []
        for registration, account in zip(items[: len(keys)], items[len(keys) :], strict=True):
            if registration is None or registration.status is not Status.DRAFT:
                continue
            if account is None or account.disabled:
                continue
            if email := emails.unfinished(account, event, registration):
                yield email


def is_due(event: Event, now: datetime) -> bool:
    """Return whether it is time to remind people of their drafts for an event.

    It is from 9 a.m. on, three days before the last day on which registration is open.
    """
    zone = zones.zone(event.time_zone)
    last_day = (event.registration_closes_at - timedelta(seconds=1)).astimezone(zone).date()
    remind_at = datetime.combine(last_day - DAYS_BEFORE, _HOUR, zone)
    return event.is_open_at(now) and remind_at <= now and not event.hidden


def next_pass(stored: Progress | None, deadline: datetime) -> Progress:
    """Return where the reminders of an event go on.

    If registration closes at least three days later than it was to when the last pass began, people
    are reminded once more. Otherwise that pass continues, or is over.

    Args:
        stored: the progress of the last pass; None if there was none.
        deadline: when registration closes.
    """
    if stored is None or deadline - stored.deadline >= DAYS_BEFORE:
        return Progress(deadline)
    return stored


def reminders() -> Reminders:
    """Return the reminders of this process's stage."""
    return Reminders(
        ReminderStore(database()),
        RegistrationStore(database()),
        ListingStore(database()),
        EventStore(database()),
        account_repository(),
    )


def run(_event: Any = None, _context: Any = None) -> None:
    """Send the reminders for which it is time.

    Lambda passes an event and a context, which don't matter.

    Raises:
        RunFailed: a part of it failed.
    """
    log.bind_account(None)
    now = clock.now()
    if not run_and_log_errors(lambda: reminders().send_all(now, RUN_SECONDS)):
        raise RunFailed("Some reminders weren't sent. The next run sends them.")
