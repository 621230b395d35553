"""What AWS calls need, and what the policies of the Lambda functions grant.

``.chalice/permissions.json`` is the record: for each endpoint and each schedule, every permission
that any test was seen to need. The policies in ``.chalice/policies`` follow from it. ``make
permissions`` writes both.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chalicelib.functions import FUNCTION_BY_PACKAGE, FUNCTIONS, SCHEDULES, all_endpoints
from chalicelib.platform.settings import Settings
from chalicelib.sessions import keys
from ops import functions, tables

RECORD = Path(__file__).parents[2] / ".chalice" / "permissions.json"
# What no test can need, and why a function has it all the same, by (function, permission).
EXCEPTIONS: Mapping[tuple[str, str], str] = {}
# Lambda's runtime writes the log, and no test makes it do so.
LOG = "WriteItsOwnLog"
# A transaction needs the permission of each of its writes, and none of its own:
# docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
_IN_TRANSACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_SECRETS = {
    "session-key": Settings(stage="${Stage}").account_secret_name,
    "signing-key": Settings(stage="${Stage}").signing_secret_name,
}
_OF_ACCOUNT = "arn:${{AWS::Partition}}:{}:${{AWS::Region}}:${{AWS::AccountId}}:"
# The longest first, since a table's full name, with any stage in it, ends in its short name.
_TABLES = sorted(
    (
        table["TableName"].removeprefix(Settings(stage="any").table_name(""))
        for table in tables.declared("any")
    ),
    key=len,
    reverse=True,
)


def needs(
    service: str, operation: str, parameters: Mapping[str, Any], function: str = ""
) -> Iterator[str]:
    """Yield the permissions of a call: ``service:Verb thing``, with the index if it reads one."""
    if service == "secretsmanager":
        yield f"secretsmanager:{operation} {_secret(parameters['SecretId'], function)}"
    elif service == "sesv2":
        yield f"ses:{operation} mail"
    elif operation == "TransactWriteItems":
        for item in parameters["TransactItems"]:
            [(kind, write)] = item.items()
            yield f"dynamodb:{_IN_TRANSACTIONS[kind]} {_table(write['TableName'])}"
    elif operation in {"BatchGetItem", "BatchWriteItem"}:
        for name in parameters["RequestItems"]:
            yield f"dynamodb:{operation} {_table(name)}"
    else:
        index = f"/{parameters['IndexName']}" if "IndexName" in parameters else ""
        yield f"dynamodb:{operation} {_table(parameters['TableName'])}{index}"


def _secret(name: str, function: str) -> str:
    """Return the short name of the secret that a function reads for the one that a test read.

    A test runs every function in one process, and reads the session keys from the signing secret.
    The function ``accounts`` has them in the account secret.
    """
    if function == keys.ACCOUNTS:
        return "session-key"
    return next((short for short in _SECRETS if name.endswith(f"-{short}")), name)


def _table(name: str) -> str:
    return next((table for table in _TABLES if name.endswith(f"-{table}")), name)


def resource(thing: str) -> Any:
    """Return how a policy names what a permission is for."""
    table, _, index = thing.partition("/")
    if name := _SECRETS.get(thing):
        # By its name, since no stack may have made it. AWS appends six letters.
        return {"Fn::Sub": f"{_OF_ACCOUNT.format('secretsmanager')}secret:{name}-*"}
    if thing == "mail":
        # The sender's address is a setting; it is an identity of this account. An identity may have
        # a configuration set, and then sending needs the permission for both.
        parts = ("identity", "configuration-set")
        return [{"Fn::Sub": f"{_OF_ACCOUNT.format('ses')}{part}/*"} for part in parts]
    logical = "".join(part.title() for part in table.split("-")) + "Table"
    if index:
        return {"Fn::Sub": f"${{{logical}.Arn}}/index/{index}"}
    return {"Fn::GetAtt": [logical, "Arn"]}


def grants(policy: Mapping[str, Any], need: str) -> bool:
    """Say whether a policy, as the project writes them, grants a permission."""
    verb, thing = need.split()
    return any(
        statement["Effect"] == "Allow"
        and verb in statement["Action"]
        and statement["Resource"] == resource(thing)
        for statement in policy["Statement"]
    )


def recorded() -> dict[str, list[str]]:
    """Return the record."""
    record: dict[str, list[str]] = json.loads(RECORD.read_text())
    return record


def endpoints_of(function: str) -> set[str]:
    """Return the names of the endpoints that a function serves; its own if it has a schedule."""
    if function in SCHEDULES:
        return {function}
    return {
        each.view.__name__
        for each in all_endpoints()
        if FUNCTION_BY_PACKAGE[each.package] == function
    }


def needs_of(function: str, record: Mapping[str, list[str]] | None = None) -> set[str]:
    """Return all permissions that the endpoints of a function need."""
    known = recorded() if record is None else record
    exceptions = {need for owner, need in EXCEPTIONS if owner == function}
    return {need for name in endpoints_of(function) for need in known.get(name, ())} | exceptions


def policy(function: str, record: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
    """Return the policy that a function should have: what its endpoints need, and its log."""
    verbs: dict[str, list[str]] = {}
    by_thing = sorted(map(str.split, needs_of(function, record)), key=lambda need: need[::-1])
    for verb, thing in by_thing:
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
        "Sid": LOG,
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": {"Fn::GetAtt": [f"{functions.logical_name(function)}Log", "Arn"]},
    }
    return {"Version": "2012-10-17", "Statement": [*statements, log]}


def write(record: Mapping[str, list[str]]) -> None:
    """Write the record and the policies that follow from it."""
    RECORD.write_text(json.dumps(dict(sorted(record.items())), indent=2) + "\n")
    for function in FUNCTIONS:
        text = json.dumps(policy(function, record), indent=2) + "\n"
        (functions.POLICIES / f"{function}.json").write_text(text)
