"""What AWS calls need, and what the policies of the Lambda functions grant.

``.chalice/permissions.json`` is the record: for each endpoint and each handler, every permission
that any test was seen to need, and on the tables of ``LIMITED``, what the calls named. The policies
in ``.chalice/policies`` and their conditions follow from it. ``make permissions`` writes both.

A permission is a text, ``service:Verb thing``; what a call named is one with a third part, for
example ``dynamodb:UpdateItem sessions Attributes=lastSeenAt``.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from chalicelib.exports import files
from chalicelib.functions import (
    CONSUMERS,
    FUNCTION_BY_PACKAGE,
    FUNCTIONS,
    HANDLERS,
    all_endpoints,
)
from chalicelib.platform.settings import Settings
from chalicelib.sessions import keys
from ops import functions, tables
from tests.support import iam
from tests.support.condition_keys import (
    ATTRIBUTES,
    ENCLOSING,
    LEADING_KEYS,
    RETURN_VALUES,
    SELECT,
    index_keys,
)
from tests.support.iam import Request

RECORD = Path(__file__).parents[2] / ".chalice" / "permissions.json"
# What no test can need, and why a function has it all the same, by (function, permission).
EXCEPTIONS: Mapping[tuple[str, str], str] = {}
# Lambda's runtime writes the log, and no test makes it do so.
LOG = "WriteItsOwnLog"
# The tables with which people sign in: a function may name only what its calls named there.
_ACCOUNT_TABLES = (
    *("api-keys", "attempts", "audit", "identities", "one-time-tokens", "sessions", "users"),
)
_NAMED = (ATTRIBUTES, ENCLOSING, RETURN_VALUES, SELECT)
# The condition keys that a function's permissions have, by table.
LIMITED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_ACCOUNT_TABLES, _NAMED),
    # Whether a counter is written by itself or with others reveals nothing, and a policy is short.
    "attempts": tuple(key for key in _NAMED if key != ENCLOSING),
    # A role that may only put items must not get back the item that it replaces.
    "outbox": (RETURN_VALUES,),
    # What an item of this table is for is in its key, after a #: an event has none.
    "events": (LEADING_KEYS,),
}
_SECRETS = {
    "session-key": Settings(stage="${Stage}").account_secret_name,
    "signing-key": Settings(stage="${Stage}").signing_secret_name,
    "oidc": Settings(stage="${Stage}").oidc_secret_name,
}
# The files of exports, under their prefix in their bucket.
BUCKET = "files"
# The others are named after their operation:
# docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
_S3_ACTIONS = dict.fromkeys(
    ("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"), "s3:PutObject"
)
_READS = {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"}
# What Lambda does for a function that consumes a stream or queues; see "Permissions" in
# docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
# and services-sqs-configure.html
_STREAM = "stream"
_READ_STREAM = (
    *("dynamodb:DescribeStream", "dynamodb:GetRecords"),
    *("dynamodb:GetShardIterator", "dynamodb:ListStreams"),
)
_TAKE_MESSAGES = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
_SPECIFIC, _ALONE, _ANY = "SPECIFIC_ATTRIBUTES", "none", "*"
_OF_ACCOUNT = "arn:${{AWS::Partition}}:{}:${{AWS::Region}}:${{AWS::AccountId}}:"
# The longest first, since a table's full name, with any stage in it, ends in its short name.
TABLES = sorted(
    (
        table["TableName"].removeprefix(Settings(stage="any").table_name(""))
        for table in tables.declared("any")
    ),
    key=len,
    reverse=True,
)


def requests(
    service: str, operation: str, parameters: Mapping[str, Any], function: str = ""
) -> Iterator[Request]:
    """Yield what IAM decides about a call, each item of a transaction by itself."""
    if service == "secretsmanager":
        secret = _secret(parameters["SecretId"], function)
        yield Request(f"secretsmanager:{operation}", secret)
    elif service == "sesv2":
        yield Request(f"ses:{operation}", "mail")
    elif service == "events":
        yield Request(f"events:{operation}", "bus")
    elif service == "s3":
        yield Request(_S3_ACTIONS.get(operation, f"s3:{operation}"), BUCKET)
    elif service == "sqs":
        queue = parameters["QueueUrl"].removesuffix(".fifo").rpartition("-")[2]
        yield Request(f"sqs:{operation.removesuffix('Batch')}", f"queue/{queue}")
    else:
        yield from iam.dynamodb_requests(operation, parameters, _table)


def named(request: Request) -> Iterator[str]:
    """Yield what a request named, as the record has it; nothing outside of ``LIMITED``."""
    for key in LIMITED.get(request.table, ()):
        if key == LEADING_KEYS and request.action in _READS:
            continue
        values = request.context.get(key, ())
        if key == ENCLOSING and request.action not in _READS:
            values = values or (_ALONE,)
        for value in sorted(values):
            text = _kind(value) if key == LEADING_KEYS else value
            yield f"{request.need} {key.partition(':')[2]}={text}"


def _kind(key: str) -> str:
    """Return the pattern of a composed key: ``fair#offer#7`` is ``*#offer#*``."""
    parts = key.split("#")
    return "#".join(part if number == 1 else _ANY for number, part in enumerate(parts))


