"""The record of permissions: what each action asks of AWS, and what each function may ask.

``make permissions`` writes the record anew after a change that is meant.
"""

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
from chalice.test import Client

from app import app
from chalicelib.functions import FUNCTION_OF, ROOMS_OF, every_action
from chalicelib.platform import floor, settings
from chalicelib.platform.dynamodb import OPERATIONS
from chalicelib.sessions import keys
from ops import functions
from tests.aws_calls import recorded_calls
from tests.matrix.scenarios import SCENARIOS, as_staff_unseen_for_a_while
from tests.stages import stage

RECORD = Path(__file__).parent.parent.parent / ".chalice" / "permissions.json"
# A transaction needs the permission of each of its writes, and none of its own:
# docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
_IN_TRANSACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


def permissions(call):
    """What a call needs: ``service:Verb thing``, the index included where one is read."""
    sent = call.parameters
    if call.service == "secretsmanager":
        yield f"secretsmanager:{call.operation} session-key"
    elif call.service == "sesv2":
        yield f"ses:{call.operation} mail"
    elif call.operation == "TransactWriteItems":
        for item in sent["TransactItems"]:
            [(kind, write)] = item.items()
            yield f"dynamodb:{_IN_TRANSACTIONS[kind]} {table(write['TableName'])}"
    elif call.operation in {"BatchGetItem", "BatchWriteItem"}:
        for name in sent["RequestItems"]:
            yield f"dynamodb:{call.operation} {table(name)}"
    else:
        index = f"/{sent['IndexName']}" if "IndexName" in sent else ""
        yield f"dynamodb:{call.operation} {table(sent['TableName'])}{index}"


def table(name):
    return name.removeprefix(settings.current().table_name(""))


@pytest.fixture(scope="module")
def asked():
    """The calls that each action was seen to make."""
    seen = {scenario.action: [] for scenario in SCENARIOS.values()}
    with stage() as backend, mock.patch.object(floor, "_sleep"):
        for scenario in SCENARIOS.values():
            somebody = scenario.begin(backend, Client(app))
            put_back = backend.keep()
            # Staff, too, do what applicants do, and what is noted of them takes a permission of
            # its own.
            for by_staff in (False, True) if scenario.signed_in else (False,):
                put_back()
                person = replace(somebody)
                if by_staff:
                    as_staff_unseen_for_a_while(backend, person)
                keys.session_keys.cache_clear()
                with recorded_calls() as calls:
                    scenario.ask(person)
                seen[scenario.action] += calls
        yield seen


def test_each_action_asks_what_is_on_record_and_nothing_else(asked):
    recorded = {
        action: sorted({need for call in calls for need in permissions(call)})
        for action, calls in sorted(asked.items())
    }
    if os.environ.get("WRITE_PERMISSIONS"):
        RECORD.write_text(json.dumps(recorded, indent=2) + "\n")

    assert recorded == json.loads(RECORD.read_text()), "if this is meant: make permissions"


def test_the_operations_that_ship_are_those_that_are_asked(asked):
    seen = {(call.service, call.operation) for calls in asked.values() for call in calls}

    assert seen == {(service, name) for service, names in OPERATIONS.items() for name in names}


def test_signing_out_asks_nothing():
    record = json.loads(RECORD.read_text())

    assert record["sign_out"] == record["sign_out_by_get"] == []


OF_ACCOUNT = "arn:${{AWS::Partition}}:{}:${{AWS::Region}}:${{AWS::AccountId}}:"


def resource(thing):
    """How the policy names what a permission is for."""
    table, _, index = thing.partition("/")
    if thing == "session-key":
        # By its name, since it may be older than the stack. Six letters come behind it.
        name = settings.Settings(stage="${Stage}").session_key_name
        return {"Fn::Sub": f"{OF_ACCOUNT.format('secretsmanager')}secret:{name}-*"}
    if thing == "mail":
        # Which address mail comes from is a setting; it is an identity of this very account's. An
        # identity may have a configuration set, and then sending is a matter of both.
        parts = ("identity", "configuration-set")
        return [{"Fn::Sub": f"{OF_ACCOUNT.format('ses')}{part}/*"} for part in parts]
    logical = "".join(part.title() for part in table.split("-")) + "Table"
    if index:
        return {"Fn::Sub": f"${{{logical}.Arn}}/index/{index}"}
    return {"Fn::GetAtt": [logical, "Arn"]}


def needs_of(function):
    """What the actions of a function's rooms need together."""
    record = json.loads(RECORD.read_text())
    actions = [action for action in every_action() if FUNCTION_OF[action.room] == function]
    return {need for action in actions for need in record[action.view.__name__]}


def policy(function):
    """The policy of a function: what its actions need, and its log to write."""
    verbs = {}
    for verb, thing in sorted(map(str.split, needs_of(function)), key=lambda need: need[::-1]):
        verbs.setdefault(thing, []).append(verb)
    statements = [
        {
            "Sid": "Use" + "".join(re.sub(r"(^|[-/])(.)", lambda m: m[2].upper(), thing)),
            "Effect": "Allow",
            "Action": actions,
            "Resource": resource(thing),
        }
        for thing, actions in verbs.items()
    ]
    log = {
        "Sid": "WriteItsOwnLog",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": {"Fn::GetAtt": [f"{functions.logical_name(function)}Log", "Arn"]},
    }
    return {"Version": "2012-10-17", "Statement": [*statements, log]}


@pytest.mark.parametrize("function", ROOMS_OF)
def test_a_function_may_do_what_is_on_record_and_nothing_else(function):
    if os.environ.get("WRITE_PERMISSIONS"):
        written = json.dumps(policy(function), indent=2) + "\n"
        (functions.POLICIES / f"{function}.json").write_text(written)

    assert functions.policy(function) == policy(function), "if this is meant: make permissions"


def test_signing_out_may_write_its_log_and_nothing_else():
    [statement] = functions.policy("sign-out")["Statement"]

    assert statement["Sid"] == "WriteItsOwnLog"


def test_there_is_a_policy_for_each_function_and_no_other():
    assert {path.stem for path in functions.POLICIES.iterdir()} == set(ROOMS_OF)
