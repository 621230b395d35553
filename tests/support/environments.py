"""A stage for tests: its tables and key, on one database engine or the other."""

import contextlib
import copy
import functools
import json
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sqs.models import sqs_backends

from chalicelib.platform import attributes, aws, clock, dynamodb, settings
from chalicelib.platform.aws_connection import Limits
from chalicelib.platform.aws_http import SERVICES, HttpClient
from chalicelib.sessions import keys
from ops import tables
from tests.support import oidc_provider
from tools import consumers, stage_secrets

ENGINES = ["moto", "dynamodb-local"]
STAGE = "test"
PUBLIC_URL = "https://lakes.example"
HERE = "http://localhost:8000"
MAIL_FROM = "office@lakes.example"
SETTINGS = {
    "STAGE": STAGE,
    "PUBLIC_URL": PUBLIC_URL,
    "MAIL_FROM": MAIL_FROM,
    "QUEUES_URL": f"https://sqs.us-east-1.amazonaws.com/{consumers.ACCOUNT}",
    "EXPORTS_BUCKET": f"breeze-lakes-point-{STAGE}-exports",
    # Most of staff in the tests have none.
    "STAFF_SECOND_FACTOR": "optional",
    # moto takes the place of AWS inside botocore.
    "AWS_CLIENT": "boto3",
    "OIDC_PROVIDERS": json.dumps(oidc_provider.PROVIDERS),
}
READS = {"GetItem", "BatchGetItem", "Query", "Scan"}
# For what tests read behind the service's back. A busy machine takes its time.
LIMITS = Limits(connect_seconds=60, read_seconds=60, attempts=2)
# Where there are more items than this, a new table is made sooner than they are deleted.
MANY = 500


Everything = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Stage:
    """What a test may look into behind the service's back."""

    name: str
    client: Any
    reader: HttpClient
    in_moto: bool

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Every item of a table, as plain values."""
        if self.in_moto:
            # Many tests look at everything, and a call takes as long as most of what they look at.
            held = self._held(table).all_items()
            items = [item.to_json()["Attributes"] for item in held]
        else:
            # Not with botocore, which takes a multiple of the time: tests of faults read thousands
            # of tables, for a third of their processor time.
            answer = self.reader.call("Scan", TableName=self._name(table), ConsistentRead=True)
            items = answer["Items"]
        return [attributes.from_attributes(item) for item in items]

    def everything(self, only: Collection[str] | None = None) -> Everything:
        """Every item of these tables, or of all."""
        names = [self._short(table) for table in tables.declared(self.name)]
        selected = names if only is None else only
        return {name: sorted(self.rows(name), key=str) for name in selected}

    @contextmanager
    def written(self) -> Iterator[set[str]]:
        """Yield a set that collects the tables that any client's write calls name."""
        names = {self._name(short): short for short in self.everything()}
        tables: set[str] = set()

        def note(request: Any, event_name: str, **_: Any) -> None:
            if event_name.rpartition(".")[2] not in READS:
                body = request.body.decode()
                tables.update(short for name, short in names.items() if f'"{name}"' in body)

        self.client.meta.events.register("before-send.dynamodb", note)
        try:
            yield tables
        finally:
            self.client.meta.events.unregister("before-send.dynamodb", note)

    def records(self) -> Everything:
        """Return everything stored except the attempt counters, which are temporary."""
        return {name: rows for name, rows in self.everything().items() if name != "attempts"}

    def change(self, table: str, key: dict[str, str], **values: Any) -> None:
        """Set attributes of an item, past every rule."""
        self.client.update_item(
            TableName=self._name(table),
            Key=attributes.to_attributes(key),
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in values),
            ExpressionAttributeNames={f"#{name}": name for name in values},
            ExpressionAttributeValues=attributes.to_attributes(
                {f":{name}": value for name, value in values.items()}
            ),
        )

    def drop(self, table: str, key: dict[str, str], *names: str) -> None:
        """Remove attributes of an item, so that it is as an earlier version stored it."""
        self.client.update_item(
            TableName=self._name(table),
            Key=attributes.to_attributes(key),
            UpdateExpression="REMOVE " + ", ".join(f"#{n}" for n in range(len(names))),
            ExpressionAttributeNames={f"#{n}": name for n, name in enumerate(names)},
        )

    def remove(self, table: str, key: dict[str, str]) -> None:
        """Delete an item, past every rule."""
        self.client.delete_item(TableName=self._name(table), Key=attributes.to_attributes(key))

    def clear(self, *only: str) -> None:
        """Delete every item of these tables, or of all."""
        if self.in_moto:
            # A call for each item would take as long as most tests do themselves.
            for short in only or map(self._short, tables.declared(self.name)):
                self._held(short).items.clear()
            return
        for table in tables.declared(self.name):
            short = self._short(table)
            keys_only = [part["AttributeName"] for part in table["KeySchema"]]
            rows = self.rows(short) if not only or short in only else []
            if len(rows) > MANY:
                self.client.delete_table(TableName=table["TableName"])
                tables.create_missing(self.client, self.name)
                continue
            for row in rows:
                self.remove(short, {name: row[name] for name in keys_only})

    def keep(self) -> Callable[[], None]:
        """Keep what moto holds by now; return what puts it back, any number of times."""
        shorts = [self._short(table) for table in tables.declared(self.name)]
        snapshot = {short: copy.deepcopy(self._held(short)) for short in shorts}

        def put_back() -> None:
            for short, table in snapshot.items():
                self._held(short).items = copy.deepcopy(table).items

        return put_back

    def restore(self, expected: Everything, current: Everything) -> None:
        """Restore the earlier items of the tables."""
        for table in tables.declared(self.name):
            short, key = self._short(table), [part["AttributeName"] for part in table["KeySchema"]]

            def at(row: dict[str, Any], key: list[str] = key) -> dict[str, Any]:
                return {name: row[name] for name in key}

            snapshot = list(map(at, expected[short]))
            for row in current[short]:
                if at(row) not in snapshot:
                    self.remove(short, at(row))
            for row in expected[short]:
                if row not in current[short]:
                    self.client.put_item(
                        TableName=table["TableName"], Item=attributes.to_attributes(row)
                    )

    def _held(self, table: str) -> Any:
        """What moto holds in a table."""
        backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][self.client.meta.region_name]
        return backend.tables[self._name(table)]

    def _short(self, table: dict[str, Any]) -> str:
        return table["TableName"].removeprefix(self._name(""))

    def _name(self, table: str) -> str:
        return settings.current().table_name(table)


