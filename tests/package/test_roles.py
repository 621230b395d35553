"""What each function's role allows, evaluated as IAM does.

It is every call that the function's endpoints make, and no other. The calls are those on record,
which every test that makes one is checked against.
"""

import json
import re

import pytest
from moto.iam.access_control import IAMPolicy, PermissionResult

from chalicelib.functions import FUNCTIONS
from chalicelib.platform.settings import Settings
from ops import functions
from tests.support.permissions import actions_of

ACCOUNT = "arn:aws:{}:us-east-1:123456789012:"
SECRETS = {
    "session-key": Settings(stage="prod").account_secret_name,
    "signing-key": Settings(stage="prod").signing_secret_name,
    "oidc": Settings(stage="prod").oidc_secret_name,
}
SECRET = ACCOUNT.format("secretsmanager") + "secret:"
WILDCARD = re.compile(
    r"(:|(session|signing)-key-|oidc-|identity/|configuration-set/|outbox/stream/|/exports/)\*$"
)
MAX_POLICY = 10_240
# CloudFormation names the bucket after its stack.
BUCKET = "breeze-lakes-point-prod-exportsbucket-1a2b3c"
OWN_LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}


def _arn(resources, logical):
    """The ARN that a resource of the template has once it is made."""
    properties = resources[logical]["Properties"]
    if "TableName" in properties:
        return ACCOUNT.format("dynamodb") + "table/" + properties["TableName"]
    if "QueueName" in properties:
        name = properties["QueueName"]["Fn::Sub"]
        return ACCOUNT.format("sqs") + name.replace("${Stage}", "prod")
    if resources[logical]["Type"] == "AWS::Events::EventBus":
        name = properties["Name"]["Fn::Sub"].replace("${Stage}", "prod")
        return f"{ACCOUNT.format('events')}event-bus/{name}"
    if resources[logical]["Type"] == "AWS::S3::Bucket":
        return f"arn:aws:s3:::{BUCKET}"
    if "LogGroupName" in properties:
        return ACCOUNT.format("logs") + f"log-group:{properties['LogGroupName']}:*"
    raise AssertionError(logical)


def _resolved(resources, reference):
    """An intrinsic function of a policy as CloudFormation resolves it."""
    match reference:
        case {"Fn::GetAtt": [logical, "Arn"]} | {"Ref": logical}:
            return _arn(resources, logical)
        case {"Fn::Sub": text}:
            text = re.sub(r"\$\{(\w+)\.Arn\}", lambda found: _arn(resources, found[1]), text)
            for name, value in (
                ("Partition", "aws"),
                ("Region", "us-east-1"),
                ("AccountId", "123456789012"),
            ):
                text = text.replace(f"${{AWS::{name}}}", value)
            return text.replace("${Stage}", "prod")
        case list():
            return [_resolved(resources, each) for each in reference]
    raise AssertionError(reference)


def _statements(resources, function):
    """The statements of a function's role, with the ARNs that they will have."""
    role = resources[functions.role_name(function)]["Properties"]
    [policy] = role["Policies"]
    return [
        {
            **statement,
            "Action": _as_list(statement["Action"]),
            "Resource": _resolved(resources, statement["Resource"]),
        }
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def _as_list(value):
    return [value] if isinstance(value, str) else value


def _iam_request(need):
    """Return the IAM action and ARN of a recorded call."""
    verb, target = need.split()
    table, _, index = target.partition("/")
    prod = Settings(stage="prod")
    if target in SECRETS:
        return verb, f"{SECRET}{SECRETS[target]}-AbCdEf"
    single = {
        "mail": ACCOUNT.format("ses") + "identity/office@lakes.example",
        "files": f"arn:aws:s3:::{BUCKET}/exports/someone/one.csv",
        "bus": f"{ACCOUNT.format('events')}event-bus/{prod.event_bus_name}",
    }
    if target in single:
        return verb, single[target]
    if table == "queue":
        return verb, ACCOUNT.format("sqs") + prod.queue_name(index)
    if index == "stream":
        return verb, ACCOUNT.format("dynamodb") + f"table/{prod.table_name(table)}/stream/2026"
    arn = ACCOUNT.format("dynamodb") + f"table/{prod.table_name(table)}"
    return verb, f"{arn}/index/{index}" if index else arn


def _is_allowed(statements, request):
    policy = IAMPolicy({"policy_document": json.dumps({"Statement": statements})})
    return policy.is_action_permitted(*request) is PermissionResult.PERMITTED


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_allows_every_call_of_its_functions_actions(prod, function):
    statements = _statements(prod, function)

    assert [n for n in actions_of(function) if not _is_allowed(statements, _iam_request(n))] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_statement_is_there_for_nothing(prod, function):
    calls = [*map(_iam_request, actions_of(function))]
    log = _arn(prod, f"{functions.logical_name(function)}Log")
    calls += [(verb, log) for verb in OWN_LOG]

    for statement in _statements(prod, function):
        for verb in statement["Action"]:
            alone = [{**statement, "Action": [verb]}]
            assert any(_is_allowed(alone, call) for call in calls), (statement["Resource"], verb)


@pytest.mark.parametrize("function", sorted(set(FUNCTIONS) - {"sign-out"}))
def test_signing_out_is_denied_every_call_of_the_others(prod, function):
    statements = _statements(prod, "sign-out")
    log = _arn(prod, f"{functions.logical_name(function)}Log")

    requests = [*map(_iam_request, actions_of(function)), *((verb, log) for verb in OWN_LOG)]
    assert [call for call in requests if _is_allowed(statements, call)] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_names_what_it_is_for(prod, function):
    for statement in _statements(prod, function):
        assert not [verb for verb in statement["Action"] if "*" in verb]
        # Wildcards may match only the streams of a log group or of the outbox, the random suffix of
        # a secret's name, and the sender address of mail, which no template declares.
        resources = statement["Resource"]
        for resource in resources if isinstance(resources, list) else [resources]:
            assert "*" not in WILDCARD.sub("", resource)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_policy_is_short_enough_for_a_role(prod, function):
    # IAM counts the characters of a role's inline policies, without white space.
    statements = [
        {**each, "Action": each["Action"][0] if len(each["Action"]) == 1 else each["Action"]}
        for each in _statements(prod, function)
    ]
    policy = {"Version": "2012-10-17", "Statement": statements}

    assert len(json.dumps(policy, separators=(",", ":"))) <= MAX_POLICY


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_lambda_can_assume_a_role(prod, function):
    role = prod[functions.role_name(function)]["Properties"]
    [statement] = role["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
