"""Functions of the packaged zip that deliver, killed before and after the call that does it."""

import json
from collections import Counter

import pytest

from ops import functions
from tests.matrix.consumers import event, link, put, sent_messages, told
from tests.matrix.triggers import messages
from tests.package.conftest import OF_LAMBDA
from tests.package.test_kills import AFTER, BEFORE, compiled, proxy_before
from tests.support.environments import MAIL_FROM, PUBLIC_URL, SETTINGS, clear_queues, stage
from tools import moto_server, rehearsal
from tools.lambda_runtime import NoAnswer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def killable_functions(dev_package, local_endpoint, tmp_path_factory):
    """The packaged functions, the proxy they speak through to moto, and the stage."""
    log = tmp_path_factory.mktemp("log") / "function.log"
    with (
        stage(local_endpoint) as behind,
        moto_server.running() as aws,
        proxy_before(aws) as proxy,
    ):
        environment = {
            **OF_LAMBDA,
            "AWS_ENDPOINT_URL": proxy.url,
            "AWS_ENDPOINT_URL_DYNAMODB": local_endpoint,
            "BREEZE_LAKES_POINT_STAGE": behind.name,
            "BREEZE_LAKES_POINT_PUBLIC_URL": PUBLIC_URL,
            "BREEZE_LAKES_POINT_MAIL_FROM": MAIL_FROM,
            "BREEZE_LAKES_POINT_QUEUES_URL": SETTINGS["QUEUES_URL"],
        }
        with rehearsal.running(
            compiled(dev_package, tmp_path_factory), environment, log=log
        ) as served:
            yield behind, proxy, served


def invocation(behind, function):
    """What Lambda hands a function for one email, or for one event."""
    put(*(event() if function == "event-bus" else link()))
    [row] = behind.rows("outbox")
    name = "breeze-lakes-point-test-outbox"
    [item] = behind.client.scan(TableName=name)["Items"]
    if function == "outbox":
        record = {"dynamodb": {"NewImage": item, "SequenceNumber": "1"}}
    else:
        body = {key: value for key, value in row.items() if key != "ttl"}
        record = {"body": json.dumps(body, default=int)}
    return json.dumps({"Records": [record]}).encode()


def delivered(function):
    """What has arrived where the function delivers."""
    if function == "mail":
        return Counter(m.destinations["ToAddresses"][0] for m in sent_messages())
    if function == "event-bus":
        return Counter(told(each["detail"]) for each in messages("webhooks"))
    return Counter(told(each) for each in messages("links"))


@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize(("function", "duplicates"), [("outbox", 0), ("mail", 1), ("event-bus", 1)])
def test_a_killed_function_delivers_once_more_and_nothing_is_lost(
    killable_functions, function, duplicates, when
):
    behind, proxy, served = killable_functions
    behind.clear("outbox")
    clear_queues()
    sent_messages().clear()
    name, asked = functions.logical_name(function), invocation(behind, function)
    [victim] = served.processes[name]
    proxy.watch(victim, 0, when)
    with pytest.raises(NoAnswer, match="died"):
        served.invoke(name, asked)
    proxy.watch()
    served.invoke(name, asked)

    [times] = delivered(function).values()
    assert times == 1 + (duplicates if when == AFTER else 0)
