"""What each action asks of AWS: round trips and items, which do not grow with what is stored."""

import pytest

from tests.people import PASSWORD


def operations(calls):
    return [call.operation for call in calls]


def test_signing_out_asks_nothing(river, aws_calls):
    river.post("/signout")
    river.get("/signout")

    assert operations(aws_calls) == []


def test_signing_up_is_one_transaction(newcomer, aws_calls):
    newcomer("river@example.com").sign_up(email="storm@example.com")

    assert [c.operation for c in aws_calls if c.service == "dynamodb"] == ["TransactWriteItems"]


def test_a_guarded_request_reads_two_items_in_one_round_trip(river, aws_calls):
    river.get("/me")

    [call] = aws_calls
    assert call.operation == "BatchGetItem"
    asked = call.parameters["RequestItems"].values()
    assert sum(len(table["Keys"]) for table in asked) == 2
    assert all(table["ConsistentRead"] for table in asked)


@pytest.mark.parametrize(
    ("name", "password", "expected"),
    [
        ("river", PASSWORD, ["GetItem", "GetItem", "TransactWriteItems"]),
        ("river", "wrong", ["GetItem", "GetItem"]),
        ("nobody", PASSWORD, ["GetItem", "GetItem"]),
    ],
)
def test_signing_in_takes_three_round_trips_at_most(river, aws_calls, name, password, expected):
    river.sign_in(name, password)

    assert operations(aws_calls) == expected


def test_listing_sessions_takes_one_query(river, aws_calls):
    river.get("/sessions")

    assert operations(aws_calls) == ["BatchGetItem", "Query"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/sessions/current", ["BatchGetItem", "DeleteItem"]),
        ("/sessions", ["BatchGetItem", "UpdateItem"]),
    ],
)
def test_ending_sessions_takes_one_write_however_many_there_are(river, aws_calls, path, expected):
    for _ in range(5):
        river.elsewhere().sign_in()
    aws_calls.clear()
    river.delete(path)

    assert operations(aws_calls) == expected


def test_a_stranger_costs_nothing(nobody, aws_calls):
    nobody.get("/me")
    nobody.delete("/sessions")

    assert operations(aws_calls) == []


def test_an_identifier_that_can_be_none_costs_nothing(river, aws_calls):
    river.delete("/sessions/a.b")

    assert operations(aws_calls) == []


def test_nothing_is_ever_scanned(river, aws_calls):
    for ask in (river.sign_in, lambda: river.get("/sessions"), lambda: river.delete("/sessions")):
        ask()

    assert "Scan" not in operations(aws_calls)
