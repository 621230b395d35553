"""The outbox: what follows from a change is delivered, although functions fail and are killed."""

import json
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import timedelta
from unittest import mock

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

from chalicelib.accounts import one_time_token
from chalicelib.delivery import emailer, relay
from chalicelib.functions import CONSUMERS, FUNCTIONS
from chalicelib.platform import clock, outbox, settings
from chalicelib.platform.aws import OPERATIONS
from chalicelib.platform.dynamodb import database
from chalicelib.platform.outbox import Email
from ops import functions
from tests.support import permissions
from tests.support.accounts import store_account
from tests.support.clients import Person
from tests.support.environments import deliver

OURS = {operation for operations in OPERATIONS.values() for operation in operations}
NOTICE = settings.PASSWORD_CHANGED


class Killed(BaseException):
    """The process of a function was killed."""


@pytest.fixture(autouse=True)
def sent(backend):
    """The recipients and subjects of what SES has accepted, in order."""
    messages = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    messages.clear()
    with mock.patch("time.sleep"):
        yield lambda: [(m.destinations["ToAddresses"][0], m.subject) for m in messages]


def put(*emails, at=None):
    database().transact(outbox.email_writes(at or clock.now(), *emails))


def notice(number):
    return Email(f"person{number}@e.co", None, NOTICE)


def link(number):
    url = "https://lakes.example/reset#token=a"
    return Email(f"person{number}@e.co", None, "forgotten", url, {"username": "river"})


def waiting():
    """The messages of each queue, by its short name."""
    queues = sqs_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].queues
    return {
        name.removesuffix(".fifo").removeprefix("breeze-lakes-point-test-"): queue.messages
        for name, queue in queues.items()
    }


def test_an_email_is_delivered_and_leaves_nothing_behind(backend, sent):
    put(notice(1), link(2))
    deliver()

    assert sorted(sent()) == [
        ("person1@e.co", "Your password was changed"),
        ("person2@e.co", "Reset your Breeze Lakes Point password"),
    ]
    assert backend.rows("outbox") == []
    assert not any(waiting().values())


def test_links_wait_in_a_queue_of_their_own(backend):
    put(notice(1), link(2))

    assert {row["to"]: row["queue"] for row in backend.rows("outbox")} == {
        "person1@e.co": "notices",
        "person2@e.co": "links",
    }
    assert CONSUMERS["mail"].queues[0] == "links"


@contextmanager
def calls(strike):
    """Have a function decide about each call of a consumer; it is given a function that calls."""
    make_call, number = BaseClient._make_api_call, iter(range(10_000))

    def call(client, operation, parameters):
        if operation not in OURS:
            return make_call(client, operation, parameters)
        return strike(next(number), operation, lambda: make_call(client, operation, parameters))

    with mock.patch.object(BaseClient, "_make_api_call", call):
        yield


def test_every_email_is_sent_though_ses_throttles_nine_calls_in_ten(sent):
    put(*map(notice, range(20)), *map(link, range(20, 30)))
    attempts = iter(range(10_000))

    def throttle(_, operation, call):
        if operation == "SendEmail" and next(attempts) % 10:
            raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, operation)
        return call()

    with calls(throttle):
        while len(sent()) < 30:
            deliver()

    assert sorted(to for to, _ in sent()) == sorted(f"person{n}@e.co" for n in range(30))
    assert not any(waiting().values())


def throttled(operation, _):
    raise ClientError({"Error": {"Code": "ThrottlingException"}}, operation)


def lost(_, call):
    call()
    raise ReadTimeoutError(endpoint_url="https://aws")


def killed_before(_, __):
    raise Killed


def killed_after(_, call):
    call()
    raise Killed


# Calls after which SES has sent an email, or a link is stored, although the function doesn't know.
TWICE = {"SendEmail", "TransactWriteItems"}


@pytest.mark.parametrize("fault", [throttled, lost, killed_before, killed_after])
def test_after_a_fault_at_any_call_every_email_is_sent_and_at_most_one_twice(backend, sent, fault):
    store_account("lane", email="lane@e.co", email_verified=True)
    ends = fault in (lost, killed_after)
    number, struck = 0, True
    while struck:
        sends, struck = len(sent()), []
        put(notice(number))
        forget()

        def strike(at, operation, call, number=number, struck=struck):
            if at != number:
                return call()
            struck.append(operation)
            return fault(operation, call)

        with calls(strike), suppress(Killed):
            deliver()
        deliver()

        new = sent()[sends:]
        told = {to for to, _ in new}
        assert told == {f"person{number}@e.co", "lane@e.co"}, (number, struck)
        assert len(new) - 2 <= int(ends and bool(TWICE.intersection(struck))), (number, struck)
        assert backend.rows("outbox") == []
        assert not any(waiting().values())
        number += 1
    assert number >= 9


def forget():
    """Ask for a password reset link, without the limit."""
    [account_id] = [row["id"] for row in database().scan("users")[0] if "email" in row]
    asked = outbox.enqueue_write(
        outbox.Queue.PASSWORD_RESET_REQUESTS, {"account": account_id}, clock.now()
    )
    database().transact([asked])


