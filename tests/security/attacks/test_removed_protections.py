"""Each protection of each role, taken away by itself: some technique then works that didn't before.

A protection is a part of a condition, or that a role lacks a permission: for a table, a secret, a
queue, or SES. What no technique notices is listed in ``docs/security.md`` with a reason.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from chalicelib.functions import FUNCTIONS
from ops import functions
from tests.security.attacks.policies import (
    documented,
    documented_as_unnoticed,
    with_permission,
)
from tests.support import permissions
from tests.support.condition_keys import ENCLOSING, RETURN_VALUES

Policy = Mapping[str, Any]
Mutants = Iterator[tuple[str, Policy]]
_READS = ("GetItem", "Query", "ConditionCheckItem")
_WRITES = ("PutItem", "UpdateItem", "DeleteItem")
_TAKES = (*_READS, "GetRecords", "ReceiveMessage", "GetSecretValue")
_TAKES += ("GetObject",)
# What Lambda does before it takes a record or a message, and what delays one, gives nothing.
_HARMLESS = ("DescribeStream", "GetShardIterator", "ListStreams")
_HARMLESS += ("GetQueueAttributes", "ChangeMessageVisibility")
# Techniques by what they use. A permission more gives nothing to a role with which one that uses
# the same thing in the same way works already.
_READING = {
    "api-keys": ("read the hash of an api key",),
    "audit": ("read the audit log",),
    "credentials": ("read a password hash",),
    "exports": ("read an export",),
    "files": ("read the file of an export",),
    "history": ("read a line of the history",),
    "identities": ("read whose name it is",),
    "notes": ("read a note",),
    "one-time-tokens": ("read whose link it is",),
    "outbox": ("read an email on its way",),
    "oidc": ("read the client secrets of providers",),
    "passkeys": ("read a passkey",),
    "queue/bus": ("read an event on its way",),
    "queue/exports": ("read an export",),
    "queue/links": ("read an email on its way",),
    "queue/notices": ("read an email on its way",),
    "queue/webhooks": ("read an event on its way",),
    "registrations": ("read a registration",),
    "search": ("read by which words a registration is found",),
    "sessions": ("read where a person signed in",),
    "signing-key": ("read the signing secret",),
    "summaries": ("read counts of registrations",),
    "users": ("read an account",),
    "webhooks": ("read a secret of webhooks",),
}
_SENDS_EVENTS = (
    "events:PutEvents bus",
    "sqs:SendMessage queue/bus",
    "sqs:SendMessage queue/webhooks",
)
_SENDS_EMAILS = ("sqs:SendMessage queue/links", "sqs:SendMessage queue/notices")
_WRITING = {
    "dynamodb:DeleteItem api-keys": ("revoke an api key",),
    "attempts": ("change a limit",),
    "exports": ("change or delete an export",),
    "sqs:DeleteMessage queue/exports": ("swallow an export",),
    "s3:AbortMultipartUpload files": ("swallow an export",),
    "files": ("replace the file of an export",),
    "history": (
        "overwrite a line of the history whose key is known",
        "delete a line of the history",
    ),
    "identities": ("point a name at another account",),
    "notes": ("overwrite a note whose key is known", "delete a note"),
    "dynamodb:UpdateItem one-time-tokens": ("withdraw a link",),
    "outbox": ("swallow an email", "email a person a link of their own"),
    "passkeys": ("replace a passkey",),
    "registrations": ("overwrite a registration",),
    "search": ("hide a registration from searches",),
    "summaries": ("change a count of registrations",),
    **dict.fromkeys(_SENDS_EVENTS, ("send a forged event",)),
    **dict.fromkeys(_SENDS_EMAILS, ("email a person a link of their own",)),
    "sqs:SendMessage queue/resets": ("ask for a link in any name",),
    **{need.replace("Send", "Delete"): ("swallow an event",) for need in _SENDS_EVENTS[1:]},
    **{need.replace("Send", "Delete"): ("swallow an email",) for need in _SENDS_EMAILS},
}
# What a role can do that writes the attributes that matter.
_NAMING = {
    "audit": ("overwrite an audit entry whose key is known",),
    "identities": ("point a name at another account",),
    "one-time-tokens": ("withdraw a link",),
    "users": ("change a role",),
}
_VERBS = (*_READS, *_WRITES, "BatchGetItem", "BatchWriteItem")
_TABLES = {"".join(word.title() for word in name.split("-")): name for name in permissions.TABLES}


def _without_conditions(function: str) -> Mutants:
    """Yield the policy without one part of one condition, for each."""
    for number, statement in enumerate(functions.policy(function)["Statement"]):
        for operator, keys in statement.get("Condition", {}).items():
            for key in keys:
                policy = copy.deepcopy(functions.policy(function))
                del policy["Statement"][number]["Condition"][operator][key]
                yield f"{statement['Sid']} without {key.partition(':')[2]}", policy


def _without_what_hides(function: str) -> Mutants:
    """Yield the policy with a write that may return an item, alone and not in a transaction."""
    for number, statement in enumerate(functions.policy(function)["Statement"]):
        keys = [key for keys in statement.get("Condition", {}).values() for key in keys]
        if {ENCLOSING, RETURN_VALUES} <= {*keys}:
            policy = copy.deepcopy(functions.policy(function))
            for limits in policy["Statement"][number]["Condition"].values():
                limits.pop(ENCLOSING, None)
                limits.pop(RETURN_VALUES, None)
            yield f"{statement['Sid']} without EnclosingOperation and ReturnValues", policy


def _other_needs() -> set[str]:
    """Return what any function needs of a thing that is no table: an index, a secret, a queue."""
    needs = {need for function in FUNCTIONS for need in permissions.actions_of(function)}
    apart = {need for need in needs if need.split()[1] not in permissions.TABLES}
    return {need for need in apart if not need.split()[0].endswith(_HARMLESS)}


def _with_permissions(function: str) -> Mutants:
    """Yield the policy with one permission more: for each table, secret, and queue."""
    tables = permissions.TABLES
    needs = {f"dynamodb:{verb} {table}" for table in tables for verb in (*_READS, *_WRITES)}
    for need in sorted(needs | _other_needs()):
        if need not in permissions.actions_of(function):
            yield f"with {need}", with_permission(function, *need.split())


def _is_possible_already(function: str, removal: str) -> bool:
    """Return whether a role can do what the removal would let it do."""
    if removal.startswith("with "):
        need = removal.removeprefix("with ")
        verb, thing = need.split()
        table = thing.partition("/")[0]  # of an index or a stream
        known = _WRITING if verb.partition(":")[2] not in _TAKES else _READING
        names = known.get(need) or known.get(thing) or known.get(table, ())
    else:
        sid, _, keys = removal.partition(" without ")
        verb = next(verb for verb in _VERBS if sid.startswith(verb))
        thing = _TABLES[sid.removeprefix(verb)]
        if "ReturnValues" in keys:
            names = _READING.get(thing, ())
        elif keys == "Attributes" and verb in _WRITES:
            names = _NAMING.get(thing, ())
        else:
            names = ()
    return not documented()[function].isdisjoint(names)


@pytest.mark.slow
@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_protection_that_is_removed_is_noticed_by_an_attack(attack, function):
    expected, listed = documented()[function], documented_as_unnoticed()
    policies = {
        name: policy
        for mutants in (_without_conditions, _without_what_hides, _with_permissions)
        for name, policy in mutants(function)
        if not _is_possible_already(function, name)
    }
    missed = {n for n, policy in policies.items() if attack(function, policy=policy) == expected}

    assert missed == listed & policies.keys()
