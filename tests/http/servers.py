"""Runs the service in its own process, for requests over HTTP."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

PROJECT = Path(__file__).parent.parent.parent
# How long a process may take on a busy machine.
SECONDS = 120


@dataclass(frozen=True)
class Served:
    """A running ``make dev`` or ``chalice local``."""

    process: subprocess.Popen[str]
    folder: Path

    @property
    def described(self) -> dict[str, Any]:
        return json.loads((self.folder / ".local" / "dev.json").read_text())

    @property
    def url(self) -> str:
        return self.described["url"]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        self.process.wait(timeout=SECONDS)
        return self.process.returncode


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


# `python -m tools dev`, as tests run it.
DEV = ("-m", "tests.support.served", "tools", "dev")
CHALICE_LOCAL = (str(Path(sys.executable).parent / "chalice"), "local")


def copy_project(folder: Path) -> None:
    """Copy what ``chalice local`` reads, so that a test may change it."""
    shutil.copy(PROJECT / "app.py", folder)
    for name in ("chalicelib", "ops", "tools", "web", ".chalice"):
        # With its byte code, but not the one that another process is writing.
        ignored = shutil.ignore_patterns("*.pyc.*")
        shutil.copytree(PROJECT / name, folder / name, ignore=ignored)


def start(
    folder: Path, *arguments: str, command: Sequence[str] = DEV, **environment: str
) -> subprocess.Popen[str]:
    """Run a server in a folder of its own, which is the project or has none of its files."""
    return subprocess.Popen(
        [sys.executable, *command, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PROJECT)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def serving(
    folder: Path, *arguments: str, command: Sequence[str] = DEV, **environment: str
) -> Iterator[Served]:
    """Serve from a folder until the end of the block."""
    port = str(free_port())
    process = start(folder, "--port", port, *arguments, command=command, **environment)
    for line in process.stdout:
        if line.startswith("SuperAdmin"):
            break
    else:
        raise AssertionError(process.communicate()[1])
    # If no thread reads the pipe, it fills up and blocks the service at its next line.
    reader = Thread(target=process.stdout.read, daemon=True)
    reader.start()
    served = Served(process, folder)
    try:
        yield served
    finally:
        if process.poll() is None:
            served.stop()
        reader.join(timeout=20)
        process.stdout.close()
        process.stderr.close()