def test_a_repeated_invocation_of_the_stream_hands_nothing_over_twice(backend, sent):
    put(notice(1))
    [item] = backend.client.scan(TableName="breeze-lakes-point-test-outbox")["Items"]
    deliver()
    record = {"dynamodb": {"NewImage": item, "SequenceNumber": "1"}}
    assert relay.run({"Records": [record]}) == {"batchItemFailures": []}
    deliver()

    assert len(sent()) == 1


@pytest.fixture
def hand_over_for_an_hour():
    """Repeats an invocation of the stream; after five minutes, a queue forgets what it accepted."""

    def repeat(records):
        for _ in range(12):
            answer = relay.run({"Records": records})
            for queue in sqs_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].queues.values():
                vars(queue).get("accepted_ids", {}).clear()
        return answer["batchItemFailures"]

    return repeat


@pytest.fixture
def handed_over():
    """How often a queue has accepted an item, by its queue; queues can fail."""
    send, counts, failing = relay._send, Counter(), set()

    def send_and_count(queue, batch):
        accepted = [] if queue in failing else list(send(queue, batch))
        counts[queue] += len(accepted)
        return iter(accepted)

    with mock.patch.object(relay, "_send", send_and_count):
        yield counts, failing


@pytest.fixture
def records(backend):
    """A request for a link and two emails, as the stream hands them over."""
    request = outbox.enqueue_write(
        outbox.Queue.PASSWORD_RESET_REQUESTS, {"account": "an-account"}, clock.now()
    )
    database().transact([request])
    put(notice(1), notice(2))
    items = backend.client.scan(TableName="breeze-lakes-point-test-outbox")["Items"]
    ordered = sorted(items, key=lambda item: item["id"]["S"])
    return [
        {"dynamodb": {"NewImage": item, "SequenceNumber": str(number)}}
        for number, item in enumerate(ordered)
    ]


def test_while_one_queue_fails_for_an_hour_no_other_gets_an_item_twice(
    backend, records, hand_over_for_an_hour, handed_over
):
    counts, failing = handed_over
    failing.add("resets")
    assert hand_over_for_an_hour(records) == [{"itemIdentifier": "0"}]
    failing.clear()
    assert relay.run({"Records": records}) == {"batchItemFailures": []}

    assert counts == {"notices": 2, "resets": 1}
    assert backend.rows("outbox") == []


def test_while_nothing_can_be_deleted_for_an_hour_no_queue_gets_an_item_twice(
    backend, records, hand_over_for_an_hour, handed_over
):
    def fail(_, operation, call):
        return throttled(operation, call) if operation == "BatchWriteItem" else call()

    with calls(fail):
        assert hand_over_for_an_hour(records) == [{"itemIdentifier": "0"}]
    assert relay.run({"Records": records}) == {"batchItemFailures": []}

    assert handed_over[0] == {"notices": 2, "resets": 1}
    assert backend.rows("outbox") == []


def test_link_that_has_expired_is_not_sent(sent, capsys):
    put(link(1), notice(2), at=clock.now() - timedelta(hours=1))
    deliver()

    assert [to for to, _ in sent()] == ["person2@e.co"]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert "the link has expired" in {line.get("cause") for line in lines}


def test_a_link_is_sent_for_as_long_as_it_works():
    assert emailer.TOKEN_LIFETIME == one_time_token.TOKEN_LIFETIME


def test_email_that_ses_never_accepts_becomes_a_dead_letter(sent):
    put(Email("person1@e.co", None, "no-such-template"))
    queues = sqs_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].queues
    policy = queues["breeze-lakes-point-test-notices.fifo"].redrive_policy
    with mock.patch.dict(policy, maxReceiveCount=2):
        deliver()
        deliver()
        assert len(waiting()["notices"]) == 1
        deliver()

    assert sent() == []
    assert [len(waiting()[name]) for name in ("notices", "dead-letters")] == [0, 1]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_may_read_the_outbox(function):
    allowed = {
        verb
        for need in permissions.needs_of(function)
        for verb, thing, *_ in [need.split()]
        if thing.partition("/")[0] == "outbox"
    }

    stream = {verb for verb in allowed if verb in permissions._READ_STREAM}
    assert allowed - stream <= {"dynamodb:PutItem", "dynamodb:BatchWriteItem"}
    assert not stream or function == "outbox"


def test_mail_may_send_email_and_nothing_else():
    assert permissions.needs_of("mail") - permissions.lambdas_needs("mail") == {
        "ses:SendEmail mail"
    }
    senders = [name for name in FUNCTIONS if "ses:SendEmail" in json.dumps(functions.policy(name))]
    assert senders == ["mail"]


def test_response_of_a_sign_up_waits_for_no_email(client, backend, sent):
    assert Person(client, "lane").sign_up(email="lane@e.co").status == 201

    assert sent() == []
    [item] = [row for row in backend.rows("outbox") if "to" in row]
    assert (item["to"], item["template"]) == ("lane@e.co", "verification")
