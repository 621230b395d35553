"""When DynamoDB throttles, rejects, is slow or away."""

import itertools
import socket
import threading
from contextlib import contextmanager
from unittest import mock

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, ReadTimeoutError

from chalicelib.platform import aws, dynamodb
from chalicelib.platform.aws_botocore import BotocoreClient
from chalicelib.platform.dynamodb import ConditionFailed, Database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.items import Query, Read, Write
from tests.support.clients import PASSWORD
from tests.support.environments import engine, environment


def client_error(code, **overrides):
    return ClientError({"Error": {"Code": code, "Message": ""}, **overrides}, "Operation")


def cancelled(*reasons):
    return client_error(
        "TransactionCanceledException", CancellationReasons=[{"Code": code} for code in reasons]
    )


@pytest.fixture
def boto():
    return mock.Mock()


@pytest.fixture
def database(boto):
    with mock.patch("time.sleep"):
        yield Database(BotocoreClient(boto), str)


class Taken(Exception):
    pass


FIRST = Write("Put", "users", {"id": "1"})
SECOND = Write("Put", "users", {"id": "2"}, on_condition_failed=Taken)


@pytest.mark.parametrize(
    "failure",
    [
        client_error("ProvisionedThroughputExceededException"),
        client_error("ThrottlingException"),
        client_error("InternalServerError"),
        client_error("AccessDeniedException"),
        client_error("ResourceNotFoundException"),
        ReadTimeoutError(endpoint_url="there"),
        NoCredentialsError(),
    ],
    ids=str,
)
def test_any_failure_is_unavailable(database, boto, failure):
    for name in ("get_item", "query", "update_item", "delete_item", "transact_write_items"):
        getattr(boto, name).side_effect = failure
    read = Read("users", {"id": "1"}, dict)

    for call in (
        lambda: database.get(read),
        lambda: database.update("users", {"id": "1"}, values={}),
        lambda: database.delete("users", {"id": "1"}),
        lambda: database.transact([FIRST]),
    ):
        with pytest.raises(ServiceUnavailable):
            call()


def test_a_failed_condition_raises_condition_failed(database, boto):
    boto.update_item.side_effect = client_error("ConditionalCheckFailedException")

    with pytest.raises(ConditionFailed):
        database.update("users", {"id": "1"}, values={})


def test_a_failed_condition_in_a_transaction_raises_the_error_of_its_write(database, boto):
    boto.transact_write_items.side_effect = cancelled("None", "ConditionalCheckFailed")

    with pytest.raises(Taken):
        database.transact([FIRST, SECOND])
    assert boto.transact_write_items.call_count == 1


def test_a_transaction_conflict_is_retried(database, boto):
    boto.transact_write_items.side_effect = [cancelled("TransactionConflict"), {}]
    database.transact([FIRST])

    assert boto.transact_write_items.call_count == 2


def test_conflicts_without_end_are_unavailable_after_a_few_attempts(database, boto):
    boto.transact_write_items.side_effect = itertools.repeat(cancelled("TransactionConflict"))

    with pytest.raises(ServiceUnavailable):
        database.transact([FIRST])
    assert boto.transact_write_items.call_count == dynamodb.MAX_CONFLICT_ATTEMPTS


def test_a_write_that_conflicts_with_a_transaction_is_retried(database, boto):
    boto.update_item.side_effect = [client_error("TransactionConflictException"), {}]
    database.update("users", {"id": "1"}, values={})

    assert boto.update_item.call_count == 2


def test_a_single_write_that_meets_transactions_without_end_is_unavailable(database, boto):
    boto.update_item.side_effect = client_error("TransactionConflictException")

    with pytest.raises(ServiceUnavailable):
        database.update("users", {"id": "1"}, values={})
    assert boto.update_item.call_count == dynamodb.MAX_CONFLICT_ATTEMPTS


def test_a_failed_condition_counts_though_another_write_met_a_conflict(database, boto):
    boto.transact_write_items.side_effect = cancelled(
        "TransactionConflict", "ConditionalCheckFailed"
    )

    with pytest.raises(Taken):
        database.transact([FIRST, SECOND])


def test_a_transaction_cancelled_for_another_reason_is_not_retried(database, boto):
    boto.transact_write_items.side_effect = cancelled("ThrottlingError", "None")

    with pytest.raises(ServiceUnavailable):
        database.transact([FIRST, SECOND])
    assert boto.transact_write_items.call_count == 1


READS = [Read("sessions", {"id": "1"}, dict), Read("users", {"id": "2"}, dict)]


