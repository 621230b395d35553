"""Cold starts, warm responses, and memory: the packaged zip compared with minimal handlers.

AWS's own runtime client runs each. A cold start is the time from the start of the process to its
first response. All take turns, so that other load on the machine affects all of them equally.
"""

import compileall
import json
import shutil
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tools import lambda_runtime
from tools.lambda_runtime import Process, Setup

# The files of the package, with their bytecode, that an empty handler consists of.
_CHALICE = ("chalice",)
_ARGON2 = ("argon2", "_argon2_cffi_bindings", "_cffi_backend*.so", "typing_extensions.pyc")

EMPTY = """
def app(event, context):
    return {"statusCode": 200, "body": "ok"}
"""
BARE_CHALICE = """
from chalice import Chalice

app = Chalice(app_name="bare")

@app.route("/signout", methods=["POST"])
def sign_out():
    return {"msg": "Logout complete"}
"""
ONE_READ = """
import os

import boto3

client = boto3.client("dynamodb")

def app(event, context):
    found = client.get_item(
        TableName=os.environ["TABLE"], Key={"id": {"S": os.environ["ACCOUNT"]}}, ConsistentRead=True
    )
    return {"statusCode": 200, "body": str("Item" in found)}
"""
ONLY_ARGON2 = """
import os

from argon2 import PasswordHasher

hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

def app(event, context):
    hasher.verify(os.environ["HASH"], os.environ["PASSWORD"])
    return {"statusCode": 200, "body": "ok"}
"""
ONE_READ_AND_ARGON2 = """
import os

import boto3
from argon2 import PasswordHasher

client = boto3.client("dynamodb")
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

def app(event, context):
    client.get_item(
        TableName=os.environ["TABLE"], Key={"id": {"S": os.environ["ACCOUNT"]}}, ConsistentRead=True
    )
    hasher.verify(os.environ["HASH"], os.environ["PASSWORD"])
    return {"statusCode": 200, "body": "ok"}
"""
# What no ``me`` of ours can be quicker than: its one call, two items of two tables.
OUR_CLIENT = """
import os

from chalicelib.platform.aws_connection import Limits
from chalicelib.platform.aws_http import SERVICES, HttpClient

client = HttpClient(SERVICES["dynamodb"], Limits(5, 5, 1))
users = os.environ["TABLE"]
identities = users.removesuffix("users") + "identities"

def app(event, context):
    found = client.call("BatchGetItem", RequestItems={
        users: {"Keys": [{"id": {"S": os.environ["ACCOUNT"]}}], "ConsistentRead": True},
        identities: {
            "Keys": [{"identity": {"S": os.environ["USERNAME"]}}], "ConsistentRead": True
        },
    })
    return {"statusCode": 200, "body": str(len(found["Responses"]))}
"""
# What no sign-in that makes these calls can be quicker than: those of ours, and the hash, by hand.
_CALLS_OF_A_SIGN_IN = """
import os
import uuid

from argon2 import PasswordHasher

hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
identities, users, credentials, attempts, sessions = (
    os.environ["TABLE"].removesuffix("users") + name
    for name in ("identities", "users", "credentials", "attempts", "sessions")
)
account = {"id": {"S": os.environ["ACCOUNT"]}}
counter = {"name": {"S": f"counter by hand {uuid.uuid4().hex}"}}
address = {"name": {"S": f"address by hand {uuid.uuid4().hex}"}}

def counting(by):
    return {"Update": {
        "TableName": attempts,
        "Key": address,
        "UpdateExpression": "ADD tries :by",
        "ExpressionAttributeValues": {":by": {"N": str(by)}},
    }}

def find():
    call("GetItem", TableName=identities, ConsistentRead=True,
         Key={"identity": {"S": os.environ["USERNAME"]}})
    call("BatchGetItem", RequestItems={
        users: {"Keys": [account], "ConsistentRead": True},
        credentials: {"Keys": [{"userId": account["id"]}], "ConsistentRead": True},
        attempts: {"Keys": [counter, address], "ConsistentRead": True},
    })

def count():
    once = {"ConditionExpression": "attribute_not_exists(tries)"}
    claim = {**counter, "tries": {"N": "1"}, "lastAt": {"S": "2026-01-01T00:00:00Z"}}
    call("TransactWriteItems", TransactItems=[
        {"Put": {"TableName": attempts, "Item": claim, **once}}, counting(1)
    ])

def start_session():
    began = {"userId": {"S": "by hand"}, "id": {"S": uuid.uuid4().hex}}
    call("TransactWriteItems", TransactItems=[
        {"Put": {"TableName": sessions, "Item": began}},
        {"Delete": {"TableName": attempts, "Key": counter}},
        counting(-1),
        {"Update": {
            "TableName": users,
            "Key": account,
            "UpdateExpression": "REMOVE erasing",
            "ConditionExpression": "attribute_exists(id)",
        }},
    ])

def verify():
    hasher.verify(os.environ["HASH"], os.environ["PASSWORD"])
"""
CALLS_WITH_BOTO3 = f"""
import boto3

client = boto3.client("dynamodb")
methods = {{
    "GetItem": client.get_item,
    "BatchGetItem": client.batch_get_item,
    "TransactWriteItems": client.transact_write_items,
}}

def call(operation, **arguments):
    methods[operation](**arguments)
{_CALLS_OF_A_SIGN_IN}
def app(event, context):
    find()
    count()
    verify()
    start_session()
    return {{"statusCode": 200, "body": "ok"}}
"""
# The floor of our sign-in: its calls with its client, of which one runs while the hash is computed.
CALLS_WITH_OUR_CLIENT = f"""
from chalicelib.platform.aws_connection import Limits
from chalicelib.platform.aws_http import SERVICES, HttpClient
from chalicelib.platform.threads import run_concurrently

call = HttpClient(SERVICES["dynamodb"], Limits(5, 5, 1)).call
{_CALLS_OF_A_SIGN_IN}
def app(event, context):
    find()
    run_concurrently(count, verify)
    start_session()
    return {{"statusCode": 200, "body": "ok"}}
"""
HANDLERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "empty handler": (EMPTY, ()),
    "bare Chalice": (BARE_CHALICE, _CHALICE),
    "our client, BatchGetItem": (OUR_CLIENT, ("chalicelib",)),
    "Argon2": (ONLY_ARGON2, _ARGON2),
    "boto3 GetItem": (ONE_READ, ()),
    "boto3 GetItem + Argon2": (ONE_READ_AND_ARGON2, _ARGON2),
    "boto3, a sign-in's calls + Argon2": (CALLS_WITH_BOTO3, _ARGON2),
    "our client, a sign-in's calls + Argon2": (CALLS_WITH_OUR_CLIENT, ("chalicelib", *_ARGON2)),
}


