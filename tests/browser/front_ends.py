"""Pages of another origin than the service's, such as a front end has."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def front_end(folder: Path) -> Iterator[int]:
    """Serve a folder's files on this computer until the end of the block; give the port."""
    handler = partial(_QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        thread = Thread(target=partial(listening.serve_forever, poll_interval=0.05))
        thread.start()
        yield listening.server_port
        listening.shutdown()
        thread.join()
