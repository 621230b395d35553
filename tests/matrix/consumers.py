"""What the functions without endpoints do, for the fault matrix: a case for each kind of work."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from unittest import mock

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from chalicelib.accounts import one_time_token
from chalicelib.delivery import webhook_request
from chalicelib.delivery.webhook_endpoint import WebhookEndpoint, new_secret
from chalicelib.delivery.webhook_request import NotDelivered
from chalicelib.delivery.webhook_store import WebhookStore
from chalicelib.platform import clock, outbox, settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.items import Write
from chalicelib.platform.outbox import Email, Queue
from chalicelib.registrations import reminders
from chalicelib.registrations.registration_events import outgoing_event_writes
from chalicelib.registrations.workflow import Status
from tests.matrix import export_cases, faults
from tests.matrix.faults import Outgoing
from tests.matrix.triggers import POST, Trigger, Triggers, messages
from tests.registrations import test_schedule
from tests.registrations.test_reminders import CLOSES, NINE_OF_THE_11TH, store_drafts
from tests.registrations.test_schedule import NIGHT, store_waiting_list
from tests.support.accounts import store_account
from tests.support.email_reports import bounce
from tests.support.environments import Stage
from tests.support.events import create_event, make_registration

LINK = "https://lakes.example/reset#token=a"
TEN_MINUTES = timedelta(minutes=10)
Effects = Counter[str]


@dataclass(frozen=True)
class Case:
    """One kind of work of a function.

    Attributes:
        function: its name.
        begin: stores what there is to do, and returns the function's trigger.
        effects: counts what has come of it: each email, event, or message by what it is.
        repeatable: the calls that have their effect again when they are repeated, since what
            receives them can't recognize a repetition.
        receivers: how many get the same by one call.
        believed: faults after which another result is right.
    """

    function: str
    begin: Callable[[Triggers], Trigger]
    effects: Callable[[Stage], Effects]
    repeatable: frozenset[str] = frozenset()
    receivers: int = 1
    believed: frozenset[Callable[[Outgoing], Any]] = frozenset()


def put(*writes: Write) -> None:
    database().transact(writes)


def notices(count: int) -> Iterable[Write]:
    emails = [Email(f"p{n}@e.co", None, settings.PASSWORD_CHANGED) for n in range(count)]
    return outbox.email_writes(clock.now(), *emails)


def link() -> Iterable[Write]:
    facts = {"username": "river"}
    return outbox.email_writes(clock.now(), Email("l@e.co", None, "forgotten", LINK, facts))


def event() -> Iterable[Write]:
    return outgoing_event_writes(None, make_registration(1, status=Status.HIRED))


def reset(account_id: str) -> Write:
    return outbox.enqueue_write(Queue.PASSWORD_RESET_REQUESTS, {"account": account_id}, clock.now())


def told(item: dict[str, Any]) -> str:
    """What an item is about, whenever it was made."""
    names = ("queue", "template", "to", "type", "subject")
    return " ".join(item[name] for name in names if name in item)


def hand_over(triggers: Triggers) -> None:
    """Have the function ``outbox`` empty the outbox, without a fault."""
    assert triggers.stream("outbox")()


def begin_outbox(triggers: Triggers) -> Trigger:
    """More notices than a call to SQS takes, and one item for each of the other queues."""
    export = outbox.enqueue_write(Queue.EXPORTS, {"type": "export"}, clock.now())
    put(*notices(11), *link(), *event(), reset("an-account"), export)
    return triggers.stream("outbox")


def handed_over(backend: Stage) -> Effects:
    assert backend.rows("outbox") == []
    return Counter(told(item) for queue in Queue for item in messages(queue))


def begin_mail(triggers: Triggers) -> Trigger:
    put(*notices(1), *link())
    hand_over(triggers)
    return triggers.queue("mail")


def sent_messages() -> list[Any]:
    """What SES has accepted."""
    return ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages


def emailed(_: Stage) -> Effects:
    return Counter(message.destinations["ToAddresses"][0] for message in sent_messages())


def begin_event_bus(triggers: Triggers) -> Trigger:
    put(*event())
    hand_over(triggers)
    return triggers.queue("event-bus")


def on_the_bus(_: Stage) -> Effects:
    # The rule of the bus puts each event into this queue.
    return Counter(told(message["detail"]) for message in messages("webhooks"))


class Receivers:
    """Two endpoints of other systems, and the requests that they accept."""

    def __init__(self, rejected: int = 0) -> None:
        """Reject this many requests first."""
        self._rejected = rejected
        self.requests: Effects = Counter()
        self.ids: set[str] = set()

    def begin(self, triggers: Triggers) -> Trigger:
        self.requests.clear()
        self.ids.clear()
        store = WebhookStore(database())
        for name in ("one", "two"):
            url = f"https://{name}.example/hook"
            store.add(WebhookEndpoint(name, url, new_secret(), clock.now()))
        begin_event_bus(triggers)()
        invoke, left = triggers.queue("webhooks"), iter(range(self._rejected))

        def post(url: str, _body: bytes, headers: Any) -> None:
            self.ids.add(headers["webhook-id"])
            if next(left, None) is not None:
                raise NotDelivered("status 500")
            triggers.post(lambda: self.requests.update([url]))

        def invoke_with_receivers() -> bool:
            with mock.patch.object(webhook_request, "post", post):
                return invoke()

        return invoke_with_receivers

    def effects(self, _: Stage) -> Effects:
        # By which a receiver knows a repetition.
        assert len(self.ids) == 1
        return self.requests.copy()


def webhooks(receivers: Receivers) -> Case:
    return Case(
        "webhooks",
        receivers.begin,
        receivers.effects,
        frozenset({"SendMessageBatch", POST}),
        receivers=2,
    )


def begin_feedback(triggers: Triggers) -> Trigger:
    account = store_account("lane", email="lane@e.co", email_verified=True)
    return triggers.topic("email-feedback", bounce(account))


def marked(backend: Stage) -> Effects:
    return Counter(row["emailBounced"] for row in backend.rows("users") if "emailBounced" in row)


def begin_resets(triggers: Triggers) -> Trigger:
    """A link has been made before, which the next one replaces."""
    account = store_account("lane", email="lane@e.co", email_verified=True)
    for requests in ([account.id], [account.id, "an-unknown-account"]):
        put(*map(reset, requests))
        hand_over(triggers)
        if len(requests) == 1:
            assert triggers.queue("reset-links")()
            triggers.backend.clear("outbox")
    return triggers.queue("reset-links")


def linked(backend: Stage) -> Effects:
    """The recipients of links; the newest one must work."""
    rows = [row for row in backend.rows("outbox") if "link" in row]
    [account] = [row for row in backend.rows("users") if "email" in row]
    for row in rows:
        token = re.sub(".*#token=", "", row["link"])
        row["works"] = one_time_token.hash_token(token) == account["recovery"]
    assert sum(row["works"] for row in rows) == 1
    return Counter(row["to"] for row in rows)


def begin_reminders(triggers: Triggers) -> Trigger:
    days = {"starts_on": CLOSES.date(), "ends_on": CLOSES.date(), "registration_closes_at": CLOSES}
    create_event(registration_opens_at=CLOSES - timedelta(days=90), **days)
    store_drafts(3)
    triggers.backend.clear("outbox")
    runs = [NINE_OF_THE_11TH + n * TEN_MINUTES for n in range(3)]
    invoke = triggers.schedule("reminders", runs)

    def invoke_in_two_steps() -> bool:
        with mock.patch.object(reminders, "_STEP", 2):
            return invoke()

    return invoke_in_two_steps


def begin_waiting_list(triggers: Triggers) -> Trigger:
    """An offer has expired, and another place is free."""
    backend = triggers.backend
    store_waiting_list(backend, people=4)
    test_schedule.run_at(test_schedule.NOW)
    backend.change("events", {"id": f"{test_schedule.EVENT}#places"}, places=2)
    backend.clear("outbox")
    return triggers.schedule("waiting-list", [NIGHT + n * TEN_MINUTES for n in range(3)])


def in_the_outbox(backend: Stage) -> Effects:
    names = {row["id"]: row["username"] for row in backend.rows("users")}
    anyone = re.compile("|".join(names))
    return Counter(
        anyone.sub(lambda found: names[found[0]], told(row)) for row in backend.rows("outbox")
    )


CASES = {
    "hand items over": Case("outbox", begin_outbox, handed_over),
    "send emails": Case("mail", begin_mail, emailed, frozenset({"SendEmail"})),
    "send an event": Case("event-bus", begin_event_bus, on_the_bus, frozenset({"PutEvents"})),
    "send webhooks": webhooks(Receivers()),
    "send webhooks again": webhooks(Receivers(rejected=2)),
    "mark an address": Case("email-feedback", begin_feedback, marked),
    "make a reset link": Case("reset-links", begin_resets, linked),
    "write an export": Case("export-writer", export_cases.begin, export_cases.exported),
    "end an export": Case("export-writer", export_cases.begin_to_end, export_cases.exported),
    "remind of drafts": Case("reminders", begin_reminders, in_the_outbox),
    "pass an offer on": Case(
        "waiting-list",
        begin_waiting_list,
        in_the_outbox,
        # A person who doesn't wait any more gets no offer: the next one does.
        believed=frozenset({faults.condition_failed}),
    ),
}
