"""The values that a DynamoDB request has for the condition keys of IAM.

Neither moto nor an emulator knows all of them, so the tests evaluate policies themselves, by AWS's
documentation:

- docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
- docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
- docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.platform.settings import Settings
from ops import tables

# A key and its values. A key that a request doesn't have is missing.
Context = Mapping[str, frozenset[str]]

ATTRIBUTES = "dynamodb:Attributes"
LEADING_KEYS = "dynamodb:LeadingKeys"
SELECT = "dynamodb:Select"
RETURN_VALUES = "dynamodb:ReturnValues"
ENCLOSING = "dynamodb:EnclosingOperation"

# A transaction needs the permission of each of its writes, and none of its own.
IN_TRANSACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_READS = {"GetItem", "BatchGetItem", "Query", "Scan"}
_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
_EXPRESSIONS = (
    *("ProjectionExpression", "KeyConditionExpression", "FilterExpression"),
    *("ConditionExpression", "UpdateExpression"),
)
# A path such as address.city or #language, a value such as :now, a function, or a keyword.
_WORD = re.compile(r"[:#]?[A-Za-z_]\w*(?:\.#?\w+|\[\d+\])*(\s*\()?")
_KEYWORDS = {*("AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE")}


def _keys() -> dict[str, list[str]]:
    """Return the names of the key attributes, partition key first, by ``table`` or ``table/index``.

    Those of an index are its own before those of the table.
    """
    keys: dict[str, list[str]] = {}
    for table in tables.declared("any"):
        name = table["TableName"].removeprefix(Settings(stage="any").table_name(""))
        keys[name] = [key["AttributeName"] for key in table["KeySchema"]]
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            for index in table.get(kind, ()):
                key_names = [key["AttributeName"] for key in index["KeySchema"]]
                keys[f"{name}/{index['IndexName']}"] = [*key_names, *keys[name]]
    return keys


_KEYS = _keys()


def index_keys(target: str) -> list[str]:
    """Return the key attributes of a table, or of ``table/index`` and its table."""
    return _KEYS[target]


def of_request(action: str, target: str, call: Mapping[str, Any], enclosing: str | None) -> Context:
    """Return the condition keys of a request for one table.

    Args:
        action: for example ``UpdateItem``.
        target: the table's short name, with ``/index`` if one is read.
        call: what is asked of the table: the parameters of the call, those of one item of a
            transaction, or the requests that a batch has for the table.
        enclosing: the operation that the request is a part of; None for none.
    """
    key_values = {
        ATTRIBUTES: frozenset(_attributes(call)),
        LEADING_KEYS: frozenset(_leading_keys(call, _KEYS[target][0])),
    }
    if action in _READS:
        key_values[SELECT] = frozenset({_select(call)})
    if action in _WRITES and not enclosing:
        key_values[RETURN_VALUES] = frozenset({call.get("ReturnValues", "NONE")})
    if enclosing:
        # AWS documents this of transactions alone. Of a single write, nothing says that
        # ReturnValuesOnConditionCheckFailure counts.
        returned = call.get("ReturnValuesOnConditionCheckFailure", "NONE")
        key_values[RETURN_VALUES] = frozenset({returned})
        key_values[ENCLOSING] = frozenset({enclosing})
    return {key: values for key, values in key_values.items() if values}


def _attributes(call: Mapping[str, Any]) -> Iterator[str]:
    """Yield the attributes that a request names, each at the top level of its item."""
    for item in _items(call):
        yield from item
    yield from call.get("AttributesToGet", ())
    names = call.get("ExpressionAttributeNames", {})
    for expression in _EXPRESSIONS:
        for word in _WORD.finditer(call.get(expression, "")):
            is_function = word[1] is not None and word[0].partition("(")[0].strip().upper() != "IN"
            first = re.split(r"[.\[\s(]", word[0])[0]
            if not (is_function or first.startswith(":") or first.upper() in _KEYWORDS):
                yield names.get(first, first)


def _items(call: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the keys and items that a request contains."""
    for name in ("Key", "Item", "ExclusiveStartKey"):
        if name in call:
            yield call[name]
    yield from call.get("Keys", ())
    for write in call.get("Writes", ()):
        [request] = write.values()
        yield request.get("Item") or request["Key"]


def _leading_keys(call: Mapping[str, Any], partition_key: str) -> Iterator[str]:
    """Yield the partition keys that a request reaches."""
    if condition := call.get("KeyConditionExpression"):
        names = call.get("ExpressionAttributeNames", {})
        for name, value in re.findall(r"([#\w]+)\s*=\s*(:\w+)", condition):
            if names.get(name, name) == partition_key:
                yield from call["ExpressionAttributeValues"][value].values()
        return
    for item in _items(call):
        if partition_key in item:
            yield from item[partition_key].values()


def _select(call: Mapping[str, Any]) -> str:
    if "Select" in call:
        return str(call["Select"])
    if "ProjectionExpression" in call or "AttributesToGet" in call:
        return "SPECIFIC_ATTRIBUTES"
    return "ALL_PROJECTED_ATTRIBUTES" if "IndexName" in call else "ALL_ATTRIBUTES"
