"""The faster moto returns the same results as moto."""

from contextlib import contextmanager

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.model import Shape
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker
from moto.dynamodb.models.table import Table

from tools import faster_moto

NAME = "faster-moto"
KEY = {"id": {"S": "river"}, "at": {"N": "1"}}
OF_EACH_TYPE = {
    "text": {"S": "Ōkafor"},
    "number": {"N": "1.50"},
    "bytes": {"B": b"\x00\xff"},
    "yes": {"BOOL": True},
    "none": {"NULL": True},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "several_bytes": {"BS": [b"\x00", b"\x01"]},
    "list": {"L": [{"S": "a"}, {"M": {"deep": {"L": [{"N": "1"}]}}}, {"B": b"\xff"}]},
    "map": {"M": {"a": {"S": ""}, "b": {"M": {"c": {"BOOL": False}}}}},
}


@pytest.fixture
def client():
    """A table in moto, with a range key."""
    client = boto3.client("dynamodb", region_name="us-east-2")
    client.create_table(
        TableName=NAME,
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    yield client
    client.delete_table(TableName=NAME)


def read_item(client):
    return client.get_item(TableName=NAME, Key=KEY).get("Item")


def set_deep(value):
    return {
        "TableName": NAME,
        "Key": KEY,
        "UpdateExpression": "SET #map.b.c = :value",
        "ExpressionAttributeNames": {"#map": "map"},
        "ExpressionAttributeValues": {":value": {"S": value}},
    }


def test_values_of_each_type_are_read_as_they_were_written(client):
    client.put_item(TableName=NAME, Item=KEY | OF_EACH_TYPE)

    assert read_item(client) == KEY | OF_EACH_TYPE
    assert client.scan(TableName=NAME)["Items"] == [KEY | OF_EACH_TYPE]


@pytest.mark.parametrize(
    "first",
    [
        {"Update": set_deep("changed")},
        {"Delete": {"TableName": NAME, "Key": KEY}},
        {"Put": {"TableName": NAME, "Item": KEY}},
        {"Put": {"TableName": NAME, "Item": KEY | {"at": {"N": "2"}}}},
    ],
    ids=["update", "delete", "replace", "create"],
)
def test_a_canceled_transaction_leaves_every_item_as_it_was(client, first):
    client.put_item(TableName=NAME, Item=KEY | OF_EACH_TYPE)
    missing = {"TableName": NAME, "Key": KEY | {"at": {"N": "3"}}}
    check = {"ConditionCheck": missing | {"ConditionExpression": "attribute_exists(id)"}}
    with pytest.raises(ClientError, match="TransactionCanceledException"):
        client.transact_write_items(TransactItems=[first, check])

    assert client.scan(TableName=NAME)["Items"] == [KEY | OF_EACH_TYPE]


def test_an_update_changes_the_item_but_not_an_earlier_copy(client):
    client.put_item(TableName=NAME, Item=KEY | OF_EACH_TYPE)
    before = read_item(client)
    client.update_item(**set_deep("changed"))

    assert read_item(client)["map"]["M"]["b"]["M"]["c"] == {"S": "changed"}
    assert before == KEY | OF_EACH_TYPE


def test_an_update_of_a_missing_item_creates_it(client):
    client.update_item(
        TableName=NAME,
        Key=KEY,
        UpdateExpression="SET city = :city",
        ExpressionAttributeValues={":city": {"S": "Shakopee"}},
    )

    assert read_item(client) == KEY | {"city": {"S": "Shakopee"}}


def test_each_condition_is_checked_with_its_own_values(client):
    client.put_item(TableName=NAME, Item=KEY | {"city": {"S": "Shakopee"}})
    checked = {"ConditionExpression": "city = :city", "TableName": NAME, "Key": KEY}

    def is_met(city):
        try:
            client.delete_item(**checked, ExpressionAttributeValues={":city": {"S": city}})
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    assert [is_met("Savage"), is_met("Shakopee"), is_met("Shakopee")] == [False, True, False]


def test_one_update_changes_several_items_with_their_own_values(client):
    add = {"UpdateExpression": "SET #map.b = :value", "ExpressionAttributeNames": {"#map": "map"}}
    for at in ("1", "2"):
        item = KEY | {"at": {"N": at}}
        client.put_item(TableName=NAME, Item=item | {"map": {"M": {}}})
        values = {"ExpressionAttributeValues": {":value": {"S": at}}}
        client.update_item(TableName=NAME, Key=item, **add, **values)

    items = client.scan(TableName=NAME)["Items"]
    assert [item["map"] for item in items] == [{"M": {"b": {"S": at}}} for at in ("1", "2")]


def test_a_reserved_word_and_a_missing_value_are_errors_each_time(client):
    wrong = [
        {"UpdateExpression": "SET name = :name"},
        {"UpdateExpression": "SET city = :city"},
        {"UpdateExpression": "SET city = = :city"},
        {"UpdateExpression": "REMOVE city", "ConditionExpression": "name = :name"},
    ]
    for _ in range(2):
        for expressions in wrong:
            with pytest.raises(ClientError, match="ValidationException"):
                client.update_item(
                    TableName=NAME,
                    Key=KEY,
                    ExpressionAttributeValues={":name": {"S": "River"}},
                    **expressions,
                )


def test_missing_tables_and_secrets_are_answered_with_the_codes_of_aws(client):
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_item(TableName="none", Key=KEY)
    vault = boto3.client("secretsmanager", region_name="us-east-2")
    with pytest.raises(vault.exceptions.ResourceNotFoundException):
        vault.get_secret_value(SecretId="none")


def test_regions_are_kept_apart(client):
    other_client = boto3.client("dynamodb", region_name="us-west-2")

    assert NAME in client.list_tables()["TableNames"]
    assert NAME not in other_client.list_tables()["TableNames"]


@contextmanager
def the_long_way(client):
    """Make requests of all calls, as botocore does if anything watches them."""

    def watch(**_):
        """Watch only."""

    client.meta.events.register("before-send", watch)
    yield
    client.meta.events.unregister("before-send", watch)


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("get_item", {"Key": KEY}),
        ("get_item", {"Key": KEY | {"at": {"N": "9"}}}),
        ("get_item", {"Key": {"id": {"S": ""}}}),
        ("query", {"KeyConditionExpression": "id = :id", "Limit": 1}),
        ("query", {"KeyConditionExpression": "id = :none"}),
        ("update_item", set_deep("changed") | {"ReturnValues": "ALL_NEW"}),
        ("update_item", set_deep("changed") | {"ConditionExpression": "at = :value"}),
        ("delete_item", {"Key": KEY | {"at": {"N": "2"}}, "ReturnValues": "ALL_OLD"}),
        ("put_item", {"Item": KEY | {"text": {"S": "x" * 450_000}}}),
    ],
)
def test_a_call_that_passes_directly_has_the_same_result_or_error(client, operation, more):
    def call():
        for at in ("1", "2"):
            item = {name: value for name, value in OF_EACH_TYPE.items() if "bytes" not in name}
            item = KEY | item | {"at": {"N": at}, "list": {"L": [{"S": "a"}]}}
            client.put_item(TableName=NAME, Item=item)
        values = {"ExpressionAttributeValues": {":id": KEY["id"]}} if "query" in operation else {}
        try:
            result = getattr(client, operation)(**{"TableName": NAME, **values, **more})
        except ClientError as error:
            return type(error).__name__, str(error), error.response["Error"]
        del result["ResponseMetadata"]
        return result

    directly = call()
    with the_long_way(client):
        assert call() == directly


