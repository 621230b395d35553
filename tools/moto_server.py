"""AWS on this machine, as moto mocks it: in this process, or in a process of its own."""

import contextlib
import logging
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# The file that holds the server's URL as soon as it listens.
ENDPOINT = "endpoint"
_POLL_SECONDS = 0.2


def one_at_a_time(application: Application) -> Application:
    """Wrap a WSGI application so that it answers one request after another.

    moto's DynamoDB loses updates when its conditions and transactions run in parallel.
    """
    turn = threading.Lock()

    def serve(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with turn:
            return list(application(environment, start))

    return serve


@contextmanager
def running() -> Iterator[str]:
    """Run moto's server; give its URL."""
    # Only here: a process whose AWS is another process starts a second sooner without moto.
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    from tools import faster_moto

    faster_moto.install()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = one_at_a_time(DomainDispatcherApplication(create_backend_app))
    server = make_server(
        "127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def is_running(folder: Path) -> bool:
    """Say whether a server listens at the URL that :func:`run_until_ended` wrote into a folder."""
    try:
        port = int((folder / ENDPOINT).read_text().rpartition(":")[2])
    except FileNotFoundError:
        return False
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def run_until_ended(folder: Path, description: Path, owner: int) -> None:
    """Run moto's server as long as another process runs, and delete what describes it at the end.

    Args:
        folder: the server writes its URL there, into ``ENDPOINT``.
        description: a file that describes a service; it's deleted if it names this server.
        owner: the number of the other process.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    url = None
    try:
        with running() as url:
            written = folder / f"{ENDPOINT}-{os.getpid()}"
            written.write_text(url)
            # A reader never finds half a URL.
            written.replace(folder / ENDPOINT)
            while _runs(owner):
                time.sleep(_POLL_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(FileNotFoundError):
            if url and url in description.read_text():
                description.unlink()


def _runs(process: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False


if __name__ == "__main__":
    run_until_ended(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
