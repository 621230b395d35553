"""What ``chalice local`` needs to run the whole service: an AWS on this machine, and our server.

``app.py`` calls :func:`enable` when a Chalice command loads it, and only where this package is
present: it isn't in the deployment package. ``chalice local`` then starts the server that
``make dev`` starts. Tables, accounts, and registrations survive the restarts of Chalice's
autoreload, because AWS runs in a child process that ends together with ``chalice local``.
"""

import contextlib
import errno
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import chalice.local
from chalice.app import Chalice
from chalice.cli.filewatch.stat import StatFileWatcher
from chalice.config import Config
from chalice.local import LocalDevServer

# Lambda sets it for every function, and nothing else does.
LAMBDA = "AWS_LAMBDA_FUNCTION_NAME"
# Chalice's autoreload sets it for the process that serves, and restarts that process.
WORKER = "CHALICE_WORKER"
PROJECT = Path(__file__).parent.parent
# A change of one of these restarts the server. Chalice also watches data, mail, and .venv.
WATCHED = ("app.py", "chalicelib", "ops", "tools", "web", ".chalice")
_UNWATCHED_SUFFIXES = (".pyc", ".swp", "~")
_STARTS_WITHIN_SECONDS = 60
_POLL_SECONDS = 0.05


_times_at_start: dict[str, float] = {}


class InsideLambda(RuntimeError):
    """A Lambda function tried to start the local server."""


def enable() -> None:
    """Have ``chalice local`` run the whole service; other Chalice commands don't change.

    Raises:
        InsideLambda: this process is a Lambda function.
    """
    if LAMBDA in os.environ:
        raise InsideLambda("The local server doesn't run in AWS Lambda.")
    chalice.local.create_local_server = create_server
    StatFileWatcher._single_pass_poll = _restart_if_source_changed  # type: ignore[method-assign]  # noqa: SLF001


def create_server(app_obj: Chalice, config: Config, host: str, port: int) -> LocalDevServer:
    """Return the server that ``chalice local`` runs, with AWS running and all it needs created.

    Args:
        app_obj: the Chalice app.
        config: Chalice's configuration; its stage is part of the names of tables and key.
        host: the address to listen on.
        port: the port to listen on.
    """
    from chalicelib.platform.settings import SettingsError
    from tools import local

    # A change right after the start isn't missed, although the watcher may read the files later.
    _times_at_start.update(_modification_times(Path.cwd()))
    owner = os.getppid() if WORKER in os.environ else os.getpid()
    if WORKER in os.environ:
        _exit_without(owner)
    # Chalice prints the log of every library; ours is one line for each request.
    logging.getLogger("botocore").setLevel(logging.WARNING)
    folder = local.FOLDER / f"chalice-{owner}"
    try:
        local.isolate()
        local.use_aws(_running_aws(folder, owner))
        local.configure(local.public_url_of(host, port), config.chalice_stage)
        server = local.listen(app_obj, config, host, port, local.prepare(folder))
    except (OSError, SettingsError) as problem:
        is_port_taken = isinstance(problem, OSError) and problem.errno == errno.EADDRINUSE
        _fail(
            f"Port {port} is taken. Choose another: --port {port + 1}"
            if is_port_taken
            else str(problem)
        )
    return server


def _running_aws(folder: Path, owner: int) -> str:
    """Return the URL of the AWS that belongs to this ``chalice local``, started if it isn't yet.

    Args:
        folder: where the child process writes its URL; it deletes the folder at its end.
        owner: the process to end with.
    """
    from tools import local, moto_server

    endpoint = folder / moto_server.ENDPOINT
    if not moto_server.is_running(folder):
        # Another process had this number before, and was killed together with its AWS.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        arguments = (str(folder.absolute()), str(local.DESCRIPTION.absolute()), str(owner))
        # A session of its own: Ctrl-C reaches the server, and this process ends after the server.
        log = folder / "log"
        with log.open("wb") as opened:
            child = subprocess.Popen(
                [sys.executable, "-m", "tools.moto_server", *arguments],
                cwd=PROJECT,
                stdout=opened,
                stderr=opened,
                start_new_session=True,
            )
        deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
        while not endpoint.exists():
            if child.poll() is not None or time.monotonic() > deadline:
                raise OSError(f"moto, which mocks AWS, didn't start: {log.read_text()}")
            time.sleep(_POLL_SECONDS)
    return endpoint.read_text()


def _exit_without(owner: int) -> None:
    """Exit once the parent process has ended: Chalice stops this process only on Ctrl-C."""

    def watch() -> None:
        while os.getppid() == owner:
            time.sleep(_POLL_SECONDS * 10)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _fail(sentence: str) -> NoReturn:
    """End with a sentence; with autoreload this isn't the main thread, so SystemExit wouldn't."""
    print(sentence, file=sys.stderr, flush=True)
    os._exit(1)


def _restart_if_source_changed(
    self: StatFileWatcher, root_dir: str, callback: Callable[[], None]
) -> None:
    """Restart when a source file was added, changed, or deleted since the server started.

    Args:
        self: Chalice's watcher, which reads the times of all files while the server starts.
        root_dir: the project's folder.
        callback: sets the event that Chalice waits for.
    """
    before: dict[str, float] = self._mtime_cache | _times_at_start
    now = dict(_modification_times(Path(root_dir)))
    changed = any(time_ > before.get(path, -1) for path, time_ in now.items())
    deleted = any(
        path not in now and _is_watched(Path(path).relative_to(root_dir)) for path in before
    )
    if changed or deleted:
        callback()


def _modification_times(root: Path) -> Iterator[tuple[str, float]]:
    for name in WATCHED:
        top = root / name
        for path in [top] if top.is_file() else top.rglob("*"):
            with contextlib.suppress(FileNotFoundError):
                if path.is_file() and _is_watched(path.relative_to(root)):
                    yield str(path), path.stat().st_mtime


def _is_watched(path: Path) -> bool:
    """Say whether a file, relative to the project's folder, is source."""
    first, *_ = path.parts
    hidden = path.name.startswith((".", "#"))
    return first in WATCHED and not hidden and not path.name.endswith(_UNWATCHED_SUFFIXES)
