"""Code of an attacker that a Lambda function runs in place of its own.

It has the function's role, and nothing else: each call is decided by the function's policy with its
conditions, and then made on the mocked AWS. It knows the source code, and the identifiers of every
account and session, though some are hard to learn.
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.platform import settings
from chalicelib.platform.attributes import from_attributes, to_attributes
from chalicelib.platform.aws import aws_client
from ops import tables
from tests.support import iam, permissions

Item = dict[str, Any]


class Denied(Exception):
    """The role doesn't allow the call."""


class Attacker:
    """An attacker with the role of one function.

    Attributes:
        function: the function.
    """

    def __init__(self, function: str, policy: Mapping[str, Any]) -> None:
        """Run in a function with this policy."""
        self.function = function
        self._statements = policy["Statement"]

    def call(self, service: str, operation: str, **parameters: Any) -> Any:
        """Call AWS.

        Raises:
            Denied: the role doesn't allow it.
        """
        self._require(service, operation, parameters)
        method = "".join(f"_{c.lower()}" if c.isupper() else c for c in operation).removeprefix("_")
        return getattr(aws_client(service), method)(**parameters)

    def _require(self, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        for request in permissions.requests(service, operation, parameters, self.function):
            if not iam.allows(self._statements, request, permissions.resource):
                raise Denied(request.need)

    def may(self, need: str) -> bool:
        """Return whether the role allows something that isn't tried, such as taking a message.

        Args:
            need: the action and the thing, for example ``sqs:SendMessage queue/links``.
        """
        request = iam.Request(*need.split())
        return iam.allows(self._statements, request, permissions.resource)

    def secret(self, name: str) -> str:
        """Read a secret."""
        value: str = self.call("secretsmanager", "GetSecretValue", SecretId=name)["SecretString"]
        return value

    def put(self, table: str, item: Item) -> None:
        """Write an item, whether there is one or not, by itself or in a transaction."""
        put = {**_table(table), "Item": to_attributes(item)}
        self._either("PutItem", {"Put": put})

    def update(self, table: str, key: Item, *, drop: tuple[str, ...] = (), **values: Any) -> None:
        """Set attributes of an item, and remove others, by itself or in a transaction."""
        parts = [f"SET {', '.join(f'#{name} = :{name}' for name in values)}"] if values else []
        parts += [f"REMOVE {', '.join(f'#{name}' for name in drop)}"] if drop else []
        update = {
            **_key(table, key),
            "UpdateExpression": " ".join(parts),
            "ExpressionAttributeNames": {f"#{name}": name for name in (*values, *drop)},
        }
        if values:
            parameters = {f":{name}": value for name, value in values.items()}
            update["ExpressionAttributeValues"] = to_attributes(parameters)
        self._either("UpdateItem", {"Update": update})

    def delete(self, table: str, key: Item) -> None:
        """Delete an item, in any of three ways."""
        try:
            self._either("DeleteItem", {"Delete": _key(table, key)})
        except Denied:
            request = {"DeleteRequest": {"Key": to_attributes(key)}}
            name = _table(table)["TableName"]
            self.call("dynamodb", "BatchWriteItem", RequestItems={name: [request]})

    def starts_with(self, table: str, key: Item, name: str, start: str) -> bool:
        """Learn how an attribute starts, from whether a condition holds."""
        condition = {
            **_key(table, key),
            "ConditionExpression": "begins_with(#name, :start)",
            "ExpressionAttributeNames": {"#name": name},
            "ExpressionAttributeValues": to_attributes({":start": start}),
        }
        check = {"ConditionCheck": condition}
        try:
            self.call("dynamodb", "TransactWriteItems", TransactItems=[check])
        except Denied:
            # With an update that changes nothing.
            condition["UpdateExpression"] = "REMOVE erasing"
            self._either("UpdateItem", {"Update": condition})
        return True

    def _either(self, operation: str, item: dict[str, Any]) -> None:
        [write] = item.values()
        try:
            self.call("dynamodb", operation, **write)
        except Denied:
            self.call("dynamodb", "TransactWriteItems", TransactItems=[item])

    def read(self, table: str, key: Item, *names: str) -> Item:
        """Read attributes of an item, in every way that returns some."""
        whole: dict[str, Any] = _key(table, key)
        projected = {
            "ProjectionExpression": ", ".join(f"#{name}" for name in names),
            "ExpressionAttributeNames": {f"#{name}": name for name in names},
        }
        ways = [
            lambda how: self._get(whole | how),
            lambda how: self._batch_get(table, key, how),
            lambda how: self._query(table, key, how),
        ]
        attempts = [lambda way=way, how=how: way(how) for way in ways for how in ({}, projected)]
        attempts += [
            *(lambda index=index: self._query_index(index, whole) for index in _indexes(table)),
            lambda: self._returned_by_update(whole),
            lambda: self._returned_by_check(whole),
            lambda: self._returned_by_failed_update(whole),
            lambda: self._returned_by_write("PutItem", {**_table(table), "Item": whole["Key"]}),
            lambda: self._returned_by_write("DeleteItem", whole),
        ]
        for attempt in attempts:
            try:
                return from_attributes(attempt())
            except Denied:
                continue
        raise Denied(f"to read {', '.join(names)} of {table}")

    def _get(self, parameters: dict[str, Any]) -> Any:
        return self.call("dynamodb", "GetItem", **parameters)["Item"]

    def _batch_get(self, table: str, key: Item, how: dict[str, Any]) -> Any:
        name = _table(table)["TableName"]
        parameters = {name: {"Keys": [to_attributes(key)], **how}}
        return self.call("dynamodb", "BatchGetItem", RequestItems=parameters)["Responses"][name][0]

    def _query(self, table: str, key: Item, how: dict[str, Any]) -> Any:
        names = how.get("ExpressionAttributeNames", {}) | {f"#k{n}": n for n in key}
        parameters = {
            **_table(table),
            **how,
            "KeyConditionExpression": " AND ".join(f"#k{name} = :{name}" for name in key),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_attributes({f":{n}": v for n, v in key.items()}),
        }
        return self.call("dynamodb", "Query", **parameters)["Items"][0]

    def _query_index(self, index: dict[str, Any], whole: dict[str, Any]) -> Any:
        """Query an index for an item: the attacker knows what it is listed under."""
        item = aws_client("dynamodb").get_item(**whole)["Item"]
        name = index["KeySchema"][0]["AttributeName"]
        if name not in item:
            raise Denied(f"nothing is listed in {index['IndexName']}")
        parameters = {
            "TableName": whole["TableName"],
            "IndexName": index["IndexName"],
            "KeyConditionExpression": "#name = :value",
            "ExpressionAttributeNames": {"#name": name},
            "ExpressionAttributeValues": {":value": item[name]},
        }
        return self.call("dynamodb", "Query", **parameters)["Items"][0]

    def _returned_by_update(self, whole: dict[str, Any]) -> Any:
        """An update that changes nothing and returns the item."""
        self._require("dynamodb", "UpdateItem", {**whole, "ReturnValues": "ALL_OLD"})
        # moto can't make an update without an expression, and this one returns the same.
        return aws_client("dynamodb").get_item(**whole)["Item"]

    def _returned_by_check(self, whole: dict[str, Any]) -> Any:
        """A failed check of a condition that returns the item."""
        check = {"ConditionCheck": whole | _failing(whole)}
        try:
            self.call("dynamodb", "TransactWriteItems", TransactItems=[check])
        except ClientError as error:
            return error.response["CancellationReasons"][0]["Item"]
        raise AssertionError(whole)

    def _returned_by_write(self, operation: str, parameters: dict[str, Any]) -> Any:
        """A write that replaces or deletes the item, and returns it."""
        return self.call("dynamodb", operation, **parameters, ReturnValues="ALL_OLD")["Attributes"]

    def _returned_by_failed_update(self, whole: dict[str, Any]) -> Any:
        """A failed update that returns the item."""
        update = {"UpdateExpression": "REMOVE lastSeenAt"}
        try:
            self.call("dynamodb", "UpdateItem", **whole, **_failing(whole), **update)
        except ClientError as error:
            return error.response["Item"]
        raise AssertionError(whole)


def _indexes(table: str) -> list[dict[str, Any]]:
    name = _table(table)["TableName"]
    [declared] = [t for t in tables.declared(settings.current().stage) if t["TableName"] == name]
    kinds = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
    return [index for kind in kinds for index in declared.get(kind, ())]


def _failing(whole: dict[str, Any]) -> dict[str, Any]:
    """Return a condition that doesn't hold, and what it then returns."""
    return {
        "ConditionExpression": "attribute_not_exists(#key)",
        "ExpressionAttributeNames": {"#key": next(iter(whole["Key"]))},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _table(table: str) -> dict[str, str]:
    return {"TableName": settings.current().table_name(table)}


def _key(table: str, key: Item) -> dict[str, Any]:
    return {**_table(table), "Key": to_attributes(key)}
