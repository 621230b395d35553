"""Restoring brings back a table's earlier items, and deletes none of its current ones."""

from datetime import timedelta, timezone

import boto3
import pytest

from chalicelib.platform import clock
from ops import restore_table
from ops.restore_table import RestoreError

STAGE = "restored"
NAME = f"breeze-lakes-point-{STAGE}-registrations"


@pytest.fixture
def table():
    client = boto3.client("dynamodb")
    client.create_table(
        TableName=NAME,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "userId", "AttributeType": "S"},
            {"AttributeName": "eventId", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "userId", "KeyType": "HASH"},
            {"AttributeName": "eventId", "KeyType": "RANGE"},
        ],
    )
    client.update_continuous_backups(
        TableName=NAME, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    yield client
    for name in client.list_tables()["TableNames"]:
        if name.startswith(NAME):
            client.delete_table(TableName=name)


def write(table, user, status):
    item = {"userId": user, "eventId": "harvest-fair", "status": status}
    table.put_item(TableName=NAME, Item={name: {"S": value} for name, value in item.items()})


def delete(table, user):
    table.delete_item(TableName=NAME, Key={"userId": {"S": user}, "eventId": {"S": "harvest-fair"}})


def statuses(table, name=NAME):
    items = table.scan(TableName=name)["Items"]
    return {item["userId"]["S"]: item["status"]["S"] for item in items}


def test_what_was_deleted_comes_back_and_what_changed_stays_changed(table):
    write(table, "ada", "Submitted")
    write(table, "ben", "Submitted")
    at = clock.now()
    # moto restores what there is when it is asked to.
    restore_table.run(STAGE, "registrations", at, put_back=False)
    delete(table, "ada")
    write(table, "ben", "Hired")
    write(table, "cleo", "Draft")

    assert restore_table.run(STAGE, "registrations", at, put_back=True) == 0

    assert statuses(table) == {"ada": "Submitted", "ben": "Hired", "cleo": "Draft"}


def test_without_putting_back_the_table_in_use_is_left_alone(table, capsys):
    write(table, "ada", "Submitted")
    at = clock.now()
    restore_table.run(STAGE, "registrations", at, put_back=False)
    delete(table, "ada")

    restore_table.run(STAGE, "registrations", at, put_back=False)

    beside = f"{NAME}-{at:%Y%m%dT%H%M%SZ}"
    assert statuses(table) == {}
    assert statuses(table, beside) == {"ada": "Submitted"}
    assert f"{beside} has {NAME} as it was then." in capsys.readouterr().out


def test_another_moment_is_restored_anew(table):
    at = clock.now()
    restore_table.run(STAGE, "registrations", at - timedelta(hours=1), put_back=False)
    restore_table.run(STAGE, "registrations", at, put_back=False)

    assert len([n for n in table.list_tables()["TableNames"] if n.startswith(NAME)]) == 3


def test_a_moment_is_the_same_in_any_zone(table):
    at = clock.now()
    in_minnesota = at.astimezone(timezone(timedelta(hours=-6)))
    restore_table.run(STAGE, "registrations", in_minnesota, put_back=False)

    assert f"{NAME}-{at:%Y%m%dT%H%M%SZ}" in table.list_tables()["TableNames"]


def test_a_table_that_is_not_there_is_said():
    with pytest.raises(RestoreError, match="AWS: "):
        restore_table.run(STAGE, "nowhere", clock.now(), put_back=True)