def test_unprocessed_keys_of_a_batch_are_requested_again(database, boto):
    rest = {"users": {"Keys": [{"id": {"S": "2"}}], "ConsistentRead": True}}
    boto.batch_get_item.side_effect = [
        {"Responses": {"sessions": [{"id": {"S": "1"}}]}, "UnprocessedKeys": rest},
        {"Responses": {"users": [{"id": {"S": "2"}}]}},
    ]

    assert database.batch_get_two(*READS) == ({"id": "1"}, {"id": "2"})
    assert boto.batch_get_item.call_args.kwargs["RequestItems"] == rest


def test_a_read_of_some_attributes_names_them_and_its_key(database, boto):
    boto.batch_get_item.return_value = {"Responses": {"users": [{"id": {"S": "1"}}]}}
    some = Read("users", {"id": "1"}, dict, ("role", "id"))

    database.batch_get(some, Read("users", {"id": "2"}, dict, ("email",)))
    request = boto.batch_get_item.call_args.kwargs["RequestItems"]["users"]
    assert request["ProjectionExpression"] == "#email, #id, #role"
    assert request["ExpressionAttributeNames"]["#role"] == "role"

    database.batch_get(some, Read("users", {"id": "2"}, dict))
    request = boto.batch_get_item.call_args.kwargs["RequestItems"]["users"]
    assert "ProjectionExpression" not in request, "one of them reads all attributes"


def test_a_batch_that_stays_unprocessed_is_unavailable(database, boto):
    boto.batch_get_item.return_value = {"Responses": {}, "UnprocessedKeys": {"users": {}}}

    with pytest.raises(ServiceUnavailable):
        database.batch_get_two(*READS)
    assert boto.batch_get_item.call_count == 3


def test_a_query_with_few_matches_returns_a_short_page_and_a_position(database, boto):
    boto.query.return_value = {"Items": [], "LastEvaluatedKey": {"id": {"S": "9"}}}
    page = database.query(
        Query("users", key_attributes=("id",), key_condition="", expression_values={}), limit=10
    )

    assert page == ([], {"id": "9"})
    read = [call.kwargs["Limit"] for call in boto.query.call_args_list]
    assert read == [11, 44, 176, 704, 1000]


@contextmanager
def somewhere(serve):
    """An endpoint that takes connections and does this with them."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = []

        def listen():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                taken.append(connection)
                serve(connection)

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        for connection in taken:
            connection.close()


def says_nothing(_):
    pass


def stops_halfway(connection):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nx-amz-crc32: 1\r\nContent-Length: 900\r\n\r\n{")
    connection.close()


def hangs_up(connection):
    connection.close()


def talks_nonsense(connection):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 9\r\n\r\n<h1>?</h1")
    connection.close()


def throttles(connection):
    connection.recv(65536)
    body = b'{"__type": "ThrottlingException", "message": "slow down"}'
    head = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
    connection.sendall(head % len(body) + body)
    connection.close()


@pytest.mark.parametrize(
    "serve", [says_nothing, stops_halfway, hangs_up, talks_nonsense, throttles]
)
def test_an_unavailable_database_returns_503_within_five_seconds(applicant, serve):
    requests = [
        lambda: applicant.get("/me"),
        lambda: applicant.other_client().sign_in(),
        lambda: applicant.other_client().post("/signup", {"username": "sky", "password": PASSWORD}),
    ]
    seconds, connections = aws.TIMEOUT_SECONDS, []

    def serve_and_count(connection):
        connections.append(connection)
        serve(connection)

    # Connections wait for a tenth of their time, and are counted: what the test itself takes, too,
    # depends on the machine.
    shorter = mock.patch.object(aws, "TIMEOUT_SECONDS", seconds / 10)
    with shorter, somewhere(serve_and_count) as endpoint, engine(endpoint):
        for request in requests:
            connections.clear()
            response = request()
            assert len(connections) * seconds < 5
            assert (response.status, response.code) == (503, "unavailable")
            assert response.headers["Retry-After"] == "2"
            assert response.set_cookie is None
        assert applicant.post("/signout").status == 200


def test_the_cause_is_logged_and_not_revealed(applicant, capsys):
    with engine("http://127.0.0.1:9"):
        response = applicant.get("/me")

    assert "EndpointConnectionError" in capsys.readouterr().out
    assert b"Endpoint" not in response.body


def test_a_missing_configuration_returns_503_with_instructions(anonymous):
    with environment(STAGE=None):
        for response in (anonymous.sign_up(), anonymous.sign_in()):
            assert (response.status, response.code) == (503, "unavailable")
            assert "make dev" in response.json["error"]
