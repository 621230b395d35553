"""The Lambda functions in the template, made of the table in ``chalicelib.functions``.

Chalice writes one function for all routes, with its role and the API's permission to call it. Here
are the others, each beside it: the same but for its role, its log, and the packages that it
serves; and for each route, which of them answers it.
A function with a schedule, a stream, or queues has a handler of its own.
"""

import copy
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.functions import (
    CONSUMERS,
    FUNCTION_BY_PACKAGE,
    FUNCTIONS,
    HANDLERS,
    SCHEDULES,
    USE_EXPORTS_BUCKET,
    Consumer,
    Schedule,
    all_endpoints,
)
from chalicelib.platform.settings import APPLICATION, PREFIX
from ops import layer

POLICIES = Path(__file__).parent.parent / ".chalice" / "policies"
# The one that Chalice writes. What it may do is named as its policy in .chalice/config.json.
CHALICES = "accounts"
_CHALICES_NAME = "APIHandler"
_INVOCATIONS = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
    "${%s.Arn}/invocations"
)
# The URL of a queue is this, and its name.
_QUEUES = "https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}"
_CALLER = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${RestAPI}/*"
_ASSUMED_BY_LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def logical_name(function: str) -> str:
    """Return the name that a function has in the template; its log's has ``Log`` after it."""
    return _CHALICES_NAME if function == CHALICES else _capitalised(function)


def table_name(table: str) -> str:
    """Return the name that a table has in the template."""
    return "".join(word.title() for word in f"{table}-table".split("-"))


def queue_name(queue: str) -> str:
    """Return the name that a queue has in the template."""
    return "".join(word.title() for word in f"{queue}-queue".split("-"))


def topic_name(topic: str) -> str:
    """Return the name that a topic has in the template."""
    return "".join(word.title() for word in f"{topic}-topic".split("-"))


def role_name(function: str) -> str:
    """Return the name that a function's role has in the template."""
    return "ApiHandlerRole" if function == CHALICES else f"{_capitalised(function)}Role"


def policy(function: str) -> dict[str, Any]:
    """Return a function's permissions, as ``make permissions`` recorded them."""
    document: dict[str, Any] = json.loads((POLICIES / f"{function}.json").read_text())
    return document


def role_policy(function: str) -> dict[str, Any]:
    """Return a function's permissions as its role has them, in few characters.

    IAM limits a role's inline policies to 10,240 characters. It needs no names of statements, and
    takes a single value in place of a list of one.
    """
    document = policy(function)
    for statement in document["Statement"]:
        del statement["Sid"]
    shortened: dict[str, Any] = {**document, "Statement": _shortened(document["Statement"])}
    return shortened


def _shortened(part: Any) -> Any:
    """Return a part of a policy with a single text in place of each list of one."""
    match part:
        case [str() as only]:
            return only
        case list():
            return [_shortened(each) for each in part]
        case {"Fn::GetAtt": _} | {"Fn::Sub": _}:
            return part
        case dict():
            return {name: _shortened(value) for name, value in part.items()}
    return part


def compose(resources: dict[str, Any], config: Mapping[str, Any]) -> None:
    """Complete the resources that are merged into Chalice's.

    Args:
        resources: with Chalice's function and its log, whose properties the others' follow.
        config: Chalice's, with the architecture.
    """
    log = resources[f"{_CHALICES_NAME}Log"]
    # As declared: what belongs to Chalice's function alone is added below.
    first = copy.deepcopy(resources[_CHALICES_NAME]["Properties"])
    for function in FUNCTIONS:
        name, its_log = logical_name(function), copy.deepcopy(log)
        its_log["Properties"]["LogGroupName"]["Fn::Sub"] += f"-{function}"
        resources[f"{name}Log"] = its_log
        if function != CHALICES:
            resources |= _function(function, first, config)
        properties = resources.setdefault(name, {})["Properties"]
        variables = properties["Environment"]["Variables"]
        variables[f"{PREFIX}FUNCTION"] = function
        if function in CONSUMERS and CONSUMERS[function].uses_queues:
            variables[f"{PREFIX}QUEUES_URL"] = {"Fn::Sub": _QUEUES}
        if function in USE_EXPORTS_BUCKET:
            variables[f"{PREFIX}EXPORTS_BUCKET"] = {"Ref": "ExportsBucket"}
        properties |= _operated(function)
    layer.compose(resources, {function: logical_name(function) for function in FUNCTIONS})
    resources["TracingPolicy"] = _tracing_policy()
    api = resources["RestAPI"]["Properties"]
    api.setdefault("DefinitionBody", {})["paths"] = _answered_by()


def _operated(function: str) -> dict[str, Any]:
    """Return the function settings that come from parameters, and its runtime update policy."""
    return {
        **_concurrency(function),
        "Tracing": {"Fn::If": ["Traces", "Active", "PassThrough"]},
        # A new patch of the runtime comes with a deployment, whose smoke test would notice a fault.
        "RuntimeManagementConfig": {"UpdateRuntimeOn": "FunctionUpdate"},
    }


def _concurrency(function: str) -> dict[str, Any]:
    """Return the concurrency that's reserved for a function: one without endpoints needs none."""
    if function in HANDLERS:
        return {}
    reserved = "SignOutConcurrency" if function == "sign-out" else "FunctionConcurrency"
    return {
        "ReservedConcurrentExecutions": {
            "Fn::If": [f"Has{reserved}", {"Ref": reserved}, {"Ref": "AWS::NoValue"}]
        }
    }


def _tracing_policy() -> dict[str, Any]:
    """Return the permission to send traces. X-Ray has no resources to name in it."""
    return {
        "Type": "AWS::IAM::Policy",
        "Condition": "Traces",
        "Properties": {
            "PolicyName": "SendTraces",
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
                        "Resource": "*",
                    }
                ],
            },
            "Roles": [{"Ref": role_name(function)} for function in FUNCTIONS],
        },
    }


def _function(function: str, first: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    name, role = logical_name(function), role_name(function)
    properties = {
        "Runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
        "Handler": "app.app",
        "CodeUri": "./deployment.zip",
        "MemorySize": config["lambda_memory_size"],
        "Timeout": config["lambda_timeout"],
        "Architectures": [config["lambda_architecture"]],
        "Role": {"Fn::GetAtt": [role, "Arn"]},
        "LoggingConfig": {"LogGroup": {"Ref": f"{name}Log"}},
    }
    triggers: dict[str, Any] = {}
    if schedule := SCHEDULES.get(function):
        properties |= _scheduled(function, schedule)
    elif consumer := CONSUMERS.get(function):
        properties |= {"Handler": consumer.handler, "Timeout": consumer.timeout_seconds}
        triggers = _triggers(name, consumer)
    granted = {"PolicyName": f"{role}Policy", "PolicyDocument": role_policy(function)}
    resources = {
        name: {
            "Type": "AWS::Serverless::Function",
            "Properties": {**copy.deepcopy(dict(first)), **properties},
        },
        role: {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": _ASSUMED_BY_LAMBDA,
                "Policies": [granted],
            },
        },
    }
    if function in HANDLERS:
        return resources | triggers
    return resources | {
        f"{name}InvokePermission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "FunctionName": {"Ref": name},
                "Action": "lambda:InvokeFunction",
                "Principal": "apigateway.amazonaws.com",
                "SourceArn": {"Fn::Sub": _CALLER},
            },
        },
    }


def _scheduled(function: str, schedule: Schedule) -> dict[str, Any]:
    """Return the properties of a function that a schedule invokes.

    SAM makes a rule of its event, and lets that rule alone invoke the function.
    """
    rule = {
        "Description": {"Fn::Sub": f"Invokes {function} of {APPLICATION}-${{Stage}}."},
        "Schedule": f"rate({schedule.minutes} minutes)",
    }
    return {
        "Handler": schedule.handler,
        "Timeout": schedule.timeout_seconds,
        "Events": {"Schedule": {"Type": "Schedule", "Properties": rule}},
    }


def _triggers(name: str, consumer: Consumer) -> dict[str, Any]:
    """Return what takes items from a stream, a topic, or queues, and invokes a function.

    Args:
        name: the function's, in the template.
        consumer: what it consumes.
    """
    triggers: dict[str, Any] = {}
    if consumer.table:
        triggers[f"{name}Stream"] = {
            "EventSourceArn": {"Fn::GetAtt": [table_name(consumer.table), "StreamArn"]},
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": 100,
            "BisectBatchOnFunctionError": True,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            # Not what is deleted, or has expired.
            "FilterCriteria": {"Filters": [{"Pattern": json.dumps({"eventName": ["INSERT"]})}]},
        }
    for queue in consumer.queues:
        triggers[f"{name}{queue.title()}"] = {
            "EventSourceArn": {"Fn::GetAtt": [queue_name(queue), "Arn"]},
            "BatchSize": 1,
        }
        if consumer.concurrency:
            limit = {"MaximumConcurrency": {"Ref": consumer.concurrency}}
            triggers[f"{name}{queue.title()}"]["ScalingConfig"] = limit
    mappings = {
        trigger: {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {"FunctionName": {"Ref": name}, **properties},
        }
        for trigger, properties in triggers.items()
    }
    return mappings | (_subscription(name, topic_name(consumer.topic)) if consumer.topic else {})


def _subscription(name: str, topic: str) -> dict[str, Any]:
    """Return what lets a topic, and nothing else, invoke a function.

    Args:
        name: the function's, in the template.
        topic: the topic's, in the template.
    """
    return {
        f"{name}InvokePermission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "FunctionName": {"Ref": name},
                "Action": "lambda:InvokeFunction",
                "Principal": "sns.amazonaws.com",
                "SourceArn": {"Ref": topic},
            },
        },
        f"{name}Subscription": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": {"Ref": topic},
                "Protocol": "lambda",
                "Endpoint": {"Fn::GetAtt": [name, "Arn"]},
            },
        },
    }


def _answered_by() -> dict[str, Any]:
    """Return for each path and method the function that API Gateway calls, as Swagger has it."""
    paths: dict[str, Any] = {}
    for endpoint in all_endpoints():
        uri = {"Fn::Sub": _INVOCATIONS % logical_name(FUNCTION_BY_PACKAGE[endpoint.package])}
        methods = paths.setdefault(endpoint.path, {})
        for method in endpoint.methods:
            methods[method.lower()] = {"x-amazon-apigateway-integration": {"uri": uri}}
    return paths


def _capitalised(function: str) -> str:
    return "".join(word.title() for word in f"{function}-function".split("-"))
