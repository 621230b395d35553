"""What each action asks of AWS: round trips and items, which do not grow with what is stored."""

from unittest import mock

import pytest

from chalicelib.platform import clock, settings
from tests.people import PASSWORD
from tests.seasons import EVENT, FORM, hold_event


def operations(calls):
    return [call.operation for call in calls]


def test_signing_out_asks_nothing(river, aws_calls):
    river.post("/signout")
    river.get("/signout")

    assert operations(aws_calls) == []


def test_signing_up_is_one_transaction_after_it_was_counted(newcomer, aws_calls):
    newcomer("river@example.com").sign_up(email="storm@example.com")

    asked = [call.operation for call in aws_calls if call.service == "dynamodb"]
    assert asked == ["UpdateItem", "TransactWriteItems"]


def test_a_guarded_request_reads_two_items_in_one_round_trip(river, aws_calls):
    river.get("/me")

    [call] = aws_calls
    assert call.operation == "BatchGetItem"
    asked = call.parameters["RequestItems"].values()
    assert sum(len(table["Keys"]) for table in asked) == 2
    assert all(table["ConsistentRead"] for table in asked)


# The name, then account and counter, then the claim.
CLAIMING = ["GetItem", "BatchGetItem", "TransactWriteItems"]


@pytest.mark.parametrize(
    ("name", "password", "expected"),
    [
        ("river", PASSWORD, [*CLAIMING, "TransactWriteItems"]),
        ("river", "wrong", CLAIMING),
        ("nobody", PASSWORD, CLAIMING),
    ],
)
@pytest.mark.parametrize("where", ["on the known device", "elsewhere"])
@pytest.mark.parametrize("failures", [0, 3])
def test_signing_in_takes_four_round_trips_at_most(
    river, aws_calls, name, password, expected, where, failures
):
    person = river if where == "on the known device" else river.elsewhere()
    for _ in range(failures):
        person.sign_in(name, "wrong")
    aws_calls.clear()
    person.sign_in(name, password)

    assert operations(aws_calls) == expected


def test_a_try_that_has_to_wait_costs_no_write(river, aws_calls):
    with mock.patch.object(clock, "now", return_value=clock.now()):
        for _ in range(5):
            river.sign_in(password="wrong")
        aws_calls.clear()
        assert river.sign_in().status == 429

    assert operations(aws_calls) == ["GetItem", "BatchGetItem"]


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


def fill(backend, count):
    """Write registrations of other people, past every rule."""
    name = settings.current().table_name("registrations")
    for first in range(0, count, 25):
        puts = [
            {"PutRequest": {"Item": {"userId": {"S": f"other-{number}"}, "eventId": {"S": EVENT}}}}
            for number in range(first, min(first + 25, count))
        ]
        backend.client.batch_write_item(RequestItems={name: puts})


def cost(calls):
    """Round trips, and how many items they asked for."""
    items = 0
    for call in calls:
        for table in call.parameters.get("RequestItems", {}).values():
            items += len(table["Keys"])
        items += len(call.parameters.get("TransactItems", []))
    return operations(calls), items


@pytest.mark.parametrize("others", [10, 10_000])
def test_registering_costs_the_same_however_many_have_registered(river, backend, aws_calls, others):
    hold_event()
    fill(backend, others)
    own, costs = f"/registrations/{EVENT}", {}
    for what, ask in {
        "save": lambda: river.ask("PUT", own, {"form": FORM}),
        "show": lambda: river.get(own),
        "list": lambda: river.get("/registrations"),
        "submit": lambda: river.post(f"{own}/submit"),
        "withdraw": lambda: river.post(f"{own}/withdraw"),
    }.items():
        aws_calls.clear()
        assert ask().status in {200, 201}
        costs[what] = cost(aws_calls)

    change = ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert costs == {
        "save": (change, 7),
        "show": (["BatchGetItem", "BatchGetItem"], 5),
        "list": (["BatchGetItem", "Query"], 2),
        "submit": (change, 8),
        "withdraw": (change, 8),
    }


def test_events_are_shown_to_everybody_for_one_round_trip(nobody, backend, aws_calls):
    hold_event()
    nobody.get("/events")
    aws_calls.clear()
    nobody.get("/events")
    nobody.get(f"/events/{EVENT}")

    assert operations(aws_calls) == ["Query", "GetItem"]
