"""Fixtures and settings for every test."""

import email
import email.policy
import functools
import gc
import importlib.util
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from unittest import mock

import pytest
from chalice.test import BaseClient, Client
from moto import mock_aws

# No test may reach the real AWS, even if the developer's environment has AWS credentials.
for _name in [name for name in os.environ if name.startswith(("AWS_", "BREEZE_LAKES_POINT_"))]:
    del os.environ[_name]
# With a key of its own, each worker has its own tables in the DynamoDB Local that all share.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
os.environ |= {
    "AWS_ACCESS_KEY_ID": f"testing{_worker}",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    # Tests must not reach the breached-password service either.
    "BREEZE_LAKES_POINT_BREACHED_PASSWORDS": "off",
}
# Imports and the collection of ten thousand tests leave no garbage. Searches for it would take a
# seventh of their time in each worker: one second, and two without byte code.
gc.disable()
# Tests start the service a hundred times: without byte code it would be compiled each time, and so
# would the tests themselves.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

from chalicelib.identity import password_strength, passwords  # noqa: E402
from chalicelib.platform import clock, identifiers  # noqa: E402
from tests.support import fifo_queues, responses, shared_dynamodb  # noqa: E402
from tests.support.aws_calls import AwsCall, recorded_calls  # noqa: E402
from tests.support.clients import Person, guess_once, hash_once, verify_once  # noqa: E402
from tests.support.environments import (  # noqa: E402
    ENGINES,
    HERE,
    SETTINGS,
    Stage,
    deliver,
    environment,
    stage,
)
from tests.support.permission_plugin import PermissionPlugin  # noqa: E402
from tools import dynamodb_local, faster_moto  # noqa: E402
from web import build  # noqa: E402

pytest_plugins = ["tests.support.selection"]


def pytest_configure(config: pytest.Config) -> None:
    """Check AWS calls against the policies, and responses against their schemas."""
    faster_moto.install()  # first: calls are checked before moto has them
    fifo_queues.install()
    config.pluginmanager.register(PermissionPlugin(config), "permissions")
    responses.install()


def pytest_collection_finish() -> None:
    """Leave what is there by now, most of it modules, out of searches for garbage; search less."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 50, 100)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Where ``NOTHING_SKIPPED`` is set, as in CI, a test that cannot run has failed."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("NOTHING_SKIPPED"):
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may be: {report.longrepr[-1]}"


class _Milliseconds:
    """Time that is another millisecond each time, so that identifiers sort as they were made."""

    def __init__(self) -> None:
        self._lock, self._last = threading.Lock(), 0

    def time_ns(self) -> int:
        with self._lock:
            self._last = max(time.time_ns(), self._last + 1_000_000)
            return self._last


identifiers.time = _Milliseconds()
# Each page and asset looks whether the sources have changed. The tests of that change it back.
build._sources = functools.cache(build._sources)


@contextmanager
def _as_it_is(_client: BaseClient, _variables: dict[str, str]) -> Iterator[None]:
    """Leave the environment alone.

    Chalice's client replaces ``os.environ`` with a copy during a request. After concurrent
    requests, one of the copies remains, and with it the stage that the test had set.
    """
    yield


BaseClient._patched_env_vars = _as_it_is


@pytest.fixture(scope="session", autouse=True)
def _aws() -> Iterator[None]:
    """AWS as moto plays it. Each stage has tables of its own, so that one will do for all tests."""
    # With this worker's access key, not with one of moto's.
    with mock_aws(config={"core": {"mock_credentials": False}}):
        yield


@pytest.fixture(scope="session")
def dev_packages() -> None:
    """What `make audit` and `make bench` need: pip-audit and matplotlib."""
    if not all(map(importlib.util.find_spec, ("pip_audit", "matplotlib"))):
        pytest.skip("The development packages are missing: run make test.")


@pytest.fixture(scope="session")
def local_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """DynamoDB Local's URL."""
    if problem := dynamodb_local.problem():
        pytest.skip(problem)
    own = tmp_path_factory.getbasetemp()
    with shared_dynamodb.running((own.parent if _worker else own) / "dynamodb-local") as url:
        yield url


@pytest.fixture
def backend() -> Iterator[Stage]:
    """A stage on moto."""
    with stage() as backend:
        yield backend


@pytest.fixture(params=ENGINES)
def database_engine(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A stage on moto, and again on DynamoDB Local."""
    on_moto = request.param == "moto"
    with stage(None if on_moto else request.getfixturevalue("local_endpoint")) as backend:
        yield backend


@pytest.fixture
def client(backend: Stage) -> Client:
    """The app, called in this process."""
    from app import app

    return Client(app)


@pytest.fixture
def new_client(client: Client) -> Callable[[str], Person]:
    """Returns a client for a user who has not signed up yet."""
    return lambda name: Person(client, name)


@pytest.fixture
def anonymous(new_client: Callable[[str], Person]) -> Person:
    """A client without an account."""
    return new_client("unknown")


@pytest.fixture
def applicant(new_client: Callable[[str], Person]) -> Person:
    """An applicant without an email address, signed in."""
    person = new_client("river")
    assert person.sign_up().status == 201
    return person


@pytest.fixture
def other_applicant(new_client: Callable[[str], Person]) -> Person:
    """Another applicant, with an email address, signed in."""
    person = new_client("sky")
    assert person.sign_up(email="Sky@Example.com").status == 201
    return person


@pytest.fixture
def aws_calls(backend: Stage) -> Iterator[list[AwsCall]]:
    """Every call to AWS that is made from now on, in order."""
    with recorded_calls() as calls:
        yield calls


@pytest.fixture
def mailbox(tmp_path: Path, backend: Stage) -> Iterator[Callable[[], list[EmailMessage]]]:
    """Delivers the outbox to a folder, as on a developer's machine, and reads the folder."""
    here = {"PUBLIC_URL": HERE, "MAIL_FOLDER": str(tmp_path), "MAIL_FROM": None}
    with environment(**SETTINGS | here):

        def read() -> list[EmailMessage]:
            deliver()
            return [
                email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                for file in tmp_path.glob("*.eml")
            ]

        yield read


@pytest.fixture
def frozen_clock() -> Iterator[None]:
    """Stop the clock, so that no hour is over in the middle of a test."""
    with mock.patch.object(clock, "now", return_value=clock.now()):
        yield


@pytest.fixture(autouse=True)
def _cached_password_hashes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hash each password once in a test run, except in tests with the marker for real hashes."""
    if request.node.get_closest_marker("real_password_hashes"):
        yield
        return
    with (
        mock.patch.multiple(passwords, hash_password=hash_once, verify_password=verify_once),
        mock.patch.object(password_strength, "find_weakness_error", guess_once),
    ):
        yield
