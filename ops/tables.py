"""Creates the tables that the template declares, where CloudFormation is not available."""

import contextlib
import json
from pathlib import Path
from typing import Any

DECLARATION = Path(__file__).parent.parent / ".chalice" / "resources.json"
# What CloudFormation declares with a table, and DynamoDB takes in calls of its own or not at all
# where this module is used.
_NOT_OF_CREATE_TABLE = {
    *("TimeToLiveSpecification", "PointInTimeRecoverySpecification", "StreamSpecification")
}


def declared(stage: str) -> list[dict[str, Any]]:
    """Return the properties of each table that the template declares, named for a stage."""
    resources = json.loads(DECLARATION.read_text())["Resources"].values()
    tables = [r["Properties"] for r in resources if r.get("Type") == "AWS::DynamoDB::Table"]
    for table in tables:
        table["TableName"] = table["TableName"]["Fn::Sub"].replace("${Stage}", stage)
    return tables


def create_missing(client: Any, stage: str) -> None:
    """Create each declared table that a DynamoDB endpoint has not, its expiry included.

    Args:
        client: boto3's DynamoDB client.
        stage: the stage that the tables are for.
    """
    present = set(client.list_tables()["TableNames"])
    for table in declared(stage):
        name = table["TableName"]
        if name in present:
            continue
        arguments = {k: v for k, v in table.items() if k not in _NOT_OF_CREATE_TABLE}
        # A slow answer makes botocore ask again for what is being made already.
        with contextlib.suppress(client.exceptions.ResourceInUseException):
            client.create_table(**arguments)
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        if expiry := table.get("TimeToLiveSpecification"):
            client.update_time_to_live(TableName=name, TimeToLiveSpecification=expiry)
