"""Evaluates a role's policy for an AWS call as IAM does, with its conditions.

It knows what the project's policies contain, and fails for anything else, so that no condition is
overlooked. See docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic.html
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.support import condition_keys
from tests.support.condition_keys import IN_TRANSACTIONS, Context


@dataclass(frozen=True)
class Request:
    """What IAM decides: one action on one thing.

    Attributes:
        action: for example ``dynamodb:UpdateItem``.
        thing: a table's short name, with ``/index`` if it reads one; or ``mail``, or a secret.
        call: what is asked of the table; None of anything else.
        enclosing: the operation that the request is a part of; None for none.
    """

    action: str
    thing: str
    call: Mapping[str, Any] | None = None
    enclosing: str | None = None

    @property
    def need(self) -> str:
        """The permission that it needs, as the record has it."""
        return f"{self.action} {self.thing}"

    @property
    def table(self) -> str:
        """The thing without the index."""
        return self.thing.partition("/")[0]

    @functools.cached_property
    def context(self) -> Context:
        """The condition keys."""
        if self.call is None:
            return {}
        verb = self.action.partition(":")[2]
        return condition_keys.of_request(verb, self.thing, self.call, self.enclosing)


def dynamodb_requests(
    operation: str, parameters: Mapping[str, Any], table_of: Callable[[str], str]
) -> Iterator[Request]:
    """Yield what IAM decides about a call of DynamoDB.

    Args:
        operation: for example ``TransactWriteItems``, of which each item is decided by itself.
        parameters: of the call.
        table_of: returns a table's short name.
    """
    if operation == "TransactWriteItems":
        for item in parameters["TransactItems"]:
            [(kind, write)] = item.items()
            yield _request(IN_TRANSACTIONS[kind], table_of(write["TableName"]), write, operation)
    elif operation in {"BatchGetItem", "BatchWriteItem"}:
        for name, table_request in parameters["RequestItems"].items():
            call = table_request if operation == "BatchGetItem" else {"Writes": table_request}
            yield _request(operation, table_of(name), call)
    else:
        yield _request(operation, table_of(parameters["TableName"]), parameters)


def _request(
    action: str, table: str, call: Mapping[str, Any], enclosing: str | None = None
) -> Request:
    index = f"/{call['IndexName']}" if "IndexName" in call else ""
    return Request(f"dynamodb:{action}", f"{table}{index}", call, enclosing)


def allows(statements: list[Any], request: Request, resource: Callable[[str], Any]) -> bool:
    """Return whether one of these statements allows a request.

    Args:
        statements: of a policy. All of them allow something: the project denies nothing by name.
        request: the request.
        resource: returns how a statement names a thing.
    """
    return any(_allows(statement, request, resource) for statement in statements)


def _allows(statement: Any, request: Request, resource: Callable[[str], Any]) -> bool:
    if statement.keys() - {"Sid", "Effect", "Action", "Resource", "Condition"}:
        raise ValueError(statement)
    if statement["Effect"] != "Allow":
        raise ValueError(statement)
    return (
        request.action in statement["Action"]
        and statement["Resource"] == resource(request.thing)
        and all(
            _holds(operator, expected, request.context.get(key, frozenset()))
            for operator, keys in statement.get("Condition", {}).items()
            for key, expected in keys.items()
        )
    )


def _holds(operator: str, expected: list[str], values: frozenset[str]) -> bool:
    """Return whether a condition holds for the values of a key; a missing key has none."""
    if not values:
        # Of a missing key, AWS says that these are true. So a policy must not count on them where
        # a request may leave the key out.
        return operator.startswith("ForAllValues:") or operator.endswith("IfExists")
    if operator == "ForAllValues:StringEquals":
        return values <= {*expected}
    if operator == "ForAllValues:StringLike":
        return all(any(fnmatchcase(value, pattern) for pattern in expected) for value in values)
    if operator in {"StringEquals", "StringEqualsIfExists", "ForAnyValue:StringEquals"}:
        return not values.isdisjoint(expected)
    raise ValueError(operator)
