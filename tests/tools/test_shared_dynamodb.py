"""All workers of a run use one DynamoDB Local, each with tables of its own."""

import fcntl
from contextlib import contextmanager
from threading import Event, Thread

import boto3
import pytest

from tests.support import shared_dynamodb
from tools import dynamodb_local


@pytest.fixture
def events(monkeypatch):
    """When DynamoDB Local, which a double takes the place of, is started and stopped."""
    events = []

    @contextmanager
    def running(**_):
        events.append("started")
        yield f"http://127.0.0.1:{len(events)}"
        events.append("stopped")

    monkeypatch.setattr(dynamodb_local, "running", running)
    return events


def test_a_second_worker_uses_the_one_that_the_first_started(tmp_path, events):
    with shared_dynamodb.running(tmp_path) as first, shared_dynamodb.running(tmp_path) as second:
        assert first == second

    assert events == ["started", "stopped"]


@pytest.fixture
def waits(monkeypatch):
    """Is set when a worker waits for a lock on the file."""
    waits, lock = Event(), fcntl.flock

    def lock_and_say(file, kind):
        try:
            lock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            waits.set()
            lock(file, kind)

    monkeypatch.setattr(fcntl, "flock", lock_and_say)
    return waits


def test_the_first_worker_stops_it_when_no_other_uses_it(tmp_path, events, waits):
    def run_first_worker():
        with shared_dynamodb.running(tmp_path):
            has_started.set()
            is_shared.wait()

    has_started, is_shared = Event(), Event()
    first_worker = Thread(target=run_first_worker)
    first_worker.start()
    has_started.wait()
    with shared_dynamodb.running(tmp_path):
        is_shared.set()
        assert waits.wait(timeout=20)
        assert events == ["started"]
    first_worker.join()

    assert events == ["started", "stopped"]


def test_one_is_started_again_after_the_last_worker_is_done(tmp_path, events):
    for _ in range(2):
        with shared_dynamodb.running(tmp_path):
            pass

    assert events == ["started", "stopped"] * 2


def test_a_worker_has_no_tables_of_another(local_endpoint):
    def client(key):
        keys = {"aws_access_key_id": key, "aws_secret_access_key": "testing"}
        return boto3.client("dynamodb", endpoint_url=local_endpoint, **keys)

    client("workerone").create_table(
        TableName="of-one-worker",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    assert client("workertwo").list_tables()["TableNames"] == []
