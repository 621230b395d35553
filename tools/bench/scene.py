"""The subject of the benchmark: the package, DynamoDB Local, and clients that send requests."""

import json
import os
import shutil
import tempfile
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from chalicelib.functions import FUNCTION_BY_PACKAGE, all_endpoints
from chalicelib.platform import clock, settings
from chalicelib.platform.settings import PREFIX, Settings
from chalicelib.sessions import keys
from ops import functions, package, tables
from ops.package import Package
from tools import lambda_runtime, local, rehearsal, stage_secrets
from tools.api_gateway import Gateway, GatewayRequest
from tools.fixtures import EVENT, EVENT_BODY
from tools.lambda_runtime import NoAnswer, Process, Setup

FOLDER = package.OUT / "bench"
# What tables were filled with once, for every bench after it. Each works on a copy in memory, so
# that neither a disk's moods nor what another bench left behind change what is measured.
DATA = Path(".local") / "bench"
# In the first thousand or so DynamoDB Local becomes three times as fast.
_ROUNDS_TO_WARM_UP = 1500
_IN_MEMORY = Path("/dev/shm")  # noqa: S108  # nosec B108 # a private folder is made there
STAGE = "dev"
# DynamoDB Local accepts any credentials.
_ANYTHING = "bench"
PASSWORD = "four quiet lakes in May"  # noqa: S105  # nosec B105 # of people who are made up
_PACKAGE_OF = {(endpoint.method, endpoint.path): endpoint.package for endpoint in all_endpoints()}


@dataclass(frozen=True)
class Scene:
    """What there is.

    Attributes:
        code: the folder of the unpacked package.
        layer: the folder of the unpacked layer, which some functions have.
        runtime: the folder of what Lambda brings.
        template: the packaged template.
        dynamodb: DynamoDB Local's URL.
        aws: that of the rest of AWS, as moto plays it.
        log: the file that functions write to.
    """

    code: Path
    layer: Path
    runtime: Path
    template: Mapping[str, Any]
    dynamodb: str
    aws: str
    log: Path

    def setup(self, function: str, stage: str, dynamodb: str | None = None) -> Setup:
        """Return what a process of a function takes, by the function's name in the table.

        Args:
            function: for example ``accounts``.
            stage: whose tables it uses.
            dynamodb: where these are, if not at DynamoDB Local itself.
        """
        declared = rehearsal.declared_functions(self.template)[functions.logical_name(function)]
        return Setup(
            code=self.code,
            layer=self.layer if "Layers" in declared else None,
            runtime=self.runtime,
            handler=declared["Handler"],
            environment={
                **rehearsal.plain_variables(declared),
                **self.of_lambda(dynamodb),
                f"{PREFIX}STAGE": stage,
                f"{PREFIX}PUBLIC_URL": "https://lakes.example",
                f"{PREFIX}BREACHED_PASSWORDS": "off",
                f"{PREFIX}SIGN_IN_TRIES_PER_ADDRESS": "100000",
                f"{PREFIX}SIGN_UPS_PER_ADDRESS": "100000",
                f"{PREFIX}STAFF_SECOND_FACTOR": settings.OPTIONAL,
            },
            timeout_seconds=declared["Timeout"],
            log=self.log,
        )

    def of_lambda(self, dynamodb: str | None = None) -> dict[str, str]:
        """Return the variables that any function finds here."""
        return {
            "AWS_ACCESS_KEY_ID": _ANYTHING,
            "AWS_SECRET_ACCESS_KEY": _ANYTHING,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.aws,
            "AWS_ENDPOINT_URL_DYNAMODB": dynamodb or self.dynamodb,
        }

    def make_stage(self, stage: str) -> Any:
        """Make the tables of a stage, unless they are there, and its key; return a client."""
        client = boto3.client("dynamodb", endpoint_url=self.dynamodb)
        tables.create_missing(client, stage)
        vault = boto3.client("secretsmanager", endpoint_url=self.aws)
        stage_secrets.store(vault, stage, keys.new_secret(clock.now()))
        return client

    def event(
        self,
        method: str,
        resource: str,
        body: Any = None,
        cookie: str = "",
        query: str = "",
        **variables: str,
    ) -> bytes:
        """Return the event that API Gateway passes to a function for a request."""
        path = f"/{self._gateway().stage}{resource.format(**variables)}{query}"
        headers = [("Host", "lakes.example"), ("User-Agent", "bench")]
        if cookie:
            headers.append(("Cookie", cookie))
        if body is not None:
            headers.append(("Content-Type", "application/json"))
        content = b"" if body is None else json.dumps(body).encode()
        asked = GatewayRequest(str(uuid.uuid4()), method, path, headers, content, "192.0.2.7")
        return json.dumps(self._gateway().event(asked, resource, variables)).encode()

    def _gateway(self) -> Gateway:
        return Gateway(self.template, lambda _name, event: event)


