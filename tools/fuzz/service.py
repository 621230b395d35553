"""Runs ``make dev`` in its own folder, with a disposable account for each role."""

import json
import os
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import requests

from tools import local

PROJECT = Path(__file__).parents[2]
ANONYMOUS = "anonymous"
ROLES = (ANONYMOUS, "User", "Admin", "SuperAdmin")
_PASSWORD = "four quiet lakes in May"  # noqa: S105  # nosec B105 # of people who are made up
_SECONDS = 30


@dataclass(frozen=True)
class Service:
    """A service that runs.

    Attributes:
        url: where.
        folder: where it keeps what it keeps.
    """

    url: str
    folder: Path

    def new_user(self, role: str) -> tuple[str, str] | None:
        """Return the name and password of a new account of a role; None when signed out."""
        if role == ANONYMOUS:
            return None
        described = json.loads((self.folder / local.DESCRIPTION).read_text())
        name = f"river-{uuid.uuid4().hex}"
        body = {"username": name, "password": _PASSWORD}
        response = requests.post(f"{self.url}/signup", json=body, timeout=_SECONDS)
        response.raise_for_status()
        with requests.Session() as super_admin:
            signed_in = super_admin.post(
                f"{self.url}/signin", json=described["superAdmin"], timeout=_SECONDS
            )
            signed_in.raise_for_status()
            where = f"{self.url}/admin/users/{response.json()['id']}/role"
            super_admin.post(where, json={"role": role}, timeout=_SECONDS).raise_for_status()
        return name, _PASSWORD


@contextmanager
def serving(folder: Path, database: str) -> Iterator[Service]:
    """Serve from a folder until the end of the block.

    Args:
        folder: empty, or what such a service has left behind.
        database: as :func:`tools.local.dev` takes it.

    Raises:
        RuntimeError: it does not start.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, "-m", "tools", "dev", "--port", str(port), "--database", database],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            if "Serving at" not in process.stdout.readline():
                raise RuntimeError("The service does not start.")
            # If no thread reads the pipe, it fills up and blocks the service at its next line.
            Thread(target=process.stdout.read, daemon=True).start()
            yield Service(f"http://localhost:{port}", folder)
        finally:
            process.terminate()
