"""Lambda on this machine: AWS's own runtime client, running code as it was packaged.

A process asks the Runtime API for one event after another and posts what comes of each:
docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import os
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

# What Lambda's Python runtime brings besides Python: its client, and boto3.
PREINSTALLED = ("awslambdaric", "boto3")
INIT_SECONDS = 10
# What Lambda takes and gives in one synchronous call.
LARGEST_PAYLOAD = 6 * 1024 * 1024
_API = "/2018-06-01/runtime"
_LOOPBACK = "127.0.0.1"
_BOOTSTRAP = "loopback_only"
# How soon a Runtime API is gone once its process is.
_POLL_SECONDS = 0.05


class NoAnswer(Exception):
    """An invocation came to nothing; the message says how: it died, timed out or failed."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a function's processes have in common.

    Attributes:
        code: the folder of the unpacked package.
        layer: the folder of the unpacked layer; None if the function has none.
        runtime: the folder of what Lambda brings; see :func:`bring`.
        handler: for example ``app.app``.
        environment: the function's variables. A process gets these, Lambda's own, and no others.
        timeout_seconds: how long one invocation may take.
        log: the file that its output is appended to; None for this process's own output.
        command: starts a process that isn't Python; None for AWS's Python client.
    """

    code: Path
    runtime: Path
    handler: str
    environment: Mapping[str, str]
    timeout_seconds: float
    layer: Path | None = None
    log: Path | None = None
    command: tuple[str, ...] | None = None


@dataclass(slots=True)
class _Invocation:
    identifier: str
    event: bytes
    deadline_milliseconds: int
    finished: threading.Event = field(default_factory=threading.Event)
    result: bytes = b""
    problem: str | None = None

    def finish(self, result: bytes = b"", problem: str | None = None) -> None:
        if not self.finished.is_set():
            self.result, self.problem = result, problem
            self.finished.set()


class Process:
    """One process of a function, with a Runtime API of its own."""

    def __init__(self, setup: Setup) -> None:
        """Start it, and wait until it asks for its first event.

        Raises:
            NoAnswer: it ends before, or takes longer than Lambda would wait.
        """
        self._setup = setup
        self._waiting: queue.Queue[_Invocation | None] = queue.Queue()
        self._current: _Invocation | None = None
        self._asked = threading.Event()
        self._ended = threading.Event()
        self._said_at_init = ""
        self._api = _RuntimeApi(self)
        threading.Thread(target=self._api.serve_forever, args=[_POLL_SECONDS], daemon=True).start()
        self._process = _start(setup, f"{_LOOPBACK}:{self._api.server_port}")
        threading.Thread(target=self._watch, daemon=True).start()
        if not self._asked.wait(INIT_SECONDS) or self._ended.is_set():
            self.close()
            raise NoAnswer(f"It does not start. {self._said_at_init}")

    @property
    def identifier(self) -> int:
        """The operating system's number of it."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return not self._ended.is_set()

    def invoke(self, event: bytes) -> bytes:
        """Invoke the function with an event; return its handler's result as JSON.

        Raises:
            NoAnswer: it died, took too long, or its handler raised.
        """
        deadline = time.time() + self._setup.timeout_seconds
        invocation = _Invocation(str(uuid.uuid4()), event, int(deadline * 1000))
        self._current = invocation
        if self._ended.is_set():
            raise NoAnswer("It died.")
        self._waiting.put(invocation)
        if not invocation.finished.wait(self._setup.timeout_seconds):
            self.close()
            raise NoAnswer(f"It took longer than {self._setup.timeout_seconds} s.")
        self._current = None
        if invocation.problem is not None:
            raise NoAnswer(invocation.problem)
        return invocation.result

    def close(self) -> None:
        """Kill it, as Lambda does."""
        self._process.kill()
        self._ended.wait()
        self._waiting.put(None)
        self._api.shutdown()
        self._api.server_close()

    def next_event(self) -> _Invocation | None:
        """Wait for an invocation; None once there will be no more."""
        self._asked.set()
        return self._waiting.get()

    def finished(self, identifier: str, result: bytes, problem: str | None) -> None:
        """Receive the result of an invocation."""
        if self._current and self._current.identifier == identifier:
            self._current.finish(result, problem)

    def failed_to_start(self, said: str) -> None:
        """Take why the handler could not be loaded."""
        self._said_at_init = said

    def _watch(self) -> None:
        self._process.wait()
        self._ended.set()
        self._asked.set()
        if self._current:
            self._current.finish(problem="It died.")