def forget() -> None:
    """Make the service read its environment again."""
    settings.current.cache_clear()
    dynamodb.database.cache_clear()
    oidc_provider.forget()
    forget_keys()


def forget_keys() -> None:
    """Make the service fetch its keys again."""
    keys.account_keys.cache_clear()
    keys.session_keys.cache_clear()


def store_secrets(account_secret: str) -> None:
    """Make this the text of the account secret, and store the signing secret that goes with it."""
    vault = aws.aws_client("secretsmanager")
    stage_secrets.store(vault, settings.current().stage or STAGE, account_secret, replace=True)
    forget_keys()


@contextmanager
def environment(**variables: str | None) -> Iterator[None]:
    """Run with these settings, for example ``PUBLIC_URL``; None takes one away."""
    prefixed = {f"{settings.PREFIX}{name}": value for name, value in variables.items()}
    preserved = {
        name: value for name, value in os.environ.items() if prefixed.get(name, "") is not None
    }
    variables_set = {name: value for name, value in prefixed.items() if value is not None}
    with mock.patch.dict(os.environ, preserved | variables_set, clear=True):
        forget()
        try:
            yield
        finally:
            forget()


@contextmanager
def engine(endpoint: str | None) -> Iterator[None]:
    """Have new clients speak to another DynamoDB than moto's; None for moto's."""
    if endpoint is None:
        yield
        return
    aws._aws_client.cache_clear()
    dynamodb.database.cache_clear()
    try:
        with mock.patch.dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=endpoint):
            yield
    finally:
        aws._aws_client.cache_clear()
        dynamodb.database.cache_clear()


@functools.cache
def _prepare(_endpoint: str | None) -> None:
    """Make what no test takes away again."""
    tables.create_missing(aws.aws_client("dynamodb"), STAGE)
    consumers.create_queues(aws.aws_client("sqs"), STAGE)
    consumers.create_bus(aws.aws_client("events"))
    consumers.create_bucket(aws.aws_client("s3"))
    # SES takes mail only from an address that it has been told of.
    sender = aws.aws_client("sesv2")
    with contextlib.suppress(sender.exceptions.AlreadyExistsException):
        sender.create_email_identity(EmailIdentity=MAIL_FROM)


def clear_queues() -> None:
    """Delete every message of every queue."""
    for queue in sqs_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].queues.values():
        queue._messages.clear()
        queue.pending_messages.clear()
        queue.deleted_messages.clear()
        queue.pending_message_groups.clear()


def deliver() -> None:
    """Deliver what is in the outbox, as Lambda does after a change."""
    consumers.Consumers(aws.aws_client("dynamodb"), aws.aws_client("sqs")).deliver()


@contextmanager
def stage(endpoint: str | None = None) -> Iterator[Stage]:
    """Make a stage with empty tables and a key; the tables themselves are made once.

    Args:
        endpoint: DynamoDB Local's URL; None for moto.
    """
    with (
        engine(endpoint),
        environment(**SETTINGS),
        oidc_provider.connected(),
        closing(HttpClient(SERVICES["dynamodb"], LIMITS)) as reader,
    ):
        client, vault = map(aws.aws_client, ("dynamodb", "secretsmanager"))
        _prepare(endpoint)
        backend = Stage(STAGE, client, reader, in_moto=endpoint is None)
        backend.clear()
        clear_queues()
        held = secretsmanager_backends[DEFAULT_ACCOUNT_ID][vault.meta.region_name].secrets
        current = settings.current()
        if not {current.account_secret_name, current.signing_secret_name} <= held.keys():
            store_secrets(keys.new_secret(clock.now()))
        if current.oidc_secret_name not in held:
            secret = json.dumps(oidc_provider.SECRETS)
            vault.create_secret(Name=current.oidc_secret_name, SecretString=secret)
        yield backend
