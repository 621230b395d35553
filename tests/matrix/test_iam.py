"""How the tests evaluate a policy: as AWS documents it, with the conditions.

The sources are in ``tests/support/condition_keys.py`` and ``tests/support/iam.py``.
"""

import pytest

from tests.support import iam, permissions
from tests.support.condition_keys import (
    ATTRIBUTES,
    ENCLOSING,
    LEADING_KEYS,
    RETURN_VALUES,
    SELECT,
)

TABLE = "breeze-lakes-point-test-sessions"
KEY = {"userId": {"S": "river"}, "id": {"S": "one"}}
TOUCH = {
    "TableName": TABLE,
    "Key": KEY,
    "UpdateExpression": "SET lastSeenAt = :now",
    "ConditionExpression": "attribute_exists(userId)",
    "ExpressionAttributeValues": {":now": {"S": "2026-11-30"}},
}


def context(operation, **call):
    """The condition keys of a call with one request."""
    [request] = permissions.requests("dynamodb", operation, {"TableName": TABLE, **call})
    return {key: set(values) for key, values in request.context.items()}


def test_an_update_names_its_key_and_every_attribute_of_its_expressions():
    expressions = {
        "UpdateExpression": "SET #a = if_not_exists(b, :b), c.d = :d REMOVE e[1] ADD f :f",
        "ConditionExpression": "NOT (size(g) > :g AND h IN (:h, :i)) OR begins_with(#j.k, :l)",
        "ExpressionAttributeNames": {"#a": "role", "#j": "name"},
    }

    assert context("UpdateItem", Key=KEY, **expressions)[ATTRIBUTES] == {
        *("userId", "id", "role", "b", "c", "e", "f", "g", "h", "name")
    }


def test_a_put_names_every_attribute_of_its_item():
    assert context("PutItem", Item={**KEY, "secretHash": {"S": ""}})[ATTRIBUTES] == {
        *("userId", "id", "secretHash")
    }


def test_a_read_with_a_projection_selects_specific_attributes():
    read = {"Keys": [KEY], "ProjectionExpression": "lastSeenAt, startedAt"}
    actual = context("BatchGetItem", RequestItems={TABLE: read})

    assert actual[SELECT] == {"SPECIFIC_ATTRIBUTES"}
    assert actual[ATTRIBUTES] == {"userId", "id", "lastSeenAt", "startedAt"}


@pytest.mark.parametrize(
    ("call", "selected"),
    [
        ({}, "ALL_ATTRIBUTES"),
        ({"IndexName": "byName"}, "ALL_PROJECTED_ATTRIBUTES"),
        ({"Select": "COUNT"}, "COUNT"),
    ],
)
def test_a_read_without_a_projection_selects_all(call, selected):
    parameters = {
        "KeyConditionExpression": "id = :id",
        "ExpressionAttributeValues": {":id": {"S": "x"}},
    }
    users = "breeze-lakes-point-test-users"
    assert context("Query", **{**parameters, "TableName": users, **call})[SELECT] == {selected}


def test_a_write_returns_nothing_unless_it_says_so():
    assert context("UpdateItem", **TOUCH)[RETURN_VALUES] == {"NONE"}
    assert context("UpdateItem", **TOUCH, ReturnValues="ALL_NEW")[RETURN_VALUES] == {"ALL_NEW"}


def test_what_a_failed_condition_returns_counts_in_a_transaction():
    check = {**TOUCH, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    del check["UpdateExpression"]
    actual = context("TransactWriteItems", TransactItems=[{"ConditionCheck": check}])

    assert actual[RETURN_VALUES] == {"ALL_OLD"}
    assert actual[ENCLOSING] == {"TransactWriteItems"}
    # Of a single write, AWS doesn't document it.
    single = context("UpdateItem", **TOUCH, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert single[RETURN_VALUES] == {"NONE"}


def test_a_query_reaches_the_partition_key_of_its_condition():
    parameters = {
        "KeyConditionExpression": "#user = :river AND id > :id",
        "ExpressionAttributeNames": {"#user": "userId"},
        "ExpressionAttributeValues": {":river": {"S": "river"}, ":id": {"S": "one"}},
    }

    assert context("Query", **parameters)[LEADING_KEYS] == {"river"}


def is_allowed(condition, operation="UpdateItem", **call):
    """Whether a policy with this condition allows a call."""
    [request] = permissions.requests("dynamodb", operation, {**TOUCH, **call})
    statement = {
        "Effect": "Allow",
        "Action": [f"dynamodb:{operation}"],
        "Resource": permissions.resource("sessions"),
        "Condition": condition,
    }
    return iam.allows([statement], request, permissions.resource)


ONLY_SEEN = {"ForAllValues:StringEquals": {ATTRIBUTES: ["userId", "id", "lastSeenAt"]}}


def test_an_attribute_outside_of_the_list_is_denied_also_in_a_condition():
    assert is_allowed(ONLY_SEEN)
    assert not is_allowed(ONLY_SEEN, UpdateExpression="SET lastSeenAt = :now, secretHash = :now")
    assert not is_allowed(ONLY_SEEN, ConditionExpression="secretHash = :now")


def test_a_key_pattern_limits_the_keys():
    only = {"ForAllValues:StringLike": {LEADING_KEYS: ["*#places"]}}

    assert is_allowed(only, Key={**KEY, "userId": {"S": "fair#places"}})
    assert not is_allowed(only)


@pytest.mark.parametrize(
    ("operator", "passes"),
    [
        ("ForAllValues:StringEquals", True),
        ("StringEqualsIfExists", True),
        ("StringEquals", False),
        ("ForAnyValue:StringEquals", False),
    ],
)
def test_a_missing_key_passes_for_all_values_and_if_exists_alone(operator, passes):
    assert is_allowed({operator: {ENCLOSING: ["TransactWriteItems"]}}) is passes


def test_an_unknown_operator_or_element_of_a_policy_is_no_pass():
    with pytest.raises(ValueError, match="StringNotEquals"):
        is_allowed({"StringNotEquals": {RETURN_VALUES: ["NONE"]}})
    [request] = permissions.requests("dynamodb", "UpdateItem", TOUCH)
    with pytest.raises(ValueError, match="NotAction"):
        iam.allows([{"Effect": "Allow", "NotAction": []}], request, permissions.resource)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("fair", "*"),
        ("fair#places", "*#places"),
        ("fair#offer#7", "*#offer#*"),
    ],
)
def test_what_an_item_is_for_is_the_second_part_of_its_key(key, kind):
    write = {"TableName": "breeze-lakes-point-test-events", "Key": {"id": {"S": key}}}
    [request] = permissions.requests("dynamodb", "DeleteItem", write)

    assert list(permissions.named(request)) == [f"dynamodb:DeleteItem events LeadingKeys={kind}"]
