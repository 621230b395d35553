"""Restores items that a table held at a time in the last 35 days; keeps the items it has now."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.platform.settings import Settings
from ops.progress import bar

# Restoring takes from some minutes to some hours, independent of the table's size.
_WAITER_SETTINGS = {"Delay": 20, "MaxAttempts": 1080}


class RestoreError(RuntimeError):
    """The table is as it was; the message says why."""


def run(stage: str, table: str, at: datetime, *, put_back: bool) -> int:
    """Restore to a separate table, and copy the items that the table in use lacks from it.

    It may be interrupted anywhere and run again: what is restored already is used, and nothing
    that is in use is written over.

    Args:
        stage: the stage.
        table: its short name, ``registrations`` for example.
        at: the moment.
        put_back: whether what the table in use has not is put back into it.

    Returns:
        The exit status.

    Raises:
        RestoreError: AWS rejects.
    """
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    client = boto3.client("dynamodb")
    name = Settings(stage=stage).table_name(table)
    beside = f"{name}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    try:
        _restore(client, name, beside, at)
        print(f"{beside} has {name} as it was then.")
        if put_back:
            count = _put_back(client, beside, name)
            print(f"{count:,} missing items were copied into {name}.")
    except (BotoCoreError, ClientError) as error:
        raise RestoreError(f"AWS: {error}.") from error
    return 0


def _restore(client: Any, name: str, beside: str, at: datetime) -> None:
    try:
        client.describe_table(TableName=beside)
    except client.exceptions.ResourceNotFoundException:
        client.restore_table_to_point_in_time(
            SourceTableName=name, TargetTableName=beside, RestoreDateTime=at
        )
    client.get_waiter("table_exists").wait(TableName=beside, WaiterConfig=_WAITER_SETTINGS)


def _put_back(client: Any, beside: str, name: str) -> int:
    described = client.describe_table(TableName=name)["Table"]
    key = next(k["AttributeName"] for k in described["KeySchema"] if k["KeyType"] == "HASH")
    count = 0
    with bar(described["ItemCount"] or None, "items") as progress_bar:
        for page in client.get_paginator("scan").paginate(TableName=beside, ConsistentRead=True):
            for item in page["Items"]:
                count += _put(client, name, key, item)
                progress_bar.update()
    return count


def _put(client: Any, name: str, key: str, item: dict[str, Any]) -> bool:
    """Put an item unless the table has one with its key; return whether it was put."""
    try:
        client.put_item(
            TableName=name,
            Item=item,
            ConditionExpression="attribute_not_exists(#key)",
            ExpressionAttributeNames={"#key": key},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True