class Function:
    """A function: as many processes as are wanted, each busy with one event at a time.

    A process that died is replaced when it is needed, by a cold start.
    """

    def __init__(self, setup: Setup, processes: int = 1) -> None:
        """Start its processes.

        Raises:
            NoAnswer: they do not start.
        """
        self._setup = setup
        self._all: list[Process] = []
        self._free: queue.LifoQueue[int] = queue.LifoQueue()
        for number in range(processes):
            self._all.append(Process(setup))
            self._free.put(number)

    @property
    def processes(self) -> list[int]:
        """The numbers of the processes that run."""
        return [process.identifier for process in self._all if process.alive]

    def invoke(self, event: bytes) -> bytes:
        """Hand an event to a free process, waiting for one; return its answer, as JSON.

        Raises:
            NoAnswer: there is none.
        """
        number = self._free.get()
        try:
            if not self._all[number].alive:
                self._all[number].close()
                self._all[number] = Process(self._setup)
            return self._all[number].invoke(event)
        finally:
            self._free.put(number)

    def close(self) -> None:
        """Kill its processes."""
        for process in self._all:
            process.close()


def bring(folder: Path) -> None:
    """Create a folder with the packages that Lambda's runtime provides, copied from here."""
    folder.mkdir(parents=True)
    (folder / f"{_BOOTSTRAP}.py").symlink_to(Path(__file__).with_name(f"{_BOOTSTRAP}.py"))
    for distribution in _with_dependencies(PREINSTALLED):
        files = distribution.files or []
        for top in {file.parts[0] for file in files} - {"..", "__pycache__"}:
            (folder / top).symlink_to(Path(str(distribution.locate_file(top))))


def _with_dependencies(names: tuple[str, ...]) -> Iterator[metadata.Distribution]:
    waiting, names_seen = list(names), set(names)
    while waiting:
        distribution = metadata.distribution(waiting.pop())
        yield distribution
        for text in distribution.requires or []:
            needed = Requirement(text)
            is_needed = needed.marker is None or needed.marker.evaluate({"extra": ""})
            if is_needed and needed.name not in names_seen:
                names_seen.add(needed.name)
                waiting.append(needed.name)


def _start(setup: Setup, api: str) -> "subprocess.Popen[bytes]":
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    layer = [str(setup.layer / "python")] if setup.layer else []
    environment = {
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join([*layer, str(setup.runtime)]),
        # Lambda's file system takes no writing, so that nothing is compiled for the next start.
        "PYTHONDONTWRITEBYTECODE": "1",
        "LAMBDA_TASK_ROOT": str(setup.code),
        "LAMBDA_RUNTIME_DIR": str(setup.runtime),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{version}",
        "AWS_LAMBDA_FUNCTION_NAME": setup.code.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        **setup.environment,
        "_HANDLER": setup.handler,
        "AWS_LAMBDA_RUNTIME_API": api,
    }
    # Without the site module, so that packages installed here do not hide ones the zip lacks.
    command = setup.command or (sys.executable, "-S", "-m", _BOOTSTRAP, setup.handler)
    output = setup.log.open("ab") if setup.log else None
    try:
        return subprocess.Popen(
            command, cwd=setup.code, env=environment, stdout=output, stderr=output
        )
    finally:
        if output:
            output.close()


class _RuntimeApi(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, process: Process) -> None:
        self.process = process
        super().__init__((_LOOPBACK, 0), _RuntimeApiHandler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a process that was killed go in silence, and nothing else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _RuntimeApiHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _RuntimeApi

    def do_GET(self) -> None:
        if self.path != f"{_API}/invocation/next":
            self._send(404)
            return
        invocation = self.server.process.next_event()
        if invocation is None:
            self.close_connection = True
            return
        self._send(
            200,
            invocation.event,
            {
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": invocation.identifier,
                "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_milliseconds),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:0:function:local",
            },
        )

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        process, parts = self.server.process, self.path.removeprefix(f"{_API}/").split("/")
        match parts:
            case ["invocation", identifier, "response"] if len(sent) <= LARGEST_PAYLOAD:
                process.finished(identifier, sent, None)
            case ["invocation", identifier, "response"]:
                process.finished(identifier, b"", "Its answer is too large.")
                self._send(413)
                return
            case ["invocation", identifier, "error"]:
                process.finished(identifier, b"", sent.decode())
            case ["init", "error"]:
                process.failed_to_start(sent.decode())
            case _:
                self._send(404)
                return
        self._send(202, b'{"status": "OK"}')

    def _send(
        self, status: int, content: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        """Stay silent."""