def test_a_canceled_transaction_tells_the_same_reasons_either_way(client):
    client.put_item(TableName=NAME, Item=KEY | {"text": {"S": "Ōkafor"}})
    of_item = {"TableName": NAME, "Key": KEY, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    check = of_item | {"ConditionExpression": "attribute_not_exists(id)"}

    def reasons():
        with pytest.raises(client.exceptions.TransactionCanceledException) as raised:
            client.transact_write_items(TransactItems=[{"ConditionCheck": check}])
        return raised.value.response["CancellationReasons"], str(raised.value)

    directly = reasons()
    assert directly[0][0]["Item"] == KEY | {"text": {"S": "Ōkafor"}}
    with the_long_way(client):
        assert reasons() == directly


def test_what_a_call_was_given_or_returned_is_not_what_is_stored(client):
    item = KEY | {"texts": {"SS": ["a"]}, "list": {"L": [{"S": "a"}]}}
    client.put_item(TableName=NAME, Item=item)
    for value in (item, read_item(client)):
        value["texts"]["SS"].append("b")
        value["list"]["L"].clear()

    assert read_item(client) == KEY | {"texts": {"SS": ["a"]}, "list": {"L": [{"S": "a"}]}}


def test_an_item_that_grows_past_400_kilobytes_is_an_error(client):
    def grow(name):
        client.update_item(
            TableName=NAME,
            Key=KEY,
            UpdateExpression=f"SET {name}_text = :text",
            ExpressionAttributeValues={":text": {"S": "x" * 150_000}},
        )

    grow("first")
    grow("second")
    with pytest.raises(ClientError, match="Item size to update has exceeded"):
        grow("third")
    assert len(read_item(client)) == 4


def test_a_second_installation_changes_nothing():
    before = Table.__deepcopy__
    faster_moto.install()

    assert Table.__deepcopy__ is before


@pytest.fixture
def queue():
    """A client of SQS and a FIFO queue in moto."""
    client = boto3.client("sqs", region_name="us-east-2")
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "false"}
    url = client.create_queue(QueueName=f"{NAME}.fifo", Attributes=fifo)["QueueUrl"]
    yield client, url
    client.delete_queue(QueueUrl=url)


