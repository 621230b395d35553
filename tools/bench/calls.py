"""What the calls to DynamoDB of ``GET /me`` and of a sign-in cost, and what fewer calls would save.

``python -m tools.bench.calls`` runs each list of calls below in turns with the others, with the
service's own client, on DynamoDB Local, and prints the medians. It measures calls alone: no
request, no token, no log. docs/performance.md has the results.
"""

import itertools
import os
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from argon2 import PasswordHasher

from chalicelib.platform.aws_connection import Limits
from chalicelib.platform.aws_http import SERVICES, HttpClient
from tools import dynamodb_local

TIMES = 300
_WARM_UP = 150
_TIMEOUT_SECONDS = 10
_PASSWORD = "four quiet lakes in May"  # noqa: S105  # nosec B105 # of an account that is made up
# The parameters of the service: chalicelib/identity/passwords.py.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_KEYS = {"identities": "identity", "users": "id", "credentials": "id", "attempts": "name"}
_SESSIONS = "sessions"
_COUNTER = {"name": {"S": "account"}}
_ADDRESS = {"name": {"S": "address"}}


class Calls:
    """The calls, on tables with one account."""

    def __init__(self, client: HttpClient) -> None:
        """Create the tables and the account.

        Args:
            client: a client of an empty DynamoDB Local.
        """
        self._client = client
        self._hash = _HASHER.hash(_PASSWORD)
        self._numbers = itertools.count()
        self._pool = ThreadPoolExecutor(1)
        for table, key in _KEYS.items():
            self._create(table, [key])
            self._put(table, {key: {"S": "account"}, "hash": {"S": self._hash}})
        self._create(_SESSIONS, ["userId", "id"])
        self._put(_SESSIONS, {"userId": {"S": "account"}, "id": {"S": "current"}})

    def verify(self) -> None:
        """Verify the password."""
        _HASHER.verify(self._hash, _PASSWORD)

    def read_item(self) -> None:
        """Read one item."""
        self._client.call("GetItem", TableName="users", Key=_key("users"), ConsistentRead=True)

    def read(self, *tables: str) -> None:
        """Read one item of each of these tables at once."""
        self._client.call(
            "BatchGetItem",
            RequestItems={name: {"Keys": [_key(name)], "ConsistentRead": True} for name in tables},
        )

    def count_attempt(self) -> None:
        """Count an attempt by account and by address."""
        item = {**_COUNTER, "tries": {"N": "1"}, "lastAt": {"S": str(next(self._numbers))}}
        claim = {"TableName": "attempts", "Item": item, "ConditionExpression": "lastAt <> :at"}
        claim["ExpressionAttributeValues"] = {":at": item["lastAt"]}
        self._transact({"Put": claim}, _add(_ADDRESS, 1))

    def count_attempt_by_account(self) -> None:
        """Count an attempt by account only: one item needs no transaction."""
        self._client.call("UpdateItem", **_add({"name": {"S": "single"}}, 1)["Update"])

    def start_session(self) -> None:
        """Start a session, refund the attempt, and check that the account is unchanged."""
        self._transact(
            {"Put": {"TableName": _SESSIONS, "Item": self._new_session()}},
            {"Delete": {"TableName": "attempts", "Key": _COUNTER}},
            _add(_ADDRESS, -1),
            {
                "ConditionCheck": {
                    "TableName": "users",
                    "Key": _key("users"),
                    "ConditionExpression": "attribute_exists(id)",
                }
            },
        )

    def start_session_in_steps(self) -> None:
        """Start a session and refund the attempt, without a transaction."""
        self._put(_SESSIONS, self._new_session())
        self._client.call("DeleteItem", TableName="attempts", Key=_COUNTER)

    def put_session(self) -> None:
        """Store a session."""
        self._put(_SESSIONS, self._new_session())

    def while_verifying(self, call: Callable[[], None]) -> None:
        """Run a call in a thread while the password is verified here."""
        running = self._pool.submit(call)
        self.verify()
        running.result()

    def _new_session(self) -> dict[str, Any]:
        return {"userId": {"S": "account"}, "id": {"S": f"{next(self._numbers)}"}}

    def _create(self, table: str, keys: list[str]) -> None:
        self._client.call(
            "CreateTable",
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=[
                {"AttributeName": key, "KeyType": kind}
                for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
        )

    def _put(self, table: str, item: Mapping[str, Any]) -> None:
        self._client.call("PutItem", TableName=table, Item=item)

    def _transact(self, *writes: Mapping[str, Any]) -> None:
        self._client.call("TransactWriteItems", TransactItems=writes)


def _key(table: str) -> dict[str, Any]:
    return {_KEYS[table]: {"S": "account"}} if table in _KEYS else _SESSION_KEY


_SESSION_KEY = {"userId": {"S": "account"}, "id": {"S": "current"}}


def _add(key: Mapping[str, Any], by: int) -> dict[str, Any]:
    update = {"TableName": "attempts", "Key": key, "UpdateExpression": "ADD tries :by"}
    return {"Update": {**update, "ExpressionAttributeValues": {":by": {"N": str(by)}}}}


_ACCOUNT = "users", "credentials", "attempts"


def rows(calls: Calls) -> dict[str, Callable[[], None]]:
    """Return what is measured, by the name that the table shows."""

    def in_turn(*steps: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            for step in steps:
                step()

        return run

    def find() -> None:
        calls.read("identities")

    def account() -> None:
        calls.read(*_ACCOUNT)

    def both() -> None:
        calls.read("identities", *_ACCOUNT)

    verify, count, start = calls.verify, calls.count_attempt, calls.start_session
    single = calls.count_attempt_by_account
    return {
        "one item, with GetItem": calls.read_item,
        "one item, with BatchGetItem": lambda: calls.read("users"),
        "me: a session and its account": lambda: calls.read("users", _SESSIONS),
        "Argon2 alone": verify,
        "1. as the service": in_turn(find, account, count, verify, start),
        "2. count while hashing": in_turn(
            find, account, lambda: calls.while_verifying(count), start
        ),
        "3. and read all at once": in_turn(both, lambda: calls.while_verifying(count), start),
        "4. and don't count by address": in_turn(
            both, lambda: calls.while_verifying(single), start
        ),
        "5. and start the session in steps": in_turn(
            both, lambda: calls.while_verifying(single), calls.start_session_in_steps
        ),
        "6. count no attempts": in_turn(find, account, verify, calls.put_session),
    }


def measure(cases: Mapping[str, Callable[[], None]]) -> dict[str, float]:
    """Run all in turns and return the median of each, in milliseconds."""
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for round_number in range(_WARM_UP + TIMES):
        for name, run in cases.items():
            began = time.perf_counter()
            run()
            if round_number >= _WARM_UP:
                taken[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


def table(medians: Mapping[str, float]) -> Iterable[str]:
    """Yield the lines of a Markdown table; sign-ins also show what they add to Argon2."""
    yield "| calls | ms | more than Argon2 |"
    yield "| --- | --- | --- |"
    for name, median in medians.items():
        more = f"{median - medians['Argon2 alone']:.1f}" if name[0].isdigit() else ""
        yield f"| {name} | {median:.2f} | {more} |"


def main() -> None:
    """Print the medians."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}  # nosec B105
    with dynamodb_local.running(at_length=True) as url:
        os.environ |= {"AWS_ENDPOINT_URL_DYNAMODB": url, "AWS_DEFAULT_REGION": "us-east-1"}
        limits = Limits(_TIMEOUT_SECONDS, _TIMEOUT_SECONDS, 1)
        calls = Calls(HttpClient(SERVICES["dynamodb"], limits))
        print(*table(measure(rows(calls))), sep="\n")


if __name__ == "__main__":
    main()