class Person:
    """A client that sends requests to one running function of each kind, and keeps its cookie."""

    def __init__(self, scene: Scene, stage: str, dynamodb: str | None = None) -> None:
        """Come to a stage; nothing runs yet."""
        self._scene = scene
        self._where = stage, dynamodb
        self._running: dict[str, Process] = {}
        self.username = f"river-{uuid.uuid4().hex}"
        self.id = self.cookie = ""

    def request(
        self, method: str, resource: str, body: Any = None, query: str = "", **variables: str
    ) -> Any:
        """Ask the function behind a route; return the JSON of its answer.

        Raises:
            NoAnswer: it is no success.
        """
        function = FUNCTION_BY_PACKAGE[_PACKAGE_OF[method, resource]]
        if function not in self._running:
            self._running[function] = Process(self._scene.setup(function, *self._where))
        event = self._scene.event(method, resource, body, self.cookie, query, **variables)
        answer = json.loads(self._running[function].invoke(event))
        if not 200 <= answer["statusCode"] < 300:
            raise NoAnswer(f"{method} {resource}: {answer['statusCode']} {answer['body']}")
        if cookies := (answer.get("multiValueHeaders") or {}).get("Set-Cookie"):
            self.cookie = "; ".join(cookie.partition(";")[0] for cookie in cookies)
        return json.loads(answer["body"])

    def sign_up(self) -> None:
        """Make their account, and sign in."""
        body = {"username": self.username, "password": PASSWORD}
        self.id = self.request("POST", "/signup", body)["id"]

    def become(self, client: Any, role: str) -> None:
        """Get a role, past every rule."""
        stage, _ = self._where
        client.update_item(
            TableName=Settings(stage=stage).table_name("users"),
            Key={"id": {"S": self.id}},
            UpdateExpression="SET #role = :role",
            ExpressionAttributeNames={"#role": "role"},
            ExpressionAttributeValues={":role": {"S": role}},
        )

    def close(self) -> None:
        """Stop the functions that ran for this client."""
        for process in self._running.values():
            process.close()


@contextmanager
def person(scene: Scene, stage: str, dynamodb: str | None = None) -> Iterator[Person]:
    """Yield a client that has signed up."""
    client = Person(scene, stage, dynamodb)
    try:
        client.sign_up()
        yield client
    finally:
        client.close()


def create_event(scene: Scene, stage: str, client: Any) -> None:
    """Create the event that applicants register for, unless it exists."""
    with person(scene, stage) as staff_member:
        staff_member.become(client, "SuperAdmin")
        try:
            staff_member.request("GET", "/events/{event_id}", event_id=EVENT)
        except NoAnswer:
            staff_member.request("PUT", "/admin/events/{event_id}", EVENT_BODY, event_id=EVENT)


def warm_up(stage: str, client: Any) -> None:
    """Have DynamoDB Local read and write until it is as fast as it becomes.

    Java compiles while it runs. Amazon DynamoDB, which it replaces here, has been running for
    years, and responds to a cold start as fast as to a warm one.
    """
    table = Settings(stage=stage).table_name("attempts")
    own, other = {"name": {"S": "own"}}, {"name": {"S": "other"}}
    counting = {
        "UpdateExpression": "ADD tries :one",
        "ConditionExpression": "attribute_not_exists(tries) OR tries < :most",
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":most": {"N": "100000"}},
    }
    writes = [
        {"Put": {"TableName": table, "Item": own}},
        {"Update": {"TableName": table, "Key": other, **counting}},
    ]
    client.put_item(TableName=table, Item=own)
    for _ in range(_ROUNDS_TO_WARM_UP):
        client.get_item(TableName=table, Key=own, ConsistentRead=True)
        client.batch_get_item(RequestItems={table: {"Keys": [own, other], "ConsistentRead": True}})
        client.transact_write_items(TransactItems=writes)


@contextmanager
def data() -> Iterator[Path]:
    """Yield a folder for DynamoDB Local with the saved data; save its data at the end."""
    where = _IN_MEMORY if _IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=where) as temporary:
        copy = Path(temporary) / "data"
        if DATA.exists():
            shutil.copytree(DATA, copy)
        try:
            yield copy
        finally:
            if not DATA.exists():
                shutil.copytree(copy, DATA)


@contextmanager
def scene(packaged: Package, folder: Path, kept: Path) -> Iterator[Scene]:
    """Set it.

    Args:
        packaged: made for this machine.
        folder: where it is unpacked.
        kept: where DynamoDB Local keeps its data.
    """
    runtime = folder / "runtime"
    code = _unpacked(packaged.code, folder / "task")
    layer = _unpacked(packaged.layer, folder / "layer")
    lambda_runtime.bring(runtime)
    template = json.loads(packaged.template.read_text())
    with local.aws(kept, at_length=True) as dynamodb:
        local.configure("http://localhost")
        aws = os.environ["AWS_ENDPOINT_URL"]
        yield Scene(code, layer, runtime, template, dynamodb, aws, folder / "function.log")


def _unpacked(file: Path, folder: Path) -> Path:
    with zipfile.ZipFile(file) as packed:
        packed.extractall(folder)
    return folder