def test_messages_are_the_same_either_way(queue):
    client, url = queue

    def exchange(name):
        entry = {"Id": "1", "MessageBody": "Ōkafor", "MessageGroupId": "river"}
        entries = [entry | {"MessageDeduplicationId": name}]
        sent = client.send_message_batch(QueueUrl=url, Entries=entries)
        asked = {"QueueUrl": url, "AttributeNames": ["ApproximateReceiveCount", "MessageGroupId"]}
        for _ in range(2):
            [message] = client.receive_message(**asked)["Messages"]
            received = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}
            client.change_message_visibility(**received, VisibilityTimeout=0)
        client.delete_message(**received)
        after = client.receive_message(**asked)
        for result in (sent, after):
            del result["ResponseMetadata"]
        for result in (sent["Successful"][0], message):
            assert result.pop("MessageId")
        assert sent["Successful"][0].pop("SequenceNumber")
        assert message.pop("ReceiptHandle")
        return sent, message, after

    directly = exchange("first")
    assert directly[1]["Attributes"] == {"ApproximateReceiveCount": "2", "MessageGroupId": "river"}
    with the_long_way(client):
        assert exchange("second") == directly


def test_a_missing_queue_is_the_same_error_either_way(queue):
    client, url = queue

    def error():
        with pytest.raises(client.exceptions.QueueDoesNotExist) as raised:
            client.receive_message(QueueUrl=url.replace(NAME, "none"))
        return str(raised.value), raised.value.response["Error"]

    directly = error()
    with the_long_way(client):
        assert error() == directly


def test_a_value_is_found_under_the_name_that_its_own_class_gives_it():
    class Stack:
        identifier = "short"

    class Other:
        stack_identifier = "long"

    pick, shape = XFormedAttributePicker(), Shape("Identifier", {"type": "string"})

    found = [
        pick(AttributePickerContext(kind(), "StackIdentifier", shape)) for kind in (Other, Stack)
    ]

    assert found == ["long", "short"]
