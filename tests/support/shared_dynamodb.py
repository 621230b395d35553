"""One DynamoDB Local for all workers of a run.

Each worker's own would start and have Java compile the same code, three or four times. Each worker
has an access key of its own, by which DynamoDB Local keeps their tables apart.
"""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock

from tools import dynamodb_local


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Give the URL of the one that serves a run: the first worker that needs it runs it.

    Args:
        folder: where the workers of the run leave word of it.

    Raises:
        NotAvailable: it has not been fetched, or does not start.
    """
    folder.mkdir(exist_ok=True)
    start, url = FileLock(folder / "start.lock"), folder / "url"
    # The system releases a lock when its process ends, so a worker that crashes holds up no other.
    with ExitStack() as own, (folder / "in-use.lock").open("w") as in_use:
        with start:
            is_own = not url.exists()
            if is_own:
                url.write_text(own.enter_context(dynamodb_local.running(by_key=True)))
            fcntl.flock(in_use, fcntl.LOCK_SH)
        yield url.read_text()
        if is_own:
            with start:
                fcntl.flock(in_use, fcntl.LOCK_EX)  # waits until no other worker uses it
                url.unlink()