@dataclass(frozen=True)
class Case:
    """Something that is measured.

    Attributes:
        name: as the table shows it.
        setup: of the process that answers.
        event: makes the event, of one request after another.
        meanwhile: what is asked before each but the first, and not measured.
    """

    name: str
    setup: Setup
    event: Callable[[], bytes]
    meanwhile: Callable[[Process], None] = lambda _: None


@dataclass
class Measured:
    """What came out, in seconds and bytes."""

    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    memory: int = 0

    @property
    def cold_median(self) -> float:
        """The median of the cold starts."""
        return statistics.median(self.cold)

    @property
    def warm_median(self) -> float:
        """The median of the warm answers."""
        return statistics.median(self.warm)

    @property
    def warm_p99(self) -> float:
        """What one warm answer of a hundred takes longer than."""
        return statistics.quantiles(self.warm, n=100)[-1]


def handler(name: str, package: Path, folder: Path) -> Path:
    """Make one of ``HANDLERS``, with what it needs taken from an unpacked package.

    Returns:
        The folder of its code.
    """
    source, needed = HANDLERS[name]
    archive = folder / name.replace(" ", "-")
    archive.mkdir(parents=True)
    (archive / "app.py").write_text(source)
    for pattern in needed:
        for path in package.glob(pattern):
            copy = shutil.copytree if path.is_dir() else shutil.copy
            copy(path, archive / path.name)
    compileall.compile_dir(archive, quiet=2)
    return archive


def cold(cases: Iterable[Case], times: int) -> dict[str, Measured]:
    """Start each case this many times, in turns, and measure the time to its first response."""
    measured = {case.name: Measured() for case in cases}
    for _ in range(times):
        for case in cases:
            event = case.event()
            before = time.perf_counter()
            process = Process(case.setup)
            answer = process.invoke(event)
            measured[case.name].cold.append(time.perf_counter() - before)
            process.close()
            _expect_success(case, answer)
    return measured


def warm(cases: Iterable[Case], times: int, measured: Mapping[str, Measured]) -> None:
    """Call each warm case this many times, in turns; record its memory at the end."""
    running = {case.name: Process(case.setup) for case in cases}
    try:
        for number in range(times + 1):
            for case in cases:
                process, first = running[case.name], number == 0
                if not first:
                    case.meanwhile(process)
                event = case.event()
                before = time.perf_counter()
                answer = process.invoke(event)
                if not first:
                    measured[case.name].warm.append(time.perf_counter() - before)
                _expect_success(case, answer)
        for case in cases:
            measured[case.name].memory = _peak_memory(running[case.name].identifier)
    finally:
        for process in running.values():
            process.close()


def journey(setup_of: Callable[[str], Setup], events: Mapping[str, Callable[[], bytes]]) -> float:
    """Walk through a story from a moment at which nothing is warm; return the seconds it takes.

    Args:
        setup_of: what answers an action; actions with the same one share a process.
        events: what makes each action's event, in order.
    """
    running: dict[tuple[str, ...], Process] = {}
    seconds = 0.0
    try:
        for action, event in events.items():
            setup, asked = setup_of(action), event()
            key = tuple(f"{name}={value}" for name, value in sorted(setup.environment.items()))
            before = time.perf_counter()
            if key not in running:
                running[key] = Process(setup)
            running[key].invoke(asked)
            seconds += time.perf_counter() - before
    finally:
        for process in running.values():
            process.close()
    return seconds


def with_variables(setup: Setup, **variables: str) -> Setup:
    """Return a setup with more variables."""
    return replace(setup, environment={**setup.environment, **variables})


def _expect_success(case: Case, answer: bytes) -> None:
    status = json.loads(answer)["statusCode"]
    if not 200 <= status < 300:
        raise lambda_runtime.NoAnswer(f"{case.name}: {status} {_body(answer)}")


def _body(answer: bytes) -> Any:
    return json.loads(answer).get("body")


def _peak_memory(identifier: int) -> int:
    """Return the most bytes that a process has had in memory (Linux)."""
    status = Path(f"/proc/{identifier}/status").read_text()
    [peak] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(peak) * 1024