def _secret(name: str, function: str) -> str:
    """Return the short name of the secret that a function reads for the one that a test read.

    A test runs every function in one process, and reads the session keys from the signing secret.
    The function ``accounts`` has them in the account secret.
    """
    if function == keys.ACCOUNTS and name.endswith("-key"):
        return "session-key"
    return next((short for short in _SECRETS if name.endswith(f"-{short}")), name)


def _table(name: str) -> str:
    return next((table for table in TABLES if name.endswith(f"-{table}")), name)


def resource(target: str) -> Any:
    """Return how a policy names what a permission is for."""
    table, _, index = target.partition("/")
    if name := _SECRETS.get(target):
        # By its name, since no stack may have made it. AWS appends six letters.
        return {"Fn::Sub": f"{_OF_ACCOUNT.format('secretsmanager')}secret:{name}-*"}
    if target == "mail":
        # The sender's address is a setting; it is an identity of this account. Sending needs the
        # permission for the stage's configuration set, too.
        parts = ("identity/*", f"configuration-set/{Settings(stage='${Stage}').configuration_set}")
        return [{"Fn::Sub": f"{_OF_ACCOUNT.format('ses')}{part}"} for part in parts]
    if target == BUCKET:
        return {"Fn::Sub": f"${{ExportsBucket.Arn}}/{files.PREFIX}*"}
    if target == "bus" or table == "queue":
        name = functions.queue_name(index) if table == "queue" else "EventBus"
        return {"Fn::GetAtt": [name, "Arn"]}
    logical = functions.table_name(table)
    if index:
        # Lambda lists a table's streams.
        part = "stream/*" if index == _STREAM else f"index/{index}"
        return {"Fn::Sub": f"${{{logical}.Arn}}/{part}"}
    return {"Fn::GetAtt": [logical, "Arn"]}


def grants(policy: Mapping[str, Any], need: str) -> bool:
    """Say whether a policy, as the project writes them, grants a permission."""
    verb, target, *rest = need.split()
    return any(
        statement["Effect"] == "Allow"
        and verb in statement["Action"]
        and statement["Resource"] == resource(target)
        and all(_permits(statement.get("Condition", {}), condition) for condition in rest)
        for statement in policy["Statement"]
    )


def _permits(condition: Mapping[str, Any], named_value: str) -> bool:
    """Say whether a condition permits one value of a key."""
    key, value = named_value.split("=")
    limits = [keys[f"dynamodb:{key}"] for keys in condition.values() if f"dynamodb:{key}" in keys]
    return all(value in limit for limit in limits)


def recorded() -> dict[str, list[str]]:
    """Return the record."""
    record: dict[str, list[str]] = json.loads(RECORD.read_text())
    return {
        name: [need for line in lines for need in _read(line)] for name, lines in record.items()
    }


def _read(line: str) -> Iterator[str]:
    """Yield the permission of a line of the record, and what its calls named."""
    verb, target, *rest = line.split()
    yield f"{verb} {target}"
    for key, values in (condition.split("=") for condition in rest):
        yield from (f"{verb} {target} {key}={value}" for value in values.split(","))


def _lines(needed: Iterable[str]) -> list[str]:
    """Return the lines of the record: one for each permission, with what its calls named."""
    lines: dict[str, dict[str, list[str]]] = {}
    for need in sorted(needed):
        verb, target, *rest = need.split()
        keys = lines.setdefault(f"{verb} {target}", {})
        for key, value in (condition.split("=") for condition in rest):
            keys.setdefault(key, []).append(value)
    return [
        " ".join([need, *(f"{key}={','.join(values)}" for key, values in keys.items())])
        for need, keys in lines.items()
    ]


def endpoints_of(function: str) -> set[str]:
    """Return the names of the endpoints that a function serves; its own if it has a handler."""
    if function in HANDLERS:
        return {function}
    return {
        each.view.__name__
        for each in all_endpoints()
        if FUNCTION_BY_PACKAGE[each.package] == function
    }


def actions_of(function: str) -> set[str]:
    """Return the permissions of a function without what its calls named."""
    return {need for need in needs_of(function) if not _is_named(need)}


