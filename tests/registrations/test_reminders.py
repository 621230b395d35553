"""Reminders of drafts: once for each, three days before registration closes."""

import contextlib
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest

from chalicelib.functions import SCHEDULES
from chalicelib.platform import clock, settings
from chalicelib.registrations import reminders
from chalicelib.registrations.reminder_store import Progress
from chalicelib.registrations.scheduled_work import RunFailed
from chalicelib.registrations.workflow import Status
from tests.matrix import faults
from tests.support.accounts import store_account
from tests.support.email_reports import complaint, report
from tests.support.environments import SETTINGS, environment
from tests.support.events import EVENT, create_event, make_registration, store_registrations

# Registration closes in the night after the 14th, in Chicago.
CLOSES = datetime(2027, 8, 15, 5, tzinfo=UTC)
NINE_OF_THE_11TH = datetime(2027, 8, 11, 14, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def event(backend):
    def create(closes=CLOSES, version=1, **overrides):
        days = {"starts_on": (CLOSES + 20 * DAY).date(), "ends_on": (CLOSES + 30 * DAY).date()}
        return create_event(
            version=version,
            registration_opens_at=CLOSES - 90 * DAY,
            registration_closes_at=closes,
            **days | overrides,
        )

    create()
    return create


def store_drafts(count, status=Status.DRAFT):
    """Store the registrations of some people whom mail reaches; return their accounts."""
    accounts, stored = [], []
    for number in range(count):
        name = f"{status.value.lower()}{number}"
        account = store_account(name, email=f"{name}@e.co", email_verified=True)
        begun = CLOSES - 30 * DAY + timedelta(seconds=number)
        fields = {"user_id": account.id, "username": name, "created_at": begun}
        expires = {"expires_at": CLOSES + 400 * DAY}
        submitted = {} if status is Status.DRAFT else {"submitted_at": begun}
        stored.append(make_registration(number, status=status, **fields, **submitted, **expires))
        accounts.append(account)
    store_registrations(*stored)
    return accounts


def run_at(moment):
    with mock.patch.object(clock, "now", return_value=moment):
        reminders.run({"source": "aws.events"}, None)


def reminded(backend):
    """The recipients of reminders in the outbox, sorted."""
    rows = [
        row for row in backend.rows("outbox") if row.get("template") == "registration-unfinished"
    ]
    return sorted(row["to"] for row in rows)


def test_each_draft_is_reminded_once(event, backend):
    store_drafts(3)
    store_drafts(1, Status.SUBMITTED)
    for hours in (0, 1, 30, 60):
        run_at(NINE_OF_THE_11TH + timedelta(hours=hours))

    assert reminded(backend) == ["draft0@e.co", "draft1@e.co", "draft2@e.co"]


@pytest.mark.parametrize(
    ("moment", "is_due"),
    [
        (NINE_OF_THE_11TH - timedelta(seconds=1), False),
        (NINE_OF_THE_11TH, True),
        (CLOSES - timedelta(seconds=1), True),
        (CLOSES, False),
    ],
)
def test_reminders_start_at_nine_in_the_zone_of_the_event_and_end_with_registration(
    event, moment, is_due
):
    assert reminders.is_due(event(version=2), moment) is is_due


def test_reminders_start_at_nine_also_if_the_clock_changes_in_between(event):
    closes = datetime(2027, 11, 8, 6, tzinfo=UTC)  # in the night after the 7th, in winter time
    changed = event(closes, version=2, starts_on=closes.date(), ends_on=closes.date())
    nine = datetime(2027, 11, 4, 14, tzinfo=UTC)  # in summer time

    assert not reminders.is_due(changed, nine - timedelta(seconds=1))
    assert reminders.is_due(changed, nine)


def test_email_names_the_event_and_the_deadline_in_its_zone_and_no_answer(event, mailbox):
    [account] = store_drafts(1)
    run_at(NINE_OF_THE_11TH)

    [message] = mailbox()
    text = message.get_body(["plain"]).get_content()
    assert (message["To"], message["Subject"]) == (account.email, "Finish your registration")
    assert "August 15, 2027 at 12:00 AM CDT" in " ".join(text.split())
    assert "Okafor" not in text


def test_no_reminder_goes_to_unverified_disabled_or_complaining_people(event, backend):
    unverified, disabled, complaining, reached = store_drafts(4)
    backend.change("users", {"id": unverified.id}, emailVerified=False)
    backend.change("users", {"id": disabled.id}, disabled=True)
    report(complaint(complaining))
    run_at(NINE_OF_THE_11TH)

    assert reminded(backend) == [reached.email]


def test_stage_or_hidden_event_sends_none(event, backend):
    store_drafts(1)
    with environment(**SETTINGS | {"MAIL_NOTICES": "registration-submitted"}):
        run_at(NINE_OF_THE_11TH)
    event(version=2, hidden=True)
    run_at(NINE_OF_THE_11TH)

    assert reminded(backend) == []
    assert settings.REGISTRATION_UNFINISHED in settings.NOTICES


def test_draft_that_the_index_still_has_after_its_submission_is_not_reminded(event, backend):
    draft, other = store_drafts(2)
    key = {"userId": draft.id, "eventId": EVENT}
    backend.change("registrations", key, status="Submitted")
    run_at(NINE_OF_THE_11TH)

    assert reminded(backend) == [other.email]


def test_next_run_continues_where_one_was_cut_off(event, backend):
    store_drafts(5)
    with mock.patch.object(reminders, "_STEP", 2):
        with mock.patch.object(reminders.time, "monotonic", side_effect=[0, 1, 99]):
            run_at(NINE_OF_THE_11TH)
        assert reminded(backend) == ["draft0@e.co", "draft1@e.co"]
        run_at(NINE_OF_THE_11TH + DAY)

    assert len(reminded(backend)) == len(set(reminded(backend))) == 5


FAULTS = [faults.fails_inside, faults.timed_out_before, faults.timed_out_after]


@pytest.mark.parametrize("fault", FAULTS)
def test_after_a_fault_at_any_call_each_draft_is_reminded_once(event, backend, fault):
    store_drafts(3)
    numbers = iter(range(100))
    for number in numbers:
        backend.clear("outbox")
        backend.remove("events", {"id": f"{EVENT}#reminders"})
        struck = []

        def strike(at, outgoing, number=number, struck=struck):
            if at != number:
                return None
            struck.append(outgoing.operation)
            return fault(outgoing)

        with (
            mock.patch("time.sleep"),
            mock.patch.object(reminders, "_STEP", 2),
            faults.watched(strike),
            contextlib.suppress(RunFailed),
        ):
            run_at(NINE_OF_THE_11TH)
        with mock.patch.object(reminders, "_STEP", 2):
            run_at(NINE_OF_THE_11TH + DAY)
        assert reminded(backend) == [f"draft{n}@e.co" for n in range(3)], (number, struck)
        if not struck:
            break
    assert number >= 7


def test_run_that_another_one_overtakes_sends_nothing_twice(event, backend):
    store_drafts(2)
    make_step = reminders.ReminderStore.step_write

    def overtaken(*arguments):
        with mock.patch.object(reminders.ReminderStore, "step_write", make_step):
            run_at(NINE_OF_THE_11TH)
        return make_step(*arguments)

    with mock.patch.object(reminders.ReminderStore, "step_write", overtaken):
        run_at(NINE_OF_THE_11TH)

    assert reminded(backend) == ["draft0@e.co", "draft1@e.co"]


@pytest.mark.parametrize(
    ("later", "times"), [(timedelta(), 1), (2 * DAY, 1), (-2 * DAY, 1), (3 * DAY, 2), (9 * DAY, 2)]
)
def test_draft_is_reminded_again_if_registration_closes_three_days_later_or_more(
    event, backend, later, times
):
    store_drafts(1)
    run_at(NINE_OF_THE_11TH)
    event(CLOSES + later, version=2)
    for days in range(12):
        run_at(NINE_OF_THE_11TH + days * DAY)

    assert len(reminded(backend)) == times


def test_deadline_that_moves_during_a_pass_does_not_start_it_again():
    stored = Progress(CLOSES, "position", version=3)

    assert reminders.next_pass(stored, CLOSES + 2 * DAY) == stored
    assert reminders.next_pass(stored, CLOSES + 3 * DAY) == Progress(CLOSES + 3 * DAY)


def test_failure_of_one_event_does_not_stop_the_others(event, backend):
    store_drafts(1)
    create_event(
        id="broken",
        starts_on=(CLOSES + 20 * DAY).date(),
        ends_on=(CLOSES + 30 * DAY).date(),
        registration_opens_at=CLOSES - 90 * DAY,
        registration_closes_at=CLOSES,
    )
    backend.client.put_item(
        TableName="breeze-lakes-point-test-events",
        Item={"id": {"S": "broken#reminders"}, "deadline": {"S": "never"}},
    )
    with pytest.raises(RunFailed):
        run_at(NINE_OF_THE_11TH)

    assert reminded(backend) == ["draft0@e.co"]


def test_reminders_take_three_calls_for_fifty_drafts(event, aws_calls):
    store_drafts(120)
    aws_calls.clear()
    run_at(NINE_OF_THE_11TH)

    calls = [call.operation for call in aws_calls]
    # The events, the progress, and then for each fifty: drafts, registrations and accounts, a step.
    assert calls == ["Query", "GetItem", *["Query", "BatchGetItem", "TransactWriteItems"] * 3]
    assert SCHEDULES["reminders"].timeout_seconds > reminders.RUN_SECONDS
