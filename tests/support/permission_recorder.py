"""Checks each AWS call that a test makes through an endpoint against the function's policy.

The handler of a function without endpoints is checked like an endpoint.

It is on in every test. A call that the policy of the endpoint's function doesn't grant is answered
as AWS would answer it, with AccessDeniedException, and the test fails with what is missing. Every
permission that was needed is written to a file for each process, so that the process that runs
pytest can merge them at the end, and report what no test needs.

Servers that tests start as processes of their own are recorded, too: see
``tests/support/served.py``.
"""

import contextlib
import contextvars
import functools
import importlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from chalicelib.functions import FUNCTION_BY_PACKAGE, FUNCTIONS, HANDLERS, all_endpoints
from chalicelib.platform import aws
from chalicelib.platform.aws import OPERATIONS
from chalicelib.platform.endpoints import Endpoint
from ops import functions
from tests.support import iam, permissions
from tests.support.iam import Request

# The folder for the records of this process and of those that it starts.
FOLDER = "PERMISSION_RECORDS"
# Set by ``make permissions``: nothing is denied, and the record is written at the end.
WRITE = "WRITE_PERMISSIONS"
OPERATION = "operation"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a function runs: an endpoint, or the handler of a function without endpoints.

    Attributes:
        name: the view's name; the function's if it has a handler.
        function: the Lambda function.
        title: for messages.
    """

    name: str
    function: str
    title: str

    @classmethod
    def of(cls, endpoint: Endpoint) -> "Entry | None":
        """Return an endpoint; None for one that a test made up."""
        if endpoint.package not in FUNCTION_BY_PACKAGE:
            return None
        name = endpoint.view.__name__
        return cls(
            name,
            FUNCTION_BY_PACKAGE[endpoint.package],
            f"{endpoint.method} {endpoint.path} ({name})",
        )


def entries() -> dict[str, Entry]:
    """Return everything that the functions run, by its name."""
    endpoints = filter(None, map(Entry.of, all_endpoints()))
    handlers = [Entry(name, name, f"the handler of {name}") for name in HANDLERS]
    return {entry.name: entry for entry in (*endpoints, *handlers)}


_entry: contextvars.ContextVar[Entry | None] = contextvars.ContextVar("entry", default=None)


@dataclass(slots=True)
class Recorder:
    """What the endpoints were seen to need.

    Attributes:
        folder: where this process and the others leave their records.
        policies: the policies by function.
        denies: whether a call that isn't granted is denied.
        seen: the pairs of endpoint and permission so far.
    """

    folder: Path
    policies: Mapping[str, Any]
    denies: bool
    seen: set[tuple[str, str]] = field(default_factory=set)
    _checked: dict[tuple[str, ...], str | None] = field(default_factory=dict)
    _read: dict[Path, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def problem(self, entry: Entry, need: str) -> str | None:
        """Return the error if an endpoint needs a permission that it lacks; None if it has it."""
        verb, target, *named = need.split()
        where = f"{entry.title} needs {' '.join([verb, 'on', target, *named])}"
        if permissions.grants(self.policies[entry.function], need):
            return None
        return f"{where}, which the policy of the function {entry.function} doesn't grant"

    def call(self, client: BaseClient, operation: str, parameters: Mapping[str, Any]) -> None:
        """Record a call that is about to be made, and check it.

        Raises:
            ClientError: the endpoint's function may not make it.
        """
        self.call_of(client.meta.service_model.service_name, operation, parameters)

    def call_of(self, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        """Do the same for a call of a service, which a presigned URL also makes.

        Raises:
            ClientError: the endpoint's function may not make it.
        """
        entry = _entry.get()
        if entry is None:
            return
        problems: list[str | None] = []
        if operation not in OPERATIONS.get(service, ()):
            problems.append(f"{service}:{operation} is not in aws.OPERATIONS: it doesn't ship")
        self._note(OPERATION, f"{service}:{operation}")
        for request in permissions.requests(service, operation, parameters, entry.function):
            needs = tuple(permissions.named(request))
            for need in (request.need, *needs):
                self._note(entry.name, need)
            problems.append(self._check(entry, request, needs))
        if self.denies and (denials := [problem for problem in problems if problem]):
            self._append("missing", *denials)
            error = {"Error": {"Code": "AccessDeniedException", "Message": denials[0]}}
            raise ClientError(error, operation)

    def _check(self, entry: Entry, request: Request, needs: tuple[str, ...]) -> str | None:
        """Return the error if IAM would deny a request."""
        asked = (entry.name, request.need, *needs)
        if asked not in self._checked:
            statements = self.policies[entry.function]["Statement"]
            allowed = iam.allows(statements, request, permissions.resource)
            denials = filter(None, (self.problem(entry, need) for need in (request.need, *needs)))
            self._checked[asked] = None if allowed else next(denials, f"{request.need} is denied")
        return self._checked[asked]

    def _note(self, endpoint: str, need: str) -> None:
        if (endpoint, need) not in self.seen:
            self.seen.add((endpoint, need))
            self._append("seen", f"{endpoint}\t{need}")

    def _append(self, kind: str, *lines: str) -> None:
        # Line by line, at once: a process that is killed leaves what it has seen.
        with self._lock, (self.folder / f"{os.getpid()}.{kind}").open("a") as file:
            file.writelines(f"{line}\n" for line in lines)

    def new_problems(self) -> list[str]:
        """Return what was missing since the last time, here and in the processes started here."""
        problems: list[str] = []
        for file in self.folder.glob("*.missing"):
            lines = file.read_text().splitlines()
            problems += lines[self._read.get(file, 0) :]
            self._read[file] = len(lines)
        return list(dict.fromkeys(problems))


def merged(folder: Path) -> set[tuple[str, str]]:
    """Return the pairs of endpoint and permission that all processes recorded."""
    lines = [line for file in folder.rglob("*.seen") for line in file.read_text().splitlines()]
    return {(line.split("\t")[0], line.split("\t")[1]) for line in lines}


def install(folder: Path) -> Recorder:
    """Watch every call of this process from now on."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[FOLDER] = str(folder)
    policies = {function: functions.policy(function) for function in FUNCTIONS}
    recorder = Recorder(folder, policies, denies=not os.environ.get(WRITE))
    perform, make_call, submit = (
        Endpoint.handle,
        BaseClient._make_api_call,
        ThreadPoolExecutor.submit,
    )
    presign = aws.presigned_url

    @functools.wraps(perform)
    def perform_watched(endpoint: Endpoint, *arguments: Any, **variables: str) -> Any:
        with running(Entry.of(endpoint)):
            return perform(endpoint, *arguments, **variables)

    @functools.wraps(make_call)
    def call_watched(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        recorder.call(client, operation, parameters)
        return make_call(client, operation, parameters)

    @functools.wraps(presign)
    def presign_watched(
        service: str, operation: str, lifetime: timedelta, **parameters: Any
    ) -> str:
        # The URL's reader makes the call later, with the function's permissions.
        recorder.call_of(service, operation, parameters)
        return presign(service, operation, lifetime, **parameters)

    @functools.wraps(submit)
    def submit_watched(
        pool: ThreadPoolExecutor, work: Callable[..., Any], /, *arguments: Any, **keywords: Any
    ) -> Future[Any]:
        # A thread that an endpoint starts works for that endpoint.
        if _entry.get():
            work = functools.partial(contextvars.copy_context().run, work)
        return submit(pool, work, *arguments, **keywords)

    for name, handler in HANDLERS.items():
        _watch_handler(entries()[name], handler)
    Endpoint.handle = perform_watched  # type: ignore[method-assign]
    BaseClient._make_api_call = call_watched
    aws.presigned_url = presign_watched
    ThreadPoolExecutor.submit = submit_watched  # type: ignore[method-assign]
    return recorder


@contextlib.contextmanager
def running(entry: Entry | None) -> Iterator[None]:
    """Count every call inside the block for an entry; None for none."""
    token = _entry.set(entry)
    try:
        yield
    finally:
        _entry.reset(token)


def _watch_handler(entry: Entry, handler: str) -> None:
    """Put a watched handler in the place of a function's own."""
    module_name, _, name = handler.rpartition(".")
    module = importlib.import_module(module_name)
    run = getattr(module, name)

    @functools.wraps(run)
    def run_watched(*arguments: Any) -> Any:
        with running(entry):
            return run(*arguments)

    setattr(module, name, run_watched)


def unused(seen: set[tuple[str, str]], record: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield granted permissions and shipped AWS operations that no test needed."""
    for function in FUNCTIONS:
        needed = {need for name, need in seen if name in permissions.endpoints_of(function)}
        tested = permissions.needs_of(function, record) - permissions.lambdas_needs(function)
        for need in sorted(tested - needed):
            if (function, need) not in permissions.EXCEPTIONS:
                yield f"the function {function} was not seen to need {need}"
    for service, operations in OPERATIONS.items():
        for operation in operations:
            if (OPERATION, f"{service}:{operation}") not in seen:
                yield f"aws.OPERATIONS has {service}:{operation}, which no endpoint called"


def drift(seen: set[tuple[str, str]], record: Mapping[str, list[str]]) -> int:
    """Return how many pairs of endpoint and permission only the record has, or only this run."""
    known = {(endpoint, need) for endpoint, needed in record.items() for need in needed}
    return len(known ^ {pair for pair in seen if pair[0] != OPERATION})


def as_record(
    seen: set[tuple[str, str]], endpoints: set[str], kept: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """Return the record of what was seen, beside what is kept of the record before."""
    return {
        endpoint: sorted(
            {need for name, need in seen if name == endpoint} | {*kept.get(endpoint, ())}
        )
        for endpoint in endpoints
    }