def _is_named(need: str) -> bool:
    return "=" in need


def needs_of(function: str, record: Mapping[str, list[str]] | None = None) -> set[str]:
    """Return all permissions that the endpoints of a function need."""
    known = recorded() if record is None else record
    exceptions = {need for owner, need in EXCEPTIONS if owner == function}
    needed = {need for name in endpoints_of(function) for need in known.get(name, ())}
    return needed | exceptions | lambdas_needs(function)


def lambdas_needs(function: str) -> set[str]:
    """Return the permissions with which Lambda takes items and messages for a function.

    Lambda uses the function's role for it, and no test can make it do so.
    """
    consumer = CONSUMERS.get(function)
    if consumer is None:
        return set()
    of_stream = {f"{verb} {consumer.table}/{_STREAM}" for verb in _READ_STREAM if consumer.table}
    of_queues = {f"{verb} queue/{queue}" for queue in consumer.queues for verb in _TAKE_MESSAGES}
    return of_stream | of_queues


def policy(function: str, record: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
    """Return the policy that a function should have: what its endpoints need, and its log."""
    needed = needs_of(function, record)
    free: dict[str, list[str]] = {}
    statements = []
    for verb, target in sorted(
        (need.split() for need in needed if need.count(" ") == 1), key=_last
    ):
        prefix = f"{verb} {target} "
        tables = {need.removeprefix(prefix) for need in needed if need.startswith(prefix)}
        if condition := _condition(verb, target, tables):
            statement = {
                **_statement(verb.partition(":")[2], target, [verb]),
                "Condition": condition,
            }
            statements.append(statement)
        else:
            free.setdefault(target, []).append(verb)
    statements += [_statement("Use", target, verbs) for target, verbs in free.items()]
    log = {
        "Sid": LOG,
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": {"Fn::GetAtt": [f"{functions.logical_name(function)}Log", "Arn"]},
    }
    return {"Version": "2012-10-17", "Statement": [*statements, log]}


def _last(need: list[str]) -> list[str]:
    return need[::-1]


def _statement(does: str, target: str, verbs: list[str]) -> dict[str, Any]:
    named_thing = re.sub(r"(^|[-/])(.)", lambda found: found[2].upper(), target)
    return {
        "Sid": f"{does}{named_thing}",
        "Effect": "Allow",
        "Action": verbs,
        "Resource": resource(target),
    }


def _condition(verb: str, target: str, conditions: Iterable[str]) -> dict[str, Any]:
    """Return the condition of a permission; nothing if any request may pass.

    Args:
        verb: the action.
        target: the table, with the index if one is read.
        conditions: what the calls named, for example ``Attributes=lastSeenAt``.
    """
    values: dict[str, list[str]] = {}
    for key, value in sorted(line.split("=") for line in conditions):
        values.setdefault(f"dynamodb:{key}", []).append(value)
    condition: dict[str, Any] = {}
    if LEADING_KEYS in values and _ANY not in values[LEADING_KEYS]:
        condition["ForAllValues:StringLike"] = {LEADING_KEYS: values[LEADING_KEYS]}
    # It always has a value in a single write, but AWS doesn't say so of each in a transaction.
    returned = {RETURN_VALUES: values[RETURN_VALUES]} if RETURN_VALUES in values else {}
    if ATTRIBUTES not in values:
        return condition | ({"StringEqualsIfExists": returned} if returned else {})
    if verb in _READS and values[SELECT] != [_SPECIFIC]:
        # Without a projection, a read returns everything, regardless of the attributes it names.
        return condition
    # "You must specify the names of all of the primary key and index key attributes."
    attributes = sorted({*values[ATTRIBUTES], *index_keys(target)})
    condition["ForAllValues:StringEquals"] = {ATTRIBUTES: attributes}
    if SELECT in values:
        condition["StringEquals"] = {SELECT: values[SELECT]}
    if returned:
        condition["StringEqualsIfExists"] = returned
    # A check of a condition is part of a transaction anyway, and AWS lists no such key for it.
    is_check = verb == "dynamodb:ConditionCheckItem"
    if not is_check and _ALONE not in values.get(ENCLOSING, [_ALONE]):
        condition["ForAnyValue:StringEquals"] = {ENCLOSING: values[ENCLOSING]}
    return condition


def write(record: Mapping[str, list[str]]) -> None:
    """Write the record and the policies that follow from it."""
    lines = {name: _lines(needed) for name, needed in sorted(record.items())}
    RECORD.write_text(json.dumps(lines, indent=2) + "\n")
    for function in FUNCTIONS:
        text = json.dumps(policy(function, record), indent=2) + "\n"
        (functions.POLICIES / f"{function}.json").write_text(text)
