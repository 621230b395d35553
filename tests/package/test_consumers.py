"""What the template declares about emails: the outbox's stream, queues, a topic, and consumers."""

import json

import pytest

from chalicelib.delivery import webhooks
from chalicelib.functions import CONSUMERS
from chalicelib.platform import mail
from chalicelib.platform.aws import MAIL_CONNECT_SECONDS, MAIL_READ_SECONDS
from chalicelib.platform.outbox import Queue
from chalicelib.platform.settings import APPLICATION, Settings
from ops import functions


def triggers(resources, function):
    """The event source mappings of a function, by the name of what they read."""
    reference = {"Ref": functions.logical_name(function)}
    return {
        resource["Properties"]["EventSourceArn"]["Fn::GetAtt"][0]: resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::Lambda::EventSourceMapping"
        and resource["Properties"]["FunctionName"] == reference
    }


def queues(resources):
    """The queues by their short name."""
    return {
        name.removesuffix("Queue").lower(): resource["Properties"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::SQS::Queue"
    }


@pytest.mark.parametrize("function", CONSUMERS)
def test_a_consumer_gets_what_it_is_declared_for_and_nothing_else(prod, function):
    consumer = CONSUMERS[function]
    declared = prod[functions.logical_name(function)]["Properties"]

    sources = {functions.queue_name(queue) for queue in consumer.queues}
    sources |= {functions.table_name(consumer.table)} if consumer.table else set()
    assert triggers(prod, function).keys() == sources
    assert declared["Handler"] == consumer.handler
    permission = f"{functions.logical_name(function)}InvokePermission"
    assert (permission in prod) == (consumer.topic is not None)


def test_only_ses_may_publish_to_the_topic_which_alone_invokes_the_function(prod):
    topic = {"Ref": "EmailFeedbackTopic"}
    permission = prod["EmailFeedbackFunctionInvokePermission"]["Properties"]
    [statement] = prod["EmailFeedbackTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert (permission["Principal"], permission["SourceArn"]) == ("sns.amazonaws.com", topic)
    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    source = statement["Condition"]["StringEquals"]
    set_name = prod["ConfigurationSet"]["Properties"]["Name"]["Fn::Sub"]
    assert source["aws:SourceArn"]["Fn::Sub"].endswith(f":configuration-set/{set_name}")
    assert source["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}


def test_emails_are_sent_with_the_set_that_reports_bounces_and_complaints(prod):
    reports = prod["EmailFeedbackReports"]["Properties"]

    assert prod["ConfigurationSet"]["Properties"] == {
        "Name": {"Fn::Sub": Settings(stage="${Stage}").configuration_set},
        # Its owner couldn't take an address off SES's list.
        "SuppressionOptions": {"SuppressedReasons": []},
    }
    assert reports["ConfigurationSetName"] == {"Ref": "ConfigurationSet"}
    assert reports["EventDestination"]["MatchingEventTypes"] == ["bounce", "complaint"]
    assert reports["EventDestination"]["SnsDestination"] == {
        "TopicARN": {"Ref": "EmailFeedbackTopic"}
    }


def test_every_queue_has_one_consumer(prod):
    consumed = [queue for consumer in CONSUMERS.values() for queue in consumer.queues]

    assert sorted(consumed) == sorted([*Queue, "webhooks"])
    assert queues(prod).keys() == {*consumed, "deadletters", "undeliveredwebhooks"}


def test_stream_has_new_items_alone_and_repeats_only_what_failed(prod):
    [stream] = triggers(prod, "outbox").values()

    assert stream["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    patterns = [json.loads(one["Pattern"]) for one in stream["FilterCriteria"]["Filters"]]
    assert patterns == [{"eventName": ["INSERT"]}]
    # Lambda then repeats for as long as the stream has the item.
    assert {"MaximumRetryAttempts", "MaximumRecordAgeInSeconds"}.isdisjoint(stream)


def test_consumer_of_a_queue_gets_one_message_at_a_time(prod):
    for function in CONSUMERS:
        for source, trigger in triggers(prod, function).items():
            assert trigger["BatchSize"] == (100 if source == "OutboxTable" else 1)


@pytest.mark.parametrize("queue", Queue)
def test_queue_accepts_an_item_once_and_keeps_it_until_its_consumer_is_done(prod, queue):
    declared = queues(prod)[queue]
    [seconds] = [c.timeout_seconds for c in CONSUMERS.values() if queue in c.queues]

    assert declared["FifoQueue"] is True
    assert declared["QueueName"]["Fn::Sub"] == Settings(stage="${Stage}").queue_name(queue)
    # Lambda rejects a mapping to a queue whose messages return before the function has ended.
    assert declared["VisibilityTimeout"] >= 3 * seconds


def test_links_are_tried_for_an_hour_exports_for_two_notices_for_six_and_events_for_a_day(prod):
    tried = {
        name: queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"] / 3600
        for name, queue in queues(prod).items()
        if name in set(Queue)
    }

    assert tried == {"links": 1, "notices": 6, "resets": 1, "bus": 24, "exports": 2}


def test_webhooks_wait_in_a_standard_queue_that_only_the_rule_of_the_bus_may_send_to(prod):
    declared, name = queues(prod)["webhooks"], Settings(stage="${Stage}").queue_name("webhooks")
    rule = prod["WebhooksRule"]["Properties"]
    [statement] = prod["WebhooksQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert "FifoQueue" not in declared
    assert declared["QueueName"]["Fn::Sub"] == name
    assert declared["VisibilityTimeout"] >= 3 * CONSUMERS["webhooks"].timeout_seconds
    assert declared["RedrivePolicy"]["maxReceiveCount"] == len(webhooks.DELAYS) + 1
    assert rule["EventPattern"] == {"source": [APPLICATION]}
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"]["ArnEquals"] == {
        "aws:SourceArn": {"Fn::GetAtt": ["WebhooksRule", "Arn"]}
    }


def test_only_the_functions_that_call_sqs_know_the_queues(prod):
    knowing = [
        function
        for function in (*CONSUMERS, "accounts", "staff")
        if "BREEZE_LAKES_POINT_QUEUES_URL"
        in prod[functions.logical_name(function)]["Properties"]["Environment"]["Variables"]
    ]

    assert knowing == ["outbox", "webhooks"]


def test_an_email_is_sent_or_given_up_before_lambda_ends_the_function():
    pauses = sum(mail._FIRST_PAUSE_SECONDS * 2**n for n in range(1, mail._ATTEMPTS))

    limit = CONSUMERS["mail"].timeout_seconds
    assert MAIL_CONNECT_SECONDS + MAIL_READ_SECONDS + pauses < limit
