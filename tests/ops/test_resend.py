"""``python -m ops resend``: undelivered emails are sent again, once, unless their link expired."""

from datetime import timedelta
from unittest import mock

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

from chalicelib.platform import clock, outbox, settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.outbox import Email
from ops import resend
from tests.support.environments import STAGE, deliver, environment

NOTICE = Email("person1@e.co", None, settings.PASSWORD_CHANGED)
LINK = Email("person2@e.co", None, "verification", "https://lakes.example/verify#token=a")


@pytest.fixture(autouse=True)
def _leave_the_environment_alone(backend):
    """Restore the environment: the command sets its stage for the process that runs all tests."""
    with environment():
        yield


@pytest.fixture
def sent():
    """The recipients of what SES has accepted."""
    messages = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    messages.clear()
    return lambda: [message.destinations["ToAddresses"][0] for message in messages]


def queue(name):
    """A queue of moto's."""
    queues = sqs_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].queues
    return queues[settings.Settings(stage=STAGE).queue_name(name)]


def put(*emails, ago=timedelta()):
    database().transact(outbox.email_writes(clock.now() - ago, *emails))


def die():
    """Move what is in the outbox to the queue of dead letters, as if its consumer always failed."""
    with mock.patch("chalicelib.delivery.emailer.run", side_effect=RuntimeError):
        deliver()
    for name in outbox.Queue:
        queue("dead-letters")._messages += queue(name)._messages
        queue(name)._messages.clear()
        # Hours pass before a message dies. By then, its queue has forgotten its ID.
        vars(queue(name)).pop("accepted_ids", None)
    show_again()


def show_again():
    """Let the time pass during which a received message is hidden."""
    for message in queue("dead-letters")._messages:
        message.change_visibility(0)
    queue("dead-letters").pending_messages.clear()
    queue("dead-letters").pending_message_groups.clear()


def test_dead_letter_is_sent_again_and_once(sent, capsys):
    put(NOTICE)
    die()
    assert resend.run(STAGE) == 0
    assert resend.run(STAGE) == 0
    deliver()

    assert sent() == ["person1@e.co"]
    assert queue("dead-letters").messages == []
    assert "1 password-changed: sent again" in capsys.readouterr().out


def test_link_that_has_expired_is_deleted(sent, capsys):
    put(LINK, ago=timedelta(hours=2))
    die()
    assert resend.run(STAGE) == 0
    deliver()

    assert sent() == []
    assert queue("dead-letters").messages == []
    assert "1 verification (expired): deleted" in capsys.readouterr().out


def test_dry_run_counts_and_changes_nothing(sent, capsys):
    put(NOTICE)
    die()
    put(LINK, ago=timedelta(minutes=20))
    assert resend.run(STAGE, dry_run=True) == 0

    assert "1 password-changed: would be sent again" in capsys.readouterr().out
    assert len(queue("dead-letters").messages) == 1
    assert len(database().scan("outbox")[0]) == 1


def test_item_that_no_queue_got_is_handed_over_unless_it_is_on_its_way(sent):
    put(LINK, ago=timedelta(minutes=20))
    put(NOTICE)
    assert resend.run(STAGE) == 0

    [left] = database().scan("outbox")[0]
    assert left["to"] == "person1@e.co"
    assert [message.body.count("person2@e.co") for message in queue("links").messages] == [1]


def test_run_that_is_killed_between_two_calls_sends_nothing_twice(sent):
    put(NOTICE)
    die()
    sqs = boto3.client("sqs")
    killed = mock.patch.object(sqs, "delete_message", side_effect=KeyboardInterrupt)
    with killed, mock.patch("boto3.client", return_value=sqs), pytest.raises(KeyboardInterrupt):
        resend.run(STAGE)
    show_again()
    assert len(queue("dead-letters").messages) == 1
    assert resend.run(STAGE) == 0
    deliver()

    assert sent() == ["person1@e.co"]


def test_stage_that_is_not_there_is_said(capsys):
    assert resend.run("nowhere") == 1
    assert "SQS: " in capsys.readouterr().err
